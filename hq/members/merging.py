"""Members that became another one. What is booked of one afterwards, or was not known then, is the other's."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from hq.members.editing import hand_over
from hq.store.members.port import Act, Oddity, Person
from hq.store.port import Store
from terminal.domain.members.entries import Account, Entry
from terminal.domain.promotions.coupons import MemberId

FOLLOWED = "FollowedMerge"
"""The kind of the act with which value goes after a member that was merged."""


def became(store: Store, member: MemberId) -> MemberId:
    """Return who a member is now: itself, or at the end of all merges another one; itself if they go in a circle."""
    seen = {member}
    whom = member
    while (person := store.people.get(whom)) is not None and person.into is not None:
        if person.into in seen:
            return member
        whom = person.into
        seen.add(whom)
    return whom


def merge(store: Store, into: MemberId, gone: MemberId, *, at_ms: int) -> Iterator[tuple[MemberId, Oddity]]:
    """Remember where a member went, with its cards. Of two tills that merged it the first one counts.

    So it does of two that merged two members into each other.
    """
    person = store.people.get(gone) or Person(id=gone)
    whom = became(store, into)
    if person.into is not None or whom == gone:
        yield gone, Oddity.MERGED_TWICE
        return
    store.people.save(replace(person, into=into, into_ms=at_ms))
    hand_over(store, person, into, merged_ms=at_ms)
    store.people.hand_over(gone, whom)
    store.claims.hand_over(gone, whom)


def follow(store: Store, members: Iterable[MemberId], act: Act) -> Iterator[tuple[MemberId, Oddity]]:
    """Book what members that were merged have on whom they became, after an act of any till; in any order it is so.

    Yield what it comes to there and should not.
    """
    for member in members:
        whom = became(store, member)
        left = [] if whom == member else store.ledger.left(member)
        if not left:
            continue
        store.people.touch((whom,))
        booked = store.ledger.next_act(FOLLOWED, at_ms=act.at_ms)
        booked = replace(booked, store=act.store, staff=act.staff, sale=act.sale)
        yield from store.ledger.post(booked, (*map(_taken, left), *(replace(entry, member=whom) for entry in left)))


def stranded(store: Store, entries: Iterable[Entry]) -> Iterator[tuple[MemberId, Oddity]]:
    """Yield who was merged, and has a membership paid that is no sum: a person has to look."""
    for entry in entries:
        is_paid = entry.account is Account.PAID_UNTIL and bool(entry.value or entry.since)
        if is_paid and became(store, entry.member) != entry.member:
            yield entry.member, Oddity.STRANDED


def _taken(entry: Entry) -> Entry:
    return Entry(
        member=entry.member, account=entry.account, amount=-entry.amount, expires=entry.expires, card=entry.card
    )
