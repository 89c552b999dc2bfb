"""Facts about members that are made at a till, outside of sales.

``act`` is made on the till and names what was done, so that it is safe to repeat. ``entries`` are what it changes of
balances (`terminal.domain.members.entries`): HQ's ledgers are the sums of them, and so is what the till knows until HQ
tells it. ``approved_by`` names who lent the right when ``staff`` had none. ``drawn`` is what HQ had set aside for it.
"""

from msgspec import Struct

from terminal.domain.ids import ActionId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.claims import Drawn
from terminal.domain.members.entries import Entry
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId
from terminal.domain.sale import Tender
from terminal.domain.text import SafeText


class MemberRegistered(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Somebody became a member, perhaps with a card at once; name, birthday and the code of who sent them are optional.

    ``consent`` is the version of the text that they agreed to, at ``consent_ms`` (UTC).
    """

    act: ActionId
    staff: StaffNumber
    member: Member
    consent: str
    consent_ms: int
    card: CardKey | None = None
    referral: SafeText = SafeText("")
    approved_by: StaffNumber | None = None


class MemberEdited(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A member has another phone number, name or birthday; what is empty stays as it was."""

    act: ActionId
    staff: StaffNumber
    member: MemberId
    phone: SafeText = SafeText("")
    name: SafeText = SafeText("")
    birthday: str | None = None
    approved_by: StaffNumber | None = None


class CardIssued(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A card was bound to a member; ``replaces`` one that is good no more."""

    act: ActionId
    staff: StaffNumber
    member: MemberId
    card: CardKey
    replaces: CardKey | None = None
    approved_by: StaffNumber | None = None


class CardStatusSet(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """One card of a member was reported lost, or found again: ``status`` is ``lost`` or ``active``."""

    act: ActionId
    staff: StaffNumber
    member: MemberId
    card: CardKey
    status: str
    approved_by: StaffNumber | None = None


class MemberStatusSet(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A member with all cards was blocked, or is free again."""

    act: ActionId
    staff: StaffNumber
    member: MemberId
    status: str
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None


class ToppedUp(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Money was put on a card; ``bonus_fen`` is what the shop added.

    It may be spent when HQ has acknowledged this fact.
    """

    act: ActionId
    staff: StaffNumber
    member: MemberId
    amount_fen: int
    tender: Tender
    bonus_fen: int = 0
    change_fen: int = 0
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None


class CashedOut(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The principal of a member was paid out in cash; the bonus is lost."""

    act: ActionId
    staff: StaffNumber
    member: MemberId
    paid_fen: int
    forfeited_fen: int = 0
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None
    drawn: tuple[Drawn, ...] = ()


class GiftGiven(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A member got one piece of an article for points. ``name`` is what the gift is called, ``article`` the article.

    A till of an older version leaves ``article`` empty.
    """

    act: ActionId
    staff: StaffNumber
    member: MemberId
    sku: Sku
    name: SafeText
    points: int
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None
    drawn: tuple[Drawn, ...] = ()
    article: SafeText = SafeText("")


class CouponIssued(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A member got a coupon for points: it is that member's, has a code of its own, and is good between its dates."""

    act: ActionId
    staff: StaffNumber
    member: MemberId
    coupon: AnyCoupon
    points: int
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None
    drawn: tuple[Drawn, ...] = ()


class GiftTakenBack(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """What was got for points by the act ``undoes`` came back: an article to the shelf, or a ``coupon``, void now.

    The entries give the points back, each to its lot.
    """

    act: ActionId
    staff: StaffNumber
    member: MemberId
    undoes: ActionId
    name: SafeText
    points: int
    sku: Sku | None = None
    article: SafeText = SafeText("")
    coupon: CouponCode | None = None
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None
    drawn: tuple[Drawn, ...] = ()


class MembersMerged(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Two members became one: ``gone`` is ``into`` from now on; the entries are of both."""

    act: ActionId
    staff: StaffNumber
    into: MemberId
    gone: MemberId
    entries: tuple[Entry, ...] = ()
    approved_by: StaffNumber | None = None
    drawn: tuple[Drawn, ...] = ()


class PhoneCodeUsed(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A member was found by the code on a phone, which is good no more: no till takes it again, as far as it knows.

    ``digest`` is all that is kept of the code, ``key`` the number of its key, ``made_ms`` when it was made (UTC).
    """

    member: MemberId
    digest: str
    key: int
    made_ms: int
    device: str = ""


class CountCardChosen(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A count card of the member pays for a line of the open sale; None = money does again. The sale takes its uses."""

    number: int
    card: CountCardId | None = None


OfMembers = (
    MemberRegistered
    | MemberEdited
    | CardIssued
    | CardStatusSet
    | MemberStatusSet
    | ToppedUp
    | CashedOut
    | GiftGiven
    | CouponIssued
    | GiftTakenBack
    | MembersMerged
)
OfGifts = GiftGiven | CouponIssued | GiftTakenBack
