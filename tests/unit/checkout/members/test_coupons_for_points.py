"""Coupons for points: issued, printed, used like any other of the member's, and taken back exactly."""

from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.claims import ClaimId, Drawn
from terminal.domain.members.entries import Account
from terminal.domain.members.gifts import PointsCoupon, PointsGift
from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.stock import Level
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.asking import No, ReserveAsk
from terminal.wire.moving import moved_by
from terminal.wire.record import TillRecord
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import only, slips
from tests.unit.checkout.memory_members import MEMBER, PHONE
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    CHIPS,
    Shop,
    article,
)
from tests.unit.checkout.shown import asked, page
from tests.unit.checkout.tendering.tender_bench import PROGRAM, online, shop

TEMPLATE = CashCoupon(code=CouponCode("P"), name=clean("减3元"), off=300)
OFFER = PointsCoupon(coupon=TEMPLATE, points=500, days=30)
CUP = PointsGift(sku=Sku("CUP"), name=clean("杯子"), points=200)


def till(**settings: object) -> Bench:
    bench = shop(PROGRAM, points_gifts=(CUP,), points_coupons=(OFFER,), **settings)
    bench.shops[1] = Shop(articles=(*ARTICLES, article("CUP", "杯子", 900, plu="55")))
    return bench


def chosen(bench: Bench, *keys: str) -> Bench:
    bench.press("f4", *PHONE, "enter", "f12", *keys)
    return bench


def again(bench: Bench, *keys: str) -> Bench:
    """Show what there is for points once more, from the page of the member."""
    bench.press("f12", *keys)
    return bench


def issued(bench: Bench) -> mev.CouponIssued:
    """Let the member have a coupon."""
    chosen(bench, "2", "enter", "enter")
    return only(bench, mev.CouponIssued)


def with_senior(bench: Bench) -> Bench:
    """Somebody with the right says yes."""
    bench.approve()
    return bench


def test_the_page_offers_coupons_behind_the_goods() -> None:
    bench = chosen(till())
    assert page(bench).rows == (("1", "杯子", "200", ""), ("2", "减3元", "500", "member_gift.coupon"))
    assert page(bench).foot == ()


def test_a_coupon_costs_its_points_and_is_on_paper_and_at_once_the_member_s() -> None:
    bench = till()
    fact = issued(bench)
    assert (fact.member, fact.points, fact.coupon.owner) == ("M1", 500, "M1")
    assert (fact.coupon.valid_from, fact.coupon.valid_to) == ("2026-11-23", "2026-12-22")
    assert [(one.account, one.expires, one.amount) for one in fact.entries] == [
        (Account.POINTS, "2026-12-10", -240),
        (Account.POINTS, "2027-12-31", -260),
    ]
    assert (bench.notice, bench.counter.notice.params) == ("notice.coupon_issued", {"name": "减3元", "points": "740"})
    slip = slips(bench)[-1]
    assert slip.gift is not None
    assert (slip.act, slip.gift.coupon) == ("coupon", fact.coupon)
    assert moved_by(fact, TillRecord(), TillRecord()) == {}


def test_the_coupon_is_scanned_in_a_sale_of_the_member_and_lowers_it() -> None:
    bench = till()
    code = issued(bench).coupon.code
    bench.press("escape")
    bench.scan(CHIPS)
    bench.scan(code)
    assert bench.notice == "error.coupon_of_member"
    bench.scan(MEMBER)
    bench.scan(code)
    assert (bench.notice, bench.due) == ("notice.coupon_accepted", "3.90")
    bench.press("f12")
    assert [one.code for one in only(bench, ev.SaleCompleted).coupons] == [code]


def test_what_was_given_last_is_taken_back_with_its_points_by_somebody_with_the_right() -> None:
    bench = till()
    fact = issued(bench)
    again(bench, "0")
    assert page(bench).foot[0].params == {"name": "减3元", "points": "500"}
    bench.press("enter")
    assert asked(bench) == ("ask.gift_back", True)
    with_senior(bench)
    back = only(bench, mev.GiftTakenBack)
    assert (back.undoes, back.coupon, back.sku, back.approved_by) == (fact.act, fact.coupon.code, None, "2001")
    assert [(one.expires, one.amount) for one in back.entries] == [("2026-12-10", 240), ("2027-12-31", 260)]
    assert (bench.notice, bench.counter.notice.params) == ("notice.gift_back", {"name": "减3元", "points": "1,240"})
    question = bench.hq.asked[-1]
    assert isinstance(question, ReserveAsk)
    assert question.coupons == (fact.coupon.code,)
    assert back.drawn == (Drawn(claim=ClaimId(question.id), coupons=(fact.coupon.code,)),)
    (known,) = bench.members.by_phone(PHONE)
    assert fact.coupon.code not in {one.code for one in known.row.coupons}


def test_goods_go_back_on_the_shelf() -> None:
    bench = chosen(till(), "1", "enter", "enter")
    again(bench, "0", "enter")
    with_senior(bench)
    back = only(bench, mev.GiftTakenBack)
    assert (back.sku, back.coupon) == ("CUP", None)
    assert moved_by(back, TillRecord(), TillRecord()) == {Sku("CUP"): Level(on_hand=1)}
    assert moved_by(replace(back, sku=None), TillRecord(), TillRecord()) == {}


def test_nothing_is_taken_back_twice() -> None:
    bench = till()
    issued(bench)
    again(bench, "0", "enter")
    with_senior(bench)
    again(bench, "0", "enter")
    assert bench.notice == "error.no_gift_back"
    assert len(bench.of_kind(mev.GiftTakenBack)) == 1


def test_a_used_coupon_is_not_taken_back() -> None:
    bench = till()
    code = issued(bench).coupon.code
    bench.press("escape")
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    bench.scan(code)
    chosen(bench, "0", "enter")
    assert (bench.notice, bench.of_kind(mev.GiftTakenBack)) == ("error.coupon_in_sale", [])
    bench.press("escape", "f12")
    chosen(bench, "0", "enter")
    assert (bench.notice, bench.of_kind(mev.GiftTakenBack)) == ("error.coupon_used", [])


def test_a_coupon_that_another_till_has_is_not_taken_back() -> None:
    bench = till()
    issued(bench)
    bench.hq.refusing = No.COUPON_TAKEN
    again(bench, "0", "enter")
    with_senior(bench)
    assert (bench.notice, bench.of_kind(mev.GiftTakenBack)) == ("error.coupon_taken", [])


def test_without_hq_a_coupon_stays_given_unless_the_rules_allow_it() -> None:
    for offline, taken in ((OfflineLimits(), 0), (OfflineLimits(coupons=True), 1)):
        bench = till(offline=offline)
        issued(bench)
        online(bench, now=False)
        again(bench, "0", "enter")
        if not taken:
            assert bench.notice == "error.needs_hq"
        else:
            with_senior(bench)
        assert len(bench.of_kind(mev.GiftTakenBack)) == taken


def test_what_was_given_and_what_became_of_coupons_is_looked_up() -> None:
    bench = till()
    issued(bench)
    again(bench, "0", "enter")
    with_senior(bench)
    bench.press("escape", "f20", "4", "5")
    assert page(bench).page == "list_gifts"
    assert [row[2:] for row in page(bench).rows] == [
        ("deed.gift_back", "减3元", "+500", "1001"),
        ("deed.coupon_issued", "减3元", "-500", "1001"),
    ]
    bench.press("escape", "6")
    assert [row[2:4] for row in page(bench).rows] == [("deed.gift_back", "减3元"), ("deed.coupon_issued", "减3元")]


def test_a_held_sale_comes_back_without_a_coupon_that_was_taken_back_meanwhile() -> None:
    bench = till(offline=OfflineLimits(coupons=True))
    code = issued(bench).coupon.code
    online(bench, now=False)
    bench.press("escape")
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    bench.scan(code)
    bench.press("f5")
    chosen(bench, "0", "enter")
    with_senior(bench)
    bench.press("escape", "f6", "enter")
    assert (bench.notice, bench.counter.notice.params) == ("notice.coupons_gone", {"name": "减3元"})
    bench.press("f12")
    assert only(bench, ev.SaleCompleted).coupons == ()
