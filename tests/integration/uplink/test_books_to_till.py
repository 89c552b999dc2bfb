"""Price books from HQ to a till over a real broker, and what enemies do to them."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import msgspec
import pytest
import zstandard

from hq.keys import load_key, make_key
from hq.publisher import manifest_of
from hq.service import wall_ms
from terminal.uplink.fetch import PartFile
from terminal.wire import topics, updates
from terminal.wire.book.checking import check_book
from terminal.wire.doorbell import BookNow
from terminal.wire.files.streams import Stream
from terminal.wire.seal import Sealed
from terminal.wire.topics import EVERYBODY, Down
from terminal.wire.updates import ChunkAnswer, Manifest, sign
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.integration.uplink.world import Intruder, TillDoor, World, until

MANY = 3000
"""Articles that fill more than one slice."""


def price_in(world: World, version: int) -> int:
    with closing(sqlite3.connect(world.books / f"catalog-{version}.db")) as connection:
        row: tuple[int] = connection.execute("SELECT price_fen FROM article WHERE sku = '000001'").fetchone()
        return row[0]


def files(world: World) -> list[str]:
    """What lies beside the file of members, which every uplink has."""
    return sorted(path.name for path in world.books.iterdir() if not path.name.startswith("members.db"))


async def test_published_book_reaches_the_till_whole(world: World) -> None:
    book = world.publish(articles=MANY)
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
    path = world.books / "catalog-1.db"
    assert check_book(path).articles == MANY
    assert path.read_bytes() == (world.hq.books_dir / "catalog-1.db").read_bytes()
    assert (world.books / "catalog-1.sha256").read_text() == f"{book.sha256}  catalog-1.db\n"
    assert files(world) == ["catalog-1.db", "catalog-1.sha256"]


async def test_book_that_is_published_while_hq_serves_is_pushed_at_once(world: World) -> None:
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            world.publish(price_fen=100)
            await until(lambda: till.books() == [1], what="the first book")
            world.publish(price_fen=120, audience="s/S01")
            await until(lambda: till.books() == [1, 2], what="the second book")
            world.publish(price_fen=999, audience="s/S02")
            world.publish(price_fen=140)
            await until(lambda: till.books() == [1, 2, 4], what="the fourth book")
    assert price_in(world, 4) == 140


async def test_till_reports_what_it_fetched_uses_and_refused(world: World) -> None:
    world.publish()
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
            till.say(BookNow(version=1))
            await until(lambda: report(world) == (1, 1, ""), what="the report")
            till.say(BookNow(version=1, refused="book_torn"))
            await until(lambda: report(world) == (1, 1, "1: book_torn"), what="the refusal")


async def test_present_book_and_two_before_it_stay(world: World) -> None:
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            for version in range(1, 6):
                world.publish(price_fen=version)
                await until(lambda: till.books()[-1:] == [version], what="the book")  # noqa: B023 - awaited at once
                till.say(BookNow(version=version))
            await until(lambda: not (world.books / "catalog-2.db").exists(), what="the pruning")
    assert [name for name in files(world) if name.endswith(".db")] == ["catalog-3.db", "catalog-4.db", "catalog-5.db"]


async def test_uplink_that_starts_anew_tells_the_till_of_the_book_it_has(world: World) -> None:
    world.publish()
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
    async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
        await until(lambda: till.books() == [1], what="the book without HQ")


async def test_newest_of_a_stores_book_and_everybodys_book_wins_whatever_comes_first(world: World) -> None:
    world.publish(price_fen=100)
    world.publish(price_fen=120, audience="s/S01")
    with world.server():
        for _ in range(2):
            async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
                await until(lambda: till.books()[-1:] == [2], what="the store's book")
                world.publish(price_fen=1, audience="s/S02")
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            world.publish(price_fen=140)
            await until(lambda: till.books()[-1:] == [5], what="everybody's book")
    assert till.refusals() == []


async def test_half_fetched_book_is_completed_without_fetching_again_what_is_there(world: World) -> None:
    world.publish(articles=2 * MANY)
    with world.store() as store:
        head = store.books.heads()[0]
    manifest = manifest_of(head)
    assert len(manifest.chunks) == 2
    part = PartFile(world.books, manifest)
    part.prepare(())
    part.write(1, slice_of(world, manifest, 1))
    with world.server(), ChunkCounter(world) as asked:
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
            await until(lambda: asked.of(1) == set(range(len(manifest.chunks))) - {1}, what="all that was asked for")


async def test_slices_that_the_present_book_has_are_not_fetched(world: World) -> None:
    world.publish(articles=2 * MANY)
    with world.server(), ChunkCounter(world) as asked:
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
            world.publish(articles=2 * MANY)
            await until(lambda: till.books() == [1, 2], what="the same book under a new version")
            await until(lambda: bool(asked.of(2)), what="what was asked for")
    assert asked.of(2) < asked.of(1)


async def test_hq_that_restarts_during_a_fetch_is_asked_again(world: World) -> None:
    world.publish(articles=2 * MANY)
    async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
        with world.server(), ChunkCounter(world) as asked:
            await until(lambda: len(asked.indexes) > 0, what="a request")
        with world.server():
            await until(lambda: till.books() == [1], what="the book")


async def test_book_for_later_is_fetched_now_and_offered_when_its_time_has_come(world: World) -> None:
    soon_ms = 700
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            book = world.publish(after_ms=soon_ms)
            await until((world.books / "catalog-1.db").exists, what="the file")
            due_ms = manifest_of(book).eff_from
            assert till.books() == [] or wall_ms() >= due_ms
            await until(lambda: till.books() == [1], what="the offer")
            assert wall_ms() >= due_ms
    assert due_ms - book.created_ms <= soon_ms


Forgery = Callable[[World, Manifest, bytes], bytes]


def foreign_key(world: World, manifest: Manifest, _: bytes) -> bytes:
    return sign(higher(manifest), make_key(world.folder / "enemy.pem"))


def stripped(_world: World, manifest: Manifest, data: bytes) -> bytes:
    sealed = msgspec.msgpack.decode(data, type=Sealed)
    body = msgspec.msgpack.encode(higher(manifest))
    return msgspec.msgpack.encode(Sealed(body=body, key_id=sealed.key_id, signature=b""))


def flipped_bit(_world: World, _manifest: Manifest, data: bytes) -> bytes:
    return data[:40] + bytes([data[40] ^ 1]) + data[41:]


def truncated(_world: World, _manifest: Manifest, data: bytes) -> bytes:
    return data[:-70]


def expired(world: World, manifest: Manifest, _: bytes) -> bytes:
    return sign(msgspec.structs.replace(higher(manifest), expires=1), load_key(world.hq.key_file))


def foreign_audience(world: World, manifest: Manifest, _: bytes) -> bytes:
    return sign(msgspec.structs.replace(higher(manifest), audience="s/S02"), load_key(world.hq.key_file))


def older(world: World, manifest: Manifest, _: bytes) -> bytes:
    changed = msgspec.structs.replace(manifest, ver=1, counter=manifest.counter + 1)
    return sign(changed, load_key(world.hq.key_file))


def higher(manifest: Manifest) -> Manifest:
    return msgspec.structs.replace(manifest, ver=manifest.ver + 1, counter=manifest.counter + 1)


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (foreign_key, "book_forged"),
        (stripped, "book_unsigned"),
        (flipped_bit, "book_forged"),
        (truncated, "book_malformed"),
        (expired, "book_expired"),
        (foreign_audience, "book_audience"),
        (older, "book_older"),
    ],
)
async def test_book_that_hq_did_not_mean_is_refused_by_name(world: World, forge: Forgery, reason: str) -> None:
    world.publish(price_fen=100)
    head = world.publish(price_fen=120)
    with world.server(), Intruder(world) as enemy:
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [2], what="the book")
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), forge(world, manifest_of(head), head.manifest))
            await until(lambda: bool(till.refusals()), what="the refusal")
            assert [why for _, why in till.refusals()] == [reason]
            await until(lambda: report(world)[2].endswith(reason), what="the report")
    assert till.books() == [2]
    assert [name for name in files(world) if name.endswith(".db")] == ["catalog-2.db"]


async def test_replayed_book_is_refused_and_the_present_one_stays(world: World) -> None:
    with world.server(), Intruder(world) as enemy:
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            old = world.publish(price_fen=100)
            await until(lambda: till.books() == [1], what="the old book")
            world.publish(price_fen=120)
            await until(lambda: till.books() == [1, 2], what="the new book")
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), old.manifest, retain=True)
            await until(lambda: till.refusals() == [(1, "book_replayed")], what="the refusal")
    assert till.books() == [1, 2]


async def test_same_forgery_is_told_once(world: World) -> None:
    head = world.publish()
    with world.server(), Intruder(world) as enemy:
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.books() == [1], what="the book")
            forged = flipped_bit(world, manifest_of(head), head.manifest)
            for _ in range(20):
                enemy.publish(topics.head(Stream.PRICE, EVERYBODY), forged)
            world.publish()
            await until(lambda: till.books() == [1, 2], what="the next book")
    assert len(till.refusals()) == 1


Spoiler = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda chunk: zipped(chunk)[:-1], "book_truncated"),
        (lambda chunk: zipped(chunk[:-1]), "book_truncated"),
        (lambda chunk: zipped(chunk[:-1] + bytes([chunk[-1] ^ 1])), "book_flipped"),
        (lambda chunk: zipped(chunk * 1000), "book_oversized"),
    ],
)
async def test_slice_that_was_changed_on_the_way_is_refused_by_name(world: World, spoil: Spoiler, reason: str) -> None:
    """The enemy answers in HQ's place: HQ is not there, its signed manifest is."""
    head = world.publish(articles=3)
    chunk = slice_of(world, manifest_of(head), 0)
    bad = updates.encode(ChunkAnswer(ver=1, index=0, data=spoil(chunk)))
    with ChunkCounter(world) as enemy:
        enemy.publish(topics.head(Stream.PRICE, EVERYBODY), head.manifest, retain=True)
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            answered = 0
            while not till.refusals():
                await until(lambda: len(enemy.indexes) > answered or bool(till.refusals()))  # noqa: B023 - awaited
                answered = len(enemy.indexes)
                enemy.publish(topics.down(TERMINAL, Down.CHUNK), bad)
    assert till.refusals()[0] == (1, reason)
    assert till.books() == []


async def test_well_signed_book_with_wrong_content_is_refused_and_not_fetched_again(world: World) -> None:
    head = world.publish(articles=3)
    wrong = msgspec.structs.replace(manifest_of(head), rows=4)
    with world.store() as store, store.transaction():
        manifest = sign(wrong, load_key(world.hq.key_file))
        store.books.add(msgspec.structs.replace(head, manifest=manifest))
    with world.server():
        async with TillDoor(world.run) as till, world.uplink(MemoryJournal()):
            await until(lambda: till.refusals() == [(1, "book_invalid")], what="the refusal")
    assert files(world) == []


def report(world: World) -> tuple[int, int, str]:
    with world.store() as store:
        tills = store.tills.overview()
        return (tills[0].book_ready, tills[0].book_active, tills[0].book_error) if tills else (0, 0, "")


def slice_of(world: World, manifest: Manifest, index: int) -> bytes:
    data = (world.hq.books_dir / f"catalog-{manifest.ver}.db").read_bytes()
    return data[index * manifest.chunk_size : (index + 1) * manifest.chunk_size]


def zipped(chunk: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(chunk)


class ChunkCounter(Intruder):
    """Hears which slices the till asks for."""

    filters = (topics.up(TERMINAL, topics.Up.CHUNK_REQUEST),)

    @property
    def indexes(self) -> list[int]:
        return [index for message in self.heard for index in updates.decode_request(message.payload).wanted]

    def of(self, version: int) -> set[int]:
        """Which slices of a book were asked for, however often."""
        requests = [updates.decode_request(message.payload) for message in self.heard]
        return {index for request in requests if request.ver == version for index in request.wanted}
