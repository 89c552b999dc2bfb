"""Lists of what a till knows: asked for, walked through, left."""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from terminal.checkout.effects import Inquire
from terminal.checkout.inputs import Inquired
from terminal.checkout.inquiries.modes import ListPage
from terminal.checkout.inquiries.questions import Question
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, Turn, reject
from terminal.checkout.state import Counter
from terminal.checkout.store.modes import StockMenu


def ask(counter: Counter, question: Question) -> Outcome:
    """Open the page of a question and have it answered."""
    return Applied(
        counter=replace(counter, mode=ListPage(question=question), text=""), effects=(Inquire(question=question),)
    )


def answered(turn: Turn[Inquired]) -> Outcome:
    """Show what was found."""
    counter, answer = turn.counter, turn.cause
    mode = counter.mode
    if not isinstance(mode, ListPage):
        return Ignored()
    return Applied(counter=replace(counter, mode=replace(mode, found=answer.found, fault=answer.fault, selected=0)))


def move(turn: KeyTurn) -> Outcome:
    """Move the selection by a row, a page, or to an end."""
    counter, mode = turn.counter, turn.counter.mode
    if not isinstance(mode, ListPage) or not mode.found:
        return reject(No.NO_CHOICE)
    last, page = len(mode.found) - 1, max(1, turn.cause.rows - 1)
    steps: Mapping[str, Callable[[int], int]] = {
        "up": lambda at: at - 1,
        "down": lambda at: at + 1,
        "pageup": lambda at: at - page,
        "pagedown": lambda at: at + page,
        "home": lambda _: 0,
        "end": lambda _: last,
    }
    at = steps[turn.cause.name](mode.selected)
    return Applied(counter=replace(counter, mode=replace(mode, selected=min(max(at, 0), last))))


def leave(turn: KeyTurn) -> Outcome:
    """Go back to where the list was asked for."""
    return Applied(counter=replace(turn.counter, mode=StockMenu(), text=""))
