"""A count card of the member pays for a line."""

import pytest
from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.member import CountCard, CountCardId
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.receipt import Pair
from terminal.domain.receipt_rows import Issuer
from terminal.domain.settings import ShopTexts
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.after.desk import papers
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import only, till
from tests.unit.checkout.memory_members import WANG
from tests.unit.checkout.memory_shop import (
    CHIPS,
    MEMBER_CARD,
    WATER,
)
from tests.unit.checkout.shown import page

C1 = CountCardId("C1")


def with_water(*rows: MemberRow, online: bool = True) -> Bench:
    bench = till(*rows, online=online)
    bench.scan(WATER)
    bench.scan(MEMBER_CARD)
    return bench


def with_cards(**cards: CountCard) -> MemberRow:
    return replace(WANG, member=replace(WANG.member, counts={CountCardId(name): card for name, card in cards.items()}))


def card_of_line(bench: Bench) -> str | None:
    sale = bench.counter.record.sale
    assert sale is not None
    return sale.lines[0].count_card


def test_a_card_pays_for_the_selected_line_until_the_key_is_pressed_again() -> None:
    bench = with_water()
    bench.press("f4", "f8")
    assert (bench.due, bench.mode.name, card_of_line(bench)) == ("0.00", "sale", "C1")
    assert (bench.notice, bench.counter.notice.params["left"]) == ("notice.count_card_used", "2")
    bench.press("f4", "f8")
    assert (bench.due, bench.notice, card_of_line(bench)) == ("2.00", "notice.count_card_left", None)


def test_the_line_is_marked() -> None:
    bench = with_water()
    bench.press("f4", "f8")
    assert bench.view is not None
    assert bench.view.lines[0].tags == ("tag.count_card",)


def test_page_and_paper_of_a_return_tell_the_uses_that_go_back() -> None:
    bench = with_water()
    bench.press("f4", "f8", "f12", "f7", "enter", "f5")
    assert ("return.counts", {"cards": "C1 x1"}) in [(line.message, line.params) for line in page(bench).foot]
    bench.press("f12", "1", "enter")
    bench.approve()
    assert ("return.counts", {"cards": "C1 x1"}) in [(line.message, line.params) for line in page(bench).foot]
    (paper,) = papers(bench)
    issuer = Issuer(identity=bench.counter.identity, shop=ShopTexts(), staff_name=SafeText(""))
    rows = paper.rows(issuer, "2026-11-23T09:00:00", training=False)
    assert ("次卡退回 C1", "+1") in [(row.label, row.value) for row in rows if isinstance(row, Pair)]


def test_the_done_sale_takes_the_uses() -> None:
    bench = with_water()
    bench.press("f4", "f8", "f12")
    done = only(bench, ev.SaleCompleted)
    assert [(entry.account, entry.card, entry.amount) for entry in done.entries if entry.card] == [("uses", C1, -1)]


def test_of_several_cards_the_one_that_ends_first_is_used() -> None:
    water = Sku("WATER")
    row = with_cards(
        ALWAYS=CountCard(sku=water, left=5),
        LATE=CountCard(sku=water, left=5, until="2027-12-31"),
        OVER=CountCard(sku=water, left=5, until="2025-12-31"),
        SOON=CountCard(sku=water, left=5, until="2026-12-31"),
    )
    bench = with_water(row)
    bench.press("f4", "f8")
    assert card_of_line(bench) == "SOON"


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        ({}, "error.no_count_card"),
        ({"C1": CountCard(sku=Sku("WATER"), left=0)}, "error.count_card_insufficient"),
        ({"C1": CountCard(sku=Sku("WATER"), left=9, until="2026-11-22")}, "error.count_card_expired"),
    ],
)
def test_why_no_card_pays(cards: dict[str, CountCard], said: str) -> None:
    bench = with_water(with_cards(**cards))
    bench.press("f4", "f8")
    assert (bench.notice, card_of_line(bench)) == (said, None)


def test_a_line_with_another_price_is_paid_with_money() -> None:
    bench = with_water()
    bench.press(*"0.5", "f3", "1", "f4", "f8")
    assert bench.notice == "error.no_count_card"


def test_a_card_is_used_only_with_hq() -> None:
    bench = with_water(online=False)
    bench.press("f4", "f8")
    assert (bench.notice, card_of_line(bench)) == ("error.needs_hq", None)


def test_it_needs_a_member_and_a_line() -> None:
    bench = till()
    bench.scan(WATER)
    bench.press("f4", "f8")
    assert bench.notice == "error.no_member"
    bench = with_water()
    bench.press("delete", "enter", "f4", "f8")
    assert bench.notice in ("error.unknown_line", "error.no_member")


def test_the_same_member_again_leaves_the_card_and_another_one_takes_it_off() -> None:
    other = replace(
        with_cards(),
        cards=(replace(WANG.cards[0], key=replace(WANG.cards[0].key, number="8800000055")),),
    )
    other = replace(other, member=replace(other.member, id=MemberId("M5")))
    bench = with_water(WANG, other)
    bench.press("f4", "f8")
    bench.scan(MEMBER_CARD)
    assert card_of_line(bench) == "C1"
    bench.scan("8800000055")
    assert (card_of_line(bench), bench.due) == (None, "2.00")


def test_more_pieces_than_uses_do_not_end_the_sale() -> None:
    bench = with_water()
    bench.press("f4", "f8", "4", "f2")
    bench.press("f12")
    assert (bench.notice, bench.of_kind(ev.SaleCompleted)) == ("error.count_card_insufficient", [])


def test_other_lines_are_not_touched() -> None:
    bench = with_water()
    bench.scan(CHIPS)
    bench.press("f4", "f8")
    assert (bench.notice, bench.of_kind(mev.CountCardChosen)) == ("error.no_count_card", [])
