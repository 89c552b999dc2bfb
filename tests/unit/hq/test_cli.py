"""The command line of HQ."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from argon2 import PasswordHasher

from hq.cli import main
from hq.collector import Collector
from hq.store.port import Alarm, AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.picture import Picture
from terminal.wire.book.checking import check_book
from terminal.wire.envelope import pack_batch
from terminal.wire.updates import BookState
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.pngs import BLACK, WHITE, grey_png

GOODS = "sku,name,price,barcodes\n100004,康师傅冰红茶500ml,3.50,6921148316768\n"
SHOP = 'goods = "goods.csv"\n[settings.shop]\nname = "桂台超市"\n'


@pytest.fixture
def state(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "hq"
    assert main(["--state", str(folder), "init"]) == 0
    assert "hq_keys = [" in capsys.readouterr().out
    (tmp_path / "goods.csv").write_text(GOODS, encoding="utf-8")
    (tmp_path / "shop.toml").write_text(SHOP, encoding="utf-8")
    return folder


def run(state: Path, *arguments: str) -> int:
    return main(["--state", str(state), *arguments])


def run_json(state: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    run(state, *arguments, "--json")
    answer: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return answer


def opened(state: Path) -> SqliteStore:
    return SqliteStore(state / "hq.db")


def collect(state: Path, journal: MemoryJournal) -> None:
    store = opened(state)
    payload = pack_batch(journal.rows, terminal=TERMINAL, epoch=journal.epoch, head=len(journal.rows), sent_ms=1)
    with store.transaction():
        Collector(store).batch(TERMINAL, payload, now_ms=1)
    store.close()


def sold(state: Path, *, sales: int = 2) -> MemoryJournal:
    journal = MemoryJournal()
    for number in range(1, sales + 1):
        journal.append(*sale_facts(number))
    collect(state, journal)
    return journal


def test_init_keeps_the_key_that_is_there(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run_json(state, capsys, "init")
    assert run_json(state, capsys, "init") == first
    assert (state / "signing-key.pem").stat().st_mode & 0o777 == 0o600


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


def modes(state: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in (state, *state.rglob("*"))}


@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_state_of_hq_is_closed_to_others_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    (tmp_path / "goods.csv").write_text(GOODS, encoding="utf-8")
    (tmp_path / "logo.png").write_bytes(grey_png(8, 1, BLACK, *[WHITE] * 7))
    (tmp_path / "shop.toml").write_text(f'logo = "logo.png"\n{SHOP}', encoding="utf-8")
    state = tmp_path / "hq"
    before = os.umask(umask)
    try:
        assert run(state, "init") == 0
        assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
        with closing(opened(state)):
            found = modes(state)
        assert os.umask(umask) == umask
    finally:
        os.umask(before)
    folders = {"hq", "books"}
    assert found.keys() >= {*folders, "hq.db", "hq.db-wal", "hq.toml", "shop.toml", "shop-logo.png", "catalog-1.db"}
    assert found == {name: 0o700 if name in folders else 0o600 for name in found}


def test_state_that_was_open_to_others_is_closed_by_the_next_command(state: Path, tmp_path: Path) -> None:
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
    for path in (*state.rglob("*"), state):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (state / "elsewhere").symlink_to(tmp_path / "goods.csv")
    assert run(state, "tills") == 0
    assert not any(mode & 0o077 for name, mode in modes(state).items() if name != "elsewhere")
    assert (tmp_path / "goods.csv").stat().st_mode & 0o044


def test_folder_that_is_none_of_hq_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert run(tmp_path, "tills") == 2
    assert tmp_path.stat().st_mode & 0o777 == 0o755


def test_state_that_is_open_and_of_somebody_else_is_refused(
    state: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (state / "hq.db").chmod(0o644)

    def denied(_path: Path, _mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", denied)
    assert run(state, "tills") == 2
    assert "hq.db is open to others: Operation not permitted (chmod go= " in capsys.readouterr().err


def test_kept_shop_file_holds_hashes_of_pins_and_lets_the_same_people_in(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "goods.csv").write_text(GOODS, encoding="utf-8")
    staff = '[[staff]]\nnumber = "1001"\nname = "王芳"\nrole = "cashier"\npin = "864297"\n'
    (tmp_path / "shop.toml").write_text(SHOP + staff, encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
    assert b"864297" not in b"".join(path.read_bytes() for path in state.rglob("*") if path.is_file())
    assert run(state, "publish", str(elsewhere / "goods.csv")) == 0
    with closing(sqlite3.connect(state / "books" / "catalog-2.db")) as book:
        (pin_hash,) = book.execute("SELECT pin_hash FROM staff").fetchone()
    assert PasswordHasher().verify(pin_hash, "864297")
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
        store.tills.set_book(name, store="S01", ver=active, state=BookState.ACTIVE, reason="", at_ms=1)
    store.tills.set_book("S01-T03", store="S01", ver=2, state=BookState.REFUSED, reason="book_torn", at_ms=1)
    store.tills.set_book("S01-T04", store="S01", ver=2, state=BookState.READY, reason="", at_ms=1)
    store.close()
    assert run(state, "publish", goods, "--wait", "0.05") == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "S01-T01: uses book 2",
        "S01-T02: still uses book 0",
        "S01-T03: still uses book 0, refused 2: book_torn",
        "S01-T04: has book 2; an open sale keeps its prices, the next one has the new",
    ]
    assert run_json(state, capsys, "publish", goods, "--store", "S09", "--new-store", "--wait", "0.05")["waiting"] == []


def test_a_till_with_an_open_sale_has_the_book_and_that_is_enough(
    state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hq.commands.publish.READY_S", 0.0)
    store = opened(state)
    store.tills.set_online("S01-T01", store="S01", online=True, at_ms=1)
    store.tills.set_book("S01-T01", store="S01", ver=1, state=BookState.READY, reason="", at_ms=1)
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


def test_tills_are_listed_with_books_and_alarms(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    store = opened(state)
    store.tills.raise_alarm(Alarm(terminal=TERMINAL, kind=AlarmKind.FORK, at_ms=1, detail="two journals"))
    store.close()
    assert run(state, "tills") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["till", "online", "epoch", "journal", "at", "HQ", "book", "fetched", "fault"]
    assert lines[1].split() == [TERMINAL, "no", "1", "8", "8", "-", "-"]
    assert lines[2] == f"ALARM {TERMINAL} fork: two journals"
    answer = run_json(state, capsys, "tills")
    assert isinstance(answer["alarms"], list)
    assert answer["alarms"][0]["kind"] == "fork"


def test_sales_are_listed_with_daily_totals(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    assert run(state, "sales", "--till", TERMINAL, "--date", "2026-11-23", "--limit", "1") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == ["S01-T03-1-000002", "2026-11-23", "2", "16.00", "16.00", "0.00", "16.00", "1"]
    assert lines[-1] == [TERMINAL, "2026-11-23", "2", "4", "32.00", "32.00"]
    assert run_json(state, capsys, "sales", "--date", "1999-01-01") == {"sales": [], "days": []}


def test_cash_that_was_given_less_the_change_is_what_stays(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1, change_fen=8400))
    collect(state, journal)
    assert run(state, "sales") == 0
    header, row = (line.split() for line in capsys.readouterr().out.splitlines()[:2])
    assert list(zip(header, row, strict=True))[3:7] == [
        ("total", "16.00"),
        ("given", "100.00"),
        ("change", "84.00"),
        ("cash", "16.00"),
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--limit", "-1"), "argument --limit: '-1' is no number from 1 up"),
        (("--limit", "0"), "argument --limit: '0' is no number from 1 up"),
        (("--date", "2026-13-45"), "argument --date: '2026-13-45' is no date like 2026-11-23"),
        (("--date", "today"), "argument --date: 'today' is no date"),
    ],
)
def test_sales_of_no_date_or_number_are_refused(
    state: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], says: str
) -> None:
    with pytest.raises(SystemExit) as left:
        run(state, "sales", *arguments)
    assert left.value.code == 2
    assert says in capsys.readouterr().err


def test_sales_of_a_till_that_nobody_knows_are_refused(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    assert run(state, "sales", "--till", "S01-T99") == 2
    assert capsys.readouterr().err == (
        "guitai-hq: HQ knows no till S01-T99 (guitai-hq tills lists those that it knows)\n"
    )
    assert run(state, "sales", "--till", "S01-T03", "--limit", "1") == 0


def test_verify_folds_everything_again(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    assert run(state, "verify") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == [TERMINAL, "1", "8", "2", "2", "3200", "ok"]
    assert run_json(state, capsys, "verify")["faults"] == []


def test_two_documents_of_one_sale_are_told_and_counted_and_one_document_twice_is_not(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sold(state)
    again = MemoryJournal(epoch=2)
    again.append(*sale_facts(1, prices=(350, 1250, 1250)), *sale_facts(2))
    collect(state, again)
    assert run(state, "verify") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[1:3]] == [
        [TERMINAL, "1", "8", "2", "2", "3200", "ok"],
        [TERMINAL, "2", "9", "1", "1", "2850", "ok"],
    ]
    assert lines[3:] == [
        f"CONFLICT sale {1:032x}: S01-T03-1-000001 over 1600 fen (S01-T03 epoch 1 row 4)",
        f"CONFLICT sale {1:032x}: S01-T03-1-000001 over 2850 fen (S01-T03 epoch 2 row 5)",
    ]
    chains = run_json(state, capsys, "verify")["chains"]
    assert isinstance(chains, list)
    assert [chain["duplicates"] for chain in chains] == [0, 1]
    assert run(state, "sales") == 0
    told = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert sorted(row[3:] for row in told[1:4]) == [
        ["16.00", "16.00", "0.00", "16.00", "1"],
        ["16.00", "16.00", "0.00", "16.00", "1", "CONFLICT"],
        ["28.50", "28.50", "0.00", "28.50", "1", "CONFLICT"],
    ]
    assert told[-1] == [TERMINAL, "2026-11-23", "3", "7", "60.50", "60.50"]


def test_verify_computes_sales_with_the_book_of_their_version(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = sold(state)
    goods = tmp_path / "goods.csv"
    goods.write_text("sku,name,price\n100001,乐事薯片,3.50\n100002,乐事薯片,12.50\n", encoding="utf-8")
    assert run(state, "publish", str(goods)) == 0
    goods.write_text(goods.read_text(encoding="utf-8").replace("3.50", "9.90"), encoding="utf-8")
    assert run(state, "publish", str(goods)) == 0
    journal.append(*sale_facts(3, prices=(340, 1250)))
    collect(state, journal)
    capsys.readouterr()
    assert run(state, "verify") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == [TERMINAL, "1", "12", "3", "1", "4790", "ok"]


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        ("UPDATE event SET body = x'80' WHERE seq = 3", "row 3 is missing or changed"),
        ("DELETE FROM event WHERE seq = 3", "row 3 is missing or changed"),
        ("DELETE FROM event WHERE seq > 6", "row 7 is missing"),
        ("UPDATE chain SET hash = zeroblob(32)", "the head differs"),
        ("UPDATE day SET total_fen = total_fen + 1", "rows and daily totals differ by 0 sales, -1 fen, 0 fen of cash"),
        ("UPDATE day SET cash_fen = cash_fen + 1", "rows and daily totals differ by 0 sales, 0 fen, -1 fen of cash"),
        ("DELETE FROM sale; DELETE FROM day", "rows and daily totals differ by 2 sales, 3200 fen, 3200 fen of cash"),
    ],
)
def test_verify_finds_what_was_changed(
    state: Path, capsys: pytest.CaptureFixture[str], damage: str, fault: str
) -> None:
    sold(state)
    with closing(sqlite3.connect(state / "hq.db")) as connection:
        connection.executescript(damage)
    assert run(state, "verify") == 1
    assert fault in capsys.readouterr().out


def test_folder_without_hq_is_named_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in ("tills", "sales", "verify", "serve"):
        assert run(tmp_path / "none", command) == 2
        assert f"guitai-hq --state {tmp_path / 'none'} init" in capsys.readouterr().err


def test_state_folder_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GUITAI_STATE", str(tmp_path / "demo"))
    monkeypatch.delenv("GUITAI_HQ_STATE", raising=False)
    assert main(["init", "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out)["state"] == str(tmp_path / "demo" / "hq")
    monkeypatch.setenv("GUITAI_HQ_STATE", str(tmp_path / "own"))
    assert main(["init", "--json"]) == 0
    assert (tmp_path / "own" / "hq.toml").exists()


@pytest.mark.parametrize("command", ["init", "serve", "publish", "tills", "sales", "verify"])
def test_help_of_every_command_has_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert f" guitai-hq {command}" in capsys.readouterr().out.splitlines()[-1]


def test_bad_usage_exits_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["sell"])
    assert caught.value.code == 2
    assert "invalid choice" in capsys.readouterr().err


def test_command_starts_without_heavy_modules() -> None:
    code = "import sys, hq.cli; print(sorted({'msgspec', 'paho', 'cryptography'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert done.stdout == "[]\n"


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
