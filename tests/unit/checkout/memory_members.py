"""Members in memory, for a counter on a bench."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from terminal.domain.ids import Sku
from terminal.domain.members.cards import REPLACED, CardKey, MemberCard
from terminal.domain.members.entries import Entry, with_entries
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.text import SafeText, clean
from terminal.ports.members import NOTHING_HEARD, Heard, KnownMember
from terminal.wire import member_events as mev
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.members.rows import MemberRow
from terminal.wire.return_events import SaleReturned

MEMBER = "8800123456"
PHONE = "13812346021"
LOST, FROZEN = "8800000001", "8800000002"
WANG = MemberRow(
    member=Member(
        id=MemberId("M1"),
        tier="gold",
        points=PointsAccount(lots=(Lot(240, "2026-12-10"), Lot(1_000, "2027-12-31"))),
        stored=StoredValue(principal=8_000, bonus=620),
        counts={
            CountCardId("C1"): CountCard(sku=Sku("WATER"), left=3, until="2027-01-31"),
            CountCardId("C2"): CountCard(sku=Sku("WASH"), left=9, until="2026-01-31"),
        },
        birthday="11-23",
        name=clean("王小芳"),
        phone=clean(PHONE),
    ),
    cards=(MemberCard(key=CardKey(number=MEMBER)), MemberCard(key=CardKey(number=LOST), status="lost")),
    coupons=(
        CashCoupon(code=CouponCode("C5"), name=clean("满50减5"), off=500, valid_to="2026-12-31"),
        CashCoupon(code=CouponCode("OLD"), off=500, valid_to="2026-01-31"),
    ),
    uses=Uses(member_ever={"SODA": 2}, member_today={"SODA": 1}),
    uses_day="2026-11-22",
)
LI = MemberRow(
    member=Member(id=MemberId("M2"), status="frozen", name=clean("李建国"), phone=clean("13912346021")),
    cards=(MemberCard(key=CardKey(number=FROZEN)),),
)
ZHAO = MemberRow(member=Member(id=MemberId("M3"), status="under_review", phone=clean("13700000000")))
PEOPLE = (WANG, LI, ZHAO)


def _with_entries(row: MemberRow, entries: tuple[Entry, ...]) -> MemberRow:
    return replace(row, member=with_entries(row.member, entries))


def _with_card(row: MemberRow, new: CardKey, old: CardKey | None) -> MemberRow:
    row = row if old is None else _with_status(row, old, REPLACED)
    return replace(row, cards=(*row.cards, MemberCard(key=new)))


def _with_status(row: MemberRow, key: CardKey, status: str) -> MemberRow:
    return replace(row, cards=tuple(replace(card, status=status) if card.key == key else card for card in row.cards))


def _renamed(row: MemberRow, phone: SafeText, name: SafeText) -> MemberRow:
    member = row.member
    return replace(row, member=replace(member, phone=phone or member.phone, name=name or member.name))


@dataclass
class MemoryMembers:
    """`terminal.ports.members.Members` over some rows."""

    rows: tuple[MemberRow, ...] = ()
    as_of_ms: int = 0
    fault: str = ""
    heard: Heard = NOTHING_HEARD
    """What was said last of HQ."""
    waiting: tuple[Entry, ...] = ()
    """What was paid in, and HQ has not heard of."""

    def take(self, facts: Iterable[Fact]) -> None:
        """Know what was done, as a ledger does."""
        for fact in facts:
            match fact:
                case mev.MemberRegistered(member=member, card=card):
                    cards = () if card is None else (MemberCard(key=card),)
                    self.rows = (*self.rows, MemberRow(member=member, cards=cards))
                case mev.CardIssued(card=card, replaces=old):
                    self._change(fact.member, partial(_with_card, new=card, old=old))
                case mev.CardStatusSet(card=card, status=status):
                    self._change(fact.member, partial(_with_status, key=card, status=status))
                case mev.MemberEdited(phone=phone, name=name):
                    self._change(fact.member, partial(_renamed, phone=phone, name=name))
                case (
                    SaleCompleted()
                    | SaleReturned()
                    | mev.MemberStatusSet()
                    | mev.CashedOut()
                    | mev.MembersMerged()
                    | mev.GiftGiven()
                    | mev.CouponIssued()
                    | mev.GiftTakenBack()
                ):
                    self._change_coupons(fact)
                    for member_id in dict.fromkeys(entry.member for entry in fact.entries):
                        self._change(member_id, partial(_with_entries, entries=fact.entries))
                case mev.ToppedUp():
                    self.waiting = (*self.waiting, *fact.entries)
                case _:
                    pass

    def _change_coupons(self, fact: Fact) -> None:
        match fact:
            case mev.CouponIssued(coupon=coupon):
                self._change(fact.member, lambda row: replace(row, coupons=(*row.coupons, coupon)))
            case mev.GiftTakenBack(coupon=code):
                self._change(
                    fact.member, lambda row: replace(row, coupons=tuple(one for one in row.coupons if one.code != code))
                )
            case _:
                pass

    def acknowledge(self) -> None:
        """HQ has heard of what was paid in."""
        for entry in self.waiting:
            self._change(entry.member, partial(_with_entries, entries=(entry,)))
        self.waiting = ()

    def _waits(self, member: MemberId) -> StoredValue:
        return with_entries(Member(id=member), tuple(one for one in self.waiting if one.member == member)).stored

    def _change(self, member: MemberId, change: Callable[[MemberRow], MemberRow]) -> None:
        self.rows = tuple(change(row) if row.member.id == member else row for row in self.rows)

    def by_card(self, key: CardKey, heard: Heard = NOTHING_HEARD) -> KnownMember | None:
        self.heard = heard
        for row in self.rows:
            for card in row.cards:
                if card.key == key:
                    return KnownMember(row=row, card_status=card.status, waiting=self._waits(row.member.id))
        return None

    def by_id(self, member: MemberId, heard: Heard = NOTHING_HEARD) -> KnownMember | None:
        self.heard = heard
        return next(
            (KnownMember(row=row, waiting=self._waits(member)) for row in self.rows if row.member.id == member), None
        )

    def by_phone(self, phone: str, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:
        self.heard = heard
        return tuple(KnownMember(row=row) for row in self.rows if row.member.phone == phone)

    def by_tail(self, tail: str, *, limit: int, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:
        self.heard = heard
        return tuple(KnownMember(row=row) for row in self.rows if row.member.phone.endswith(tail))[:limit]

    def newest(self, row: MemberRow, heard: Heard = NOTHING_HEARD) -> KnownMember:
        self.heard = heard
        return KnownMember(row=row)

    def tidy(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""
