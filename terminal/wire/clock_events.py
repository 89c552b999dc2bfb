"""Facts about the clock of a till."""

from msgspec import Struct


class ClockDoubted(Struct, frozen=True, kw_only=True, tag=True):
    """The machine's clock cannot be right: from now on times go on from the last one that could be.

    ``machine_ms`` is what the clock said, ``last_ms`` the last time that could be right (0 = there is none), UTC.
    """

    machine_ms: int
    last_ms: int


class ClockMended(Struct, frozen=True, kw_only=True, tag=True):
    """Times are right again: HQ said what time it is, or the machine's clock was put right.

    ``was_ms`` is where the till's time had come to, ``now_ms`` where it goes on, and so does what waits for a time.
    """

    machine_ms: int
    was_ms: int
    now_ms: int
