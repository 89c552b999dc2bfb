"""The schema of a book file.

A book is one SQLite file, written once and then never changed; readers open it ``immutable``. Schema 2 has the terms of
articles, where they are not the usual ones; a book without any is written as schema 1, which every till can read.
"""

import sqlite3
from dataclasses import replace

from terminal.wire.files.immutable import Shape

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
ARTICLE_COLUMNS = (
    "sku, name, price_fen, unit, category, vat_bp, member_price_fen, open_price, deposit, discountable, plu, initials, "
    "min_age"
)
"""Columns in the order of the fields of `Article`."""

TERMS_TABLE = """CREATE TABLE terms(
  article INTEGER PRIMARY KEY,
  earns INTEGER NOT NULL CHECK(earns IN (0, 1)),
  returnable INTEGER NOT NULL CHECK(returnable IN (0, 1)),
  lowest_30d_fen INTEGER CHECK(lowest_30d_fen >= 0),
  low_stock INTEGER,
  recalled TEXT,
  tracking TEXT NOT NULL CHECK(tracking IN ('none', 'batch', 'serial')),
  service INTEGER NOT NULL CHECK(service IN (0, 1))
) STRICT"""
TERMS_COLUMNS = "earns, returnable, lowest_30d_fen, low_stock, recalled, tracking, service"
"""Columns in the order of the fields of `Terms`."""

BOOK = Shape(
    name="price book",
    application_id=0x47_54_42_4B,  # GTBK
    schema=1,
    tables=_TABLES,
    indexes=_INDEXES,
    counted=("article", "barcode", "staff"),
)
BOOK_WITH_TERMS = replace(BOOK, schema=2, tables=(*_TABLES, TERMS_TABLE), counted=(*BOOK.counted, "terms"))
BOOKS = (BOOK, BOOK_WITH_TERMS)
"""All schemas that this product reads, the oldest first."""


def shape_of(connection: sqlite3.Connection) -> Shape:
    """Return which shape an open book has."""
    (schema,) = connection.execute("PRAGMA user_version").fetchone()
    return BOOK_WITH_TERMS if schema == BOOK_WITH_TERMS.schema else BOOK
