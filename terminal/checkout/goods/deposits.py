"""Deposits given back: a line of negative quantity."""

from collections.abc import Iterable

from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.goods.messages import GoodsAsk
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import PricedLine
from terminal.domain.sale import SaleLine
from terminal.domain.staff import Right


def about(line: SaleLine, net_fen: int, others: Iterable[PricedLine], *, again: bool) -> Doubt:
    """Return what stands against giving deposits back: a right, up to what those of the whole sale are worth.

    ``others`` are the lines that stay beside this one: all of them count, so that no limit is passed in small steps.
    """
    back_fen = -net_fen - sum(row.net_fen for row in others if row.line.quantity < 0)
    params = {"name": line.name, "pieces": str(-line.quantity), "amount": format_fen(-net_fen)}
    return Doubt(
        question=GoodsAsk.DEPOSIT_BACK, params=params, right=Right.DEPOSIT_BACK, amount_fen=back_fen, again=again
    )
