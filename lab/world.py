"""A whole shop on one machine: its folders, its configuration, and the programs that make it up.

The demo, the replay, the crash runs and the benchmarks are worlds with other lanes and other devices.
"""

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hq.keys import load_key, make_key
from hq.till_keys import TillKeys
from lab.brokers import Mosquitto
from lab.supervise import Program
from terminal.config.schema import (
    BrokerConfig,
    DeviceConfig,
    GatewayConfig,
    IdentityConfig,
    ScreenConfig,
    TillConfig,
    UplinkConfig,
)
from terminal.wire.key_file import SigningKey, load_key_file, make_key_file
from terminal.wire.toml import dump

REST_DAYS = 3650
"""A demo that was left alone for a year is no till with a dead battery."""
MAX_SOCKET_PATH = 80
"""Bytes of a folder for sockets: a Unix socket's whole path must stay under 108."""
HQ_ACCOUNT = "hq"
STATE_VARIABLE = "GUITAI_STATE"


def state_folder(root: Path) -> Path:
    """Return ``$GUITAI_STATE``, else ``.guitai`` in the checkout."""
    return Path(os.environ.get(STATE_VARIABLE) or root / ".guitai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """Where the broker listens, and the password of all accounts: each lane has one, and HQ."""

    port: int
    password: str


@dataclass(frozen=True, slots=True)
class Shop:
    """The side of HQ: its folder and its broker. Many lanes may belong to it."""

    root: Path
    broker: Broker

    @property
    def hq_dir(self) -> Path:
        """HQ's state: key, database, books."""
        return self.root / "hq"

    @property
    def password_file(self) -> Path:
        """The password of everybody in a lab."""
        return self.root / "broker-password"

    def lay_out(self) -> None:
        """Make HQ's folder, key and configuration; what is there already stays."""
        self.hq_dir.mkdir(parents=True, exist_ok=True)
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(self.broker.password)
        if not (self.hq_dir / "signing-key.pem").exists():
            make_key(self.hq_dir / "signing-key.pem")
        (self.hq_dir / "hq.toml").write_text(
            f'[broker]\nport = {self.broker.port}\nusername = "{HQ_ACCOUNT}"\npassword_file = "{self.password_file}"\n'
        )

    @property
    def public_key(self) -> str:
        """HQ's key, as the lanes pin it."""
        return load_key(self.hq_dir / "signing-key.pem").public_key.hex()

    def amqtt(self) -> Program:
        """The program of the embedded broker."""
        return Program(
            name="broker",
            arguments=(
                *("-m", "lab.brokers", "--port", str(self.broker.port)),
                *("--password-file", str(self.password_file)),
            ),
            log=self.root / "log" / "broker.log",
        )

    def mosquitto(self, *terminals: str) -> Mosquitto:
        """The broker of a chain, as it ships, with an account for HQ and each of these lanes."""
        accounts = dict.fromkeys((HQ_ACCOUNT, *terminals), self.broker.password)
        return Mosquitto(self.root / "broker", accounts=accounts, port=self.broker.port)

    def hq(self) -> Program:
        """The program of HQ."""
        return Program(
            name="hq",
            arguments=("-m", "hq.cli", "--state", str(self.hq_dir), "serve"),
            log=self.root / "log" / "hq.log",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """One till of a shop: its folders, its configuration files, its programs."""

    shop: Shop
    root: Path
    store: str
    till: str
    epoch: int = 1

    @property
    def state_dir(self) -> Path:
        """Journal and ``state.db``."""
        return self.root / "till"

    @property
    def books_dir(self) -> Path:
        """Price books."""
        return self.root / "books"

    @property
    def run_dir(self) -> Path:
        """Sockets: in the lane's folder, or where its path would be too long for a socket, in a temporary one."""
        return short_folder(self.root / "run")

    @property
    def key_file(self) -> Path:
        """The till's own key."""
        return self.root / "config" / "till.key"

    @property
    def terminal(self) -> str:
        """The name of the lane at HQ."""
        return f"{self.store}-{self.till}"

    def lay_out(
        self,
        devices: tuple[DeviceConfig, ...],
        *,
        language: str = "zh",
        gateway: GatewayConfig | None = None,
        **till: object,
    ) -> None:
        """Make the folders, a key for which HQ vouches, and the three configurations.

        ``till`` are further keys of the till's.
        """
        for folder in (self.state_dir, self.books_dir, self.root / "uplink", self.root / "config", self.run_dir):
            folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        key = self._key()
        TillKeys(self.shop.hq_dir).add(self.terminal, key.public_key.hex())
        identity = IdentityConfig(store=self.store, till=self.till, epoch=self.epoch)
        broker = self.shop.broker
        configs = {
            "till": TillConfig(
                identity=identity,
                state_dir=str(self.state_dir),
                books_dir=str(self.books_dir),
                run_dir=str(self.run_dir),
                devices=devices,
                clock_jump_days=REST_DAYS,
                key_file=str(self.key_file),
                **till,  # type: ignore[arg-type]
            ),
            "screen": ScreenConfig(run_dir=str(self.run_dir), language=language, demo=True, mouse=False),
            "uplink": UplinkConfig(
                identity=identity,
                state_dir=str(self.state_dir),
                books_dir=str(self.books_dir),
                data_dir=str(self.root / "uplink"),
                run_dir=str(self.run_dir),
                hq_keys=(self.shop.public_key,),
                broker=BrokerConfig(
                    port=broker.port, username=self.terminal, password_file=str(self.shop.password_file)
                ),
                gateway=gateway,
            ),
        }
        for name, config in configs.items():
            self.config(name).write_text(dump(config))

    def _key(self) -> SigningKey:
        return load_key_file(self.key_file) if self.key_file.exists() else make_key_file(self.key_file)

    def config(self, service: str) -> Path:
        """The configuration file of a service."""
        return self.root / "config" / f"{service}.toml"

    def program(self, service: str) -> Program:
        """The program of ``till``, ``uplink`` or ``screen``."""
        return Program(
            name=service,
            arguments=("-m", "terminal.cli", service, "--config", str(self.config(service))),
            log=self.root / "log" / f"{service}.log",
        )


def short_folder(folder: Path) -> Path:
    """Return a folder whose sockets have short enough paths: itself, or one of its own in the temporary folder."""
    if len(str(folder).encode()) <= MAX_SOCKET_PATH:
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"guitai-{os.getuid()}-{name}"


def make_short_folder(folder: Path) -> Path:
    """Make and return the `short_folder`; where that lies elsewhere, the folder itself becomes a link to it.

    Who stands in the checkout finds the sockets by the link's relative path, which is short.
    """
    short = short_folder(folder)
    short.mkdir(parents=True, exist_ok=True)
    if short != folder:
        folder.unlink(missing_ok=True)
        folder.symlink_to(short)
    return short


def forget(root: Path) -> None:
    """Delete a world's folder, with what it keeps in the temporary one."""
    shutil.rmtree(short_folder(root / "run"), ignore_errors=True)
    shutil.rmtree(short_folder(root / "sim"), ignore_errors=True)
    shutil.rmtree(root, ignore_errors=True)
