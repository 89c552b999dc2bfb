"""Another price of one piece, or of one kg, that somebody with the right sets for a line (改价)."""

from msgspec.structs import replace

from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.goods.messages import GoodsAsk, GoodsNo
from terminal.checkout.messages import No
from terminal.domain.catalog import Unit
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import price_line
from terminal.domain.sale import SaleLine
from terminal.domain.settings import Limits
from terminal.domain.staff import Right
from terminal.domain.text import SafeText


def refusal(line: SaleLine) -> GoodsNo | None:
    """Return why a line takes no other price; None if it does."""
    if line.open_price:
        return GoodsNo.PRICE_IS_TYPED
    if line.count_card is not None:
        return GoodsNo.PRICE_OF_CARD
    if line.unit is Unit.KG and line.weight_g is None:
        return GoodsNo.PRICE_NO_WEIGHT
    return None


def refused(line: SaleLine, price_fen: int | None) -> No | GoodsNo | None:
    """Return why a line does not take this price: one without discounts is never sold below its own."""
    if price_fen is None:
        return None if line.override_fen is not None else GoodsNo.NEW_PRICE_FIRST
    lower = not line.discountable and line.quantity > 0 and _net_fen(_at(line, price_fen)) < _net_fen(unchanged(line))
    return refusal(line) or (No.NOT_DISCOUNTABLE if lower else None)


def unchanged(line: SaleLine) -> SaleLine:
    """Return a line as its article has it, without what people took off and the price that they set."""
    return replace(line, override_fen=None, override_reason=SafeText(""), reductions=())


def price_now(line: SaleLine) -> int:
    """Return what one piece or one kg costs now, or the whole piece by its label."""
    by_label = line.printed_fen if line.unit is Unit.EACH else None
    return next(fen for fen in (line.override_fen, by_label, line.price_fen) if fen is not None)


def about(line: SaleLine, price_fen: int, reason: SafeText, limits: Limits) -> Doubt:
    """Return what stands against another price: a right, for what it makes of the line against the shelf's.

    Nothing at all, and more than a line may cost, is asked about once more.
    """
    at_price = _at(line, price_fen)
    params = {"name": line.name, "before": format_fen(price_now(line)), "price": format_fen(price_fen)}
    return Doubt(
        question=GoodsAsk.NEW_PRICE,
        params={**params, "reason": reason},
        right=Right.CHANGE_PRICE,
        amount_fen=abs(_net_fen(at_price) - _net_fen(unchanged(line))),
        again=price_fen == 0 or abs(_net_fen(at_price)) > limits.line_fen,
    )


def about_pieces(line: SaleLine, doubt: Doubt, limits: Limits) -> Doubt:
    """Return what stands against so many pieces at another price: no limit is passed by counting up."""
    if line.override_fen is None:
        return doubt
    at_price = about(line, line.override_fen, line.override_reason, limits)
    if doubt.again or doubt.right is not None:
        return replace(doubt, right=at_price.right, amount_fen=max(doubt.amount_fen, at_price.amount_fen))
    return replace(at_price, again=False)


def _at(line: SaleLine, price_fen: int) -> SaleLine:
    return replace(unchanged(line), override_fen=price_fen)


def _net_fen(line: SaleLine) -> int:
    return price_line(line, member=False).net_fen
