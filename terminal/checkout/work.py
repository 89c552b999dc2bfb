"""What comes of an event at the desk: facts, the view that is true now, and work for the loop and the devices."""

from msgspec import Struct

from terminal.checkout.effects import Arm, CheckPin, PulseDrawer, Sound, Weigh
from terminal.domain.ids import ActionId
from terminal.domain.receipt import Receipt
from terminal.domain.staff import Staff
from terminal.wire.counter.view import View
from terminal.wire.doorbell import Ask
from terminal.wire.events import Fact


class PinCheck(Struct, frozen=True, kw_only=True):
    """A `CheckPin` with the row of the staff table that it is about; None = there is no such number."""

    query: CheckPin
    staff: Staff | None

    def __repr__(self) -> str:
        """Neither the PIN nor its hash is ever logged."""
        return f"PinCheck({self.query})"


class PrintJob(Struct, frozen=True, kw_only=True):
    """A receipt to be put on paper, composed."""

    action: ActionId
    receipt: Receipt


Work = PinCheck | PrintJob | PulseDrawer | Weigh | Sound | Arm | Ask
"""What the desk leaves to the loop and the devices."""


class Reaction(Struct, frozen=True, kw_only=True):
    """What came of an event: the facts, the view that is true now, the last durable event, and work for others."""

    facts: tuple[Fact, ...]
    view: View
    epoch: int
    seq: int
    work: tuple[Work, ...]
