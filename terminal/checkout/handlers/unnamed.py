"""Keys that mean nothing where they are pressed, and keys whose work comes in a later version: both are told."""

from collections.abc import Mapping

from terminal.checkout.messages import AnyNo, No
from terminal.checkout.modes import Completed, Confirming, Help, Locked, Mode, NoBook, Paying, Prompting, Status
from terminal.checkout.outcome import KeyTurn, Outcome, reject
from terminal.checkout.payments.messages import PayNo

LATER: Mapping[str, No] = {
    "f7": No.LATER_REFUND,
}
_WHY: Mapping[type[Mode], AnyNo] = {
    NoBook: No.NO_BOOK,
    Locked: No.LOCKED,
    Prompting: No.FINISH_FIRST,
    Confirming: No.FINISH_FIRST,
    Paying: PayNo.UNDER_WAY,
    Completed: No.SALE_DONE,
    Help: No.LEAVE_FIRST,
    Status: No.LEAVE_FIRST,
}


def later(turn: KeyTurn) -> Outcome:
    """Say that this is not built yet, and what to do instead."""
    return reject(LATER[turn.cause.name])


def refuse(turn: KeyTurn) -> Outcome:
    """Say what has to be done first here, or that this key does nothing."""
    return reject(_WHY.get(type(turn.counter.mode), No.KEY_NOT_HERE))
