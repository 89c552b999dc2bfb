"""Price files: what a person edits, and how mistakes are named."""

from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hq.errors import PriceFileError
from hq.prices.cards import reads_as_card, warnings_of
from hq.prices.goods import read_articles, read_barcodes
from hq.prices.kept import forget_pins, keep_hashed
from hq.prices.pinyin import initials
from hq.prices.shop import hashed, read_shop, staff_of
from lab.demo.shop import SHOP_FILE
from terminal.domain.catalog import Article, CardFormat, Terms, Tracking, Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.settings import Settings
from terminal.domain.staff import Role, card_digest
from terminal.domain.text import SafeText

HEADER = "sku,name,price,member_price,unit,category,vat,plu,open_price,discountable,min_age,barcodes,initials\n"
GOOD = "100004,康师傅冰红茶500ml,3.50,3.20,each,饮料/水,1300,,,,,6921148316768 6921148316775,\n"


def goods(folder: Path, text: str) -> Path:
    path = folder / "goods.csv"
    path.write_text(text, encoding="utf-8")
    return path


def read_both(path: Path) -> None:
    list(read_articles(path, Settings()))
    list(read_barcodes(path, Settings()))


def complaint(folder: Path, text: str) -> str:
    path = goods(folder, text)
    with pytest.raises(PriceFileError) as caught:
        read_both(path)
    return str(caught.value)


def test_line_becomes_an_article_with_its_barcodes(tmp_path: Path) -> None:
    path = goods(tmp_path, HEADER + GOOD)
    assert list(read_articles(path, Settings())) == [
        Article(
            sku=Sku("100004"),
            name=SafeText("康师傅冰红茶500ml"),
            price_fen=350,
            member_price_fen=320,
            category="饮料/水",
            initials="ksfbhc500ml",
        )
    ]
    assert list(read_barcodes(path, Settings())) == [("6921148316768", "100004"), ("6921148316775", "100004")]


def test_every_column_has_its_meaning_and_empty_lines_are_none(tmp_path: Path) -> None:
    line = "7,Beer,8,,kg,x,900,00007,yes,no,18,,BEER\n\n,,,,,,,,,,,,\n"
    (article,) = read_articles(goods(tmp_path, "\ufeff" + HEADER + line), Settings())
    assert (article.unit, article.vat_bp, article.plu, article.open_price) == (Unit.KG, 900, "00007", True)
    assert (article.discountable, article.min_age, article.initials) == (False, 18, "beer")


TERMS_HEADER = "sku,name,price,deposit,earns,returnable,lowest_30d,low_stock,recalled,tracking,service\n"


def test_terms_of_an_article_stand_in_columns_of_their_own(tmp_path: Path) -> None:
    lines = "1,手机,999,no,no,no,899.50,2,电池过热,serial,yes\n2,啤酒瓶,1,yes,,,,,,,\n"
    phone, bottle = read_articles(goods(tmp_path, TERMS_HEADER + lines), Settings())
    assert phone.terms == Terms(
        earns=False,
        returnable=False,
        lowest_30d_fen=89950,
        low_stock=2,
        recalled=SafeText("电池过热"),
        tracking=Tracking.SERIAL,
        service=True,
    )
    assert (bottle.deposit, bottle.terms) == (True, Terms())


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (",,,-1,,,,", "column lowest_30d: '-1' is below zero"),
        (",,,,1.5,,,", "column low_stock: '1.5' is no whole number up to 1000000000"),
        (",,,,,a\x1bb,,", "column recalled: 'a\\x1bb' has control characters or more than 60 characters"),
        (",,,,,,colour,", "column tracking: 'colour' is neither batch nor serial"),
        (",,,,,,,maybe", "column service: 'maybe' is neither yes nor no"),
        ("maybe,,,,,,,", "column deposit: 'maybe' is neither yes nor no"),
    ],
)
def test_mistake_in_terms_is_named(tmp_path: Path, cells: str, told: str) -> None:
    assert told in complaint(tmp_path, f"{TERMS_HEADER}1,手机,999,{cells}\n")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (GOOD.replace("3.50", "3.5x"), "goods.csv line 2, column price: '3.5x' is no amount in yuan like 3.50"),
        (
            GOOD.replace("3.50", "99999999.00"),
            "goods.csv line 2, column price: '99999999.00' is more than 10000000.00, the most that anything costs",
        ),
        (GOOD.replace("3.50", "-1"), "goods.csv line 2, column price: '-1' is below zero"),
        (GOOD.replace("3.50", ""), "goods.csv line 2, column price: '' must not be empty"),
        (GOOD.replace("3.20", "?"), "goods.csv line 2, column member_price: '?' is no amount in yuan like 3.50"),
        (GOOD.replace("each", "box"), "goods.csv line 2, column unit: 'box' is neither each nor kg"),
        (GOOD.replace("1300", "13%"), "goods.csv line 2, column vat: '13%' is no whole number up to 10000"),
        (GOOD.replace("1300", "13000"), "goods.csv line 2, column vat: '13000' is no whole number up to 10000"),
        (GOOD.replace("1300,,,", "1300,,maybe,"), "column open_price: 'maybe' is neither yes nor no"),
        (GOOD.replace("1300,,", "1300,0 7,"), "column plu: '0 7' has '0 7', which is no code of digits and letters"),
        (GOOD.replace("6921148316775", "69-1"), "has '69-1', which is no code of digits and letters"),
        (GOOD.replace("康师傅", "康\x1b师傅"), "has control characters or more than 60 characters"),
        (GOOD.replace("康师傅", "康" * 60), "has control characters or more than 60 characters"),
        (GOOD.replace("100004", ""), "goods.csv line 2, column sku: '' must not be empty"),
        (GOOD.replace(",3.50", ",3,50"), "goods.csv line 2: 14 columns, the header has 13"),
        ('"' + GOOD, "goods.csv line 2: unexpected end of data"),
    ],
)
def test_mistake_is_named_with_line_and_column(tmp_path: Path, line: str, told: str) -> None:
    assert told in complaint(tmp_path, HEADER + line)


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("", "column 'sku' is missing"),
        ("sku,name,price,prise\n", "column 'prise' is unknown or comes twice"),
        ("sku,name,price,sku\n", "column 'sku' is unknown or comes twice"),
        ("sku,name\n", "column 'price' is missing"),
    ],
)
def test_header_that_is_wrong_is_named(tmp_path: Path, header: str, told: str) -> None:
    assert told in complaint(tmp_path, header)


def test_file_that_is_missing_or_not_utf8_is_named(tmp_path: Path) -> None:
    with pytest.raises(PriceFileError, match="there is no"):
        list(read_articles(tmp_path / "none.csv", Settings()))
    with pytest.raises(PriceFileError, match="Is a directory"):
        list(read_articles(tmp_path, Settings()))
    path = tmp_path / "gbk.csv"
    path.write_bytes((HEADER + GOOD).encode("gb18030"))
    with pytest.raises(PriceFileError, match="not UTF-8"):
        list(read_articles(path, Settings()))


@pytest.mark.parametrize(
    ("name", "expected"), [("乐事薯片", "lssp"), ("可口可乐 330ml", "kkkl330ml"), ("Ｔ恤", "tx"), ("", ""), ("★", "")]
)
def test_initials_are_made_of_syllables_letters_and_digits(name: str, expected: str) -> None:
    assert initials(name) == expected


READY = "$argon2id$v=19$m=19456,t=2,p=1$" + "c2FsdHNhbHRzYWx0c2FsdA" + "$" + "h" * 43
SHOP = f"""
label = "autumn"
goods = "goods.csv"
[settings]
quick_cash_fen = [1000]
[settings.shop]
name = "桂台超市"
[[staff]]
number = "1001"
name = "王小明"
role = "cashier"
pin = "1234"
[[staff]]
number = "9001"
name = "李店长"
role = "manager"
pin_hash = "{READY}"
"""


def shop_file(folder: Path, text: str) -> Path:
    path = folder / "shop.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shop_file_has_settings_and_staff_with_hashed_pins(tmp_path: Path) -> None:
    shop = read_shop(shop_file(tmp_path, SHOP))
    assert (shop.label, shop.goods, shop.settings.shop.name) == ("autumn", "goods.csv", "桂台超市")
    cashier, manager = staff_of(shop)
    assert (cashier.number, cashier.name, cashier.role) == ("1001", "王小明", Role.CASHIER)
    assert cashier.pin_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PasswordHasher().verify(cashier.pin_hash, "1234")
    assert manager.pin_hash == READY


@pytest.mark.parametrize(
    ("said", "required"), [("", True), ("shift_required = false\n", False), ("shift_required = true\n", True)]
)
def test_a_sale_needs_a_shift_unless_the_shop_file_says_otherwise(tmp_path: Path, said: str, required: bool) -> None:
    text = SHOP.replace("[settings]\n", f"[settings]\n{said}")
    assert read_shop(shop_file(tmp_path, text)).settings.shift_required is required
    assert read_shop(shop_file(tmp_path, 'label = "small"\n')).settings.shift_required


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SHOP.replace("quick_cash_fen", "quick_cash"), "quick_cash"),
        (SHOP.replace('role = "cashier"', 'role = "boss"'), "$.staff[0].role"),
        (SHOP.replace('pin = "1234"', 'pin = "12"'), "$.staff[0].pin"),
        ("label = \n", "line 1"),
        (SHOP + SHOP[SHOP.index("[[staff]]") :], "staff 1001 comes twice"),
        (SHOP.replace("role =", 'card = "SAME0001"\nrole ='), "two of the staff have the same card"),
        (
            SHOP.replace("[settings]", '[settings]\nmember_cards = [{ prefix = "99", length = 13 }]').replace(
                'pin = "1234"', 'pin = "1234"\ncard = "9913800136021"'
            ),
            "the card of staff 1001 reads as a member's card",
        ),
        (SHOP.replace('pin = "1234"', 'pin = "1234"\ncard = "short"'), "$.staff[0].card"),
        (SHOP.replace("[settings]", f'[settings]\nstaff_cards = {{ "{"0" * 64}" = "1001" }}'), "staff_cards"),
    ],
)
def test_shop_file_that_is_wrong_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(PriceFileError) as caught:
        read_shop(shop_file(tmp_path, text))
    assert told in str(caught.value)


def test_shop_file_that_is_missing_and_staff_without_a_pin_are_named(tmp_path: Path) -> None:
    with pytest.raises(PriceFileError, match="there is no"):
        read_shop(tmp_path / "none.toml")
    shop = read_shop(shop_file(tmp_path, SHOP.replace('pin = "1234"\n', "")))
    with pytest.raises(PriceFileError, match="staff 1001 needs either pin or pin_hash"):
        staff_of(shop)


def test_shop_file_is_kept_with_hashes_where_pins_stood_and_says_the_same(tmp_path: Path) -> None:
    shop = hashed(read_shop(SHOP_FILE))
    keep_hashed(SHOP_FILE, shop, tmp_path)
    assert read_shop(tmp_path / "shop.toml") == shop
    assert '"135790"' not in (tmp_path / "shop.toml").read_text(encoding="utf-8")
    assert [path.name for path in tmp_path.iterdir()] == ["shop.toml"]


def test_pins_that_an_older_hq_kept_are_hashed_once(tmp_path: Path) -> None:
    assert not forget_pins(tmp_path)
    before = staff_of(read_shop(shop_file(tmp_path, SHOP)))
    assert forget_pins(tmp_path)
    kept = (tmp_path / "shop.toml").read_text(encoding="utf-8")
    assert '"1234"' not in kept
    assert [who.name for who in staff_of(read_shop(tmp_path / "shop.toml"))] == [who.name for who in before]
    assert not forget_pins(tmp_path)
    assert (tmp_path / "shop.toml").read_text(encoding="utf-8") == kept


def test_pin_that_would_not_be_published_any_more_is_forgotten_without_a_hash(tmp_path: Path) -> None:
    shop_file(tmp_path, SHOP.replace('role = "cashier"', 'role = "senior"'))
    assert forget_pins(tmp_path)
    kept = tmp_path / "shop.toml"
    assert '"1234"' not in kept.read_text(encoding="utf-8")
    with pytest.raises(PriceFileError, match="staff 1001 needs either pin or pin_hash"):
        staff_of(read_shop(kept))
    kept.write_text("staff = [1, ", encoding="utf-8")
    with pytest.raises(PriceFileError, match=r"shop\.toml"):
        forget_pins(tmp_path)


def test_file_without_goods_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "goods.csv"
    path.write_text(HEADER, encoding="utf-8")
    with pytest.raises(PriceFileError, match="has no goods"):
        list(read_articles(path, Settings()))


CARDS = Settings(member_cards=(CardFormat(prefix="88", length=13), CardFormat(prefix="7", length=5)))


def test_barcode_that_would_be_a_members_card_is_named_with_its_line(tmp_path: Path) -> None:
    path = goods(tmp_path, HEADER + GOOD + GOOD.replace("100004", "7").replace("6921148316775", "8801234567893"))
    with pytest.raises(PriceFileError) as caught:
        list(read_barcodes(path, CARDS))
    assert "goods.csv line 3, column barcodes: " in str(caught.value)
    assert "has '8801234567893', which tills take for a member's card" in str(caught.value)


def test_barcode_that_is_somebodys_staff_card_is_named_with_its_line(tmp_path: Path) -> None:
    path = goods(tmp_path, HEADER + GOOD)
    code = next(code for code, _ in read_barcodes(path, Settings()))
    settings = Settings(staff_cards={card_digest(code): StaffNumber("2001")})
    with pytest.raises(PriceFileError, match=r"line 2, column barcodes: .*, which is somebody's staff card"):
        list(read_barcodes(path, settings))


def test_plu_that_would_be_a_members_card_is_named_with_its_line(tmp_path: Path) -> None:
    path = goods(tmp_path, HEADER + GOOD.replace("1300,,", "1300,70007,"))
    with pytest.raises(PriceFileError, match=r"line 2, column plu: '70007' has '70007', which tills take for a member"):
        list(read_articles(path, CARDS))


@pytest.mark.parametrize(
    ("prefix", "length", "code"),
    [("88", 13, "8801234567893"), ("98", 12, "0980000000009"), ("098", 13, "980000000009"), ("M", 4, "M123")],
)
def test_code_is_a_card_in_any_way_that_it_is_written(prefix: str, length: int, code: str) -> None:
    settings = Settings(member_cards=(CardFormat(prefix=prefix, length=length),))
    assert reads_as_card(code, settings)
    assert not reads_as_card(code[:-1], settings)


@pytest.mark.parametrize(
    ("prefix", "length", "warned"),
    [
        ("88", 13, True),
        ("88", 12, True),
        ("88", 8, True),
        ("2", 14, True),
        ("88", 10, False),
        ("M8", 13, False),
        ("99", 13, False),
        ("98", 12, True),
        ("4", 12, False),
        ("20", 8, False),
    ],
)
def test_cards_that_goods_of_makers_may_look_like_are_warned_of(prefix: str, length: int, warned: bool) -> None:
    warnings = warnings_of(Settings(member_cards=(CardFormat(prefix=prefix, length=length),)))
    assert [warning.partition(":")[0] for warning in warnings] == [f"cards {prefix} of {length} digits"] * warned


def test_shop_file_with_cards_of_any_length_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(PriceFileError, match="member_prefixes takes goods for cards") as caught:
        read_shop(shop_file(tmp_path, '[settings]\nmember_prefixes = ["88"]\n'))
    assert caught.value.hint == '[[settings.member_cards]] with prefix = "88" and length = 13'


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CASHIER])
def test_pin_above_a_cashier_has_six_digits(tmp_path: Path, role: Role) -> None:
    shop = SHOP.replace('"cashier"', f'"{role}"')
    with pytest.raises(PriceFileError, match=f"staff 1001: the PIN of a {role} has at least 6 digits") as caught:
        staff_of(read_shop(shop_file(tmp_path, shop)))
    assert "1234" not in str(caught.value)
    staff, _ = staff_of(read_shop(shop_file(tmp_path, shop.replace('"1234"', '"123456"'))))
    assert PasswordHasher().verify(staff.pin_hash, "123456")


@pytest.mark.parametrize(
    "pin_hash",
    [
        "nonsense",
        "1234",
        READY.replace("argon2id", "argon2i"),
        READY.replace("m=19456", "m=65536"),
        READY.replace("t=2", "t=1"),
        READY[:-1],
        READY + " ",
    ],
)
def test_hash_that_no_till_can_check_is_refused(tmp_path: Path, pin_hash: str) -> None:
    shop = read_shop(shop_file(tmp_path, SHOP.replace(READY, pin_hash)))
    with pytest.raises(PriceFileError, match=r"staff \d+: pin_hash is no argon2id hash"):
        staff_of(shop)


def test_hash_that_hq_made_is_taken_as_it_is(tmp_path: Path) -> None:
    made, _ = staff_of(read_shop(shop_file(tmp_path, SHOP)))
    shop = read_shop(shop_file(tmp_path, SHOP.replace(READY, made.pin_hash)))
    assert staff_of(shop)[1].pin_hash == made.pin_hash


def test_pin_beside_a_hash_is_refused(tmp_path: Path) -> None:
    shop = read_shop(shop_file(tmp_path, SHOP + 'pin = "654321"\n'))
    with pytest.raises(PriceFileError, match="needs either pin or pin_hash"):
        staff_of(shop)
