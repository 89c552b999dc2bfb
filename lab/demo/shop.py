"""The demo's world: one lane, its simulated devices, an embedded broker, HQ with a published price book."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from hq.code_keys import CodeKeys
from lab.brokers import BrokerError, free_port, wait_for_port
from lab.demo.people import import_people
from lab.supervise import PYTHON, Program, Supervisor, until
from lab.world import Broker, Lane, Shop, make_short_folder, short_folder
from simulators.client import SimulatorClient
from simulators.payment_host.control import PAYMENT_SOCKET
from terminal.config.schema import DeviceConfig, GatewayConfig
from terminal.domain.errors import PosError

STORE, TILL = "S01", "T01"
STAFF, PIN = "1001", "1234"
SHOP_FILE = Path(__file__).parent / "shop.toml"
GOODS_FILE = Path(__file__).parent / "goods.csv"
RULES_FILE = Path(__file__).parent / "rules.toml"
COUPONS_FILE = Path(__file__).parent / "coupons.csv"
CUSTOMERS_FILE = Path(__file__).parent / "customers.csv"
"""What customers hold before the scanner: a member's card, codes on their phones."""
RUNNING = "demo.lock"
PUBLISH_S = 60.0
ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo's places; the same state folder gives the same lane, with its journal."""

    root: Path
    broker: Broker
    payment_port: int = 0
    """Where the payment host listens."""

    @property
    def shop(self) -> Shop:
        """HQ's side."""
        return Shop(self.root, self.broker)

    @property
    def lane(self) -> Lane:
        """The till."""
        return Lane(shop=self.shop, root=self.root / "lane", store=STORE, till=TILL)

    @property
    def sim_dir(self) -> Path:
        """FIFO, pty and control socket of the simulated devices."""
        return sim_folder(self.root)

    def simulators(self) -> Program:
        """The process of the simulated devices."""
        return Program(
            name="devices",
            arguments=("-m", "simulators.cli", "host", "--dir", str(self.sim_dir), "--card-terminal", "--scale"),
            log=self.root / "log" / "devices.log",
        )

    @property
    def gateway(self) -> GatewayConfig:
        """The payment host, as the uplink's configuration names it."""
        return GatewayConfig(host="127.0.0.1", port=self.payment_port)

    def payment_host(self) -> Program:
        """The process of the simulated payment host."""
        where = ("--dir", str(self.sim_dir), "--port", str(self.payment_port))
        return Program(
            name="payment-host",
            arguments=("-m", "simulators.cli", "payment-host", *where),
            log=self.root / "log" / "payment-host.log",
        )

    def devices(self) -> tuple[DeviceConfig, ...]:
        """The devices of the till, as its configuration names them."""
        return (
            DeviceConfig(name="扫描枪", driver="wedge", address=f"pipe:{self.sim_dir}/scanner"),
            DeviceConfig(name="小票机", driver="escpos", address=f"serial:{self.sim_dir}/printer"),
            DeviceConfig(name="刷卡机", driver="nexo", address=f"serial:{self.sim_dir}/card_terminal"),
            DeviceConfig(name="电子秤", driver="toledo-8217", address=f"serial:{self.sim_dir}/scale"),
            DeviceConfig(name="蜂鸣器", driver="beeper", address=f"pipe:{self.sim_dir}/beeps"),
        )


def sim_folder(root: Path) -> Path:
    """Return where the simulated devices of a state folder are."""
    return short_folder(root / "sim")


@contextmanager
def owned(root: Path) -> Iterator[None]:
    """Own a state folder; `PosError` when another demo runs in it. An error without a hint gets one: to begin anew."""
    with _opened_lock(root) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise PosError(
                f"a demo runs in {root} already",
                code="demo_running",
                hint="./guitai demo --bench shows its devices; or give this one a folder of its own in GUITAI_STATE",
            ) from error
        try:
            yield
        except PosError as error:
            error.hint = error.hint or "./guitai demo --fresh begins anew, and forgets what was sold"
            raise


def _opened_lock(root: Path) -> TextIO:
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o750)
        return (root / RUNNING).open("a")
    except OSError as error:
        raise PosError(
            f"the state folder {root} cannot be used: {error.strerror}",
            code="bad_state_folder",
            hint="name one that can be written in GUITAI_STATE",
        ) from error


@asynccontextmanager
async def running(root: Path, *, language: str = "zh") -> AsyncIterator[Demo]:
    """Run everything but the screen, with a published book that the till has activated or is about to."""
    demo = Demo(root, Broker(port=free_port(), password=secrets.token_hex(16)), free_port())
    demo.shop.lay_out()
    make_short_folder(demo.root / "sim")
    demo.lane.lay_out(demo.devices(), language=language, gateway=demo.gateway)
    supervisor = Supervisor()
    try:
        await _start(demo, supervisor)
        yield demo
    finally:
        await supervisor.stop()


async def _start(demo: Demo, supervisor: Supervisor) -> None:
    log = demo.root / "log"
    control, payments = demo.sim_dir / "control.sock", demo.sim_dir / PAYMENT_SOCKET
    for stale in (control, payments, demo.lane.run_dir / "counter.sock"):
        stale.unlink(missing_ok=True)
    await supervisor.start(demo.shop.amqtt())
    await supervisor.start(demo.simulators())
    await supervisor.start(demo.payment_host())
    await until(payments, log=log / "payment-host.log")
    await until(control, log=log / "devices.log")
    await supervisor.start(demo.lane.program("till"))
    await asyncio.to_thread(_wait_for_broker, demo.broker.port)
    await supervisor.start(demo.shop.hq())
    await until(demo.shop.hq_dir / "hq.db", log=log / "hq.log")
    await asyncio.to_thread(_import_people, demo.shop.hq_dir)
    await supervisor.start(demo.lane.program("uplink"))
    has_new_key = _has_new_key_of_codes(demo.shop.hq_dir)
    if has_new_key or not any(demo.lane.books_dir.glob("catalog-*.db")):
        await asyncio.to_thread(publish, demo.shop.hq_dir)
    if not any(demo.lane.books_dir.glob("rules-*.db")):
        await asyncio.to_thread(publish_rules, demo.shop.hq_dir)
    await until(demo.lane.run_dir / "counter.sock", log=log / "till.log")


def _has_new_key_of_codes(hq_dir: Path) -> bool:
    """Whether the key of codes on phones was made just now: the till learns it from a book of prices."""
    keys = CodeKeys(hq_dir)
    if keys.good():
        return False
    keys.make(now_ms=time.time_ns() // 1_000_000)
    return True


def _import_people(hq_dir: Path) -> None:
    import_people(hq_dir, today=datetime.now(ZONE).date(), now_ms=time.time_ns() // 1_000_000)


def _wait_for_broker(port: int) -> None:
    try:
        wait_for_port(port)
    except BrokerError as error:
        raise PosError(f"the broker: {error}", code="not_started") from error


def publish(hq_dir: Path, prices: Path = SHOP_FILE, *, label: str = "") -> None:
    """Publish the demo's prices, as ``./guitai hq publish`` does; `PosError` with what it said when it fails."""
    _push(hq_dir, "publish", str(prices), "--shop", str(SHOP_FILE), "--label", label)


def publish_rules(hq_dir: Path, rules: Path = RULES_FILE) -> None:
    """Publish the demo's rules and coupons, as ``./guitai hq publish-rules`` does; `PosError` as in `publish`."""
    _push(hq_dir, "publish-rules", str(rules))


def _push(hq_dir: Path, *arguments: str) -> None:
    command = [*PYTHON, "-m", "hq.cli", "--state", str(hq_dir), *arguments, "--store", STORE, "--new-store"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PUBLISH_S, check=False, env=os.environ)
    if done.returncode:
        raise PosError(f"HQ could not publish: {done.stderr.strip() or done.stdout.strip()}", code="not_published")


def client(root: Path) -> SimulatorClient:
    """Return a client of the running demo's devices."""
    return SimulatorClient(sim_folder(root) / "control.sock")


def is_running(root: Path) -> bool:
    """Whether a demo runs in this folder."""
    try:
        with contextlib.closing(client(root)):
            return True
    except RuntimeError:
        return False
