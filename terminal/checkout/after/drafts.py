"""What is done after a sale, before it is done: it may wait for a yes, or for somebody with the right."""

from msgspec import Struct

from terminal.checkout.after.modes import BareReturn, Returning
from terminal.domain.text import SafeText


class GiveBack(Struct, frozen=True):
    """Take back what is chosen on the page, for its money."""

    reason: SafeText


class VoidDone(Struct, frozen=True):
    """Let the sale of the page never have been."""

    reason: SafeText


class Exchange(Struct, frozen=True):
    """Let what is chosen on the page pay for the sale that begins now."""

    reason: SafeText


class CopyReceipt(Struct, frozen=True):
    """Print a marked copy of the receipt of the page."""


class CopyReturn(Struct, frozen=True):
    """Print a marked copy of the paper of the last return."""


AfterAction = GiveBack | VoidDone | Exchange | CopyReceipt | CopyReturn


class ReasonOfReturn(Struct, frozen=True):
    """The reason of a return is asked for; ``void``: of the whole sale. ``page`` is where it was asked.

    ``exchange``: what comes back pays for other goods.
    """

    page: Returning | BareReturn
    void: bool = False
    exchange: bool = False

    def action(self, reason: SafeText) -> GiveBack | VoidDone | Exchange:
        """Return what is to be done, for a reason."""
        if self.void:
            return VoidDone(reason)
        return Exchange(reason) if self.exchange else GiveBack(reason)
