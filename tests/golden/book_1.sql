PRAGMA page_size=4096;
PRAGMA application_id=1196704331;
PRAGMA user_version=1;
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
INSERT INTO "article" VALUES(2,'2001','红富士苹果',1290,'kg','',900,1190,0,0,1,'00042','hfspg',0);
CREATE TABLE barcode(code TEXT PRIMARY KEY, article INTEGER NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "barcode" VALUES('6925303721367',1);
CREATE TABLE meta(k TEXT PRIMARY KEY, v ANY NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "meta" VALUES('article',2);
INSERT INTO "meta" VALUES('barcode',1);
INSERT INTO "meta" VALUES('label','20261129.1');
INSERT INTO "meta" VALUES('staff',1);
CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "setting" VALUES('currency','"CNY"');
INSERT INTO "setting" VALUES('labels','[]');
INSERT INTO "setting" VALUES('limits','{"quantity":99,"line_fen":100000,"cash_given_fen":200000,"weight_g":50000,"sign_in_failures":5,"lockout_s":300}');
INSERT INTO "setting" VALUES('member_prefixes','["88"]');
INSERT INTO "setting" VALUES('quick_cash_fen','[100,500,1000,2000,5000,10000]');
INSERT INTO "setting" VALUES('reduction_reasons','["店铺券","破损","临期","价签不符"]');
INSERT INTO "setting" VALUES('rights','[{"role":"cashier","right":"sell","limit_fen":null},{"role":"cashier","right":"void_line","limit_fen":null},{"role":"cashier","right":"reduce_line","limit_fen":5000},{"role":"cashier","right":"sell_unknown","limit_fen":10000},{"role":"senior","right":"sell","limit_fen":null},{"role":"senior","right":"void_line","limit_fen":null},{"role":"senior","right":"void_sale","limit_fen":null},{"role":"senior","right":"reduce_line","limit_fen":20000},{"role":"senior","right":"sell_unknown","limit_fen":null},{"role":"senior","right":"recall_others","limit_fen":null},{"role":"senior","right":"no_sale","limit_fen":null},{"role":"senior","right":"reprint","limit_fen":null},{"role":"supervisor","right":"sell","limit_fen":null},{"role":"supervisor","right":"void_line","limit_fen":null},{"role":"supervisor","right":"void_sale","limit_fen":null},{"role":"supervisor","right":"reduce_line","limit_fen":null},{"role":"supervisor","right":"sell_unknown","limit_fen":null},{"role":"supervisor","right":"recall_others","limit_fen":null},{"role":"supervisor","right":"no_sale","limit_fen":null},{"role":"supervisor","right":"reprint","limit_fen":null},{"role":"manager","right":"sell","limit_fen":null},{"role":"manager","right":"void_line","limit_fen":null},{"role":"manager","right":"void_sale","limit_fen":null},{"role":"manager","right":"reduce_line","limit_fen":null},{"role":"manager","right":"sell_unknown","limit_fen":null},{"role":"manager","right":"recall_others","limit_fen":null},{"role":"manager","right":"no_sale","limit_fen":null},{"role":"manager","right":"reprint","limit_fen":null}]');
INSERT INTO "setting" VALUES('rounding','{"mode":"none","unit":1,"on":"total"}');
INSERT INTO "setting" VALUES('shop','{"name":"桂台超市","address":"","phone":"","footer":[]}');
INSERT INTO "setting" VALUES('show_sign_in','false');
INSERT INTO "setting" VALUES('sign_in_hint','""');
INSERT INTO "setting" VALUES('unknown_article','{"sku":"UNKNOWN","name":"未登记商品","vat_bp":1300}');
CREATE TABLE staff(
  number TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, pin_hash TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO "staff" VALUES('1001','林小梅','cashier','$argon2id$x');
CREATE UNIQUE INDEX article_sku ON article(sku);
CREATE UNIQUE INDEX article_plu ON article(plu) WHERE plu IS NOT NULL;
CREATE INDEX article_initials ON article(initials) WHERE initials <> '';
COMMIT;
