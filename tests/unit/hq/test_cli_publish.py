"""What `guitai-hq publish` takes, refuses and says."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from terminal.domain.picture import Picture
from terminal.domain.staff import card_digest
from terminal.wire.book.checking import check_book
from terminal.wire.updates import BookState, Report
from tests.pngs import BLACK, WHITE, grey_png
from tests.unit.hq.commands import GOODS, SHOP, opened, run, run_json


def test_publish_prints_the_version(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(state, "publish", str(tmp_path / "goods.csv"), "--label", "first") == 0
    assert capsys.readouterr().out == "book 1 (first), 1 articles, for all stores\n"
    answer = run_json(state, capsys, "publish", str(tmp_path / "shop.toml"), "--store", "S01", "--new-store")
    assert (answer["version"], answer["audience"], answer["articles"]) == (2, "s/S01", 1)


def test_publish_warns_of_cards_that_goods_may_look_like(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = '[[settings.member_cards]]\nprefix = "88"\nlength = 13\n'
    (tmp_path / "shop.toml").write_text(SHOP + cards, encoding="utf-8")
    warning = "cards 88 of 13 digits: goods of makers may have such a code, and are not sold then"
    assert run(state, "publish", str(tmp_path / "shop.toml")) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [f"warning: {warning}"]
    assert run_json(state, capsys, "publish", str(tmp_path / "shop.toml"))["warnings"] == [warning]


def test_barcode_that_the_cards_of_the_shop_swallow_publishes_nothing(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cards = '[[settings.member_cards]]\nprefix = "69"\nlength = 13\n'
    (tmp_path / "shop.toml").write_text(SHOP + cards, encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "shop.toml")) == 2
    assert "column barcodes: " in capsys.readouterr().err
    assert not list((state / "books").glob("*.db"))


def test_store_that_hq_does_not_know_is_refused_with_those_that_it_knows(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = str(tmp_path / "goods.csv")
    assert run(state, "publish", goods, "--store", "S01") == 2
    assert capsys.readouterr().err == (
        "guitai-hq: HQ knows no store S01; it knows none yet"
        " (for a store that is about to open: --store S01 --new-store)\n"
    )
    store = opened(state)
    store.tills.set_online("S01-T01", store="S01", online=False, at_ms=1)
    store.close()
    assert run(state, "publish", goods, "--store", "S01") == 0
    assert run(state, "publish", goods, "--store", "S02", "--new-store") == 0
    assert run(state, "publish", goods, "--store", "S02") == 0
    assert run(state, "publish", goods, "--store", "s01") == 2
    assert "HQ knows no store s01; it knows S01, S02 (" in capsys.readouterr().err
    assert run_json(state, capsys, "publish", goods)["version"] == 4


def test_many_known_stores_are_not_all_named(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = opened(state)
    for number in range(30):
        store.tills.set_online(f"S{number:02d}-T01", store=f"S{number:02d}", online=False, at_ms=1)
    store.close()
    assert run(state, "publish", str(tmp_path / "goods.csv"), "--store", "X") == 2
    assert "S18, S19, … (" in capsys.readouterr().err


def test_price_file_that_is_refused_takes_no_version(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = tmp_path / "goods.csv"
    for wrong in ("3,5", "much"):
        goods.write_text(GOODS.replace("3.50", wrong), encoding="utf-8")
        assert run(state, "publish", str(goods)) == 2
    goods.write_text(GOODS, encoding="utf-8")
    assert run_json(state, capsys, "publish", str(goods))["version"] == 1


def test_csv_alone_takes_staff_and_settings_of_the_last_time(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lonely = tmp_path / "elsewhere" / "goods.csv"
    lonely.parent.mkdir()
    lonely.write_text(GOODS, encoding="utf-8")
    assert run(state, "publish", str(lonely)) == 2
    assert "no shop.toml for goods.csv (name it by --shop" in capsys.readouterr().err
    assert run(state, "publish", str(lonely), "--shop", str(tmp_path / "shop.toml")) == 0
    assert run(state, "publish", str(lonely)) == 0
    assert capsys.readouterr().out.count("book") == 2


def test_kept_shop_file_holds_hashes_of_pins_and_lets_the_same_people_in(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "goods.csv").write_text(GOODS, encoding="utf-8")
    staff = '[[staff]]\nnumber = "1001"\nname = "王芳"\nrole = "cashier"\npin = "864297"\ncard = "WANG10010001"\n'
    (tmp_path / "shop.toml").write_text(SHOP + staff, encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
    kept = b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert b"864297" not in kept
    assert b"WANG10010001" not in kept
    assert run(state, "publish", str(elsewhere / "goods.csv")) == 0
    with closing(sqlite3.connect(state / "books" / "catalog-2.db")) as book:
        (pin_hash,) = book.execute("SELECT pin_hash FROM staff").fetchone()
    assert PasswordHasher().verify(pin_hash, "864297")
    assert check_book(state / "books" / "catalog-2.db").settings.staff_cards == {card_digest("WANG10010001"): "1001"}
    (state / "shop.toml").write_text(SHOP + staff, encoding="utf-8")
    assert run(state, "publish", str(elsewhere / "goods.csv")) == 0
    assert "864297" not in (state / "shop.toml").read_text(encoding="utf-8")
    assert "book 3" in capsys.readouterr().out


def published_logo(state: Path, version: int) -> Picture | None:
    return check_book(state / "books" / f"catalog-{version}.db").settings.logo


def test_logo_beside_the_shop_file_is_published_and_kept_for_goods_from_elsewhere(state: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "goods.csv").write_text(GOODS, encoding="utf-8")
    (tmp_path / "img").mkdir()
    (tmp_path / "img" / "logo.png").write_bytes(grey_png(8, 1, BLACK, *[WHITE] * 7))
    (tmp_path / "shop.toml").write_text(f'logo = "img/logo.png"\n{SHOP}', encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "shop.toml")) == 0
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
    (tmp_path / "img" / "logo.png").unlink()
    assert run(state, "publish", str(elsewhere / "goods.csv")) == 0
    assert run(state, "publish", str(elsewhere / "goods.csv"), "--shop", str(state / "shop.toml")) == 0
    assert [published_logo(state, version) for version in (1, 2, 3, 4)] == [Picture(width_bytes=1, data=b"\x80")] * 4
    (tmp_path / "shop.toml").write_text(SHOP, encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
    assert published_logo(state, 5) is None


def test_logo_that_is_refused_takes_no_version_and_is_not_kept(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logo.png").write_bytes(grey_png(500, 100))
    (tmp_path / "shop.toml").write_text(f'logo = "logo.png"\n{SHOP}', encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 2
    assert capsys.readouterr().err == (
        "guitai-hq: logo.png is 500 dots wide, more than 384"
        " (scale it to at most 384 x 192 dots, 8 a millimetre on the paper)\n"
    )
    assert [path.name for path in state.iterdir() if path.name.startswith("shop")] == []
    (tmp_path / "shop.toml").write_text(SHOP, encoding="utf-8")
    assert run_json(state, capsys, "publish", str(tmp_path / "goods.csv"))["version"] == 1


def test_publish_tells_which_tills_use_the_book(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = str(tmp_path / "goods.csv")
    assert run(state, "publish", goods, "--wait", "0.05") == 0
    assert "no till is online" in capsys.readouterr().out
    store = opened(state)
    for name, active in (("S01-T01", 2), ("S01-T02", 0), ("S01-T03", 0), ("S01-T04", 1)):
        store.tills.set_online(name, store="S01", online=True, at_ms=1)
        store.tills.set_book(name, Report(ver=active, state=BookState.ACTIVE), store="S01", at_ms=1)
    torn = Report(ver=2, state=BookState.REFUSED, reason="book_torn")
    store.tills.set_book("S01-T03", torn, store="S01", at_ms=1)
    store.tills.set_book("S01-T04", Report(ver=2, state=BookState.READY), store="S01", at_ms=1)
    store.close()
    assert run(state, "publish", goods, "--wait", "0.05") == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "S01-T01: uses book 2",
        "S01-T02: still uses book 0",
        "S01-T03: still uses book 0, refused 2: book_torn",
        "S01-T04: has book 2; an open sale keeps its own, the next one has the new",
    ]
    assert run_json(state, capsys, "publish", goods, "--store", "S09", "--new-store", "--wait", "0.05")["waiting"] == []


def test_a_till_with_an_open_sale_has_the_book_and_that_is_enough(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hq.commands.pushing.READY_S", 0.0)
    store = opened(state)
    store.tills.set_online("S01-T01", store="S01", online=True, at_ms=1)
    store.tills.set_book("S01-T01", Report(ver=1, state=BookState.READY), store="S01", at_ms=1)
    store.close()
    assert run(state, "publish", str(tmp_path / "goods.csv"), "--wait", "30") == 0


def test_mistake_in_a_price_file_is_one_line_and_publishes_nothing(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "goods.csv").write_text(GOODS.replace("3.50", "3.5o"), encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == (
        "guitai-hq: goods.csv line 2, column price: '3.5o' is no amount in yuan like 3.50 (nothing was published)\n"
    )
    (tmp_path / "shop.toml").write_text("", encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "shop.toml")) == 2
    assert "goods is missing" in capsys.readouterr().err


LINE = "{sku},Tea,{price},{member},,,,{plu},,,,{codes},\n"


COLUMNS = "sku,name,price,member_price,unit,category,vat,plu,open_price,discountable,min_age,barcodes,initials\n"


def rows(*lines: str) -> str:
    return COLUMNS + "".join(lines)


def row(sku: str, *, price: str = "2", member: str = "", plu: str = "", codes: str = "") -> str:
    return LINE.format(sku=sku, price=price, member=member, plu=plu, codes=codes)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--store", ""), "--store is empty"),
        (("--label", "x" * 81), "the label has 81 characters (at most 80"),
        (("--label", "a\x07b"), "the label has 3 characters"),
        (("--wait", "-3"), "--wait -3 is below 0"),
    ],
)
def test_order_that_makes_no_sense_publishes_nothing(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    assert run(state, "publish", str(tmp_path / "goods.csv"), *arguments) == 2
    assert says in capsys.readouterr().err
    assert run_json(state, capsys, "publish", str(tmp_path / "goods.csv"))["version"] == 1


def test_file_with_less_than_half_the_articles_must_be_meant(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text(rows(*(row(str(number)) for number in range(5))), encoding="utf-8")
    assert run(state, "publish", str(goods)) == 0
    goods.write_text(rows(row("1"), row("2")), encoding="utf-8")
    assert run(state, "publish", str(goods)) == 2
    assert "2 articles instead of 5 in book 1: nothing was published" in capsys.readouterr().err
    assert run(state, "publish", str(goods), "--fewer-articles") == 0
    assert "book 2" in capsys.readouterr().out
    goods.write_text(rows(row("1")), encoding="utf-8")
    assert run(state, "publish", str(goods)) == 0


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ((row("1"), row("2"), row("1")), "goods.csv line 4, column sku: '1' has '1', which stands in line 2 as well"),
        ((row("1", plu="7"), row("2", plu="7")), "line 3, column plu: '7' has '7', which stands in line 2 as well"),
        (
            (row("1", codes="6901939621257"), row("2", codes="6921168509256 6901939621257")),
            "line 3, column barcodes: '6921168509256 6901939621257' has '6901939621257', which stands in line 2",
        ),
        ((row("1", codes="6921168509257"),), "whose check digit is wrong"),
    ],
)
def test_code_that_comes_twice_or_is_misread_is_named_with_its_line(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: tuple[str, ...], says: str
) -> None:
    goods = tmp_path / "goods.csv"
    goods.write_text(rows(*lines), encoding="utf-8")
    assert run(state, "publish", str(goods)) == 2
    error = capsys.readouterr().err
    assert says in error
    assert "nothing was published" in error


def test_goods_that_may_be_a_slip_are_told_and_published(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = tmp_path / "goods.csv"
    lines = [row("1", price="0"), row("2", price="1", member="2"), *(row(str(n), price="0") for n in range(3, 20))]
    goods.write_text(rows(*lines), encoding="utf-8")
    warnings = run_json(state, capsys, "publish", str(goods))["warnings"]
    assert isinstance(warnings, list)
    assert warnings[:2] == ["line 2: Tea costs nothing", "line 3: Tea costs members more than others"]
    assert len(warnings) == 10
