"""From something that happens to the last byte of the frame that shows it."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from lab.benchmarks.measure.pty import PtyProgram
from lab.benchmarks.measure.timing import NS_PER_MS, percentile
from lab.benchmarks.measure.usage import cpu_ns


@dataclass(frozen=True, slots=True, kw_only=True)
class Trials:
    """What was measured: milliseconds and bytes of each frame, and the CPU time of all of them."""

    times_ms: tuple[float, ...]
    sizes: tuple[int, ...]
    cpu_ms: float

    @property
    def p50_ms(self) -> float:
        """Half of the frames were not later."""
        return percentile(self.times_ms, 50)

    @property
    def p99_ms(self) -> float:
        """99 of 100 frames were not later."""
        return percentile(self.times_ms, 99)

    @property
    def cpu_ms_each(self) -> float:
        """CPU time of one frame, over all processes that had a part in it."""
        return self.cpu_ms / len(self.times_ms)

    @property
    def bytes_each(self) -> float:
        """Mean size of a frame."""
        return fmean(self.sizes)


@dataclass(frozen=True, slots=True)
class Trial:
    """One thing to do, and bytes that its frame must hold (nothing: the next frame is taken)."""

    act: Callable[[], object]
    shows: bytes = b""


def watch(screen: PtyProgram, trials: Iterable[Trial], *, pids: Sequence[int]) -> Trials:
    """Do one thing after the other, each when the frame of the one before is whole."""
    times_ms: list[float] = []
    sizes: list[int] = []
    before_ns = cpu_ns(pids)
    for trial in trials:
        start_ns = time.monotonic_ns()
        trial.act()
        frame = screen.frame(trial.shows)
        times_ms.append((frame.end_ns - start_ns) / NS_PER_MS)
        sizes.append(len(frame.data))
    spent_ms = (cpu_ns(pids) - before_ns) / NS_PER_MS
    return Trials(times_ms=tuple(times_ms), sizes=tuple(sizes), cpu_ms=spent_ms)


def together(parts: Sequence[Trials]) -> Trials:
    """Return several series as one."""
    return Trials(
        times_ms=tuple(time_ms for part in parts for time_ms in part.times_ms),
        sizes=tuple(size for part in parts for size in part.sizes),
        cpu_ms=sum(part.cpu_ms for part in parts),
    )
