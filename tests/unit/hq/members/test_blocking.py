"""Who spent more stored value than there was is blocked by HQ, until HQ lifts it."""

from pathlib import Path

import pytest

from hq.bookcase import Bookcase
from hq.collector import Collector
from hq.members.booking import book
from hq.members.posting import Posting
from hq.members.rows import RowMaker
from hq.store.members.port import Act, Person
from hq.store.sqlite import SqliteStore
from terminal.domain.members.claims import ClaimId, Drawn, Part
from terminal.domain.members.entries import Account
from terminal.domain.members.member import ACTIVE, BLOCKED, MERGED
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.envelope import pack_batch
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.commands import opened, run, run_json
from tests.unit.hq.members.acts import M1, M2, act, entry, points, principal, send
from tests.unit.hq.members.test_booking import merging, registered, topped_up

TOLD = "row 2 (FutureFact): member M1: stored value is below zero, and HQ blocks it"


def spending(amount: int = 300, *, terminal: str = "S01-T03", seed: int = 0) -> MemoryJournal:
    """A till that had 100 of a member's, and spent more without HQ."""
    journal = MemoryJournal(terminal=terminal, seed=seed)
    act(journal, principal(100))
    act(journal, principal(-amount))
    return journal


def known(store: SqliteStore, *members: MemberId) -> None:
    with store.transaction():
        for member in members or (M1, M2):
            store.people.save(Person(id=member, registered_ms=1))


def status(store: SqliteStore, member: MemberId = M1) -> str:
    return store.ledger.balance(member).status


def blocks(store: SqliteStore, member: MemberId = M1) -> list[tuple[str, str]]:
    rows = store.ledger.rows(member, limit=99)
    return [(row.act.kind, row.entry.value) for row in rows if row.entry.account is Account.BLOCKED]


def test_who_is_overdrawn_is_blocked_with_a_reason_and_tills_are_told(store: SqliteStore, tmp_path: Path) -> None:
    known(store)
    send(store, spending())
    assert [alarm.detail for alarm in store.tills.alarms()] == [TOLD]
    assert blocks(store) == [("MemberBlocked", "overdrawn")]
    newest = store.people.changed("S01", since=store.people.latest() - 1, limit=9)
    rows = RowMaker(store, Bookcase(store, tmp_path), today=lambda: "2026-03-18").rows(newest, store="S01")
    assert [(row.member.id, row.member.status) for row in rows] == [(M1, BLOCKED)]


def test_row_that_comes_again_blocks_once_and_not_again_after_hq_has_lifted_it(state: Path) -> None:
    store = opened(state)
    known(store)
    for _ in range(3):
        send(store, spending())
    assert len(blocks(store)) == 1
    assert run(state, "members", "unblock", M1) == 0
    send(store, spending())
    assert status(store) == ACTIVE
    assert len(blocks(store)) == 2
    store.close()


def test_no_till_lifts_what_hq_blocks_whatever_its_clock_says(store: SqliteStore) -> None:
    known(store)
    send(store, spending())
    other = MemoryJournal(terminal="S02-T01", seed=4)
    act(other, entry(Account.STATUS, value="frozen"), entry(Account.STATUS, value=ACTIVE), entry(Account.BLOCKED))
    send(store, other)
    assert status(store) == BLOCKED


def test_hq_lifts_it_though_the_till_that_overdrew_was_ahead_of_time(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = opened(state)
    known(store)
    send(store, spending())
    assert run(state, "members", "list") == 0
    assert "blocked" in capsys.readouterr().out
    before = store.people.latest()
    assert run(state, "members", "unblock", M1) == 0
    assert capsys.readouterr().out == "M1 is blocked no more; stored value -2.00\n"
    assert (status(store), store.people.latest()) == (ACTIVE, before + 1)
    assert run(state, "members", "unblock", M1) == 2
    assert "M1 is not blocked by HQ" in capsys.readouterr().err
    assert run_json(state, capsys, "verify")["faults"] == []
    store.close()


def test_status_that_a_till_set_meanwhile_holds_when_hq_has_lifted_its_own(state: Path) -> None:
    store = opened(state)
    known(store)
    send(store, spending())
    other = MemoryJournal(terminal="S02-T01", seed=4)
    act(other, entry(Account.STATUS, value="frozen"))
    send(store, other)
    assert run(state, "members", "unblock", M1) == 0
    assert status(store) == "frozen"
    store.close()


def test_overdraft_of_who_was_merged_blocks_whom_they_became_in_any_order(store: SqliteStore) -> None:
    there, here = MemoryJournal(terminal="S02-T01", seed=2), MemoryJournal(seed=1)
    there.append(registered(), registered(M2, act="a2", card=None), topped_up("t1"), merging())
    act(here, principal(-9000))
    send(store, there)
    send(store, here)
    assert (status(store), status(store, M2)) == (MERGED, BLOCKED)


def test_act_that_gives_as_much_as_it_takes_blocks_nobody(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    act(journal, principal(-100), principal(100))
    send(store, journal)
    assert status(store) == ACTIVE


def test_points_below_zero_are_owed_and_block_nobody(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    act(journal, points(10))
    act(journal, points(-50))
    send(store, journal)
    assert status(store) == ACTIVE


def test_what_hq_had_set_aside_and_freed_of_a_lost_till_blocks_nobody(store: SqliteStore) -> None:
    known(store)
    drawn = Drawn(claim=ClaimId("l1"), parts=(Part(account=Account.PRINCIPAL, amount=300),))
    spent = Act(terminal="S01-T03", epoch=1, seq=1, kind="SaleCompleted", at_ms=5)
    with store.transaction():
        book(store, [Posting(act=spent, entries=(principal(-300),), drawn=(drawn,))])
    assert status(store) == ACTIVE
    assert [alarm.detail for alarm in store.tills.alarms()] == [
        "row 1 (SaleCompleted): member M1: stored value is below zero"
    ]


def test_hq_that_is_set_so_blocks_nobody(store: SqliteStore) -> None:
    known(store)
    journal = spending()
    payload = pack_batch(journal.rows, terminal=journal.terminal, epoch=journal.epoch, head=2, sent_ms=1)
    with store.transaction():
        Collector(store, blocks=False).batch(journal.terminal, payload, now_ms=7)
    assert status(store) == ACTIVE


def test_who_was_deleted_is_not_blocked(store: SqliteStore) -> None:
    with store.transaction():
        store.people.save(Person(id=M1, erased_ms=5))
    send(store, spending())
    assert blocks(store) == []
