"""The gate that every action passes: who may do it, what is asked again, and then it is done."""

from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after import deeds as after
from terminal.checkout.after.drafts import AfterAction
from terminal.checkout.deeds import ending, extras, lines, training
from terminal.checkout.deeds.doubt import Doubt
from terminal.checkout.deeds.doubts import doubt_about
from terminal.checkout.drafts import (
    Action,
    AddLine,
    BeginTraining,
    ChangePrice,
    ChangeQuantity,
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
from terminal.checkout.effects import Sound
from terminal.checkout.inputs import Moment
from terminal.checkout.members.acts import deeds as members
from terminal.checkout.members.acts.drafts import MemberAction
from terminal.checkout.messages import Ask, No
from terminal.checkout.modes import Back, Confirming, Selling
from terminal.checkout.outcome import Applied, Outcome, Permit, Rejected, reject
from terminal.checkout.payments import in_cash, removing
from terminal.checkout.payments.drafts import PayInCash
from terminal.checkout.shifts import deeds as shifts
from terminal.checkout.shifts.drafts import ShiftAction
from terminal.checkout.staff_list import days_without_hq
from terminal.checkout.state import Counter, allowed
from terminal.checkout.store import deeds as store
from terminal.checkout.store.drafts import StoreAction
from terminal.checkout.tendering import taking
from terminal.checkout.tendering.drafts import TakeCard, TakeStored
from terminal.domain.errors import InputError
from terminal.domain.money import format_fen
from terminal.domain.staff import limit_of
from terminal.ports.devices import Tone


def request(counter: Counter, action: Action, moment: Moment) -> Outcome:
    """Do an action, or ask first: somebody with the right, or the cashier once more.

    Nobody is asked about what would be refused whoever says yes.
    """
    try:
        doubt = doubt_about(counter, action)
    except InputError:
        return reject(No.BAD_QUANTITY, lines.at_sale(counter))
    approval = doubt.right is not None and not allowed(counter, doubt.right, amount_fen=doubt.amount_fen)
    if not approval and not doubt.again:
        return perform(counter, action, Permit(moment=moment))
    no = refusal(counter, action, moment)
    if approval:
        no = no or _above_all(counter, doubt) or _unverifiable(counter, moment)
    return no or _ask(counter, action, doubt, approval=approval)


def refusal(counter: Counter, action: Action, moment: Moment) -> Rejected | None:
    """Return why an action would be refused whoever asked for it; None = it would be done."""
    outcome = perform(counter, action, Permit(moment=moment))
    return outcome if isinstance(outcome, Rejected) else None


def _above_all(counter: Counter, doubt: Doubt) -> Rejected | None:
    """Refuse an amount for which nobody has the right."""
    limit_fen = None if doubt.right is None else limit_of(counter.settings.rights, doubt.right)
    if limit_fen is None or doubt.amount_fen <= limit_fen:
        return None
    counter = replace(counter, text="")
    return reject(No.ABOVE_RIGHTS, counter, limit=format_fen(limit_fen)) if limit_fen else reject(No.NO_RIGHT, counter)


def _unverifiable(counter: Counter, moment: Moment) -> Rejected | None:
    """Refuse that anybody lends a right when the staff list is too old to be believed."""
    days = days_without_hq(counter, moment.wall_ms)
    if days < counter.settings.staff_max_days:
        return None
    return reject(No.STAFF_TOO_OLD, replace(counter, text=""), days=str(days))


def confirmed(counter: Counter, mode: Confirming, moment: Moment) -> Outcome:
    """Do what the cashier said yes to. A confirmed age leaves the limits to be asked about."""
    counter = replace(counter, mode=mode.back)
    action = mode.action
    if isinstance(action, AddLine) and mode.question == Ask.AGE:
        return request(counter, AddLine(replace(action.draft, of_age=True)), moment)
    return perform(counter, action, Permit(moment=moment))


def perform(counter: Counter, action: Action, permit: Permit) -> Outcome:  # noqa: C901, PLR0911, PLR0912 - one row a kind
    """Do an action that nothing stands against any more."""
    if isinstance(action, AfterAction):
        return after.do(counter, action, permit)
    if isinstance(action, ShiftAction):
        return shifts.do(counter, action, permit)
    if isinstance(action, MemberAction):
        return members.do(counter, action, permit)
    if isinstance(action, StoreAction):
        return store.do(counter, action, permit)
    match action:
        case AddLine(draft=draft):
            return lines.add_draft(counter, draft, permit)
        case RepeatLine():
            return lines.repeat_line(counter, action, permit)
        case ChangeQuantity():
            return lines.change_quantity(counter, action, permit)
        case ReduceLine():
            return lines.reduce_line(counter, action, permit)
        case ChangePrice():
            return lines.change_price(counter, action, permit)
        case VoidLine():
            return lines.void_line(counter, action, permit)
        case VoidSale():
            return ending.void_sale(counter, permit)
        case RemoveTender():
            return removing.remove_last(counter, permit)
        case TakeCash(given_fen=given_fen):
            return ending.complete(counter, permit, given_fen=given_fen)
        case TakeStored():
            return taking.take_stored(counter, action, permit)
        case TakeCard():
            return taking.take_card(counter, action, permit)
        case PayInCash():
            return in_cash.pay_out(counter, action, permit)
        case OpenDrawer():
            return extras.open_drawer(counter, action, permit)
        case Reprint():
            return extras.reprint(counter, permit)
        case Recall():
            return extras.recall(counter, action, permit)
        case VoidHeld():
            return extras.void_held(counter, action, permit)
        case BeginTraining():
            return training.begin(counter, permit)
        case EndTraining():
            return training.end(counter)
        case _:
            assert_never(action)


def _ask(counter: Counter, action: Action, doubt: Doubt, *, approval: bool) -> Applied:
    mode = counter.mode
    confirming = Confirming(
        action=action,
        question=doubt.question,
        params=tuple(doubt.params.items()),
        approval=approval,
        back=mode if isinstance(mode, Back) else Selling(),
    )
    return Applied(counter=replace(counter, mode=confirming, text=""), effects=(Sound(Tone.ATTENTION),))
