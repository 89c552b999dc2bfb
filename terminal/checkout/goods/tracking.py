"""Goods whose batch, or whose own number, is asked for: it stands in the line, on the receipt, and at HQ."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.drafts import Draft, Need
from terminal.checkout.goods.messages import GoodsNo, GoodsSay
from terminal.checkout.state import Counter
from terminal.domain.catalog import Tracking
from terminal.domain.text import clean
from terminal.ports.devices import Scan

NEEDS: Mapping[Tracking, Need] = {Tracking.BATCH: Need.BATCH, Tracking.SERIAL: Need.SERIAL}
OF_NUMBERS = frozenset(NEEDS.values())
"""What a scan may be the value of: the number stands as a code on the goods."""
NEEDED: Mapping[Need, GoodsSay] = {Need.BATCH: GoodsSay.BATCH_NEEDED, Need.SERIAL: GoodsSay.SERIAL_NEEDED}
FIRST: Mapping[Need, GoodsNo] = {Need.BATCH: GoodsNo.BATCH_FIRST, Need.SERIAL: GoodsNo.SERIAL_FIRST}
_IDENTIFIERS: Mapping[Tracking, str] = {Tracking.BATCH: "10", Tracking.SERIAL: "21"}
"""GS1 application identifiers of batch and serial number (GS1 General Specifications 3.4.1 and 3.5.2)."""
LONGEST = 40


def need_of(draft: Draft) -> Need | None:
    """Return the number that a draft lacks. What is given back has none."""
    article = draft.article
    if article is None or draft.tracked is not None or draft.query.quantity < 0:
        return None
    return NEEDS.get(article.terms.tracking)


def with_number(draft: Draft, scan: Scan | None) -> Draft:
    """Return a draft with the number that a scan of its article had in it."""
    tracking = Tracking.NONE if draft.article is None else draft.article.terms.tracking
    number = _in_code(scan, tracking)
    return draft if not number else replace(draft, tracked=clean(number, limit=LONGEST))


def number_in(scan: Scan, draft: Draft) -> str:
    """Return the number that a scanned code is, or has in it."""
    tracking = Tracking.NONE if draft.article is None else draft.article.terms.tracking
    return _in_code(scan, tracking) or scan.data


def _in_code(scan: Scan | None, tracking: Tracking) -> str:
    wanted = _IDENTIFIERS.get(tracking)
    found = () if scan is None else scan.gs1
    return next((value for identifier, value in found if identifier == wanted), "")


def refusal_of(counter: Counter, draft: Draft) -> GoodsNo | None:
    """Return why this cannot be sold: there is one piece with a number, and it is sold once."""
    article = draft.article
    if article is None or article.terms.tracking is not Tracking.SERIAL:
        return None
    if draft.query.quantity != 1:
        return GoodsNo.SERIAL_ONE
    sale = counter.record.sale
    lines = () if sale is None or draft.tracked is None else sale.live_lines
    is_sold = any((line.sku, line.serial) == (article.sku, draft.tracked) for line in lines)
    return GoodsNo.SERIAL_TWICE if is_sold else None
