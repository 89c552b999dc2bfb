"""A case file as it is written, decoded once (CHECKOUT 1). Unknown keys of a step have no effect."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from terminal.domain.catalog import CheckDigit, Unit
from terminal.domain.gateways import Answer

Number = Annotated[int, Meta(ge=1)]
Json = dict[str, object]
"""An object that the product's own types decode: a rule, a coupon, settings."""


class Line(Struct, frozen=True, kw_only=True):
    """A line of a basket."""

    sku: str | None = None
    barcode: str | None = None
    qty: int = 1
    weight_g: Number | None = None
    price: Annotated[int, Meta(ge=0)] | None = None
    override: Annotated[int, Meta(ge=0)] | None = None
    count_card: str | None = None
    salesperson: str | None = None
    damaged: bool = False


class TenderOffer(Struct, frozen=True, kw_only=True):
    """A tender as it is offered; ``script`` are the answers of its gateway."""

    type: str
    amount: Number | Literal["max"] | None = None
    points: Number | Literal["max"] | None = None
    script: tuple[Answer, ...] | None = None


class ReturnLine(Struct, frozen=True, kw_only=True):
    """Units of a sold line that come back."""

    line: int
    qty: Number = 1
    damaged: bool = False


class Step(Struct, frozen=True, kw_only=True, tag_field="op"):
    """What all steps have."""

    id: str | None = None
    at: str | None = None
    offline: bool = False
    approved_by_manager: bool = False


class Basket(Step, frozen=True, kw_only=True):
    """What all steps have that price a basket."""

    lines: tuple[Line, ...] = ()
    member: str | None = None
    coupons: tuple[str, ...] = ()


class Quote(Basket, frozen=True, kw_only=True, tag="quote"):
    """What a basket would cost."""


class Sale(Basket, frozen=True, kw_only=True, tag="sale"):
    """A sale that is paid at once."""

    tenders: tuple[TenderOffer, ...] = ()


class Suspend(Basket, frozen=True, kw_only=True, tag="suspend"):
    """Hold a basket."""


class Resume(Step, frozen=True, kw_only=True, tag="resume"):
    """Sell a held basket; what is not given stays as it was held."""

    of: str
    tenders: tuple[TenderOffer, ...] = ()
    member: str | None = None
    coupons: tuple[str, ...] | None = None


class Refund(Step, frozen=True, kw_only=True, tag="refund"):
    """Goods come back."""

    of: str
    lines: tuple[ReturnLine, ...] | Literal["all"]


class Void(Step, frozen=True, kw_only=True, tag="void"):
    """A sale never was."""

    of: str


class Exchange(Basket, frozen=True, kw_only=True, tag="exchange", rename={"returns": "return"}):
    """Goods come back and pay for others."""

    of: str
    returns: tuple[ReturnLine, ...] | Literal["all"]
    tenders: tuple[TenderOffer, ...] = ()


class RefundNoReceipt(Step, frozen=True, kw_only=True, tag="refund_no_receipt"):
    """Goods come back without a receipt."""

    lines: tuple[Line, ...]


class Topup(Step, frozen=True, kw_only=True, tag="topup"):
    """Put money on a card."""

    member: str
    amount: Number
    tender: str = "cash"


class Cashout(Step, frozen=True, kw_only=True, tag="cashout"):
    """Pay the principal of a card out."""

    member: str


class ShowMember(Step, frozen=True, kw_only=True, tag="member"):
    """Show a member."""

    member: str


class SetStatus(Step, frozen=True, kw_only=True, tag="set_status"):
    """Report a card lost, found, blocked."""

    member: str
    status: str


class Merge(Step, frozen=True, kw_only=True, tag="merge", rename={"gone": "from"}):
    """Two members become one."""

    into: str
    gone: str


class TierReview(Step, frozen=True, kw_only=True, tag="tier_review"):
    """Review the tiers of all members."""


class ShiftOpen(Step, frozen=True, kw_only=True, tag="shift_open", rename={"float_fen": "float"}):
    """Open a shift."""

    float_fen: Annotated[int, Meta(ge=0)] = 0


class CashMove(Step, frozen=True, kw_only=True, tag="cash_move"):
    """Put cash in, or (negative) take it out."""

    amount: int


class XReport(Step, frozen=True, kw_only=True, tag="x_report"):
    """Read the open shift."""


class ShiftClose(Step, frozen=True, kw_only=True, tag="shift_close"):
    """Count the drawer and end the shift."""

    counted: Annotated[int, Meta(ge=0)]


class Receive(Step, frozen=True, kw_only=True, tag="receive"):
    """Goods come in."""

    sku: str
    qty: Number


class Stocktake(Step, frozen=True, kw_only=True, tag="stocktake"):
    """Goods are counted on the shelf."""

    sku: str
    counted: Annotated[int, Meta(ge=0)]


AnyStep = (
    Quote
    | Sale
    | Suspend
    | Resume
    | Refund
    | Void
    | Exchange
    | RefundNoReceipt
    | Topup
    | Cashout
    | ShowMember
    | SetStatus
    | Merge
    | TierReview
    | ShiftOpen
    | CashMove
    | XReport
    | ShiftClose
    | Receive
    | Stocktake
)


class CatalogEntry(Struct, frozen=True, kw_only=True):
    """An article; prices in fen per piece or per kg."""

    price: Annotated[int, Meta(ge=0)] = 0
    unit: Unit = Unit.EACH
    cat: str = ""
    vat: Annotated[int, Meta(ge=0)] = 1300
    member_price: Annotated[int, Meta(ge=0)] | None = None
    discountable: bool = True
    earns: bool = True
    returnable: bool = True
    open_price: bool = False
    deposit: bool = False
    barcode: str | None = None
    plu: str | None = None
    lowest_30d: Annotated[int, Meta(ge=0)] | None = None
    stock: int | None = None
    low: int | None = None


class PointsLot(Struct, frozen=True, kw_only=True):
    """Points that expire together."""

    points: int
    expires: str | None = None


class HeldCard(Struct, frozen=True, kw_only=True):
    """A count card."""

    sku: str
    left: int
    until: str | None = None


class MemberEntry(Struct, frozen=True, kw_only=True):
    """A member; missing numbers are 0."""

    tier: str | None = None
    points: int = 0
    points_lots: tuple[PointsLot, ...] | None = None
    principal: int = 0
    bonus: int = 0
    spend: int = 0
    birthday: str | None = None
    status: str = "active"
    counts: dict[str, HeldCard] = {}
    name: str = ""
    phone: str = ""


class LabelEntry(Struct, frozen=True, kw_only=True):
    """A format of scale labels."""

    prefix: str
    len: int
    kind: Literal["price", "weight", "price_weight"]
    check: CheckDigit = CheckDigit.EAN


class Case(Struct, frozen=True, kw_only=True):
    """One case. Its parts and ``steps`` are decoded one by one, so that what makes no sense is refused alone."""

    id: str
    title: str = ""
    now: str = ""
    settings: Json | None = None
    catalog: dict[str, Json] | None = None
    members: dict[str, Json] | None = None
    rules: tuple[Json, ...] | None = None
    coupons: dict[str, Json] | None = None
    steps: tuple[Json, ...] = ()
    expect: tuple[Json, ...] = ()


class CaseFile(Struct, frozen=True, kw_only=True):
    """A file of cases. Each is decoded alone, so that one that makes no sense is refused alone."""

    schema: Literal["pos-cases/1"]
    cases: tuple[object, ...]
