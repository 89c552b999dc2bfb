"""What a basket costs: the price stage of every line, the sums, and the amount that is really asked (CHECKOUT 3 and 6).

Rules and coupons are later stages: they will lower ``net_fen`` between `price_sale` and `settle`.
"""

from enum import StrEnum
from itertools import compress, count
from operator import is_not
from typing import assert_never

from msgspec import Struct

from terminal.domain.catalog import Unit
from terminal.domain.errors import InputError
from terminal.domain.money import half_up, spread_runs
from terminal.domain.sale import Sale, SaleLine
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn

GRAMS_PER_KG = 1000


class PriceReason(StrEnum):
    """What set the base of a line."""

    LIST = "list"
    MEMBER = "member"
    PRINTED = "printed"


class PricedLine(Struct, frozen=True):
    """A line with its amounts in fen: list as on the shelf, base after the price stage, net still to pay."""

    line: SaleLine
    list_fen: int
    base_fen: int
    net_fen: int
    reason: PriceReason


class PricedSale(Struct, frozen=True, kw_only=True):
    """The live lines of a sale with their amounts, and the sums in fen. ``pieces`` counts a weighed line as one.

    ``entered`` and ``rows`` are what the next pricing builds upon: all lines, and their amounts (None = voided).
    """

    lines: tuple[PricedLine, ...] = ()
    gross_fen: int = 0
    due_fen: int = 0
    pieces: int = 0
    member: bool = False
    entered: tuple[SaleLine, ...] = ()
    rows: tuple[PricedLine | None, ...] = ()

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
    """Refuse a line that makes no sense: `InputError` ``bad_request``, or ``weight_required`` for kg without a weight.

    Negative quantities (deposits given back) come with the rules that need them.
    """
    if line.quantity < 1:
        raise InputError(f"quantity {line.quantity}")
    if line.price_fen < 0 or (line.member_price_fen is not None and line.member_price_fen < 0):
        raise InputError(f"price {line.price_fen}")
    if any(reduction.off_fen < 1 for reduction in line.reductions):
        raise InputError("a reduction takes nothing off")
    if line.printed_fen is not None:
        _check_printed(line)
    elif line.unit is Unit.KG and line.weight_g is None:
        raise InputError(f"{line.sku} is weighed", code="weight_required", hint="weigh it, or type the weight")
    elif line.unit is Unit.EACH and line.weight_g is not None:
        raise InputError(f"{line.sku} is counted, not weighed")
    if line.weight_g is not None and (line.weight_g < 1 or line.quantity != 1):
        raise InputError(f"weight {line.weight_g} g x {line.quantity}")


def _check_printed(line: SaleLine) -> None:
    """Refuse a printed price that is not one unit, or negative."""
    if line.quantity != 1 or (line.printed_fen is not None and line.printed_fen < 0):
        raise InputError(f"printed price {line.printed_fen} x {line.quantity}")


def price_line(line: SaleLine, *, member: bool) -> PricedLine:
    """Return the amounts of a line that `check_line` accepts.

    The base is the lowest of list and member price; of equal prices the list counts. A printed price is list and base
    as it stands; an article that takes no discount keeps its list. Reductions lower the net, never below 0.
    """
    reason = PriceReason.LIST
    if line.printed_fen is not None:
        list_fen = base_fen = line.printed_fen
        reason = PriceReason.PRINTED
    else:
        list_fen = base_fen = _amount(line, line.price_fen)
        if member and line.discountable and line.member_price_fen is not None:
            member_fen = _amount(line, line.member_price_fen)
            if member_fen < list_fen:
                base_fen, reason = member_fen, PriceReason.MEMBER
    net_fen = base_fen
    if line.reductions:
        net_fen = max(0, base_fen - sum(reduction.off_fen for reduction in line.reductions))
    return PricedLine(line, list_fen, base_fen, net_fen, reason)


def _amount(line: SaleLine, price_fen: int) -> int:
    """Return price times quantity, or price per kg times weight, rounded half up."""
    if line.unit is Unit.KG:
        return half_up(price_fen * (line.weight_g or 0), GRAMS_PER_KG)
    return price_fen * line.quantity


def price_sale(sale: Sale, previous: PricedSale | None = None) -> PricedSale:
    """Return the amounts of all live lines; lines that ``previous`` knows as the same objects are not priced again."""
    member = sale.is_member
    if previous is None or previous.member is not member or len(previous.entered) > len(sale.lines):
        previous = PricedSale(member=member)
    rows = [*previous.rows, *[None] * (len(sale.lines) - len(previous.rows))]
    gross_fen, due_fen, pieces = previous.gross_fen, previous.due_fen, previous.pieces
    for index in _changed(previous.entered, sale.lines):
        line, before = sale.lines[index], rows[index]
        if before is not None:
            gross_fen -= before.list_fen
            due_fen -= before.net_fen
            pieces -= before.line.quantity
        now = rows[index] = None if line.voided else price_line(line, member=member)
        if now is not None:
            gross_fen += now.list_fen
            due_fen += now.net_fen
            pieces += line.quantity
    return PricedSale(
        lines=tuple(filter(None, rows)),
        gross_fen=gross_fen,
        due_fen=due_fen,
        pieces=pieces,
        member=member,
        entered=sale.lines,
        rows=tuple(rows),
    )


def _changed(known: tuple[SaleLine, ...], entered: tuple[SaleLine, ...]) -> list[int]:
    """Return the indices of lines that are new or other objects than before; one more line is the usual case."""
    added = range(len(known), len(entered))
    if entered[: len(known)] == known:
        return [*added]
    return [*compress(count(), map(is_not, known, entered)), *added]


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
    nets = [row.net_fen for row in priced.lines]
    if total_fen != priced.due_fen:
        nets = [net + share for net, share in zip(nets, _shares(priced, total_fen - priced.due_fen), strict=True)]
    return Settled(total_fen=total_fen, rounding_fen=priced.due_fen - total_fen, net_fen=tuple(nets))


def _shares(priced: PricedSale, difference_fen: int) -> list[int]:
    """Spread a rounding difference over the units of all lines (CHECKOUT 6), and return it summed by line."""
    runs = [run for row in priced.lines for run in unit_nets(row)]
    owners = [index for index, row in enumerate(priced.lines) for _ in unit_nets(row)]
    shares = [0] * len(priced.lines)
    for owner, share in zip(owners, spread_runs(difference_fen, runs), strict=True):
        shares[owner] += share
    return shares


def unit_nets(row: PricedLine) -> tuple[tuple[int, int], ...]:
    """Return the nets of a line's units in unit order, as runs (how many, net of each).

    What is taken off a line is spread over its units, the earlier ones first.
    """
    units = row.line.quantity
    each, rest = divmod(row.base_fen - row.net_fen, units)
    unit_fen = row.base_fen // units
    if rest == 0:
        return ((units, unit_fen - each),)
    return ((rest, unit_fen - each - 1), (units - rest, unit_fen - each))
