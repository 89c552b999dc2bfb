"""A member as tills know it: who it is, what it has, its cards, its coupons, and how often it used limited rules."""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from msgspec.structs import replace

from hq.bookcase import Bookcase, KnownRules
from hq.members.merging import became
from hq.store.members.port import Person
from hq.store.port import Store
from terminal.domain.members.member import Member
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon, MemberId
from terminal.domain.text import clean
from terminal.wire.members.rows import MemberRow

ERASED = "erased"
"""The status of a member whose data were deleted: all that tills still know is the number."""


class RowMaker:
    """Makes rows from the store and the rules; ``today`` is the date of HQ. One thread owns it."""

    def __init__(self, store: Store, bookcase: Bookcase, *, today: Callable[[], str]) -> None:
        self._store = store
        self._bookcase = bookcase
        self._today = today

    def rows(self, people: Iterable[tuple[int, Person]], *, store: str) -> list[MemberRow]:
        """Return the rows of members, each as of its version, for the tills of a store."""
        rules, today = self._bookcase.newest_rules(store), self._today()
        return [self._row(person, version, rules, today) for version, person in people]

    def _row(self, person: Person, version: int, rules: KnownRules, today: str) -> MemberRow:
        if person.erased_ms:
            return MemberRow(member=Member(id=person.id, status=ERASED), version=version)
        balance = self._store.ledger.balance(person.id)
        members = (person.id, *self._store.people.merged_into(person.id))
        return MemberRow(
            member=replace(balance, name=clean(person.name), phone=clean(person.phone), birthday=person.birthday),
            cards=self._store.people.cards(person.id),
            coupons=tuple(self._coupons(members, rules, today)),
            uses=_of(self._store.rule_uses.of(members, day=today), rules.limited),
            uses_day=today,
            version=version,
            into=None if person.into is None else became(self._store, person.id),
        )

    def _coupons(self, members: Sequence[MemberId], rules: KnownRules, today: str) -> Iterator[AnyCoupon]:
        """Yield what the rules say that members own, and what they got at tills, as long as that may be used again."""
        owner = members[0]
        for member in members:
            yield from (self._as_it_is(coupon, owner) for coupon in rules.owned_by(member))
            for coupon in self._store.coupons.issued_to(member):
                now = self._as_it_is(coupon, owner)
                if now.status == ISSUED and (now.valid_to is None or now.valid_to >= today):
                    yield now

    def _as_it_is(self, coupon: AnyCoupon, owner: MemberId) -> AnyCoupon:
        """Return a coupon with the status that the sales of all tills gave it, and its present owner."""
        used = self._store.coupons.status(coupon.code) if coupon.status == ISSUED else None
        return replace(coupon, status=used or coupon.status, owner=owner)


def _of(uses: Uses, limited: Container[str]) -> Uses:
    """Return the uses of rules that have a limit."""
    return Uses(
        total={rule: count for rule, count in uses.total.items() if rule in limited},
        member_ever={rule: count for rule, count in uses.member_ever.items() if rule in limited},
        member_today={rule: count for rule, count in uses.member_today.items() if rule in limited},
        units_today={bought: count for bought, count in uses.units_today.items() if bought[0] in limited},
    )
