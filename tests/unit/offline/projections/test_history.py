"""What was done at this till is found by number, amount, time and member, as long as the journal has it."""

from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from lab.benchmarks.stage.sales import sale
from terminal.domain.ids import ActionId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.member import Member
from terminal.domain.pricing.uses import CouponUse, Share
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.shifts import MoveKind
from terminal.domain.text import SafeText
from terminal.offline.state import NAME
from terminal.ports.history import DeedKind, Wanted
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.shift_events import CashMoved
from tests.unit.offline.projections.test_sold import Till, completed, document_of, receipt, till

ANNA, BEN = MemberId("m1"), MemberId("m2")
STAFF, ACT = StaffNumber("1001"), ActionId("a")
SALES = Wanted(kinds=frozenset({DeedKind.SALE}))


def returned(number: int) -> SaleReturned:
    return SaleReturned(
        act=ACT,
        kind=ReturnKind.REFUND,
        number="R1",
        count=1,
        staff=STAFF,
        reason=SafeText("x"),
        amount_fen=100,
        lines=(),
        local_time="2026-11-23T10:00:00",
        returned_ms=document_of(number).completed_ms + 1,
        receipt_no=receipt(number),
        member=Member(id=ANNA),
    )


def topped_up(member: MemberId = ANNA) -> mev.ToppedUp:
    cash = Tender(kind=TenderKind.CASH, amount_fen=5_000)
    return mev.ToppedUp(act=ACT, staff=STAFF, member=member, amount_fen=5_000, tender=cash)


def found(shop: Till, wanted: Wanted, limit: int = 10) -> list[ev.Fact]:
    return [deed.fact for deed in shop.store.history.find(wanted, limit=limit)]


def receipts(shop: Till, wanted: Wanted, limit: int = 10) -> list[str]:
    return [fact.receipt_no for fact in found(shop, wanted, limit) if isinstance(fact, ev.SaleCompleted)]


def test_sales_are_found_the_newest_first_and_no_more_than_wanted(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        for number in (1, 2, 3):
            shop.happen(*sale(number))
        assert receipts(shop, SALES) == [receipt(3), receipt(2), receipt(1)]
        assert receipts(shop, SALES, limit=1) == [receipt(3)]
        (deed,) = shop.store.history.find(SALES, limit=1)
        assert (deed.kind, deed.at_ms > 0) == (DeedKind.SALE, True)


def test_sales_are_found_by_the_end_of_their_number_by_amount_and_by_time(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        for number in (1, 2, 12):
            shop.happen(*sale(number))
        twelfth = document_of(12)
        assert receipts(shop, Wanted(kinds=SALES.kinds, ending="12")) == [receipt(12)]
        assert receipts(shop, Wanted(kinds=SALES.kinds, ending="s01-t03-1-000002")) in ([receipt(2)], [])
        assert receipt(12) in receipts(shop, Wanted(kinds=SALES.kinds, amount_fen=twelfth.total_fen))
        assert receipts(shop, Wanted(kinds=SALES.kinds, amount_fen=1)) == []
        around = Wanted(kinds=SALES.kinds, since_ms=twelfth.completed_ms, until_ms=twelfth.completed_ms)
        assert receipt(12) in receipts(shop, around)
        assert receipts(shop, Wanted(kinds=SALES.kinds, since_ms=twelfth.completed_ms + 10**9)) == []


def test_deeds_of_a_member_are_found_whatever_they_were(tmp_path: Path) -> None:
    merged = mev.MembersMerged(act=ACT, staff=STAFF, into=ANNA, gone=BEN)
    deeds = (
        mev.MemberRegistered(act=ACT, staff=STAFF, member=Member(id=ANNA), consent="1", consent_ms=5),
        mev.CardIssued(act=ACT, staff=STAFF, member=ANNA, card=CardKey(number="8")),
        topped_up(),
        returned(1),
        mev.CashedOut(act=ACT, staff=STAFF, member=ANNA, paid_fen=900),
        merged,
    )
    with till(tmp_path) as shop:
        shop.happen(*deeds, topped_up(MemberId("m9")))
        assert found(shop, Wanted(member=ANNA)) == list(reversed(deeds))
        assert found(shop, Wanted(member=BEN)) == [merged]
        assert found(shop, Wanted(member=ANNA, amount_fen=-900)) == [deeds[4]]


def test_receipt_of_which_something_came_back_is_known(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1), *sale(2), returned(1))
        assert shop.store.history.has(Wanted(concerns=receipt(1)))
        assert not shop.store.history.has(Wanted(concerns=receipt(2)))


def test_cash_without_a_sale_is_found(tmp_path: Path) -> None:
    moved = CashMoved(act=ACT, kind=MoveKind.IN, amount_fen=500, reason=SafeText("change"), staff=STAFF)
    opened = ev.NoSaleOpened(action=ACT, staff=STAFF, reason=SafeText("count"))
    with till(tmp_path) as shop:
        shop.happen(moved, opened)
        assert found(shop, Wanted(kinds=frozenset({DeedKind.CASH}))) == [opened, moved]


def test_what_is_old_is_forgotten_with_what_has_no_time_of_its_own_before_it(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(topped_up(), *sale(1), topped_up(BEN), *sale(2))
        shop.store.forget(document_of(2).completed_ms)
        assert receipts(shop, SALES) == [receipt(2)]
        assert found(shop, Wanted(member=ANNA)) == []


def test_what_was_done_before_the_first_sale_is_kept_as_long_as_nothing_is_old(tmp_path: Path) -> None:
    moved = CashMoved(act=ACT, kind=MoveKind.IN, amount_fen=500, reason=SafeText("change"), staff=STAFF)
    with till(tmp_path) as shop:
        shop.happen(moved, *sale(1), topped_up(BEN), *sale(2))
        shop.store.forget(document_of(1).completed_ms)
        assert found(shop, Wanted(kinds=frozenset({DeedKind.CASH}))) == [moved]
        shop.store.forget(document_of(2).completed_ms)
        assert found(shop, Wanted(kinds=frozenset({DeedKind.CASH}))) == []


@pytest.mark.parametrize("lost", [NAME])
def test_history_is_made_anew_from_the_journal(tmp_path: Path, lost: str) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1), topped_up())
    for path in tmp_path.glob(f"{lost}*"):
        with suppress(FileNotFoundError):
            path.unlink()
    with till(tmp_path) as shop:
        assert receipts(shop, SALES) == [receipt(1)]
        assert found(shop, Wanted(member=ANNA)) == [topped_up()]


def test_deed_whose_journal_is_gone_is_left_out(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        shop.store._connection.execute("UPDATE deed SET epoch = 7")
        assert receipts(shop, SALES) == []
        assert completed(sale(1)).receipt_no == receipt(1)


def test_coupons_are_found_beside_the_sale_that_used_them_and_gifts_by_themselves(tmp_path: Path) -> None:
    coupon = CashCoupon(code=CouponCode("P1"), off=300, owner=ANNA)
    act = {"act": ACT, "staff": STAFF, "member": ANNA, "points": 5}
    issued = mev.CouponIssued(coupon=coupon, **act)  # type: ignore[arg-type]
    gift = mev.GiftGiven(sku=Sku("CUP"), name=SafeText("x"), **act)  # type: ignore[arg-type]
    back = mev.GiftTakenBack(undoes=ACT, name=SafeText("x"), coupon=coupon.code, **act)  # type: ignore[arg-type]
    use = CouponUse(code=coupon.code, off_fen=300, shares=(Share(1, 300),))
    with till(tmp_path) as shop:
        done = replace(document_of(1), coupons=(use,), member=ANNA)
        undone = replace(returned(1), coupons={coupon.code: "issued"})
        shop.happen(issued, gift, done, undone, back)
        assert found(shop, Wanted(kinds=frozenset({DeedKind.COUPON}))) == [back, undone, done, issued]
        assert found(shop, Wanted(kinds=frozenset({DeedKind.GIFT}))) == [back, gift, issued]
        assert found(shop, Wanted(kinds=frozenset({DeedKind.COUPON}), ending="P2")) == []
        assert found(shop, Wanted(member=ANNA)) == [back, undone, done, gift, issued]
