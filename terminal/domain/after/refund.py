"""Refunds: goods come back, and everything that the sale did is undone in proportion, to the fen (CHECKOUT 9)."""

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.after.sold import PaidPart, Sold, SoldLine
from terminal.domain.after.taking import shares, take_all
from terminal.domain.commission import CommissionRates, commissions
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.members.card_sales import CardLine, with_returned
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.members.membership import Kinds, SoldUnits, as_of, left
from terminal.domain.members.points import Clawback, PointsProgram
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon, CouponCode
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.trade import TradeSettings
from terminal.domain.vat import VatAmount, vat_by_rate

EXPIRED = "expired"
_KEPT_WHOLE = frozenset({TenderKind.STORED, TenderKind.POINTS})
"""Nothing is kept back from these."""


class Return(Struct, frozen=True, kw_only=True):
    """Units of a line that come back; damaged ones do not go back on the shelf."""

    line: int
    units: int = 1
    damaged: bool = False


class Desk(Struct, frozen=True, kw_only=True):
    """When and under which settings something is undone, and the coupons that HQ knows. ``today`` is a date."""

    today: str
    settings: TradeSettings
    coupons: Mapping[CouponCode, AnyCoupon] = {}


class ReturnedLine(Struct, frozen=True, kw_only=True):
    """Units of a line that came back, and what they were worth."""

    line: int
    units: int
    amount_fen: int
    damaged: bool = False


class PointsBack(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to points: redeemed ones came back, or were lost; earned ones were taken back.

    ``withheld_fen`` were kept back for those that are spent already.
    """

    returned: int = 0
    forfeited: int = 0
    clawed: int = 0
    withheld_fen: int = 0


class Undone(Struct, frozen=True, kw_only=True):
    """What a refund, a void or a return did. ``sold`` and ``member`` are as they stand after it.

    ``tenders`` are paid out; ``taken`` is what was taken out of which part of the sale, as (index, fen), in that order.
    ``stock`` goes back on the shelf, ``counts`` are uses that went back to count cards (``counts_lost``: to those that
    are over), ``coupons`` their new status.
    """

    sold: Sold
    member: Member | None
    amount_fen: int
    lines: tuple[ReturnedLine, ...]
    tenders: tuple[Tender, ...]
    vat: tuple[VatAmount, ...]
    taken: tuple[tuple[int, int], ...] = ()
    points: PointsBack | None = None
    stored: StoredValue | None = None
    counts: dict[CountCardId, int] = {}
    counts_lost: dict[CountCardId, int] = {}
    coupons: dict[CouponCode, str] = {}
    commission: dict[StaffNumber, int] = {}
    stock: dict[Sku, int] = {}


def all_left(sold: Sold) -> tuple[Return, ...]:
    """Return all that is left of the lines that may come back.

    `RuleError` ``unknown_sale`` (voided), ``qty_exceeds_sold`` if that is nothing.
    """
    _check_stands(sold)
    returns = tuple(Return(line=line.number, units=line.left) for line in sold.lines if line.left and line.returnable)
    if not returns:
        raise RuleError("nothing is left", code="qty_exceeds_sold")
    return returns


def refund(sold: Sold, returns: Sequence[Return], member: Member | None, desk: Desk) -> Undone:
    """Return what a refund does. ``member`` is the sale's (None = it had none).

    `RuleError` ``unknown_sale`` (voided), ``unknown_line``, ``not_returnable``, ``qty_exceeds_sold``, ``over_refund``,
    ``count_card_used`` (a count card was sold, and its uses are not all there).
    """
    coming = counted(sold, returns)
    given = shares(sold.parts, worth(coming), desk.settings.refund_tenders)
    parts, tenders = take_all(sold.parts, given)
    return withhold(replace(undo(sold, coming, parts, tenders, member, desk), taken=tuple(given)), desk)


class Coming(Struct, frozen=True):
    """Units of the line at an index that come back, and their worth; damaged ones not to the shelf."""

    index: int
    units: int
    amount_fen: int
    damaged: bool = False


def worth(coming: Iterable[Coming]) -> int:
    """Return what is worth all that comes back."""
    return sum(one.amount_fen for one in coming)


def counted(sold: Sold, returns: Sequence[Return]) -> list[Coming]:
    """Check what comes back, and return it with its worth."""
    _check_stands(sold)
    if not returns:
        raise InputError("nothing comes back")
    lines = list(sold.lines)
    places = {line.number: index for index, line in enumerate(lines)}
    coming = []
    for one in returns:
        index = places.get(one.line)
        if index is None:
            raise RuleError(f"no line {one.line}", code="unknown_line")
        coming.append(Coming(index, one.units, _checked(lines[index], one.units), one.damaged))
        lines[index] = replace(lines[index], returned=lines[index].returned + one.units)
    if worth(coming) > sold.left_fen:
        raise RuleError(f"more than the {sold.left_fen} that are left", code="over_refund")
    return coming


def _check_stands(sold: Sold) -> None:
    if sold.voided:
        raise RuleError(f"{sold.id} is void", code="unknown_sale")


def _checked(line: SoldLine, units: int) -> int:
    """Return the worth of units of a line that come back."""
    if units < 1:
        raise InputError(f"{units} come back")
    if line.units < 0 or not line.returnable:
        raise RuleError(f"line {line.number} does not come back", code="not_returnable")
    if units > line.left:
        raise RuleError(f"{units} of {line.left}", code="qty_exceeds_sold")
    return line.worth_fen(line.returned + units) - line.worth_fen(line.returned)


def undo(
    sold: Sold,
    coming: Sequence[Coming],
    parts: tuple[PaidPart, ...],
    tenders: Sequence[Tender],
    member: Member | None,
    desk: Desk,
) -> Undone:
    """Return what it does that units come back: ``tenders`` are paid out, and ``parts`` are left of the sale.

    Nothing is kept back here: `withhold` does that.
    """
    after = replace(sold.with_returned([(one.index, one.units) for one in coming], worth(coming)), parts=parts)
    counts, lost = _uses_back(sold, coming, member, desk.today)
    done = Undone(
        sold=after,
        member=member,
        amount_fen=worth(coming),
        lines=tuple(
            ReturnedLine(
                line=sold.lines[one.index].number, units=one.units, amount_fen=one.amount_fen, damaged=one.damaged
            )
            for one in coming
        ),
        tenders=tuple(tenders),
        vat=vat_between(sold.lines, after.lines),
        counts=counts,
        counts_lost=lost,
        coupons=_coupons_back(sold, after, desk),
        commission=_commission_back(desk.settings.commission, sold, after),
        stock=_stock_back(sold, coming),
    )
    return done if member is None else _given_back(done, sold, member, desk)


def _given_back(done: Undone, sold: Sold, member: Member, desk: Desk) -> Undone:
    """Give a member back uses, stored value and points, and take back what the sale earned, or made of the member."""
    for card, uses in done.counts.items():
        member = member.with_card(card, uses)
    stored = None
    for tender in done.tenders:
        if tender.stored is not None:
            stored = tender.stored if stored is None else stored + tender.stored
    if stored is not None:
        member = replace(member, stored=member.stored + stored)
    cards = [
        CardLine(was.number, was.sku, now.left, was.left) for was, now in zip(sold.lines, done.sold.lines, strict=True)
    ]
    member = with_returned(member, sold.cards, cards)
    if sold.joined is not None:
        units = [
            SoldUnits(was.sku, was.units, was.left, now.left)
            for was, now in zip(sold.lines, done.sold.lines, strict=True)
        ]
        kinds = Kinds(desk.settings.memberships, desk.settings.tiers)
        member = left(member, sold.joined, units, kinds, since=sold.day)
    member = as_of(replace(member, spend=member.spend - done.amount_fen), desk.today, desk.settings.tiers)
    done = replace(done, member=member, stored=stored)
    program = desk.settings.points
    return done if program is None else _points_back(done, member, sold, program, desk.today)


def _points_back(done: Undone, member: Member, sold: Sold, program: PointsProgram, today: str) -> Undone:
    """Give redeemed points back, and take earned ones back."""
    after = done.sold
    lots = tuple(lot for tender in done.tenders for lot in tender.lots)
    account, lost = member.points.give_back(lots, today)
    clawed = max(0, after.earned - program.earned(after.earning_base(program.no_earn_tenders), sold.mult_bp))
    account = account.take_back(clawed, sold.points_expire, today)
    points = PointsBack(returned=sum(lot.points for lot in lots) - lost, forfeited=lost, clawed=clawed)
    return replace(
        done,
        sold=replace(after, earned=after.earned - clawed),
        member=replace(member, points=account),
        points=points,
    )


def withhold(done: Undone, desk: Desk) -> Undone:
    """Keep money back that settles a negative balance of points, if the program says so.

    ``done.taken`` names the part of the sale of each tender, so that money is kept back in recorded order.
    """
    program, member, points = desk.settings.points, done.member, done.points
    if program is None or member is None or points is None or program.clawback is not Clawback.WITHHOLD:
        return done
    missing = -member.points.balance(desk.today)
    if missing <= 0:
        return done
    tenders, withheld_fen = _withheld(done, -(-missing * program.redeem_fen_per_100 // 100))
    settled = min(missing, withheld_fen * 100 // program.redeem_fen_per_100)
    return replace(
        done,
        member=replace(member, points=member.points.gain(settled, None)),
        tenders=tenders,
        points=replace(points, withheld_fen=withheld_fen),
    )


def _withheld(done: Undone, fen: int) -> tuple[tuple[Tender, ...], int]:
    """Keep fen back: from cash first, then in recorded order, never from stored value or points."""
    tenders, recorded = done.tenders, [index for index, _ in done.taken]
    left = [tender.amount_fen for tender in tenders]
    wanted = fen
    for index in sorted(range(len(tenders)), key=lambda i: (tenders[i].kind is not TenderKind.CASH, recorded[i])):
        if tenders[index].kind not in _KEPT_WHOLE:
            part = min(wanted, left[index])
            left[index] -= part
            wanted -= part
    kept = [replace(tender, amount_fen=amount) for tender, amount in zip(tenders, left, strict=True) if amount]
    return tuple(kept), fen - wanted


def vat_between(before: Sequence[SoldLine], after: Sequence[SoldLine]) -> tuple[VatAmount, ...]:
    """Return, for each rate that changed, gross and tax of what was left before minus those of what is left after."""
    old, new = (
        {vat.rate_bp: vat for vat in vat_by_rate((line.vat_bp, line.left_fen) for line in lines)}
        for lines in (before, after)
    )
    return tuple(
        VatAmount(rate_bp=rate, gross_fen=vat.gross_fen - new[rate].gross_fen, tax_fen=vat.tax_fen - new[rate].tax_fen)
        for rate, vat in old.items()
        if vat != new[rate]
    )


def _uses_back(
    sold: Sold, coming: Iterable[Coming], member: Member | None, today: str
) -> tuple[dict[CountCardId, int], dict[CountCardId, int]]:
    """Return the uses that go back to each count card, and those of cards that are over by now."""
    counts: dict[CountCardId, int] = {}
    lost: dict[CountCardId, int] = {}
    for one in coming:
        card = sold.lines[one.index].count_card
        if card is None:
            continue
        counts[card] = counts.get(card, 0) + one.units
        held = member.counts.get(card) if member is not None else None
        if held is not None and held.until is not None and today > held.until:
            lost[card] = counts[card]
    return counts, lost


def _coupons_back(sold: Sold, after: Sold, desk: Desk) -> dict[CouponCode, str]:
    """Return the new status of the coupons of a sale of which nothing is left."""
    if sold.is_empty or not after.is_empty:
        return {}
    return {code: _status_back(desk.coupons.get(code), desk.today) for code in sold.coupons}


def _status_back(coupon: AnyCoupon | None, today: str) -> str:
    return EXPIRED if coupon is not None and coupon.valid_to is not None and today > coupon.valid_to else ISSUED


def _commission_back(rates: CommissionRates | None, sold: Sold, after: Sold) -> dict[StaffNumber, int]:
    if rates is None:
        return {}
    old, new = (
        commissions(rates, ((line.salesperson, line.category, line.left_fen) for line in one.lines))
        for one in (sold, after)
    )
    return {person: new[person] - fen for person, fen in old.items() if new[person] != fen}


def _stock_back(sold: Sold, coming: Iterable[Coming]) -> dict[Sku, int]:
    stock: dict[Sku, int] = {}
    for one in coming:
        line = sold.lines[one.index]
        if not one.damaged:
            stock[line.sku] = stock.get(line.sku, 0) + one.units * line.stock
    return stock
