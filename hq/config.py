"""HQ's configuration: ``hq.toml`` in its state folder."""

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from hq.errors import HqError
from terminal.wire.mqtt import Backoff, BrokerAddress

FILE_NAME = "hq.toml"
BOOKS = "books"
STATE_VARIABLE = "GUITAI_HQ_STATE"


class HqBroker(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The MQTT broker; ``ca_file`` switches TLS on."""

    host: str = "127.0.0.1"
    port: int = 1883
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


class Bounds(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What no sale of these shops goes beyond; HQ alarms when one does. ``sale_fen`` is of gross, total and change."""

    sale_fen: Annotated[int, Meta(ge=1)] = 5_000_000


class Privacy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """After how many days without anything members are forgotten (``members purge``); 0 = nobody is."""

    forget_after_days: Annotated[int, Meta(ge=0)] = 0


class MemberTerms(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether HQ blocks who spent more stored value than there was, where nothing of it was set aside for the till."""

    block_overdrawn: bool = True


class HqFile(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What stands in ``hq.toml``."""

    broker: HqBroker = HqBroker()
    bounds: Bounds = Bounds()
    privacy: Privacy = Privacy()
    members: MemberTerms = MemberTerms()
    client_id: str = "guitai-hq"


@dataclass(frozen=True, slots=True, kw_only=True)
class HqConfig:
    """All that a running HQ needs to know. ``state_dir`` holds key, database and books."""

    state_dir: Path
    broker: BrokerAddress
    client_id: str = "guitai-hq"
    bounds: Bounds = Bounds()  # noqa: RUF009 - a frozen value
    privacy: Privacy = Privacy()  # noqa: RUF009 - a frozen value
    members: MemberTerms = MemberTerms()  # noqa: RUF009 - a frozen value
    backoff: Backoff = Backoff(min_s=0.2, max_s=10.0)  # noqa: RUF009 - a frozen value
    watch_s: float = 0.3
    """How often the store is asked for newly published books."""
    settle_s: float = 15.0
    """What stores set of the rules within this time is signed together."""

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.state_dir / "hq.db"

    @property
    def key_file(self) -> Path:
        """The signing key."""
        return self.state_dir / "signing-key.pem"

    @property
    def books_dir(self) -> Path:
        """The published books."""
        return self.state_dir / BOOKS


def default_state_dir() -> Path:
    """Return ``$GUITAI_HQ_STATE``, else ``hq`` in ``$GUITAI_STATE``, else ``.guitai/hq``."""
    if own := os.environ.get(STATE_VARIABLE):
        return Path(own)
    return Path(os.environ.get("GUITAI_STATE") or ".guitai") / "hq"


def load_config(state_dir: Path) -> HqConfig:
    """Return the configuration of a state folder; `HqError` that names file and key when it is wrong."""
    path = state_dir / FILE_NAME
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        content = msgspec.convert(table, HqFile)
    except FileNotFoundError as error:
        raise HqError(f"there is no {path}", hint=f"guitai-hq --state {state_dir} init") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise HqError(f"{path}: {error}") from error
    broker = content.broker
    address = BrokerAddress(
        host=broker.host,
        port=broker.port,
        username=broker.username,
        password=_secret(broker.password_file, state_dir),
        ca_file=broker.ca_file,
        cert_file=broker.cert_file,
        key_file=broker.key_file,
    )
    return HqConfig(
        state_dir=state_dir,
        broker=address,
        bounds=content.bounds,
        privacy=content.privacy,
        members=content.members,
        client_id=content.client_id,
    )


def _secret(name: str, folder: Path) -> str:
    if not name:
        return ""
    try:
        return (folder / name).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise HqError(f"password file {folder / name}: {error.strerror}") from error
