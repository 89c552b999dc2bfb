"""The page of points and coupons."""

import pytest
from msgspec.structs import replace

from terminal.checkout.modes import Help, Tendering
from terminal.checkout.tendering.modes import Redeeming
from terminal.checkout.tendering.redeeming import LISTED, choices
from terminal.domain.catalog import CardFormat
from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.text import clean
from terminal.wire.counter.panels import Line
from terminal.wire.promotion_events import CouponPresented, CouponTakenBack
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    Rules,
)
from tests.unit.checkout.shown import page
from tests.unit.checkout.tendering.tender_bench import PROGRAM, online, settling, shop

PAPER = "9810000000013"
POINTS_ROW = ("tender.points", "1,200", "-12.00", "")
COUPON_ROW = ("满50减5", "2026-12-31", "-5.00", "")


def opened(*coupons: CashCoupon, chips: int = 10) -> Bench:
    """Return the page with a member who owns some coupons more."""
    bench = shop()
    wang = bench.members.rows[0]
    bench.members.rows = (replace(wang, coupons=(*wang.coupons, *coupons)),)
    settling(bench, chips=chips).press("f8")
    return bench


def coupon(code: str, **more: object) -> CashCoupon:
    return CashCoupon(code=CouponCode(code), name=clean(code), off=100, **more)  # type: ignore[arg-type]


def test_the_page_shows_what_is_left_the_member_and_what_may_be_chosen() -> None:
    bench = opened()
    assert page(bench).lines == (
        Line(message="redeem.rest", params={"amount": "69.00"}),
        Line(message="redeem.member", params={"who": "138****6021 王** gold", "points": "1,240"}),
    )
    assert (page(bench).rows, page(bench).selected) == ((POINTS_ROW, COUPON_ROW), 0)


def test_a_coupon_of_the_member_is_chosen_and_lowers_what_is_due() -> None:
    bench = opened()
    facts = bench.press("down", "enter")
    assert [type(fact) for fact in facts] == [CouponPresented]
    assert (bench.mode, bench.due, bench.notice) == (Tendering(), "64.00", "notice.coupon_accepted")
    bench.press("f8")
    assert page(bench).rows[1] == ("满50减5", "2026-12-31", "-5.00", "redeem.in_sale")
    facts = bench.press("down", "enter")
    assert [type(fact) for fact in facts] == [CouponTakenBack]
    assert (bench.mode, bench.due) == (Tendering(), "69.00")


def test_a_coupon_that_does_nothing_here_says_why() -> None:
    bench = opened(coupon("MUCH", min=100_000), coupon("ALONE", exclusive=True), coupon("FAR", skip_promoted=True))
    assert page(bench).rows[2] == ("MUCH", "", "", "redeem.below_min")
    bench.press("down", "down", "enter")
    assert (bench.notice, bench.mode.name) == ("error.coupon_below_min", "redeem")
    bench.press("up", "enter", "f8")
    assert page(bench).rows[3] == ("ALONE", "", "", "redeem.not_combinable")


def test_once_something_is_paid_no_coupon_changes_the_price() -> None:
    bench = opened()
    bench.press("1", "0", "0", "enter", "f8", "down", "enter")
    assert (bench.notice, bench.mode) == ("error.partly_paid", Redeeming(selected=1, paying=True))


def test_coupons_that_come_too_late_are_not_called_usable() -> None:
    bench = opened()
    bench.press("down", "enter")
    bench.write("100", "f8")
    bench.press("f8")
    assert [row[3] for row in page(bench).rows] == ["", "redeem.in_sale"]
    bench = opened(coupon("SECOND"))
    bench.press("1", "0", "0", "enter", "f8")
    assert [row[3] for row in page(bench).rows] == ["", "redeem.paid_already", "redeem.paid_already"]


OFFLINE = "redeem.offline"


@pytest.mark.parametrize(
    ("allowed", "line", "states"),
    [
        (OfflineLimits(), Line(message="redeem.offline_no_stored"), [OFFLINE, OFFLINE]),
        (
            OfflineLimits(stored_per_sale=5_000, coupons=True),
            Line(message="redeem.offline_stored", params={"limit": "50.00"}),
            [OFFLINE, ""],
        ),
        (OfflineLimits(points=True), Line(message="redeem.offline_no_stored"), ["", OFFLINE]),
    ],
)
def test_without_hq_the_page_says_what_cannot_be_used_and_up_to_where(
    allowed: OfflineLimits, line: Line, states: list[str]
) -> None:
    bench = online(shop(offline=allowed), now=False)
    settling(bench, chips=10).press("f8")
    assert (page(bench).lines[2:], [row[3] for row in page(bench).rows]) == ((line,), states)


def test_the_page_goes_back_to_where_it_was_opened() -> None:
    bench = settling(shop())
    bench.press("escape", "f8", "5", "escape", "escape")
    assert bench.mode.name == "sale"
    bench.press("enter", "f8", "f8")
    assert bench.mode.name == "tender"


def test_up_and_down_go_round() -> None:
    bench = opened()
    bench.press("up")
    assert bench.mode == Redeeming(selected=1, paying=True)
    bench.press("down")
    assert bench.mode == Redeeming(selected=0, paying=True)


def test_with_too_few_points_the_first_coupon_is_highlighted() -> None:
    bench = opened(chips=1)
    assert (page(bench).rows[0][1:3], page(bench).selected) == (("300", "-3.00"), 0)
    bench.press("300"[0], "0", "0", "enter", "f8")
    assert (page(bench).rows[0][1:3], page(bench).selected) == (("0", "0.00"), 1)


def test_a_member_without_anything_is_told_so() -> None:
    bench = shop(None)
    wang = bench.members.rows[0]
    bench.members.rows = (replace(wang, coupons=()),)
    settling(bench).press("f8")
    assert (bench.notice, bench.mode) == ("error.nothing_to_redeem", Tendering())


def test_a_coupon_of_paper_is_scanned_on_the_page_and_stands_on_it() -> None:
    rules = Rules(
        coupons=(coupon(PAPER),),
        settings={"points": PROGRAM, "coupon_codes": (CardFormat(prefix="981", length=13),)},
    )
    bench = Bench(rules={1: rules}, offer_rules=1, members=MemoryMembers(rows=shop().members.rows)).sign_in()
    settling(online(bench)).press("f8")
    bench.scan(PAPER)
    assert (bench.mode, bench.due) == (Tendering(), "5.90")
    bench.press("f8")
    assert [row[0] for row in page(bench).rows] == ["tender.points", PAPER, "满50减5"]
    bench.write(PAPER, "enter")
    assert (bench.mode, bench.due) == (Tendering(), "6.90")


@pytest.mark.parametrize("code", [COLA, "134567890123456789"])
def test_goods_and_codes_of_customers_are_not_taken_here(code: str) -> None:
    bench = opened()
    bench.scan(code)
    assert bench.rejections() == [("not_here", "redeem")]


def test_a_card_binds_its_member_and_the_page_is_left() -> None:
    bench = opened()
    bench.scan(MEMBER)
    assert (bench.mode, bench.notice) == (Tendering(), "notice.member_bound")


def test_help_stands_over_the_page() -> None:
    bench = opened()
    bench.press("f1")
    assert isinstance(bench.mode, Help)
    bench.press("escape")
    assert bench.mode.name == "redeem"


def test_so_many_coupons_are_listed_as_there_is_room_for() -> None:
    bench = opened(*(coupon(f"C{number}") for number in range(20)))
    assert choices(bench.counter).rows == LISTED + 1


def test_nothing_may_be_chosen_without_a_sale() -> None:
    bench = shop()
    assert choices(bench.counter).rows == 0
    bench.scan(CHIPS)
    assert choices(bench.counter).coupon(0) is None
