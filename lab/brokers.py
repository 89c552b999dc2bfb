"""Brokers for tests and for the demo, each a process of its own: mosquitto, and amqtt with a password."""

import argparse
import asyncio
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from lab.supervise import PYTHON, Program

HOST = "127.0.0.1"
START_S = 10.0
PORTS = range(20_000, 32_000)
"""Below those that Linux gives to who asks for any: between the choice and the start of a broker nobody gets it."""
REFERENCE = Path(__file__).parents[1] / "broker"
"""The configuration that ships for a chain's broker."""
_OWN = ("listener ", "cafile ", "certfile ", "keyfile ", "password_file ", "acl_file ")
"""What each installation has of its own: lines of the reference that ours replace."""
_CONF = """\
listener {port} {host}
persistence false
"""
"""Nothing persists: whatever a broker loses, the journal and HQ's store have, and that is what tests show."""


class BrokerError(Exception):
    """A broker did not start; the message says why."""


def free_port() -> int:
    """Return a TCP port of the loopback that is free, and of which no other process here is told while this one lives.

    The claim is an abstract Unix socket of the port's name; it is never closed.
    """
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        claim = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            claim.bind(f"\0guitai-port-{port}")
            with socket.socket() as probe:
                probe.bind((HOST, port))
        except OSError:
            claim.close()
        else:
            claim.detach()
            return port
    raise BrokerError("no port is free")


def wait_for_port(port: int, *, timeout_s: float = START_S) -> None:
    """Wait until somebody listens; `BrokerError` after ``timeout_s``."""
    deadline = time.monotonic() + timeout_s
    while True:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=1.0):
            return
        if time.monotonic() > deadline:
            raise BrokerError(f"nobody listens on port {port}")
        time.sleep(0.01)


class Mosquitto:
    """mosquitto as a process, with its configuration and log in a folder of its own.

    It is as `REFERENCE` has it, with these accounts (name → password) and further ``rules`` of the ACL; or ``open`` to
    everybody for everything, with ``options`` instead.
    """

    def __init__(
        self,
        folder: Path,
        *,
        accounts: Mapping[str, str] | None = None,
        rules: str = "",
        options: tuple[str, ...] = (),
        port: int = 0,
    ) -> None:
        self._folder = folder
        self._accounts = accounts
        self._rules = rules
        self._options = options
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @staticmethod
    def is_installed() -> bool:
        """Whether this machine has it."""
        return _program() is not None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it listens; `BrokerError` otherwise."""
        program = self.program()
        with program.log.open("ab") as log:
            self._process = subprocess.Popen(program.command, stdout=log, stderr=log)
        try:
            wait_for_port(self.port)
        except BrokerError:
            self.kill()
            raise

    def program(self, name: str = "broker") -> Program:
        """Write its configuration, and return it for a supervisor that starts it again whenever it ends."""
        executable = _program()
        if executable is None:
            raise BrokerError("mosquitto is not installed")
        self._folder.mkdir(parents=True, exist_ok=True)
        config = self._folder / "mosquitto.conf"
        config.write_text(self._configuration(), encoding="utf-8")
        return Program(
            name=name, arguments=("-c", str(config)), log=self._folder / "mosquitto.log", executable=executable
        )

    def stop(self) -> None:
        """End it in order: it saves what it holds."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S)
            self._process = None

    def send_signal(self, number: signal.Signals) -> None:
        """Stop it for a while, or let it go on."""
        if self._process is not None:
            self._process.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut does: what it has not saved is lost."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(START_S)
            self._process = None

    def _configuration(self) -> str:
        own = _CONF.format(port=self.port, host=HOST) + _user_line()
        if self._accounts is None:
            return own + "".join(f"{option}\n" for option in ("allow_anonymous true", *self._options))
        lines = (REFERENCE / "mosquitto.conf").read_text(encoding="utf-8").splitlines()
        return own + self._doors(self._accounts) + "\n".join(line for line in lines if not line.startswith(_OWN)) + "\n"

    def _doors(self, accounts: Mapping[str, str]) -> str:
        """Write who may come in and what they may do, and return the lines that name those files."""
        passwords, acl = self._folder / "passwords", self._folder / "acl"
        passwords.touch(mode=0o600)
        passwords.write_text("".join(f"{name}:{word}\n" for name, word in accounts.items()), encoding="utf-8")
        subprocess.run(["mosquitto_passwd", "-U", str(passwords)], check=True, capture_output=True)
        acl.write_text((REFERENCE / "acl").read_text(encoding="utf-8") + self._rules, encoding="utf-8")
        return f"password_file {passwords}\nacl_file {acl}\n"


def _program() -> str | None:
    return shutil.which("mosquitto", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")


def _user_line() -> str:
    """Return what keeps mosquitto, when root starts it, from becoming a user that cannot read our folder."""
    return "user root\n" if os.geteuid() == 0 else ""


class Amqtt:
    """amqtt as a process, with one password for everybody: the broker of the demo."""

    code = ("-m", "lab.brokers")
    """What Python is to run."""

    def __init__(self, folder: Path, *, password: str, port: int = 0) -> None:
        self._folder = folder
        self._password = password
        self.port = port or free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until it listens; `BrokerError` otherwise."""
        self._folder.mkdir(parents=True, exist_ok=True)
        secret = self._folder / "password"
        secret.write_text(self._password, encoding="utf-8")
        command = [*PYTHON, *self.code, "--port", str(self.port)]
        with (self._folder / "amqtt.log").open("ab") as log:
            self._process = subprocess.Popen([*command, "--password-file", str(secret)], stdout=log, stderr=log)
        try:
            wait_for_port(self.port)
        except BrokerError:
            self.stop()
            raise

    def stop(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S)
            self._process = None


async def serve_amqtt(port: int, *, password: str) -> None:
    """Run amqtt until SIGTERM or SIGINT."""
    from lab.amqtt_broker import Broker  # noqa: PLC0415 - half a second, and only this process needs it

    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    configuration = {
        "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
        "plugins": {"lab.amqtt_password.PasswordPlugin": {"password": password}},
    }
    broker = Broker(configuration, loop=loop)
    await broker.start()
    await stopping.wait()
    await broker.shutdown()


def main(argv: list[str]) -> int:
    """Run the demo's broker until a signal comes: ``python -m lab.brokers --port 1883 …``."""
    parser = argparse.ArgumentParser(prog="lab.brokers", description="amqtt with one password for everybody.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    options = parser.parse_args(argv)
    password = options.password_file.read_text(encoding="utf-8").strip()
    asyncio.run(serve_amqtt(options.port, password=password))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
