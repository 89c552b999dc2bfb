"""``guitai-hq members`` and ``guitai-hq ledger``."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.cli import main
from hq.store.members.port import Person
from terminal.domain.members.entries import Account
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.commands import collect, opened, run, run_json
from tests.unit.hq.members.acts import M1, M2, act, entry, points, principal
from tests.unit.hq.members.test_booking import CARD, OTHER, registered, topped_up

FILE = "member,name,phone,store,principal\nM1,张小明,13812345678,S01,50.00\nM2,李雷,13800001111,,0\n"


@pytest.fixture
def shop(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    (tmp_path / "members.csv").write_text(FILE, encoding="utf-8")
    assert run(state, "members", "import", str(tmp_path / "members.csv")) == 0
    assert capsys.readouterr().out == "2 new members, 0 that HQ knew\n"
    return state


def words(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    return [line.split() for line in capsys.readouterr().out.splitlines()]


def test_members_are_listed_under_masks(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shop, "members", "list") == 0
    assert words(capsys) == [
        ["member", "name", "phone", "store", "tier", "status", "points", "principal", "bonus"],
        ["M1", "张**", "138****5678", "S01", "active", "0", "50.00", "0.00"],
        ["M2", "李*", "138****1111", "all", "active", "0", "0.00", "0.00"],
    ]
    assert run(shop, "members", "list", "--after", "M1", "--limit", "1", "--json") == 0
    assert [member["member"] for member in json.loads(capsys.readouterr().out)] == ["M2"]


def test_import_that_comes_again_is_told_to_move_nothing(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, "members", "import", str(tmp_path / "members.csv")) == 0
    assert capsys.readouterr().out.splitlines() == [
        "0 new members, 2 that HQ knew",
        "what those have stays as it was: points and stored value move at tills alone",
    ]
    assert run_json(shop, capsys, "members", "import", str(tmp_path / "members.csv")) == {"new": 0, "known": 2}


def test_file_that_is_wrong_leaves_nothing_behind(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for text, told in (
        (FILE + "M3,x,1,,\n", "members.csv line 4, column phone: '1' is no mobile phone number of 11 digits"),
        (FILE + "M1,x,,,\n", "members.csv line 4, column member: 'M1' has 'M1', which stands in line 2 as well"),
    ):
        (tmp_path / "members.csv").write_text(text, encoding="utf-8")
        assert run(state, "members", "import", str(tmp_path / "members.csv")) == 2
        assert capsys.readouterr().err == f"guitai-hq: {told} (nobody was imported)\n"
    assert run(state, "members", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == []


def test_a_tier_that_no_rules_declare_is_refused(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    assert run(state, "publish-rules", str(tmp_path / "rules.toml"), "--store", "S01", "--new-store") == 0
    capsys.readouterr()
    for line, is_taken in (("M1,Gold,", False), ("M1,Gold,2099-12-31", False), ("M1,gold,", True), ("M2,,", True)):
        (tmp_path / "members.csv").write_text(f"member,tier,paid_until\n{line}\n", encoding="utf-8")
        assert run(state, "members", "import", str(tmp_path / "members.csv")) == (0 if is_taken else 2)
        told = "members.csv line 2, column tier: 'Gold' is none of the tiers basic, gold (nobody was imported)\n"
        assert capsys.readouterr().err == ("" if is_taken else f"guitai-hq: {told}")


def test_two_members_with_one_phone_number_are_refused(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for lines, told in (
        ("M3,13812345678", "line 2, column phone: '13812345678' is the number of member M1 already"),
        ("M1,13812345678\nM2,13812345678", "line 3, column phone: '13812345678' has '13812345678', which stands in"),
    ):
        (tmp_path / "members.csv").write_text(f"member,phone\n{lines}\n", encoding="utf-8")
        assert run(shop, "members", "import", str(tmp_path / "members.csv")) == 2
        assert told in capsys.readouterr().err
    with closing(opened(shop)) as store, store.transaction():
        known = store.people.get(M1)
        assert known is not None
        store.people.save(replace(known, into=M2))
    (tmp_path / "members.csv").write_text("member,phone\nM3,13812345678\n", encoding="utf-8")
    assert run(shop, "members", "import", str(tmp_path / "members.csv")) == 0


def test_member_is_shown_with_cards_and_lots_under_masks(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(registered(), topped_up("t1"))
    act(journal, points(30, "2099-12-31"), entry(Account.SPEND, 1200))
    collect(state, journal)
    assert run(state, "members", "show", CARD.number) == 0
    told = capsys.readouterr().out
    assert "13812345678" not in told
    assert CARD.number not in told
    lines = dict(line.split(maxsplit=1) for line in told.splitlines() if len(line.split()) > 1)
    assert (lines["name"], lines["principal"], lines["spend"]) == ("张**", "50.00", "12.00")
    assert (lines["cards"], lines["lots"]) == ("code 990****0017 active", "30 until 2099-12-31")
    assert run_json(state, capsys, "members", "show", "13812345678")["points"] == 30


RULES = """
settings.tiers = [{id = "basic", min_spend = 0}, {id = "gold", min_spend = 100000}]
"""


@pytest.mark.parametrize(("until", "tier"), [("2099-12-31", "gold"), ("2020-12-31", "basic")])
def test_tier_that_is_told_is_that_of_today(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], until: str, tier: str
) -> None:
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "members.csv").write_text(f"member,tier,paid_until\nM1,gold,{until}\n", encoding="utf-8")
    assert run(state, "publish-rules", str(tmp_path / "rules.toml")) == 0
    assert run(state, "members", "import", str(tmp_path / "members.csv")) == 0
    shown = run_json(state, capsys, "members", "show", "M1")
    assert (shown["tier"], shown["paid_until"]) == (tier, until)
    assert run(state, "members", "list") == 0
    assert words(capsys)[-1][2] == tier


def test_ledger_tells_who_did_what_where_with_sums_before_and_after(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = MemoryJournal()
    journal.append(registered(), topped_up("t1"))
    act(journal, principal(-1200), points(12, "2099-12-31"), sale_id="s1")
    collect(state, journal)
    assert run(state, "ledger", "M1") == 0
    rows = words(capsys)
    assert rows[0] == ["time", "till", "cashier", "act", "account", "amount", "before", "after", "sale"]
    assert [row[2:] for row in rows[1:]] == [
        ["S01-T03", "FutureFact", "points", "2099-12-31", "12", "0", "12", "s1"],
        ["S01-T03", "FutureFact", "principal", "-12.00", "50.00", "38.00", "s1"],
        ["S01-T03", "1001", "ToppedUp", "principal", "50.00", "0.00", "50.00"],
        ["S01-T03", "1001", "MemberRegistered", "tier", "basic", "basic"],
    ]
    assert run(state, "ledger", "M1", "--limit", "1", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["act"]["sale"], row["entry"]["amount"], row["before"]) == ("s1", 12, 0)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("M9", "HQ knows no member M9 (name a member by number, card or phone)"),
        ("13900000000", "that is several members: M1, M2 (name one by its number)"),
    ],
)
def test_who_is_meant_must_be_one(state: Path, capsys: pytest.CaptureFixture[str], text: str, told: str) -> None:
    with closing(opened(state)) as store, store.transaction():
        for member in (M1, M2):
            store.people.save(Person(id=member, phone="13900000000", registered_ms=1))
    for command in (("members", "show"), ("members", "export"), ("members", "delete"), ("ledger",)):
        assert run(state, *command, text) == 2
        assert capsys.readouterr().err == f"guitai-hq: {told}\n"


def test_export_is_for_the_person_alone_and_has_everything(
    shop: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "M1.json"
    assert run(shop, "members", "export", "M1", "--out", str(out)) == 0
    assert capsys.readouterr().out == f"all that HQ knows of M1 is in {out}\n"
    assert out.stat().st_mode & 0o777 == 0o600
    known = json.loads(out.read_text(encoding="utf-8"))
    assert known["person"]["phone"] == "13812345678"
    assert [row["entry"]["amount"] for row in known["ledger"]] == [5000]
    assert run(shop, "members", "export", "M1", "--out", str(out)) == 2
    assert "File exists (name a file that is not there)" in capsys.readouterr().err
    assert run_json(shop, capsys, "members", "export", "M2")["balance"] == {"id": "M2", "points": {}, "stored": {}}
    assert run_json(shop, capsys, "members", "export", "M2", "--out", str(tmp_path / "2")) == {
        "member": "M2",
        "file": str(tmp_path / "2"),
    }


def test_member_is_deleted_once_nothing_is_left_or_what_is_left_may_lapse(
    shop: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(shop, "members", "delete", "M1") == 2
    assert "M1 has stored value or uses left (pay it out at a till, or --forfeit)" in capsys.readouterr().err
    assert run(shop, "members", "delete", "M1", "--forfeit") == 0
    assert capsys.readouterr().out == "M1 is deleted; 0 rows of journals name nobody any more\n"
    assert run(shop, "members", "show", "M1") == 2
    assert run_json(shop, capsys, "members", "delete", "M2") == {"member": "M2", "rows": 0}
    assert run(shop, "verify") == 0
    with closing(opened(shop)) as store:
        assert store.people.page(limit=9) == []


def test_member_of_a_till_is_deleted_from_its_journal(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    journal.append(registered(card=OTHER))
    collect(state, journal)
    assert run_json(state, capsys, "members", "delete", "M1") == {"member": M1, "rows": 1}
    assert run(state, "verify") == 0


@pytest.mark.parametrize("action", ["list", "show", "import", "export", "delete"])
def test_help_of_every_action_has_an_example(action: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["members", action, "--help"])
    assert caught.value.code == 0
    assert f" guitai-hq members {action} " in capsys.readouterr().out.splitlines()[-1] + " "
