"""Messages of the nexo Sale to POI protocol 3.0, as JSON: what a till says to a bank's terminal, and what it hears.

Source: the public reference of an acquirer that speaks it (docs.adyen.com, Terminal API: Payment, Reversal, Abort,
TransactionStatus). Only the fields that a till uses stand here; others are ignored. Amounts are numbers of yuan with
two decimals on the cable, whole fen here: the border is `fen_of` and `amount_of`.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec
from msgspec import UNSET, Struct, UnsetType

PROTOCOL = "3.0"
FEN_PER_YUAN = 100
CLEAR_HEAD, CLEAR_TAIL = 6, 4
"""Digits of a card's number that may be kept."""


class Category(StrEnum):
    """Kinds of messages."""

    PAYMENT = "Payment"
    REVERSAL = "Reversal"
    STATUS = "TransactionStatus"
    ABORT = "Abort"


class Result(StrEnum):
    """How a request ended."""

    SUCCESS = "Success"
    PARTIAL = "Partial"
    FAILURE = "Failure"


IN_PROGRESS, NOT_FOUND = "InProgress", "NotFound"
"""Error conditions of a status that is not known yet, and of a message that the terminal never had."""


class Header(Struct, frozen=True, kw_only=True, rename="pascal"):
    """Names both ends and the pair of messages: at most ten characters in ``service``, never used again in 48 hours."""

    category: Category = msgspec.field(name="MessageCategory")
    service: str = msgspec.field(name="ServiceID")
    sale: str = msgspec.field(name="SaleID")
    poi: str = msgspec.field(name="POIID")
    type: str = msgspec.field(name="MessageType", default="Request")
    message_class: str = msgspec.field(name="MessageClass", default="Service")
    version: str = msgspec.field(name="ProtocolVersion", default=PROTOCOL)


class TransactionRef(Struct, frozen=True, kw_only=True):
    """A transaction of one end, by its number and its time (ISO 8601)."""

    number: str = msgspec.field(name="TransactionID", default="")
    time: str = msgspec.field(name="TimeStamp", default="")


class SaleData(Struct, frozen=True, kw_only=True):
    """What the till calls the transaction."""

    transaction: TransactionRef = msgspec.field(name="SaleTransactionID", default=TransactionRef())


class Amounts(Struct, frozen=True, kw_only=True):
    """What is to be charged."""

    currency: str = msgspec.field(name="Currency")
    requested: Decimal = msgspec.field(name="RequestedAmount")


class PaymentTransaction(Struct, frozen=True, kw_only=True):
    """A charge."""

    amounts: Amounts = msgspec.field(name="AmountsReq")


class PaymentRequest(Struct, frozen=True, kw_only=True):
    """Charge the customer's card."""

    sale: SaleData = msgspec.field(name="SaleData")
    transaction: PaymentTransaction = msgspec.field(name="PaymentTransaction")


class Original(Struct, frozen=True, kw_only=True):
    """The payment that is undone."""

    transaction: TransactionRef = msgspec.field(name="POITransactionID")


class ReversalRequest(Struct, frozen=True, kw_only=True):
    """Give money of a payment back: all of it, or ``amount``."""

    original: Original = msgspec.field(name="OriginalPOITransaction")
    sale: SaleData = msgspec.field(name="SaleData")
    reason: str = msgspec.field(name="ReversalReason", default="MerchantCancel")
    amount: Decimal | UnsetType = msgspec.field(name="ReversedAmount", default=UNSET)


class MessageRef(Struct, frozen=True, kw_only=True):
    """A message that was sent before."""

    category: Category = msgspec.field(name="MessageCategory")
    service: str = msgspec.field(name="ServiceID")
    sale: str = msgspec.field(name="SaleID")


class StatusRequest(Struct, frozen=True, kw_only=True):
    """Say what became of a message."""

    message: MessageRef = msgspec.field(name="MessageReference")


class AbortRequest(Struct, frozen=True, kw_only=True):
    """Give up what is under way; no answer comes to this."""

    message: MessageRef = msgspec.field(name="MessageReference")
    reason: str = msgspec.field(name="AbortReason", default="MerchantAbort")


class ToTerminal(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One request."""

    header: Header = msgspec.field(name="MessageHeader")
    payment: PaymentRequest | UnsetType = msgspec.field(name="PaymentRequest", default=UNSET)
    reversal: ReversalRequest | UnsetType = msgspec.field(name="ReversalRequest", default=UNSET)
    status: StatusRequest | UnsetType = msgspec.field(name="TransactionStatusRequest", default=UNSET)
    abort: AbortRequest | UnsetType = msgspec.field(name="AbortRequest", default=UNSET)


class Outcome(Struct, frozen=True, kw_only=True):
    """How a request ended, and why not."""

    result: Result = msgspec.field(name="Result")
    error: str = msgspec.field(name="ErrorCondition", default="")


class PoiData(Struct, frozen=True, kw_only=True):
    """What the terminal calls the transaction."""

    transaction: TransactionRef = msgspec.field(name="POITransactionID", default=TransactionRef())


class Card(Struct, frozen=True, kw_only=True):
    """The card: its number only as far as `masked` leaves it."""

    masked_pan: str = msgspec.field(name="MaskedPan", default="")
    brand: str = msgspec.field(name="PaymentBrand", default="")


class Instrument(Struct, frozen=True, kw_only=True):
    """What the customer paid with."""

    card: Card = msgspec.field(name="CardData", default=Card())


class AmountsTaken(Struct, frozen=True, kw_only=True):
    """What was charged."""

    authorised: Decimal = msgspec.field(name="AuthorizedAmount")
    currency: str = msgspec.field(name="Currency", default="")


class PaymentResult(Struct, frozen=True, kw_only=True):
    """What a payment came to."""

    amounts: AmountsTaken = msgspec.field(name="AmountsResp")
    instrument: Instrument = msgspec.field(name="PaymentInstrumentData", default=Instrument())


class PaymentResponse(Struct, frozen=True, kw_only=True):
    """The end of a payment."""

    outcome: Outcome = msgspec.field(name="Response")
    sale: SaleData = msgspec.field(name="SaleData", default=SaleData())
    poi: PoiData = msgspec.field(name="POIData", default=PoiData())
    result: PaymentResult | None = msgspec.field(name="PaymentResult", default=None)


class ReversalResponse(Struct, frozen=True, kw_only=True):
    """The end of a reversal."""

    outcome: Outcome = msgspec.field(name="Response")
    poi: PoiData = msgspec.field(name="POIData", default=PoiData())


class RepeatedBody(Struct, frozen=True, kw_only=True):
    """The answer that a message had."""

    payment: PaymentResponse | None = msgspec.field(name="PaymentResponse", default=None)
    reversal: ReversalResponse | None = msgspec.field(name="ReversalResponse", default=None)


class Repeated(Struct, frozen=True, kw_only=True):
    """An answer once more."""

    body: RepeatedBody = msgspec.field(name="RepeatedResponseMessageBody", default=RepeatedBody())


class StatusResponse(Struct, frozen=True, kw_only=True):
    """What became of a message."""

    outcome: Outcome = msgspec.field(name="Response")
    repeated: Repeated | None = msgspec.field(name="RepeatedMessageResponse", default=None)


class FromTerminal(Struct, frozen=True, kw_only=True):
    """One answer."""

    header: Header = msgspec.field(name="MessageHeader")
    payment: PaymentResponse | None = msgspec.field(name="PaymentResponse", default=None)
    reversal: ReversalResponse | None = msgspec.field(name="ReversalResponse", default=None)
    status: StatusResponse | None = msgspec.field(name="TransactionStatusResponse", default=None)


class _Sent(Struct, frozen=True):
    request: ToTerminal = msgspec.field(name="SaleToPOIRequest")


class _Heard(Struct, frozen=True):
    response: FromTerminal = msgspec.field(name="SaleToPOIResponse")


_encoder = msgspec.json.Encoder(decimal_format="number")
_heard: msgspec.json.Decoder[_Heard] = msgspec.json.Decoder(_Heard)


def encode(request: ToTerminal) -> bytes:
    """Return a request as JSON."""
    return _encoder.encode(_Sent(request))


def decode(body: bytes) -> FromTerminal:
    """Return an answer; `msgspec.DecodeError` or `UnicodeDecodeError` for nonsense."""
    return _heard.decode(body).response


def amount_of(fen: int) -> Decimal:
    """Return an amount as the cable has it."""
    return Decimal(fen).scaleb(-2)


def fen_of(amount: Decimal) -> int | None:
    """Return whole fen; None for an amount that is no such thing."""
    fen = amount * FEN_PER_YUAN
    return int(fen) if fen.is_finite() and fen == fen.to_integral_value() else None


def masked(card: Card) -> str:
    """Return brand and number of a card with at most its first six and last four digits, whatever a terminal sends."""
    digits = card.masked_pan
    hidden = len(digits) - CLEAR_HEAD - CLEAR_TAIL
    number = "*" * len(digits) if hidden < 1 else digits[:CLEAR_HEAD] + "*" * hidden + digits[-CLEAR_TAIL:]
    return f"{card.brand} {number}".strip()
