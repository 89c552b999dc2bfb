"""The uplink service: the only one with a network. Reads the journal, writes books and its own ``uplink.db``."""

import argparse
import asyncio
import contextlib
import os
import signal
import ssl
from collections.abc import Iterator
from pathlib import Path

import structlog

from terminal.config.loader import load
from terminal.config.schema import BrokerConfig, GatewayConfig, UplinkConfig
from terminal.domain.errors import ConfigError, UplinkError
from terminal.offline.clock import SystemClock
from terminal.offline.lock import lock_file
from terminal.offline.reader import EpochReader
from terminal.services.logs import set_up_logs
from terminal.services.notify import Notifier
from terminal.uplink.gateway import GatewayAddress
from terminal.uplink.node import NodePlan, UplinkNode
from terminal.wire.mqtt import BrokerAddress

WATCHDOG_S = 10.0
KEY_BYTES = 32
LOCK_NAME = "uplink.lock"

log = structlog.get_logger("uplink")


def broker_address(broker: BrokerConfig) -> BrokerAddress:
    """Return where the broker is; `ConfigError` if the password cannot be read."""
    password = ""
    if broker.password_file:
        try:
            password = Path(broker.password_file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigError(f"password file {broker.password_file}: {error.strerror}") from error
    return BrokerAddress(
        host=broker.host,
        port=broker.port,
        username=broker.username,
        password=password,
        ca_file=broker.ca_file,
        cert_file=broker.cert_file,
        key_file=broker.key_file,
    )


def gateway_address(gateway: GatewayConfig) -> GatewayAddress:
    """Return where the payment host is; `ConfigError` if a certificate or key cannot be read."""
    if not gateway.ca_file:
        return GatewayAddress(host=gateway.host, port=gateway.port)
    try:
        tls = ssl.create_default_context(cafile=gateway.ca_file)
        if gateway.cert_file:
            tls.load_cert_chain(gateway.cert_file, gateway.key_file or None)
    except OSError as error:
        raise ConfigError(f"certificates of the payment host: {error}") from error
    return GatewayAddress(host=gateway.host, port=gateway.port, tls=tls)


def pinned_keys(keys: tuple[str, ...]) -> tuple[bytes, ...]:
    """Return HQ's public keys; `ConfigError` for one that is not 64 hexadecimal digits."""
    try:
        found = tuple(bytes.fromhex(key) for key in keys)
    except ValueError as error:
        raise ConfigError("hq_keys: not hexadecimal", hint="guitai-hq init prints the key") from error
    if any(len(key) != KEY_BYTES for key in found) or not found:
        raise ConfigError("hq_keys: each key has 64 hexadecimal digits", hint="guitai-hq init prints the key")
    return found


def build_node(config: UplinkConfig) -> UplinkNode:
    """Return the uplink of a configuration, ready to run; makes the folders that it writes into."""
    who = config.identity.as_identity()
    plan = NodePlan(
        terminal=who.terminal,
        books_dir=Path(config.books_dir),
        data_dir=Path(config.data_dir),
        run_dir=Path(config.run_dir),
        keys=pinned_keys(config.hq_keys),
        broker=broker_address(config.broker),
        gateway=gateway_address(config.gateway) if config.gateway is not None else None,
    )
    for folder in (plan.books_dir, plan.data_dir):
        folder.mkdir(parents=True, exist_ok=True)
    outbox = EpochReader(Path(config.state_dir))
    return UplinkNode(plan, outbox=outbox, clock=SystemClock("UTC"))


@contextlib.contextmanager
def alone(data_dir: Path) -> Iterator[None]:
    """Hold the uplink's folder for the length of a block; `UplinkError` ``uplink_busy`` when another uplink has it."""
    lock = lock_file(data_dir / LOCK_NAME)
    if lock is None:
        raise UplinkError(
            f"{data_dir} is in use", code="uplink_busy", hint="another uplink process runs on this folder"
        )
    try:
        yield
    finally:
        os.close(lock)


async def serve(config: UplinkConfig) -> None:
    """Run an uplink until SIGTERM or SIGINT; `UplinkError` when another one runs on its folder."""
    node = build_node(config)
    with alone(Path(config.data_dir)):
        await _run(config, node)


async def _run(config: UplinkConfig, node: UplinkNode) -> None:
    notifier = Notifier()
    running = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, lambda: running.cancel() if running else None)
    notifier.ready()
    log.info("uplink_ready", store=config.identity.store, till=config.identity.till)
    with contextlib.suppress(asyncio.CancelledError):
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(node.run())
            tasks.create_task(_feed_watchdog(node, notifier))
    notifier.stopping()


async def _feed_watchdog(node: UplinkNode, notifier: Notifier) -> None:
    while True:
        await node.probe()
        notifier.watchdog()
        progress = node.progress
        if progress is not None:
            notifier.status(f"{progress.stage}: HQ has {progress.acked_seq} of {progress.head_seq}")
        await asyncio.sleep(WATCHDOG_S)


def main(argv: list[str], program: str = "guitai uplink") -> int:
    """``guitai uplink --config FILE``."""
    parser = argparse.ArgumentParser(
        prog=program,
        description="The way to HQ: sends the journal, fetches price books.",
        epilog="example: %(prog)s --config /etc/guitai/uplink.toml",
    )
    parser.add_argument("--config", required=True, help="TOML file")
    config = load(Path(parser.parse_args(argv).config), UplinkConfig)
    set_up_logs()
    asyncio.run(serve(config))
    return 0
