"""What HQ tells tills of members: all that they may know, once, as of their own events."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.bookcase import Bookcase
from hq.members.feed import FAR_BEHIND, NEWS_EVERY_MS, MemberFeed
from hq.members.file import read_members
from hq.members.importing import take_in
from hq.members.leaving import erase
from hq.members.rows import ERASED, RowMaker
from hq.members.snapshot import Snapshots
from hq.publisher import Publisher
from hq.store.members.port import RuleCount
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import SaleId, Sku
from terminal.domain.members.member import Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import AnyCoupon, CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import RuleId, SpecialPrice, SpendOff
from terminal.domain.text import SafeText
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.stream import MembersChanged
from terminal.wire.rules.building import RulesContent
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, M2, act, principal, send
from tests.unit.hq.members.test_booking import merging, registered, topped_up
from tests.unit.wire_mqtt.signers import SeedSigner

HERE, THERE = "S01-T03", "S02-T01"
TODAY = "2026-11-23"
MILK = Sku("1001")


class Clock:
    def __init__(self) -> None:
        self.now_ms = 1_000

    def __call__(self) -> int:
        return self.now_ms


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def feed(store: SqliteStore, clock: Clock, tmp_path: Path) -> Iterator[MemberFeed]:
    bookcase = Bookcase(store, tmp_path / "books")
    rows, snapshots = RowMaker(store, bookcase, today=lambda: TODAY), Snapshots(store, tmp_path / "books")
    yield MemberFeed(store, rows, snapshots, now_ms=clock)
    bookcase.close()


def publish_rules(store: SqliteStore, folder: Path, *coupons: AnyCoupon, audience: str = "all") -> None:
    """R1 and P1 have limits, R2 has none."""
    rules = (
        SpendOff(id=RuleId("R1"), min=1, off=1, total_limit=9),
        SpendOff(id=RuleId("R2"), min=1, off=1),
        SpecialPrice(id=RuleId("P1"), prices={MILK: 100}, daily_member_units=2),
    )
    publisher = Publisher(store, SeedSigner(), folder / "books", now_ms=lambda: 1)
    publisher.publish(RulesContent(label="", rules=rules, coupons=coupons), audience=audience)


def counts(*rules: str) -> tuple[RuleCount, ...]:
    return tuple(RuleCount(rule=rule) for rule in rules)


def take(store: SqliteStore, folder: Path, text: str) -> None:
    path = folder / "members.csv"
    path.write_text(text, encoding="utf-8")
    with store.transaction():
        take_in(store, read_members(path), now_ms=9)


def ids(changed: MembersChanged) -> list[str]:
    return [row.member.id for row in changed.members()]


def news(feed: MemberFeed, clock: Clock) -> dict[str, MembersChanged]:
    clock.now_ms += NEWS_EVERY_MS
    return {changed.terminal: changed for changed in feed.news()}


def test_till_gets_a_member_whole_as_of_its_own_events(
    store: SqliteStore, feed: MemberFeed, clock: Clock, tmp_path: Path
) -> None:
    publish_rules(store, tmp_path)
    journal = MemoryJournal()
    journal.append(registered(), topped_up("t1"))
    send(store, journal)
    with store.transaction():
        used = (*counts("R1", "R2", "P1"), RuleCount(rule="P1", sku=MILK, units=2), RuleCount(rule="R2", sku=MILK))
        store.rule_uses.count(SaleId("s1"), used, member=M1, day=TODAY)
    changed = feed.wanted(HERE, since=0)
    assert (changed.base, changed.epoch, changed.seq, changed.as_of_ms, changed.more) == (0, 1, 2, clock.now_ms, False)
    (row,) = changed.members()
    assert row == MemberRow(
        member=Member(
            id=M1,
            tier="basic",
            stored=StoredValue(principal=5000),
            birthday="03-18",
            name=SafeText("张小明"),
            phone=SafeText("13812345678"),
        ),
        cards=store.people.cards(M1),
        uses=Uses(
            total={"R1": 1, "P1": 1},
            member_ever={"R1": 1, "P1": 1},
            member_today={"R1": 1, "P1": 1},
            units_today={("P1", MILK): 2},
        ),
        uses_day=TODAY,
        epoch=1,
        seq=2,
        version=changed.version,
    )
    assert feed.wanted("S01-T01", since=0).seq == 0


def test_store_knows_its_own_members_those_of_all_and_those_who_were_there(
    store: SqliteStore, feed: MemberFeed, tmp_path: Path
) -> None:
    take(store, tmp_path, "member,store\nA1,\nM1,S01\nM2,S02\n")
    assert ids(feed.wanted(HERE, since=0)) == ["A1", "M1"]
    assert ids(feed.wanted(THERE, since=0)) == ["A1", "M2"]
    journal = MemoryJournal()
    act(journal, principal(5, member=M2))
    send(store, journal)
    assert ids(feed.wanted(HERE, since=0)) == ["A1", "M1", "M2"]


def test_member_that_hq_knows_by_entries_alone_is_told_to_nobody(store: SqliteStore, feed: MemberFeed) -> None:
    journal = MemoryJournal()
    act(journal, principal(5))
    send(store, journal)
    assert ids(feed.wanted(HERE, since=0)) == []


def test_many_members_come_in_pages_and_then_the_till_listens(
    store: SqliteStore, feed: MemberFeed, tmp_path: Path, clock: Clock
) -> None:
    take(store, tmp_path, "member\n" + "".join(f"N{number:04d}\n" for number in range(1200)))
    got: list[str] = []
    since, more = 0, True
    while more:
        assert news(feed, clock) == {}
        changed = feed.wanted(HERE, since=since)
        got += ids(changed)
        assert changed.base == since
        since, more = changed.version, changed.more
    assert got == [f"N{number:04d}" for number in range(1200)]
    take(store, tmp_path, "member\nN2000\n")
    told = news(feed, clock)
    assert (ids(told[HERE]), told[HERE].base) == (["N2000"], since)
    assert news(feed, clock) == {}


def test_news_are_told_together_to_those_who_listen_and_may_know(
    store: SqliteStore, feed: MemberFeed, tmp_path: Path, clock: Clock
) -> None:
    for terminal in (HERE, "S01-T01", THERE):
        feed.wanted(terminal, since=0)
    feed.gone("S01-T01")
    take(store, tmp_path, "member,store\nM1,S01\n")
    assert list(feed.news()) != []
    take(store, tmp_path, "member,store\nM2,S02\n")
    assert list(feed.news()) == []
    told = news(feed, clock)
    assert {terminal: ids(changed) for terminal, changed in told.items()} == {THERE: ["M2"]}
    take(store, tmp_path, "member,store,name\nM1,S01,x\nA1,,\n")
    told = news(feed, clock)
    assert {terminal: ids(changed) for terminal, changed in told.items()} == {HERE: ["M1", "A1"], THERE: ["A1"]}
    assert told[THERE].base < told[HERE].version == told[THERE].version


def test_more_news_than_fit_are_asked_for(store: SqliteStore, feed: MemberFeed, tmp_path: Path, clock: Clock) -> None:
    feed.wanted(HERE, since=0)
    take(store, tmp_path, "member\n" + "".join(f"N{number:04d}\n" for number in range(700)))
    told = news(feed, clock)
    assert (len(ids(told[HERE])), told[HERE].more) == (500, True)
    take(store, tmp_path, "member\nN2000\n")
    assert news(feed, clock) == {}
    rest = feed.wanted(HERE, since=told[HERE].version)
    assert (len(ids(rest)), rest.more) == (201, False)


def test_till_that_may_know_nobody_for_long_hears_that_there_is_nothing_new(
    store: SqliteStore, feed: MemberFeed, tmp_path: Path, clock: Clock
) -> None:
    first = feed.wanted(THERE, since=0).version
    take(store, tmp_path, "member,store\nM1,S01\n")
    assert news(feed, clock) == {}
    with store.transaction():
        for _ in range(FAR_BEHIND):
            store.people.touch((M1,))
    told = news(feed, clock)[THERE]
    assert (told.base, told.members()) == (first, ())
    assert told.version > first + FAR_BEHIND


def test_member_that_was_deleted_is_told_as_a_number_that_is_gone(store: SqliteStore, feed: MemberFeed) -> None:
    journal = MemoryJournal()
    journal.append(registered())
    send(store, journal)
    with store.transaction():
        person = store.people.get(M1)
        assert person is not None
        erase(store, person, may_forfeit=True, now_ms=5)
    (row,) = feed.wanted(HERE, since=0).members()
    assert row.member == Member(id=M1, status=ERASED)
    assert (row.cards, row.uses) == ((), Uses())


def test_merged_members_count_their_uses_together(store: SqliteStore, feed: MemberFeed, tmp_path: Path) -> None:
    publish_rules(store, tmp_path, audience="s/S01")
    journal = MemoryJournal()
    journal.append(registered(), registered(M2, act="a2", card=None), merging())
    send(store, journal)
    with store.transaction():
        for number, member in enumerate((M1, M2, MemberId("M3"))):
            store.rule_uses.count(SaleId(f"s{number}"), counts("R1"), member=member, day=TODAY)
    rows = {row.member.id: row for row in feed.wanted(HERE, since=0).members()}
    assert rows[M2].uses.member_ever == {"R1": 2}
    assert rows[M1].member.status == "merged"


def test_coupons_come_to_their_owner_with_the_status_that_all_tills_gave_them(
    store: SqliteStore, feed: MemberFeed, tmp_path: Path
) -> None:
    def coupon(code: str, owner: MemberId | None, status: str = "issued") -> CashCoupon:
        return CashCoupon(code=CouponCode(code), off=100, owner=owner, status=status)

    publish_rules(
        store,
        tmp_path,
        coupon("C1", M1),
        coupon("C2", M2),
        coupon("C3", M2, "void"),
        coupon("C4", None),
        coupon("C5", M2),
    )
    journal = MemoryJournal()
    journal.append(registered(), registered(M2, act="a2", card=None), merging())
    send(store, journal)
    with store.transaction():
        store.coupons.use(CouponCode("C2"), SaleId("s1"), at_ms=1)
        store.coupons.use(CouponCode("C3"), SaleId("s1"), at_ms=1)
        store.coupons.use(CouponCode("C5"), SaleId("s2"), at_ms=1)
        store.coupons.give_back(CouponCode("C5"), SaleId("s2"), "issued", at_ms=2)
    rows = {row.member.id: row for row in feed.wanted(HERE, since=0).members()}
    assert {(one.code, one.status, one.owner) for one in rows[M2].coupons} == {
        ("C1", "issued", M2),
        ("C2", "used", M2),
        ("C3", "void", M2),
        ("C5", "issued", M2),
    }


def test_rules_of_another_store_decide_nothing_here(store: SqliteStore, feed: MemberFeed, tmp_path: Path) -> None:
    publish_rules(store, tmp_path, CashCoupon(code=CouponCode("C1"), off=1, owner=M1), audience="s/S02")
    take(store, tmp_path, "member\nM1\n")
    with store.transaction():
        store.rule_uses.count(SaleId("s1"), counts("R1"), member=M1, day=TODAY)
    (row,) = feed.wanted(HERE, since=0).members()
    assert (row.uses, row.coupons) == (Uses(), ())
    (row,) = feed.wanted(THERE, since=0).members()
    assert (row.uses.total, len(row.coupons)) == ({"R1": 1}, 1)
