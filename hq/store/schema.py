"""The schema of HQ's SQLite database: steps, each from one number to the next. A released step never changes."""

from collections.abc import Callable, Iterator

import msgspec

from hq.errors import StoreError
from hq.store import commissions
from hq.store.database import Database
from hq.store.members import schema as members
from hq.store.returns import schema as returns
from hq.store.shifts import schema as shifts
from hq.store.stock import schema as stock
from terminal.wire.events import SaleCompleted, decode_fact

READ_SALES = 500
STORE_WORK = "kind IN ('Clocked', 'StockBooked', 'InspectionDone', 'RuleValueSet')"
"""Which rows the index ``event_of_store`` has; a query must say it in the same words."""
_TABLES = """
CREATE TABLE till(
  name TEXT PRIMARY KEY, store TEXT NOT NULL, epoch INTEGER NOT NULL DEFAULT 0, online INTEGER NOT NULL DEFAULT 0,
  seen_ms INTEGER NOT NULL DEFAULT 0, head INTEGER NOT NULL DEFAULT 0,
  book_active INTEGER NOT NULL DEFAULT 0, book_ready INTEGER NOT NULL DEFAULT 0, book_error TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE chain(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, acked INTEGER NOT NULL, hash BLOB NOT NULL, record BLOB NOT NULL,
  PRIMARY KEY(till, epoch)
) STRICT, WITHOUT ROWID;
CREATE TABLE event(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, id BLOB NOT NULL UNIQUE, kind TEXT NOT NULL,
  biz_date TEXT NOT NULL, wall_ms INTEGER NOT NULL, mono_ms INTEGER NOT NULL, boot_id TEXT NOT NULL,
  clk_off_ms INTEGER NOT NULL, clk_q INTEGER NOT NULL, body BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL,
  recv_ms INTEGER NOT NULL, PRIMARY KEY(till, epoch, seq)
) STRICT;
CREATE TABLE sale(
  id TEXT PRIMARY KEY, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, receipt_no TEXT NOT NULL,
  biz_date TEXT NOT NULL, book_version INTEGER NOT NULL, lines INTEGER NOT NULL, gross_fen INTEGER NOT NULL,
  discount_fen INTEGER NOT NULL, rounding_fen INTEGER NOT NULL, total_fen INTEGER NOT NULL, change_fen INTEGER NOT NULL,
  is_right INTEGER NOT NULL, completed_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sale_by_till ON sale(till, biz_date);
CREATE TABLE day(
  till TEXT NOT NULL, biz_date TEXT NOT NULL, sales INTEGER NOT NULL, lines INTEGER NOT NULL,
  gross_fen INTEGER NOT NULL, discount_fen INTEGER NOT NULL, total_fen INTEGER NOT NULL, PRIMARY KEY(till, biz_date)
) STRICT, WITHOUT ROWID;
CREATE TABLE book(
  ver INTEGER PRIMARY KEY, counter INTEGER NOT NULL UNIQUE, audience TEXT NOT NULL, label TEXT NOT NULL,
  articles INTEGER NOT NULL, sha256 TEXT NOT NULL, created_ms INTEGER NOT NULL, manifest BLOB NOT NULL
) STRICT;
CREATE TABLE number(name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE quarantine(
  id INTEGER PRIMARY KEY, till TEXT NOT NULL, at_ms INTEGER NOT NULL, reason TEXT NOT NULL, payload BLOB NOT NULL,
  digest BLOB NOT NULL UNIQUE
) STRICT;
CREATE TABLE alarm(
  id INTEGER PRIMARY KEY, till TEXT NOT NULL, kind TEXT NOT NULL, at_ms INTEGER NOT NULL, detail TEXT NOT NULL,
  UNIQUE(till, kind, detail)
) STRICT;
"""
_TENDERS = """
CREATE TABLE tender(
  sale TEXT NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, amount_fen INTEGER NOT NULL, given_fen INTEGER,
  PRIMARY KEY(sale, position)
) STRICT, WITHOUT ROWID;
ALTER TABLE day ADD COLUMN cash_fen INTEGER NOT NULL DEFAULT 0;
"""
_DIGESTS = """
CREATE TABLE known_sale(
  id TEXT NOT NULL, digest BLOB NOT NULL, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  receipt_no TEXT NOT NULL, biz_date TEXT NOT NULL, book_version INTEGER NOT NULL, lines INTEGER NOT NULL,
  gross_fen INTEGER NOT NULL, discount_fen INTEGER NOT NULL, rounding_fen INTEGER NOT NULL, total_fen INTEGER NOT NULL,
  change_fen INTEGER NOT NULL, is_right INTEGER NOT NULL, completed_ms INTEGER NOT NULL, PRIMARY KEY(id, digest)
) STRICT, WITHOUT ROWID;
CREATE TABLE known_tender(
  sale TEXT NOT NULL, digest BLOB NOT NULL, position INTEGER NOT NULL, kind TEXT NOT NULL, amount_fen INTEGER NOT NULL,
  given_fen INTEGER, PRIMARY KEY(sale, digest, position)
) STRICT, WITHOUT ROWID;
"""
_DIGESTS_TAKE_OVER = """
INSERT INTO known_tender SELECT sale, digest, position, kind, amount_fen, given_fen
  FROM tender JOIN known_sale ON known_sale.id = sale;
DROP TABLE tender;
DROP TABLE sale;
ALTER TABLE known_sale RENAME TO sale;
ALTER TABLE known_tender RENAME TO tender;
CREATE INDEX sale_by_till ON sale(till, biz_date);
"""
_STREAMS = """
CREATE TABLE known_book(
  stream TEXT NOT NULL, ver INTEGER NOT NULL, counter INTEGER NOT NULL UNIQUE, audience TEXT NOT NULL,
  label TEXT NOT NULL, rows INTEGER NOT NULL, sha256 TEXT NOT NULL, created_ms INTEGER NOT NULL,
  manifest BLOB NOT NULL, PRIMARY KEY(stream, ver)
) STRICT;
INSERT INTO known_book
  SELECT 'price', ver, counter, audience, label, articles, sha256, created_ms, manifest FROM book;
DROP TABLE book;
ALTER TABLE known_book RENAME TO book;
CREATE TABLE till_book(
  till TEXT NOT NULL, stream TEXT NOT NULL, active INTEGER NOT NULL DEFAULT 0, ready INTEGER NOT NULL DEFAULT 0,
  error TEXT NOT NULL DEFAULT '', PRIMARY KEY(till, stream)
) STRICT, WITHOUT ROWID;
INSERT INTO till_book SELECT name, 'price', book_active, book_ready, book_error FROM till;
ALTER TABLE till DROP COLUMN book_active;
ALTER TABLE till DROP COLUMN book_ready;
ALTER TABLE till DROP COLUMN book_error;
"""
_SLIPS = """
CREATE TABLE slip(
  reference TEXT NOT NULL, amount_fen INTEGER NOT NULL, biz_date TEXT NOT NULL, sale TEXT NOT NULL,
  PRIMARY KEY(reference, amount_fen, biz_date, sale)
) STRICT, WITHOUT ROWID
"""


def upgrade(database: Database) -> None:
    """Bring a database from the schema that it has to the present one; inside a transaction."""
    for number in range(version(database), SCHEMA):
        _STEPS[number](database)
        database.run(f"PRAGMA user_version={number + 1}")


def version(database: Database) -> int:
    """Return the number of the schema that a database has; 0 = no tables yet."""
    return database.rows(tuple[int], "PRAGMA user_version")[0][0]


def _make_tables(database: Database) -> None:
    _run_all(database, _TABLES)


def _add_tenders(database: Database) -> None:
    """What each sale was paid with, also of the sales that are there: it stands in their rows."""
    _run_all(database, _TENDERS)
    for sale_id, completed in _completions(database):
        for position, tender in enumerate(completed.tenders):
            database.run(
                "INSERT INTO tender VALUES(?, ?, ?, ?, ?)",
                (sale_id, position, tender.kind, tender.amount_fen, tender.given_fen),
            )
    database.run(
        "UPDATE day SET cash_fen = (SELECT coalesce(sum(amount_fen), 0) FROM sale JOIN tender ON tender.sale = sale.id"
        " WHERE sale.till = day.till AND sale.biz_date = day.biz_date AND kind = 'cash')"
    )


def _add_digests(database: Database) -> None:
    """A sale is known by its id and its digest, so that two documents of one id are both kept."""
    _run_all(database, _DIGESTS)
    for sale_id, completed in _completions(database):
        database.run(
            "INSERT INTO known_sale SELECT id, ?, till, epoch, seq, receipt_no, biz_date, book_version, lines,"
            " gross_fen, discount_fen, rounding_fen, total_fen, change_fen, is_right, completed_ms"
            " FROM sale WHERE id = ?",
            (completed.digest, sale_id),
        )
    _run_all(database, _DIGESTS_TAKE_OVER)


def _add_streams(database: Database) -> None:
    """Books belong to a stream, and so does what a till says of one; all that are there are of prices."""
    _run_all(database, _STREAMS)


def _add_members(database: Database) -> None:
    """Members, their cards, and the ledger of what they have; rows that came before have no entries."""
    _run_all(database, members.TABLES)


def _add_shifts(database: Database) -> None:
    """The shifts that tills closed; a till of before knew none."""
    _run_all(database, shifts.TABLES)


def _find_store_work(database: Database) -> None:
    """The few rows about the work of stores are found among all others."""
    database.run("CREATE INDEX event_of_store ON event(kind, biz_date) WHERE kind IN ('Clocked')")


def _add_stock(database: Database) -> None:
    """Goods in stores, from now on; and more kinds of rows about their work are found."""
    _run_all(database, stock.TABLES)
    database.run("DROP INDEX event_of_store")
    database.run(
        "CREATE INDEX event_of_store ON event(kind, biz_date)"
        " WHERE kind IN ('Clocked', 'StockBooked', 'InspectionDone')"
    )


def _add_commissions(database: Database) -> None:
    """What salespeople earn; tills of before knew none."""
    _run_all(database, commissions.TABLES)


def _add_claims(database: Database) -> None:
    """What is set aside for tills; those of before asked for nothing."""
    _run_all(database, members.CLAIMS)


def _add_returns(database: Database) -> None:
    """What came back after its sale, and its sums of each day; tills of before knew none."""
    _run_all(database, returns.TABLES)


def _find_receipts(database: Database) -> None:
    """A sale is found by the number of its receipt."""
    database.run("CREATE INDEX sale_by_receipt ON sale(receipt_no)")


def _find_by_code(database: Database) -> None:
    """What came back by the code of a receipt alone is found by its number; the book that decided is kept with it."""
    _run_all(database, returns.BY_CODE)


def _completions(database: Database) -> Iterator[tuple[str, SaleCompleted]]:
    """Yield what completed each sale that is there; `StoreError` that names one whose row is of no use."""
    after = ""
    while found := database.rows(
        tuple[str, bytes | None],
        "SELECT sale.id, body FROM sale LEFT JOIN event USING(till, epoch, seq) WHERE sale.id > ?"
        " ORDER BY sale.id LIMIT ?",
        (after, READ_SALES),
    ):
        for sale_id, body in found:
            yield sale_id, _completion(sale_id, body)
        after = found[-1][0]


def _completion(sale_id: str, body: bytes | None) -> SaleCompleted:
    try:
        fact = decode_fact(body or b"")
    except msgspec.DecodeError as error:
        raise StoreError(f"the row of sale {sale_id} cannot be read: {error}") from error
    if not isinstance(fact, SaleCompleted):
        raise StoreError(f"the row of sale {sale_id} completes none")
    return fact


def _run_all(database: Database, statements: str) -> None:
    for statement in statements.split(";"):
        database.run(statement)


def _time_edits(database: Database) -> None:
    """When what a member is called was said, from now on."""
    _run_all(database, members.EDITS)


def _add_slips(database: Database) -> None:
    """Which slips of bank cards paid, by their day, from now on."""
    _run_all(database, _SLIPS)


def _add_instead(database: Database) -> None:
    """Cash for what payment hosts refused to give back; tills of before paid none."""
    _run_all(database, returns.INSTEAD)


def _add_codes(database: Database) -> None:
    """Which codes on phones were used, from now on."""
    _run_all(database, members.CODES)


def _find_rule_values(database: Database) -> None:
    """What stores set of HQ's rules is found among all rows; tills of before set nothing."""
    database.run("DROP INDEX event_of_store")
    database.run(
        "CREATE INDEX event_of_store ON event(kind, biz_date)"
        " WHERE kind IN ('Clocked', 'StockBooked', 'InspectionDone', 'RuleValueSet')"
    )


def _add_issued(database: Database) -> None:
    """Coupons that members got at tills, from now on."""
    _run_all(database, members.ISSUED)


def _find_receipts_of(database: Database) -> None:
    """What came back of a till's receipts is found by their numbers."""
    _run_all(database, returns.OF_RECEIPT)


_STEPS: tuple[Callable[[Database], None], ...] = (
    _make_tables,
    _add_tenders,
    _add_digests,
    _add_streams,
    _add_members,
    _add_shifts,
    _find_store_work,
    _add_stock,
    _add_commissions,
    _add_claims,
    _add_returns,
    _find_receipts,
    _find_by_code,
    _time_edits,
    _add_slips,
    _add_instead,
    _add_codes,
    _find_rule_values,
    _add_issued,
    _find_receipts_of,
)
SCHEMA = len(_STEPS)
