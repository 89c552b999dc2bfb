"""The command line of HQ, but for `publish`."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from hq.cli import main
from hq.store.port import Alarm, AlarmKind
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire.events import SaleCompleted
from terminal.wire.files.streams import Stream
from terminal.wire.updates import BookState, Report
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.pngs import BLACK, WHITE, grey_png
from tests.unit.hq.commands import GOODS, SHOP, collect, opened, run, run_json, sold


def test_init_keeps_the_key_that_is_there(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run_json(state, capsys, "init")
    assert run_json(state, capsys, "init") == first
    assert (state / "signing-key.pem").stat().st_mode & 0o777 == 0o600


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


def test_tills_are_listed_with_books_and_alarms(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    store = opened(state)
    store.tills.raise_alarm(Alarm(terminal=TERMINAL, kind=AlarmKind.FORK, at_ms=1, detail="two journals"))
    store.close()
    assert run(state, "tills") == 0
    lines = capsys.readouterr().out.splitlines()
    books = ["book", "fetched", "rules", "fetched"]
    assert lines[0].split() == ["till", "online", "epoch", "journal", "at", "HQ", *books, "fault"]
    assert lines[1].split() == [TERMINAL, "no", "1", "8", "8", "-", "-", "-", "-"]
    assert lines[2] == f"ALARM {TERMINAL} fork: two journals"
    answer = run_json(state, capsys, "tills")
    assert isinstance(answer["alarms"], list)
    assert answer["alarms"][0]["kind"] == "fork"


def test_till_is_listed_with_its_rules(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    store = opened(state)
    for ver, state_of in ((3, BookState.ACTIVE), (4, BookState.READY), (5, BookState.REFUSED)):
        report = Report(stream=Stream.RULES, ver=ver, state=state_of, reason="book_torn")
        store.tills.set_book(TERMINAL, report, store="S01", at_ms=1)
    store.close()
    assert run(state, "tills") == 0
    assert capsys.readouterr().out.splitlines()[1].split()[5:] == ["-", "-", "3", "4", "rules", "5:", "book_torn"]


def test_sales_are_listed_with_daily_totals(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    assert run(state, "sales", "--till", TERMINAL, "--date", "2026-11-23", "--limit", "1") == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert lines[1] == ["S01-T03-1-000002", "2026-11-23", "2", "16.00", "16.00", "0.00", "16.00", "-", "1"]
    assert lines[-1] == [TERMINAL, "2026-11-23", "2", "4", "32.00", "0.00", "0.00", "32.00", "32.00"]
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


def test_what_was_paid_otherwise_than_in_cash_is_listed(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    *begun, completed = sale_facts(1)
    assert isinstance(completed, SaleCompleted)
    card = Tender(kind=TenderKind.CARD, amount_fen=600, reference=SafeText("100234567890"))
    cash = Tender(kind=TenderKind.CASH, amount_fen=1_000, given_fen=1_000)
    journal.append(*begun, msgspec.structs.replace(completed, tenders=(card, cash)))
    collect(state, journal)
    assert run(state, "sales") == 0
    assert "  10.00  card 6.00" in capsys.readouterr().out


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
        ["16.00", "16.00", "0.00", "16.00", "-", "1"],
        ["16.00", "16.00", "0.00", "16.00", "-", "1", "CONFLICT"],
        ["28.50", "28.50", "0.00", "28.50", "-", "1", "CONFLICT"],
    ]
    assert told[-1] == [TERMINAL, "2026-11-23", "3", "7", "60.50", "0.00", "0.00", "60.50", "60.50"]


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


@pytest.mark.parametrize(
    "command", ["init", "serve", "publish", "tills", "sales", "publish-members", "members", "ledger", "verify"]
)
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
