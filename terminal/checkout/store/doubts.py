"""What stands against doing something with a document of stock."""

from typing import assert_never

from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.state import Counter
from terminal.checkout.store.drafts import (
    BeginDocument,
    BeginInspection,
    BookDocument,
    DropDocument,
    SetRuleValue,
    SetSalesperson,
    StoreAction,
)
from terminal.checkout.store.messages import KINDS, StoreAsk
from terminal.checkout.store.values import value_text
from terminal.domain.money import format_fen
from terminal.domain.staff import Right
from terminal.domain.stock import DocumentKind, StockDocument, worth_fen

JUDGED = frozenset({DocumentKind.COUNT, DocumentKind.ADJUST})
"""What nobody delivers and nobody signs for: it needs a right, up to what it is worth."""


def about(counter: Counter, action: StoreAction) -> Doubt:
    """Return what stands against it; what is booked is asked about once more."""
    document = counter.record.store.document
    match action:
        case BeginDocument(kind=kind):
            return Doubt(question=StoreAsk.STOCK_BEGIN, params={"result": KINDS[kind]}, right=Right.STOCK)
        case DropDocument():
            params = {} if document is None else {"result": KINDS[document.kind], "lines": str(len(document.lines))}
            return Doubt(question=StoreAsk.STOCK_DROP, params=params, again=True)
        case BookDocument(levels=levels):
            return Doubt() if document is None else _about_booking(document.compared(levels))
        case BeginInspection(due=due):
            return Doubt(question=StoreAsk.INSPECT, params={"name": due.inspection.name}, right=Right.INSPECT)
        case SetSalesperson():
            return Doubt(question=StoreAsk.SALESPERSON, right=Right.SET_SALESPERSON)
        case SetRuleValue():
            return _about_value(counter, action)
        case _:
            assert_never(action)


def _about_value(counter: Counter, action: SetRuleValue) -> Doubt:
    """A price of HQ's is changed: that needs a right, and is asked about once more."""
    rule = counter.hq_rules.by_id.get(action.rule)
    value = action.value if action.value is not None else getattr(rule, action.param, None)
    name = action.rule if rule is None else rule.name or rule.id
    params = {"name": name, "detail": f"param.{action.param}", "value": value_text(action.param, value)}
    return Doubt(question=StoreAsk.SET_VALUE, params=params, right=Right.SET_RULE, again=True)


def _about_booking(document: StockDocument) -> Doubt:
    lines = str(len(document.lines))
    right = Right.ADJUST_STOCK if document.kind in JUDGED else Right.STOCK
    if document.kind is DocumentKind.COUNT:
        off = [line for line in document.lines if line.variance]
        params = {"lines": lines, "differing": str(len(off)), "amount": format_fen(document.variance_fen)}
        amount_fen = sum(abs(line.variance_fen) for line in off)
        return Doubt(question=StoreAsk.STOCK_COUNT, params=params, right=right, amount_fen=amount_fen, again=True)
    amount_fen = sum(worth_fen(line.quantity, line.price_fen, line.unit) for line in document.lines)
    params = {"result": KINDS[document.kind], "lines": lines, "amount": format_fen(amount_fen)}
    return Doubt(question=StoreAsk.STOCK_BOOK, params=params, right=right, amount_fen=amount_fen, again=True)
