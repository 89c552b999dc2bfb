"""Views and their differences: a screen that applies deltas shows what the counter projects."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.checkout.delta import diff, snapshot_pages
from terminal.checkout.state import initial
from terminal.checkout.view import project
from terminal.wire.counter.messages import PAGE_LINES, Delta, decode_from_till, encode
from terminal.wire.counter.view import LineView, Sections, View
from terminal.wire.record import TillRecord, decode_record, encode_record
from tests.unit.checkout.counter_bench import (
    IDENTITY,
    selling,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
)
from tests.unit.checkout.test_properties import HANDS, act


def applied(view: View, delta: Delta) -> View:
    """Return what a screen shows after a delta."""
    lines = list(view.lines[: delta.count])
    for index, line in delta.lines:
        if index < len(lines):
            lines[index] = line
        else:
            lines.append(line)
    changed = {
        name: value for name in delta.sections.__struct_fields__ if (value := getattr(delta.sections, name)) is not None
    }
    return msgspec.structs.replace(view, **changed, lines=tuple(lines), selected=delta.selected)


def sent(old: View, new: View) -> Delta:
    """Return the difference as it comes out of a socket."""
    sections, lines, count, selected = diff(old, new)
    delta = Delta(base=1, rev=2, sections=sections, lines=lines, count=count, selected=selected)
    received = decode_from_till(encode(delta))
    assert isinstance(received, Delta)
    return received


@given(st.lists(HANDS, max_size=40))
@settings(max_examples=40, deadline=None)
def test_deltas_rebuild_the_view_whatever_happens(hands: list[tuple[str, ...]]) -> None:
    bench = selling()
    assert bench.view is not None
    screen = bench.view
    for hand in hands:
        before = bench.view
        act(bench, hand)
        screen = applied(screen, sent(before, bench.view))
        assert screen == bench.view


def test_a_scan_changes_one_line() -> None:
    bench = selling()
    for _ in range(50):
        bench.scan(COLA)
    before = bench.view
    bench.scan(WATER)
    assert before is not None
    assert bench.view is not None
    sections, lines, count, selected = diff(before, bench.view)
    assert lines == ((50, LineView(51, WATER, "农夫山泉", "1", "2.00", "2.00")),)
    assert (count, selected) == (51, 50)
    assert (sections.header, sections.panel, sections.keys, sections.input) == (None, None, None, None)
    assert all(new is old for new, old in zip(bench.view.lines, before.lines, strict=False))


def test_a_changed_line_in_the_middle_is_the_only_one_sent() -> None:
    bench = selling()
    for code in (COLA, WATER, CHIPS):
        bench.scan(code)
    before = bench.view
    bench.write("2-")
    assert before is not None
    assert bench.view is not None
    _, lines, count, _ = diff(before, bench.view)
    assert ([index for index, _ in lines], count) == ([1], 3)


def test_a_member_changes_the_prices_of_all_lines() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(COLA)
    bench.scan(MEMBER_CARD)
    assert bench.view is not None
    assert [line.price for line in bench.view.lines] == ["3.00", "3.00"]


def test_nothing_new_is_the_same_view() -> None:
    bench = selling()
    bench.scan(COLA)
    view = bench.view
    again = project(bench.counter, view, clock="10:00", journal_seq=len(bench.facts))
    assert again is view
    assert diff(again, again) == (Sections(), (), 1, 0)
    assert project(bench.counter, view, clock="10:01", journal_seq=len(bench.facts)) is not view


def test_a_new_sale_takes_the_old_lines_away() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(COLA)
    before = bench.view
    bench.press("f12")
    assert before is not None
    assert bench.view is not None
    assert diff(before, bench.view)[1:] == ((), 0, -1)


def test_a_whole_view_goes_in_pages() -> None:
    bench = selling()
    for _ in range(2 * PAGE_LINES + 1):
        bench.scan(COLA)
    assert bench.view is not None
    pages = snapshot_pages(bench.view, rev=7, journal_seq=9)
    assert [(page.page, page.pages, len(page.lines), page.rev, page.journal_seq) for page in pages] == [
        (0, 3, PAGE_LINES, 7, 9),
        (1, 3, PAGE_LINES, 7, 9),
        (2, 3, 1, 7, 9),
    ]
    assert pages[0].sections is not None
    assert (pages[0].sections.totals, pages[1].sections) == (bench.view.totals, None)
    assert tuple(line for page in pages for line in page.lines) == bench.view.lines


def test_an_empty_view_is_one_page() -> None:
    (page,) = snapshot_pages(View(), rev=1)
    assert (page.pages, page.lines, page.sections is not None) == (1, (), True)


def test_a_counter_that_comes_up_shows_the_basket_of_the_record() -> None:
    bench = selling()
    for code in (COLA, "2112345012346", WATER):
        bench.scan(code)
    bench.write("1-")
    record = decode_record(encode_record(bench.counter.record))
    view = project(initial(IDENTITY, record), None, clock="10:00")
    assert bench.view is not None
    assert (view.lines, view.totals, view.selected) == (bench.view.lines, bench.view.totals, 2)


def test_the_header_names_place_person_and_receipt() -> None:
    bench = selling()
    bench.scan(COLA)
    assert bench.view is not None
    header = bench.view.header
    assert (header.store, header.till, header.staff_number, header.staff_name, header.clock) == (
        "S01",
        "T03",
        "1001",
        "王芳",
        "10:00",
    )
    assert header.receipt_no == "S01-T03-1-000001"
    bench.press("f12")
    assert bench.view.header.receipt_no == "S01-T03-1-000001"
    bench.scan(COLA)
    assert bench.view.header.receipt_no == "S01-T03-1-000002"


def test_typed_characters_show_before_they_act() -> None:
    bench = selling()
    bench.chunk("6", "9")
    assert bench.view is not None
    assert bench.view.input.text == "69"


def test_a_completed_page_without_a_last_sale_is_empty() -> None:
    from terminal.checkout.modes import Completed  # noqa: PLC0415

    counter = replace(initial(IDENTITY, TillRecord()), mode=Completed())
    view = project(counter, None, clock="10:00")
    assert view.panel.__class__.__name__ == "CompletedPanel"
