"""Part files, books, and asking for slices."""

import asyncio
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
import zstandard

from terminal.domain.catalog import Article
from terminal.domain.errors import BookInvalidError, BookTornError
from terminal.domain.ids import Sku
from terminal.domain.text import SafeText
from terminal.uplink.fetch import PartFile, has_book, remove_books, remove_stale_parts
from terminal.uplink.slices import FetchLimits, SliceFetcher
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.files.streams import Stream, versions_in
from terminal.wire.updates import ChunkAnswer, Manifest, Refusal, decode_request
from tests.integration.uplink.journals import TERMINAL
from tests.unit.uplink.pumps import ListLink

SLICE = 4096


def book(folder: Path, *, price_fen: int = 100, name: str = "made.db") -> bytes:
    goods = [
        Article(sku=Sku(f"{number:04d}"), name=SafeText(f"A{number}"), price_fen=price_fen) for number in range(200)
    ]
    path = folder / name
    build_book(path, BookContent(label="x", articles=goods))
    return path.read_bytes()


def manifest(data: bytes, *, ver: int = 2, rows: int = 200) -> Manifest:
    slices = [data[start : start + SLICE] for start in range(0, len(data), SLICE)]
    return Manifest(
        stream=Stream.PRICE,
        ver=ver,
        rows=rows,
        sha256=hashlib.sha256(data).digest(),
        size=len(data),
        chunk_size=SLICE,
        chunks=tuple(hashlib.sha256(part).digest() for part in slices),
        counter=1,
        audience="all",
        expires=1,
    )


def test_part_file_knows_after_a_crash_what_is_there(tmp_path: Path) -> None:
    data = book(tmp_path)
    plan = manifest(data)
    part = PartFile(tmp_path, plan)
    assert part.prepare(()) == tuple(range(len(plan.chunks)))
    part.write(1, data[SLICE : 2 * SLICE])
    part.write(2, b"torn by a power cut")
    assert PartFile(tmp_path, plan).prepare(()) == (0, *range(2, len(plan.chunks)))


def test_part_file_that_is_longer_than_the_book_is_cut(tmp_path: Path) -> None:
    data = book(tmp_path)
    (tmp_path / ".catalog-2.db.part").write_bytes(data + b"tail")
    part = PartFile(tmp_path, manifest(data))
    assert part.prepare(()) == ()
    part.finish()
    assert (tmp_path / "catalog-2.db").read_bytes() == data


def test_slices_of_the_present_book_are_taken_from_it(tmp_path: Path) -> None:
    old, new = book(tmp_path, name="catalog-1.db"), book(tmp_path, price_fen=120)
    same = sum(old[at : at + SLICE] == new[at : at + SLICE] for at in range(0, len(new), SLICE))
    plan = manifest(new)
    missing = PartFile(tmp_path, plan).prepare([tmp_path / "catalog-1.db", tmp_path / "none.db"])
    assert 0 < same == len(plan.chunks) - len(missing)


def test_book_that_is_not_whole_does_not_get_its_name(tmp_path: Path) -> None:
    data = book(tmp_path)
    part = PartFile(tmp_path, manifest(data))
    part.prepare(())
    with pytest.raises(BookTornError) as caught:
        part.finish()
    assert caught.value.code == Refusal.TRUNCATED
    assert versions_in(tmp_path) == ()


def test_book_whose_whole_differs_from_its_slices_does_not_get_its_name(tmp_path: Path) -> None:
    data = book(tmp_path, name="donor.db")
    part = PartFile(tmp_path, msgspec.structs.replace(manifest(data), sha256=b"\0" * 32))
    assert part.prepare([tmp_path / "donor.db"]) == ()
    with pytest.raises(BookTornError) as caught:
        part.finish()
    assert caught.value.code == Refusal.FLIPPED


def test_book_with_another_number_of_articles_than_signed_does_not_get_its_name(tmp_path: Path) -> None:
    data = book(tmp_path, name="donor.db")
    part = PartFile(tmp_path, manifest(data, rows=199))
    part.prepare([tmp_path / "donor.db"])
    with pytest.raises(BookInvalidError, match="200 rows, signed were 199"):
        part.finish()
    part.discard()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["donor.db"]


def test_book_with_a_logo_that_no_printer_should_get_is_refused_by_name(tmp_path: Path) -> None:
    book(tmp_path)
    with closing(sqlite3.connect(tmp_path / "made.db")) as connection, connection:
        connection.execute("""INSERT INTO setting VALUES('logo', '{"width_bytes":99,"data":"AAAA"}')""")
    data = (tmp_path / "made.db").read_bytes()
    part = PartFile(tmp_path, manifest(data))
    part.prepare([tmp_path / "made.db"])
    with pytest.raises(BookInvalidError, match="8 to 384 dots wide, not 792") as caught:
        part.finish()
    assert caught.value.code == "book_invalid"
    assert not has_book(tmp_path, manifest(data))


def test_books_are_found_and_removed_with_their_seals(tmp_path: Path) -> None:
    data = book(tmp_path, name="donor.db")
    plan = manifest(data)
    assert not has_book(tmp_path, plan)
    part = PartFile(tmp_path, plan)
    part.prepare([tmp_path / "donor.db"])
    part.finish()
    assert has_book(tmp_path, plan)
    assert not has_book(tmp_path, msgspec.structs.replace(plan, sha256=b"\0" * 32))
    (tmp_path / "catalog-x.db").touch()
    assert versions_in(tmp_path) == (2,)
    remove_books(tmp_path, Stream.PRICE, (2, 7))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog-x.db", "donor.db"]


def test_parts_of_overtaken_books_are_removed(tmp_path: Path) -> None:
    for name in (".catalog-3.db.part", ".catalog-4.db.part", ".rules-3.db.part"):
        (tmp_path / name).touch()
    remove_stale_parts(tmp_path, Stream.PRICE, keep=4)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".catalog-4.db.part", ".rules-3.db.part"]


class Slices:
    """A fetcher, a link, and what was kept."""

    def __init__(self, *, answer_s: float = 5.0) -> None:
        self.link = ListLink(qos=0)
        self.fetcher = SliceFetcher(
            TERMINAL, self.link, FetchLimits(answer_s=answer_s, slow_answer_s=answer_s, strikes=2)
        )
        self.kept: dict[int, bytes] = {}
        self.is_overtaken = False

    async def keep(self, index: int, chunk: bytes) -> None:
        self.kept[index] = chunk

    async def fetch(self, plan: Manifest, missing: tuple[int, ...]) -> bool:
        return await self.fetcher.fetch(plan, missing, keep=self.keep, is_overtaken=lambda: self.is_overtaken)

    def asked(self) -> list[tuple[int, ...]]:
        return [decode_request(data).wanted for _, data in self.link.sent]

    def answer(self, data: bytes, index: int, *, ver: int = 2) -> None:
        chunk = zstandard.ZstdCompressor().compress(data[index * SLICE : (index + 1) * SLICE])
        self.fetcher.received(ChunkAnswer(ver=ver, index=index, data=chunk))


async def test_slices_are_asked_for_a_few_at_a_time(tmp_path: Path) -> None:
    data = book(tmp_path)
    plan = manifest(data)
    slices = Slices()
    slices.fetcher.link_up()
    fetching = asyncio.create_task(slices.fetch(plan, tuple(range(9))))
    while not fetching.done():
        await asyncio.sleep(0)
        for index in slices.asked()[-1] if slices.asked() else ():
            slices.answer(data, index)
    assert fetching.result()
    assert slices.asked() == [(0, 1, 2, 3, 4, 5, 6, 7), (8,)]
    assert b"".join(slices.kept[index] for index in range(9)) == data[: 9 * SLICE]


async def test_slice_that_does_not_come_is_asked_for_again(tmp_path: Path) -> None:
    data = book(tmp_path)
    slices = Slices(answer_s=0.02)
    slices.fetcher.link_up()
    fetching = asyncio.create_task(slices.fetch(manifest(data), (0, 1)))
    while len(slices.asked()) < 2:
        await asyncio.sleep(0.001)
    slices.answer(data, 1)
    slices.answer(data, 1)
    slices.answer(data, 0, ver=1)
    slices.answer(data, 5)
    while len(slices.asked()) < 3:
        await asyncio.sleep(0.001)
    slices.answer(data, 0)
    assert await fetching
    assert (slices.asked()[0], slices.asked()[-1]) == ((0, 1), (0,))


async def test_nothing_is_asked_for_while_the_link_is_down(tmp_path: Path) -> None:
    data = book(tmp_path)
    slices = Slices()
    slices.fetcher.link_up()
    slices.fetcher.link_down()
    fetching = asyncio.create_task(slices.fetch(manifest(data), (0,)))
    for _ in range(5):
        await asyncio.sleep(0)
    assert slices.asked() == []
    slices.fetcher.link_up()
    slices.answer(data, 0)
    assert await fetching


async def test_fetch_ends_when_a_newer_book_overtakes_it(tmp_path: Path) -> None:
    slices = Slices(answer_s=0.01)
    slices.fetcher.link_up()
    slices.is_overtaken = True
    assert not await slices.fetch(manifest(book(tmp_path)), (0,))


async def test_answers_that_nobody_waits_for_do_not_pile_up(tmp_path: Path) -> None:
    data = book(tmp_path)
    slices = Slices()
    for _ in range(1000):
        slices.answer(data, 3)
    slices.fetcher.link_up()
    fetching = asyncio.create_task(slices.fetch(manifest(data), (0,)))
    while not slices.asked():
        await asyncio.sleep(0)
    for _ in range(5):
        await asyncio.sleep(0)
    slices.answer(data, 0)
    assert await fetching
