"""What is not done yet: lines that lack a value, and actions that wait for a yes or for somebody with the right."""

from dataclasses import dataclass
from enum import StrEnum

from terminal.checkout.effects import LookUp
from terminal.checkout.inputs import Label
from terminal.domain.catalog import Article
from terminal.domain.ids import HoldId
from terminal.domain.sale import Reduction
from terminal.domain.text import SafeText

NO_NOTE = SafeText("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A line before it is one. ``article`` is None for goods that are not on file.

    ``of_age`` says that the customer's age was confirmed.
    """

    query: LookUp
    article: Article | None
    label: Label | None = None
    price_fen: int | None = None
    weight_g: int | None = None
    note: SafeText = NO_NOTE
    of_age: bool = False


@dataclass(frozen=True, slots=True)
class AddLine:
    """Put a line into the sale."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class RepeatLine:
    """Put the same as a line into the sale once more."""

    number: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ChangeQuantity:
    """Give a line another number of pieces."""

    number: int
    quantity: int


@dataclass(frozen=True, slots=True)
class ReduceLine:
    """Take money off a line."""

    number: int
    reduction: Reduction


@dataclass(frozen=True, slots=True)
class VoidLine:
    """Take a line back."""

    number: int


@dataclass(frozen=True, slots=True)
class VoidSale:
    """Drop the open sale."""


@dataclass(frozen=True, slots=True)
class TakeCash:
    """End the sale with cash."""

    given_fen: int


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the drawer without a sale."""

    reason: SafeText


@dataclass(frozen=True, slots=True)
class Reprint:
    """Print a marked copy of the last receipt."""


@dataclass(frozen=True, slots=True)
class Recall:
    """Open a held sale again."""

    hold_id: HoldId


@dataclass(frozen=True, slots=True)
class VoidHeld:
    """Drop a held sale."""

    hold_id: HoldId


Action = (
    AddLine
    | RepeatLine
    | ChangeQuantity
    | ReduceLine
    | VoidLine
    | VoidSale
    | TakeCash
    | OpenDrawer
    | Reprint
    | Recall
    | VoidHeld
)


class Need(StrEnum):
    """The value that a prompt asks for."""

    QUANTITY = "quantity"
    PRICE = "price"
    WEIGHT = "weight"
    REASON = "reason"


@dataclass(frozen=True, slots=True)
class QuantityOf:
    """A new number of pieces is asked for a line."""

    number: int


@dataclass(frozen=True, slots=True)
class ReasonOf:
    """The reason of a reduction is asked for."""

    number: int
    off_fen: int


@dataclass(frozen=True, slots=True)
class ReasonOfDrawer:
    """The reason of an opening without a sale is asked for; ``done``: on the page of a done sale, and back to it."""

    done: bool = False


Subject = Draft | QuantityOf | ReasonOf | ReasonOfDrawer
"""What a prompt is about."""
