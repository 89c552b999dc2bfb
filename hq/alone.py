"""One HQ serves in a folder: a lock that the kernel gives free when its process dies."""

import fcntl
import os
from pathlib import Path

from hq.errors import HqError

LOCK_NAME = "serve.lock"


def lock_serving(state_dir: Path) -> int:
    """Take a folder of HQ and return the lock's descriptor; `HqError` ``hq_busy`` when another HQ serves in it.

    Closing the descriptor gives it free.
    """
    descriptor = os.open(state_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(descriptor)
        hint = "it goes on; ./guitai demo starts one of its own"
        raise HqError(f"HQ serves in {state_dir} already", code="hq_busy", hint=hint) from error
    return descriptor
