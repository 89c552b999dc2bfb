"""What tills give for points and take back is held against HQ's offers, and against the rows before."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.examiner import Examiner
from hq.gifts import wrong_issue, wrong_return
from hq.keys import make_key
from hq.publisher import Publisher
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId
from terminal.domain.members.gifts import PointsCoupon
from terminal.domain.members.member import Member
from terminal.domain.pricing.uses import CouponUse, Share
from terminal.domain.promotions.coupons import AnyCoupon, CashCoupon, CouponCode, MemberId
from terminal.domain.text import SafeText, clean
from terminal.wire import events as ev
from terminal.wire.envelope import pack_batch
from terminal.wire.promotion_events import RulesActivated
from terminal.wire.record import TillRecord, apply
from terminal.wire.rules.building import RulesContent
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, issued, points, taken_back
from tests.unit.hq.members.test_booking import registered
from tests.unit.hq.members.test_usage import sale

TEMPLATE = CashCoupon(code=CouponCode("JF"), name=clean("减5"), off=500)
OFFER = PointsCoupon(coupon=TEMPLATE, points=500, days=30)
COUPON = OFFER.issued(M1, number="a" * 32, today="2026-11-23")
ISSUED = issued(COUPON, points(-300, "2026-12-31"), points(-200))
BACK = taken_back(ISSUED, points(300, "2026-12-31"), points(200), name="减5")
NOT_OFFERED = f"coupon {COUPON.code} for 500 points is none that HQ offers"


def test_what_hq_offers_is_right() -> None:
    assert wrong_issue(ISSUED, (replace(OFFER, points=9, coupon=replace(TEMPLATE, code=CouponCode("X"))), OFFER)) == ""


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"coupon": replace(COUPON, off=5_000)}, NOT_OFFERED),
        ({"coupon": replace(COUPON, owner=M2)}, NOT_OFFERED),
        ({"coupon": replace(COUPON, valid_to="2027-12-31")}, NOT_OFFERED),
        ({"coupon": replace(COUPON, valid_from=None)}, NOT_OFFERED),
        ({"coupon": replace(COUPON, valid_from="soon")}, NOT_OFFERED),
        ({"coupon": replace(COUPON, code=CouponCode("JF1"))}, "coupon JF1 for 500 points is none that HQ offers"),
        ({"entries": (points(-1),)}, f"coupon {COUPON.code} for 500 points took 1"),
        ({"points": 1, "entries": (points(-1),)}, f"coupon {COUPON.code} for 1 points is none that HQ offers"),
    ],
)
def test_what_hq_does_not_offer_is_told(changes: dict[str, object], why: str) -> None:
    assert wrong_issue(replace(ISSUED, **changes), (OFFER,)) == why


def test_what_was_given_comes_back_once_and_as_it_was() -> None:
    given = apply(TillRecord(), ISSUED)
    assert wrong_return(BACK, given) == ""
    assert wrong_return(BACK, TillRecord()).endswith("was back before")
    assert wrong_return(BACK, apply(given, BACK)).endswith("was back before")
    for changes in ({"entries": (points(900),)}, {"member": M2}, {"points": 900}, {"coupon": None}):
        assert wrong_return(replace(BACK, **changes), given).endswith("came back as something else than was given")


@pytest.fixture
def bookcase(store: SqliteStore, tmp_path: Path) -> Iterator[Bookcase]:
    publisher = Publisher(store, make_key(tmp_path / "key.pem"), tmp_path / "books", now_ms=lambda: 1)
    offer = {"points": 500, "days": 30, "coupon": {"type": "cash", "code": "JF", "name": "减5", "off": 500}}
    content = RulesContent(label="", rules=(), settings={"points_coupons": [offer]})
    publisher.publish(content, audience="all")
    with closing(Bookcase(store, tmp_path / "books")) as opened:
        yield opened


def told(store: SqliteStore, bookcase: Bookcase, *facts: ev.Fact) -> list[str]:
    journal = MemoryJournal()
    journal.append(RulesActivated(version=1), registered(M1), *facts)
    payload = pack_batch(journal.rows, terminal=journal.terminal, epoch=1, head=len(journal.rows), sent_ms=1)
    with store.transaction():
        Collector(store, Examiner(bookcase=bookcase)).batch(journal.terminal, payload, now_ms=1)
    return [one.detail for one in store.tills.alarms() if one.kind is AlarmKind.COUPON]


def using(coupon: AnyCoupon) -> list[ev.Fact]:
    """Return a sale of the member that uses a coupon, which the till says the member owns."""
    used = CouponUse(code=coupon.code, off_fen=5, shares=(Share(1, 5),))
    (begun, *rest), member = sale(1, coupons=(used,)), Member(id=MemberId(M1))
    assert isinstance(begun, ev.SaleStarted)
    begun = replace(begun, rules_version=1)
    return [begun, ev.MemberBound(card=SafeText(""), member=member, coupons=(coupon,)), *rest]


def test_a_coupon_for_points_that_is_used_and_one_that_comes_back_are_no_alarms(
    store: SqliteStore, bookcase: Bookcase
) -> None:
    again = replace(ISSUED, act=ActionId("gift:3"), coupon=OFFER.issued(M1, number="b" * 32, today="2026-11-23"))
    assert told(store, bookcase, ISSUED, BACK, again, *using(again.coupon)) == []


@pytest.mark.parametrize("odd", [replace(COUPON, off=9_900), replace(COUPON, code=CouponCode("FREE"))])
def test_a_coupon_that_nobody_made_so_is_told(store: SqliteStore, bookcase: Bookcase, odd: CashCoupon) -> None:
    (alarm,) = told(store, bookcase, ISSUED, *using(odd))
    assert alarm == f"coupon {odd.code} was used by sale {1:032x}, and neither the rules nor any till made it so"


def test_a_forged_gift_and_one_that_comes_back_twice_are_told(store: SqliteStore, bookcase: Bookcase) -> None:
    forged = replace(ISSUED, coupon=replace(COUPON, off=9_900))
    twice = replace(BACK, act=ActionId("gift:9"))
    first, second, *_ = told(store, bookcase, forged, BACK, twice)
    assert first.endswith(NOT_OFFERED)
    assert "was back before" in second
