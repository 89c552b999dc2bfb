import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import ConfigError
from terminal.drivers.links.address import (
    EvdevAddress,
    LinkAddress,
    PipeAddress,
    SerialAddress,
    TcpAddress,
    UsbAddress,
    UsbIpAddress,
    UsblpAddress,
    parse_address,
    path_of,
)
from terminal.drivers.links.opening import byte_address, key_address, stream_address


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("evdev:by-id/usb-X-event-kbd", EvdevAddress(path="/dev/input/by-id/usb-X-event-kbd")),
        ("evdev:/dev/input/event3", EvdevAddress(path="/dev/input/event3")),
        ("pipe:/run/a b/scanner", PipeAddress(path="/run/a b/scanner")),
        ("serial:/dev/ttyUSB0", SerialAddress(path="/dev/ttyUSB0")),
        (
            "serial:/dev/ttyS0?baud=115200&parity=even&bits=7&stop=2&flow=rtscts",
            SerialAddress(path="/dev/ttyS0", baud=115200, bits=7, parity="even", stop=2, flow="rtscts"),
        ),
        ("usblp:/dev/usb/lp0", UsblpAddress(path="/dev/usb/lp0")),
        ("tcp:printer.shop:9100", TcpAddress(host="printer.shop", port=9100)),
        ("tcp:[::1]:9100", TcpAddress(host="::1", port=9100)),
        ("usb:04b8:0E15", UsbAddress(vendor=0x04B8, product=0x0E15)),
        ("usb:04b8:0e15:A:1", UsbAddress(vendor=0x04B8, product=0x0E15, serial="A:1")),
        ("usbip:127.0.0.1:3240/1-1.4", UsbIpAddress(host="127.0.0.1", port=3240, busid="1-1.4")),
    ],
)
def test_address_is_read(text: str, address: LinkAddress) -> None:
    assert parse_address("x", text) == address


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("uart:/dev/ttyS0", "unknown scheme 'uart'"),
        ("/dev/ttyS0", "unknown scheme"),
        ("", "unknown scheme ''"),
        ("pipe:", "names nothing after pipe:"),
        ("pipe:/x?a=1", "unknown parameter 'a'"),
        ("serial:/dev/ttyS0?boud=9600", "unknown parameter 'boud'; did you mean 'baud'?"),
        ("serial:/dev/ttyS0?baud=fast", "baud='fast' is not a speed"),
        ("serial:/dev/ttyS0?baud=0", "baud='0' is not a speed"),
        ("serial:/dev/ttyS0?parity=mark", "parity='mark' is none of none, even, odd"),
        ("serial:/dev/ttyS0?baud", "'baud' is not one key=value"),
        ("serial:/dev/ttyS0?baud=1200&baud=2400", "is not one key=value"),
        ("tcp:host", "'host' is not host:port"),
        ("tcp:host:0", "is not host:port"),
        ("tcp:host:65536", "is not host:port"),
        ("tcp:host:9100?x=1", "unknown parameter 'x'"),
        ("usb:4b8:202", "is not vid:pid"),
        ("usbip:host:3240", "lacks the busid"),
        ("evdev:x?y=1", "unknown parameter"),
        ("usblp:/dev/usb/lp0?y=1", "unknown parameter"),
        ("usb:04b8:0202?y=1", "unknown parameter"),
        ("usbip:host:3240/1-1?y=1", "unknown parameter"),
    ],
)
def test_wrong_address_names_the_device_and_what_is_wrong(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_address("front", text)
    assert str(caught.value).startswith("device front: address: ")
    assert message in str(caught.value)


def test_files_of_devices_are_known() -> None:
    assert path_of(PipeAddress(path="/a")) == "/a"
    assert path_of(TcpAddress(host="h", port=1)) is None


def test_driver_refuses_an_address_of_another_kind() -> None:
    with pytest.raises(ConfigError, match="device p: address: this driver needs one of serial, usblp"):
        byte_address("p", PipeAddress(path="/a"))
    with pytest.raises(ConfigError, match="needs one of evdev, pipe"):
        key_address("p", TcpAddress(host="h", port=1))
    with pytest.raises(ConfigError, match="needs one of serial, tcp"):
        stream_address("p", UsblpAddress(path="/a"))


@given(st.text(max_size=40), st.sampled_from(["", "serial:", "usb:", "tcp:", "usbip:"]))
def test_any_text_is_an_address_or_a_config_error(text: str, scheme: str) -> None:
    result: LinkAddress | ConfigError
    try:
        result = parse_address("x", scheme + text)
    except ConfigError as error:
        result = error
    assert isinstance(result, LinkAddress | ConfigError)
