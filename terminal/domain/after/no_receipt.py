"""Goods that come back without a receipt are worth little (CHECKOUT 9)."""

from terminal.domain.catalog import Article, Terms, Unit
from terminal.domain.errors import InputError, RuleError


def worth_without_receipt(article: Article, terms: Terms, pieces: int) -> int:
    """Return what pieces are worth: the lowest price of thirty days. `RuleError` ``not_returnable``."""
    if pieces < 1:
        raise InputError(f"{pieces} come back")
    if article.unit is Unit.KG or article.open_price or article.deposit or not terms.returnable:
        raise RuleError(f"{article.sku} does not come back without a receipt", code="not_returnable")
    lowest = article.price_fen if terms.lowest_30d_fen is None else terms.lowest_30d_fen
    return min(article.price_fen, lowest) * pieces
