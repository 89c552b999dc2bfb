"""The paper of cash that was paid out because the payment host refused to give the money of a customer back."""

from collections.abc import Iterator

from msgspec import Struct

from terminal.domain.ids import OrderNumber, StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.receipt import Note, Row
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.slips.labels import SLIP_LABELS
from terminal.domain.slips.slip import approver, cashier, framed, pair
from terminal.domain.text import clean


class InsteadSlip(Struct, frozen=True, kw_only=True):
    """One paper. ``receipt_no`` and ``return_no`` are empty where the money was taken for nothing."""

    kind: TenderKind
    amount_fen: int
    order: OrderNumber
    receipt_no: str
    return_no: str
    staff: StaffNumber
    at_ms: int
    approved_by: StaffNumber | None = None

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels = INSTEAD_LABELS[issuer.language]
        yield from framed(issuer, labels.title, local_time, self._body(issuer, labels), training=training)

    def _body(self, issuer: Issuer, labels: "InsteadLabels") -> Iterator[Row]:
        words, slips = LABELS[issuer.language], SLIP_LABELS[issuer.language]
        yield from cashier(self, issuer, words.cashier)
        yield from approver(self, issuer, slips.approved)
        if self.receipt_no:
            yield pair(labels.receipt, self.receipt_no)
        if self.return_no:
            yield pair(labels.returned, self.return_no)
        yield pair(labels.refused, words.tenders[self.kind])
        yield pair(labels.order, self.order)
        yield pair(labels.cash, format_fen(self.amount_fen), strong=True)
        yield Note(text=clean(slips.signature))


class InsteadLabels(Struct, frozen=True, kw_only=True):
    """One language."""

    title: str
    receipt: str
    returned: str
    refused: str
    order: str
    cash: str


INSTEAD_LABELS: dict[Language, InsteadLabels] = {
    Language.ZH: InsteadLabels(
        title="改付现金",
        receipt="小票号",
        returned="退货号",
        refused="付款平台没退",
        order="付款订单号",
        cash="付现金",
    ),
    Language.EN: InsteadLabels(
        title="CASH INSTEAD",
        receipt="Receipt",
        returned="Return",
        refused="Refused by the host",
        order="Order",
        cash="Cash paid out",
    ),
}
