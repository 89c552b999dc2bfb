"""Codes that came at once and without an Enter of their own: pasted, or from a scanner that sends none.

A person presses the Enter: it must neither find the code gone, nor do something else with money in it.
"""

from msgspec.structs import replace

from terminal.checkout.handlers.typing import split_prefix
from terminal.checkout.keys import Broken, Press
from terminal.checkout.messages import Say
from terminal.checkout.modes import Completed, Confirming, PriceCheck, Selling, Tendering
from terminal.checkout.outcome import Applied, Outcome, Rejected, say
from terminal.checkout.state import Counter
from terminal.domain.barcode import looks_like_barcode
from terminal.domain.text import clean
from terminal.wire.counter.view import Level


def stands_typed(counter: Counter, broken: Broken, refused: Outcome) -> Outcome:
    """Return what becomes of a burst without an end: a whole barcode stands typed, and Enter takes it.

    Anything else stays ``refused``, as what half a code of a scanner is.
    """
    mode = counter.mode
    _, rest = split_prefix(counter.text)
    may_stand = isinstance(mode, Selling | Completed | PriceCheck) and not rest and not counter.cut
    if not isinstance(refused, Rejected) or not may_stand or not looks_like_barcode(broken.code):
        return refused
    return Applied(
        counter=replace(
            counter, mode=Selling() if isinstance(mode, Completed) else mode, text=counter.text + broken.code
        ),
        facts=refused.facts,
        said=say(Say.NO_ENTER, Level.ATTENTION, code=clean(broken.code)),
    )


def belongs_to_paste(counter: Counter, press: Press) -> bool:
    """Whether a key is the Enter that a person presses behind what was pasted: the paste needed none."""
    is_bare = press.name == "enter" and not counter.text and isinstance(counter.mode, Selling | Tendering | Confirming)
    return counter.pasted and is_bare
