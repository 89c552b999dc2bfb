"""Facts about payments by code, from before the payment host hears of one to the end of all that may come of it.

Of the customer's code a fact has kind, length and keyed hash. ``order`` is the till's number of an attempt.
"""

from msgspec import Struct

from terminal.domain.gateways import Answer, AttemptState, Call
from terminal.domain.ids import ActionId, OrderNumber, SaleId, StaffNumber
from terminal.domain.payments import Reason
from terminal.domain.sale import TenderKind
from terminal.domain.text import SafeText


class PaymentStarted(Struct, frozen=True, kw_only=True, tag=True):
    """A customer's code was scanned. This stands on the disk before the payment host is asked to charge it."""

    order: OrderNumber
    sale_id: SaleId
    kind: TenderKind
    amount_fen: int
    code: SafeText
    staff: StaffNumber
    started_ms: int
    local_time: str


class PaymentAnswered(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The host said something new of a payment, or gave no answer; ``state`` is where it stands since then."""

    order: OrderNumber
    call: Call
    answer: Answer
    state: AttemptState
    paid_fen: int = 0
    reason: SafeText = SafeText("")


class PaymentGivenUp(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A payment must not stand: it is reversed from now on, and no answer makes it a paid one again.

    ``paid_fen`` was taken, where that is not what was asked for (`Reason.WRONG_AMOUNT`): somebody must look at it.
    """

    order: OrderNumber
    sale_id: SaleId
    reason: Reason
    paid_fen: int = 0
    staff: StaffNumber | None = None


class PaymentSettled(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Where a payment ended: paid, declined, reversed; or unknown, and then it is asked about until it is not.

    ``number`` is what the host calls it.
    """

    order: OrderNumber
    sale_id: SaleId
    state: AttemptState
    amount_fen: int = 0
    number: SafeText = SafeText("")
    reason: SafeText = SafeText("")


class PaymentChecked(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The host was asked once more about a payment that had ended without money, and knew of none.

    ``closed``: nothing more can come of it. With ``refund`` it was asked about a refund that it had refused, and had
    not made it.
    """

    order: OrderNumber
    closed: bool = False
    refund: str = ""


class PaymentFound(Struct, frozen=True, kw_only=True, tag=True):
    """The host has charged a customer for a payment that had ended without money: it is to be returned."""

    order: OrderNumber
    sale_id: SaleId
    found_fen: int


class PaymentReturned(Struct, frozen=True, kw_only=True, tag=True):
    """What a customer had paid for nothing went back, under the number ``refund``; or, so far, a part of it."""

    order: OrderNumber
    sale_id: SaleId
    amount_fen: int
    refund: str


class RefundRefused(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The host will not give the customer back what it was asked for under the number ``refund``: people must.

    It is not asked for that any more. ``reason`` is the host's own.
    """

    order: OrderNumber
    sale_id: SaleId
    refund: str
    kind: TenderKind
    amount_fen: int
    reason: SafeText = SafeText("")


class RefundPaidInCash(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """What the host refused to give back was paid out of the drawer, once for a ``refund``.

    The shop keeps ``amount_fen`` that was paid by code (``kind``), and has so much less cash. ``receipt_no`` is that of
    the sale, ``return_no`` that of the return; both are empty for money that was taken for nothing.
    """

    act: ActionId
    order: OrderNumber
    sale_id: SaleId
    refund: str
    kind: TenderKind
    amount_fen: int
    staff: StaffNumber
    paid_ms: int
    receipt_no: str = ""
    return_no: str = ""
    approved_by: StaffNumber | None = None


class RefundCameLate(Struct, frozen=True, kw_only=True, tag=True):
    """The host gave back what it did not owe any more, or more than it was asked for: the customer has too much."""

    order: OrderNumber
    sale_id: SaleId
    refund: str
    kind: TenderKind
    amount_fen: int


class ScanQueued(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A code was scanned while a payment was under way: it waits until that has ended, and then has its outcome."""

    device: str
    code: SafeText
    gtin: str | None = None
    gs1: tuple[tuple[str, str], ...] = ()


OfPayments = (
    PaymentStarted
    | PaymentAnswered
    | PaymentGivenUp
    | PaymentSettled
    | PaymentChecked
    | PaymentFound
    | PaymentReturned
    | RefundRefused
    | RefundPaidInCash
    | RefundCameLate
    | ScanQueued
)
