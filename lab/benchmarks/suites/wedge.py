"""``wedge``: what the decoder of a keyboard-wedge scanner needs for one code, without the device."""

from statistics import median

from lab.benchmarks.measure.timing import in_us, work_ns
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.goods import code
from lab.benchmarks.stage.scanner import typed
from terminal.drivers.scanner.reading import RawCode
from terminal.drivers.scanner.wedge_decoder import INPUT_EVENT, WedgeDecoder

CODES = 2000
TARGET_US = 200
"""2 % of the 10 ms that a scanner of 1000 characters a second needs for a code."""


def measure(run: Run) -> list[Result]:
    """Measure the decoder on whole codes and byte by byte."""
    del run
    return measure_decoder(CODES)


def measure_decoder(codes: int) -> list[Result]:
    """Return microseconds per code; the floor is to take the events apart without a look at them."""
    scans = [typed(code(number)) for number in range(codes)]
    whole = WedgeDecoder()
    whole_us = in_us([work_ns(lambda scan=scan: whole.feed(scan)) for scan in scans])  # type: ignore[misc]
    cut = WedgeDecoder()
    cut_us = in_us([work_ns(lambda scan=scan: _in_events(cut, scan)) for scan in scans])  # type: ignore[misc]
    floor_us = in_us([work_ns(lambda scan=scan: list(INPUT_EVENT.iter_unpack(scan))) for scan in scans])  # type: ignore[misc]
    floor = {"unpack only": median(floor_us)}
    return [
        at_most("wedge.code", median(whole_us), unit="us", target=TARGET_US, peers=floor),
        noted("wedge.code, event by event", median(cut_us), unit="us", peers=floor),
    ]


def _in_events(decoder: WedgeDecoder, scan: bytes) -> list[RawCode]:
    size = INPUT_EVENT.size
    found = [reading for at in range(0, len(scan), size) for reading in decoder.feed(scan[at : at + size])]
    return [reading for reading in found if isinstance(reading, RawCode)]
