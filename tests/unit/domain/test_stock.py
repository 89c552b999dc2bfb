"""Documents of stock: what each moves, and what a count finds."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.stock import (
    AdjustReason,
    DocumentId,
    DocumentKind,
    Level,
    StockDocument,
    StockLine,
    moved,
    movements,
    summed,
    worth_fen,
)
from terminal.domain.text import clean

COLA, APPLES = Sku("COLA"), Sku("APPLES")


def line(quantity: int, *, sku: Sku = COLA, price_fen: int = 350, unit: Unit = Unit.EACH) -> StockLine:
    return StockLine(sku=sku, name=clean(sku), code=clean(sku), quantity=quantity, price_fen=price_fen, unit=unit)


def document(kind: DocumentKind, *lines: StockLine) -> StockDocument:
    return StockDocument(id=DocumentId("d1"), kind=kind, staff=StaffNumber("2001"), lines=lines)


@pytest.mark.parametrize(
    ("kind", "moves"),
    [
        (DocumentKind.RECEIVE, Level(on_hand=12)),
        (DocumentKind.SUPPLIER_RETURN, Level(on_hand=-12)),
        (DocumentKind.TRANSFER_OUT, Level(on_hand=-12, in_transit=12)),
        (DocumentKind.TRANSFER_IN, Level(on_hand=12)),
        (DocumentKind.FREEZE, Level(on_hand=-12, frozen=12)),
        (DocumentKind.RELEASE, Level(on_hand=12, frozen=-12)),
        (DocumentKind.COUNT, Level()),
        (DocumentKind.ADJUST, Level()),
    ],
)
def test_each_kind_of_document_moves_goods_its_own_way(kind: DocumentKind, moves: Level) -> None:
    assert moved(kind, line(12)) == moves


def test_every_kind_is_tried_above() -> None:
    (mark,) = test_each_kind_of_document_moves_goods_its_own_way.pytestmark  # type: ignore[attr-defined]
    assert [kind for kind, _ in mark.args[1]] == list(DocumentKind)


@pytest.mark.parametrize(("reason", "pieces"), [("damaged", -3), ("expired", -3), ("lost", -3), ("found", 3)])
def test_the_reason_of_an_adjustment_says_whether_goods_came_or_went(reason: str, pieces: int) -> None:
    assert moved(DocumentKind.ADJUST, line(3), AdjustReason(reason)) == Level(on_hand=pieces)


def test_a_count_moves_what_it_finds_too_much_or_missing() -> None:
    counted = document(DocumentKind.COUNT, line(3), line(500, sku=APPLES, unit=Unit.KG)).compared(
        {COLA: Level(on_hand=5)}
    )
    assert [one.variance for one in counted.lines] == [-2, 500]
    assert movements(counted) == {COLA: Level(on_hand=-2), APPLES: Level(on_hand=500)}
    assert counted.variance_fen == -2 * 350 + 175


@pytest.mark.parametrize(
    ("quantity", "unit", "fen"),
    [(3, "each", 1050), (-3, "each", -1050), (1500, "kg", 525), (-1, "kg", 0), (-2, "kg", -1)],
)
def test_pieces_and_grams_are_worth_what_they_cost(quantity: int, unit: str, fen: int) -> None:
    assert worth_fen(quantity, 350, Unit(unit)) == fen


def test_an_article_stands_in_one_line_in_the_order_in_which_they_came() -> None:
    begun = document(DocumentKind.RECEIVE).with_line(line(3)).with_line(line(1, sku=APPLES)).with_line(line(5))
    assert begun.lines == (line(5), line(1, sku=APPLES))
    assert begun.with_line(line(0)).lines == (line(1, sku=APPLES),)
    assert begun.without(APPLES).lines == (line(5),)
    assert (begun.line(APPLES), begun.without(COLA).line(COLA)) == (line(1, sku=APPLES), None)


def test_in_a_count_nothing_is_a_number_too() -> None:
    assert document(DocumentKind.COUNT).with_line(line(0)).lines == (line(0),)


def test_two_kinds_name_another_store() -> None:
    assert [kind.value for kind in DocumentKind if kind.names_a_store] == ["transfer_out", "transfer_in"]


DOCUMENTS = st.builds(
    lambda kind, lines, reason: replace(document(kind, *lines), reason=reason),
    st.sampled_from(DocumentKind),
    st.lists(
        st.builds(line, st.integers(0, 99), sku=st.sampled_from((COLA, APPLES))),
        max_size=2,
        unique_by=lambda one: one.sku,
    ),
    st.sampled_from((None, *AdjustReason)),
)


@given(st.lists(DOCUMENTS, max_size=6), st.randoms())
def test_levels_are_the_same_in_whatever_order_movements_come(
    documents: Sequence[StockDocument], random: object
) -> None:
    shuffled = list(documents)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert summed(map(movements, shuffled)) == summed(map(movements, documents))


@given(st.lists(DOCUMENTS, max_size=4), st.integers(0, 99))
def test_a_count_makes_the_level_what_was_counted(documents: Sequence[StockDocument], counted: int) -> None:
    before = summed(map(movements, documents))
    count = document(DocumentKind.COUNT, line(counted)).compared(before)
    assert summed((before, movements(count)))[COLA].on_hand == counted


def test_nothing_is_lost_on_the_way_to_the_freezer_and_back() -> None:
    both = summed(
        (movements(document(DocumentKind.FREEZE, line(4))), movements(document(DocumentKind.RELEASE, line(4))))
    )
    assert both == {COLA: Level()}
