"""From a code, as scanned or typed, to the article of the book that decides."""

import re

from terminal.checkout.effects import LookUp
from terminal.checkout.inputs import Label, LookedUp
from terminal.domain.barcode import BadCode, GoodsCode, LabelCode, MemberCode, read_code
from terminal.domain.catalog import Article
from terminal.domain.sale import Entry
from terminal.ports.catalog import Catalog

UNKNOWN_ITEM = "unknown_item"
NET_WEIGHT_KG = "310"
"""GS1 application identifiers 3100 to 3105: net weight in kg."""
_KILOGRAMS = re.compile(r"(\d{1,6})(?:\.(\d{1,6}))? kg", re.ASCII)


def resolve(query: LookUp, book: Catalog) -> LookedUp:
    """Answer a look-up: by article number, by label, by barcode, and for typed codes by PLU or article number.

    A GS1 code is looked up by its GTIN; its net weight is read like a label's.
    """
    if query.sku:
        return _found(query, book.article(query.sku))
    code = query.scan.gtin if query.scan is not None and query.scan.gtin is not None else query.code
    match read_code(code, book.settings.labels):
        case LabelCode(plu=plu, weight_g=weight_g, amount_fen=amount_fen):
            return _found(query, book.article_by_plu(plu), Label(weight_g=weight_g, amount_fen=amount_fen))
        case GoodsCode(forms=forms):
            return _found(query, _by_code(forms, book) or _by_number(query, book), _gs1_weight(query))
        case BadCode(reason=reason):
            return _found(query, _by_number(query, book), reason=reason)
        case MemberCode():
            return LookedUp(query=query, reason=UNKNOWN_ITEM)


def _found(
    query: LookUp, article: Article | None, label: Label | None = None, *, reason: str = UNKNOWN_ITEM
) -> LookedUp:
    if article is None:
        return LookedUp(query=query, reason=reason)
    return LookedUp(query=query, article=article, label=label)


def _by_code(forms: tuple[str, ...], book: Catalog) -> Article | None:
    return next((article for form in forms if (article := book.article_by_code(form)) is not None), None)


def _by_number(query: LookUp, book: Catalog) -> Article | None:
    """Only what was typed can be a PLU, or the number that a list shows: a scanner never reads one alone."""
    if query.entry is not Entry.TYPED:
        return None
    return book.article_by_plu(query.code) or book.article(query.code)


def _gs1_weight(query: LookUp) -> Label | None:
    """Return the net weight of a GS1 code, which the scanner's driver gives as ``1.234 kg``."""
    for identifier, value in query.scan.gs1 if query.scan is not None else ():
        match = _KILOGRAMS.fullmatch(value) if identifier.startswith(NET_WEIGHT_KG) else None
        if match is not None:
            return Label(weight_g=int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0")[:3]))
    return None
