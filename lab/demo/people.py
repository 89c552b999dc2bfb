"""The members of the demo: taken in at HQ, which tells the till; for pictures, written as the uplink writes them."""

from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from hq.commands.opening import opened_store
from hq.members.importing import IMPORTED
from hq.store.members.port import Person
from hq.store.port import Store
from terminal.checkout.members.acts.papers import FIRST_CONSENT
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.entries import entries_between
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.text import clean
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.schema import NAME
from terminal.wire.members.writing import MembersWriter

CARD = "9913800136021"
"""The card of the member with a bit of everything; the page of the login shows it."""
PHONE_OF = "M000001"
"""Whose phone lies at the bench: it shows codes."""
LOST_CARD = "9913900136021"
SOON = timedelta(days=20)
LATER = timedelta(days=400)


def people(today: date) -> tuple[MemberRow, ...]:
    """Return three members whose phone numbers end alike."""
    return (_with_everything(today), _with_a_lost_card(), _new())


def _with_everything(today: date) -> MemberRow:
    member = Member(
        id=MemberId(PHONE_OF),
        tier="金卡",
        points=PointsAccount(lots=(Lot(240, str(today + SOON)), Lot(1_000, str(today + LATER)))),
        stored=StoredValue(principal=8_000, bonus=620),
        spend=196_180,
        counts={CountCardId("C1"): CountCard(sku=Sku("100001"), left=3, until=str(today + LATER))},
        birthday=f"{today:%m-%d}",
        name=clean("王丽"),
        phone=clean("13800136021"),
    )
    coupons = tuple(
        CashCoupon(code=CouponCode(code), name=clean(name), off=off, min=least, valid_to=str(today + SOON))
        for code, name, off, least in (
            ("9810000001010", "满50减5", 500, 5_000),
            ("9810000001027", "满100减12", 1_200, 10_000),
        )
    )
    return MemberRow(member=member, cards=(MemberCard(key=CardKey(number=CARD)),), coupons=coupons)


def _with_a_lost_card() -> MemberRow:
    member = Member(
        id=MemberId("M000002"),
        tier="银卡",
        points=PointsAccount(lots=(Lot(310),)),
        spend=41_000,
        name=clean("李建国"),
        phone=clean("13900136021"),
    )
    return MemberRow(member=member, cards=(MemberCard(key=CardKey(number=LOST_CARD), status="lost"),))


def _new() -> MemberRow:
    member = Member(
        id=MemberId("M000003"),
        tier="普通",
        points=PointsAccount(lots=(Lot(45),)),
        stored=StoredValue(principal=1_200),
        spend=4_500,
        name=clean("张敏"),
        phone=clean("18600136021"),
    )
    return MemberRow(member=member)


def import_people(hq_dir: Path, *, today: date, now_ms: int) -> None:
    """Take the members in at HQ; whom it knows stays as it was."""
    with opened_store(hq_dir) as store, store.transaction():
        for row in people(today):
            if store.people.get(row.member.id) is None:
                take_in(store, row, now_ms=now_ms)


def take_in(store: Store, row: MemberRow, *, now_ms: int) -> None:
    """Let HQ know a member, with all that it has."""
    member = row.member
    person = Person(
        id=member.id,
        name=member.name,
        phone=member.phone,
        birthday=member.birthday,
        registered_ms=now_ms,
        consent=FIRST_CONSENT,
        consent_ms=now_ms,
    )
    store.people.save(person)
    store.ledger.post(store.ledger.next_act(IMPORTED, at_ms=now_ms), entries_between(Member(id=member.id), member))
    for card in row.cards:
        store.people.bind(member.id, card, at_ms=now_ms)


def write_people(books_dir: Path, *, today: date, as_of_ms: int) -> None:
    """Write the file of members."""
    with closing(MembersWriter(books_dir / NAME)) as writer:
        writer.put(people(today))
        writer.mark(version=1, as_of_ms=as_of_ms)
