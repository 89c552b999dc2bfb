"""The modes of the counter: one value each. ``name`` stands in facts about scans."""

from dataclasses import dataclass
from typing import ClassVar

from terminal.checkout.drafts import Action, Need, Subject
from terminal.checkout.effects import Purpose
from terminal.domain.catalog import Article
from terminal.domain.ids import HoldId, StaffNumber
from terminal.domain.sale import SaleLine


@dataclass(frozen=True, slots=True)
class NoBook:
    """Nothing can be sold: there is no price book."""

    name: ClassVar[str] = "no_book"
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """Nobody is signed in; an open sale waits. With a number the PIN is asked for."""

    name: ClassVar[str] = "locked"
    number: StaffNumber | None = None
    checking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selling:
    """Scan, type, correct. ``taking_back``: the next scan takes a piece out of the sale."""

    name: ClassVar[str] = "sale"
    taking_back: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompting:
    """One value is asked for; everything else waits, but for scans that close it."""

    name: ClassVar[str] = "prompt"
    need: Need
    subject: Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Searching:
    """A list of articles by pinyin initials; a pick sells it, or shows its price."""

    name: ClassVar[str] = "search"
    query: str
    purpose: Purpose = Purpose.SELL
    prefix: str = ""
    found: tuple[Article, ...] = ()
    selected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Tendering:
    """Paying. Which vouchers were taken is in the sale itself; ``selected`` is the quick amount."""

    name: ClassVar[str] = "tender"
    selected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """The last sale is done: total, given and change stay until the next one begins."""

    name: ClassVar[str] = "completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalling:
    """A recall under way: which lines have the present book's values, and which are still to be looked up."""

    hold_id: HoldId
    approver: StaffNumber | None = None
    done: tuple[SaleLine, ...]
    left: tuple[SaleLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldList:
    """The list of held sales, the latest first."""

    name: ClassVar[str] = "held"
    selected: int = 0
    recalling: Recalling | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceCheck:
    """Prices are shown, nothing is sold."""

    name: ClassVar[str] = "price_check"
    code: str = ""
    article: Article | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirming:
    """A yes is asked for, or (``approval``) number and PIN of somebody with the right; ``back`` is where no leads."""

    name: ClassVar[str] = "confirm"
    action: Action
    question: str
    params: tuple[tuple[str, str], ...] = ()
    approval: bool = False
    number: StaffNumber | None = None
    checking: bool = False
    back: "Selling | Tendering | HeldList | Completed"


@dataclass(frozen=True, slots=True)
class Help:
    """Help about the mode below."""

    name: ClassVar[str] = "help"
    below: "Mode"


@dataclass(frozen=True, slots=True)
class Status:
    """Devices, uplink, book and journal in full, above the mode below."""

    name: ClassVar[str] = "status"
    below: "Mode"


Mode = (
    NoBook
    | Locked
    | Selling
    | Prompting
    | Searching
    | Tendering
    | Completed
    | HeldList
    | PriceCheck
    | Confirming
    | Help
    | Status
)
