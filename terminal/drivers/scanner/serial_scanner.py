"""Driver ``serial-scanner``: a scanner that sends bytes, on ``serial:`` or ``tcp:``.

Settings: ``half_read_ms``, ``double_ms`` (0 = off). Time stamps are those of arrival (monotonic): bytes carry none.
"""

import time

from terminal.drivers.links.address import parse_address, path_of
from terminal.drivers.links.byte_link import StreamLink
from terminal.drivers.links.opening import open_stream_link, stream_address
from terminal.drivers.scanner.driver import ScannerDriver, read_tuning
from terminal.drivers.scanner.reading import RawFault, Reading
from terminal.drivers.scanner.serial_decoder import SerialDecoder
from terminal.drivers.settings import DeviceSettings, DeviceSpec
from terminal.drivers.supervisor import Installed
from terminal.ports.devices import DeviceSink


class SerialStream:
    """A `SerialDecoder` with the monotonic clock."""

    def __init__(self) -> None:
        self._decoder = SerialDecoder()

    @property
    def pending(self) -> bool:
        """Whether a code has begun and has not ended."""
        return self._decoder.pending

    def feed(self, data: bytes, link: StreamLink) -> list[Reading]:
        """Take bytes."""
        del link
        return self._decoder.feed(data, at_ms=time.monotonic_ns() // 1_000_000)

    def flush(self, at_ms: int) -> RawFault | None:
        """End what is pending after a silence."""
        return self._decoder.flush(at_ms)


def build(spec: DeviceSpec, sink: DeviceSink) -> Installed:
    """Build the driver of one device; `ConfigError` for a wrong address or setting."""
    address = stream_address(spec.name, parse_address(spec.name, spec.address))
    settings = DeviceSettings(spec)
    tuning = read_tuning(settings)
    settings.finish()
    driver = ScannerDriver(
        spec.name,
        sink,
        path=path_of(address),
        open_link=lambda: open_stream_link(address),
        new_decoder=SerialStream,
        tuning=tuning,
    )
    return Installed(driver=driver)
