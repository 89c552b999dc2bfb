"""The difference between two views, and whole views in pages."""

from itertools import compress, count
from operator import is_not
from typing import TypeVar

from terminal.wire.counter.messages import PAGE_LINES, SnapshotPage
from terminal.wire.counter.view import LineView, Sections, View

ChangedLines = tuple[tuple[int, LineView], ...]

T = TypeVar("T")


def diff(old: View, new: View) -> tuple[Sections, ChangedLines, int, int]:
    """Return changed sections, changed lines by index, the number of lines, and the selected one."""
    sections = Sections(
        header=_changed(old.header, new.header),
        totals=_changed(old.totals, new.totals),
        notice=_changed(old.notice, new.notice),
        input=_changed(old.input, new.input),
        devices=_changed(old.devices, new.devices),
        uplink=_changed(old.uplink, new.uplink),
        panel=_changed(old.panel, new.panel),
        keys=_changed(old.keys, new.keys),
    )
    return sections, _changed_lines(old.lines, new.lines), len(new.lines), new.selected


def _changed(old: T, new: T) -> T | None:
    return None if old is new or old == new else new


def _changed_lines(old: tuple[LineView, ...], new: tuple[LineView, ...]) -> ChangedLines:
    """Lines that stay are the same objects; one more line is the usual case."""
    if old is new:
        return ()
    shared = min(len(old), len(new))
    added = tuple(enumerate(new[shared:], start=shared))
    if new[:shared] == old[:shared]:
        return added
    changed = compress(zip(count(), new, strict=False), map(is_not, old, new))
    return (*changed, *added)


def snapshot_pages(view: View, *, rev: int, journal_seq: int = 0) -> list[SnapshotPage]:
    """Return a whole view in pages of `PAGE_LINES` lines; the sections stand in the first."""
    starts = range(0, len(view.lines), PAGE_LINES) or range(1)
    return [
        SnapshotPage(
            rev=rev,
            page=page,
            pages=len(starts),
            lines=view.lines[start : start + PAGE_LINES],
            sections=_all_sections(view) if page == 0 else None,
            selected=view.selected,
            journal_seq=journal_seq,
        )
        for page, start in enumerate(starts)
    ]


def _all_sections(view: View) -> Sections:
    return Sections(
        header=view.header,
        totals=view.totals,
        notice=view.notice,
        input=view.input,
        devices=view.devices,
        uplink=view.uplink,
        panel=view.panel,
        keys=view.keys,
    )
