"""What processes use, as the kernel counts it (proc(5))."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
KIB_PER_MIB = 1024


def cpu_ns(pids: Iterable[int]) -> int:
    """Return the nanoseconds that processes have been on a CPU, all their living threads together.

    ``/proc/<pid>/schedstat`` knows the first thread only, so its tasks are asked one by one.
    """
    return sum(_thread_ns(task) for pid in pids for task in (PROC / str(pid) / "task").iterdir())


def pss_mib(pid: int) -> float:
    """Return the proportional set size: pages that several processes share count in parts."""
    for line in (PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / KIB_PER_MIB
    raise ValueError(f"process {pid} has no Pss")


def _thread_ns(task: Path) -> int:
    with suppress(FileNotFoundError, ProcessLookupError):
        return int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return 0
