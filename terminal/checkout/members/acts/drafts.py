"""What is done for a member, before it is done: it may wait for a yes, or for somebody with the right."""

from msgspec import Struct

from terminal.domain.members.cards import CardKey
from terminal.domain.members.gifts import Given, Offer
from terminal.domain.members.member import Member
from terminal.domain.text import SafeText
from terminal.ports.members import KnownMember


class _Private(Struct, frozen=True):
    """What has whole names and numbers of people names none of them: a traceback may end in a log."""

    def __repr__(self) -> str:
        """Name the kind only."""
        return f"{type(self).__name__}(…)"


class RegisterMember(_Private, frozen=True, kw_only=True):
    """Make somebody a member; ``birthday`` is ``MM-DD``, ``card`` is bound at once, ``referral`` is who sent them."""

    phone: SafeText
    name: SafeText = SafeText("")
    birthday: str | None = None
    card: CardKey | None = None
    referral: SafeText = SafeText("")


class IssueCard(_Private, frozen=True, kw_only=True):
    """Bind a card to a member, perhaps in the place of another one."""

    member: Member
    card: CardKey
    replaces: CardKey | None = None


class SetCardStatus(_Private, frozen=True, kw_only=True):
    """Report a card of a member lost, or found again."""

    member: Member
    card: CardKey
    status: str


class SetMemberStatus(_Private, frozen=True, kw_only=True):
    """Freeze a member, or free one."""

    member: Member
    status: str


class TopUp(_Private, frozen=True, kw_only=True):
    """Put money on a card; the customer gave so much cash."""

    known: KnownMember
    amount_fen: int
    given_fen: int


class CashOut(_Private, frozen=True, kw_only=True):
    """Pay the principal of a member out; the bonus is lost."""

    known: KnownMember


class MergeMembers(_Private, frozen=True, kw_only=True):
    """Make two members one."""

    into: Member
    gone: Member


class EditMember(_Private, frozen=True, kw_only=True):
    """Give a member another phone number, name or birthday; what is empty stays."""

    member: Member
    phone: SafeText = SafeText("")
    name: SafeText = SafeText("")
    birthday: str | None = None


class GiveGift(_Private, frozen=True, kw_only=True):
    """Give a member goods, or a coupon, for points; ``article`` is what the book calls the goods."""

    member: Member
    gift: Offer
    today: str
    article: SafeText = SafeText("")


class TakeGiftBack(_Private, frozen=True, kw_only=True):
    """Take back what a member got for points, and give the points back."""

    member: Member
    given: Given


MemberAction = (
    RegisterMember
    | IssueCard
    | SetCardStatus
    | SetMemberStatus
    | TopUp
    | CashOut
    | MergeMembers
    | EditMember
    | GiveGift
    | TakeGiftBack
)
