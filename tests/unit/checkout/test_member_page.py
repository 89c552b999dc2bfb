"""The page of members at the counter: found by card, code, phone or its end, shown masked."""

import pytest

from terminal.wire import events as ev
from tests.unit.checkout.counter_bench import (
    selling,
)
from tests.unit.checkout.member_bench import details, member_of, on_page, panel, till
from tests.unit.checkout.memory_members import LOST, PHONE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    WECHAT,
)


def test_the_end_of_a_phone_number_lists_who_fits_masked() -> None:
    bench = on_page(*"6021", "enter")
    shown = panel(bench)
    assert [(row.who, row.tier, row.points, row.stored) for row in shown.rows] == [
        ("138****6021 王**", "gold", "1,240", "86.20"),
        ("139****6021 李**", "", "0", "0.00"),
    ]
    assert (shown.asked_for, shown.as_of, shown.selected) == ("6021", "11-23 09:02", 0)
    assert (details(bench).who, details(bench).status) == ("138****6021 王** gold", "")


def test_details_have_what_is_over_soon_and_what_may_be_used_today() -> None:
    shown = details(on_page(*PHONE, "enter"))
    assert shown.expiring == (("240", "2026-12-10"),)
    assert [(card.name, card.left, card.until) for card in shown.counts] == [("农夫山泉", "3", "2027-01-31")]
    assert [(coupon.name, coupon.until) for coupon in shown.coupons] == [("满50减5", "2026-12-31")]
    assert (shown.birthday, shown.bound) == ("11-23", False)


def test_a_member_who_may_not_be_used_is_shown_with_the_reason_and_not_bound() -> None:
    bench = on_page(*"6021", "enter", "down")
    assert details(bench).status == "error.card_frozen"
    bench.press("enter")
    assert (bench.mode.name, bench.notice, member_of(bench)) == ("member", "error.card_frozen", None)


def test_the_highlighted_one_is_bound_with_enter_and_the_page_closes() -> None:
    bench = on_page(*"6021", "enter")
    bench.press("down", "up", "enter")
    assert (bench.mode.name, bench.notice, bench.due) == ("sale", "notice.member_bound", "3.00")


def test_the_nth_of_the_list_is_bound_by_its_digit_and_enter() -> None:
    bench = on_page(*"6021", "enter")
    bench.press("1", "enter")
    assert (bench.mode.name, bench.due) == ("sale", "3.00")
    for keys in (("0", "enter"), ("7", "enter")):
        bench = on_page(*"6021", "enter")
        bench.press(*keys)
        assert (bench.mode.name, bench.notice, bench.counter.text) == ("member", "error.no_choice", "")


def test_the_number_of_a_card_may_be_typed() -> None:
    bench = on_page(*MEMBER_CARD, "enter")
    assert (details(bench).who, panel(bench).asked_for) == ("138****6021 王** gold", "****456")


@pytest.mark.parametrize("text", ["123", "z", "5.5"])
def test_what_can_be_no_number_is_told_how(text: str) -> None:
    bench = on_page(*text, "enter")
    assert (bench.notice, bench.counter.text, bench.mode.name) == ("error.member_how", "", "member")


def test_who_is_not_found_is_told_and_the_next_may_be_looked_for() -> None:
    bench = on_page(*"13000000000", "enter")
    assert (bench.notice, panel(bench).rows, panel(bench).asked_for) == ("error.no_such_member", (), "130****0000")
    bench.write("6021", "enter")
    assert len(panel(bench).rows) == 2


def test_what_stands_typed_is_looked_for_when_the_page_opens() -> None:
    bench = till()
    bench.write("6021", "f4")
    assert (bench.mode.name, len(panel(bench).rows), bench.counter.text) == ("member", 2, "")


def test_the_page_of_a_sale_with_a_member_shows_that_member() -> None:
    bench = till()
    bench.scan(MEMBER_CARD)
    bench.press("f4")
    assert (details(bench).who, details(bench).bound) == ("138****6021 王** gold", True)
    bench.press("enter")
    assert (bench.mode.name, len(bench.of_kind(ev.MemberBound))) == ("sale", 2)


def test_goods_that_are_scanned_go_into_the_sale_and_the_page_stays() -> None:
    bench = on_page(*"6021", "enter")
    bench.scan(CHIPS)
    assert (bench.mode.name, bench.notice, bench.due) == ("member", "notice.line_added", "10.40")
    assert len(panel(bench).rows) == 2
    bench.scan("6901939621250")
    assert (bench.mode.name, bench.notice) == ("member", "error.bad_barcode")


def test_goods_that_lack_a_price_ask_for_it_and_the_page_comes_back() -> None:
    bench = on_page()
    bench.scan(UNKNOWN)
    assert bench.mode.name == "prompt"
    bench.write("5", "enter")
    assert (bench.mode.name, bench.due) == ("member", "8.50")
    bench.scan(UNKNOWN)
    bench.press("escape")
    assert bench.mode.name == "member"


def test_what_stands_typed_when_goods_are_scanned_is_told() -> None:
    bench = on_page(*"138")
    bench.scan(CHIPS)
    assert (bench.counter.notice.dropped, bench.counter.text, bench.mode.name) == ("138", "", "member")


def test_a_card_that_is_scanned_on_the_page_is_bound_and_one_that_may_not_be_used_leaves_it_open() -> None:
    bench = on_page()
    bench.scan(LOST)
    assert (bench.mode.name, bench.notice) == ("member", "error.card_lost")
    bench.scan(MEMBER_CARD)
    assert (bench.mode.name, bench.notice) == ("sale", "notice.member_bound")


def test_a_code_to_pay_with_is_refused_on_the_page() -> None:
    bench = on_page()
    bench.scan(WECHAT)
    assert (bench.mode.name, bench.rejections()) == ("member", [("pay_first", "member")])


def test_the_page_that_was_opened_before_paying_leads_back_there() -> None:
    bench = till()
    bench.scan(COLA)
    bench.press("enter", "f4")
    bench.press("escape")
    assert bench.mode.name == "tender"
    bench.press("f4")
    bench.scan(MEMBER_CARD)
    assert (bench.mode.name, bench.due) == ("tender", "3.00")


def test_a_sale_that_is_partly_paid_keeps_its_member() -> None:
    bench = till()
    bench.scan(COLA)
    bench.press("1", "f8", "f4")
    assert (bench.mode.name, bench.notice) == ("tender", "error.partly_paid")


def test_escape_clears_what_is_typed_first_and_then_leaves() -> None:
    bench = on_page(*"60")
    bench.press("escape")
    assert (bench.mode.name, bench.counter.text) == ("member", "")
    bench.press("escape")
    assert bench.mode.name == "sale"


def test_why_nobody_is_found_is_shown_on_the_page() -> None:
    bench = selling(members=MemoryMembers(fault="members_damaged"))
    bench.press("f4", *"6021", "enter")
    assert (panel(bench).fault, panel(bench).as_of) == ("members_damaged", "")


def test_the_page_that_waits_beside_a_sale_is_gone_when_a_card_closed_it() -> None:
    bench = on_page(*"6021", "enter")
    bench.press("1", "enter")
    bench.scan(CHIPS)
    assert (bench.mode.name, bench.counter.beside) == ("sale", None)
