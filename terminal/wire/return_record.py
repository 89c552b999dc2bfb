"""How facts about returns change what a till knows of the last one."""

from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from terminal.wire.device_events import SlipActed
from terminal.wire.return_events import ReturnKind, ReturnLeft, ReturnReprinted, SaleReturned
from terminal.wire.returning import paper_action


class DoneReturn(Struct, frozen=True, kw_only=True):
    """The last return, for its page and its paper, which was printed again ``copies`` times.

    ``printed`` is the result of the last print job of it; empty = not known yet. ``on_screen``: nothing has ended its
    page, so that it comes back after a restart.
    """

    fact: SaleReturned
    copies: int = 0
    printed: str = ""
    on_screen: bool = False


OfLastReturn = SaleReturned | ReturnLeft | ReturnReprinted | SlipActed
"""The facts that change something here."""


def after_return(last: DoneReturn | None, fact: OfLastReturn) -> DoneReturn | None:
    """Return the last return after one fact. The page of an exchange is that of the sale that follows it."""
    if isinstance(fact, SaleReturned):
        return DoneReturn(fact=fact, on_screen=fact.kind is not ReturnKind.EXCHANGE)
    if last is None:
        return None
    match fact:
        case ReturnLeft():
            return replace(last, on_screen=False)
        case ReturnReprinted(copy=copy):
            return replace(last, copies=copy)
        case SlipActed(action=action, result=result):
            is_ours = action == paper_action(last.fact.act, last.copies)
            return replace(last, printed=result) if is_ours else last
        case _:
            assert_never(fact)
