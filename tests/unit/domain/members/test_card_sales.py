"""Count cards that are sold: one for each line, and its uses go back with the price."""

import pytest
from msgspec.structs import replace

from terminal.domain.errors import RuleError
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.card_sales import (
    CardLine,
    CountCardOffer,
    SoldCard,
    sold_cards,
    with_bought,
    with_returned,
)
from terminal.domain.members.entries import entries_between, with_entries
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.membership import Membership
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.trade import TradeSettings

SALE = SaleId("0190f3a2b4c5d6e7f8091a2b3c4d5e6f")
TEN, OTHER = Sku("WASH10"), Sku("MILK")
OFFER = CountCardOffer(sku=TEN, card="WASH", pays=Sku("WASH"), uses=10, days=365)
FIRST = CountCardId("WASH-3c4d5e6f-1")
SECOND = CountCardId("WASH-3c4d5e6f-3")
NOBODY = Member(id=MemberId("M1"))
LINES = (CardLine(1, TEN, 2), CardLine(2, OTHER, 5), CardLine(3, TEN, 1))


def bought(*lines: CardLine, offer: CountCardOffer = OFFER) -> Member:
    return with_bought(NOBODY, SALE, lines or LINES, (offer,), today="2026-11-23")


def test_each_line_is_a_card_of_its_own_with_its_last_day() -> None:
    member = bought()
    assert member.counts == {
        FIRST: CountCard(sku=Sku("WASH"), left=20, until="2027-11-22"),
        SECOND: CountCard(sku=Sku("WASH"), left=10, until="2027-11-22"),
    }
    assert with_entries(NOBODY, entries_between(NOBODY, member)) == member
    assert bought(offer=replace(OFFER, days=None)).counts[FIRST].until is None


SOLD = {1: SoldCard(FIRST, 10), 3: SoldCard(SECOND, 10)}


def test_what_a_sale_did_tells_which_cards_its_lines_made() -> None:
    member = bought()
    given = [*((card, held.left) for card, held in member.counts.items()), (CountCardId("WASH-00000000-2"), 10)]
    assert sold_cards(SALE, given, {1: 2, 2: 5, 3: 1}) == SOLD
    assert sold_cards(SALE, given, {2: 5}) == {}
    assert sold_cards(SALE, [(FIRST, 20)], {1: -1}) == {}


def test_other_goods_are_no_cards_and_nothing_comes_back_of_them() -> None:
    assert bought(CardLine(2, OTHER, 5)) is NOBODY
    assert with_returned(NOBODY, SOLD, (CardLine(2, OTHER, 0, 5),)) is NOBODY
    assert bought(CardLine(1, TEN, 0)) is NOBODY


def test_what_comes_back_takes_its_uses_and_at_last_the_card() -> None:
    member = bought()
    one = with_returned(member, SOLD, (CardLine(1, TEN, 1, 2), CardLine(3, TEN, 1, 1)))
    assert {card: held.left for card, held in one.counts.items()} == {FIRST: 10, SECOND: 10}
    none = with_returned(one, SOLD, (CardLine(1, TEN, 0, 1), CardLine(3, TEN, 0, 1)))
    assert none == NOBODY
    assert with_entries(member, entries_between(member, none)) == NOBODY


def test_used_uses_do_not_come_back() -> None:
    member = bought().with_card(FIRST, -1)
    left = with_returned(member, SOLD, (CardLine(1, TEN, 1, 2),))
    assert left.counts[FIRST].left == 9
    for somebody in (left, NOBODY):
        with pytest.raises(RuleError) as refused:
            with_returned(somebody, SOLD, (CardLine(1, TEN, 0, 1),))
        assert refused.value.code == "count_card_used"


def test_count_cards_and_memberships_are_sold_to_somebody_only() -> None:
    fee = Membership(sku=Sku("VIP"), tier="gold", days=365)
    assert TradeSettings(memberships=(fee,), count_cards=(OFFER,)).fees == {"VIP", TEN}
