"""Uplink and HQ as processes, to be killed."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Self

from tests.integration.uplink.journals import TERMINAL
from tests.integration.uplink.world import World

END_S = 15.0


class Process:
    """A program of the product; the end of the block ends it."""

    def __init__(self, *arguments: str, log: Path, environment: dict[str, str] | None = None) -> None:
        self._arguments = arguments
        self._log = log
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        with self._log.open("ab") as log:
            command = [sys.executable, *self._arguments]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env=self._environment)

    def kill(self) -> None:
        """As a power cut ends it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(END_S)
            self._process = None

    def wait(self) -> int:
        """Return the exit code of a program that ends by itself."""
        assert self._process is not None
        code = self._process.wait(END_S)
        self._process = None
        return code

    def terminate(self) -> int:
        """As the service manager ends it; return its exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        code = self._process.wait(END_S)
        self._process = None
        return code


class Manager:
    """The service manager's end of ``$NOTIFY_SOCKET``."""

    def __init__(self, folder: Path) -> None:
        self.address = str(folder / "notify")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(self.address)
        self._socket.settimeout(END_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def hear(self) -> str:
        return self._socket.recv(4096).decode()

    def hear_until(self, start: str) -> str:
        while not (message := self.hear()).startswith(start):
            pass
        return message


def uplink_process(world: World, journal: Path, *, notify: str = "") -> Process:
    config = world.folder / "uplink.toml"
    address = world.address(TERMINAL)
    secret = world.folder / "password"
    secret.write_text(address.password, encoding="utf-8")
    config.write_text(
        f'state_dir = "{journal}"\nbooks_dir = "{world.books}"\ndata_dir = "{world.folder / "data"}"\n'
        f'run_dir = "{world.run}"\nhq_keys = ["{world.key.public_key.hex()}"]\n'
        f'[identity]\nstore = "S01"\ntill = "T03"\n[broker]\nport = {address.port}\n'
        f'username = "{address.username}"\npassword_file = "{secret}"\n',
        encoding="utf-8",
    )
    return Process(
        *("-m", "terminal.cli", "uplink", "--config", str(config)),
        log=world.folder / "uplink.log",
        environment={"NOTIFY_SOCKET": notify},
    )


def hq_process(world: World) -> Process:
    return Process("-m", "hq.cli", *_serving(world), log=world.folder / "hq.log")


DYING = """
import pathlib, sys
from hq.cli import main
from hq.store.books import SqliteBooks

def heads(books, heads=SqliteBooks.heads):
    return 1 / 0 if pathlib.Path(sys.argv[2], "die").exists() else heads(books)

SqliteBooks.heads = heads
sys.exit(main(sys.argv[1:]))
"""


def dying_hq_process(world: World) -> Process:
    """HQ with a defect that shows when there is a file ``die`` in its folder."""
    return Process("-c", DYING, *_serving(world), log=world.folder / "hq.log")


def _serving(world: World) -> tuple[str, ...]:
    state = world.hq.state_dir
    address = world.hq.broker
    (state / "broker-password").write_text(address.password, encoding="utf-8")
    (state / "hq.toml").write_text(
        f'[broker]\nport = {address.port}\nusername = "{address.username}"\npassword_file = "broker-password"\n',
        encoding="utf-8",
    )
    return "--state", str(state), "serve"
