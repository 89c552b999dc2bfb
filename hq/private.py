"""HQ's state is its owner's alone: 0700 for folders, 0600 for files, whatever umask a shell or a unit has.

The signing key makes the tills obey, the books hold the hashes of all PINs, and the journals hold every sale.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq.config import BOOKS, FILE_NAME
from hq.errors import HqError

UMASK = 0o077
MARK = FILE_NAME
"""Every folder of HQ has it. Another folder that was named by mistake is left as it is."""


@contextmanager
def private(state_dir: Path) -> Iterator[None]:
    """Close what is open to others in a state folder that is there, and make new files for the owner alone.

    `HqError` when it is open to others and belongs to somebody else.
    """
    before = os.umask(UMASK)
    try:
        if (state_dir / MARK).exists():
            close_to_others(state_dir)
        yield
    finally:
        os.umask(before)


def close_to_others(state_dir: Path) -> None:
    """Take from group and others what they may do with a state folder, its files and its books; `HqError` as above."""
    state_dir = state_dir.resolve()
    for path in (state_dir, *state_dir.iterdir(), *(state_dir / BOOKS).glob("*")):
        try:
            mode = path.lstat().st_mode
            if mode & UMASK and not path.is_symlink():
                path.chmod(mode & ~UMASK & 0o7777)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise HqError(f"{path} is open to others: {error.strerror}", hint=f"chmod go= {path}") from error
