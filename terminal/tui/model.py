"""Rebuilds the till's view from the pages of a snapshot and from deltas. Pure."""

from enum import Enum, auto

import msgspec

from terminal.wire.counter.messages import Delta, SnapshotPage
from terminal.wire.counter.view import LineView, Sections, View

_NAMES = Sections.__struct_fields__


class Taken(Enum):
    """What came of a message."""

    WAIT = auto()
    """A page of several: the view is not whole yet."""
    SHOW = auto()
    """The view is whole and new."""
    GAP = auto()
    """Something was missed: ask for everything again."""


class Model:
    """The view as far as it is known; None until a snapshot was whole."""

    def __init__(self) -> None:
        self.view: View | None = None
        self.rev = -1
        self.journal_seq = 0
        self._pages: list[SnapshotPage] = []

    def forget(self) -> None:
        """Begin anew: what comes next must be a snapshot. The last view stays until it is replaced."""
        self.rev = -1
        self._pages = []

    def take_page(self, page: SnapshotPage) -> Taken:
        """Take a page; they come in order, and the first one brings the sections."""
        if page.page == 0:
            self._pages = []
        elif len(self._pages) != page.page or self._pages[0].rev != page.rev:
            self.forget()
            return Taken.GAP
        self._pages.append(page)
        if len(self._pages) < page.pages:
            return Taken.WAIT
        first = self._pages[0]
        lines = tuple(line for one in self._pages for line in one.lines)
        self.view = _with(View(lines=lines, selected=first.selected), first.sections or Sections())
        self.rev, self.journal_seq = page.rev, page.journal_seq
        self._pages = []
        return Taken.SHOW

    def take_delta(self, delta: Delta) -> Taken:
        """Take what changed since the revision that is shown."""
        if self.view is None or delta.base != self.rev:
            self.forget()
            return Taken.GAP
        lines = _patched(self.view.lines, delta)
        if lines is None:
            self.forget()
            return Taken.GAP
        view = msgspec.structs.replace(self.view, lines=lines, selected=delta.selected)
        self.view = _with(view, delta.sections)
        self.rev, self.journal_seq = delta.rev, delta.journal_seq
        return Taken.SHOW


def _with(view: View, sections: Sections) -> View:
    changed = {name: value for name in _NAMES if (value := getattr(sections, name)) is not None}
    return msgspec.structs.replace(view, **changed) if changed else view


def _patched(lines: tuple[LineView, ...], delta: Delta) -> tuple[LineView, ...] | None:
    """Return the lines after a delta; None when it leaves a hole or points outside."""
    if not delta.lines and delta.count == len(lines):
        return lines
    patched: list[LineView | None] = [*lines[: delta.count], *[None] * (delta.count - len(lines))]
    for index, line in delta.lines:
        if not 0 <= index < delta.count:
            return None
        patched[index] = line
    whole = tuple(line for line in patched if line is not None)
    return whole if len(whole) == delta.count else None
