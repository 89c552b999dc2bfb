"""The nexo messages that a simulated terminal understands and says: from the public reference, not from ours."""

from decimal import Decimal

import msgspec
from msgspec import Struct


class Header(Struct, frozen=True):
    """Names both ends, and the pair of messages."""

    category: str = msgspec.field(name="MessageCategory")
    service: str = msgspec.field(name="ServiceID")
    sale: str = msgspec.field(name="SaleID")
    poi: str = msgspec.field(name="POIID")


CHARGED_AT = "2026-11-23T10:00:00Z"
"""The time of each payment: with its number what names it."""


class _Transaction(Struct, frozen=True):
    number: str = msgspec.field(name="TransactionID")
    time: str = msgspec.field(name="TimeStamp", default="")


class _SaleData(Struct, frozen=True):
    transaction: _Transaction = msgspec.field(name="SaleTransactionID")


class _Amounts(Struct, frozen=True):
    currency: str = msgspec.field(name="Currency")
    requested: Decimal = msgspec.field(name="RequestedAmount")


class _Charge(Struct, frozen=True):
    amounts: _Amounts = msgspec.field(name="AmountsReq")


class Payment(Struct, frozen=True):
    """Charge a card."""

    sale: _SaleData = msgspec.field(name="SaleData")
    charge: _Charge = msgspec.field(name="PaymentTransaction")


class _Original(Struct, frozen=True):
    transaction: _Transaction = msgspec.field(name="POITransactionID")


class Reversal(Struct, frozen=True):
    """Give money of a payment back."""

    original: _Original = msgspec.field(name="OriginalPOITransaction")
    amount: Decimal | None = msgspec.field(name="ReversedAmount", default=None)


class MessageRef(Struct, frozen=True):
    """A message that was sent before."""

    category: str = msgspec.field(name="MessageCategory")
    service: str = msgspec.field(name="ServiceID")


class _About(Struct, frozen=True):
    message: MessageRef = msgspec.field(name="MessageReference")


class Request(Struct, frozen=True):
    """One request of a till; exactly one part is there."""

    header: Header = msgspec.field(name="MessageHeader")
    payment: Payment | None = msgspec.field(name="PaymentRequest", default=None)
    reversal: Reversal | None = msgspec.field(name="ReversalRequest", default=None)
    status: _About | None = msgspec.field(name="TransactionStatusRequest", default=None)
    abort: _About | None = msgspec.field(name="AbortRequest", default=None)


class _Sent(Struct, frozen=True):
    request: Request = msgspec.field(name="SaleToPOIRequest")


Json = dict[str, object]
_decoder = msgspec.json.Decoder(_Sent)
_encoder = msgspec.json.Encoder(decimal_format="number")


def decode(body: bytes) -> Request:
    """Return a request; `msgspec.DecodeError` for what is none."""
    return _decoder.decode(body).request


def encode(header: Header, body: Json) -> bytes:
    """Return an answer to a request with this header."""
    told = {
        "MessageClass": "Service",
        "MessageCategory": header.category,
        "MessageType": "Response",
        "ServiceID": header.service,
        "SaleID": header.sale,
        "POIID": header.poi,
        "ProtocolVersion": "3.0",
    }
    return _encoder.encode({"SaleToPOIResponse": {"MessageHeader": told, **body}})


def outcome(error: str = "") -> Json:
    """Return how something ended."""
    return {"Result": "Failure", "ErrorCondition": error} if error else {"Result": "Success"}


def paid(order: str, number: str, fen: int, pan: str) -> Json:
    """Return the answer to a charge that was made."""
    return {
        "PaymentResponse": {
            "Response": outcome(),
            "SaleData": {"SaleTransactionID": {"TransactionID": order, "TimeStamp": CHARGED_AT}},
            "POIData": {"POITransactionID": {"TransactionID": number, "TimeStamp": CHARGED_AT}},
            "PaymentResult": {
                "PaymentType": "Normal",
                "PaymentInstrumentData": {
                    "PaymentInstrumentType": "Card",
                    "CardData": {"PaymentBrand": "CUP", "MaskedPan": pan},
                },
                "AmountsResp": {"Currency": "CNY", "AuthorizedAmount": Decimal(fen).scaleb(-2)},
            },
        }
    }


def declined(order: str, error: str) -> Json:
    """Return the answer to a charge that was not made."""
    sale = {"SaleTransactionID": {"TransactionID": order, "TimeStamp": CHARGED_AT}}
    return {"PaymentResponse": {"Response": outcome(error), "SaleData": sale}}


def reversed_(error: str = "") -> Json:
    """Return the answer to a reversal."""
    return {"ReversalResponse": {"Response": outcome(error)}}


def status(error: str = "", repeated: Json | None = None) -> Json:
    """Return what became of a message."""
    told: Json = {"Response": outcome(error)}
    if repeated is not None:
        told["RepeatedMessageResponse"] = {"RepeatedResponseMessageBody": repeated}
    return {"TransactionStatusResponse": told}
