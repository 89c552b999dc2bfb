"""Goods that come back without a receipt are worth little (CHECKOUT 9)."""

from collections.abc import Container

from terminal.domain.catalog import Article, Terms, Unit
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import Sku


def worth_without_receipt(article: Article, terms: Terms, pieces: int, *, fees: Container[Sku] = ()) -> int:
    """Return what pieces are worth: the lowest price of thirty days. `RuleError` ``not_returnable``.

    Nobody brings a service back, nor a membership (``fees`` are the articles whose price is the fee of one): without
    the sale nobody knows whose it is.
    """
    if pieces < 1:
        raise InputError(f"{pieces} come back")
    is_goods = article.unit is not Unit.KG and not (article.open_price or article.deposit or terms.service)
    if not is_goods or not terms.returnable or article.sku in fees:
        raise RuleError(f"{article.sku} does not come back without a receipt", code="not_returnable")
    lowest = article.price_fen if terms.lowest_30d_fen is None else terms.lowest_30d_fen
    return min(article.price_fen, lowest) * pieces
