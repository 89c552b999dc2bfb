"""One writer per folder: a lock that the kernel gives free when its process dies."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from terminal.domain.errors import JournalError

LOCK_NAME = "journal.lock"


def lock_file(path: Path) -> int | None:
    """Take a lock file and return its descriptor; None when another process has it. Closing it gives it free."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def lock_folder(folder: Path) -> int:
    """Take a folder and return the lock's descriptor; `JournalError` ``journal_busy`` when another has it.

    Closing the descriptor gives it free.
    """
    descriptor = lock_file(folder / LOCK_NAME)
    if descriptor is None:
        hint = "another till process runs on this folder"
        raise JournalError(f"{folder} is in use", code="journal_busy", hint=hint)
    return descriptor


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Hold a folder for the length of a block."""
    descriptor = lock_folder(folder)
    try:
        yield
    finally:
        os.close(descriptor)
