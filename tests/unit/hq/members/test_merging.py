"""Members that became another one: what arrives of them later, from any till and in any order, is the other's."""

from itertools import permutations
from pathlib import Path

import pytest

from hq.bookcase import Bookcase
from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.members.merging import FOLLOWED
from hq.members.rows import RowMaker
from hq.store.members.port import Person
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import Account, Entry, amounts_of
from terminal.domain.members.member import CountCard, CountCardId, Member
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import MemberId
from terminal.wire import member_events as mev
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, act, entry, principal, send

STAFF = StaffNumber("1001")
M3 = MemberId("M3")


def merged(into: MemberId, gone: MemberId, amount: int, key: str) -> mev.MembersMerged:
    entries = (
        principal(amount, member=into),
        principal(-amount, member=gone),
        entry(Account.STATUS, member=gone, value="merged"),
    )
    return mev.MembersMerged(act=ActionId(key), staff=STAFF, into=into, gone=gone, entries=entries)


def known(store: SqliteStore, *members: MemberId) -> None:
    with store.transaction():
        for member in members:
            store.people.save(Person(id=member, registered_ms=1))
        start = store.ledger.next_act("Imported", at_ms=1)
        store.ledger.post(start, [principal(3000, member=member) for member in members])


def late(*entries: Entry) -> MemoryJournal:
    journal = MemoryJournal(terminal="S01-T02", seed=2)
    act(journal, *entries)
    return journal


def journal_of(terminal: str, seed: int, *facts: mev.OfMembers) -> MemoryJournal:
    journal = MemoryJournal(terminal=terminal, seed=seed)
    journal.append(*facts)
    return journal


def nothing_is_left(store: SqliteStore, *gone: MemberId) -> None:
    for member in gone:
        assert not any(amounts_of(store.ledger.balance(member)).values())
        assert store.ledger.left(member) == []
    assert store.ledger.differences() == []
    assert [check_chain(store, chain, Examiner()).fault for chain in store.journals.chains()] == [""] * len(
        store.journals.chains()
    )


def test_value_of_a_member_that_went_through_two_merges_is_found_whatever_comes_first(tmp_path: Path) -> None:
    hair = CountCardId("HAIR")
    arriving = [
        late(
            principal(10_000, member=M1),
            entry(Account.BONUS, 500, member=M1),
            entry(Account.POINTS, 40, member=M1, expires="2026-12-31"),
            entry(Account.CARD, 1, member=M1, card=hair, sku=Sku("2001"), expires="2027-01-31"),
            entry(Account.USES, 5, member=M1, card=hair),
        ),
        journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")),
        journal_of("S01-T04", 4, merged(M3, M2, 6000, "b")),
    ]
    ends = []
    for number, order in enumerate(permutations(arriving)):
        store = SqliteStore(tmp_path / f"{number}.db")
        known(store, M1, M2, M3)
        for journal in order:
            send(store, journal)
            send(store, journal)
        nothing_is_left(store, M1, M2)
        ends.append(store.ledger.balance(M3))
        assert store.tills.alarms() == []
        store.close()
    assert ends == [ends[0]] * 6
    assert ends[0].stored == StoredValue(principal=19_000, bonus=500)
    assert ends[0].points.lots == (Lot(40, "2026-12-31"),)
    assert ends[0].counts == {hair: CountCard(sku=Sku("2001"), left=5, until="2027-01-31")}


def test_what_was_spent_of_a_merged_member_is_taken_of_whom_it_became(store: SqliteStore) -> None:
    known(store, M1, M2)
    send(store, journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")))
    send(store, late(principal(-1000, member=M1)))
    assert store.ledger.balance(M2).stored.principal == 5000
    assert store.tills.alarms() == []
    rows = {row.act.kind: row for row in store.ledger.rows(M2, limit=9)}
    assert (rows[FOLLOWED].act.store, rows[FOLLOWED].entry.amount) == ("S01", -1000)
    nothing_is_left(store, M1)


def test_too_little_is_told_of_whom_a_member_became(store: SqliteStore) -> None:
    known(store, M1, M2)
    send(store, journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")))
    send(store, late(principal(-7000, member=M1)))
    assert [alarm.detail for alarm in store.tills.alarms()] == [
        "row 1 (FutureFact): member M2: stored value is below zero, and HQ blocks it"
    ]


def test_two_members_that_two_tills_merged_into_each_other_are_one(store: SqliteStore) -> None:
    known(store, M1, M2)
    send(store, journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")))
    send(store, journal_of("S01-T04", 4, merged(M1, M2, 3000, "b")))
    assert (store.ledger.balance(M2).stored.principal, store.ledger.left(M1)) == (6000, [])
    assert ["was merged before" in alarm.detail for alarm in store.tills.alarms()] == [True]


def test_card_that_was_issued_to_a_merged_member_is_of_whom_it_became(store: SqliteStore) -> None:
    known(store, M1, M2)
    card = CardKey(number="9900000000017")
    send(store, journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")))
    send(store, journal_of("S01-T02", 2, mev.CardIssued(act=ActionId("c"), staff=STAFF, member=M1, card=card)))
    assert [one.key for one in store.people.cards(M2)] == [card]


@pytest.mark.parametrize("day", ["2027-01-01", ""])
def test_membership_that_a_merged_member_paid_is_told(store: SqliteStore, day: str) -> None:
    known(store, M1, M2)
    send(store, journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")))
    send(store, late(entry(Account.PAID_UNTIL, member=M1, value=day)))
    told = ["row 1 (FutureFact): member M1: was merged, and has a membership paid since"] if day else []
    assert [alarm.detail for alarm in store.tills.alarms()] == told
    assert store.ledger.balance(M2) == Member(id=M2, stored=StoredValue(principal=6000))


def test_tills_are_told_whom_a_merged_member_became_at_the_end(store: SqliteStore) -> None:
    known(store, M1, M2, M3)
    send(store, journal_of("S01-T03", 3, merged(M2, M1, 3000, "a")))
    send(store, journal_of("S01-T04", 4, merged(M3, M2, 6000, "b")))
    rows = RowMaker(store, Bookcase(store, Path("no-books")), today=lambda: "2026-11-23")
    people = [(1, Person(id=M1, into=M2)), (2, Person(id=M2, into=M3)), (3, Person(id=M3))]
    assert [row.into for row in rows.rows(people, store="S01")] == [M3, M3, None]


def test_value_of_members_whose_merges_go_in_a_circle_stays(store: SqliteStore) -> None:
    known(store, M1, M2)
    with store.transaction():
        for member, into in ((M1, M2), (M2, M1)):
            store.people.save(Person(id=member, registered_ms=1, into=into))
    send(store, late(principal(1000, member=M1)))
    assert store.ledger.balance(M1).stored.principal == 4000
