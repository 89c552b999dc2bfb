"""Taking members of a file in: all of them or, when a line is wrong, nobody."""

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import replace

from hq.members.file import Incoming
from hq.store.members.port import Person
from hq.store.port import Store
from terminal.domain.members.entries import entries_between
from terminal.domain.members.member import Member

IMPORTED = "MemberImported"
"""The kind of the act that gives a new member what it begins with."""


class Imported(Struct, frozen=True, kw_only=True):
    """How many members of a file are new, and how many HQ knew: what those have stays as it was."""

    new: int
    known: int


def take_in(store: Store, members: Iterable[Incoming], *, now_ms: int, tiers: Collection[str] = ()) -> Imported:
    """Keep members, inside a transaction; `MemberFileError` names the line of what cannot be.

    That is a card or a phone number of somebody else, and a tier that is none of ``tiers``, where HQ has declared any.
    """
    new = known = 0
    for incoming in members:
        person = store.people.get(incoming.person.id)
        if person is not None and person.erased_ms:
            raise incoming.line.wrong("member", "was deleted: a number is never given twice")
        _check(store, incoming, tiers)
        if incoming.person.home:
            store.people.share((incoming.person.id,), incoming.person.home)
        if person is None:
            new += 1
            _begin(store, incoming, now_ms=now_ms)
        else:
            known += 1
            store.people.save(_updated(person, incoming, now_ms=now_ms))
        for card in incoming.cards:
            if not store.people.bind(incoming.person.id, card, at_ms=now_ms):
                raise incoming.line.wrong("cards", f"has {card.key.number!r}, which is another member's")
    return Imported(new=new, known=known)


def _check(store: Store, incoming: Incoming, tiers: Collection[str]) -> None:
    line, person = incoming.line, incoming.person
    tier = incoming.begins.paid_tier or incoming.begins.tier
    if tiers and tier and tier not in tiers:
        raise line.wrong("tier", f"is none of the tiers {', '.join(tiers)}")
    for other in store.people.find(person.phone) if person.phone else ():
        if other.phone == person.phone and other.id != person.id and other.into is None:
            raise line.wrong("phone", f"is the number of member {other.id} already")


def _begin(store: Store, incoming: Incoming, *, now_ms: int) -> None:
    person = incoming.person
    consent_ms = (person.consent_ms or now_ms) if person.consent else 0
    store.people.save(replace(person, registered_ms=now_ms, consent_ms=consent_ms))
    entries = entries_between(Member(id=person.id), incoming.begins)
    if entries:
        store.ledger.post(store.ledger.next_act(IMPORTED, at_ms=now_ms), entries)


def _updated(known: Person, incoming: Incoming, *, now_ms: int) -> Person:
    """Return a member with what the line says; an empty cell says nothing."""
    person, told = incoming.person, incoming.told
    has_agreed = "consent" in told and person.consent != known.consent
    return replace(
        known,
        name=person.name if "name" in told else known.name,
        phone=person.phone if "phone" in told else known.phone,
        birthday=person.birthday if "birthday" in told else known.birthday,
        home=person.home if "store" in told else known.home,
        consent=person.consent if has_agreed else known.consent,
        consent_ms=(person.consent_ms or now_ms) if has_agreed else known.consent_ms,
        referral=person.referral if "referral" in told else known.referral,
        registered_ms=known.registered_ms or now_ms,
        name_ms=now_ms if "name" in told else known.name_ms,
        phone_ms=now_ms if "phone" in told else known.phone_ms,
        birthday_ms=now_ms if "birthday" in told else known.birthday_ms,
    )
