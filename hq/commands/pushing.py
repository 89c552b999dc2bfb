"""What publishing has in common, whatever the stream: for whom, and whether the tills use it."""

import time

from hq.commands.output import print_line
from hq.errors import HqError
from hq.store.port import BookRow, Store, TillRow
from terminal.domain.text import is_safe
from terminal.wire.files.streams import Stream
from terminal.wire.topics import EVERYBODY, audiences, store_audience

KNOWN_SHOWN = 20
"""Stores that an error names."""
LOOK_S = 0.1
MAX_LABEL = 80
"""Characters of a book's name: tills refuse a manifest with more."""
READY_S = 2.0
"""How long a till that has the book may take to use it, before it is told that a sale is open there."""
_NAMES = {Stream.PRICE: "book", Stream.RULES: "rules", Stream.MEMBERS: "members"}


def check_order(*, store: str | None, label: str, wait_s: float) -> None:
    """`HqError` ``bad_order`` for a store, a label or a time without sense."""
    if store is not None and not store:
        raise HqError("--store is empty", code="bad_order", hint="name a store, or leave --store out for all")
    if len(label) > MAX_LABEL or not is_safe(label):
        hint = f"at most {MAX_LABEL}, no control characters"
        raise HqError(f"the label has {len(label)} characters", code="bad_order", hint=hint)
    if wait_s < 0:
        raise HqError(f"--wait {wait_s:g} is below 0", code="bad_order", hint="seconds, 0 = not at all")


def audience_of(store: str | None) -> str:
    """Return the audience of a store, or of all."""
    return store_audience(store) if store is not None else EVERYBODY


def check_known(store: Store, name: str) -> None:
    """`HqError` ``unknown_store`` unless a till of this store was here, or a book was made for it before."""
    known = {till.store for till in store.tills.overview()}
    known |= {head.audience.removeprefix("s/") for head in store.books.heads() if head.audience != EVERYBODY}
    if name in known:
        return
    shown = ", ".join(sorted(known)[:KNOWN_SHOWN]) + (", …" if len(known) > KNOWN_SHOWN else "")
    raise HqError(
        f"HQ knows no store {name}; it knows {shown or 'none yet'}",
        code="unknown_store",
        hint=f"for a store that is about to open: --store {name} --new-store",
    )


def wait_for(store: Store, book: BookRow, wait_s: float) -> tuple[list[TillRow], list[TillRow]]:
    """Return the tills of the audience that use the book, and those that are online and do not yet."""
    deadline, patience, stream = time.monotonic() + wait_s, None, book.stream
    while True:
        tills = [till for till in store.tills.overview() if book.audience in audiences(till.terminal)]
        active = [till for till in tills if till.active(stream) >= book.ver]
        waiting = [till for till in tills if till.online and till.active(stream) < book.ver]
        if waiting and all(till.ready(stream) >= book.ver for till in waiting):
            patience = min(deadline, time.monotonic() + READY_S) if patience is None else patience
            if time.monotonic() >= patience:
                return active, waiting
        if (active and not waiting) or time.monotonic() >= deadline:
            return active, waiting
        time.sleep(LOOK_S)


def people(book: BookRow) -> str:
    """Return for whom a book is, in words."""
    return "all stores" if book.audience == EVERYBODY else f"store {book.audience.removeprefix('s/')}"


def print_waited(book: BookRow, active: list[TillRow], waiting: list[TillRow]) -> None:
    """Tell which tills use a book, and why others do not."""
    stream, name = book.stream, _NAMES[book.stream]
    for till in active:
        print_line(f"{till.terminal}: uses {name} {till.active(stream)}")
    for till in waiting:
        if till.error(stream):
            print_line(f"{till.terminal}: still uses {name} {till.active(stream)}, refused {till.error(stream)}")
        elif till.ready(stream) >= book.ver:
            print_line(f"{till.terminal}: has {name} {book.ver}; an open sale keeps its own, the next one has the new")
        else:
            print_line(f"{till.terminal}: still uses {name} {till.active(stream)}")
    if not active and not waiting:
        print_line("no till is online: each takes it when it comes back")
