"""The tables of stock in HQ's SQLite database: one step of `hq.store.schema`.

A row of ``moved`` is what one row of a journal did to one article of one store; ``counted`` is what a stock-take found.
``moved_since`` says up to which row the journals that are there came to an HQ that knew nothing of goods.
"""

TABLES = """
CREATE TABLE moved(
  store TEXT NOT NULL, sku TEXT NOT NULL, at_ms INTEGER NOT NULL, till TEXT NOT NULL, epoch INTEGER NOT NULL,
  seq INTEGER NOT NULL, on_hand INTEGER NOT NULL, frozen INTEGER NOT NULL, in_transit INTEGER NOT NULL,
  counted INTEGER, PRIMARY KEY(store, sku, at_ms, till, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX moved_by_row ON moved(till, epoch, seq);
CREATE TABLE goods(sku TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE document(id TEXT PRIMARY KEY, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE moved_since(till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(till, epoch))
  STRICT, WITHOUT ROWID;
INSERT INTO moved_since SELECT till, epoch, acked FROM chain
"""
