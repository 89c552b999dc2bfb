"""Coupons that members got for points at tills: HQ knows them, tells tills, and finds what should not be."""

from pathlib import Path

from hq.bookcase import Bookcase
from hq.members.leaving import erase, known_of
from hq.members.rows import RowMaker
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, Sku, StaffNumber
from terminal.domain.pricing.uses import CouponUse, Share
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.stock import Level
from terminal.domain.text import clean
from terminal.wire import member_events as mev
from terminal.wire.events import Fact
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, issued, points, send, taken_back
from tests.unit.hq.members.test_booking import merging, registered
from tests.unit.hq.members.test_usage import sale

TODAY = "2026-11-23"
COUPON = CashCoupon(code=CouponCode("P1"), off=300, owner=M1, valid_from=TODAY, valid_to="2026-12-22")
ISSUED = issued(COUPON, points(-500))
BACK = taken_back(ISSUED, points(500))
USED = sale(1, coupons=(CouponUse(code=COUPON.code, off_fen=5, shares=(Share(1, 5),)),))


def told(store: SqliteStore, *facts: Fact) -> None:
    journal = MemoryJournal()
    journal.append(registered(M1), *facts)
    send(store, journal)


def owned(
    store: SqliteStore, folder: Path, member: MemberId = M1, *, today: str = TODAY
) -> list[tuple[str, str | None]]:
    """Return the coupons of a member as tills hear of them: code and owner."""
    bookcase = Bookcase(store, folder / "books")
    person = store.people.get(member)
    assert person is not None
    (row,) = RowMaker(store, bookcase, today=lambda: today).rows([(1, person)], store="S01")
    bookcase.close()
    return [(one.code, one.owner) for one in row.coupons]


def alarms(store: SqliteStore) -> list[str]:
    return [one.detail for one in store.tills.alarms() if one.kind is AlarmKind.COUPON]


def test_an_issued_coupon_is_told_to_tills_as_long_as_it_is_good(store: SqliteStore, tmp_path: Path) -> None:
    told(store, ISSUED)
    assert owned(store, tmp_path) == [("P1", "M1")]
    assert owned(store, tmp_path, today="2026-12-22") == [("P1", "M1")]
    assert owned(store, tmp_path, today="2026-12-23") == []
    assert store.ledger.balance(M1).points.balance(TODAY) == -500


def test_a_used_coupon_is_told_no_more(store: SqliteStore, tmp_path: Path) -> None:
    told(store, ISSUED, *USED)
    assert (owned(store, tmp_path), alarms(store)) == ([], [])


def test_what_came_back_is_void_and_the_points_are_there(store: SqliteStore, tmp_path: Path) -> None:
    told(store, ISSUED, BACK)
    assert (owned(store, tmp_path), alarms(store)) == ([], [])
    assert store.coupons.status(COUPON.code) == "void"
    assert store.ledger.balance(M1).points.balance(TODAY) == 0


def test_a_coupon_that_was_used_and_came_back_is_an_alarm_in_either_order(store: SqliteStore) -> None:
    told(store, ISSUED, BACK, *USED)
    (alarm,) = alarms(store)
    assert alarm.endswith("and its points came back before")
    other = MemoryJournal(terminal="S01-T04", seed=4)
    other.append(taken_back(ISSUED, act="act:3"))
    send(store, other)
    assert "coupon P1 was used by a sale, and its points came back (row 1)" in alarms(store)


def test_a_coupon_is_the_member_s_whom_its_owner_became(store: SqliteStore, tmp_path: Path) -> None:
    told(store, ISSUED, registered(M2, act="a2", card=None), merging())
    assert owned(store, tmp_path, M2) == [("P1", "M2")]


def test_coupons_are_exported_and_deleted_with_the_member(store: SqliteStore) -> None:
    told(store, ISSUED)
    person = store.people.get(M1)
    assert person is not None
    assert [one.code for one in known_of(store, person).coupons] == ["P1"]
    with store.transaction():
        erase(store, person, may_forfeit=True, now_ms=9)
    assert store.coupons.issued_to(M1) == []


def test_goods_that_came_back_are_on_the_shelf(store: SqliteStore) -> None:
    back = mev.GiftTakenBack(
        act=ActionId("act:2"),
        staff=StaffNumber("1001"),
        member=M1,
        undoes=ActionId("act:0"),
        name=clean("杯子"),
        points=500,
        sku=Sku("CUP"),
    )
    told(store, back)
    (level,) = (row.level for row in store.stocks.levels(store="S01", sku=Sku("CUP")))
    assert level == Level(on_hand=1)
