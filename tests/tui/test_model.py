import msgspec
from hypothesis import given
from hypothesis import strategies as st

from terminal.checkout.delta import diff, snapshot_pages
from terminal.tui.model import Model, Taken
from terminal.wire.counter.messages import Delta, SnapshotPage
from terminal.wire.counter.view import Sections, Totals, View
from tests.tui.shown import line, sale


def loaded(view: View, rev: int = 7) -> Model:
    model = Model()
    for page in snapshot_pages(view, rev=rev, journal_seq=90):
        model.take_page(page)
    return model


def test_snapshot_of_one_page_is_the_view() -> None:
    model = loaded(sale(7))
    assert (model.view, model.rev, model.journal_seq) == (sale(7), 7, 90)


def test_thousand_lines_come_in_ten_pages_and_are_shown_when_the_last_is_there() -> None:
    model = Model()
    taken = [model.take_page(page) for page in snapshot_pages(sale(1000), rev=1)]
    assert taken == [Taken.WAIT] * 9 + [Taken.SHOW]
    assert model.view == sale(1000)


def test_page_out_of_order_is_a_gap() -> None:
    model = Model()
    pages = snapshot_pages(sale(300), rev=1)
    model.take_page(pages[0])
    assert model.take_page(pages[2]) is Taken.GAP
    assert model.take_page(pages[1]) is Taken.GAP


def test_page_of_another_revision_is_a_gap() -> None:
    model = Model()
    model.take_page(snapshot_pages(sale(200), rev=1)[0])
    assert model.take_page(snapshot_pages(sale(200), rev=2)[1]) is Taken.GAP


def test_new_first_page_begins_anew() -> None:
    model = Model()
    model.take_page(snapshot_pages(sale(200), rev=1)[0])
    assert model.take_page(snapshot_pages(sale(3), rev=2)[0]) is Taken.SHOW
    assert model.view == sale(3)


def test_page_without_sections_leaves_them_empty() -> None:
    model = Model()
    model.take_page(SnapshotPage(rev=1, page=0, pages=1, lines=(line(1),)))
    assert model.view == View(lines=(line(1),))


def test_delta_before_any_snapshot_is_a_gap() -> None:
    assert Model().take_delta(Delta(base=-1, rev=0)) is Taken.GAP


def test_delta_of_another_base_is_a_gap_and_the_view_stays() -> None:
    model = loaded(sale(7))
    assert model.take_delta(Delta(base=6, rev=8, count=7)) is Taken.GAP
    assert model.view == sale(7)


def test_delta_that_leaves_a_hole_is_a_gap() -> None:
    assert loaded(sale(2)).take_delta(Delta(base=7, rev=8, lines=((3, line(4)),), count=4)) is Taken.GAP


def test_delta_that_points_behind_the_end_is_a_gap() -> None:
    assert loaded(sale(2)).take_delta(Delta(base=7, rev=8, lines=((2, line(3)),), count=2)) is Taken.GAP


def test_delta_without_lines_keeps_them_as_they_are() -> None:
    model = loaded(sale(7))
    assert model.view is not None
    lines = model.view.lines
    totals = Totals(due="1.00")
    assert model.take_delta(Delta(base=7, rev=8, count=7, selected=2, sections=Sections(totals=totals))) is Taken.SHOW
    assert model.view.lines is lines
    assert model.view == msgspec.structs.replace(sale(7), totals=totals, selected=2)


@given(
    st.integers(min_value=0, max_value=30),
    st.integers(min_value=0, max_value=30),
    st.sets(st.integers(min_value=0, max_value=29)),
)
def test_what_the_till_leaves_out_is_rebuilt(before: int, after: int, changed: set[int]) -> None:
    old, new = sale(before), sale(after)
    lines = tuple(line(row.number + 1) if index in changed else row for index, row in enumerate(new.lines))
    new = msgspec.structs.replace(new, lines=lines, totals=Totals(due=str(after)))
    model = loaded(old)
    sections, rows, count, selected = diff(old, new)
    delta = Delta(base=7, rev=8, sections=sections, lines=rows, count=count, selected=selected, journal_seq=91)
    assert model.take_delta(delta) is Taken.SHOW
    assert (model.view, model.rev, model.journal_seq) == (new, 8, 91)
