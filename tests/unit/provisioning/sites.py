"""Site files of the tests."""

from pathlib import Path

from provisioning.site import SiteConfig, UsbScanner
from terminal.config.schema import DeviceConfig, IdentityConfig
from terminal.wire.toml import dump

KEY = "00112233445566778899aabbccddeeff" * 2
USB_PRINTER = DeviceConfig(name="printer0", driver="escpos", address="usblp:/dev/usb/lp0")
LAN_PRINTER = DeviceConfig(name="printer0", driver="escpos", address="tcp:192.168.1.50:9100")
SCANNER = UsbScanner(name="scanner0", vendor="0c2e", product="0b61")


def site(*devices: DeviceConfig, scanners: tuple[UsbScanner, ...] = (), program: str = "/bin/true") -> SiteConfig:
    """Return lane 3 of shop 1 with some devices."""
    identity = IdentityConfig(store="S01", till="T03", epoch=1)
    return SiteConfig(identity=identity, hq_keys=(KEY,), devices=devices, scanners=scanners, program=program)


def site_file(folder: Path, config: SiteConfig) -> Path:
    """Write a site as a technician would."""
    path = folder / "site.toml"
    path.write_text(dump(config), encoding="utf-8")
    return path
