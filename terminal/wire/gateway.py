"""Payments by code: what the till asks of the payment host, and what it hears (docs/payments.md).

The body of an ask of kind `PAYMENT` is one request, that of its answer one reply; over TCP each is a line of JSON.
"""

from enum import StrEnum

import msgspec
from msgspec import UNSET, Struct, UnsetType

PAYMENT = "payment"
"""The kind of ask that goes to the payment host."""
CARD = "card"
"""The kind that the till's own terminal of the bank answers, in the same words."""
VERSION = 1
LONGEST_LINE = 4096


class OrderState(StrEnum):
    """What the host says of an order. ``none``: it has never heard of it."""

    NONE = "none"
    PENDING = "pending"
    PAID = "paid"
    DECLINED = "declined"
    REVERSED = "reversed"
    REFUNDED = "refunded"


class Pay(Struct, tag_field="do", tag="pay", frozen=True, kw_only=True):
    """Charge the customer whose code was scanned: said once for an order, whatever becomes of the answer."""

    v: int = VERSION
    id: str
    order: str
    terminal: str
    channel: str
    code: str
    amount: int
    currency: str

    def __repr__(self) -> str:
        """A payment code is never logged."""
        return f"Pay({self.order}, {self.amount})"


class Query(Struct, tag_field="do", tag="query", frozen=True, kw_only=True):
    """Say how the order stands; with ``refund``, how that refund of it does."""

    v: int = VERSION
    id: str
    order: str
    refund: str | UnsetType = UNSET


class Reverse(Struct, tag_field="do", tag="reverse", frozen=True, kw_only=True):
    """Undo the order, whatever became of it."""

    v: int = VERSION
    id: str
    order: str


class Refund(Struct, tag_field="do", tag="refund", frozen=True, kw_only=True):
    """Give money of a paid order back; the same ``refund`` number is one refund.

    ``number`` is what a bank's terminal called the payment; a payment host is not told it.
    """

    v: int = VERSION
    id: str
    order: str
    refund: str
    amount: int
    number: str | UnsetType = UNSET


Request = Pay | Query | Reverse | Refund


class Reply(Struct, frozen=True, kw_only=True):
    """How an order stands: ``amount`` (fen) was taken, ``number`` is what the host calls it. More fields may come."""

    v: int
    id: str
    order: str
    state: OrderState
    amount: int = 0
    number: str = ""
    reason: str = ""


_encoder = msgspec.json.Encoder()
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_replies = msgspec.json.Decoder(Reply)


def encode_request(request: Request) -> bytes:
    """Return a request as JSON, without a line feed."""
    return _encoder.encode(request)


def decode_request(body: bytes) -> Request:
    """Return a request; `msgspec.DecodeError` or `UnicodeDecodeError` for nonsense."""
    return _requests.decode(body)


def decode_reply(body: bytes) -> Reply:
    """Return a reply; `msgspec.DecodeError` or `UnicodeDecodeError` for nonsense."""
    return _replies.decode(body)
