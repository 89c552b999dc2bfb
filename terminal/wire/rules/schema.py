"""The schema of a rules file: rules, coupons and the settings of trade.

Rules are MessagePack; they are few (thousands) and all loaded. Coupons may be hundreds of thousands: each is a row with
its code, and what many of them have in common (``terms``) stands once.
"""

from terminal.wire.files.immutable import Shape

RULES = Shape(
    name="rules file",
    application_id=0x47_54_52_4C,  # GTRL
    schema=1,
    tables=(
        "CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE rule(id TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE terms(id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
        """CREATE TABLE coupon(
  code TEXT PRIMARY KEY, terms INTEGER NOT NULL, status TEXT NOT NULL, owner TEXT
) STRICT, WITHOUT ROWID""",
        "CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    ),
    counted=("rule", "terms", "coupon"),
)
