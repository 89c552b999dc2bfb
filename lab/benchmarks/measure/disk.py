"""The physical floor of everything that is durable: what this disk needs to keep one page."""

import os
from pathlib import Path

from lab.benchmarks.measure.timing import in_ms, one_ns

PAGE_BYTES = 4096


def sync_ms(folder: Path, *, times: int) -> list[float]:
    """Append a page and call fdatasync, ``times`` times; return the milliseconds of each."""
    path = folder / "sync-probe"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        return in_ms([one_ns(lambda: _append(descriptor)) for _ in range(times)])
    finally:
        os.close(descriptor)
        path.unlink()


def forget_pages(path: Path) -> None:
    """Drop a file from the kernel's page cache, as after a start of the machine (posix_fadvise(2) DONTNEED)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _append(descriptor: int) -> None:
    os.write(descriptor, b"\x5a" * PAGE_BYTES)
    os.fdatasync(descriptor)
