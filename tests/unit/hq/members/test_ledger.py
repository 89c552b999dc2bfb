"""The ledger: every entry once, in any order, and balances as sums."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from hq.cli import main
from hq.store.members.port import NOBODY, Act, Person
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.members.entries import Account, Entry, entries_between, with_entries
from terminal.domain.members.member import ACTIVE, CountCard, CountCardId, Member
from terminal.domain.members.membership import Membership, joined
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier
from terminal.domain.staff import Role
from terminal.domain.text import SafeText
from terminal.wire.events import StaffSignedIn
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.members.acts import M1, M2, act, entry, points, principal, send, uses

GOLD = Tier(id="gold", min_spend=20_000)
BASIC = Tier(id="basic", min_spend=0)


def known(store: SqliteStore, *members: Person) -> None:
    with store.transaction():
        for person in members or (Person(id=M1), Person(id=M2)):
            store.people.save(person)


def alarms(store: SqliteStore) -> list[tuple[AlarmKind, str]]:
    return [(alarm.kind, alarm.detail) for alarm in store.tills.alarms()]


def test_balance_is_the_sum_of_the_entries_of_all_tills(store: SqliteStore) -> None:
    known(store)
    here, there = MemoryJournal(seed=1), MemoryJournal(terminal="S02-T01", seed=2)
    act(here, principal(5000), points(30, "2026-12-31"))
    act(there, principal(-1200), points(12), entry(Account.SPEND, 1200))
    send(store, here)
    send(store, there)
    assert store.ledger.balance(M1) == Member(
        id=M1,
        stored=StoredValue(principal=3800),
        points=PointsAccount(lots=(Lot(30, "2026-12-31"), Lot(12))),
        spend=1200,
    )
    assert alarms(store) == []


def test_row_tells_who_did_it_where_and_what_stood_there_before(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    journal.append(StaffSignedIn(staff=StaffNumber("1001"), name=SafeText("王芳"), role=Role.CASHIER))
    act(journal, principal(5000), kind="TopUp")
    act(journal, principal(-300), kind="Spend", sale_id="s1", staff="1002")
    send(store, journal)
    newest, oldest = store.ledger.rows(M1, limit=9)
    assert (oldest.act.kind, oldest.act.staff, oldest.act.sale, oldest.before, oldest.after) == (
        "TopUp",
        "1001",
        "",
        0,
        5000,
    )
    assert (newest.act.kind, newest.act.staff, newest.act.sale, newest.before, newest.after) == (
        "Spend",
        "1002",
        "s1",
        5000,
        4700,
    )
    assert (newest.act.terminal, newest.act.store, newest.act.seq) == (TERMINAL, "S01", 3)
    assert [row.after for row in store.ledger.rows(M1, limit=1)] == [4700]


def test_acknowledgement_that_is_lost_books_nothing_twice(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    act(journal, principal(5000))
    for _ in range(20):
        send(store, journal)
    assert store.ledger.balance(M1).stored.principal == 5000


def test_act_that_is_posted_again_changes_nothing(store: SqliteStore) -> None:
    known(store)
    with store.transaction():
        first = store.ledger.next_act("Corrected", at_ms=5)
        for _ in range(3):
            store.ledger.post(first, (principal(5), principal(7)))
        assert store.ledger.next_act("Corrected", at_ms=5).seq == first.seq + 1
    assert store.ledger.balance(M1).stored.principal == 12
    assert store.ledger.booked("HQ", 0, first.seq) == [principal(5), principal(7)]


def test_sale_that_stands_in_two_epochs_is_booked_once(store: SqliteStore) -> None:
    known(store)
    for epoch in (1, 2):
        journal = MemoryJournal(epoch=epoch)
        *begun, completed = sale_facts(1)
        journal.append(*begun)
        body = {**msgspec.msgpack.decode(msgspec.msgpack.encode(completed)), "entries": [{"member": "M1"}]}
        body["entries"] = msgspec.to_builtins((principal(-1600),))
        journal.append_body("SaleCompleted", msgspec.msgpack.encode(body))
        send(store, journal)
    assert store.ledger.balance(M1).stored.principal == -1600
    assert [row.act.place for row in store.ledger.rows(M1, limit=9)] == [(TERMINAL, 1, 4), ("HQ", 0, 1)]


def test_stored_value_below_zero_is_told_and_booked(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    act(journal, principal(100))
    act(journal, principal(-300))
    act(journal, principal(50))
    send(store, journal)
    assert store.ledger.balance(M1).stored.principal == -150
    assert alarms(store) == [
        (AlarmKind.LEDGER, "row 2 (FutureFact): member M1: stored value is below zero, and HQ blocks it")
    ]


def test_member_that_hq_does_not_know_is_told_and_has_a_balance(store: SqliteStore) -> None:
    journal = MemoryJournal()
    act(journal, principal(100))
    act(journal, principal(100))
    send(store, journal)
    assert store.ledger.balance(M1).stored.principal == 200
    assert alarms(store) == [(AlarmKind.LEDGER, "row 1 (FutureFact): member M1: is no member that HQ knows")]


def test_entries_that_make_no_sense_are_told_and_the_journal_goes_on(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    journal.append_body("FutureFact", msgspec.msgpack.encode({"type": "FutureFact", "entries": [{"member": 5}]}))
    act(journal)
    act(journal, principal(100))
    send(store, journal)
    assert store.ledger.balance(M1).stored.principal == 100
    ((kind, detail),) = alarms(store)
    assert kind is AlarmKind.LEDGER
    assert "row 1 (FutureFact): Expected `str`" in detail


def test_count_card_comes_with_what_it_is_good_for(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    hair = CountCardId("HAIR")
    act(journal, entry(Account.CARD, 1, card=hair, sku=Sku("2001"), expires="2026-12-31"), uses(5))
    act(journal, uses(-2))
    send(store, journal)
    assert store.ledger.balance(M1).counts == {hair: CountCard(sku=Sku("2001"), left=3, until="2026-12-31")}
    act(journal, entry(Account.CARD, 0, card=hair, sku=Sku("2001"), expires="2027-12-31"))
    send(store, journal)
    assert store.ledger.balance(M1).counts[hair].until == "2027-12-31"


@pytest.mark.parametrize(("tiers", "expected"), [((BASIC, GOLD), "gold"), ((), "basic")])
def test_of_two_tiers_the_highest_stays_if_hq_knows_them_else_the_newest(
    store: SqliteStore, tiers: tuple[Tier, ...], expected: str
) -> None:
    known(store)
    with store.transaction():
        for ms, tier in ((5, "gold"), (6, "basic")):
            told = store.ledger.next_act("Risen", at_ms=ms)
            store.ledger.post(told, (entry(Account.TIER, value=tier),), tiers=tiers)
    assert store.ledger.balance(M1).tier == expected


accounts = st.sampled_from([Account.PRINCIPAL, Account.BONUS, Account.DEBT, Account.SPEND])
members = st.sampled_from([M1, M2])
amounts = st.integers(-50, 50)
sums = st.builds(lambda account, amount, member: entry(account, amount, member=member), accounts, amounts, members)
lots = st.builds(points, amounts, st.sampled_from([None, "2026-01-01", "2026-12-31"]))
entries = st.lists(st.one_of(sums, lots, st.builds(uses, amounts)), max_size=4)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(acts=st.lists(entries, min_size=1, max_size=8), data=st.data())
def test_any_order_and_repetition_of_rows_of_two_tills_comes_to_the_same(
    tmp_path: Path, acts: list[list[Entry]], data: st.DataObject
) -> None:
    journals = [MemoryJournal(terminal=f"S01-T0{number}", seed=number) for number in (1, 2)]
    hair = entry(Account.CARD, 1, card=CountCardId("HAIR"), sku=Sku("2001"))
    act(journals[0], hair)
    act(journals[1])
    for index, some in enumerate(acts):
        act(journals[index % 2], *some)
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    with closing(SqliteStore(path)) as store:
        cuts = st.tuples(st.integers(0, 1), st.integers(1, 6), st.integers(1, 6))
        for number, first, last in data.draw(st.lists(cuts, max_size=8)):
            if first <= min(last, len(journals[number].rows)):
                send(store, journals[number], first=first, last=last)
        for journal in data.draw(st.permutations(journals)):
            send(store, journal)
        for member in (M1, M2):
            booked = [one for some in ([hair], *acts) for one in some]
            balance = replace(store.ledger.balance(member), status=ACTIVE)  # HQ blocks by what came first
            assert balance == with_entries(Member(id=member), booked)
        assert store.ledger.differences() == []


def test_balance_that_is_not_the_sum_of_its_entries_is_a_fault_of_verify(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = MemoryJournal()
    act(journal, principal(100), points(5, "2026-12-31"), uses(1))
    with closing(SqliteStore(state / "hq.db")) as store:
        known(store)
        send(store, journal)
        assert main(["--state", str(state), "verify"]) == 0
        store._database.run("UPDATE balance SET amount = 7 WHERE account IN ('points', 'uses')")
    assert main(["--state", str(state), "verify"]) == 1
    told = capsys.readouterr().out
    assert "FAULT member M1: points 2026-12-31 is 7, not 5\n" in told
    assert "FAULT member M1: uses HAIR is 7, not 1\n" in told


def test_entry_that_is_not_booked_is_a_fault_of_verify(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    act(journal, principal(100))
    with closing(SqliteStore(state / "hq.db")) as store:
        known(store)
        send(store, journal)
        store._database.run("DELETE FROM ledger")
        store._database.run("DELETE FROM balance")
    assert main(["--state", str(state), "verify"]) == 1
    assert "S01-T03 epoch 1: the entries of row 1 are not booked as they are" in capsys.readouterr().out


def test_what_is_forgotten_of_a_member_leaves_sums_of_nobody(store: SqliteStore) -> None:
    known(store)
    journal = MemoryJournal()
    act(journal, principal(100), points(5, "2026-12-31"), uses(3), entry(Account.TIER, value="gold"))
    act(journal, principal(40, member=M2))
    send(store, journal)
    with store.transaction():
        assert [store.ledger.forget(member) for member in (M1, M2)] == [4, 1]
    assert store.ledger.balance(M1) == Member(id=M1)
    assert store.ledger.balance(NOBODY).stored.principal == 140
    assert store.ledger.differences() == []
    assert store.ledger.holders() == []


def test_entries_of_a_member_whose_data_were_deleted_are_nobodys_and_told(store: SqliteStore) -> None:
    known(store, Person(id=M1, erased_ms=5))
    journal = MemoryJournal()
    act(journal, principal(100))
    send(store, journal)
    assert store.ledger.balance(NOBODY).stored.principal == 100
    assert store.ledger.rows(M1, limit=9) == []
    assert alarms(store) == [(AlarmKind.LEDGER, "row 1 (FutureFact): member M1: was deleted")]


def test_until_when_a_membership_is_paid_the_newest_act_says(store: SqliteStore) -> None:
    def until(day: str) -> Entry:
        return Entry(member=M1, account=Account.PAID_UNTIL, value=day)

    for seq, day in ((2, "2027-06-01"), (1, "2027-03-01")):
        store.ledger.post(Act(terminal="S01-T01", epoch=1, seq=seq, kind="x", at_ms=seq), [until(day)])
    assert store.ledger.balance(M1).paid_until == "2027-06-01"
    store.ledger.post(Act(terminal="S01-T01", epoch=1, seq=3, kind="x", at_ms=3), [until("")])
    assert store.ledger.balance(M1).paid_until is None
    assert store.ledger.differences() == []


@pytest.mark.parametrize(
    ("until", "end"), [(None, "2028-11-22"), ("2026-01-31", "2028-11-22"), ("2026-12-31", "2028-12-30")]
)
def test_two_tills_that_renew_a_membership_give_the_time_of_both(tmp_path: Path, until: str | None, end: str) -> None:
    someone = Member(id=M1, paid_until=until)
    year = Membership(sku=Sku("900001"), tier="gold", days=365)

    def renewed(before: Member) -> tuple[Member, tuple[Entry, ...]]:
        after = joined(before, [(year.sku, 1)], [year], today="2026-11-23", tiers=())
        return after, entries_between(before, after, today="2026-11-23")

    once, first = renewed(someone)
    _, again = renewed(once)
    assert with_entries(someone, (*first, *again)).paid_until == end
    assert with_entries(someone, (*first, *first)).paid_until == end
    for order in ((5, 6), (6, 5)):
        with closing(SqliteStore(tmp_path / f"{order[0]}.db")) as store, store.transaction():
            store.ledger.post(store.ledger.next_act("Imported", at_ms=1), entries_between(Member(id=M1), someone))
            for ms in order:
                store.ledger.post(Act(terminal=f"S01-T0{ms}", epoch=1, seq=1, kind="x", at_ms=ms), first)
            assert store.ledger.balance(M1).paid_until == end
