"""Every scan of a run, and what the till showed of it: to be held against the journal."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from msgspec import Struct

from terminal.wire.events import Fact, LineAdded, LineVoided, MemberBound, QuantityChanged, ScanHandled


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Codes scanned one after the other, while the journal that was shown grew from ``after`` to ``until``.

    The outcomes of the first ``answered`` were shown; a window that a crash cut short may have shown fewer than all.
    """

    codes: tuple[str, ...]
    after: int
    until: int
    answered: int


class ScanLog:
    """Takes down scans while they are made."""

    def __init__(self) -> None:
        self.windows: list[Window] = []
        self._codes: list[str] = []
        self._after = 0

    def scanned(self, code: str, *, seq: int) -> None:
        """A code is about to go to the scanner's cable; ``seq`` is what the till has shown as durable."""
        if not self._codes:
            self._after = seq
        self._codes.append(code)

    def ended(self, *, seq: int, answered: int | None = None) -> None:
        """The till shows ``seq`` now, and showed the outcomes of so many of the codes (None = of all)."""
        if self._codes:
            codes = tuple(self._codes)
            shown = len(codes) if answered is None else min(answered, len(codes))
            self.windows.append(Window(codes=codes, after=self._after, until=seq, answered=shown))
            self._codes.clear()


class ScanReport(Struct, frozen=True, kw_only=True):
    """What became of all scans. ``kept`` had no outcome that was seen, and are in the journal all the same."""

    scanned: int
    answered: int
    kept: int
    repeated: int
    lost: int
    doubled: int


def scan_of(fact: Fact, device: str) -> str | None:
    """Return the code of the scan of which a fact tells the outcome; None for every other fact."""
    match fact:
        case LineAdded(line=line, device=by) if by == device:
            return line.code
        case MemberBound(card=card, device=by) if by == device:
            return card
        case ScanHandled(code=code, device=by) if by == device:
            return code
        case LineVoided(device=by) | QuantityChanged(device=by) if by == device:
            return ""
        case _:
            return None


def check(windows: Iterable[Window], facts: Iterable[tuple[int, str]]) -> ScanReport:
    """Compare with the outcomes in the journal, (sequence, code) in order."""
    left = _Outcomes(facts)
    scanned = answered = kept = lost = doubled = 0
    for window in windows:
        doubled += len(left.until(window.after))
        found = left.until(window.until)
        same = _same(window.codes, found)
        scanned += len(window.codes)
        answered += window.answered
        kept += max(0, same - window.answered)
        lost += max(0, window.answered - same)
        doubled += len(found) - same
    doubled += left.count
    repeated = scanned - answered - kept
    return ScanReport(scanned=scanned, answered=answered, kept=kept, repeated=repeated, lost=lost, doubled=doubled)


class _Outcomes:
    """Outcomes, taken from the front."""

    def __init__(self, facts: Iterable[tuple[int, str]]) -> None:
        self._facts: Iterator[tuple[int, str]] = iter(facts)
        self._next = next(self._facts, None)

    def until(self, seq: int) -> list[str]:
        """Take those up to a sequence."""
        codes = []
        while self._next is not None and self._next[0] <= seq:
            codes.append(self._next[1])
            self._next = next(self._facts, None)
        return codes

    @property
    def count(self) -> int:
        """Take all the rest, and return how many."""
        return (self._next is not None) + sum(1 for _ in self._facts)


def _same(wanted: tuple[str, ...], found: list[str]) -> int:
    """Return how many agree from the beginning on."""
    same = 0
    for code, other in zip(wanted, found, strict=False):
        if code != other:
            break
        same += 1
    return same
