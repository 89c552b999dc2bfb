"""HQ's store for a command, opened and closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hq.errors import HqError
from hq.store.sqlite import FILE_NAME, SqliteStore


@contextmanager
def opened_store(state_dir: Path) -> Iterator[SqliteStore]:
    """Open the store of a state folder; `HqError` if there is none. Another process may serve at the same time."""
    path = state_dir / FILE_NAME
    if not path.exists():
        raise HqError(f"there is no {path}", hint=f"guitai-hq --state {state_dir} init")
    store = SqliteStore(path)
    try:
        yield store
    finally:
        store.close()
