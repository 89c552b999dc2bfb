"""A sale with its amounts: lines, sums, and the amount that is really asked (CHECKOUT 3 and 6)."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.errors import InputError, RuleError
from terminal.domain.money import half_up, spread
from terminal.domain.pricing.engine import NO_COUPONS, PricedBasket, Pricer
from terminal.domain.pricing.redeeming import Presenting
from terminal.domain.promotions.conditions import Shopper
from terminal.domain.promotions.kinds import ITEM_STAGE
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import Sale, SaleLine
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn

MAX_PIECES = 99_999
"""More pieces than this in a line are a slip: a barcode typed as a quantity."""


class PricedLine(Struct, frozen=True):
    """A line with its amounts in fen: list as on the shelf, base after the price stage, net still to pay.

    ``reason`` is what set the base of its first unit: a `PriceReason`, or the id of a rule. ``shared_fen`` is its share
    of what rules about the whole, and coupons, took off.
    """

    line: SaleLine
    list_fen: int
    base_fen: int
    net_fen: int
    reason: str
    shared_fen: int = 0

    @property
    def own_fen(self) -> int:
        """What it costs by itself, before rules about the whole and coupons."""
        return self.net_fen + self.shared_fen


class PricedSale(Struct, frozen=True, kw_only=True):
    """The live lines of a sale with their amounts, and the sums in fen.

    ``pieces`` counts a weighed line as one, and nothing that is given back. ``entered`` are all lines, ``rows``
    their amounts (None = voided), and ``basket`` the amounts of their units.
    """

    lines: tuple[PricedLine, ...]
    gross_fen: int
    due_fen: int
    pieces: int
    member: bool
    entered: tuple[SaleLine, ...]
    rows: tuple[PricedLine | None, ...]
    basket: PricedBasket

    @property
    def discount_fen(self) -> int:
        """What the customer saves against the shelf."""
        return self.gross_fen - self.due_fen


class Settled(Struct, frozen=True, kw_only=True):
    """What is asked. ``net_fen`` has one amount for each live line and sums to ``total_fen``.

    ``rounding_fen`` is due minus total: negative if it was rounded up.
    """

    total_fen: int
    rounding_fen: int
    net_fen: tuple[int, ...]


def check_line(line: SaleLine) -> None:
    """Refuse a line that makes no sense.

    `InputError` ``bad_request``, or ``weight_required`` for kg without a weight; `RuleError` ``negative_not_allowed``.
    """
    if line.quantity == 0 or abs(line.quantity) > MAX_PIECES:
        raise InputError(f"quantity {line.quantity}")
    if line.quantity < 0 and not line.deposit:
        raise RuleError(f"{line.sku} is no deposit", code="negative_not_allowed")
    if line.price_fen < 0 or (line.member_price_fen is not None and line.member_price_fen < 0):
        raise InputError(f"price {line.price_fen}")
    if line.override_fen is not None and (line.override_fen < 0 or line.count_card is not None):
        raise InputError(f"another price {line.override_fen}, and a card {line.count_card}")
    if any(reduction.off_fen < 1 for reduction in line.reductions):
        raise InputError("a reduction takes nothing off")
    if line.printed_fen is not None and (line.quantity != 1 or line.printed_fen < 0):
        raise InputError(f"printed price {line.printed_fen} x {line.quantity}")
    _check_weight(line)


def _check_weight(line: SaleLine) -> None:
    """Refuse a weight that is missing or out of place."""
    if line.unit is Unit.KG and line.weight_g is None and (line.printed_fen is None or line.override_fen is not None):
        raise InputError(f"{line.sku} is weighed", code="weight_required", hint="weigh it, or type the weight")
    if line.unit is Unit.EACH and line.weight_g is not None and line.printed_fen is None:
        raise InputError(f"{line.sku} is counted, not weighed")
    if line.weight_g is not None and (line.weight_g < 1 or line.quantity != 1):
        raise InputError(f"weight {line.weight_g} g x {line.quantity}")


def price_line(line: SaleLine, *, member: bool) -> PricedLine:
    """Return the amounts of a line that `check_line` accepts, as if it were alone and no rule there."""
    shopping = Shopping(local_time="", shopper=Shopper() if member else None)
    basket = Pricer(RuleSet()).price((replace(line, voided=False),), shopping)
    return PricedLine(line, basket.gross_fen, sum(basket.base_fen), basket.due_fen, basket.set_by[0])


def shopping_of(sale: Sale) -> Shopping:
    """Return when and for whom a sale is priced. A card of which nothing is known is that of a member of no tier."""
    shopper = sale.member.shopper if sale.member is not None else Shopper() if sale.is_member else None
    return Shopping(local_time=sale.local_time, shopper=shopper, uses=sale.uses)


def presenting_of(sale: Sale) -> Presenting:
    """Return the coupons that a sale was presented, in their order."""
    if not sale.coupons:
        return NO_COUPONS
    member = None if sale.member is None else sale.member.id
    known = {coupon.code: coupon for coupon in sale.coupons}
    return Presenting(codes=tuple(known), known=known, member=member)


def price_sale(sale: Sale, previous: PricedSale | None = None, *, pricer: Pricer | None = None) -> PricedSale:
    """Return the amounts of all live lines, by the rules of ``pricer`` (None = there are none).

    Rows of ``previous`` whose line and amounts are still the same are the same objects.
    """
    basket = (Pricer(RuleSet()) if pricer is None else pricer).price(sale.lines, shopping_of(sale), presenting_of(sale))
    if previous is not None and _goes_on(previous, basket):
        known, rows, pieces = previous.lines, previous.rows, previous.pieces
    else:
        known, rows, pieces = (), (), 0
    added = _rows(basket, len(rows), () if previous is None else previous.rows)
    live = tuple(filter(None, added))
    return PricedSale(
        lines=known + live,
        gross_fen=basket.gross_fen,
        due_fen=basket.due_fen,
        pieces=pieces + sum(max(0, row.line.quantity) for row in live),
        member=sale.is_member,
        entered=sale.lines,
        rows=rows + added,
        basket=basket,
    )


def _goes_on(previous: PricedSale, basket: PricedBasket) -> bool:
    """Whether a basket has all lines of another, at the same amounts, and perhaps more behind them."""
    before, units = previous.basket, len(previous.basket.net_fen)
    return (
        basket.lines[: len(before.lines)] == before.lines
        and basket.net_fen[:units] == before.net_fen
        and basket.base_fen[:units] == before.base_fen
        and basket.set_by[:units] == before.set_by
    )


def _rows(basket: PricedBasket, first: int, known: tuple[PricedLine | None, ...]) -> tuple[PricedLine | None, ...]:
    """Return the amounts of all lines from one on (None = voided), the known objects where nothing changed."""
    rows: list[PricedLine | None] = []
    shared = _shared(basket)
    for index in range(first, len(basket.lines)):
        line = basket.lines[index]
        if line.voided:
            rows.append(None)
            continue
        units = slice(basket.starts[index], basket.starts[index + 1])
        row = PricedLine(
            line,
            sum(basket.list_fen[units]),
            sum(basket.base_fen[units]),
            sum(basket.net_fen[units]),
            basket.set_by[units.start],
            0 if shared is None else sum(shared[units]),
        )
        before = known[index] if index < len(known) else None
        rows.append(before if row == before else row)
    return tuple(rows)


def _shared(basket: PricedBasket) -> list[int] | None:
    """Return what rules about the whole, and coupons, took off each unit; None if nothing did."""
    effects = [one.effect for one in basket.applied if one.rule.stage != ITEM_STAGE]
    effects += [one.effect for one in basket.coupons]
    if not effects:
        return None
    units = [0] * len(basket.net_fen)
    for one in effects:
        for unit, off_fen in one.offs:
            units[unit] += off_fen
    return units


def amount_asked(due_fen: int, rounding: Rounding, *, noncash_fen: int = 0) -> int:
    """Return the total that is asked for an amount due.

    On ``total`` the whole is rounded; on ``cash`` only the rest that other tenders leave, so that a quote, or a sale
    paid without cash, is asked as it is (``noncash_fen`` = due). Nothing is rounded that is not above 0.
    """
    part_fen = due_fen if rounding.on is RoundingOn.TOTAL else due_fen - noncash_fen
    if part_fen <= 0:
        return due_fen
    return due_fen - part_fen + _rounded(part_fen, rounding)


def _rounded(fen: int, rounding: Rounding) -> int:
    unit = rounding.unit
    match rounding.mode:
        case RoundingMode.NONE:
            return fen
        case RoundingMode.DOWN:
            return fen // unit * unit
        case RoundingMode.HALF_UP:
            return half_up(fen, unit) * unit
        case RoundingMode.UP:
            return -(-fen // unit) * unit
        case _:
            assert_never(rounding.mode)


def settle(priced: PricedSale, rounding: Rounding, *, noncash_fen: int = 0) -> Settled:
    """Return what is asked when ``noncash_fen`` is paid by other tenders than cash; the difference is spread by net."""
    total_fen = amount_asked(priced.due_fen, rounding, noncash_fen=noncash_fen)
    net_fen = net_amounts(priced, total_fen)
    return Settled(total_fen=total_fen, rounding_fen=priced.due_fen - total_fen, net_fen=net_fen)


def net_amounts(priced: PricedSale, total_fen: int) -> tuple[int, ...]:
    """Return the net of each live line, in sum the total."""
    nets = rounded_nets(priced.basket, total_fen)
    return tuple(net for net, row in zip(nets, priced.rows, strict=True) if row is not None)


def rounded_nets(basket: PricedBasket, total_fen: int) -> tuple[int, ...]:
    """Return the net of each line after the rounding difference is spread over all units that cost something."""
    nets = list(basket.net_fen)
    difference_fen = total_fen - sum(nets)
    if difference_fen:
        for unit, share in enumerate(spread(difference_fen, [max(0, net) for net in nets])):
            nets[unit] += share
    return tuple(basket.by_line(nets))
