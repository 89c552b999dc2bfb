"""The basket as the screen shows it: one row a line, kept as long as its line stays what it is."""

from terminal.checkout.marks import Tag
from terminal.domain.catalog import Unit
from terminal.domain.money import format_fen
from terminal.domain.pricing.cart import PriceReason
from terminal.domain.pricing.sums import PricedLine, PricedSale
from terminal.domain.sale import SaleLine
from terminal.wire.counter.view import LineView

GRAMS_PER_KG = 1000


def line_views(
    priced: PricedSale | None, before: PricedSale | None = None, rows: tuple[LineView, ...] = ()
) -> tuple[LineView, ...]:
    """Return the rows of a sale; those of ``before`` whose line and amounts are the same objects come from ``rows``."""
    if priced is None:
        return ()
    known = 0 if before is None else min(len(before.entered), len(priced.entered))
    if before is None or known == 0:
        return tuple(map(_row, priced.entered, priced.rows))
    if priced.rows[:known] == before.rows and priced.entered[:known] == before.entered:
        kept = rows
    else:
        fresh = list(rows[:known])
        for index in range(known):
            if not _looks_the_same(priced, before, index):
                fresh[index] = _row(priced.entered[index], priced.rows[index])
        kept = tuple(fresh)
    return (*kept, *map(_row, priced.entered[known:], priced.rows[known:]))


def _looks_the_same(priced: PricedSale, before: PricedSale, index: int) -> bool:
    """Whether a row of the screen stays: what rules about the whole take off does not stand in it."""
    if priced.entered[index] is not before.entered[index]:
        return False
    now, then = priced.rows[index], before.rows[index]
    if now is then or now is None or then is None:
        return now is then
    return (now.own_fen, now.base_fen, now.reason) == (then.own_fen, then.base_fen, then.reason)


def quantity_text(line: SaleLine) -> str:
    """Return pieces, or kilograms of a weighed line: ``3``, ``0.856kg``."""
    if line.weight_g is not None:
        return weight_text(line.weight_g)
    return str(line.quantity)


def weight_text(weight_g: int) -> str:
    """Return grams as kilograms: ``0.856kg``."""
    kilograms, grams = divmod(weight_g, GRAMS_PER_KG)
    return f"{kilograms}.{grams:03d}kg"


def _row(line: SaleLine, priced: PricedLine | None) -> LineView:
    if priced is None:
        return LineView(
            number=line.number,
            code=line.code,
            name=line.name,
            quantity=quantity_text(line),
            price=format_fen(line.price_fen),
            amount=format_fen(0),
            tags=(Tag.VOIDED.value,),
            voided=True,
        )
    price_fen = line.price_fen
    if priced.reason == PriceReason.MEMBER and line.member_price_fen is not None:
        price_fen = line.member_price_fen
    if line.override_fen is not None:
        price_fen = line.override_fen
    return LineView(
        number=line.number,
        code=line.code,
        name=line.name,
        quantity=quantity_text(line),
        price=format_fen(price_fen),
        amount=format_fen(priced.own_fen),
        tags=_tags(line, priced),
    )


def _tags(line: SaleLine, priced: PricedLine) -> tuple[str, ...]:
    marks = (
        (Tag.PROMOTED, _is_promoted(line, priced)),
        (Tag.COUNT_CARD, line.count_card is not None),
        (Tag.MEMBER, priced.reason == PriceReason.MEMBER),
        (Tag.PRICE_CHANGED, line.override_fen is not None),
        (Tag.REDUCED, bool(line.reductions)),
        (Tag.WEIGHED, line.unit is Unit.KG),
        (Tag.OPEN_PRICE, line.open_price),
        (Tag.SOLD_BY, line.salesperson is not None),
    )
    return tuple(tag.value for tag, holds in marks if holds)


def _is_promoted(line: SaleLine, priced: PricedLine) -> bool:
    """Whether a rule about a line lowered it: what nobody's hand and no member's price explains."""
    if line.quantity < 0:
        return False
    by_hand_fen = sum(reduction.off_fen for reduction in line.reductions)
    return priced.reason not in _BY_ITSELF or priced.own_fen < max(0, priced.base_fen - by_hand_fen)


_BY_ITSELF = frozenset(PriceReason)
