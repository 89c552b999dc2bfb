"""The one file that a technician writes for a till; every file of the host follows from it."""

import ipaddress
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Meta, Struct

from terminal.config.loader import load
from terminal.config.schema import BrokerConfig, DeviceConfig, GatewayConfig, IdentityConfig, LanguageName
from terminal.domain.errors import ConfigError

UsbId = Annotated[str, Meta(pattern="^[0-9a-f]{4}$")]
LinkName = Annotated[str, Meta(pattern="^[a-z][a-z0-9-]{0,31}$")]
UsbPort = Annotated[str, Meta(pattern="^([0-9]+-[0-9.]+)?$")]
Program = Annotated[str, Meta(pattern="^/[A-Za-z0-9._/+-]+$")]
HqKey = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


WHERE_FROM = "a technician writes it; docs/operations.md has one to begin with"


class UsbScanner(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scanner that types like a keyboard; it becomes ``/dev/guitai/<name>``.

    ``vendor`` and ``product`` as lsusb shows them; ``port`` (``1-1.2``) tells twins apart.
    """

    name: LinkName
    vendor: UsbId
    product: UsbId
    port: UsbPort = ""


class SiteConfig(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A till: which lane, whose HQ, which devices. ``program`` is the installed ``guitai``."""

    identity: IdentityConfig
    hq_keys: tuple[HqKey, ...]
    broker: BrokerConfig = BrokerConfig()
    gateway: GatewayConfig | None = None
    devices: tuple[DeviceConfig, ...] = ()
    scanners: tuple[UsbScanner, ...] = ()
    language: LanguageName = "zh"
    receipt_language: LanguageName = "zh"
    time_zone: str = "Asia/Shanghai"
    clock_jump_days: Annotated[int, Meta(ge=1)] = 7
    clock_checked: Annotated[str, Meta(pattern=r"^(\d{4}-\d{2}-\d{2})?$")] = ""
    program: Program = "/opt/guitai/current/bin/guitai"

    def __post_init__(self) -> None:
        """Refuse what no till could start with."""
        _check_clock(self.time_zone, self.clock_checked)
        for name, times in Counter(device.name for device in self.devices).items():
            if times > 1:
                raise ValueError(f"devices: there are {times} of the name {name}")


def _check_clock(time_zone: str, clock_checked: str) -> None:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"time_zone: there is no {time_zone!r}; a name like Asia/Shanghai") from None
    if clock_checked:
        try:
            date.fromisoformat(clock_checked)
        except ValueError:
            raise ValueError(f"clock_checked: there is no day {clock_checked}") from None


def load_site(path: Path) -> SiteConfig:
    """Return the site of a file; `ConfigError` for what is unknown, wrong, or cannot be fenced in."""
    site = load(path, SiteConfig, where_from=WHERE_FROM)
    if not site.hq_keys:
        raise ConfigError(f"{path}: hq_keys is empty", hint="guitai-hq init prints HQ's public key")
    network_printers(site)
    return site


def network_printers(site: SiteConfig) -> tuple[str, ...]:
    """Return the IP addresses of devices on the LAN, sorted; `ConfigError` for a host name, which no fence can hold."""
    addresses = set()
    for device in site.devices:
        scheme, _, rest = device.address.partition(":")
        if scheme != "tcp":
            continue
        host = rest.rpartition(":")[0].strip("[]")
        try:
            addresses.add(str(ipaddress.ip_address(host)))
        except ValueError as error:
            hint = "write the device's fixed IP address, like tcp:192.168.1.50:9100"
            raise ConfigError(f"device {device.name}: {host} is no IP address", hint=hint) from error
    return tuple(sorted(addresses))
