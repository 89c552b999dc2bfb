"""What a person may ask of HQ (PIPL): all that is known of them, and that it is deleted. Sums stay, of nobody."""

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hq.errors import MemberError
from hq.members.scrubbing import scrubbed
from hq.store.members.port import LedgerRow, Person
from hq.store.port import SaleRow, Store
from terminal.domain.members.cards import MemberCard
from terminal.domain.members.entries import entries_between
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import AnyCoupon, MemberId

LEFT = "MemberLeft"
"""The kind of the act with which all that a member had lapses."""
ALL = 1 << 40


class Known(Struct, frozen=True, kw_only=True):
    """All that HQ knows of a member, and of those that were merged into it."""

    person: Person
    cards: tuple[MemberCard, ...]
    balance: Member
    ledger: tuple[LedgerRow, ...]
    sales: tuple[SaleRow, ...]
    coupons: tuple[AnyCoupon, ...]
    merged: tuple["Known", ...] = ()


def known_of(store: Store, person: Person) -> Known:
    """Return all that is known of a member."""
    ledger = tuple(store.ledger.rows(person.id, limit=ALL))
    ids = dict.fromkeys(row.act.sale for row in ledger if row.act.sale)
    gone = (store.people.get(member) for member in store.people.merged_into(person.id))
    return Known(
        person=person,
        cards=store.people.cards(person.id),
        balance=store.ledger.balance(person.id),
        ledger=ledger,
        sales=tuple(sale for sale_id in ids for sale in store.sales.of_id(sale_id)),
        coupons=tuple(store.coupons.issued_to(person.id)),
        merged=tuple(known_of(store, one) for one in gone if one is not None and one.into == person.id),
    )


def erase(store: Store, person: Person, *, may_forfeit: bool, now_ms: int) -> int:
    """Delete what is known of a member, inside a transaction; return how many rows of journals were changed.

    `MemberError` ``member_has_value`` as long as there is stored value or a use of a count card, or a till has
    something set aside, unless it may be forfeited.
    """
    balance = store.ledger.balance(person.id)
    has_value = balance.stored.total > 0 or any(card.left > 0 for card in balance.counts.values())
    if not may_forfeit and (has_value or store.claims.open(member=person.id)):
        hint = "pay it out at a till, or --forfeit"
        raise MemberError(f"{person.id} has stored value or uses left", code="member_has_value", hint=hint)
    members = (person.id, *store.people.merged_into(person.id))
    for member in members:
        _lapse(store, member, now_ms=now_ms)
        store.ledger.forget(member)
        store.rule_uses.forget(member)
        store.claims.forget(member)
        store.codes.forget(member)
        store.coupons.forget(member)
    changed = _scrub(store, members)
    for member in members:
        store.people.erase(member, at_ms=now_ms)
    return changed


def _lapse(store: Store, member: MemberId, *, now_ms: int) -> None:
    """Book that a member has nothing any more."""
    balance = store.ledger.balance(member)
    nothing = Member(id=member, tier=balance.tier, status=balance.status, spend=balance.spend)
    entries = entries_between(replace(balance, name="", phone="", birthday=None), nothing)
    if entries:
        store.ledger.post(store.ledger.next_act(LEFT, at_ms=now_ms), entries)


def _scrub(store: Store, members: tuple[MemberId, ...]) -> int:
    """Take names and numbers of members out of the rows of journals that name them."""
    changed = 0
    for member in members:
        for place, body in store.journals.mentioning(msgspec.msgpack.encode(member)):
            clean = scrubbed(body, frozenset(members))
            if clean != body:
                store.journals.rewrite(place, clean)
                changed += 1
    for chain in store.journals.chains():
        store.journals.save_chain(replace(chain, record=scrubbed(chain.record, frozenset(members))))
    return changed
