"""Blocking who spent more stored value than there was: nothing is done for such a member until HQ lifts it.

It stands in the ledger beside the status that tills set, as acts of HQ alone: no till lifts it.
"""

from msgspec.structs import replace

from hq.store.members.port import Act
from hq.store.port import Store
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import BLOCKED
from terminal.domain.promotions.coupons import MemberId

BLOCKING = "MemberBlocked"
"""The kind of the act that blocks a member."""
LIFTING = "MemberUnblocked"
"""The kind of the act that lifts it."""
OVERDRAWN = "overdrawn"
"""Why a member is blocked: stored value is below zero."""


def block(store: Store, member: MemberId, cause: Act) -> bool:
    """Block a member for what an act came to, and let tills know.

    False when it is blocked already, was deleted, or after all of the act nothing is below zero.
    """
    person, balance = store.people.get(member), store.ledger.balance(member)
    is_gone = person is not None and bool(person.erased_ms)
    if is_gone or balance.status == BLOCKED or min(balance.stored.principal, balance.stored.bonus) >= 0:
        return False
    act = replace(
        store.ledger.next_act(BLOCKING, at_ms=cause.at_ms), store=cause.store, staff=cause.staff, sale=cause.sale
    )
    store.people.touch((member,))
    store.ledger.post(act, (Entry(member=member, account=Account.BLOCKED, value=OVERDRAWN),))
    return True


def lift(store: Store, member: MemberId, *, now_ms: int) -> bool:
    """Let a member be served again, and let tills know; False when it is not blocked."""
    if store.ledger.balance(member).status != BLOCKED:
        return False
    store.people.touch((member,))
    store.ledger.post(store.ledger.next_act(LIFTING, at_ms=now_ms), (Entry(member=member, account=Account.BLOCKED),))
    return True
