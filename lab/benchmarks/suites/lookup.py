"""``lookup``: barcode → article in a book of a million, warm, and after the kernel has forgotten the file."""

import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from lab.benchmarks.measure.disk import forget_pages
from lab.benchmarks.measure.timing import in_us, one_ns, percentile
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.goods import VERSION, article, code, shelf_with
from terminal.domain.errors import PosError
from terminal.offline.catalog import SqliteCatalog
from terminal.wire.book.rows import queries_of
from terminal.wire.files.streams import book_name

ARTICLES = 1_000_000
LOOKUPS = 20_000
COLD_LOOKUPS = 1_000
WARM_P99_US = 60
COLD_P99_US = 500
_SEED = 6901


def measure(run: Run) -> list[Result]:
    """Measure with a million articles."""
    shelf = shelf_with(ARTICLES, cache=run.cache, say=run.say)
    return measure_lookup(shelf / book_name(VERSION), articles=ARTICLES, lookups=LOOKUPS, cold_lookups=COLD_LOOKUPS)


def measure_lookup(book: Path, *, articles: int, lookups: int, cold_lookups: int) -> list[Result]:
    """Look random articles up in a book; the floor is the same statement on a bare connection."""
    numbers = random.Random(_SEED).choices(range(articles), k=lookups)
    codes = [code(number) for number in numbers]
    forget_pages(book)
    cold_us = _through_catalog(book, codes[:cold_lookups])
    _through_catalog(book, codes)
    warm_us = _through_catalog(book, codes)
    floor_us = _through_sqlite(book, codes)
    missing_us = _through_catalog(book, [f"{one}0" for one in codes], found=False)
    floor = {"sqlite3": percentile(floor_us, 50)}
    return [
        noted("lookup.p50", percentile(warm_us, 50), unit="us", peers=floor),
        at_most(
            "lookup.p99",
            percentile(warm_us, 99),
            unit="us",
            target=WARM_P99_US,
            peers={"sqlite3": percentile(floor_us, 99)},
        ),
        at_most("lookup.cold.p99", percentile(cold_us, 99), unit="us", target=COLD_P99_US),
        noted("lookup.unknown.p50", percentile(missing_us, 50), unit="us"),
    ]


def _through_catalog(book: Path, codes: Sequence[str], *, found: bool = True) -> list[float]:
    with closing(SqliteCatalog(book, version=VERSION)) as catalog:
        if found and catalog.article_by_code(code(0)) != article(0):
            raise PosError("the book does not hold the goods of this benchmark")
        return _timed(catalog.article_by_code, codes)


def _through_sqlite(book: Path, codes: Sequence[str]) -> list[float]:
    with closing(sqlite3.connect(f"file:{book}?mode=ro&immutable=1", uri=True)) as connection:
        by_code = queries_of(connection).by_code
        return _timed(lambda one: connection.execute(by_code, (one,)).fetchone(), codes)


def _timed(look_up: Callable[[str], object], codes: Sequence[str]) -> list[float]:
    return in_us([one_ns(lambda one=one: look_up(one)) for one in codes])  # type: ignore[misc]
