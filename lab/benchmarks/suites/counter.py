"""``counter``: what one scan costs in the till without device, book file and disk: step, view, delta, message."""

from collections import deque
from collections.abc import Iterator
from itertools import chain

from lab.benchmarks.measure.timing import in_us, percentile, work_ns
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.goods import VERSION, article, code
from lab.benchmarks.stage.sales import SCANNER, WHO, line_added, opening
from terminal.checkout.counter import step
from terminal.checkout.delta import diff
from terminal.checkout.effects import LookUp, OpenBook
from terminal.checkout.inputs import BookOffered, BookOpened, Input, LookedUp, Moment, Scanned
from terminal.checkout.state import initial
from terminal.checkout.view import project
from terminal.domain.errors import PosError
from terminal.domain.settings import Settings
from terminal.ports.catalog import BookInfo
from terminal.ports.devices import Scan
from terminal.wire.counter.messages import Delta, encode
from terminal.wire.counter.view import View
from terminal.wire.events import Fact
from terminal.wire.record import TillRecord, apply

BASKETS = (10, 1000)
SCANS = 400
TARGET_US = 1000
"""An eighth of the 8 ms that the whole path may take."""
_MOMENT = Moment(wall_ms=1_800_000_000_000, mono_ms=1_000, local_iso="2026-11-23T09:30:00", fresh_id="0" * 32)


def measure(run: Run) -> list[Result]:
    """Measure in a short and in a very long basket."""
    del run
    return list(chain.from_iterable(measure_scan(lines, scans=SCANS) for lines in BASKETS))


def measure_scan(lines: int, *, scans: int) -> list[Result]:
    """Scan into a basket of so many lines, each time from the same state."""
    scene = Scene(lines)
    spent_us = in_us([work_ns(scene.scan) for _ in range(scans)])
    name = f"counter.{lines}-lines"
    return [
        noted(f"{name}.p50", percentile(spent_us, 50), unit="us"),
        at_most(f"{name}.p99", percentile(spent_us, 99), unit="us", target=TARGET_US),
        noted(f"{name}.delta", len(scene.sent), unit="B"),
    ]


class Scene:
    """A counter with an open sale, and a screen that shows it."""

    def __init__(self, lines: int) -> None:
        record = TillRecord()
        for fact in chain(opening(), _lines(lines)):
            record = apply(record, fact)
        self._counter = initial(WHO, record)
        self._lines = lines
        self.sent = b""
        self._happen(BookOffered(VERSION))
        self._view = project(self._counter, None, clock="09:30")

    def scan(self) -> None:
        """Let one more article be scanned, up to the message for the screen, and forget it."""
        before = self._counter
        self._happen(Scanned(Scan(device=SCANNER, data=code(self._lines + 1), at_ms=_MOMENT.mono_ms)))
        view = project(self._counter, self._view, clock="09:30")
        self.sent = _message(self._view, view)
        self._counter = before

    def _happen(self, event: Input) -> None:
        events = deque([event])
        while events:
            taken = step(self._counter, events.popleft(), _MOMENT)
            self._counter = taken.counter
            for effect in taken.effects:
                match effect:
                    case LookUp():
                        events.append(LookedUp(query=effect, article=article(self._lines + 1)))
                    case OpenBook(version=version):
                        info = BookInfo(version=version, sha256="0" * 64, label="bench", articles=1)
                        events.append(BookOpened(info=info, settings=Settings()))
                    case _:
                        pass


def _lines(count: int) -> Iterator[Fact]:
    return (line_added(number, number) for number in range(1, count + 1))


def _message(old: View, new: View) -> bytes:
    sections, lines, count, selected = diff(old, new)
    if len(lines) != 1:
        raise PosError(f"a scan changed {len(lines)} lines")
    return encode(Delta(base=0, rev=1, sections=sections, lines=lines, count=count, selected=selected))
