"""What may be asked of what a till knows, and what is found. The desk answers before any other event."""

from enum import StrEnum

from msgspec import Struct

from terminal.domain.catalog import Unit
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.cards import CardKey
from terminal.domain.stock import Level
from terminal.domain.text import SafeText
from terminal.ports.history import Deed
from terminal.wire.found import FoundSale


class Topic(StrEnum):
    """What a list is about."""

    SALES = "sales"
    MEMBER = "member"
    RETURNS = "returns"
    CASH = "cash"
    GIFTS = "gifts"
    COUPONS = "coupons"
    LOW_STOCK = "low_stock"


class Who(Struct, frozen=True, kw_only=True):
    """A member, by one of these: a card, a phone number, the last four digits of one."""

    card: CardKey | None = None
    phone: str = ""
    tail: str = ""

    def __repr__(self) -> str:
        """Numbers of people and cards are never logged."""
        return "Who()"


class Search(Struct, frozen=True, kw_only=True):
    """The newest of a topic that fit: the end of a number, an amount, a time, a member. ``sought`` is for people."""

    topic: Topic
    sought: SafeText = SafeText("")
    ending: str = ""
    amount_fen: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    who: Who | None = None


class SaleOf(Struct, frozen=True):
    """A sale with all that became of it."""

    sale_id: SaleId


class LowArticle(Struct, frozen=True, kw_only=True):
    """An article of which there is no more than its low stock, in pieces or grams."""

    sku: Sku
    name: SafeText
    unit: Unit
    level: Level
    low: int


class Listed(Struct, frozen=True, kw_only=True):
    """A deed of the list, at a local time (YYYY-MM-DDTHH:MM:SS).

    ``came_back``: something of this sale did; ``voided``: it never was.
    """

    deed: Deed
    local_time: str
    came_back: bool = False
    voided: bool = False


class SaleSeen(Struct, frozen=True, kw_only=True):
    """A sale, done at a local time (YYYY-MM-DDTHH:MM:SS)."""

    sale: FoundSale
    local_time: str


Question = Search | SaleOf
Finding = LowArticle | Listed | SaleSeen
