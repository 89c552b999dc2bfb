"""The table of closed shifts in HQ's SQLite database: one step of `hq.store.schema`. What they say is in their rows."""

TABLES = """
CREATE TABLE shift(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, number INTEGER NOT NULL, day TEXT NOT NULL,
  closed_ms INTEGER NOT NULL, is_right INTEGER NOT NULL, PRIMARY KEY(till, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX shift_by_number ON shift(till, number);
"""
