"""Cards and status: issued, replaced, lost, found; members frozen and freed."""

from msgspec.structs import replace

from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import BLOCKED, Member
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.counter.panels import MemberPanel
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import member_id, on_page, only, slips, till
from tests.unit.checkout.memory_members import LOST, WANG
from tests.unit.checkout.memory_shop import (
    MEMBER_CARD,
)
from tests.unit.checkout.shown import asked, page

NEW = "8800000077"
LONELY = MemberRow(member=Member(id=MemberId("M7"), phone=clean("13100000001")))
ONE_CARD = replace(LONELY, cards=(MemberCard(key=CardKey(number=NEW)),))
GONE = MemberRow(member=Member(id=MemberId("M8"), status="closed", phone=clean("13100000001")))


def found(*rows: MemberRow) -> Bench:
    return on_page(till(*rows), rows[0].member.phone)


def test_a_card_is_issued_and_finds_its_member() -> None:
    bench = found(LONELY)
    bench.press("f3")
    bench.scan(NEW)
    fact = only(bench, mev.CardIssued)
    assert (fact.staff, fact.member, fact.card, fact.replaces) == ("1001", "M7", CardKey(number=NEW), None)
    assert (bench.notice, bench.mode.name, slips(bench)[-1].act) == ("notice.card_issued", "member", "card_issued")
    bench.press("escape")
    bench.scan(NEW)
    assert member_id(bench) == "M7"


def test_a_card_may_be_typed_and_must_be_one() -> None:
    bench = found(LONELY)
    bench.press("f3", "enter")
    assert bench.notice == "error.card_first"
    bench.write("ABCDE1", "enter")
    assert only(bench, mev.CardIssued).card.number == "ABCDE1"


def test_a_card_that_somebody_has_is_not_issued_again() -> None:
    bench = found(LONELY, WANG)
    bench.press("f3")
    bench.scan(LOST)
    assert (bench.notice, bench.of_kind(mev.CardIssued)) == ("error.card_taken", [])


def test_the_only_card_is_replaced_without_asking_which() -> None:
    bench = found(ONE_CARD)
    bench.press("f5")
    bench.scan(MEMBER_CARD)
    fact = only(bench, mev.CardIssued)
    assert (fact.card.number, fact.replaces) == (MEMBER_CARD, CardKey(number=NEW))
    bench.press("escape")
    bench.scan(NEW)
    assert bench.notice == "error.card_replaced"


def test_of_several_cards_one_is_chosen() -> None:
    bench = found(WANG)
    bench.press("f5")
    assert page(bench).rows == (("1", "****456", "member_card.active"), ("2", "****001", "member_card.lost"))
    bench.press("3", "enter")
    assert bench.notice == "error.no_choice"
    bench.press("enter")
    assert bench.notice == "error.no_choice"
    bench.press("2", "enter")
    assert page(bench).rows == (("field.old_card", "****001"), ("field.card", ""))
    bench.scan(NEW)
    fact = only(bench, mev.CardIssued)
    assert fact.replaces == CardKey(number=LOST)
    bench.press("enter")
    (slip,) = slips(bench)
    assert (slip.act, slip.card, slip.old_card) == ("card_replaced", NEW, LOST)


def test_who_has_no_card_cannot_lose_one() -> None:
    bench = found(LONELY)
    bench.press("f7")
    assert (bench.notice, bench.mode.name) == ("error.no_card", "member")


def test_a_lost_card_needs_a_supervisor_and_is_blocked_at_once() -> None:
    bench = found(WANG)
    bench.press("enter", "f4", "f7", "1", "enter")
    assert asked(bench) == ("ask.card_lost", True)
    assert member_id(bench) == "M1"
    bench.approve()
    fact = only(bench, mev.CardStatusSet)
    assert (fact.card.number, fact.status, fact.approved_by) == (MEMBER_CARD, "lost", "2001")
    assert (member_id(bench), only(bench, ev.MemberUnbound).staff) == (None, "1001")
    assert (bench.notice, slips(bench)[-1].act) == ("notice.card_reported_lost", "card_lost")
    bench.press("escape")
    bench.scan(MEMBER_CARD)
    assert bench.notice == "error.card_lost"


def test_a_lost_card_is_found_again() -> None:
    bench = found(WANG)
    bench.press("f7", "2", "enter")
    assert asked(bench) == ("ask.card_found", True)
    bench.approve()
    assert (bench.notice, slips(bench)[-1].act) == ("notice.card_found", "card_found")
    bench.press("escape")
    bench.scan(LOST)
    assert member_id(bench) == "M1"


def test_a_member_is_frozen_off_the_sale_and_freed() -> None:
    bench = found(WANG)
    bench.press("enter", "f4", "f10")
    assert asked(bench) == ("ask.freeze", True)
    bench.approve()
    fact = only(bench, mev.MemberStatusSet)
    assert fact.entries == (Entry(member=MemberId("M1"), account=Account.STATUS, value="frozen"),)
    assert (member_id(bench), bench.notice, slips(bench)[-1].act) == (None, "notice.member_frozen", "frozen")
    bench.press("f3")
    assert bench.notice == "error.card_frozen"
    bench.press("f10")
    assert asked(bench)[0] == "ask.free"
    bench.approve()
    assert (bench.notice, slips(bench)[-1].act) == ("notice.member_freed", "freed")


def test_a_member_whom_hq_blocks_is_shown_so_and_no_till_lifts_it() -> None:
    bench = found(replace(WANG, member=replace(WANG.member, status=BLOCKED)))
    assert bench.view is not None
    assert isinstance(bench.view.panel, MemberPanel)
    assert bench.view.panel.rows[0].mark == "member_mark.blocked"
    for key in ("f10", "f2", "enter"):
        bench.press(key)
        assert bench.notice == "error.card_blocked"


def test_a_closed_member_is_not_frozen() -> None:
    bench = found(GONE)
    bench.press("f10")
    assert bench.notice == "error.card_closed"


def test_a_status_without_words_is_not_frozen_either() -> None:
    bench = found(replace(GONE, member=replace(GONE.member, status="odd")))
    bench.press("f10")
    assert bench.notice == "error.card_not_active"


def test_who_is_not_there_any_more_is_told() -> None:
    bench = found(LONELY)
    bench.members.rows = ()
    bench.press("f3")
    assert bench.notice == "error.no_such_member"
