PRAGMA page_size=4096;
PRAGMA application_id=1196704331;
PRAGMA user_version=2;
BEGIN TRANSACTION;
CREATE TABLE article(
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
) STRICT;
INSERT INTO "article" VALUES(1,'1001','老坛酸菜面',450,'each','食品/方便面',1300,NULL,0,0,1,NULL,'ltscm',0);
INSERT INTO "article" VALUES(2,'4001','手机',99900,'each','',1300,NULL,0,0,1,NULL,'',0);
INSERT INTO "article" VALUES(3,'2001','红富士苹果',1290,'kg','',900,1190,0,0,1,'00042','hfspg',0);
INSERT INTO "article" VALUES(4,'3001','押金',100,'each','',1300,NULL,1,1,0,NULL,'',18);
CREATE TABLE barcode(code TEXT PRIMARY KEY, article INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "barcode" VALUES('01234565',4);
INSERT INTO "barcode" VALUES('6925303721367',1);
INSERT INTO "barcode" VALUES('6925303721374',1);
CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('article',4);
INSERT INTO "meta" VALUES('barcode',3);
INSERT INTO "meta" VALUES('label','20261123.1');
INSERT INTO "meta" VALUES('staff',1);
INSERT INTO "meta" VALUES('terms',1);
CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "setting" VALUES('currency','"CNY"');
INSERT INTO "setting" VALUES('labels','[]');
INSERT INTO "setting" VALUES('limits','{"quantity":50,"line_fen":100000,"cash_given_fen":200000,"weight_g":50000,"sign_in_failures":5,"lockout_s":300}');
INSERT INTO "setting" VALUES('member_prefixes','["88"]');
INSERT INTO "setting" VALUES('quick_cash_fen','[100,500,1000,2000,5000,10000]');
INSERT INTO "setting" VALUES('reduction_reasons','["优惠券","破损","临期","价签不符"]');
INSERT INTO "setting" VALUES('rounding','{"mode":"none","unit":1,"on":"total"}');
INSERT INTO "setting" VALUES('shop','{"name":"","address":"","phone":"","footer":[]}');
INSERT INTO "setting" VALUES('show_sign_in','false');
INSERT INTO "setting" VALUES('sign_in_hint','""');
INSERT INTO "setting" VALUES('unknown_article','{"sku":"UNKNOWN","name":"未登记商品","vat_bp":1300}');
CREATE TABLE staff(
  number TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, pin_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "staff" VALUES('1001','林小梅','cashier','$argon2id$x');
CREATE TABLE terms(
  article INTEGER PRIMARY KEY,
  earns INTEGER NOT NULL CHECK(earns IN (0, 1)),
  returnable INTEGER NOT NULL CHECK(returnable IN (0, 1)),
  lowest_30d_fen INTEGER CHECK(lowest_30d_fen >= 0),
  low_stock INTEGER,
  recalled TEXT,
  tracking TEXT NOT NULL CHECK(tracking IN ('none', 'batch', 'serial')),
  service INTEGER NOT NULL CHECK(service IN (0, 1))
) STRICT;
INSERT INTO "terms" VALUES(2,0,0,89900,2,'电池过热','serial',1);
CREATE UNIQUE INDEX article_sku ON article(sku);
CREATE UNIQUE INDEX article_plu ON article(plu) WHERE plu IS NOT NULL;
CREATE INDEX article_initials ON article(initials) WHERE initials <> '';
COMMIT;
