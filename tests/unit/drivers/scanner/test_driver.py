import asyncio
import os

import pytest

from terminal.domain.errors import DeviceAbsentError
from terminal.drivers.links.byte_link import StreamLink
from terminal.drivers.links.descriptor import DescriptorLink
from terminal.drivers.scanner.driver import DoubleFilter, ScannerDriver, Tuning
from terminal.drivers.scanner.serial_scanner import SerialStream
from terminal.ports.devices import DeviceEvent, Scan, ScanFault, ScanFaultKind


def scanner(events: list[DeviceEvent], fd: int, *, half_read_ms: int = 50) -> ScannerDriver:
    def open_link() -> StreamLink:
        return DescriptorLink(fd, what="gun", release=lambda: os.close(fd))

    return ScannerDriver(
        "gun",
        events.append,
        path=None,
        open_link=open_link,
        new_decoder=SerialStream,
        tuning=Tuning(half_read_ms=half_read_ms),
    )


async def test_scanner_that_was_not_opened_is_absent_and_may_be_closed() -> None:
    driver = scanner([], 0)
    driver.close()
    with pytest.raises(DeviceAbsentError):
        await driver.serve(lambda *_: None)


async def test_bytes_that_wait_when_the_loop_was_late_are_no_half_read() -> None:
    events: list[DeviceEvent] = []
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    driver = scanner(events, reader)
    driver.open()
    serving = asyncio.create_task(driver.serve(lambda *_: None))
    os.write(writer, b"690123")
    loop = asyncio.get_running_loop()
    for _ in range(20):  # rounds of the loop: the beginning of the code is read
        await asyncio.sleep(0)
    late_until = loop.time() + 0.08
    while loop.time() < late_until:  # the loop is busy with something else for longer than the silence
        continue
    os.write(writer, b"4567892\r")
    async with asyncio.timeout(5):
        while not events:
            await asyncio.sleep(0.001)
    os.close(writer)
    with pytest.raises(DeviceAbsentError):
        await serving
    driver.close()
    assert [(type(event), event.data) for event in events if isinstance(event, Scan)] == [(Scan, "6901234567892")]
    assert not [event for event in events if isinstance(event, ScanFault)]


async def test_far_end_that_goes_in_the_middle_of_a_code_leaves_a_half_read() -> None:
    events: list[DeviceEvent] = []
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    driver = scanner(events, reader, half_read_ms=5000)
    driver.open()
    os.write(writer, b"690")
    os.close(writer)
    with pytest.raises(DeviceAbsentError):
        await driver.serve(lambda *_: None)
    driver.close()
    assert [event.kind for event in events if isinstance(event, ScanFault)] == [ScanFaultKind.HALF_READ]


def test_filter_judges_by_the_first_shot_and_its_own_time() -> None:
    shots = DoubleFilter(300)
    given = [("a", 0), ("a", 300), ("a", 301), ("b", 302), ("a", 303)]
    assert [shots.is_double(*shot) for shot in given] == [False, True, False, False, False]


def test_filter_that_is_off_lets_everything_through() -> None:
    shots = DoubleFilter(0)
    assert [shots.is_double("a", 0) for _ in range(3)] == [False, False, False]
