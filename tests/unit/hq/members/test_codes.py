"""Codes on phones that tills took: one is good once in the whole chain, and HQ finds the second use."""

from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.wire.events import InTraining
from terminal.wire.member_events import PhoneCodeUsed
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, send

USED = PhoneCodeUsed(member=M1, digest="5b1c" * 8, key=3, made_ms=1_795_000_000_000, device="gun")


def alarms(store: SqliteStore) -> list[tuple[str, str]]:
    return [(one.terminal, one.detail) for one in store.tills.alarms() if one.kind is AlarmKind.MISUSE]


def used_at(store: SqliteStore, terminal: str, *facts: PhoneCodeUsed | InTraining) -> MemoryJournal:
    journal = MemoryJournal(terminal=terminal, seed=int(terminal[-1]))
    journal.append(*facts)
    send(store, journal)
    return journal


def test_a_code_that_one_till_took_is_nothing_to_tell(store: SqliteStore) -> None:
    journal = used_at(store, "S01-T03", USED)
    send(store, journal)
    assert alarms(store) == []


def test_a_code_that_two_tills_took_is_an_alarm_that_names_both(store: SqliteStore) -> None:
    used_at(store, "S01-T03", USED)
    used_at(store, "S01-T04", USED)
    (alarm,) = alarms(store)
    assert alarm == ("S01-T04", "row 1: a code on the phone of member M1 was used before, at S01-T03")


def test_a_till_that_forgot_what_it_took_is_told_of_too(store: SqliteStore) -> None:
    used_at(store, "S01-T03", USED, USED)
    assert [terminal for terminal, _ in alarms(store)] == ["S01-T03"]


def test_what_is_practised_is_no_use(store: SqliteStore) -> None:
    used_at(store, "S01-T03", USED)
    used_at(store, "S01-T04", InTraining(fact=USED))
    assert alarms(store) == []


def test_a_member_who_is_deleted_took_nothing(store: SqliteStore) -> None:
    used_at(store, "S01-T03", USED)
    with store.transaction():
        store.codes.forget(M1)
    used_at(store, "S01-T04", USED)
    assert len(alarms(store)) == 1
