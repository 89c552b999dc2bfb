"""The book file: what HQ signs, the uplink checks, and the till reads. Its schema, its builder, its checker.

A book is one SQLite file, written once and then never changed; readers open it ``immutable``. The same content gives
the same bytes (with the same SQLite). All tables are STRICT: a price that is no whole number cannot hide in one.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import msgspec

from terminal.domain.catalog import Article, Unit
from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Role, Staff
from terminal.domain.text import clean, is_safe
from terminal.wire.disk import flush

SCHEMA = 1
"""Stands in ``PRAGMA user_version``; a reader refuses a higher one by name."""
APPLICATION_ID = 0x47_54_42_4B
"""``GTBK`` in the header of the file."""
PAGE_BYTES = 4096
KEPT_BEFORE = 2
"""Versions that stay beside the active one, for an instant rollback."""
CANARIES = 100

_HEADER_BYTES = 100
_MAGIC = b"SQLite format 3\x00"
_TABLES = (
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE article(
  id INTEGER PRIMARY KEY,
  sku TEXT NOT NULL, name TEXT NOT NULL, price_fen INTEGER NOT NULL,
  unit TEXT NOT NULL CHECK(unit IN ('each', 'kg')),
  category TEXT NOT NULL,
  vat_bp INTEGER NOT NULL CHECK(vat_bp BETWEEN 0 AND 10000),
  member_price_fen INTEGER,
  open_price INTEGER NOT NULL CHECK(open_price IN (0, 1)),
  deposit INTEGER NOT NULL CHECK(deposit IN (0, 1)),
  discountable INTEGER NOT NULL CHECK(discountable IN (0, 1)),
  plu TEXT, initials TEXT NOT NULL,
  min_age INTEGER NOT NULL CHECK(min_age >= 0)
) STRICT""",
    "CREATE TABLE barcode(code TEXT PRIMARY KEY, article INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE staff(
  number TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, pin_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
)
_INDEXES = (
    "CREATE UNIQUE INDEX article_sku ON article(sku)",
    "CREATE UNIQUE INDEX article_plu ON article(plu) WHERE plu IS NOT NULL",
    "CREATE INDEX article_initials ON article(initials) WHERE initials <> ''",
)
_CONTROL = "'*[' || char(1) || '-' || char(31) || char(127) || ']*'"
_MUST_FIND_NOTHING = (
    ("is a barcode of no article", "SELECT code FROM barcode WHERE article NOT IN (SELECT id FROM article) LIMIT 1"),
    ("is an article of no unit", "SELECT sku FROM article WHERE unit NOT IN ('each', 'kg') LIMIT 1"),
    ("is an article with a wrong rate", "SELECT sku FROM article WHERE vat_bp NOT BETWEEN 0 AND 10000 LIMIT 1"),
    (
        "is an article with a wrong flag",
        "SELECT sku FROM article WHERE (open_price | deposit | discountable) >> 1 LIMIT 1",
    ),
    (
        "is an article with a negative price or age",
        "SELECT sku FROM article WHERE price_fen < 0 OR member_price_fen < 0 OR min_age < 0 LIMIT 1",
    ),
    (
        "is an article with a control character",
        f"SELECT sku FROM article WHERE sku || coalesce(plu, '') || category || initials GLOB {_CONTROL} LIMIT 1",  # noqa: S608 - constants of this file
    ),
)
"""quick_check leaves constraints unchecked in a file that is opened read-only."""
ARTICLE_COLUMNS = (
    "sku, name, price_fen, unit, category, vat_bp, member_price_fen, open_price, deposit, discountable, plu, initials, "
    "min_age"
)
"""Columns in the order of the fields of `Article`."""

_SQL_BY_ROW = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE id = ?"  # noqa: S608 - constants of this file
SQL_BY_SKU = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE sku = ?"  # noqa: S608 - constants of this file
SQL_BY_PLU = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE plu = ?"  # noqa: S608 - constants of this file
SQL_BY_CODE = f"SELECT {ARTICLE_COLUMNS} FROM article WHERE id = (SELECT article FROM barcode WHERE code = ?)"  # noqa: S608 - constants of this file
ArticleRow = tuple[str, str, int, str, str, int, int | None, int, int, int, str | None, str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class BookContent:
    """What a book is built from. The iterables are read once, in order, and never held in memory.

    ``barcodes`` are (code, sku) pairs, several per article; ``label`` is a name for people (``20261123.2``).
    """

    label: str
    articles: Iterable[Article]
    barcodes: Iterable[tuple[str, Sku]] = ()
    staff: Iterable[Staff] = ()
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookSummary:
    """What stands in a book, counted."""

    label: str
    articles: int
    barcodes: int
    staff: int
    settings: Settings


def book_name(version: int) -> str:
    """Return the name of a book's file in the folder of books."""
    return f"catalog-{version}.db"


def seal_name(version: int) -> str:
    """Return the name of the file beside a book that holds its SHA-256, as ``sha256sum`` writes it.

    Written by the uplink before the book gets its name: then the till need not read the whole book to know its digest.
    """
    return f"catalog-{version}.sha256"


def superseded(versions: Iterable[int], active: int) -> tuple[int, ...]:
    """Return the versions that may be deleted: all but the active one, newer ones, and the two before it."""
    older = sorted(version for version in versions if version < active)
    return tuple(older[:-KEPT_BEFORE])


def article_of(row: ArticleRow) -> Article:
    """Return the article of a row of `ARTICLE_COLUMNS`, its texts made safe; the checker has seen to its ranges."""
    return Article(
        sku=Sku(row[0]),
        name=clean(row[1]),
        price_fen=row[2],
        unit=Unit(row[3]),
        category=row[4],
        vat_bp=row[5],
        member_price_fen=row[6],
        open_price=row[7] == 1,
        deposit=row[8] == 1,
        discountable=row[9] == 1,
        plu=row[10],
        initials=row[11],
        min_age=row[12],
    )


def open_book(path: Path) -> sqlite3.Connection:
    """Open a book for reading after its header has been checked; the caller closes it.

    `BookError` ``book_missing`` when there is no such file; `BookTornError` when it is cut or no database;
    `BookInvalidError` when it is another kind of database, or (code ``schema_too_new``) of a newer schema.
    """
    _check_header(path)
    uri = f"file:{quote(str(path.absolute()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        with reading(path):
            connection.execute("PRAGMA query_only=1")
            connection.execute("PRAGMA trusted_schema=0")
            connection.execute("PRAGMA cell_size_check=1")
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BookError:
        connection.close()
        raise
    return connection


def read_meta(connection: sqlite3.Connection, key: str) -> str | int:
    """Return a value of the meta table: ``label``, or the counts ``article``, ``barcode``, ``staff``."""
    row = connection.execute("SELECT v FROM meta WHERE k = ?", (key,)).fetchone()
    if row is None or not isinstance(row[0], str | int):
        raise BookInvalidError(f"the book has no {key}")
    return row[0]


def read_settings(connection: sqlite3.Connection) -> Settings:
    """Return the settings; `BookInvalidError` for one that is unknown, does not decode, or would command a screen."""
    rows = connection.execute("SELECT name, value FROM setting ORDER BY name").fetchall()
    try:
        values = {name: msgspec.Raw(value.encode()) for name, value in rows}
        settings = msgspec.json.decode(msgspec.json.encode(values), type=Settings)
    except msgspec.DecodeError as error:
        raise BookInvalidError(f"a setting of the book is wrong: {error}") from error
    for text in _texts(msgspec.to_builtins(settings)):
        if not is_safe(text):
            raise BookInvalidError(f"a setting of the book has text that is not safe: {text!a:.80}")
    return settings


def _texts(value: object) -> Iterator[str]:
    """Yield every text inside dictionaries, lists and tuples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


def staff_of(row: tuple[str, str, str, str]) -> Staff:
    """Return the member of staff of a row (number, name, role, pin_hash); `BookInvalidError` for an unknown role."""
    try:
        role = Role(row[2])
    except ValueError as error:
        raise BookInvalidError(f"staff {row[0]} has the role {row[2]!r}") from error
    return Staff(number=StaffNumber(row[0]), name=clean(row[1]), role=role, pin_hash=row[3])


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what SQLite says of a damaged file into `BookTornError`."""
    try:
        yield
    except sqlite3.ProgrammingError:
        raise
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise BookTornError(f"{path.name} is damaged: {error}") from error


def check_book(path: Path) -> BookSummary:
    """Check a whole book and count it.

    `BookTornError` when bytes are missing or changed; `BookInvalidError` when the schema is not ours, counts differ,
    a barcode points nowhere, or a setting, a member of staff or an article does not decode.
    """
    with closing(open_book(path)) as connection, reading(path):
        problem = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise BookTornError(f"{path.name} is damaged: {problem}")
        _check_schema(connection)
        counts = {table: _check_count(connection, table) for table in ("article", "barcode", "staff")}
        _check_rows(connection)
        for row in connection.execute("SELECT number, name, role, pin_hash FROM staff"):
            staff_of(row)
        _check_canaries(connection, counts["article"])
        return BookSummary(
            label=str(read_meta(connection, "label")),
            articles=counts["article"],
            barcodes=counts["barcode"],
            staff=counts["staff"],
            settings=read_settings(connection),
        )


def build_book(path: Path, content: BookContent) -> None:
    """Write a book, whole or not at all, flushed to the disk. Memory stays bounded whatever the number of articles.

    `BookInvalidError` names what is wrong with the content: an article, PLU, barcode or staff number that comes twice,
    a barcode of an unknown article, a value of a wrong type.
    """
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(part, isolation_level=None)) as connection:
            _fill(connection, content)
        flush(part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    flush(path.parent)


def _fill(connection: sqlite3.Connection, content: BookContent) -> None:
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "temp_store=FILE", f"page_size={PAGE_BYTES}"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version={SCHEMA}")
    for statement in _TABLES:
        connection.execute(statement)
    connection.execute("CREATE TEMP TABLE incoming(code TEXT NOT NULL, sku TEXT NOT NULL) STRICT")
    connection.execute("BEGIN")
    _insert(connection, f"article({ARTICLE_COLUMNS})", 13, map(msgspec.structs.astuple, content.articles))
    _create_indexes(connection)
    _insert(connection, "incoming(code, sku)", 2, content.barcodes)
    _move_barcodes(connection)
    staff = sorted((who.number, who.name, who.role.value, who.pin_hash) for who in content.staff)
    _insert(connection, "staff(number, name, role, pin_hash)", 4, staff)
    _insert(connection, "setting(name, value)", 2, _setting_rows(content.settings))
    _insert(connection, "meta(k, v)", 2, _meta_rows(connection, content.label))
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, target: str, width: int, rows: Iterable[tuple[object, ...]]) -> None:
    """Stream rows in; the row that is refused is named by the error."""
    statement = f"INSERT INTO {target} VALUES ({', '.join('?' * width)})"  # noqa: S608 - constants of this file
    current: list[tuple[object, ...]] = [()]

    def watched() -> Iterator[tuple[object, ...]]:
        for row in rows:
            current[0] = row
            yield row

    try:
        connection.executemany(statement, watched())
    except (sqlite3.Error, OverflowError) as error:
        raise BookInvalidError(f"{target.partition('(')[0]} {current[0][:2]} is refused: {error}") from error


def _create_indexes(connection: sqlite3.Connection) -> None:
    try:
        for statement in _INDEXES:
            connection.execute(statement)
    except sqlite3.IntegrityError as error:
        column = "sku" if "article.sku" in str(error) else "plu"
        twice = f"SELECT {column} FROM article WHERE {column} IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT 1"  # noqa: S608 - constants of this file
        raise BookInvalidError(f"{column} {connection.execute(twice).fetchone()[0]} comes twice") from error


def _move_barcodes(connection: sqlite3.Connection) -> None:
    """Sort the codes into their table: it takes little memory, and the order of arrival leaves no trace."""
    lost = connection.execute(
        "SELECT code, sku FROM incoming WHERE sku NOT IN (SELECT sku FROM article) LIMIT 1"
    ).fetchone()
    if lost is not None:
        raise BookInvalidError(f"barcode {lost[0]} names the unknown article {lost[1]}")
    try:
        connection.execute(
            "INSERT INTO barcode(code, article) SELECT code, id FROM incoming JOIN article USING (sku) ORDER BY code"
        )
    except sqlite3.IntegrityError as error:
        twice = "SELECT code FROM incoming GROUP BY code HAVING count(*) > 1 ORDER BY code LIMIT 1"
        raise BookInvalidError(f"barcode {connection.execute(twice).fetchone()[0]} comes twice") from error


def _setting_rows(settings: Settings) -> list[tuple[object, ...]]:
    return [
        (name, msgspec.json.encode(getattr(settings, name)).decode()) for name in sorted(Settings.__struct_fields__)
    ]


def _meta_rows(connection: sqlite3.Connection, label: str) -> list[tuple[object, ...]]:
    counts = [(table, _count(connection, table)) for table in ("article", "barcode", "staff")]
    return [("label", label), *counts]


def _count(connection: sqlite3.Connection, table: str) -> int:
    row: tuple[int] = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - constants of this file
    return row[0]


def _check_header(path: Path) -> None:
    """Look at the 100 bytes in front (SQLite file format, section 1.3) and at the length of the file."""
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
            size = file.seek(0, os.SEEK_END)
    except FileNotFoundError as error:
        raise BookError(f"there is no {path.name}", code="book_missing") from error
    except OSError as error:
        raise BookTornError(f"{path.name} cannot be read: {error.strerror}") from error
    if len(header) < _HEADER_BYTES or not header.startswith(_MAGIC):
        raise BookTornError(f"{path.name} is no database")
    pages, schema = int.from_bytes(header[28:32], "big"), int.from_bytes(header[60:64], "big")
    if size != pages * PAGE_BYTES:
        raise BookTornError(f"{path.name} has {size} bytes instead of {pages * PAGE_BYTES}")
    if int.from_bytes(header[68:72], "big") != APPLICATION_ID:
        raise BookInvalidError(f"{path.name} is no price book")
    if schema > SCHEMA:
        hint = "update the till first"
        raise BookInvalidError(
            f"{path.name} has schema {schema}, newer than {SCHEMA}", code="schema_too_new", hint=hint
        )


def _check_schema(connection: sqlite3.Connection) -> None:
    """The schema must be ours to the letter: no table more, no trigger, no view."""
    found = {row[0] for row in connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")}
    odd = found.symmetric_difference((*_TABLES, *_INDEXES))
    if odd:
        raise BookInvalidError(f"the schema of the book differs: {min(odd)[:80]}")


def _check_count(connection: sqlite3.Connection, table: str) -> int:
    expected, found = read_meta(connection, table), _count(connection, table)
    if found != expected:
        raise BookInvalidError(f"the book has {found} rows in {table} and says {expected}")
    return found


def _check_rows(connection: sqlite3.Connection) -> None:
    for complaint, query in _MUST_FIND_NOTHING:
        row = connection.execute(query).fetchone()
        if row is not None:
            raise BookInvalidError(f"{row[0]} {complaint}")


def _check_canaries(connection: sqlite3.Connection, articles: int) -> None:
    """Look articles up all over the book in the way the till does."""
    for rowid in sorted({1 + number * articles // CANARIES for number in range(CANARIES)} if articles else ()):
        row = connection.execute(_SQL_BY_ROW, (rowid,)).fetchone()
        if row is None:
            raise BookInvalidError(f"article row {rowid} is missing")
        article = article_of(row)
        if connection.execute(SQL_BY_SKU, (article.sku,)).fetchone() != row:
            raise BookInvalidError(f"article {article.sku} is not found by its number")
