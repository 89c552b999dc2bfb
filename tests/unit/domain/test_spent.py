"""What members spent in a sale is worth what it paid."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.members.claims import parts_of_sale, summed
from terminal.domain.members.entries import Place
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.paying import Offer, Taking
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.spent import spent_rightly
from tests.unit.domain.test_paying import points, stored, wallet

POINTS = Tender(kind=TenderKind.POINTS, amount_fen=300, lots=(Lot(300),))
STORED = Tender(kind=TenderKind.STORED, amount_fen=1_200, stored=StoredValue(principal=200, bonus=1_000))
CARD = Tender(kind=TenderKind.CARD, amount_fen=500)
CASH = Tender(kind=TenderKind.CASH, amount_fen=8_000)


def test_tenders_as_a_till_takes_them_are_right() -> None:
    assert spent_rightly((POINTS, CARD, STORED, CASH), 10_000, wallet())
    assert spent_rightly((), 10_000, wallet(None))


@pytest.mark.parametrize(
    "tenders",
    [
        (replace(POINTS, amount_fen=3_000),),
        (replace(POINTS, lots=(Lot(300, "2026-12-31"),)),),
        (replace(POINTS, amount_fen=2_100, lots=(Lot(2_100),)),),
        (replace(POINTS, amount_fen=301, lots=(Lot(301),)),),
        (replace(POINTS, amount_fen=0, lots=()),),
        (replace(STORED, stored=StoredValue(principal=1_200)),),
        (replace(STORED, stored=None),),
        (replace(STORED, amount_fen=6_001, stored=StoredValue(principal=5_001, bonus=1_000)),),
        (replace(STORED, amount_fen=5_000), replace(STORED, amount_fen=5_000)),
        (replace(CARD, amount_fen=9_900), POINTS),
    ],
)
def test_what_is_not_worth_it_or_not_there_is_found(tenders: Sequence[Tender]) -> None:
    assert not spent_rightly(tenders, 10_000, wallet())


def drawn_for(*tenders: Tender) -> dict[Place, int]:
    return summed(parts_of_sale(tenders, ()))


def test_what_hq_set_aside_may_be_of_other_lots_and_of_another_split() -> None:
    stored_else = replace(STORED, stored=StoredValue(principal=1_200))
    points_else = replace(POINTS, lots=(Lot(300, "2026-12-31"),))
    set_aside = drawn_for(stored_else, points_else)
    assert spent_rightly((points_else, stored_else), 10_000, wallet(), set_aside)
    assert not spent_rightly((points_else, stored_else), 10_000, wallet(), drawn_for(stored_else))


@pytest.mark.parametrize(
    "tender",
    [
        replace(STORED, stored=StoredValue(principal=1_199)),
        replace(STORED, stored=None),
        replace(POINTS, amount_fen=3_000),
        replace(POINTS, amount_fen=0, lots=()),
        replace(STORED, amount_fen=6_001, stored=StoredValue(principal=6_001)),
    ],
)
def test_what_hq_set_aside_is_still_to_be_worth_what_it_paid(tender: Tender) -> None:
    assert not spent_rightly((tender,), 10_000, wallet(), drawn_for(tender))


def test_points_and_stored_value_of_nobody_are_found() -> None:
    assert not spent_rightly((POINTS,), 10_000, wallet(None))
    assert not spent_rightly((STORED,), 10_000, wallet(None))


@given(
    st.integers(1, 20_000),
    st.lists(
        st.one_of(st.integers(1, 8_000).map(stored), st.integers(1, 30).map(lambda n: points(n * 100))), max_size=4
    ),
)
def test_whatever_a_till_takes_is_right(due_fen: int, offers: list[Offer]) -> None:
    taking = Taking.begin(due_fen, wallet())
    for offer in offers:
        try:
            taking = taking.take(offer)
        except RuleError:
            continue
    assert spent_rightly(taking.tenders, due_fen, wallet())
