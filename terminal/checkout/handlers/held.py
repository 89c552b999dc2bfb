"""Putting sales aside, and the list of them."""

from msgspec.structs import replace

from terminal.checkout.deeds.empty import without_empty_sale
from terminal.checkout.deeds.extras import held_sale, hold
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.drafts import Need, ReasonOfHeld, Recall
from terminal.checkout.effects import Seeking
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.typing import PICKS
from terminal.checkout.held_messages import HeldNo
from terminal.checkout.inputs import MemberFound
from terminal.checkout.members.asking import by_card, card_of
from terminal.checkout.messages import No
from terminal.checkout.modes import HeldList, Prompting
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, Permit, ScanTurn, Turn, reject
from terminal.checkout.state import Counter
from terminal.domain.slips.hold import HoldCode, hold_code
from terminal.domain.text import clean
from terminal.wire.held_sale import HeldSale


def put_aside(turn: KeyTurn) -> Outcome:
    """Hold the open sale."""
    return hold(turn.counter, Permit(moment=turn.moment))


@without_empty_sale
def show(turn: KeyTurn) -> Outcome:
    """Show the held sales, the latest first."""
    if turn.counter.record.sale is not None:
        return reject(No.SALE_OPEN)
    if not turn.counter.record.held:
        return reject(HeldNo.NOTHING_HELD)
    return Applied(counter=replace(turn.counter, mode=HeldList(), text=""))


def selected(counter: Counter) -> HeldSale | None:
    """Return the highlighted held sale."""
    held = counter.record.held
    if not isinstance(counter.mode, HeldList) or not held:
        return None
    return held[len(held) - 1 - min(counter.mode.selected, len(held) - 1)]


def move(turn: KeyTurn) -> Outcome:
    """Highlight another one."""
    counter, mode = turn.counter, turn.counter.mode
    at = mode.selected if isinstance(mode, HeldList) else 0
    at = moved(turn, at, last=len(counter.record.held) - 1)
    return Applied(counter=replace(counter, mode=HeldList(selected=at)))


def scan(turn: ScanTurn) -> Outcome:
    """Recall the sale of a paper's code, or look for the sale of a member.

    Whose card it is decides, with whatever they were found when it was put aside.
    """
    code = hold_code(turn.cause.data)
    if code is not None:
        return by_paper(turn, code)
    card = card_of(turn.counter, turn.cause.data)
    if card is None:
        return reject(No.NOT_HERE)
    return Applied(counter=turn.counter, effects=(by_card(card, Seeking.HELD, scan=turn.cause),))


def of_member(turn: Turn[MemberFound]) -> Outcome:
    """Highlight the latest sale of whose card was scanned."""
    counter, mode, answer = turn.counter, turn.counter.mode, turn.cause
    if not isinstance(mode, HeldList):
        return Ignored()
    members = {known.row.member.id for known in answer.found}
    number = None if answer.query.card is None else answer.query.card.number
    for index, held in enumerate(reversed(counter.record.held)):
        member = held.sale.member
        if held.sale.member_card == number or (member is not None and member.id in members):
            return Applied(counter=replace(counter, mode=HeldList(selected=index)), reason="shown")
    return reject(HeldNo.NOTHING_OF_MEMBER)


def pick(turn: KeyTurn) -> Outcome:
    """Highlight the n-th of the list."""
    index = PICKS.find(turn.cause.name)
    if not 0 <= index < len(turn.counter.record.held):
        return reject(No.NO_CHOICE)
    return Applied(counter=replace(turn.counter, mode=HeldList(selected=index)))


def recall(turn: KeyTurn) -> Outcome:
    """Open the highlighted sale again."""
    held = selected(turn.counter)
    if held is None:
        return reject(HeldNo.NOTHING_HELD, at_sale(turn.counter))
    return request(turn.counter, Recall(held.hold_id), turn.moment)


def by_paper(turn: ScanTurn, code: HoldCode) -> Outcome:
    """Open the sale again whose paper was scanned."""
    counter = turn.counter
    if counter.record.sale is not None:
        return reject(No.SALE_OPEN)
    if code.terminal != counter.identity.terminal:
        return reject(HeldNo.HELD_ELSEWHERE, terminal=clean(code.terminal))
    if held_sale(counter, code.hold_id) is None:
        return reject(HeldNo.NOT_HELD)
    outcome = request(counter, Recall(code.hold_id), turn.moment)
    return replace(outcome, reason="recalled") if isinstance(outcome, Applied) else outcome


def drop(turn: KeyTurn) -> Outcome:
    """Ask why the highlighted sale is dropped."""
    counter, held = turn.counter, selected(turn.counter)
    if held is None:
        return reject(HeldNo.NOTHING_HELD, at_sale(counter))
    at = counter.mode.selected if isinstance(counter.mode, HeldList) else 0
    subject = ReasonOfHeld(held.hold_id, selected=at)
    return Applied(counter=replace(counter, mode=Prompting(need=Need.REASON, subject=subject), text=""))
