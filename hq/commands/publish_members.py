"""``guitai-hq publish-members``: all members of a store in one signed file, for tills that know few of them."""

from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from hq.bookcase import Bookcase
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line
from hq.commands.pushing import audience_of, check_known
from hq.config import BOOKS
from hq.keys import FILE_NAME as KEY_NAME
from hq.keys import load_key
from hq.members.rows import RowMaker
from hq.members.snapshot import content_of
from hq.publisher import Publisher
from hq.service import today, wall_ms
from hq.store.port import BookRow, Store
from terminal.wire.files.streams import Stream, book_name


def publish_members(state_dir: Path, store: str | None, *, as_json: bool) -> int:
    """Publish the members of a store, or of each store of which HQ knows a till."""
    with opened_store(state_dir) as known:
        if store is not None:
            check_known(known, store)
        names = sorted({till.store for till in known.tills.overview()}) if store is None else [store]
    made = publish_for(state_dir, names)
    if as_json:
        print_json([{"store": _store_of(book), "version": book.ver, "members": book.rows} for book in made])
        return 0
    for book in made:
        print_line(f"members {book.ver} of store {_store_of(book)}: {book.rows}")
    return 0


def publish_for(state_dir: Path, stores: Iterable[str]) -> list[BookRow]:
    """Publish the members of some stores, and delete what was published before: it names people who may be gone."""
    key, folder = load_key(state_dir / KEY_NAME), state_dir / BOOKS
    made = []
    with opened_store(state_dir) as source, opened_store(state_dir) as target:
        publisher = Publisher(target, key, folder, now_ms=wall_ms)
        for name in stores:
            with closing(Bookcase(source, folder)) as bookcase, source.reading():
                rows = RowMaker(source, bookcase, today=today)
                content = content_of(source, rows, name, now_ms=wall_ms())
                book = publisher.publish(content, audience=audience_of(name))
            _delete_before(target, folder, book)
            made.append(book)
    return made


def stores_with_members(store: Store) -> list[str]:
    """Return the stores for which members were published."""
    return sorted({_store_of(head) for head in store.books.heads(Stream.MEMBERS)})


def _delete_before(store: Store, folder: Path, book: BookRow) -> None:
    for ver in range(1, book.ver):
        older = store.books.get(ver, Stream.MEMBERS)
        if older is not None and older.audience == book.audience:
            (folder / book_name(ver, Stream.MEMBERS)).unlink(missing_ok=True)


def _store_of(book: BookRow) -> str:
    return book.audience.removeprefix("s/")
