"""What a handler is given, and the closed set of what it may answer."""

from typing import Generic, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.effects import Effect
from terminal.checkout.inputs import Moment
from terminal.checkout.keys import Press
from terminal.checkout.messages import AnyNo
from terminal.checkout.state import Counter
from terminal.domain.ids import StaffNumber
from terminal.ports.devices import Scan
from terminal.wire.counter.view import Level
from terminal.wire.events import Fact

CauseT_co = TypeVar("CauseT_co", covariant=True)


class Turn(Struct, Generic[CauseT_co], frozen=True, kw_only=True):
    """One thing that happens to a counter."""

    counter: Counter
    cause: CauseT_co
    moment: Moment


KeyTurn = Turn[Press]
ScanTurn = Turn[Scan]


class Said(Struct, frozen=True, kw_only=True):
    """A notice to be shown; its level decides the sound."""

    message: str
    level: Level = Level.OK
    params: tuple[tuple[str, str], ...] = ()
    quiet: bool = False


def say(message: str, level: Level = Level.OK, **params: str) -> Said:
    """Return a notice."""
    return Said(message=message, level=level, params=tuple(params.items()))


class Applied(Struct, frozen=True, kw_only=True):
    """It happened. A scan that ends with it and has no fact of its own is told with ``reason`` and ``refused``."""

    counter: Counter
    facts: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()
    said: Said | None = None
    reason: str = ""
    refused: bool = False


class Rejected(Struct, frozen=True, kw_only=True):
    """It was refused, loudly. ``counter`` is what else changed (a cleared input); None = nothing."""

    no: AnyNo
    params: tuple[tuple[str, str], ...] = ()
    counter: Counter | None = None
    facts: tuple[Fact, ...] = ()


class Ignored(Struct, frozen=True):
    """It means nothing here."""


Outcome = Applied | Rejected | Ignored


def again(counter: Counter, scan: Scan) -> Applied:
    """Let a scan happen to another counter: the next thing that is handled is this scan."""
    return Applied(counter=replace(counter, backlog=(scan, *counter.backlog)))


def reject(no: AnyNo, counter: Counter | None = None, **params: str) -> Rejected:
    """Return a refusal."""
    return Rejected(no=no, counter=counter, params=tuple(params.items()))


class Permit(Struct, frozen=True, kw_only=True):
    """When an action is done, and who lent the right for it (None = the cashier's own)."""

    moment: Moment
    approver: StaffNumber | None = None
