import sys

import pytest

from terminal.config.schema import DeviceConfig
from terminal.domain.errors import ConfigError
from terminal.drivers.registry import build_devices
from terminal.ports.devices import DeviceEvent

PRINTER = DeviceConfig(name="printer", driver="escpos", address="tcp:127.0.0.1:9")
SCANNER = DeviceConfig(name="scanner", driver="wedge", address="pipe:/none")


def ignore(event: DeviceEvent) -> None:
    del event


def test_devices_offer_their_ports() -> None:
    beeper = DeviceConfig(name="beeper", driver="beeper", address="pipe:/none")
    gun = DeviceConfig(name="gun", driver="serial-scanner", address="serial:/none?baud=115200")
    devices = build_devices([PRINTER, SCANNER, beeper, gun], ignore)
    ports = (devices.printer, devices.drawer, devices.beeper)
    assert [type(port).__name__ for port in ports] == ["EscposDriver", "EscposDriver", "BeeperDriver"]


def test_till_without_devices_has_no_ports() -> None:
    devices = build_devices([], ignore)
    assert (devices.printer, devices.drawer) == (None, None)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        (DeviceConfig(name="p", driver="escpso"), "device p: unknown driver 'escpso'; did you mean 'escpos'?"),
        (
            DeviceConfig(name="p", driver="zzz"),
            "device p: unknown driver 'zzz'; known: wedge, serial-scanner, escpos, beeper, nexo",
        ),
        (DeviceConfig(name="p", driver="wedge", address="tcp:h:1"), "device p: address: this driver needs one of"),
        (DeviceConfig(name="p", driver="escpos", address="pipe:/x"), "device p: address: this driver needs one of"),
        (
            DeviceConfig(name="p", driver="serial-scanner", address="usb:04b8:0202"),
            "device p: address: this driver needs one of serial, tcp",
        ),
        (DeviceConfig(name="b", driver="nexo", address="pipe:/x"), "device b: address: this driver needs one of"),
        (
            DeviceConfig(name="b", driver="nexo", address="tcp:h:1", settings={"sale_id": "收银"}),
            "device b: sale_id = '收银' is no text of 1 to 64 ASCII characters",
        ),
        (
            DeviceConfig(name="p", driver="escpos", address="tcp:h:1", settings={"colums": 48}),
            "device p: unknown setting 'colums'; did you mean 'columns'?",
        ),
        (
            DeviceConfig(name="p", driver="wedge", address="pipe:/x", settings={"layout": "dvorak"}),
            "device p: layout = 'dvorak' is none of us, de, fr",
        ),
        (
            DeviceConfig(name="p", driver="beeper", address="pipe:/x", settings={"volume": 3}),
            "device p: unknown setting 'volume'",
        ),
    ],
)
def test_wrong_configuration_stops_at_start_and_names_device_and_key(config: DeviceConfig, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        build_devices([config], ignore)
    assert str(caught.value).startswith(message)


def test_two_devices_of_one_name_are_refused() -> None:
    with pytest.raises(ConfigError, match="device scanner: there are two of this name"):
        build_devices([SCANNER, SCANNER], ignore)


def test_two_printers_are_refused() -> None:
    second = DeviceConfig(name="kitchen", driver="escpos", address="tcp:127.0.0.1:9")
    with pytest.raises(ConfigError, match="devices printer and kitchen: a till has one printer"):
        build_devices([PRINTER, second], ignore)


def test_driver_is_loaded_only_when_a_device_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("terminal.drivers.escpos")]:
        monkeypatch.delitem(sys.modules, name)
    build_devices([SCANNER], ignore)
    before = "terminal.drivers.escpos.driver" in sys.modules
    build_devices([PRINTER], ignore)
    assert (before, "terminal.drivers.escpos.driver" in sys.modules) == (False, True)
