"""The reason of a return: it is asked for when nothing but a right stands against it."""

from msgspec.structs import replace

from terminal.checkout.after.drafts import ReasonOfReturn
from terminal.checkout.deeds.gate import refusal
from terminal.checkout.drafts import Need
from terminal.checkout.modes import Prompting
from terminal.checkout.outcome import Applied, KeyTurn, Outcome
from terminal.domain.text import SafeText


def ask_reason(turn: KeyTurn, subject: ReasonOfReturn) -> Outcome:
    """Ask for the reason, unless it would be refused whatever that is."""
    counter = replace(turn.counter, mode=subject.page)
    asking = replace(counter, mode=Prompting(need=Need.REASON, subject=subject), text="")
    return refusal(counter, subject.action(SafeText("")), turn.moment) or Applied(counter=asking)
