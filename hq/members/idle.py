"""Members who came no more: nothing was done for long, and they have nothing that would lapse but points."""

from collections.abc import Iterator

from hq.store.members.port import NOBODY, Person
from hq.store.port import Store

_PAGE = 500


def idle(store: Store, *, before_ms: int, today: str) -> Iterator[Person]:
    """Yield members of whom nothing is newer than a time (UTC); not who has value, a claim, or a paid membership."""
    after = NOBODY
    while people := store.people.page(after=after, limit=_PAGE):
        after = people[-1].id
        yield from (one for one in people if _is_idle(store, one, before_ms=before_ms, today=today))


def _is_idle(store: Store, person: Person, *, before_ms: int, today: str) -> bool:
    told = (person.registered_ms, person.consent_ms, person.phone_ms, person.name_ms, person.birthday_ms)
    if person.into is not None or max(told) >= before_ms:
        return False
    members = (person.id, *store.people.merged_into(person.id))
    acts = (row.act.at_ms for member in members for row in store.ledger.rows(member, limit=1))
    return max(acts, default=0) < before_ms and not _has_value(store, person, today)


def _has_value(store: Store, person: Person, today: str) -> bool:
    balance = store.ledger.balance(person.id)
    has_uses = any(card.left > 0 for card in balance.counts.values())
    is_paid = balance.paid_until is not None and balance.paid_until >= today
    return balance.stored.total > 0 or has_uses or is_paid or bool(store.claims.open(member=person.id))
