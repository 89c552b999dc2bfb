"""Members at the till: HQ's rows with what was done here since; whatever becomes of the file, the till goes on."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.entries import Account, entries_between
from terminal.domain.members.member import Member
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import Tier
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.text import clean
from terminal.offline.members import SqliteMembers
from terminal.offline.projections.ledger import PRUNED_AT_ONCE
from terminal.offline.state import SqliteRecordStore
from terminal.ports.members import Heard, KnownMember
from terminal.wire import member_events as mev
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.schema import NAME
from terminal.wire.members.writing import MembersContent, MembersWriter, build_members
from terminal.wire.record import TillRecord
from tests.unit.offline.projections.done import CODE, FRESH, entry, issued, registered, reported, sold, topped_up
from tests.unit.offline.tills import WHO
from tests.unit.wire_members.members import CHIP, LI, PLATE, ROWS, WANG, ZHANG, change

NOTHING = TillRecord()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteRecordStore]:
    with closing(SqliteRecordStore(tmp_path / "state", WHO)) as opened:
        yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / NAME
    build_members(path, MembersContent(rows=ROWS, version=7, as_of_ms=1_795_000_000_000))
    return path


@pytest.fixture
def members(file: Path, store: SqliteRecordStore) -> Iterator[SqliteMembers]:
    with closing(SqliteMembers(file, store.ledger)) as opened:
        yield opened


def known(found: KnownMember | None) -> KnownMember:
    assert found is not None
    return found


def ids(found: tuple[KnownMember, ...]) -> list[str]:
    return [one.row.member.id for one in found]


# --- what HQ sent ----------------------------------------------------------------------------------------------------


def test_a_member_is_found_by_card_number_phone_and_its_end(members: SqliteMembers) -> None:
    assert members.by_card(CODE) == KnownMember(row=WANG)
    assert known(members.by_card(CHIP)).row == LI
    assert known(members.by_id(MemberId("M0003"))).row == ZHANG
    assert ids(members.by_phone("13912346021")) == ["M0002"]
    assert ids(members.by_tail("6021", limit=9)) == ["M0001", "M0002"]
    assert ids(members.by_tail("6021", limit=1)) == ["M0001"]
    assert (members.as_of_ms, members.fault) == (1_795_000_000_000, "")


def test_the_status_of_a_lost_card_is_its_own(members: SqliteMembers) -> None:
    assert known(members.by_card(PLATE)).card_status == "lost"
    assert known(members.by_card(CODE)).card_status == "active"


def test_what_is_nobodys_finds_nobody(members: SqliteMembers) -> None:
    assert members.by_card(FRESH) is None
    assert members.by_card(CardKey(number=PLATE.number)) is None
    assert members.by_id(MemberId("M9")) is None
    assert members.by_phone("") == members.by_tail("", limit=9) == members.by_phone("13000000000") == ()


# --- a file that is not as it should be ------------------------------------------------------------------------------


def test_as_long_as_the_uplink_has_made_no_file_nobody_is_known(tmp_path: Path, store: SqliteRecordStore) -> None:
    with closing(SqliteMembers(tmp_path / NAME, store.ledger)) as members:
        assert members.fault == "members_missing"
        assert members.by_card(CODE) is None
        assert (members.by_tail("6021", limit=9), members.as_of_ms, members.fault) == ((), 0, "members_missing")
        build_members(tmp_path / NAME, MembersContent(rows=ROWS, version=1, as_of_ms=5))
        assert (known(members.by_card(CODE)).row, members.fault) == (WANG, "")


def test_a_file_that_is_replaced_is_read_from_the_next_question_on(members: SqliteMembers, file: Path) -> None:
    assert members.by_card(CODE) is not None
    build_members(file, MembersContent(rows=[LI], version=8, as_of_ms=6))
    assert (members.by_card(CODE), members.as_of_ms) == (None, 6)
    assert known(members.by_card(CHIP)).row == LI


def test_rows_that_the_uplink_writes_are_seen_at_once(members: SqliteMembers, file: Path) -> None:
    assert known(members.by_id(WANG.member.id)).row.seq == 1200
    with closing(MembersWriter(file)) as writer:
        writer.put([replace(WANG, seq=1300)])
        assert known(members.by_id(WANG.member.id)).row.seq == 1300
    assert known(members.by_id(WANG.member.id)).row.seq == 1300


@pytest.mark.parametrize(
    ("statement", "fault"),
    [("PRAGMA user_version=9", "schema_too_new"), ("UPDATE member SET body = x'93'", "members_damaged")],
)
def test_a_file_of_another_shape_knows_nobody_and_says_why(
    members: SqliteMembers, file: Path, statement: str, fault: str
) -> None:
    change(file, statement)
    assert (members.by_card(CODE), members.fault) == (None, fault)


def test_damage_while_the_file_is_open_ends_nothing(members: SqliteMembers, file: Path) -> None:
    assert members.by_card(CODE) is not None
    file.write_bytes(b"garbage" * 4096)
    members.close()
    assert (members.by_card(CODE), members.fault) == (None, "members_damaged")


# --- what was done here since ----------------------------------------------------------------------------------------


def test_entries_after_hqs_row_are_added_and_those_before_are_not(
    members: SqliteMembers, store: SqliteRecordStore
) -> None:
    store.take(1199, [sold(entry(amount=1)), sold(entry(amount=20)), sold(entry(amount=300))], NOTHING)
    assert known(members.by_card(CODE)).row.member == replace(WANG.member, spend=WANG.member.spend + 300)


def test_what_was_paid_onto_a_card_waits_until_hq_has_heard_of_it(
    members: SqliteMembers, store: SqliteRecordStore
) -> None:
    store.take(1300, [topped_up(5_000)], NOTHING)
    waiting = known(members.by_card(CODE, Heard(epoch=1, seq=1299)))
    assert (waiting.row.member.stored, waiting.waiting) == (WANG.member.stored, StoredValue(principal=5_000, bonus=500))
    heard = known(members.by_card(CODE, Heard(epoch=1, seq=1300)))
    assert heard.row.member.stored == WANG.member.stored + StoredValue(principal=5_000, bonus=500)
    assert heard.waiting == StoredValue()


def test_a_tier_that_a_sale_here_reached_does_not_lower_a_higher_one(
    members: SqliteMembers, store: SqliteRecordStore
) -> None:
    tiers = [Tier(id="silver", min_spend=0), Tier(id="gold", min_spend=1)]
    store.take(1300, [sold(*entries_between(Member(id=WANG.member.id), replace(WANG.member, tier="silver")))], NOTHING)
    assert known(members.by_id(WANG.member.id, Heard(tiers=tiers))).row.member.tier == "gold"


def test_who_was_registered_here_is_found_until_hq_sends_the_row(
    members: SqliteMembers, store: SqliteRecordStore, file: Path
) -> None:
    store.take(40, [registered(), sold(entry(amount=70, member="N1"))], NOTHING)
    assert known(members.by_card(FRESH)).row.member.spend == 70
    assert ids(members.by_phone("13700006021")) == ["N1"]
    assert ids(members.by_tail("6021", limit=2)) == ["N1", "M0001"]
    sent = MemberRow(member=Member(id=MemberId("N1"), phone=registered().member.phone, spend=70), epoch=1, seq=41)
    with closing(MembersWriter(file)) as writer:
        writer.put([sent])
    assert ids(members.by_phone("13700006021")) == ["N1"]
    assert known(members.by_id(MemberId("N1"))).row.member.spend == 70


def test_a_card_that_is_reported_lost_is_blocked_at_once(members: SqliteMembers, store: SqliteRecordStore) -> None:
    store.take(1300, [reported(WANG.member.id, CODE)], NOTHING)
    found = known(members.by_card(CODE))
    assert (found.row.member.id, found.card_status) == (WANG.member.id, "lost")
    assert {card.key.number: card.status for card in found.row.cards}[CODE.number] == "lost"


def test_a_card_takes_the_place_of_another_at_once(members: SqliteMembers, store: SqliteRecordStore) -> None:
    store.take(1300, [issued(WANG.member.id, FRESH, replaces=CODE)], NOTHING)
    assert known(members.by_card(FRESH)).row.member.id == WANG.member.id
    assert known(members.by_card(CODE)).card_status == "replaced"
    assert known(members.by_card(FRESH)).card_status == "active"


def test_what_hq_says_of_a_card_later_counts(members: SqliteMembers, store: SqliteRecordStore, file: Path) -> None:
    store.take(1300, [reported(WANG.member.id, CODE)], NOTHING)
    with closing(MembersWriter(file)) as writer:
        writer.put([replace(WANG, seq=1400)])
    assert known(members.by_card(CODE)).card_status == "active"


def test_a_card_of_somebody_whom_nobody_knows_finds_nobody(members: SqliteMembers, store: SqliteRecordStore) -> None:
    store.take(1300, [issued("M77", FRESH)], NOTHING)
    assert members.by_card(FRESH) is None


def edited(**what: str) -> mev.MemberEdited:
    changes = {name: clean(text) for name, text in what.items()}
    return mev.MemberEdited(act=ActionId("e1"), staff=StaffNumber("1001"), member=WANG.member.id, **changes)  # type: ignore[arg-type]


def test_a_number_that_was_changed_here_finds_the_member_and_the_old_one_does_not(
    members: SqliteMembers, store: SqliteRecordStore
) -> None:
    store.take(1300, [edited(phone="18800001234"), edited(name="王二"), edited(birthday="02-29")], NOTHING)
    (found,) = members.by_phone("18800001234")
    assert (found.row.member.id, found.row.member.name, found.row.member.birthday) == (WANG.member.id, "王二", "02-29")
    assert ids(members.by_tail("1234", limit=9)) == [WANG.member.id]
    assert ids(members.by_tail("6021", limit=9)) == ["M0002"]
    assert members.by_phone(WANG.member.phone) == members.by_phone("") == ()


def test_what_hq_knows_of_a_change_is_as_hq_says(members: SqliteMembers, store: SqliteRecordStore, file: Path) -> None:
    store.take(1300, [edited(phone="18800001234")], NOTHING)
    with closing(MembersWriter(file)) as writer:
        writer.put([replace(WANG, seq=1300)])
    assert ids(members.by_phone(WANG.member.phone)) == [WANG.member.id]
    members.tidy()
    assert store.ledger.renumbered("phone", "18800001234", 9) == []


# --- forgetting ------------------------------------------------------------------------------------------------------


def kept(store: SqliteRecordStore) -> int:
    tables = "SELECT 1 FROM entry UNION ALL SELECT 1 FROM own_member UNION ALL SELECT 1 FROM own_card"
    return len(store._connection.execute(tables).fetchall())


def test_what_hqs_rows_have_in_them_is_forgotten_in_idle(
    members: SqliteMembers, store: SqliteRecordStore, file: Path
) -> None:
    store.take(1300, [sold(entry(amount=5)), sold(entry(amount=6)), reported(WANG.member.id, CODE)], NOTHING)
    store.take(40, [registered()], NOTHING)
    members.tidy()
    assert kept(store) == 5
    sent = MemberRow(member=registered().member, epoch=1, seq=40)
    with closing(MembersWriter(file)) as writer:
        writer.put([replace(WANG, seq=1301), sent])
    members.tidy()
    members.tidy()
    assert kept(store) == 1


def test_all_members_come_to_their_turn(members: SqliteMembers, store: SqliteRecordStore) -> None:
    count = PRUNED_AT_ONCE + 5
    store.take(1, [sold(*(entry(amount=1, member=f"N{number:03d}") for number in range(count)))], NOTHING)
    seen = [*store.ledger.touched(), *store.ledger.touched()]
    assert len(set(seen)) == count
    assert (store.ledger.touched(), len(store.ledger.touched())) == ((), PRUNED_AT_ONCE)
    members.tidy()


def test_a_full_disk_forgets_nothing_and_ends_nothing(members: SqliteMembers, store: SqliteRecordStore) -> None:
    store.take(3, [sold(entry(amount=5))], NOTHING)
    store._connection.execute("PRAGMA query_only=1")
    members.tidy()
    assert kept(store) == 1
    assert entry(Account.SPEND).amount == 100


def coupon_codes(members: SqliteMembers) -> list[str]:
    return [one.code for one in known(members.by_id(WANG.member.id)).row.coupons]


def test_a_coupon_that_was_issued_here_is_known_until_hq_tells_of_it(
    members: SqliteMembers, store: SqliteRecordStore
) -> None:
    before = coupon_codes(members)
    coupon = CashCoupon(code=CouponCode("P1"), off=300, owner=WANG.member.id)
    act = {"staff": StaffNumber("1001"), "member": WANG.member.id, "points": 5}
    fact = mev.CouponIssued(act=ActionId("a1"), coupon=coupon, **act)  # type: ignore[arg-type]
    store.take(1_241, (fact,), NOTHING)
    assert coupon_codes(members) == [*before, "P1"]
    back = mev.GiftTakenBack(
        act=ActionId("a2"),
        undoes=fact.act,
        name=clean("x"),
        coupon=coupon.code,
        **act,  # type: ignore[arg-type]
    )
    store.take(1_242, (back,), NOTHING)
    assert coupon_codes(members) == before
    store.take(1_243, (replace(fact, coupon=replace(coupon, code=CouponCode("P2"))),), NOTHING)
    store.ledger.forget(WANG.member.id, epoch=1, seq=1_243)
    assert coupon_codes(members) == before
