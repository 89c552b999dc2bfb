"""What a step of a payment does to the counter: facts that are still to be folded, modes, and what had to wait."""

from collections.abc import Sequence
from functools import reduce

from msgspec.structs import replace

from terminal.checkout.modes import Help, Mode, Paying, Status
from terminal.checkout.state import Counter
from terminal.domain.payments import PACES, Pace, Payment
from terminal.ports.devices import Scan
from terminal.wire.events import Fact
from terminal.wire.record import apply


def ahead(counter: Counter, facts: Sequence[Fact]) -> Counter:
    """Return the counter as it will be when these facts are folded; never the one that a handler returns."""
    return replace(counter, durable=reduce(apply, facts, counter.durable))


def pace_of(counter: Counter, payment: Payment) -> Pace:
    """Return how long one waits for a payment."""
    pace = PACES[payment.kind]
    return pace if counter.hurry == 1 else pace.hurried(counter.hurry)


def is_watched(counter: Counter) -> bool:
    """Whether the cashier looks at the payment that is under way, or at a page over it."""
    mode = counter.mode
    return isinstance(mode.below if isinstance(mode, Help | Status) else mode, Paying)


def with_mode(counter: Counter, mode: Mode) -> Counter:
    """Return the counter in the mode that follows a payment, if somebody looks at it."""
    return replace(counter, mode=mode, text="") if is_watched(counter) else counter


def released(counter: Counter, moment_ms: int) -> Counter:
    """Return the counter that takes up what was scanned while a payment was under way."""
    waiting = tuple(
        Scan(device=one.device, data=one.code, at_ms=moment_ms, gtin=one.gtin, gs1=one.gs1)
        for one in counter.durable.queued
    )
    return replace(counter, backlog=(*waiting, *counter.backlog)) if waiting else counter
