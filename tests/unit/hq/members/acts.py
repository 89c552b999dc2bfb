"""Acts of tills that change members, as rows of a journal."""

import msgspec

from hq.collector import Collector
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import CountCardId
from terminal.domain.promotions.coupons import AnyCoupon, MemberId
from terminal.domain.text import clean
from terminal.wire.envelope import Answer, pack_batch
from terminal.wire.member_events import CouponIssued, GiftTakenBack
from tests.integration.uplink.journals import MemoryJournal

M1, M2 = MemberId("M1"), MemberId("M2")


def entry(account: Account, amount: int = 0, *, member: MemberId = M1, **more: object) -> Entry:
    return Entry(member=member, account=account, amount=amount, **more)  # type: ignore[arg-type]


def principal(amount: int, *, member: MemberId = M1) -> Entry:
    return entry(Account.PRINCIPAL, amount, member=member)


def points(amount: int, expires: str | None = None) -> Entry:
    return entry(Account.POINTS, amount, expires=expires)


def uses(amount: int, card: str = "HAIR") -> Entry:
    return entry(Account.USES, amount, card=CountCardId(card))


def issued(coupon: AnyCoupon, *entries: Entry, act: str = "gift:1") -> CouponIssued:
    """A coupon that a member got for 500 points."""
    return CouponIssued(
        act=ActionId(act), staff=StaffNumber("1001"), member=M1, coupon=coupon, points=500, entries=entries
    )


def taken_back(gift: CouponIssued, *entries: Entry, act: str = "gift:2", name: str = "x") -> GiftTakenBack:
    """The same coupon back, for its points."""
    return GiftTakenBack(
        act=ActionId(act),
        staff=gift.staff,
        member=gift.member,
        undoes=gift.act,
        name=clean(name),
        points=gift.points,
        coupon=gift.coupon.code,
        entries=entries,
    )


def act(journal: MemoryJournal, *entries: Entry, kind: str = "FutureFact", **more: object) -> None:
    """Append a fact of a kind that no HQ knows: its entries count all the same."""
    told = {"type": kind, "entries": msgspec.to_builtins(entries), **more}
    journal.append_body(kind, msgspec.msgpack.encode(told))


def send(store: SqliteStore, journal: MemoryJournal, *, first: int = 1, last: int | None = None) -> Answer:
    """Give HQ the rows ``first``…``last`` of a journal."""
    rows = journal.rows[first - 1 : last]
    payload = pack_batch(rows, terminal=journal.terminal, epoch=journal.epoch, head=len(journal.rows), sent_ms=1)
    with store.transaction():
        return Collector(store).batch(journal.terminal, payload, now_ms=7)
