"""Members who came no more are forgotten on schedule, unless they have something."""

from pathlib import Path

import pytest

from hq.members.idle import idle
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account, Entry
from tests.integration.uplink.journals import START_MS, MemoryJournal
from tests.unit.hq.commands import run, run_json
from tests.unit.hq.members.acts import M1, M2, act, points, principal, send, uses
from tests.unit.hq.members.test_booking import merging, registered

LATER = START_MS + 100
HEADER = "member,name,phone,principal,points,tier,paid_until\n"


def names(store: SqliteStore, *, before_ms: int = LATER, today: str = "2026-11-23") -> list[str]:
    return [one.id for one in idle(store, before_ms=before_ms, today=today)]


def told(store: SqliteStore, *entries: Entry) -> None:
    journal = MemoryJournal()
    journal.append(registered(M1))
    if entries:
        act(journal, *entries)
    send(store, journal)


def test_who_did_nothing_since_is_idle_and_points_do_not_keep_anybody(store: SqliteStore) -> None:
    told(store, points(300))
    assert names(store) == ["M1"]
    assert names(store, before_ms=START_MS + 1) == []


@pytest.mark.parametrize(
    "entry", [principal(1), uses(1), Entry(member=M1, account=Account.PAID_UNTIL, value="2026-11-23")]
)
def test_who_has_something_is_kept(store: SqliteStore, entry: Entry) -> None:
    card = Entry(member=M1, account=Account.CARD, amount=1, card=entry.card, sku=Sku("2001")) if entry.card else None
    told(store, *(one for one in (card, entry) if one is not None))
    assert names(store) == []


def test_a_paid_membership_that_is_over_keeps_nobody(store: SqliteStore) -> None:
    told(store, Entry(member=M1, account=Account.PAID_UNTIL, value="2026-11-22"))
    assert names(store) == ["M1"]


def test_who_was_merged_goes_with_whom_they_became(store: SqliteStore) -> None:
    journal = MemoryJournal()
    journal.append(registered(M1), registered(M2, act="a2", card=None), merging())
    send(store, journal)
    assert "M1" not in names(store)


def test_the_command_tells_first_and_deletes_when_it_is_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = tmp_path / "hq"
    run(state, "init")
    (tmp_path / "members.csv").write_text(HEADER + "M1,李雷,,,,,\nM2,王丽,,50.00,,,\n", encoding="utf-8")
    run(state, "members", "import", str(tmp_path / "members.csv"))
    assert run(state, "members", "purge") == 2
    assert "forget_after_days under [privacy]" in capsys.readouterr().err
    (state / "hq.toml").write_text("[privacy]\nforget_after_days = 30\n")
    assert run_json(state, capsys, "members", "purge") == {"members": [], "deleted": False}
    store = SqliteStore(state / "hq.db")
    with store.transaction():
        store._database.run("UPDATE member SET registered_ms = 1")
        store._database.run("UPDATE ledger SET at_ms = 1")
    store.close()
    assert run_json(state, capsys, "members", "purge") == {"members": ["M1"], "deleted": False}
    assert run(state, "members", "purge", "--yes") == 0
    assert "1 members who did nothing for 30 days are deleted" in capsys.readouterr().out
    assert run(state, "members", "show", "M1") == 2
    assert run(state, "members", "show", "M2") == 0
