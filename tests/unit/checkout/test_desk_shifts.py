"""A shift on a real journal: its business date, the head that its Z report vouches for, and HQ comes to the same."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hq.projector import project
from lab.demo.shop import PIN, STAFF
from lab.pictures.till import OPENING_MS, VERSION, PictureTill, make_book
from terminal.offline.reader import JournalReader
from terminal.wire.chain import Row
from terminal.wire.events import decode_fact
from terminal.wire.files.streams import book_name
from terminal.wire.record import TillRecord
from terminal.wire.shift_events import ShiftClosed

MILK = "6907992512570"
HOUR_MS = 3_600_000


@contextmanager
def till(folder: Path, *, now_ms: int = OPENING_MS) -> Iterator[PictureTill]:
    books = folder / "books"
    if not books.exists():
        books.mkdir()
        (books / book_name(VERSION)).write_bytes(make_book(folder).read_bytes())
    with closing(PictureTill(folder / "till", books, now_ms=now_ms)) as opened:
        opened.get_book()
        yield opened


def rows(folder: Path) -> tuple[Row, ...]:
    return JournalReader(folder / "till", epoch=1, max_rows=1000).read(0, limit=1000)


def sell(shop: PictureTill) -> None:
    shop.scan(MILK)
    shop.press("f12", "enter")


def close(shop: PictureTill) -> None:
    shop.press("f17", "7", *"5", "enter", "f12", "enter", "escape")


def test_all_of_a_shift_is_of_the_day_on_which_it_was_opened(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.sign_in(STAFF, PIN)
        day = shop.clock.local_iso(shop.clock.now_ms)[:10]
        shop.press("f17", *"500", "enter")
        sell(shop)
        shop.clock.now_ms += 10 * HOUR_MS
        sell(shop)
        close(shop)
        sell(shop)
        following = shop.clock.local_iso(shop.clock.now_ms)[:10]
    days = [(row.kind, row.biz_date) for row in rows(tmp_path) if row.kind in ("SaleCompleted", "ShiftClosed")]
    assert day < following
    assert days == [
        ("SaleCompleted", day),
        ("SaleCompleted", day),
        ("ShiftClosed", day),
        ("SaleCompleted", following),
    ]


def test_a_z_report_bears_the_hash_of_the_row_before_it_and_hq_comes_to_the_same(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.sign_in(STAFF, PIN)
        shop.press("f17", *"500", "enter")
        sell(shop)
        shop.press("f17", "3", *"20", "enter", "1", "escape")
        shop.scan(MILK)
        shop.press("f2", "2", "enter")
    with till(tmp_path, now_ms=shop.clock.now_ms) as shop:
        shop.press("escape", "f12", "enter")
        close(shop)
    known = rows(tmp_path)
    (at,) = (index for index, row in enumerate(known) if row.kind == ShiftClosed.__name__)
    closed = decode_fact(known[at].body)
    assert isinstance(closed, ShiftClosed)
    assert (closed.head_epoch, closed.head_seq, closed.head_hash) == (1, known[at - 1].seq, known[at - 1].hash)
    projected = project(TillRecord(), known, terminal="S01-T01", epoch=1)
    assert [alarm.detail for alarm in projected.alarms] == []
    assert [(shift.closed.number, shift.is_right) for shift in projected.shifts] == [(1, True)]
