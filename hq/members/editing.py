"""What a member is called: of each field that which was said last counts, whatever arrives last."""

from collections.abc import Mapping

import msgspec

from hq.store.members.port import Person
from hq.store.port import Store
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.member_events import MemberEdited

_FIELDS = ("phone", "name", "birthday")


def edit(store: Store, fact: MemberEdited, *, at_ms: int) -> None:
    """Keep what a till changed of a member; what is empty stays."""
    _tell(store, fact.member, {field: getattr(fact, field) for field in _FIELDS}, at_ms=at_ms)


def hand_over(store: Store, gone: Person, into: MemberId, *, merged_ms: int) -> None:
    """Keep of whom a member became what tills changed of it after the merge, and told before."""
    for field in _FIELDS:
        at_ms = _at(gone, field)
        if at_ms > merged_ms:
            _tell(store, into, {field: getattr(gone, field)}, at_ms=at_ms)


def _tell(store: Store, member: MemberId, told: Mapping[str, str | None], *, at_ms: int) -> None:
    """Keep fields of who the member was at a time, if nothing later is known; nothing of one that was deleted."""
    person = _who_was(store, member, at_ms)
    news: dict[str, str | int] = {}
    for field, value in told.items():
        if value and (at_ms, value) > (_at(person, field), getattr(person, field) or ""):
            news |= {field: value, f"{field}_ms": at_ms}
    if news and not person.erased_ms:
        store.people.save(msgspec.structs.replace(person, **news))


def _who_was(store: Store, member: MemberId, at_ms: int) -> Person:
    person = store.people.get(member) or Person(id=member)
    seen = {member}
    while person.into is not None and person.into_ms <= at_ms and person.into not in seen:
        seen.add(person.into)
        person = store.people.get(person.into) or Person(id=person.into)
    return person


def _at(person: Person, field: str) -> int:
    return int(getattr(person, f"{field}_ms"))
