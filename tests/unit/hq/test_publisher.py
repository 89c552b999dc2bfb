"""Books: numbers, manifests, slices."""

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from msgspec.structs import replace

from hq.errors import StoreConflictError
from hq.publisher import DAY_MS, EXPIRES_MS, NO_SUCH_CHUNK, ChunkServer, Publisher, manifest_of
from hq.store.sqlite import SqliteStore
from terminal.domain.catalog import Article
from terminal.domain.errors import BookInvalidError
from terminal.domain.ids import Sku
from terminal.domain.text import SafeText
from terminal.wire.book.building import BookContent
from terminal.wire.book.checking import check_book
from terminal.wire.files.streams import Stream
from terminal.wire.updates import Seen, verify
from tests.unit.wire_mqtt.signers import SeedSigner

NOW_MS = 1_764_000_000_000
SIGNER = SeedSigner()
ARTICLE = Article(sku=Sku("1"), name=SafeText("Tea"), price_fen=100)


def content(count: int = 3, *, label: str = "") -> BookContent:
    goods = [
        Article(sku=Sku(f"{number:05d}"), name=SafeText(f"Article {number}"), price_fen=100) for number in range(count)
    ]
    return BookContent(label=label, articles=goods)


def publisher(store: SqliteStore, folder: Path, *, now_ms: Callable[[], int] = lambda: NOW_MS) -> Publisher:
    return Publisher(store, SIGNER, folder / "books", now_ms=now_ms)


def test_book_is_whole_signed_and_numbered(store: SqliteStore, tmp_path: Path) -> None:
    book = publisher(store, tmp_path).publish(content(), audience="s/S01", eff_from=NOW_MS + 5)
    keys = (SIGNER.public_key,)
    manifest = verify(book.manifest, keys=keys, stream=Stream.PRICE, audience="s/S01", seen=Seen(), now_ms=NOW_MS)
    path = tmp_path / "books" / "catalog-1.db"
    assert check_book(path).articles == 3
    assert (manifest.ver, manifest.counter, manifest.rows, manifest.size) == (1, 1, 3, path.stat().st_size)
    assert manifest.sha256 == hashlib.sha256(path.read_bytes()).digest()
    assert (manifest.eff_from, manifest.expires) == (NOW_MS + 5, NOW_MS + 5 + EXPIRES_MS)
    assert book.label.endswith(".1")
    assert store.books.heads() == [book]


def test_book_that_is_refused_takes_no_version_and_leaves_no_file(store: SqliteStore, tmp_path: Path) -> None:
    maker = publisher(store, tmp_path)
    maker.publish(content(label="a"), audience="all")
    twice = BookContent(label="b", articles=content().articles, barcodes=[("1", Sku("00001")), ("1", Sku("00002"))])
    with pytest.raises(BookInvalidError, match="barcode 1 comes twice"):
        maker.publish(twice, audience="all")
    assert [path.name for path in (tmp_path / "books").glob("catalog-*")] == ["catalog-1.db"]
    with pytest.raises(BookInvalidError, match="negative price"):
        maker.publish(BookContent(label="n", articles=[replace(ARTICLE, price_fen=-1)]), audience="all")
    assert [path.name for path in (tmp_path / "books").glob("catalog-*")] == ["catalog-1.db"]
    book = maker.publish(content(label="c"), audience="all")
    assert (book.ver, book.counter) == (2, 2)
    assert [head.label for head in store.books.heads()] == ["c"]


def test_version_that_another_hq_took_meanwhile_is_not_published_twice(store: SqliteStore, tmp_path: Path) -> None:
    def taken_meanwhile() -> Iterator[Article]:
        with store.transaction():
            store.books.next_numbers()
        yield ARTICLE

    maker = publisher(store, tmp_path)
    with pytest.raises(StoreConflictError, match="version 1 was taken meanwhile"):
        maker.publish(BookContent(label="", articles=taken_meanwhile()), audience="all")
    assert store.books.heads() == []
    assert maker.publish(content(), audience="all").ver == 2


def test_two_that_publish_at_once_get_a_version_each(tmp_path: Path, store: SqliteStore) -> None:
    first_builds, second_waits = threading.Event(), threading.Event()

    def slow() -> Iterator[Article]:
        first_builds.set()
        second_waits.wait(10)
        yield ARTICLE

    def publish_slowly() -> int:
        with closing(SqliteStore(tmp_path / "hq.db")) as own:
            return publisher(own, tmp_path).publish(BookContent(label="slow", articles=slow()), audience="all").ver

    with ThreadPoolExecutor() as pool:
        first = pool.submit(publish_slowly)
        assert first_builds.wait(10)
        pool.submit(second_waits.set)
        quick = publisher(store, tmp_path).publish(content(label="quick"), audience="all")
        assert (first.result(), quick.ver) == (1, 2)
    assert check_book(tmp_path / "books" / "catalog-1.db").label == "slow"
    assert check_book(tmp_path / "books" / "catalog-2.db").label == "quick"


def test_each_audience_has_its_own_head(store: SqliteStore, tmp_path: Path) -> None:
    maker = publisher(store, tmp_path)
    for audience in ("all", "s/S01", "all"):
        maker.publish(content(), audience=audience)
    assert [(head.audience, head.ver) for head in store.books.heads()] == [("s/S01", 2), ("all", 3)]


def test_head_that_expires_soon_is_signed_anew(store: SqliteStore, tmp_path: Path) -> None:
    times = [NOW_MS]
    maker = publisher(store, tmp_path, now_ms=lambda: times[-1])
    maker.publish(content(), audience="all")
    assert maker.renew() == []
    times.append(NOW_MS + EXPIRES_MS - DAY_MS)
    (fresh,) = maker.renew()
    manifest = manifest_of(fresh)
    assert (manifest.ver, manifest.counter, manifest.expires) == (1, 2, times[-1] + EXPIRES_MS)
    assert store.books.heads() == [fresh]


def test_slices_are_handed_to_those_whom_the_book_is_for(store: SqliteStore, tmp_path: Path) -> None:
    book = publisher(store, tmp_path).publish(content(5000), audience="s/S01")
    server = ChunkServer(store, tmp_path / "books")
    answers = [server.answer("S01-T03", ver=1, index=index) for index in range(len(manifest_of(book).chunks))]
    data = b"".join(zstandard.ZstdDecompressor().decompress(answer.data) for answer in answers)
    assert data == (tmp_path / "books" / "catalog-1.db").read_bytes()
    assert server.answer("S02-T01", ver=1, index=0).error == NO_SUCH_CHUNK
    assert server.answer("S01-T03", ver=9, index=0).error == NO_SUCH_CHUNK
    assert server.answer("S01-T03", ver=1, index=99).error == NO_SUCH_CHUNK


def test_slice_of_a_file_that_is_gone_is_none(store: SqliteStore, tmp_path: Path) -> None:
    publisher(store, tmp_path).publish(content(), audience="all")
    (tmp_path / "books" / "catalog-1.db").unlink()
    assert ChunkServer(store, tmp_path / "books").answer("S01-T03", ver=1, index=0).error == NO_SUCH_CHUNK


def test_head_that_was_damaged_does_not_keep_others_from_being_signed_anew(store: SqliteStore, tmp_path: Path) -> None:
    times = [NOW_MS]
    maker = publisher(store, tmp_path, now_ms=lambda: times[-1])
    damaged = maker.publish(content(), audience="s/S01")
    maker.publish(content(), audience="all")
    store.books.add(replace(damaged, manifest=b"nonsense"))
    times.append(NOW_MS + EXPIRES_MS - DAY_MS)
    assert [book.audience for book in maker.renew()] == ["all"]
