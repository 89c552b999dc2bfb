"""A member as tills know it: who it is, what it has, its cards, its coupons, and how often it used limited rules."""

from collections.abc import Callable

from msgspec.structs import replace

from hq.store.members.port import Person
from hq.store.port import Store
from terminal.domain.members.member import Member
from terminal.domain.text import clean
from terminal.wire.members.rows import MemberRow

ERASED = "erased"
"""The status of a member whose data were deleted: all that tills still know is the number."""


class RowMaker:
    """Makes rows from the store; ``today`` is the date of HQ."""

    def __init__(self, store: Store, *, today: Callable[[], str]) -> None:
        self._store = store
        self._today = today

    def row(self, person: Person, version: int, *, store: str) -> MemberRow:
        """Return the row of a member as of a version, for the tills of a store."""
        del store
        if person.erased_ms:
            return MemberRow(member=Member(id=person.id, status=ERASED), version=version)
        balance = self._store.ledger.balance(person.id)
        today = self._today()
        members = (person.id, *self._store.people.merged_into(person.id))
        return MemberRow(
            member=replace(balance, name=clean(person.name), phone=clean(person.phone), birthday=person.birthday),
            cards=self._store.people.cards(person.id),
            uses=self._store.rule_uses.of(members, day=today),
            uses_day=today,
            version=version,
        )
