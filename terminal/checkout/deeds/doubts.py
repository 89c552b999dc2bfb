"""What stands against an action: a right that it needs, or a limit above which the till asks again."""

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace
from msgspec.structs import replace as change

from terminal.checkout.after import doubts as after
from terminal.checkout.after.drafts import AfterAction
from terminal.checkout.deeds import extras, lines
from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.drafts import (
    Action,
    AddLine,
    BeginTraining,
    ChangePrice,
    ChangeQuantity,
    Draft,
    EndTraining,
    OpenDrawer,
    Recall,
    ReduceLine,
    RemoveTender,
    RepeatLine,
    Reprint,
    TakeCash,
    VoidHeld,
    VoidLine,
    VoidSale,
)
from terminal.checkout.goods import deposits, prices
from terminal.checkout.members.acts import doubts as members
from terminal.checkout.members.acts.drafts import MemberAction
from terminal.checkout.messages import Ask
from terminal.checkout.payments import in_cash
from terminal.checkout.payments.drafts import PayInCash
from terminal.checkout.rows import weight_text
from terminal.checkout.shifts import doubts as shifts
from terminal.checkout.shifts.drafts import ShiftAction
from terminal.checkout.state import Counter
from terminal.checkout.store import doubts as store
from terminal.checkout.store.drafts import StoreAction
from terminal.checkout.tendering import doubts as tendering
from terminal.checkout.tendering.drafts import TakeCard, TakeStored
from terminal.domain.ids import HoldId
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import price_line
from terminal.domain.sale import Entry, SaleLine
from terminal.domain.staff import Right
from terminal.ports.devices import PrintResult

ON_PAPER = frozenset({PrintResult.PRINTED.value, PrintResult.SENT.value})


def doubt_about(counter: Counter, action: Action) -> Doubt:  # noqa: C901, PLR0911, PLR0912 - one row per kind
    """Return what stands against an action; `InputError` when the values of a line make no sense together."""
    if isinstance(action, AfterAction):
        return after.about(counter, action)
    if isinstance(action, ShiftAction):
        return shifts.about(counter, action)
    if isinstance(action, MemberAction):
        return members.about(counter, action)
    if isinstance(action, StoreAction):
        return store.about(counter, action)
    match action:
        case AddLine(draft=draft):
            return _about_draft(counter, draft)
        case RepeatLine(number=number, quantity=quantity):
            return _about_quantity(counter, number, quantity, is_new=True)
        case ChangeQuantity(number=number, quantity=quantity):
            return _about_fewer(counter, number, quantity) or _about_quantity(counter, number, quantity)
        case ReduceLine(number=number):
            return _about_reduction(counter, action, number)
        case ChangePrice(number=number):
            return _about_price(counter, action, number)
        case VoidLine(number=number):
            return _about_voiding(counter, number)
        case VoidSale():
            return _about_dropping(counter)
        case RemoveTender():
            return tendering.about_giving_back(counter)
        case TakeStored():
            return tendering.about_stored(counter, action)
        case TakeCard():
            return Doubt()
        case TakeCash(given_fen=given_fen):
            return _about_cash(counter, given_fen)
        case PayInCash():
            return in_cash.about(counter, action)
        case OpenDrawer(reason=reason, makes_up_for=sale_id):
            params = {"reason": f"reason.{reason}"}
            return Doubt(question=Ask.NO_SALE, params=params, right=Right.NO_SALE if sale_id is None else None)
        case Reprint():
            return _about_reprint(counter)
        case Recall(hold_id=hold_id):
            return _about_recall(counter, hold_id)
        case VoidHeld(hold_id=hold_id):
            held = extras.held_sale(counter, hold_id)
            params = {"label": held.label} if held is not None else {}
            return Doubt(question=Ask.VOID_HELD, params=params, right=Right.VOID_SALE, again=True)
        case BeginTraining():
            return Doubt(question=Ask.TRAINING, right=Right.TRAINING, again=True)
        case EndTraining():
            return Doubt(question=Ask.TRAINING_END, again=True)
        case _:
            assert_never(action)


def _about_cash(counter: Counter, given_fen: int) -> Doubt:
    rest_fen = taking_of(counter).cash_rest_fen
    params = {"amount": format_fen(given_fen), "change": format_fen(given_fen - rest_fen)}
    return Doubt(question=Ask.CASH_GIVEN, params=params, again=counter.settings.is_odd_cash(given_fen, rest_fen))


def _about_draft(counter: Counter, draft: Draft) -> Doubt:
    line = lines.line_of(counter, draft)
    min_age = 0 if draft.article is None or line.quantity < 0 else draft.article.min_age
    if min_age > 0 and not draft.of_age:
        return Doubt(question=Ask.AGE, params={"name": line.name, "age": str(min_age)}, again=True)
    doubt = _about_line(counter, line)
    return doubt if draft.article is not None else _about_unknown(counter, line, doubt)


def _about_quantity(counter: Counter, number: int, quantity: int, *, is_new: bool = False) -> Doubt:
    """Return what stands against a line with another quantity: a new one beside it, or that line itself."""
    row, sale = lines.live_line(counter, number), counter.record.sale
    if row is None or sale is None:
        return Doubt()
    line = change(prices.unchanged(row.line) if is_new else row.line, quantity=quantity)
    line = change(line, number=sale.next_number if is_new else number)
    doubt = prices.about_pieces(line, _about_line(counter, line), counter.settings.limits)
    return _about_unknown(counter, line, doubt) if line.entry is Entry.UNKNOWN else doubt


def _about_fewer(counter: Counter, number: int, quantity: int) -> Doubt | None:
    """Fewer pieces than before are taken back: that needs the right to void, for what they cost. None for more."""
    row = lines.live_line(counter, number)
    if row is None or row.line.quantity < 0 or quantity >= row.line.quantity:
        return None
    line = change(row.line, quantity=quantity)
    params = {"name": line.name, "pieces": str(row.line.quantity - quantity)}
    taken_fen = row.net_fen - _net_fen(counter, line)
    return Doubt(question=Ask.FEWER, params=params, right=Right.VOID_LINE, amount_fen=taken_fen)


def _about_unknown(counter: Counter, line: SaleLine, doubt: Doubt) -> Doubt:
    """Goods that are not on file need a right, up to an amount."""
    amount_fen = _net_fen(counter, line)
    if doubt.again:
        return replace(doubt, right=Right.SELL_UNKNOWN, amount_fen=amount_fen)
    params = {"amount": format_fen(amount_fen)}
    return Doubt(question=Ask.SELL_UNKNOWN, params=params, right=Right.SELL_UNKNOWN, amount_fen=amount_fen)


def _about_line(counter: Counter, line: SaleLine) -> Doubt:
    doubt = next(_exceeded(counter, line), Doubt())
    if line.quantity > 0:
        return doubt
    rows = () if counter.priced is None else counter.priced.lines
    others = (row for row in rows if row.line.number != line.number)
    return deposits.about(line, _net_fen(counter, line), others, again=doubt.again)


def _exceeded(counter: Counter, line: SaleLine) -> Iterator[Doubt]:
    """Yield a doubt for each limit that a line is above."""
    limits = counter.settings.limits
    if abs(line.quantity) > limits.quantity:
        params = {"name": line.name, "quantity": str(line.quantity)}
        yield Doubt(question=Ask.QUANTITY, params=params, again=True)
    if line.weight_g is not None and line.weight_g > limits.weight_g:
        yield Doubt(question=Ask.WEIGHT, params={"name": line.name, "weight": weight_text(line.weight_g)}, again=True)
    net_fen = _net_fen(counter, line)
    if abs(net_fen) > limits.line_fen:
        params = {"name": line.name, "amount": format_fen(net_fen)}
        yield Doubt(question=Ask.LINE_AMOUNT, params=params, again=True)


def _net_fen(counter: Counter, line: SaleLine) -> int:
    return price_line(line, member=lines.is_member(counter)).net_fen


def _about_reduction(counter: Counter, action: ReduceLine, number: int) -> Doubt:
    """All that was taken off the line counts, so that no limit is passed in small steps."""
    row = lines.live_line(counter, number)
    if row is None:
        return Doubt()
    off_fen = action.reduction.off_fen
    return Doubt(
        question=Ask.REDUCE,
        params={"name": row.line.name, "amount": format_fen(off_fen), "reason": action.reduction.reason},
        right=Right.REDUCE_LINE,
        amount_fen=off_fen + sum(earlier.off_fen for earlier in row.line.reductions),
    )


def _about_price(counter: Counter, action: ChangePrice, number: int) -> Doubt:
    """The price of the article needs nobody's right."""
    row = lines.live_line(counter, number)
    if row is None or action.price_fen is None:
        return Doubt()
    return prices.about(row.line, action.price_fen, action.reason, counter.settings.limits)


def _about_voiding(counter: Counter, number: int) -> Doubt:
    row = lines.live_line(counter, number)
    if row is None:
        return Doubt()
    params = {"name": row.line.name, "number": str(number)}
    return Doubt(question=Ask.VOID_LINE, params=params, right=Right.VOID_LINE, amount_fen=row.net_fen)


def _about_dropping(counter: Counter) -> Doubt:
    """A sale without live lines may be dropped by whoever opened it."""
    if lines.last_line(counter) is None:
        return Doubt()
    total_fen = taking_of(counter).total_fen
    return Doubt(
        question=Ask.VOID_SALE,
        params={"total": format_fen(total_fen)},
        right=Right.VOID_SALE,
        amount_fen=total_fen,
        again=True,
    )


def _about_reprint(counter: Counter) -> Doubt:
    """A receipt of which it is not known that it came out may be printed again (marked) by whoever sold it."""
    last = counter.record.last
    if last is None or last.printed not in ON_PAPER:
        return Doubt()
    return Doubt(question=Ask.REPRINT, params={"receipt_no": last.completed.receipt_no}, right=Right.REPRINT)


def _about_recall(counter: Counter, hold_id: HoldId) -> Doubt:
    held, staff = extras.held_sale(counter, hold_id), counter.record.staff
    if held is None or staff is None or held.owner == staff.number:
        return Doubt()
    params = {"label": held.label, "owner": held.owned_by}
    return Doubt(question=Ask.RECALL_OTHER, params=params, right=Right.RECALL_OTHERS)
