"""What a person may ask for: all that is known, and that it is deleted (PIPL)."""

from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from hq.commands.verify import check_chain
from hq.errors import MemberError
from hq.examiner import Examiner
from hq.members.leaving import erase, known_of
from hq.members.scrubbing import scrubbed
from hq.store.members.port import NOBODY, Person
from hq.store.sqlite import SqliteStore
from terminal.domain.after.refund import Return
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import CountCardId, Member, masked
from terminal.domain.text import SafeText
from terminal.wire import events as ev
from terminal.wire.envelope import Acked
from terminal.wire.record import TillRecord, encode_record
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, act, entry, points, principal, send, uses
from tests.unit.hq.members.test_booking import CARD, OTHER, merging, registered, topped_up
from tests.unit.hq.returns.bench import ZHANG, Hq, bought, found_in, of_member, taken_back

SECRETS = (b"13812345678", "张小明".encode(), "张**".encode(), b"138****5678", b"9900000000017", b"03-18", b"R7")


def bound() -> list[ev.Fact]:
    started = ev.SaleStarted(
        sale_id=SaleId("s1"), staff=StaffNumber("1001"), book_version=1, local_time="2026-11-23T10:00:00", started_ms=1
    )
    seen = ev.MemberBound(card=SafeText(CARD.number), member=masked(registered().member))
    held = ev.EpochBegan(record=encode_record(TillRecord()))
    return [held, started, seen]


def journal_of(store: SqliteStore, *facts: ev.Fact) -> MemoryJournal:
    journal = MemoryJournal()
    journal.append(*facts)
    send(store, journal)
    return journal


def leave(store: SqliteStore, *, may_forfeit: bool = False) -> int:
    with store.transaction():
        person = store.people.get(M1)
        assert person is not None
        return erase(store, person, may_forfeit=may_forfeit, now_ms=99)


def test_all_that_is_known_is_told_with_those_that_were_merged_into_it(store: SqliteStore) -> None:
    journal_of(store, registered(), registered(M2, act="a2", card=OTHER), topped_up("t1"), merging())
    person = store.people.get(M2)
    assert person is not None
    known = known_of(store, person)
    assert known.balance.stored.principal == 5000
    assert {card.key for card in known.cards} == {CARD, OTHER}
    (gone,) = known.merged
    assert (gone.person.id, gone.person.phone) == (M1, "13812345678")
    assert [row.act.kind for row in gone.ledger][-2:] == ["ToppedUp", "MemberRegistered"]


def test_nothing_that_names_a_person_is_left_and_the_chain_still_holds(store: SqliteStore, tmp_path: Path) -> None:
    journal = journal_of(store, registered(), *bound())
    assert leave(store) == 2
    store._database.run("VACUUM")
    kept = b"".join(row.body for row in store.journals.read(journal.terminal, 1, after=0, limit=99))
    assert not any(secret in kept for secret in SECRETS)
    store._database.row(tuple[int, int, int], "PRAGMA wal_checkpoint(TRUNCATE)")
    on_disk = (tmp_path / "hq.db").read_bytes()
    assert not any(secret in on_disk for secret in SECRETS)
    (chain,) = store.journals.chains()
    assert check_chain(store, chain, Examiner()).fault == ""
    assert store.people.get(M1) == Person(id=M1, erased_ms=99)
    assert store.people.find(M1)[0].erased_ms
    assert store.people.cards(M1) == ()
    assert store.people.page(limit=9) == []


def test_sale_of_a_member_who_left_stays_as_right_as_it_was(tmp_path: Path) -> None:
    with closing(Hq(tmp_path)) as hq:
        sold = of_member()
        back = taken_back(found_in(sold), Return(line=1), member=bought(found_in(sold)))
        journal = MemoryJournal()
        journal.append(*sold, back)
        hq.take(journal)
        with hq.store.transaction():
            hq.store.people.save(Person(id=ZHANG.id))
            erase(hq.store, Person(id=ZHANG.id), may_forfeit=True, now_ms=99)
        (chain,) = hq.store.journals.chains()
        report = check_chain(hq.store, chain, hq.examiner)
        assert (report.sales, report.returns, report.differing, report.fault) == (1, 1, 0, "")


def test_rows_that_were_changed_on_purpose_still_take_the_same_batch_again(store: SqliteStore) -> None:
    journal = journal_of(store, registered(), *bound())
    leave(store)
    assert isinstance(send(store, journal), Acked)
    journal.append(ev.SaleVoided(sale_id=SaleId("s1"), staff=StaffNumber("1001"), total_fen=0))
    answer = send(store, journal)
    assert isinstance(answer, Acked)
    assert answer.acked == 5
    assert store.tills.alarms() == []


@pytest.mark.parametrize("left", [principal(1), uses(1)])
def test_who_has_value_left_is_deleted_only_if_it_may_lapse(store: SqliteStore, left: Entry) -> None:
    with store.transaction():
        store.people.save(Person(id=M1))
    journal = MemoryJournal()
    act(journal, entry(Account.CARD, 1, card=CountCardId("HAIR"), sku=Sku("2001")), left)
    send(store, journal)
    with pytest.raises(MemberError) as caught:
        leave(store)
    assert caught.value.code == "member_has_value"
    assert leave(store, may_forfeit=True) == 0
    assert store.ledger.balance(NOBODY) == Member(id=NOBODY)
    assert store.ledger.differences() == []


def test_points_lapse_and_what_was_spent_stays_as_a_sum_of_nobody(store: SqliteStore) -> None:
    with store.transaction():
        store.people.save(Person(id=M1))
    journal = MemoryJournal()
    act(journal, points(30, "2026-12-31"), sale_id="s1")
    send(store, journal)
    leave(store)
    rows = store.ledger.rows(NOBODY, limit=9)
    assert [(row.act.kind, row.entry.amount, row.act.sale) for row in rows] == [
        ("FutureFact", 30, ""),
        ("MemberLeft", -30, ""),
    ]


def test_members_that_were_merged_into_it_are_deleted_too(store: SqliteStore) -> None:
    journal_of(store, registered(M2, act="a2", card=OTHER), registered(), merging())
    with store.transaction():
        person = store.people.get(M2)
        assert person is not None
        erase(store, person, may_forfeit=True, now_ms=99)
    assert store.people.page(limit=9) == []


def test_body_that_makes_no_sense_is_left_alone_and_others_stay_what_they_were() -> None:
    assert scrubbed(b"\xc1", {M1}) == b"\xc1"
    body = msgspec.msgpack.encode(registered(M2))
    assert scrubbed(body, {M1}) == body
    clean = ev.decode_fact(scrubbed(body, {M2}))
    assert clean == msgspec.structs.replace(
        registered(M2),
        member=Member(id=M2, tier="basic"),
        card=msgspec.structs.replace(CARD, number="-"),
        referral=SafeText(""),
    )
