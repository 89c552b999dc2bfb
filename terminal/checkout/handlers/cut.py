"""After a restart in an open sale: the rest of a number that was half typed never becomes another number (ADR 14)."""

from msgspec.structs import replace

from terminal.checkout.messages import No, Say
from terminal.checkout.outcome import Applied, KeyTurn, Outcome, reject, say

OF_NUMBERS = frozenset({*"*+-/=", "digit", "letter", "enter", "backspace", "f2", "f3", "f8", "f12", "f21"})
"""Keys that go on with a number, or use it."""


def refuse(turn: KeyTurn) -> Outcome:
    """What may be the rest of a number is refused."""
    del turn
    return reject(No.RESTARTED)


def begin_anew(turn: KeyTurn) -> Outcome:
    """The cashier knows: from now on keys are numbers from their beginning."""
    return Applied(counter=replace(turn.counter, cut=False), said=say(Say.TYPE_ANEW))
