"""Builders: a till, its clock and its facts, for tests of what it keeps on disk."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from terminal.domain.ids import Identity, SaleId, Sku, StaffNumber
from terminal.domain.sale import Entry, SaleLine
from terminal.domain.text import SafeText
from terminal.offline.clock import SystemIds
from terminal.offline.files import PAGE_BYTES
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.ports.clock import Stamp
from terminal.ports.journal import Head
from terminal.wire import events as ev
from terminal.wire.sqlite_files import connect

WHO = Identity(store="S01", till="T03", epoch=1)
DAY = "2026-11-23"
NOW_MS = 1_795_000_000_000
SMALL = JournalOptions(rotate_bytes=1, ballast_bytes=0)
"""Every file is large enough to be closed, and no ballast is laid."""
PLAIN = JournalOptions(ballast_bytes=0)


def stamp(wall_ms: int = NOW_MS) -> Stamp:
    return Stamp(wall_ms=wall_ms, mono_ms=5, boot_id="boot", hq_offset_ms=-3, hq_quality=12)


def started() -> ev.SaleStarted:
    return ev.SaleStarted(
        sale_id=SaleId("0" * 32), staff=StaffNumber("1001"), book_version=1, local_time=f"{DAY}T09:00:00", started_ms=1
    )


def line(number: int) -> ev.LineAdded:
    return ev.LineAdded(
        line=SaleLine(
            number=number,
            sku=Sku("100234"),
            name=SafeText("老坛酸菜面"),
            code=SafeText("6925303721367"),
            price_fen=450,
            entry=Entry.SCAN,
        ),
        device="scanner",
    )


def facts(count: int) -> list[ev.Fact]:
    """Return the facts of an open sale: its start and its lines."""
    return [started(), *(line(number) for number in range(1, count))]


@contextmanager
def journal(folder: Path, who: Identity = WHO, *, options: JournalOptions = PLAIN) -> Iterator[SqliteJournal]:
    with closing(SqliteJournal(folder, who, ids=SystemIds(), options=options)) as opened:
        yield opened


def fill(folder: Path, count: int, *, options: JournalOptions = PLAIN, per_file: int = 0) -> Head:
    """Write the facts of a sale; close a file after every ``per_file`` of them."""
    with journal(folder, options=options) as opened:
        for begin in range(0, count, per_file or count):
            opened.append(facts(count)[begin : begin + (per_file or count)], stamp=stamp(NOW_MS + begin), biz_date=DAY)
            if per_file and begin + per_file <= count:
                opened.rotate_if_large()
        return opened.head


def flip(path: Path, needle: bytes, offset: int = 0) -> None:
    """Flip a bit of the byte at a needle that stands in a file once or more."""
    raw = bytearray(path.read_bytes())
    at = raw.index(needle) + offset
    raw[at] ^= 0x01
    path.write_bytes(raw)


def damage_index(path: Path) -> None:
    """Damage the index of a journal's file: its rows stay readable."""
    with closing(connect(path, "ro")) as connection:
        index = "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'event'"
        (page,) = connection.execute(index).fetchone()
    raw = bytearray(path.read_bytes())
    raw[(page - 1) * PAGE_BYTES + 3] ^= 0x04
    path.write_bytes(raw)
