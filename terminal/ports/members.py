"""What the counter asks about members: the rows that HQ sent, and what this till did since."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from terminal.domain.members.cards import CardKey
from terminal.domain.members.member import ACTIVE, Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.members.rows import MemberRow


class Heard(Struct, frozen=True, kw_only=True):
    """What is known beside the files: HQ has all events up to ``seq`` of ``epoch``, and the tiers are these."""

    epoch: int = 0
    seq: int = 0
    tiers: Sequence[Tier] = ()


NOTHING_HEARD = Heard()


class KnownMember(Struct, frozen=True, kw_only=True):
    """A member with the newest balances. ``card_status`` is that of the card by which it was found.

    ``waiting`` is stored value that was paid for here and may be spent when HQ has acknowledged it. ``was`` is the one
    who was looked for and has become this one.
    """

    row: MemberRow
    card_status: str = ACTIVE
    waiting: StoredValue = StoredValue()
    was: Member | None = None


class Members(Protocol):
    """Finds members. Names and numbers are whole: whoever shows them masks them.

    Nothing is raised: a file that is missing, damaged, of a newer version, or just being replaced knows nobody, and
    `fault` says so.
    """

    @property
    def as_of_ms(self) -> int:
        """The time (UTC) of what HQ sent; 0 = it sent nothing."""

    @property
    def fault(self) -> str:
        """Why nobody but those of this till can be found: the code of an error, or nothing."""

    def by_card(self, key: CardKey, heard: Heard = NOTHING_HEARD) -> KnownMember | None:
        """Return whose a card is."""

    def by_id(self, member: MemberId, heard: Heard = NOTHING_HEARD) -> KnownMember | None:
        """Return a member by the number that HQ, or the till that registered it, gave."""

    def by_phone(self, phone: str, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:
        """Return the members with a phone number."""

    def by_tail(self, tail: str, *, limit: int, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:
        """Return members whose phone number ends with four digits, by number."""

    def newest(self, row: MemberRow, heard: Heard = NOTHING_HEARD) -> KnownMember:
        """Return a member of whom HQ just told, with what was done here after that."""

    def tidy(self) -> None:
        """Forget in idle, some of it, what HQ's rows have in them by now."""

    def close(self) -> None:
        """Close the file."""


class Nobody:
    """`Members` of a till that has none."""

    as_of_ms = 0
    fault = "members_missing"

    def by_card(self, key: CardKey, heard: Heard = NOTHING_HEARD) -> KnownMember | None:  # noqa: ARG002
        """Nobody has a card."""
        return None

    def by_id(self, member: MemberId, heard: Heard = NOTHING_HEARD) -> KnownMember | None:  # noqa: ARG002
        """Nobody is known."""
        return None

    def by_phone(self, phone: str, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:  # noqa: ARG002
        """Nobody is known."""
        return ()

    def by_tail(self, tail: str, *, limit: int, heard: Heard = NOTHING_HEARD) -> tuple[KnownMember, ...]:  # noqa: ARG002
        """Nobody is known."""
        return ()

    def newest(self, row: MemberRow, heard: Heard = NOTHING_HEARD) -> KnownMember:  # noqa: ARG002
        """Nothing was done here."""
        return KnownMember(row=row)

    def tidy(self) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing is open."""


NOBODY = Nobody()
