"""A code on a member's phone opens that member like a card: for a minute, once, and never without its key."""

import pytest
from msgspec.structs import replace

from terminal.domain.members.phone_codes import CodeKey, make_phone_code
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.clock_events import ClockDoubted
from terminal.wire.events import MemberBound, ScanHandled, encode_fact
from terminal.wire.member_events import CardIssued, MembersMerged, PhoneCodeUsed
from terminal.wire.record import apply, decode_record, encode_record
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.members.desk import member_id, on_page, only, till
from tests.unit.checkout.memory_members import PHONE, WANG
from tests.unit.checkout.memory_shop import (
    COLA,
)
from tests.unit.checkout.shown import asked

OLD, NEW = CodeKey(6, b"o" * 32), CodeKey(7, b"n" * 32)
M1 = WANG.member.id


def bench_of() -> Bench:
    return till(code_keys=(OLD, NEW))


def code(bench: Bench, *, age_ms: int = 0, key: CodeKey = NEW, member: MemberId = M1) -> str:
    """Return a code that is so old when it is scanned."""
    return make_phone_code(member, made_ms=bench.now_ms + 10 - age_ms, key=key)


def test_a_code_opens_its_member_and_is_noted_without_its_text() -> None:
    bench = bench_of()
    text = code(bench)
    bench.scan(COLA)
    bench.scan(text)
    assert member_id(bench) == M1
    assert (only(bench, MemberBound).card, only(bench, MemberBound).device) == ("", "gun")
    fact = only(bench, PhoneCodeUsed)
    assert (fact.member, fact.key, fact.device) == (M1, 7, "gun")
    assert all(text not in str(encode_fact(one)) and text not in repr(one) for one in bench.facts)


@pytest.mark.parametrize("key", [OLD, NEW])
def test_both_keys_are_good_and_case_does_not_matter(key: CodeKey) -> None:
    bench = bench_of()
    bench.scan(code(bench, key=key).lower())
    assert member_id(bench) == M1


def test_a_code_is_good_once_also_after_a_restart() -> None:
    bench = bench_of()
    text = code(bench)
    bench.scan(text)
    bench.press("f4", "f4")
    bench.scan(text)
    assert bench.notice == "error.code_used"
    again = Bench(
        record=decode_record(encode_record(bench.counter.durable)), members=bench.members, now_ms=bench.now_ms
    )
    again.counter = replace(again.counter, code_keys=(OLD, NEW))
    again.scan(text)
    assert (again.notice, len(again.of_kind(PhoneCodeUsed))) == ("error.code_used", 0)
    fresh = code(again)
    again.scan(fresh)
    assert len(again.of_kind(PhoneCodeUsed)) == 1


@pytest.mark.parametrize(
    ("age_ms", "notice", "seconds"),
    [(60_000, "", ""), (61_000, "error.code_old", "61"), (-10_000, "", ""), (-11_000, "error.code_early", "11")],
)
def test_an_old_code_and_one_of_the_future_are_refused_with_how_much(age_ms: int, notice: str, seconds: str) -> None:
    bench = bench_of()
    bench.now_ms += 3_600_000
    bench.scan(code(bench, age_ms=age_ms))
    if not notice:
        assert member_id(bench) == M1
    else:
        assert (bench.notice, bench.counter.notice.params) == (notice, {"seconds": seconds})
        assert (member_id(bench), bench.of_kind(PhoneCodeUsed)) == (None, [])


def test_what_nobody_made_for_this_till_is_refused() -> None:
    bench = bench_of()
    for key, notice in ((CodeKey(7, b"x" * 32), "error.code_forged"), (CodeKey(8, b"y" * 32), "error.code_other_key")):
        bench.scan(code(bench, key=key))
        assert bench.notice == notice
    bench.scan("GM1" + "A" * 40)
    assert bench.notice == "error.code_forged"
    bench.counter = replace(bench.counter, code_keys=())
    bench.scan(code(bench))
    assert bench.notice == "error.code_no_key"
    assert (member_id(bench), bench.of_kind(PhoneCodeUsed)) == (None, [])
    told = [fact for fact in bench.facts if isinstance(fact, ScanHandled)]
    assert [fact.reason for fact in told] == ["code_forged", "code_other_key", "code_forged", "code_no_key"]
    assert all(fact.code.startswith("phone:") for fact in told)


def test_without_a_clock_that_can_be_right_no_code_is_read() -> None:
    bench = bench_of()
    doubted = ClockDoubted(machine_ms=1, last_ms=bench.now_ms)
    bench.counter = replace(bench.counter, durable=apply(bench.counter.durable, doubted))
    bench.scan(code(bench))
    assert (bench.notice, member_id(bench)) == ("error.code_clock", None)


def test_a_code_of_nobody_whom_the_till_knows_is_not_used() -> None:
    bench = bench_of()
    bench.scan(code(bench, member=MemberId("M99")))
    assert (bench.notice, bench.of_kind(PhoneCodeUsed)) == ("error.no_such_member", [])


def test_a_code_of_a_frozen_member_buys_nothing_and_is_not_used() -> None:
    bench = bench_of()
    bench.scan(code(bench, member=MemberId("M2")))
    assert (bench.notice, bench.of_kind(PhoneCodeUsed)) == ("error.card_frozen", [])


@pytest.mark.parametrize("keys", [(), ("f4",), ("f4", "f4"), ("f12",)])
def test_a_code_is_taken_wherever_a_card_is(keys: tuple[str, ...]) -> None:
    bench = bench_of()
    bench.scan(COLA)
    bench.press(*keys)
    bench.scan(code(bench))
    assert member_id(bench) == M1 or bench.counter.record.last is not None


def test_a_code_is_no_card_that_could_be_bound() -> None:
    bench = on_page(bench_of())
    bench.press("f3")
    text = code(bench)
    bench.scan(text)
    assert (bench.notice, bench.of_kind(CardIssued)) == ("error.not_a_card", [])
    bench.chunk(*text)
    bench.press("enter")
    assert bench.of_kind(CardIssued) == []


def test_a_code_names_who_is_to_be_merged() -> None:
    bench = on_page(bench_of(), "13700000000")
    bench.press("escape", "f4", *PHONE, "enter", "f6")
    bench.scan(code(bench, member=MemberId("M3")))
    assert asked(bench)[0] == "ask.merge"
    assert (len(bench.of_kind(PhoneCodeUsed)), bench.of_kind(MembersMerged)) == (1, [])


def test_a_code_finds_nothing_among_what_was_done() -> None:
    bench = bench_of()
    bench.press("f20", "4", "2")
    bench.scan(code(bench))
    assert bench.of_kind(PhoneCodeUsed) == []
