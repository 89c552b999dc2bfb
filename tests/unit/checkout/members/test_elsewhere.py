"""A member whom the till does not know: HQ is asked, and what it says is good for this sale."""

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import Answered, LinkReported
from terminal.checkout.settling import NOTICE_MS
from terminal.checkout.state import is_finished
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.members.member import Member
from terminal.domain.members.phone_codes import CodeKey, make_phone_code
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire.asking import MemberAsk, Members, Told, encode_told
from terminal.wire.counter.panels import MemberPanel
from terminal.wire.doorbell import Answer, Failure, LinkChanged
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.asked_hq import HQ_MS, TERMINAL
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import member_id, only, till
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
)
from tests.unit.checkout.shown import page

CARD, LOST, PHONE = "8800009999", "8800009998", "13677778888"
NEW = MemberRow(
    member=Member(
        id=MemberId("M77"),
        tier="gold",
        points=PointsAccount(lots=(Lot(90, None),)),
        stored=StoredValue(principal=5_000),
        name=clean("新会员"),
        phone=clean(PHONE),
    ),
    cards=(MemberCard(key=CardKey(number=CARD)), MemberCard(key=CardKey(number=LOST), status="lost")),
)
KEY = CodeKey(3, b"k" * 32)


def bench_of(*people: MemberRow, **more: object) -> Bench:
    bench = till(**more)  # type: ignore[arg-type]
    bench.hq.people = people or (NEW,)
    return bench


def asked(bench: Bench) -> list[MemberAsk]:
    return [one for one in bench.hq.asked if isinstance(one, MemberAsk)]


def test_a_card_that_only_hq_knows_binds_its_member_with_what_there_is() -> None:
    bench = bench_of()
    bench.scan(COLA)
    bench.scan(CARD)
    fact = only(bench, ev.MemberBound)
    assert fact.member is not None
    assert (fact.card, fact.device, fact.member.id, fact.member.stored.principal) == (CARD, "gun", "M77", 5_000)
    assert (fact.member.name, fact.member.phone) == ("新**", "136****8888")
    assert [one.card for one in asked(bench)] == [CardKey(number=CARD)]


def test_what_the_till_knows_is_never_asked() -> None:
    bench = bench_of()
    bench.press("f4", *"13812346021", "enter")
    assert asked(bench) == []


def test_a_phone_number_is_looked_up_at_hq_on_the_page_and_in_a_sale() -> None:
    bench = bench_of()
    bench.press("f4", *PHONE, "enter")
    assert bench.view is not None
    assert isinstance(bench.view.panel, MemberPanel)
    assert [row.who for row in bench.view.panel.rows] == ["136****8888 新**"]
    bench.scan(COLA)
    bench.press("enter")
    assert member_id(bench) == "M77"
    assert [(one.phone, one.member) for one in asked(bench)] == [(PHONE, None), ("", "M77")]


def test_the_end_of_a_phone_number_is_asked_of_nobody() -> None:
    bench = bench_of()
    bench.press("f4", *"8888", "enter")
    assert (bench.notice, asked(bench)) == ("error.no_such_member", [])


def test_a_lost_card_is_refused_by_hq_s_word() -> None:
    bench = bench_of()
    bench.scan(COLA)
    bench.scan(LOST)
    assert (bench.notice, member_id(bench)) == ("error.card_lost", None)
    assert bench.rejections() == [("card_lost", "sale")]


def test_who_is_nobody_s_member_at_hq_either_gets_the_prices_of_the_card_alone() -> None:
    bench = bench_of(replace(NEW, cards=()))
    bench.scan(CARD)
    assert (bench.notice, only(bench, ev.MemberBound).member) == ("notice.card_not_known", None)


def test_a_phone_number_that_somebody_has_at_another_store_is_not_registered_again() -> None:
    bench = bench_of()
    bench.press("f4", "f3", *PHONE, "enter")
    assert (bench.notice, bench.of_kind(mev.MemberRegistered)) == ("error.phone_taken", [])


def test_the_next_field_of_a_form_says_nothing_of_the_one_before() -> None:
    bench = bench_of()
    bench.press("f4", "f3", *"13500001111", "enter")
    assert (bench.notice, bench.counter.text) == ("", "")
    bench.press("enter", *"0230", "enter")
    bench.now_ms += NOTICE_MS
    assert bench.notice == "error.bad_birthday"
    bench.press(*"0228", "enter")
    assert bench.notice == ""


def test_something_is_done_for_a_member_whom_only_hq_knows() -> None:
    bench = bench_of()
    bench.press("f4", *PHONE, "enter", "f3")
    bench.scan("8800007777")
    assert only(bench, mev.CardIssued).member == "M77"


def test_a_code_on_a_phone_of_somebody_new_is_used_once_hq_has_said_who_it_is() -> None:
    bench = bench_of(code_keys=(KEY,))
    text = make_phone_code(MemberId("M77"), made_ms=bench.now_ms, key=KEY)
    bench.scan(text)
    assert (member_id(bench), only(bench, mev.PhoneCodeUsed).member) == ("M77", "M77")
    assert [one.member for one in asked(bench)] == ["M77"]
    bench.scan(text)
    assert bench.notice == "error.code_used"
    assert len(asked(bench)) == 1


def test_a_forged_code_is_asked_of_nobody() -> None:
    bench = bench_of(code_keys=(KEY,))
    bench.scan(make_phone_code(MemberId("M77"), made_ms=bench.now_ms, key=CodeKey(3, b"x" * 32)))
    assert (bench.notice, asked(bench)) == ("error.code_forged", [])


def test_keys_and_scans_wait_for_hq_and_happen_after_it() -> None:
    bench = bench_of()
    bench.hq.holding_back = True
    bench.scan(CARD)
    assert (bench.notice, is_finished(bench.counter)) == ("notice.asking_hq", False)
    bench.scan(WATER)
    assert (bench.quantities, member_id(bench)) == ([], None)
    bench.hear_hq()
    assert (bench.quantities, member_id(bench)) == ([1], "M77")
    assert [fact.outcome for fact in bench.facts if isinstance(fact, ev.ScanHandled)] == []


@pytest.mark.parametrize("failure", Failure)
def test_silence_is_told_and_nobody_waits_for_it_again(failure: Failure) -> None:
    bench = bench_of()
    bench.hq.failing = failure
    bench.scan(CARD)
    assert bench.notice == "notice.card_silent"
    bench.press("f4", *"13600000000", "enter")
    assert (bench.notice, len(asked(bench))) == ("error.not_known_silent", 1)


def test_without_hq_the_till_says_what_it_could_not_ask() -> None:
    bench = bench_of()
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=0)))
    bench.scan(CARD)
    assert (bench.notice, asked(bench)) == ("notice.card_offline", [])
    bench.press("f4", *"13600000000", "enter")
    assert bench.notice == "error.not_known_offline"


def test_an_answer_that_makes_no_sense_is_silence_and_a_late_one_nothing() -> None:
    bench = bench_of()
    bench.hq.holding_back = True
    bench.scan(CARD)
    (ask,) = bench.hq.kept
    bench.send(Answered(Answer(id=ask.id, body=b"what")))
    assert bench.notice == "notice.card_silent"
    told = Told(terminal=TERMINAL, id=ask.id, hq_ms=HQ_MS, reply=Members(rows=(NEW,)))
    assert bench.send(Answered(Answer(id=ask.id, body=encode_told(told)))) == []
    assert member_id(bench) is None


def test_in_a_training_nobody_is_asked() -> None:
    bench = bench_of()
    bench.press("f15")
    bench.approve()
    bench.press("f4", *PHONE, "enter")
    assert asked(bench) == []


def test_names_and_numbers_are_in_no_traceback() -> None:
    bench = bench_of()
    bench.hq.holding_back = True
    bench.scan(CARD)
    assert CARD not in repr(bench.counter.looking)


def test_a_list_that_hq_answered_is_shown_as_one_member() -> None:
    bench = bench_of()
    bench.press("f4", *CARD, "enter", "f5")
    assert page(bench).page == "member_cards"
