"""The paper of a document of stock, to be signed by who gave the goods and who took them."""

from collections.abc import Iterator

from msgspec import Struct

from terminal.domain.catalog import Unit
from terminal.domain.ids import StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.receipt import Divider, Item, Row
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.slips.slip import approver, cashier, framed, pair
from terminal.domain.stock import AdjustReason, DocumentKind, StockDocument, StockLine, worth_fen
from terminal.domain.text import clean

GRAMS_PER_KG = 1000


class StockLabels(Struct, frozen=True, kw_only=True):
    """One language."""

    kinds: dict[DocumentKind, str]
    reasons: dict[AdjustReason, str]
    number: str
    reference: str
    other_store: str
    reason: str
    staff: str
    approved: str
    lines: str
    worth: str
    book: str
    variance: str
    signature: str


STOCK_LABELS: dict[Language, StockLabels] = {
    Language.ZH: StockLabels(
        kinds={
            DocumentKind.RECEIVE: "收货单",
            DocumentKind.SUPPLIER_RETURN: "退供单",
            DocumentKind.TRANSFER_OUT: "调出单",
            DocumentKind.TRANSFER_IN: "调入单",
            DocumentKind.FREEZE: "冻结单",
            DocumentKind.RELEASE: "解冻单",
            DocumentKind.COUNT: "盘点单",
            DocumentKind.ADJUST: "调整单",
        },
        reasons={
            AdjustReason.DAMAGED: "破损",
            AdjustReason.EXPIRED: "过期",
            AdjustReason.LOST: "丢失",
            AdjustReason.FOUND: "多出",
        },
        number="单据号",
        reference="送货单",
        other_store="对方门店",
        reason="原因",
        staff="经办",
        approved="授权",
        lines="行数",
        worth="金额",
        book="账面",
        variance="差异",
        signature="签名",
    ),
    Language.EN: StockLabels(
        kinds={
            DocumentKind.RECEIVE: "GOODS RECEIVED",
            DocumentKind.SUPPLIER_RETURN: "RETURN TO SUPPLIER",
            DocumentKind.TRANSFER_OUT: "TRANSFER OUT",
            DocumentKind.TRANSFER_IN: "TRANSFER IN",
            DocumentKind.FREEZE: "STOCK FROZEN",
            DocumentKind.RELEASE: "STOCK RELEASED",
            DocumentKind.COUNT: "STOCK-TAKE",
            DocumentKind.ADJUST: "STOCK ADJUSTED",
        },
        reasons={
            AdjustReason.DAMAGED: "damaged",
            AdjustReason.EXPIRED: "expired",
            AdjustReason.LOST: "lost",
            AdjustReason.FOUND: "found",
        },
        number="Document",
        reference="Delivery note",
        other_store="Other store",
        reason="Reason",
        staff="Staff",
        approved="Approved by",
        lines="Lines",
        worth="Worth",
        book="Should be",
        variance="Variance",
        signature="Signature",
    ),
}


class StockSlip(Struct, frozen=True, kw_only=True):
    """A booked document on paper; copy n > 0 is marked."""

    document: StockDocument
    number: str
    staff: StaffNumber
    at_ms: int
    approved_by: StaffNumber | None = None
    copy: int = 0

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels = STOCK_LABELS[issuer.language]
        mark = f" {LABELS[issuer.language].copy.format(number=self.copy)}" if self.copy else ""
        title = f"{labels.kinds[self.document.kind]}{mark}"
        return framed(issuer, title, local_time, self._body(issuer, labels), training=training)

    def _body(self, issuer: Issuer, labels: StockLabels) -> Iterator[Row]:
        document = self.document
        yield pair(labels.number, self.number)
        if document.reference:
            yield pair(labels.other_store if document.kind.names_a_store else labels.reference, document.reference)
        if document.reason is not None:
            yield pair(labels.reason, labels.reasons[document.reason])
        yield from cashier(self, issuer, labels.staff)
        yield from approver(self, issuer, labels.approved)
        yield Divider()
        for line in document.lines:
            yield from _line(line, labels, is_count=document.kind is DocumentKind.COUNT)
        yield Divider()
        yield pair(labels.lines, str(len(document.lines)))
        if document.kind is DocumentKind.COUNT:
            yield pair(labels.variance, format_fen(document.variance_fen), strong=True)
        else:
            yield pair(labels.worth, format_fen(sum(map(_worth, document.lines))), strong=True)
        yield pair(labels.signature, "____________")


def _line(line: StockLine, labels: StockLabels, *, is_count: bool) -> Iterator[Row]:
    yield Item(
        name=line.name,
        code=line.code,
        quantity=clean(quantity_text(line.quantity, line.unit)),
        price=clean(format_fen(line.price_fen)),
        amount=clean(format_fen(_worth(line))),
    )
    if is_count:
        yield pair(f"  {labels.book}", quantity_text(line.book or 0, line.unit))
        off = f"{quantity_text(line.variance, line.unit)}  {format_fen(line.variance_fen)}"
        yield pair(f"  {labels.variance}", off, strong=line.variance != 0)


def _worth(line: StockLine) -> int:
    return worth_fen(line.quantity, line.price_fen, line.unit)


def quantity_text(quantity: int, unit: Unit) -> str:
    """Return pieces, or grams as kilograms: ``-3``, ``0.856kg``."""
    if unit is Unit.EACH:
        return str(quantity)
    kilograms, grams = divmod(abs(quantity), GRAMS_PER_KG)
    return f"{'-' if quantity < 0 else ''}{kilograms}.{grams:03d}kg"
