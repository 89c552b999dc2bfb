"""The mark of a till that was ended in order with nothing half typed: where its journal ended then.

It is no fact: it only spares the cashier the words of a crash. It holds for the very end of the journal that it names.
"""

from pathlib import Path

from terminal.ports.journal import Head
from terminal.wire.disk import flush

NAME = "ended"


def leave_mark(folder: Path, head: Head) -> None:
    """Say that the till ended in order here; `OSError` when the disk does not take it."""
    path = folder / NAME
    path.write_text(_text(head), encoding="ascii")
    flush(path)
    flush(folder)


def take_mark(folder: Path, head: Head) -> bool:
    """Return whether the till ended in order at the end of its journal, once: the mark is gone then."""
    path = folder / NAME
    try:
        marked = path.read_bytes() == _text(head).encode("ascii")
        path.unlink()
    except OSError:
        return False
    return marked


def _text(head: Head) -> str:
    return f"{head.epoch} {head.seq} {head.hash.hex()}\n"
