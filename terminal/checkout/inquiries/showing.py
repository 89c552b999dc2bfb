"""What stands on the screen of what a till knows."""

from terminal.checkout.inquiries.messages import AskedHint
from terminal.checkout.inquiries.modes import InquiryMode, ListPage
from terminal.checkout.inquiries.questions import LowArticle
from terminal.checkout.messages import Key
from terminal.checkout.modes import Mode
from terminal.domain.slips.stock import quantity_text
from terminal.wire.counter import panels
from terminal.wire.counter.view import KeyHint

KeyLine = tuple[KeyHint, ...]
KEY_LINES: dict[type[Mode], KeyLine] = {
    ListPage: (KeyHint(key="Esc", message=Key.BACK), KeyHint(key="F1", message=Key.HELP)),
}


def hint(mode: InquiryMode) -> AskedHint:
    """Return what the input is for."""
    del mode
    return AskedHint.LIST


def panel(mode: InquiryMode) -> panels.PagePanel:
    """Return the page of a mode."""
    rows = tuple(_low(number, row) for number, row in enumerate(mode.found, start=1))
    said = (panels.Line(message=f"error.{mode.fault}"),) if mode.fault else ()
    empty = () if rows or mode.fault else (panels.Line(message="low_stock.none"),)
    return panels.PagePanel(page="low_stock", lines=(*said, *empty), rows=rows, selected=mode.selected if rows else -1)


def _low(number: int, row: LowArticle) -> tuple[str, ...]:
    return (
        str(number),
        row.sku,
        row.name,
        quantity_text(row.level.on_hand, row.unit),
        quantity_text(row.low, row.unit),
    )
