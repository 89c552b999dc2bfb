"""How old the staff list is: without HQ nobody at a till can know who has left, or lost a right."""

from terminal.checkout.state import Counter, is_online
from terminal.wire.staff_events import StaffListConfirmed

DAY_MS = 24 * 3_600_000


def days_without_hq(counter: Counter, now_ms: int) -> int:
    """Return for how many days nobody has said that the staff list is still HQ's; 0 when that is not known."""
    as_of_ms = counter.durable.staff_as_of_ms
    return max(0, now_ms - as_of_ms) // DAY_MS if as_of_ms and not is_heard(counter) else 0


def is_heard(counter: Counter) -> bool:
    """Whether HQ is there now, and has said what time it is: a newer list would have come with that."""
    return is_online(counter) and counter.link is not None and counter.link.hq_quality >= 0


def confirmation(counter: Counter, now_ms: int) -> tuple[StaffListConfirmed, ...]:
    """Return the fact that the list is HQ's while HQ is there: once a day, and at once when the clock was ahead."""
    as_of_ms = counter.durable.staff_as_of_ms
    is_fresh = as_of_ms and 0 <= now_ms - as_of_ms < DAY_MS
    return (StaffListConfirmed(at_ms=now_ms),) if is_heard(counter) and not is_fresh else ()
