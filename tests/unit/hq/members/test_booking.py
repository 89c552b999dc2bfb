"""Who members are, as the facts of tills tell it."""

from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.store.members.port import Person
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import ActionId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.entries import Account, Entry, entries_between
from terminal.domain.members.member import MERGED, Member
from terminal.domain.members.stored import StoredRules, StoredValue
from terminal.domain.members.topping import merge
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire import member_events as mev
from tests.integration.uplink.journals import START_MS, MemoryJournal
from tests.unit.hq.members.acts import M1, M2, principal, send

STAFF = StaffNumber("1001")
CARD, OTHER = CardKey(number="9900000000017"), CardKey(number="9900000000024")


def registered(member: MemberId = M1, *, act: str = "a1", card: CardKey | None = CARD) -> mev.MemberRegistered:
    someone = Member(id=member, tier="basic", name=SafeText("张小明"), phone=SafeText("13812345678"), birthday="03-18")
    return mev.MemberRegistered(
        act=ActionId(act), staff=STAFF, member=someone, consent="2", consent_ms=55, card=card, referral=SafeText("R7")
    )


def topped_up(act: str, amount: int = 5000) -> mev.ToppedUp:
    tender = Tender(kind=TenderKind.CASH, amount_fen=amount, given_fen=amount)
    return mev.ToppedUp(
        act=ActionId(act), staff=STAFF, member=M1, amount_fen=amount, tender=tender, entries=(principal(amount),)
    )


def told(store: SqliteStore, *facts: mev.OfMembers, terminal: str = "S01-T03", seed: int = 0) -> list[str]:
    journal = MemoryJournal(terminal=terminal, seed=seed)
    journal.append(*facts)
    send(store, journal)
    alarms = store.tills.alarms()
    assert {alarm.kind for alarm in alarms} <= {AlarmKind.LEDGER}
    return [alarm.detail for alarm in alarms]


def check_ledger(store: SqliteStore) -> list[str]:
    return [check_chain(store, chain, Examiner()).fault for chain in store.journals.chains()]


def status_of(store: SqliteStore, member: MemberId = M1) -> dict[str, str]:
    return {card.key.number: card.status for card in store.people.cards(member)}


def test_member_that_a_till_registers_is_known_with_card_and_consent(store: SqliteStore) -> None:
    assert told(store, registered()) == []
    assert store.people.get(M1) == Person(
        id=M1,
        name="张小明",
        phone="13812345678",
        birthday="03-18",
        home="S01",
        registered_ms=START_MS + 1,
        consent="2",
        consent_ms=55,
        referral="R7",
    )
    assert store.people.cards(M1) == (MemberCard(key=CARD),)
    assert store.ledger.balance(M1) == Member(id=M1, tier="basic")
    for text in (M1, "13812345678", CARD.number):
        assert [person.id for person in store.people.find(text)] == [M1]
    assert store.people.find("") == []


def test_member_that_is_registered_twice_stays_as_it_was_and_is_told(store: SqliteStore) -> None:
    assert told(store, registered(), registered(act="a2", card=OTHER)) == [
        "row 2 (MemberRegistered): member M1: was registered before"
    ]
    assert status_of(store) == {CARD.number: "active"}


def test_act_that_stands_in_two_rows_counts_once(store: SqliteStore) -> None:
    told(store, registered(), topped_up("t1"))
    assert told(store, topped_up("t1"), topped_up("t2", 7), terminal="S02-T01", seed=2) == []
    assert store.ledger.balance(M1).stored == StoredValue(principal=5007)
    assert check_ledger(store) == [""] * 2


def test_card_that_is_issued_in_the_place_of_another_is_the_one_that_is_good(store: SqliteStore) -> None:
    issued = mev.CardIssued(act=ActionId("c1"), staff=STAFF, member=M1, card=OTHER, replaces=CARD)
    assert told(store, registered(), issued) == []
    assert status_of(store) == {CARD.number: "replaced", OTHER.number: "active"}


def test_card_that_was_lost_is_so_whatever_comes_first(store: SqliteStore) -> None:
    lost = mev.CardStatusSet(act=ActionId("c2"), staff=STAFF, member=M1, card=CARD, status="lost")
    late = MemoryJournal(seed=3, terminal="S01-T01")
    late.append(registered(act="other"), lost)
    told(store, registered())
    send(store, late)
    assert status_of(store) == {CARD.number: "lost"}
    with store.transaction():
        assert store.people.bind(M1, MemberCard(key=CARD), at_ms=START_MS)
    assert status_of(store) == {CARD.number: "lost"}


def test_card_of_another_member_is_told_and_stays_where_it_is(store: SqliteStore) -> None:
    issued = mev.CardIssued(act=ActionId("c1"), staff=STAFF, member=M2, card=CARD)
    assert told(store, registered(), issued) == ["row 2 (CardIssued): member M2: a card is another member's"]
    assert (status_of(store), status_of(store, M2)) == ({CARD.number: "active"}, {})


def merging(act: str = "m1") -> mev.MembersMerged:
    into, gone = Member(id=M2), Member(id=M1, tier="basic", stored=StoredValue(principal=5000))
    merged, left = merge(into, gone, stored=StoredRules(), tiers=(), today="2026-03-18")
    entries = (*entries_between(into, merged), *entries_between(gone, left))
    return mev.MembersMerged(act=ActionId(act), staff=STAFF, into=M2, gone=M1, entries=entries)


def test_members_who_become_one_have_one_balance_and_the_cards_of_both(store: SqliteStore) -> None:
    assert told(store, registered(), registered(M2, act="a2", card=OTHER), topped_up("t1"), merging()) == []
    assert store.ledger.balance(M2).stored == StoredValue(principal=5000)
    gone, person = store.ledger.balance(M1), store.people.get(M1)
    assert (gone.stored, gone.status) == (StoredValue(), MERGED)
    assert person is not None
    assert (person.into, person.name) == (M2, "张小明")
    assert store.people.merged_into(M2) == [M1]
    assert status_of(store, M2) == {CARD.number: "active", OTHER.number: "active"}


def test_member_that_two_tills_merged_is_told(store: SqliteStore) -> None:
    told(store, registered(), registered(M2, act="a2", card=OTHER), topped_up("t1"), merging())
    assert told(store, merging("m2"), terminal="S01-T09", seed=9) == [
        "row 1 (MembersMerged): member M1: was merged before",
    ]
    assert store.ledger.balance(M2).stored == StoredValue(principal=5000)


def test_status_of_a_member_is_what_was_said_last(store: SqliteStore) -> None:
    blocked = mev.MemberStatusSet(
        act=ActionId("s1"),
        staff=STAFF,
        member=M1,
        status="lost",
        entries=entries_between(Member(id=M1), Member(id=M1, status="lost")),
    )
    assert told(store, registered(), blocked) == []
    assert store.ledger.balance(M1).status == "lost"


def test_whatever_changes_of_a_member_gives_it_the_next_version(store: SqliteStore) -> None:
    told(store, registered(), registered(M2, act="a2", card=OTHER))
    versions = store._database.rows(tuple[str, int], "SELECT id, version FROM member ORDER BY version")
    assert [member for member, _ in versions] == [M1, M2]
    told(store, topped_up("t1"), terminal="S02-T01", seed=2)
    later = store._database.rows(tuple[str, int], "SELECT id, version FROM member ORDER BY version")
    assert [member for member, _ in later] == [M2, M1]
    assert later[1][1] > versions[1][1]


def test_member_that_was_changed_at_a_till_is_called_so_and_what_is_empty_stays(store: SqliteStore) -> None:
    changed = mev.MemberEdited(act=ActionId("e1"), staff=STAFF, member=M1, phone=SafeText("13900001111"))
    named = mev.MemberEdited(act=ActionId("e2"), staff=STAFF, member=M1, name=SafeText("张大明"), birthday="02-29")
    assert told(store, registered(), changed, named) == []
    person = store.people.get(M1)
    assert person is not None
    assert (person.phone, person.name, person.birthday, person.consent) == ("13900001111", "张大明", "02-29", "2")


def test_nothing_is_kept_of_who_was_deleted(store: SqliteStore) -> None:
    store.people.save(Person(id=M1, erased_ms=5))
    changed = mev.MemberEdited(act=ActionId("e1"), staff=STAFF, member=M1, phone=SafeText("13900001111"))
    told(store, changed)
    assert store.people.get(M1) == Person(id=M1, erased_ms=5)


def test_gift_takes_its_points_and_leaves_the_shelf(store: SqliteStore) -> None:
    points = (Entry(member=M1, account=Account.POINTS, amount=-500),)
    gift = mev.GiftGiven(
        act=ActionId("g1"), staff=STAFF, member=M1, sku=Sku("CUP"), name=SafeText("杯子"), points=500, entries=points
    )
    store.people.save(Person(id=M1, registered_ms=1))
    assert told(store, gift) == []
    assert store.ledger.balance(M1).points.debt == 500
    (level,) = store.stocks.levels(store="S01")
    assert (level.sku, level.name, level.level.on_hand) == ("CUP", "杯子", -1)
    assert check_ledger(store) == [""]


def test_article_that_is_given_as_a_gift_keeps_its_own_name(store: SqliteStore) -> None:
    gift = mev.GiftGiven(
        act=ActionId("g1"),
        staff=STAFF,
        member=M1,
        sku=Sku("CUP"),
        name=SafeText("新年礼物"),
        points=500,
        article=SafeText("保温杯500ml"),
    )
    told(store, gift)
    assert [level.name for level in store.stocks.levels(store="S01")] == ["保温杯500ml"]
