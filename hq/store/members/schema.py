"""The tables of members in HQ's SQLite database: five steps of `hq.store.schema`."""

TABLES = """
CREATE TABLE member(
  id TEXT PRIMARY KEY, name TEXT NOT NULL DEFAULT '', phone TEXT NOT NULL DEFAULT '', birthday TEXT,
  home TEXT NOT NULL DEFAULT '', registered_ms INTEGER NOT NULL DEFAULT 0, consent TEXT NOT NULL DEFAULT '',
  consent_ms INTEGER NOT NULL DEFAULT 0, referral TEXT NOT NULL DEFAULT '', merged_into TEXT,
  erased_ms INTEGER NOT NULL DEFAULT 0, version INTEGER NOT NULL UNIQUE
) STRICT;
CREATE INDEX member_by_phone ON member(phone) WHERE phone <> '';
CREATE INDEX member_by_other ON member(merged_into) WHERE merged_into IS NOT NULL;
CREATE TABLE card(
  number TEXT NOT NULL, medium TEXT NOT NULL, format TEXT NOT NULL, member TEXT NOT NULL, status TEXT NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY(number, medium, format)
) STRICT, WITHOUT ROWID;
CREATE INDEX card_by_member ON card(member);
CREATE TABLE member_store(
  member TEXT NOT NULL, store TEXT NOT NULL, PRIMARY KEY(member, store)
) STRICT, WITHOUT ROWID;
CREATE TABLE act(
  id TEXT PRIMARY KEY, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE ledger(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL, act TEXT NOT NULL,
  at_ms INTEGER NOT NULL, store TEXT NOT NULL, staff TEXT NOT NULL, sale TEXT NOT NULL, member TEXT NOT NULL,
  account TEXT NOT NULL, amount INTEGER NOT NULL, expires TEXT, card TEXT, sku TEXT, value TEXT NOT NULL,
  before INTEGER NOT NULL, value_before TEXT NOT NULL, PRIMARY KEY(till, epoch, seq, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_by_member ON ledger(member, at_ms);
CREATE TABLE balance(
  member TEXT NOT NULL, account TEXT NOT NULL, lot TEXT NOT NULL, card TEXT NOT NULL, amount INTEGER NOT NULL DEFAULT 0,
  value TEXT NOT NULL DEFAULT '', sku TEXT, until TEXT, stamp TEXT NOT NULL DEFAULT '',
  PRIMARY KEY(member, account, lot, card)
) STRICT, WITHOUT ROWID;
CREATE TABLE rewritten(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(till, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE rule_use(
  sale TEXT NOT NULL, rule TEXT NOT NULL, sku TEXT NOT NULL, member TEXT NOT NULL, day TEXT NOT NULL,
  units INTEGER NOT NULL, PRIMARY KEY(sale, rule, sku)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_use_by_member ON rule_use(member);
CREATE TABLE voided(sale TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE rule_count(
  member TEXT NOT NULL, day TEXT NOT NULL, rule TEXT NOT NULL, sku TEXT NOT NULL, units INTEGER NOT NULL,
  PRIMARY KEY(member, day, rule, sku)
) STRICT, WITHOUT ROWID;
CREATE TABLE coupon_use(
  code TEXT NOT NULL, sale TEXT NOT NULL, used INTEGER NOT NULL, back TEXT, at_ms INTEGER NOT NULL,
  PRIMARY KEY(code, sale)
) STRICT, WITHOUT ROWID;
"""

CLAIMS = """
CREATE TABLE claim(
  till TEXT NOT NULL, id TEXT NOT NULL, member TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
  at_ms INTEGER NOT NULL, granted BLOB, remains BLOB, PRIMARY KEY(till, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_open ON claim(member) WHERE state = 'open';
CREATE TABLE claim_coupon(
  code TEXT PRIMARY KEY, till TEXT NOT NULL, id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_coupon_by_claim ON claim_coupon(till, id);
CREATE TABLE claim_draw(
  till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, id TEXT NOT NULL,
  PRIMARY KEY(till, epoch, seq, id)
) STRICT, WITHOUT ROWID;
"""

EDITS = """
ALTER TABLE member ADD COLUMN phone_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN name_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN birthday_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE member ADD COLUMN merged_ms INTEGER NOT NULL DEFAULT 0;
"""

CODES = """
CREATE TABLE code_use(
  digest TEXT NOT NULL, till TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, member TEXT NOT NULL,
  at_ms INTEGER NOT NULL, PRIMARY KEY(digest, till, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX code_use_by_member ON code_use(member) WHERE member <> '';
"""

ISSUED = """
CREATE TABLE issued_coupon(
  code TEXT PRIMARY KEY, member TEXT NOT NULL, at_ms INTEGER NOT NULL, body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX issued_coupon_by_member ON issued_coupon(member, at_ms);
"""
