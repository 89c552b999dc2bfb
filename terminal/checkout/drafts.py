"""What is not done yet: lines that lack a value, and actions that wait for a yes or for somebody with the right."""

from enum import StrEnum

from msgspec import Struct

from terminal.checkout.after.drafts import AfterAction, ReasonOfReturn
from terminal.checkout.effects import LookUp
from terminal.checkout.inputs import Label
from terminal.checkout.members.acts.drafts import MemberAction
from terminal.checkout.payments.drafts import PayInCash
from terminal.checkout.shifts.drafts import ShiftAction
from terminal.checkout.store.drafts import StoreAction, StoreSubject
from terminal.checkout.tendering.drafts import SlipOf, TenderAction
from terminal.domain.catalog import Article
from terminal.domain.ids import HoldId, SaleId
from terminal.domain.sale import Reduction
from terminal.domain.text import SafeText

NO_NOTE = SafeText("")


class Draft(Struct, frozen=True, kw_only=True):
    """A line before it is one. ``article`` is None for goods that are not on file.

    ``of_age`` says that the customer's age was confirmed; ``tracked`` is the number of the batch, or of the piece;
    ``scale`` names the scale that weighed it, empty when its weight was typed or stood on a label.
    A query of negative quantity gives deposits back.
    """

    query: LookUp
    article: Article | None
    label: Label | None = None
    price_fen: int | None = None
    weight_g: int | None = None
    scale: str = ""
    note: SafeText = NO_NOTE
    tracked: SafeText | None = None
    of_age: bool = False


class AddLine(Struct, frozen=True):
    """Put a line into the sale."""

    draft: Draft


class RepeatLine(Struct, frozen=True):
    """Put the same as a line into the sale once more."""

    number: int
    quantity: int


class ChangeQuantity(Struct, frozen=True):
    """Give a line another number of pieces."""

    number: int
    quantity: int


class ReduceLine(Struct, frozen=True):
    """Take money off a line."""

    number: int
    reduction: Reduction


class ChangePrice(Struct, frozen=True):
    """Give a line another price of one piece, or of one kg; None: that of its article again."""

    number: int
    price_fen: int | None
    reason: SafeText = NO_NOTE


class VoidLine(Struct, frozen=True):
    """Take a line back."""

    number: int


class VoidSale(Struct, frozen=True):
    """Drop the open sale."""


class RemoveTender(Struct, frozen=True):
    """Give the last tender back."""


class TakeCash(Struct, frozen=True):
    """End the sale with cash."""

    given_fen: int


class OpenDrawer(Struct, frozen=True):
    """Open the drawer without a sale; ``makes_up_for`` is the one that was just paid and did not open it."""

    reason: SafeText
    makes_up_for: SaleId | None = None


class Reprint(Struct, frozen=True):
    """Print a marked copy of the last receipt."""


class Recall(Struct, frozen=True):
    """Open a held sale again."""

    hold_id: HoldId


class VoidHeld(Struct, frozen=True):
    """Drop a held sale, for a reason."""

    hold_id: HoldId
    reason: SafeText = SafeText("")


class BeginTraining(Struct, frozen=True):
    """Practise from now on."""


class EndTraining(Struct, frozen=True):
    """Sell for real again."""


Action = (
    AddLine
    | RepeatLine
    | ChangeQuantity
    | ReduceLine
    | ChangePrice
    | VoidLine
    | VoidSale
    | RemoveTender
    | TakeCash
    | OpenDrawer
    | Reprint
    | Recall
    | VoidHeld
    | BeginTraining
    | EndTraining
    | ShiftAction
    | MemberAction
    | StoreAction
    | TenderAction
    | AfterAction
    | PayInCash
)


class Need(StrEnum):
    """The value that a prompt asks for."""

    QUANTITY = "quantity"
    PRICE = "price"
    NEW_PRICE = "new_price"
    WEIGHT = "weight"
    REASON = "reason"
    REFERENCE = "reference"
    OTHER_STORE = "other_store"
    SLIP = "slip"
    BATCH = "batch"
    SERIAL = "serial"


class QuantityOf(Struct, frozen=True):
    """A new number of pieces is asked for a line."""

    number: int


class ReasonOf(Struct, frozen=True):
    """The reason of a reduction is asked for."""

    number: int
    off_fen: int


class NewPriceOf(Struct, frozen=True):
    """Another price of one is asked for a line."""

    number: int


class ReasonOfPrice(Struct, frozen=True):
    """The reason of another price is asked for."""

    number: int
    price_fen: int


class ReasonOfDrawer(Struct, frozen=True):
    """The reason of an opening without a sale is asked for; ``done``: on the page of a done sale, and back to it."""

    done: bool = False


class ReasonOfHeld(Struct, frozen=True):
    """The reason why a held sale is dropped is asked for; ``selected`` is its place on the list."""

    hold_id: HoldId
    selected: int


_OfLine = QuantityOf | ReasonOf | NewPriceOf | ReasonOfPrice
Subject = Draft | _OfLine | ReasonOfDrawer | ReasonOfHeld | ReasonOfReturn | StoreSubject | SlipOf
"""What a prompt is about."""
