"""A till that appends for ever, in a process of its own: each acknowledged sequence is a line on its output.

Run as ``python -m tests.unit.offline.writer FOLDER``; it ends when it is killed, or with ``full`` when the disk is.
"""

import sys
from pathlib import Path

from terminal.domain.errors import DiskFullError
from terminal.offline.clock import SystemIds
from terminal.offline.journal import JournalOptions, SqliteJournal
from tests.unit.offline.tills import DAY, WHO, line, stamp

ROTATE_EVERY = 40


def main(folder: Path) -> None:
    options = JournalOptions(rotate_bytes=1, ballast_bytes=1 << 20)
    journal = SqliteJournal(folder, WHO, ids=SystemIds(), options=options)
    while True:
        try:
            head = journal.append((line(journal.head.seq + 1), line(journal.head.seq + 2)), stamp=stamp(), biz_date=DAY)
        except DiskFullError:
            tell("full")
            return
        tell(f"{head.seq} {head.hash.hex()} {int(journal.low_space)}")
        if head.seq % ROTATE_EVERY == 0:
            journal.rest(b"")


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
