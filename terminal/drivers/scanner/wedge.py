"""Driver ``wedge``: a scanner that types, on ``evdev:`` or on a FIFO of input events.

Settings: ``layout`` (us, de, fr: the country that the scanner was set to), ``half_read_ms``, ``double_ms`` (0 = off).
"""

from terminal.drivers.links.address import parse_address, path_of
from terminal.drivers.links.byte_link import StreamLink
from terminal.drivers.links.opening import key_address, open_key_link
from terminal.drivers.scanner.driver import ScannerDriver, read_tuning
from terminal.drivers.scanner.keymaps import LAYOUTS
from terminal.drivers.scanner.reading import RawFault, Reading
from terminal.drivers.scanner.wedge_decoder import WedgeDecoder
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Installed
from terminal.ports.devices import DeviceSink, ScanFaultKind


class WedgeStream:
    """A `WedgeDecoder` that asks its link which keys are down after the kernel lost events."""

    def __init__(self, layout: str, *, half_read_ms: int) -> None:
        self._decoder = WedgeDecoder(layout, half_read_ms=half_read_ms)

    @property
    def pending(self) -> bool:
        """Whether a code has begun and has not ended."""
        return self._decoder.pending

    def feed(self, data: bytes, link: StreamLink) -> list[Reading]:
        """Take input events."""
        found = self._decoder.feed(data)
        if any(isinstance(reading, RawFault) and reading.kind is ScanFaultKind.OVERRUN for reading in found):
            self._decoder.hold(link.held_keys())
        return found

    def flush(self, at_ms: int) -> RawFault | None:
        """End what is pending after a silence."""
        return self._decoder.flush(at_ms)


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    address = key_address(spec.name, parse_address(spec.name, spec.address))
    settings = DeviceSettings(spec)
    layout = settings.choice("layout", "us", LAYOUTS)
    tuning = read_tuning(settings)
    settings.finish()
    driver = ScannerDriver(
        spec.name,
        sink,
        path=path_of(address),
        open_link=lambda: open_key_link(address),
        new_decoder=lambda: WedgeStream(layout, half_read_ms=tuning.half_read_ms),
        tuning=tuning,
    )
    return Installed(driver=driver)
