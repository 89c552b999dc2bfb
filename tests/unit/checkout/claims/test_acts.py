"""Cash-out and merge need all that a member has: HQ gives it only while nobody else has any of it."""

import pytest
from msgspec.structs import replace

from terminal.domain.members.claims import ClaimId, Drawn, parts_of, unspent
from terminal.domain.members.entries import Account, Place
from terminal.wire import claim_events as cle
from terminal.wire import member_events as mev
from terminal.wire.asking import No, ReserveAsk
from terminal.wire.claim_record import ClaimRecord
from terminal.wire.doorbell import Failure
from tests.unit.checkout.claims.test_leases import leased
from tests.unit.checkout.claims.test_leases import till as leasing
from tests.unit.checkout.claims.test_spending import kinds, returned
from tests.unit.checkout.counter_bench import Bench
from tests.unit.checkout.members.desk import on_page, only, till
from tests.unit.checkout.members.test_gifts import GOODS, gifts
from tests.unit.checkout.members.test_money import SAME_PHONE
from tests.unit.checkout.memory_members import PHONE, WANG
from tests.unit.checkout.tendering.tender_bench import online, settling

PRINCIPAL, BONUS = Place(Account.PRINCIPAL), Place(Account.BONUS)
MONEY = parts_of({PRINCIPAL: 8000, BONUS: 620})


def cash_out(bench: Bench) -> Bench:
    bench.press("f9")
    bench.approve("9002", "1111")
    return bench


def asked(bench: Bench) -> ReserveAsk:
    last = bench.hq.asked[-1]
    assert isinstance(last, ReserveAsk)
    return last


def test_all_stored_value_is_set_aside_before_it_is_paid_out() -> None:
    bench = cash_out(on_page(till(WANG)))
    assert (asked(bench).parts, asked(bench).all_of) == (MONEY, (Account.BONUS, Account.PRINCIPAL))
    assert only(bench, mev.CashedOut).drawn == (Drawn(claim=ClaimId(asked(bench).id), parts=MONEY),)
    assert bench.counter.durable.claims == ClaimRecord()
    assert bench.notice == "notice.cashed_out"


@pytest.mark.parametrize(
    ("reason", "said"), [(No.SET_ASIDE, "error.value_set_aside"), (No.CHANGED, "error.value_changed")]
)
def test_nothing_is_paid_out_that_hq_does_not_set_aside(reason: str, said: str) -> None:
    bench = on_page(till(WANG))
    bench.hq.refusing = reason
    cash_out(bench)
    assert bench.notice == said
    assert "CashedOut" not in kinds(bench.facts)
    assert returned(bench) == [cle.GivenBack.REFUSED]


def test_without_an_answer_nothing_is_paid_out() -> None:
    bench = on_page(till(WANG))
    bench.hq.failing = Failure.TIMEOUT
    cash_out(bench)
    assert (bench.notice, returned(bench)) == ("error.needs_hq", [cle.GivenBack.NO_ANSWER])


def test_what_this_till_had_leased_goes_back_with_the_question() -> None:
    bench = online(leased(leasing()))
    (lease,) = bench.counter.durable.claims.held
    on_page(bench)
    cash_out(bench)
    assert asked(bench).unspent == (unspent(lease),)
    assert cle.GivenBack.RENEWED in returned(bench)
    assert bench.counter.durable.claims.held == ()


def merge(bench: Bench) -> Bench:
    on_page(bench)
    bench.press("f6", *"8800000099", "enter")
    bench.approve()
    return bench


def test_all_that_the_other_member_has_is_set_aside_before_they_become_one() -> None:
    bench = merge(till(WANG, replace(SAME_PHONE, member=replace(SAME_PHONE.member, phone=""))))
    parts = parts_of({PRINCIPAL: 500, Place(Account.POINTS): 10})
    assert (asked(bench).member, asked(bench).parts) == ("M9", parts)
    assert set(asked(bench).all_of) == {Account.BONUS, Account.PRINCIPAL, Account.POINTS, Account.USES}
    assert only(bench, mev.MembersMerged).drawn == (Drawn(claim=ClaimId(asked(bench).id), parts=parts),)


def test_members_stay_two_while_another_till_has_something_of_one() -> None:
    bench = till(WANG, replace(SAME_PHONE, member=replace(SAME_PHONE.member, phone="")))
    bench.hq.refusing = No.SET_ASIDE
    merge(bench)
    assert bench.notice == "error.value_set_aside"
    assert "MembersMerged" not in kinds(bench.facts)


def with_gift(bench: Bench) -> Bench:
    bench.press("f4", *PHONE, "enter", "f12", "1", "enter", "enter")
    return bench


def test_points_of_a_gift_are_set_aside_first() -> None:
    bench = with_gift(gifts(*GOODS))
    assert sum(part.amount for part in asked(bench).parts) == 500
    assert only(bench, mev.GiftGiven).drawn == (Drawn(claim=ClaimId(asked(bench).id), parts=asked(bench).parts),)
    assert bench.counter.durable.claims == ClaimRecord()


def test_gift_is_not_given_for_points_that_another_till_has() -> None:
    bench = gifts(*GOODS)
    bench.hq.refusing = No.SET_ASIDE
    with_gift(bench)
    assert bench.notice == "error.value_set_aside"
    assert "GiftGiven" not in kinds(bench.facts)


def test_pay_out_waits_for_the_lease_that_is_asked_for_and_gives_it_back() -> None:
    bench = leasing()
    bench.hq.holding_back = True
    settling(bench)
    bench.press("escape")
    bench.press("f4", *PHONE, "enter")
    cash_out(bench)
    assert (bench.notice, len(bench.hq.kept)) == ("notice.asking_hq", 1)
    bench.hear_hq()
    (lease,) = (fact.claim for fact in bench.facts if isinstance(fact, cle.ClaimGranted))
    bench.hear_hq()
    assert asked(bench).unspent == (unspent(lease),)
    assert only(bench, mev.CashedOut).drawn == (Drawn(claim=ClaimId(asked(bench).id), parts=MONEY),)
