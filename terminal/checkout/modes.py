"""The modes of the counter: one value each. ``name`` stands in facts about scans."""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from terminal.checkout.after.modes import BareReturn, FindingReceipt, Returned, Returning
from terminal.checkout.drafts import Action, Need, Subject
from terminal.checkout.effects import MemberTask, Purpose
from terminal.checkout.inquiries.modes import DetailPage, InquiryMenu, ListPage
from terminal.checkout.shifts.modes import Counting, MovingCash, ReportPage, ShiftPage
from terminal.checkout.store.modes import (
    Attending,
    CampaignPage,
    Inspecting,
    StockMenu,
    StockPage,
    StoreMenu,
    TaskList,
)
from terminal.checkout.tendering.modes import Redeeming
from terminal.domain.catalog import Article
from terminal.domain.ids import HoldId, OrderNumber, Sku, StaffNumber
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.sale import SaleLine
from terminal.domain.text import SafeText
from terminal.ports.members import KnownMember


class NoBook(Struct, frozen=True):
    """Nothing can be sold: there is no price book."""

    name: ClassVar[str] = "no_book"
    reason: str = ""


class Locked(Struct, frozen=True, kw_only=True):
    """Nobody is signed in; an open sale waits. With a number the PIN is asked for."""

    name: ClassVar[str] = "locked"
    number: StaffNumber | None = None
    checking: bool = False


class Selling(Struct, frozen=True, kw_only=True):
    """Scan, type, correct. ``taking_back``: the next scan takes a piece out of the sale."""

    name: ClassVar[str] = "sale"
    taking_back: bool = False


class Prompting(Struct, frozen=True, kw_only=True):
    """One value is asked for; everything else waits, but for scans that close it."""

    name: ClassVar[str] = "prompt"
    need: Need
    subject: Subject


class Searching(Struct, frozen=True, kw_only=True):
    """A list of articles by pinyin initials; a pick sells it, or shows its price."""

    name: ClassVar[str] = "search"
    query: str
    purpose: Purpose = Purpose.SELL
    prefix: str = ""
    found: tuple[Article, ...] = ()
    selected: int = 0


class Tendering(Struct, frozen=True, kw_only=True):
    """Paying. What was taken so far is in the sale itself; ``selected`` is the quick amount."""

    name: ClassVar[str] = "tender"
    selected: int = 0


class Paying(Struct, frozen=True):
    """A payment by code is under way, or nobody knows what became of it: nothing else is paid until that is known."""

    name: ClassVar[str] = "paying"
    order: OrderNumber


class Completed(Struct, frozen=True, kw_only=True):
    """The last sale is done: total, given and change stay until the next one begins."""

    name: ClassVar[str] = "completed"


class Recalling(Struct, frozen=True, kw_only=True):
    """A recall under way: which lines have the present book's values, and which are still to be looked up.

    Then its coupons, as the present rules have them; ``lost`` are the names of those that cannot be used any more, and
    of goods that are not sold any more.
    """

    hold_id: HoldId
    approver: StaffNumber | None = None
    done: tuple[SaleLine, ...]
    left: tuple[SaleLine, ...]
    coupons: tuple[AnyCoupon, ...] = ()
    coupons_left: tuple[AnyCoupon, ...] = ()
    lost: tuple[SafeText, ...] = ()


class HeldList(Struct, frozen=True, kw_only=True):
    """The list of held sales, the latest first."""

    name: ClassVar[str] = "held"
    selected: int = 0
    recalling: Recalling | None = None


class PriceCheck(Struct, frozen=True, kw_only=True):
    """Prices are shown, nothing is sold."""

    name: ClassVar[str] = "price_check"
    code: str = ""
    article: Article | None = None


class MemberPage(Struct, frozen=True, kw_only=True):
    """Who a customer is, and what there is for them; goods may be scanned meanwhile.

    ``found`` is the list as of the local time ``now``, ``asked_for`` what was looked for (masked); ``names``, ``as_of``
    and ``fault`` as in `MemberFound`. ``unknown`` is the whole phone number that nobody has: it may be a new member's.
    """

    name: ClassVar[str] = "member"
    back: "Selling | Tendering" = Selling()
    found: tuple[KnownMember, ...] = ()
    selected: int = 0
    asked_for: str = ""
    names: dict[Sku, SafeText] = {}
    now: str = ""
    as_of: str = ""
    fault: str = ""
    unknown: str = ""

    @property
    def chosen(self) -> KnownMember | None:
        """The highlighted one."""
        return self.found[self.selected] if self.found else None

    def __repr__(self) -> str:
        """Numbers of people and cards are never logged."""
        return f"MemberPage({len(self.found)})"


class FormField(StrEnum):
    """What a form asks for."""

    PHONE = "phone"
    NAME = "name"
    BIRTHDAY = "birthday"
    CARD = "card"
    OLD_CARD = "old_card"
    AMOUNT = "top_up"
    GIVEN = "given"
    OTHER = "other"
    GIFT = "gift"
    REFERRAL = "referral"


FORMS: Mapping[MemberTask, tuple[FormField, ...]] = {
    MemberTask.REGISTER: (
        FormField.PHONE,
        FormField.NAME,
        FormField.BIRTHDAY,
        FormField.CARD,
        FormField.REFERRAL,
    ),
    MemberTask.ISSUE: (FormField.CARD,),
    MemberTask.REPLACE: (FormField.OLD_CARD, FormField.CARD),
    MemberTask.LOST: (FormField.OLD_CARD,),
    MemberTask.TOP_UP: (FormField.AMOUNT, FormField.GIVEN),
    MemberTask.MERGE: (FormField.OTHER,),
    MemberTask.EDIT: (FormField.PHONE, FormField.NAME, FormField.BIRTHDAY),
    MemberTask.GIFT: (FormField.GIFT,),
}
"""The fields of each form, in their order."""


class MemberForm(Struct, frozen=True, kw_only=True):
    """Something is done for the highlighted member of a page, or for a new one; one field after the other is asked for.

    ``entered`` are the values of those before the one at hand.
    """

    name: ClassVar[str] = "member_form"
    task: MemberTask
    page: MemberPage
    entered: tuple[str, ...] = ()

    @property
    def at_hand(self) -> FormField:
        """The field that is asked for."""
        return FORMS[self.task][len(self.entered)]

    def __repr__(self) -> str:
        """Numbers of people and cards are never logged."""
        return f"MemberForm({self.task})"


class Reasons(Struct, frozen=True, kw_only=True):
    """Why the selected line costs what it does, and what nearly made it cheaper; a scan leaves it."""

    name: ClassVar[str] = "reasons"
    back: "Selling | Tendering" = Selling()


class Confirming(Struct, frozen=True, kw_only=True):
    """A yes is asked for, or (``approval``) number and PIN of somebody with the right; ``back`` is where no leads."""

    name: ClassVar[str] = "confirm"
    action: Action
    question: str
    params: tuple[tuple[str, str], ...] = ()
    approval: bool = False
    number: StaffNumber | None = None
    checking: bool = False
    back: "Back"


class Help(Struct, frozen=True):
    """Help about the mode below."""

    name: ClassVar[str] = "help"
    below: "Mode"


class Status(Struct, frozen=True):
    """Devices, uplink, book and journal in full, above the mode below."""

    name: ClassVar[str] = "status"
    below: "Mode"


OnPage = ShiftPage | Counting | StockMenu | StockPage | TaskList | CampaignPage | MemberPage | MemberForm | Status
After = Returning | BareReturn | Returned
Back = Selling | Tendering | HeldList | Completed | OnPage | After
"""Where a question may be asked, and where no leads back to."""


Mode = (
    NoBook
    | Locked
    | Selling
    | Prompting
    | Searching
    | Tendering
    | Redeeming
    | Paying
    | Completed
    | HeldList
    | PriceCheck
    | ShiftPage
    | MovingCash
    | Counting
    | ReportPage
    | StoreMenu
    | Attending
    | FindingReceipt
    | Returning
    | BareReturn
    | Returned
    | MemberPage
    | MemberForm
    | StockMenu
    | StockPage
    | TaskList
    | Inspecting
    | CampaignPage
    | InquiryMenu
    | ListPage
    | DetailPage
    | Reasons
    | Confirming
    | Help
    | Status
)
