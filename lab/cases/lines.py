"""The lines of a step as the till enters them (CHECKOUT 3)."""

from collections.abc import Sequence
from typing import assert_never

from lab.cases.schema import Line
from lab.cases.setup import Setup
from terminal.domain.barcode import BadCode, GoodsCode, LabelCode, MemberCode, read_code
from terminal.domain.catalog import Article
from terminal.domain.errors import InputError, RuleError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.pricing.sums import check_line
from terminal.domain.sale import Entry, SaleLine
from terminal.domain.text import clean

MAX_UNITS = 200_000
"""More pieces than this in one basket are no basket."""


def read_lines(given: Sequence[Line], setup: Setup, *, approved: bool) -> tuple[SaleLine, ...]:
    """Return the lines of a step.

    `RuleError` or `InputError` with the codes of CHECKOUT 3: ``unknown_item``, ``bad_barcode``, ``price_required``,
    ``weight_required``, ``negative_not_allowed``, ``needs_manager``, ``bad_request``.
    """
    lines = tuple(_line(number, line, setup, approved=approved) for number, line in enumerate(given, start=1))
    if sum(line.units for line in lines) > MAX_UNITS:
        raise InputError(f"more than {MAX_UNITS} pieces")
    return lines


def _line(number: int, given: Line, setup: Setup, *, approved: bool) -> SaleLine:
    article, label = find_article(given, setup)
    if given.override is not None and not approved:
        raise RuleError("another price needs a manager", code="needs_manager")
    printed_fen = None if label is None else label.amount_fen
    price_fen = given.price if article.open_price and printed_fen is None else article.price_fen
    if price_fen is None:
        raise RuleError(f"{article.sku} has no price", code="price_required")
    line = SaleLine(
        number=number,
        sku=article.sku,
        name=article.name,
        code=clean(given.barcode or article.sku),
        price_fen=price_fen,
        entry=Entry.SCAN,
        unit=article.unit,
        quantity=given.qty,
        weight_g=given.weight_g if label is None or label.weight_g is None else label.weight_g,
        member_price_fen=article.member_price_fen,
        printed_fen=printed_fen,
        vat_bp=article.vat_bp,
        category=article.category,
        discountable=article.discountable,
        deposit=article.deposit,
        earns=article.terms.earns,
        returnable=article.terms.returnable,
        open_price=article.open_price,
        override_fen=given.override,
        count_card=None if given.count_card is None else clean(given.count_card),
        salesperson=None if given.salesperson is None else StaffNumber(given.salesperson),
    )
    check_line(line)
    return line


def find_article(given: Line, setup: Setup) -> tuple[Article, LabelCode | None]:
    """Return the article of a line, and the label that named it; `RuleError` ``unknown_item``, ``bad_barcode``."""
    if given.sku is None and given.barcode is None:
        raise InputError("a line of nothing")
    label, sku = (None, given.sku) if given.sku is not None else _read(given.barcode or "", setup)
    article = setup.articles.get(Sku(sku)) if sku is not None else None
    if article is None:
        raise RuleError(f"{given.sku or given.barcode} is not on file", code="unknown_item")
    return article, label


def _read(code: str, setup: Setup) -> tuple[LabelCode | None, Sku | None]:
    match read_code(code, setup.labels):
        case LabelCode() as label:
            return label, setup.plus.get(label.plu)
        case GoodsCode(forms=forms):
            return None, next((setup.codes[form] for form in forms if form in setup.codes), None)
        case BadCode(reason=reason):
            raise RuleError(f"{code} is misread", code=reason)
        case MemberCode():
            return None, None
        case other:
            assert_never(other)
