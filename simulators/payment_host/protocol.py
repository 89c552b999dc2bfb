"""What a till says to a payment host over TCP, and what it hears: one line of JSON each (docs/payments.md).

``{"v":1,"id":"7","do":"pay","order":"01f3…","terminal":"S01-T03","channel":"wechat","code":"134…","amount":1280}``
→ ``{"v":1,"id":"7","order":"01f3…","state":"paid","amount":1280,"number":"4200…"}``.
"""

from enum import StrEnum

from msgspec import UNSET, Struct, UnsetType

LONGEST_LINE = 4096


class State(StrEnum):
    """What a host says of an order. ``none``: it has never heard of it."""

    NONE = "none"
    PENDING = "pending"
    PAID = "paid"
    DECLINED = "declined"
    REVERSED = "reversed"
    REFUNDED = "refunded"


class Pay(Struct, tag_field="do", tag="pay", frozen=True, kw_only=True):
    """Charge the customer whose code was scanned; ``amount`` in the smallest unit of the currency."""

    v: int
    id: str
    order: str
    terminal: str
    channel: str
    code: str
    amount: int
    currency: str = "CNY"


class Query(Struct, tag_field="do", tag="query", frozen=True, kw_only=True):
    """Say how an order stands; with ``refund``, how that refund of it does."""

    v: int
    id: str
    order: str
    refund: str | UnsetType = UNSET


class Reverse(Struct, tag_field="do", tag="reverse", frozen=True, kw_only=True):
    """Undo an order, whatever became of it; one that is not known must not be paid later."""

    v: int
    id: str
    order: str


class Refund(Struct, tag_field="do", tag="refund", frozen=True, kw_only=True):
    """Give money of a paid order back; the same ``refund`` number is one refund, however often it is asked for."""

    v: int
    id: str
    order: str
    refund: str
    amount: int


Request = Pay | Query | Reverse | Refund


class Answer(Struct, frozen=True, kw_only=True):
    """How an order stands. ``amount`` was taken from the customer, ``number`` is what the host calls it."""

    v: int = 1
    id: str
    order: str
    state: State
    amount: int = 0
    number: str = ""
    reason: str = ""
