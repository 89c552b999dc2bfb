"""Deposits given back: a line of negative quantity."""

from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.goods.messages import GoodsAsk
from terminal.domain.money import format_fen
from terminal.domain.sale import SaleLine
from terminal.domain.staff import Right


def about(line: SaleLine, net_fen: int, *, again: bool) -> Doubt:
    """Return what stands against giving deposits back: a right, up to what they are worth."""
    params = {"name": line.name, "pieces": str(-line.quantity), "amount": format_fen(-net_fen)}
    return Doubt(
        question=GoodsAsk.DEPOSIT_BACK, params=params, right=Right.DEPOSIT_BACK, amount_fen=-net_fen, again=again
    )
