"""Times of many equal actions."""

import time
from collections.abc import Callable, Iterable, Sequence

NS_PER_MS = 1_000_000
NS_PER_US = 1_000


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that ``percent`` of the values do not pass (nearest rank); `ValueError` without values."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def each_ns(action: Callable[[], object], *, times: int) -> list[int]:
    """Return the nanoseconds that each call takes."""
    return [one_ns(action) for _ in range(times)]


def one_ns(action: Callable[[], object]) -> int:
    """Return the nanoseconds that one call takes."""
    start = time.perf_counter_ns()
    action()
    return time.perf_counter_ns() - start


def work_ns(action: Callable[[], object]) -> int:
    """Return the nanoseconds that this thread is on a CPU for one call: what a busy machine does not bend."""
    start = time.thread_time_ns()
    action()
    return time.thread_time_ns() - start


def in_ms(values_ns: Iterable[float]) -> list[float]:
    """Return nanoseconds as milliseconds."""
    return [value / NS_PER_MS for value in values_ns]


def in_us(values_ns: Iterable[float]) -> list[float]:
    """Return nanoseconds as microseconds."""
    return [value / NS_PER_US for value in values_ns]
