"""The table of returns in HQ's SQLite database: steps of `hq.store.schema`. What they say is in their rows."""

TABLES = """
CREATE TABLE returned(
  act TEXT NOT NULL, digest BLOB NOT NULL, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL,
  kind TEXT NOT NULL, number TEXT NOT NULL, sale TEXT NOT NULL, receipt_no TEXT NOT NULL, biz_date TEXT NOT NULL,
  amount_fen INTEGER NOT NULL, cash_fen INTEGER NOT NULL, at_ms INTEGER NOT NULL, is_right INTEGER,
  PRIMARY KEY(act, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX returned_of_sale ON returned(sale) WHERE sale <> '';
CREATE INDEX returned_by_till ON returned(till, biz_date);
CREATE INDEX returned_unjudged ON returned(at_ms) WHERE is_right IS NULL;
ALTER TABLE day ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day ADD COLUMN returned_fen INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day ADD COLUMN voids INTEGER NOT NULL DEFAULT 0;
ALTER TABLE day ADD COLUMN voided_fen INTEGER NOT NULL DEFAULT 0
"""
BY_CODE = """
ALTER TABLE returned ADD COLUMN book_version INTEGER;
DROP INDEX returned_unjudged;
CREATE INDEX returned_by_code ON returned(receipt_no) WHERE sale = '' AND receipt_no <> ''
"""
INSTEAD = """
CREATE TABLE paid_instead(
  act TEXT PRIMARY KEY, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, sale TEXT NOT NULL,
  refund TEXT NOT NULL, kind TEXT NOT NULL, biz_date TEXT NOT NULL, amount_fen INTEGER NOT NULL
) STRICT, WITHOUT ROWID
"""
OF_RECEIPT = "CREATE INDEX returned_of_receipt ON returned(receipt_no)"
