"""A sale as it stands after it was done: what is left of its lines and tenders (CHECKOUT 9)."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.ids import OrderNumber, SaleId, Sku, StaffNumber
from terminal.domain.members.card_sales import SoldCard
from terminal.domain.members.member import CountCardId
from terminal.domain.members.membership import Joined
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.money import half_up
from terminal.domain.pricing.cart import GRAMS_PER_KG
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.sale import SaleLine, Tender, TenderKind
from terminal.domain.text import SafeText


class SoldLine(Struct, frozen=True, kw_only=True):
    """A line that was sold: ``units`` indivisible units (the sign is the quantity's) for ``net_fen``.

    ``stock`` is what one unit moves, in pieces or grams. ``returned`` units are back already.
    """

    number: int
    sku: Sku
    units: int
    net_fen: int
    vat_bp: int
    category: str = ""
    earns: bool = True
    returnable: bool = True
    count_card: CountCardId | None = None
    salesperson: StaffNumber | None = None
    stock: int = 1
    returned: int = 0

    @property
    def left(self) -> int:
        """How many units are not back."""
        return max(0, self.units - self.returned)

    @property
    def left_fen(self) -> int:
        """What was paid for what is not back."""
        return self.net_fen - self.worth_fen(self.returned)

    def worth_fen(self, units: int) -> int:
        """Return what the first so-many units that come back are worth; all of them are worth the line."""
        return half_up(self.net_fen * units, self.units) if units else 0


class PaidPart(Struct, frozen=True, kw_only=True):
    """One tender of a sale, and what is left of it: fen, parts of stored value, lots of points (the last used last).

    ``order`` and ``reference`` are those of the tender.
    """

    kind: TenderKind
    amount_fen: int
    left_fen: int
    stored_left: StoredValue = StoredValue()
    points: int = 0
    lots_left: tuple[Lot, ...] = ()
    order: OrderNumber = OrderNumber("")
    reference: SafeText = SafeText("")

    @property
    def points_returned(self) -> int:
        """How many points are back, or lost."""
        return self.points - sum(lot.points for lot in self.lots_left)


class Sold(Struct, frozen=True, kw_only=True):
    """A done sale. ``parts`` are its tenders; a credit stands as the shares that it was made of.

    ``earned`` points went to the lot that expires at ``points_expire``, at ``mult_bp``; ``refunded_fen`` is the worth
    of all that is back. ``by_code_fen`` came back beside it by the code of the receipt alone: lines and tenders do not
    say so. ``joined`` is what it did to a paid membership, ``cards`` are the count cards that its lines made. ``rules``
    are the ids of all rules that were applied, ``special_units`` what the member bought at the price of a rule.
    """

    id: SaleId
    lines: tuple[SoldLine, ...]
    parts: tuple[PaidPart, ...]
    total_fen: int
    day: str = ""
    member: MemberId | None = None
    earned: int = 0
    mult_bp: int = 0
    points_expire: str | None = None
    coupons: tuple[CouponCode, ...] = ()
    rules: tuple[str, ...] = ()
    special_units: dict[tuple[str, Sku], int] = {}
    joined: Joined | None = None
    cards: Mapping[int, SoldCard] = {}
    shift: int | None = None
    refunded_fen: int = 0
    by_code_fen: int = 0
    was_refunded: bool = False
    voided: bool = False

    @property
    def left_fen(self) -> int:
        """What is left of the tenders, without what came back by the code of the receipt."""
        left_fen = sum(part.left_fen for part in self.parts)
        return max(left_fen - self.by_code_fen, min(left_fen, 0))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left on any line of positive quantity."""
        return all(line.left == 0 for line in self.lines if line.units > 0)

    def earning_base(self, no_earn: Iterable[str]) -> int:
        """Return the fen that earn points: of lines whose article earns, but not what was paid with some tenders."""
        lines_fen = sum(line.left_fen for line in self.lines if line.earns)
        unearning_fen = sum(part.left_fen for part in self.parts if part.kind in no_earn)
        return max(0, min(lines_fen, self.total_fen - self.refunded_fen - unearning_fen))

    def with_returned(self, returned: Sequence[tuple[int, int]], amount_fen: int) -> "Sold":
        """Return the sale after some units (index of a line, units) came back, worth an amount."""
        lines = list(self.lines)
        for index, units in returned:
            lines[index] = replace(lines[index], returned=lines[index].returned + units)
        return replace(self, lines=tuple(lines), refunded_fen=self.refunded_fen + amount_fen, was_refunded=True)


def sold_line(line: SaleLine, net_fen: int) -> SoldLine:
    """Return a line that was sold for an amount."""
    return SoldLine(
        number=line.number,
        sku=line.sku,
        units=-line.units if line.quantity < 0 else line.units,
        net_fen=net_fen,
        vat_bp=line.vat_bp,
        category=line.category,
        earns=line.earns,
        returnable=line.returnable,
        count_card=None if line.count_card is None else CountCardId(line.count_card),
        salesperson=line.salesperson,
        stock=_stock_moved(line),
    )


def _stock_moved(line: SaleLine) -> int:
    """Return pieces, or grams: of a printed amount, those that it stands for. A service has no stock."""
    if line.service:
        return 0
    if line.unit is Unit.EACH:
        return 1
    if line.weight_g is not None:
        return line.weight_g
    return half_up((line.printed_fen or 0) * GRAMS_PER_KG, line.price_fen) if line.price_fen else 0


def paid_parts(tenders: Iterable[Tender]) -> tuple[PaidPart, ...]:
    """Return the tenders of a done sale as parts that may be refunded; a credit as the shares it was made of."""
    return tuple(part for tender in tenders for part in (paid_parts(tender.origin) or (_part(tender),)))


def _part(tender: Tender) -> PaidPart:
    return PaidPart(
        kind=tender.kind,
        amount_fen=tender.amount_fen,
        left_fen=tender.amount_fen,
        stored_left=tender.stored or StoredValue(),
        points=tender.points,
        lots_left=tender.lots,
        order=tender.order,
        reference=tender.reference,
    )
