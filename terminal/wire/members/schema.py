"""The schema of ``members.db``: one file, written by the uplink row by row, read by the till while it is written."""

SCHEMA = 1
"""Stands in ``PRAGMA user_version``; a reader refuses a higher one by name."""
APPLICATION_ID = 0x47_54_4D_42
"""``GTMB`` in the header of the file."""
NAME = "members.db"
"""It stands in the folder of books."""

TABLES = (
    "CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID",
    """CREATE TABLE member(
  id TEXT NOT NULL UNIQUE, phone TEXT NOT NULL, tail TEXT NOT NULL,
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, body BLOB NOT NULL
) STRICT""",
    """CREATE TABLE card(
  number TEXT NOT NULL, medium TEXT NOT NULL, format TEXT NOT NULL, member TEXT NOT NULL, status TEXT NOT NULL,
  PRIMARY KEY(number, medium, format)
) STRICT, WITHOUT ROWID""",
)
INDEXES = (
    "CREATE INDEX member_phone ON member(phone) WHERE phone <> ''",
    "CREATE INDEX member_tail ON member(tail, phone, id) WHERE tail <> ''",
)
