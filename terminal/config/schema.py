"""What a service is told by its TOML file. An unknown key is an error (`terminal.config.loader`)."""

from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.ids import STORE_SHAPE, TILL_SHAPE, Identity

LanguageName = Annotated[str, Meta(pattern="^(zh|en)$")]
Port = Annotated[int, Meta(ge=1, le=65535)]


class IdentityConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which lane this is."""

    store: Annotated[str, Meta(pattern=f"^{STORE_SHAPE}$")]
    till: Annotated[str, Meta(pattern=f"^{TILL_SHAPE}$")]
    epoch: Annotated[int, Meta(ge=1)] = 1

    def as_identity(self) -> Identity:
        """Return the value that the services go by; a recovery may have begun a newer epoch."""
        return Identity(store=self.store, till=self.till, epoch=self.epoch)


class DeviceConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One device: a driver of the registry and the address of its link (docs/devices.md).

    ``settings`` belong to the driver: layout of a scanner, columns of a printer, open level of a drawer sensor, …
    """

    name: str
    driver: str
    address: str = ""
    settings: dict[str, str | int | bool] = {}


class TillConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The till service."""

    identity: IdentityConfig
    state_dir: str
    books_dir: str
    run_dir: str
    counter_dir: str = ""
    """Folder of the operator's socket, for its own group; empty = ``run_dir``."""
    counter_group: str = ""
    """Whose members may operate the till, beside root and the till's own user; empty = nobody else."""
    time_zone: str = "Asia/Shanghai"
    devices: tuple[DeviceConfig, ...] = ()
    receipt_language: LanguageName = "zh"
    key_file: str = ""
    """The private key with which this till signs; empty = it has none."""
    clock_jump_days: Annotated[int, Meta(ge=1)] = 7
    """Days beyond the last fact at most that the machine's clock is believed without HQ."""
    clock_checked: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    """The day on which a technician saw that the clock is right: from then on it is believed for that many days."""
    lab: bool = False
    """Lab builds only: allows an injected clock."""
    lab_clock_file: str | None = None
    """The injected clock: 8 bytes, UTC in ms, big endian (`terminal.offline.lab_clock`)."""
    lab_hurry: Annotated[int, Meta(ge=1)] = 1
    """Payments by code wait so many times less."""


class ScreenConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The screen service. ``demo`` shows how to leave (Ctrl+Q twice) and key aliases of desktop terminals.

    ``observer`` makes it a second screen: it shows everything, and its keys do nothing. ``aliases`` give keys of this
    keyboard the till's names: ``insert = "f5"``.
    """

    run_dir: str
    language: LanguageName = "zh"
    demo: bool = False
    mouse: bool = False
    observer: bool = False
    aliases: dict[str, str] = {}


class BrokerConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The MQTT broker; ``ca_file`` switches TLS on."""

    host: str = "127.0.0.1"
    port: Port = 1883
    username: str = ""
    password_file: str = ""
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


class GatewayConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The host of payments by code; ``ca_file`` switches TLS on."""

    host: str
    port: Port
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""


class UplinkConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The uplink service. ``hq_keys`` are HQ's pinned Ed25519 public keys (hexadecimal)."""

    identity: IdentityConfig
    state_dir: str
    books_dir: str
    data_dir: str
    run_dir: str
    hq_keys: tuple[str, ...]
    broker: BrokerConfig = BrokerConfig()
    gateway: GatewayConfig | None = None
    """Without one there are no payments by code."""
