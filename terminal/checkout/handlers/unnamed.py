"""Keys that mean nothing where they are pressed: that is told."""

from collections.abc import Mapping

from terminal.checkout.messages import AnyNo, No
from terminal.checkout.modes import Completed, Confirming, Help, Locked, Mode, NoBook, Paying, Prompting, Status
from terminal.checkout.outcome import KeyTurn, Outcome, reject
from terminal.checkout.payments.messages import PayNo

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


def refuse(turn: KeyTurn) -> Outcome:
    """Say what has to be done first here, or that this key does nothing."""
    return reject(_WHY.get(type(turn.counter.mode), No.KEY_NOT_HERE))
