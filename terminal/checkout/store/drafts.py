"""What is done with documents of stock, before it is done: it may wait for a yes, or for somebody with the right."""

from collections.abc import Mapping

from msgspec import Struct

from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.inspections import Due
from terminal.domain.stock import AdjustReason, DocumentKind, Level
from terminal.domain.text import SafeText


class BeginDocument(Struct, frozen=True):
    """Begin a document."""

    kind: DocumentKind
    reference: SafeText = SafeText("")


class BookDocument(Struct, frozen=True):
    """Book the document: of a count with the ``levels`` that should be there, of an adjustment with a reason."""

    levels: Mapping[Sku, Level] = {}
    reason: AdjustReason | None = None


class DropDocument(Struct, frozen=True):
    """Drop the document."""


class BeginInspection(Struct, frozen=True):
    """Make an inspection."""

    due: Due
    today: str


class SetSalesperson(Struct, frozen=True):
    """Say who sold a line; None = nobody in particular."""

    number: int
    salesperson: StaffNumber | None
    name: SafeText


class SetRuleValue(Struct, frozen=True, kw_only=True):
    """Let a parameter of a rule have a value of the store's; None = HQ's own again."""

    rule: str
    param: str
    value: int | None
    reason: SafeText


StoreAction = BeginDocument | BookDocument | DropDocument | BeginInspection | SetSalesperson | SetRuleValue


class ReferenceOf(Struct, frozen=True):
    """The delivery note, or the other store, of a document that begins is asked for."""

    kind: DocumentKind


class ReasonOfStock(Struct, frozen=True):
    """The reason of an adjustment is asked for."""


StoreSubject = ReferenceOf | ReasonOfStock
