"""What was done at this till, as far as its journal still has it: for people who look something up."""

from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from terminal.domain.promotions.coupons import MemberId
from terminal.wire.events import Fact


class DeedKind(StrEnum):
    """What was done."""

    SALE = "sale"
    RETURN = "return"
    MEMBER = "member"
    CASH = "cash"
    GIFT = "gift"
    COUPON = "coupon"
    """A coupon was issued, used, or is good again: beside what else the fact is."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for: all that is given must fit.

    ``kinds`` are those of deeds (empty = each deed once, whatever it is), ``ending`` is that of a number,
    ``amount_fen`` a total, ``since_ms`` and ``until_ms`` (UTC, inclusive) when it was done, ``concerns`` the number of
    the receipt that something came back of.
    """

    kinds: frozenset[DeedKind] = frozenset()
    ending: str = ""
    amount_fen: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    member: MemberId | None = None
    concerns: str = ""


class Deed(Struct, frozen=True, kw_only=True):
    """A fact of the journal, and when it became durable (UTC)."""

    kind: DeedKind
    fact: Fact
    at_ms: int


class History(Protocol):
    """Look-ups are for people: some milliseconds each. They are as new as the last durable fact."""

    def find(self, wanted: Wanted, *, limit: int) -> tuple[Deed, ...]:
        """Return what fits, the newest first; what the journal does not have any more is left out."""

    def has(self, wanted: Wanted) -> bool:
        """Whether anything fits, without a look into the journal."""
