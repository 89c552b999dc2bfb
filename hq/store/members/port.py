"""What HQ keeps of members: who they are, and the ledger whose sums are their balances."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.cards import MemberCard
from terminal.domain.members.claims import Claim, ClaimId, Drawn, Part
from terminal.domain.members.entries import Entry
from terminal.domain.members.member import Member
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId

HEADQUARTERS = "HQ"
"""The terminal of what HQ does itself; no till has such a name."""
NOBODY = MemberId("")
"""Whose the ledger's rows are after a member's data were deleted: the sums stay, and nobody can be found by them."""


class Act(Struct, frozen=True, kw_only=True):
    """What moved balances: the row of a journal (terminal, epoch, sequence), its kind, and who did it when.

    What HQ does itself is numbered by the sequence, in epoch 0 of `HEADQUARTERS`. ``id`` is the name that the till gave
    it, ``staff`` the cashier, ``sale`` the id of the sale that it is about; empty if there is none.
    """

    terminal: str
    epoch: int
    seq: int
    kind: str
    at_ms: int
    id: str = ""
    store: str = ""
    staff: str = ""
    sale: str = ""

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands: terminal, epoch, sequence."""
        return self.terminal, self.epoch, self.seq


class LedgerRow(Struct, frozen=True, kw_only=True):
    """One entry as HQ booked it. ``before`` is the sum (or with ``value`` what was set) that HQ had until then."""

    act: Act
    n: int
    entry: Entry
    before: int
    value_before: str = ""

    @property
    def after(self) -> int:
        """The sum after it."""
        return self.before + self.entry.amount


class RuleCount(Struct, frozen=True, kw_only=True):
    """That a sale had a rule applied; with an article: how many units of it were bought at the rule's price."""

    rule: str
    sku: Sku | None = None
    units: int = 1


class Oddity(StrEnum):
    """What acts of members should never come to."""

    OVERDRAWN = "stored value is below zero"
    MERGED_TWICE = "was merged before"
    REGISTERED_TWICE = "was registered before"
    CARD_TAKEN = "a card is another member's"
    UNKNOWN = "is no member that HQ knows"
    GONE = "was deleted"
    STRANDED = "was merged, and has a membership paid since"


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who a member is: all that stands in no ledger. Times are UTC in ms.

    ``home`` is the store of the registration, empty = all stores may know the member. ``consent`` is the version of
    what the member agreed to, ``referral`` the code of who sent them. ``into`` is the member that this one was merged
    into. One whose data were deleted has ``erased_ms`` and nothing else.
    """

    id: MemberId
    name: str = ""
    phone: str = ""
    birthday: str | None = None
    home: str = ""
    registered_ms: int = 0
    consent: str = ""
    consent_ms: int = 0
    referral: str = ""
    into: MemberId | None = None
    erased_ms: int = 0
    phone_ms: int = 0
    name_ms: int = 0
    birthday_ms: int = 0
    into_ms: int = 0


class ClaimState(StrEnum):
    """What became of a claim."""

    OPEN = "open"
    SPENT = "spent"
    RETURNED = "returned"
    REFUSED = "refused"
    RELEASED = "released"
    """By a person at HQ: the till is lost."""


class ClaimRow(Struct, frozen=True, kw_only=True):
    """What a till asked to be set aside: as it was granted, and what of it is still set aside; or why it never was.

    ``member`` is whose it is now. One that was given back before HQ heard of it has no more than its number.
    """

    terminal: str
    id: ClaimId
    member: MemberId
    state: ClaimState
    at_ms: int
    reason: str = ""
    granted: Claim | None = None
    remains: Claim | None = None


class Ledger(Protocol):
    """Entries of all tills, each once whatever comes twice, and their sums: whatever order they come in."""

    def begin(self, act: Act) -> bool:
        """Note an act that has an id; False when the same one stands in another row: nothing of it counts again."""

    def counted_at(self, act: Act) -> tuple[str, int, int]:
        """Return in which row (terminal, epoch, sequence) an act was counted first: its own, or another."""

    def post(self, act: Act, entries: Sequence[Entry], *, tiers: Sequence[Tier] = ()) -> list[tuple[MemberId, Oddity]]:
        """Book the entries of an act that are not booked yet; return what they come to and should not.

        Of several tiers the highest of ``tiers`` stays, as far as they are known; otherwise, and of status, the newest.
        """

    def next_act(self, kind: str, *, at_ms: int) -> Act:
        """Return an act of HQ's own, with the next sequence."""

    def rows(self, member: MemberId, *, limit: int) -> list[LedgerRow]:
        """Return the newest rows of a member, the newest first."""

    def booked(self, terminal: str, epoch: int, seq: int) -> list[Entry]:
        """Return the entries of one act in their order."""

    def balance(self, member: MemberId) -> Member:
        """Return what the entries of a member come to; of one without any, a member with nothing."""

    def left(self, member: MemberId) -> list[Entry]:
        """Return the sums of a member that are not 0, each as one entry: also those below 0, as they stand."""

    def holders(self) -> list[MemberId]:
        """Return all who have balances, by id."""

    def differences(self) -> list[str]:
        """Return which balances are not the sums of their entries, in words; none when all is right."""

    def forget(self, member: MemberId) -> int:
        """Take a member off all rows and balances: their sums go to `NOBODY`. Return how many rows those were."""


class People(Protocol):
    """Members and their cards. ``version`` rises with every change of anything that tills know of a member."""

    def get(self, member: MemberId) -> Person | None:
        """Return who a member is."""

    def save(self, person: Person) -> None:
        """Keep a member, in the place of what was known."""

    def touch(self, members: Iterable[MemberId]) -> None:
        """Give members that changed the next versions, and make room for one that HQ did not know."""

    def share(self, members: Iterable[MemberId], store: str) -> None:
        """Let a store know members: they are its own, or were there. Tills hear of it with the next version."""

    def latest(self) -> int:
        """Return the highest version of all members; 0 if there are none."""

    def changed(self, store: str, *, since: int, limit: int) -> list[tuple[int, Person]]:
        """Return members whom a store may know and whose version is above one, by version; also those deleted since.

        Nobody is told of members that HQ itself knows by entries alone.
        """

    def find(self, text: str) -> list[Person]:
        """Return members by id, by a card's number, or by the whole phone number."""

    def page(self, *, after: MemberId = NOBODY, limit: int) -> list[Person]:
        """Return members that are there, by id."""

    def merged_into(self, member: MemberId) -> list[MemberId]:
        """Return the members that were merged into one, and into those."""

    def cards(self, member: MemberId) -> tuple[MemberCard, ...]:
        """Return the cards of a member."""

    def bind(self, member: MemberId, card: MemberCard, *, at_ms: int) -> bool:
        """Bind a card, or set its status; what was said at a later time stays. False when it is another member's."""

    def hand_over(self, gone: MemberId, into: MemberId) -> None:
        """Give the cards of a member to another one."""

    def erase(self, member: MemberId, *, at_ms: int) -> None:
        """Delete all that is known of a person; the id stays, so that tills delete theirs too."""


class RuleUses(Protocol):
    """How often rules were applied in the done sales of all tills that stand, for limits that count in the chain."""

    def count(self, sale: SaleId, counts: Sequence[RuleCount], *, member: MemberId, day: str) -> None:
        """Count what a sale used, once; ``member`` is `NOBODY` without one. A voided sale counts nothing."""

    def give_back(self, sale: SaleId) -> None:
        """A sale was voided: what it used is free again. It may be told before the sale."""

    def of(self, members: Sequence[MemberId], *, day: str) -> Uses:
        """Return what a member (and those that were merged into it) used, on a day and ever; and what all did."""

    def forget(self, member: MemberId) -> None:
        """Let the sales of a member be those of nobody."""

    def differences(self) -> list[str]:
        """Return which counts are not what the sales come to, in words; none when all is right."""


class Coupons(Protocol):
    """What became of coupons in the done sales of all tills; what they are worth stands in the rules."""

    def use(self, code: CouponCode, sale: SaleId, *, at_ms: int) -> list[SaleId]:
        """A sale used a coupon; return the other sales that use it too: more than one may not stand."""

    def give_back(self, code: CouponCode, sale: SaleId, status: str, *, at_ms: int) -> None:
        """A sale was undone, and its coupon has a status again. It may be told before the sale."""

    def issue(self, coupon: AnyCoupon, member: MemberId, *, at_ms: int) -> None:
        """A member got a coupon at a till, for points."""

    def issued(self, code: CouponCode) -> AnyCoupon | None:
        """Return a coupon that some member got at a till; None if none did."""

    def issued_to(self, member: MemberId) -> list[AnyCoupon]:
        """Return the coupons that a member got at tills, the oldest first; what became of them says `status`."""

    def forget(self, member: MemberId) -> None:
        """Let the coupons that a member got at tills be gone."""

    def status(self, code: CouponCode) -> str | None:
        """Return ``used``, or what a coupon that came back is; None if no sale ever used it."""


class CodeUses(Protocol):
    """Codes on phones that tills took: each is good once."""

    def use(self, digest: str, act: Act, *, member: MemberId) -> list[str]:
        """A till took a code; return the terminals of all other rows that say so."""

    def forget(self, member: MemberId) -> None:
        """Let the codes of a member be those of nobody."""


class Claims(Protocol):
    """What is set aside of members and coupons, each claim known by terminal and number."""

    def get(self, terminal: str, claim: ClaimId) -> ClaimRow | None:
        """Return what became of a claim; None if HQ never heard of it."""

    def add(self, row: ClaimRow) -> None:
        """Keep what a till was granted, or refused for ever."""

    def open(self, *, member: MemberId | None = None) -> list[ClaimRow]:
        """Return the claims that stand, of one member or of all, the oldest first."""

    def taken(self, member: MemberId) -> list[Part]:
        """Return what is set aside of a member, for all tills."""

    def has_coupon(self, code: CouponCode) -> bool:
        """Whether a coupon is set aside for a till."""

    def draw(self, act: Act, spent: Drawn) -> None:
        """An act spent of a claim; the same row of a journal draws once."""

    def give_back(self, terminal: str, back: Drawn, *, at_ms: int) -> None:
        """So much of a claim is free; the rest of it stands. Of one that does not stand nothing changes."""

    def end(self, terminal: str, claim: ClaimId, state: ClaimState, *, at_ms: int) -> None:
        """Nothing is set aside any more. A claim that is not known yet will never stand."""

    def hand_over(self, gone: MemberId, into: MemberId) -> None:
        """What is set aside of a member is of another one from now on."""

    def forget(self, member: MemberId) -> None:
        """Let the claims of a member be those of nobody; none of them stands any more."""
