"""What a technician may write, and what is refused before it reaches a unit or a rule."""

from pathlib import Path

import msgspec
import pytest

from provisioning.site import load_site, network_printers
from terminal.config.schema import BrokerConfig, DeviceConfig, IdentityConfig
from terminal.domain.errors import ConfigError
from terminal.wire.toml import dump_table
from tests.unit.provisioning.sites import LAN_PRINTER, SCANNER, USB_PRINTER, site, site_file


def test_a_site_is_read_whole(tmp_path: Path) -> None:
    config = site(USB_PRINTER, scanners=(SCANNER,))
    assert load_site(site_file(tmp_path, config)) == config


def test_an_unknown_key_of_the_site_is_refused(tmp_path: Path) -> None:
    path = site_file(tmp_path, site())
    path.write_text("scaners = []\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(ConfigError, match="unknown key scaners") as caught:
        load_site(path)
    assert caught.value.hint == "did you mean scanners?"


def test_a_site_without_a_key_of_hq_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="hq_keys is empty"):
        load_site(site_file(tmp_path, msgspec.structs.replace(site(), hq_keys=())))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("vendor", '0c2e", RUN+="/bin/sh'),
        ("product", "0B61"),
        ("name", "../sda"),
        ("port", '1-1"'),
    ],
)
def test_a_scanner_cannot_smuggle_a_rule(field: str, value: str, tmp_path: Path) -> None:
    scanner = msgspec.structs.replace(SCANNER, **{field: value})
    with pytest.raises(ConfigError, match=rf"scanners\[0\]\.{field}: Expected `str` matching regex"):
        load_site(site_file(tmp_path, site(scanners=(scanner,))))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"identity": IdentityConfig(store="S01", till="T3 x")}, "identity.till: Expected `str` matching regex"),
        ({"identity": IdentityConfig(store="店", till="T03")}, "identity.store: Expected `str` matching regex"),
        ({"identity": IdentityConfig(store="S01", till="T03", epoch=0)}, "identity.epoch: Expected `int` >= 1"),
        ({"broker": BrokerConfig(port=99999)}, "broker.port: Expected `int` <= 65535"),
        ({"language": "fr"}, "language: Expected `str` matching regex"),
        ({"receipt_language": "fr"}, "receipt_language: Expected `str` matching regex"),
        ({"clock_checked": "2026-13-01"}, "clock_checked: there is no day 2026-13-01"),
        ({"time_zone": "Mars"}, "time_zone: there is no 'Mars'"),
        ({"devices": (USB_PRINTER, USB_PRINTER)}, "devices: there are 2 of the name"),
    ],
)
def test_what_no_till_could_start_with_is_refused_with_its_key(
    changed: dict[str, object], said: str, tmp_path: Path
) -> None:
    written = msgspec.to_builtins(site()) | {key: msgspec.to_builtins(value) for key, value in changed.items()}
    path = tmp_path / "site.toml"
    path.write_text(dump_table(written), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_site(path)
    assert said in str(caught.value)


def test_a_program_with_a_space_or_an_option_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="program: Expected `str` matching regex"):
        load_site(site_file(tmp_path, site(program="/bin/sh -c")))


def test_addresses_of_the_lan_are_sorted_and_named_once() -> None:
    second = DeviceConfig(name="label", driver="escpos", address="tcp:[fd00::2]:9100")
    same = msgspec.structs.replace(LAN_PRINTER, name="drawer")
    printers = (LAN_PRINTER, second, same, msgspec.structs.replace(USB_PRINTER, name="usb"))
    assert network_printers(site(*printers)) == ("192.168.1.50", "fd00::2")


def test_a_host_name_of_a_printer_is_refused_since_no_fence_can_hold_it() -> None:
    device = DeviceConfig(name="printer0", driver="escpos", address="tcp:printer.shop:9100")
    with pytest.raises(ConfigError, match=r"device printer0: printer\.shop is no IP address"):
        network_printers(site(device))
