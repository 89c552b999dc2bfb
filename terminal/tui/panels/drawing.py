"""Finds the drawing of a panel."""

from typing import assert_never

from terminal.tui.panels import (
    completed,
    confirm,
    held,
    help,  # noqa: A004 - the panel of that name
    login,
    member,
    no_book,
    page,
    paying,
    price_check,
    prompt,
    reasons,
    search,
    status,
    tender,
)
from terminal.tui.panels.part import Part
from terminal.tui.sheet import Sheet
from terminal.wire.counter import panels as wire
from terminal.wire.counter.view import View


def draw_panel(sheet: Sheet, view: View) -> Part | None:  # noqa: C901, PLR0911, PLR0912 - one branch a kind, nothing else
    """Return the panel that stands over the basket; None when there is none."""
    match view.panel:
        case wire.SalePanel():
            return None
        case wire.NoBookPanel() as panel:
            return no_book.draw(sheet, panel, view)
        case wire.LoginPanel() as panel:
            return login.draw(sheet, panel, view)
        case wire.PromptPanel() as panel:
            return prompt.draw(sheet, panel, view)
        case wire.SearchPanel() as panel:
            return search.draw(sheet, panel, view)
        case wire.TenderPanel() as panel:
            return tender.draw(sheet, panel, view)
        case wire.PayingPanel() as panel:
            return paying.draw(sheet, panel, view)
        case wire.CompletedPanel() as panel:
            return completed.draw(sheet, panel, view)
        case wire.HeldPanel() as panel:
            return held.draw(sheet, panel, view)
        case wire.PriceCheckPanel() as panel:
            return price_check.draw(sheet, panel, view)
        case wire.PagePanel() as panel:
            return page.draw(sheet, panel, view)
        case wire.MemberPanel() as panel:
            return member.draw(sheet, panel, view)
        case wire.ReasonsPanel() as panel:
            return reasons.draw(sheet, panel, view)
        case wire.ConfirmPanel() as panel:
            return confirm.draw(sheet, panel, view)
        case wire.HelpPanel() as panel:
            return help.draw(sheet, panel, view)
        case wire.StatusPanel() as panel:
            return status.draw(sheet, panel, view)
        case _:  # pragma: no cover
            assert_never(view.panel)
