"""What a sale spends of its member is set aside by HQ first, or was leased before."""

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import Answered, LinkReported
from terminal.checkout.modes import Completed, Selling, Tendering
from terminal.domain.ids import SaleId
from terminal.domain.members.claims import Claim, ClaimId, Drawn, Part, held_in, parts_of
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.member import CountCardId
from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.staff import Role
from terminal.wire import asking
from terminal.wire import claim_events as cle
from terminal.wire.asking import No, ReserveAsk
from terminal.wire.claim_record import ClaimRecord
from terminal.wire.doorbell import Answer, Failure
from terminal.wire.events import Fact, SaleCompleted, TenderAdded, kind_of
from terminal.wire.gateway import OrderState
from terminal.wire.record import TillRecord
from tests.unit.checkout.asked_hq import HQ_MS, AskedHq
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, PEOPLE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    SETTINGS,
    WATER,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import ONLINE, PayBench
from tests.unit.checkout.tendering.tender_bench import done, online, settling, shop

M1 = MemberId("M1")
C5 = CouponCode("C5")
USES = Place(Account.USES, card=CountCardId("C1"))
PRINCIPAL, BONUS = Place(Account.PRINCIPAL), Place(Account.BONUS)


def kinds(facts: list[Fact]) -> list[str]:
    return [kind_of(fact) for fact in facts]


def claims(bench: Bench) -> ClaimRecord:
    return bench.counter.durable.claims


def returned(bench: Bench) -> list[cle.GivenBack]:
    return [fact.reason for fact in bench.facts if isinstance(fact, cle.ClaimsReturned)]


def reserve(bench: Bench) -> ReserveAsk:
    """Return the last thing that HQ was asked to set aside."""
    last = bench.hq.asked[-1]
    assert isinstance(last, ReserveAsk)
    return last


def test_stored_value_is_set_aside_before_it_is_taken_and_the_sale_says_of_which_claim() -> None:
    bench = settling(shop())
    facts = bench.press("f11")
    assert kinds(facts) == ["ClaimAsked", "ClaimGranted", "TenderAdded", "SaleCompleted"]
    parts = parts_of({BONUS: 620, PRINCIPAL: 70})
    asked = reserve(bench)
    assert (asked.member, asked.parts, asked.coupons, asked.all_of) == (M1, parts, (), ())
    assert asked.sale == done(bench).sale_id
    assert done(bench).drawn == (Drawn(claim=ClaimId(asked.id), parts=parts),)
    assert claims(bench) == ClaimRecord()
    assert bench.notice == "notice.completed"


def test_each_tender_sets_aside_what_the_ones_before_do_not_hold() -> None:
    bench = settling(shop(), chips=10)
    bench.write("20", "f11")
    assert reserve(bench).parts == parts_of({BONUS: 620, PRINCIPAL: 1380})
    bench.press("f8", *"300", "enter")
    lots = {Place(Account.POINTS, "2026-12-10"): 240, Place(Account.POINTS, "2027-12-31"): 60}
    assert reserve(bench).parts == parts_of(lots)
    bench.write("10", "f11")
    assert reserve(bench).parts == parts_of({PRINCIPAL: 1000})
    bench.press("f12")
    spent = held_in([Claim(id=one.claim, member=M1, until_ms=1, parts=one.parts) for one in done(bench).drawn])
    assert spent == {BONUS: 620, PRINCIPAL: 2380, **lots}
    assert claims(bench).held == ()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        (No.SET_ASIDE, "error.value_set_aside"),
        (No.STORED_INSUFFICIENT, "error.value_short"),
        (No.CHANGED, "error.value_changed"),
        ("card_frozen", "error.value_not_allowed"),
    ],
)
def test_what_hq_does_not_set_aside_is_not_taken_and_money_pays(reason: str, said: str) -> None:
    bench = settling(shop())
    bench.hq.refusing = reason
    facts = bench.press("f11")
    assert kinds(facts) == ["ClaimAsked", "ClaimsReturned"]
    assert (bench.notice, bench.mode) == (said, Tendering())
    assert returned(bench) == [cle.GivenBack.REFUSED]
    bench.press("f12")
    assert done(bench).drawn == ()


def test_keys_and_scans_wait_until_hq_has_answered() -> None:
    bench = settling(shop(), chips=10)
    bench.hq.holding_back = True
    assert kinds(bench.write("20", "f11")) == ["ClaimAsked"]
    assert bench.notice == "notice.asking_hq"
    assert bench.write("50", "f12") == []
    assert bench.scan(COLA) == []
    assert (bench.mode, bench.counter.text) == (Tendering(), "")
    facts = kinds(bench.hear_hq())
    assert facts[:4] == ["ClaimGranted", "TenderAdded", "SaleCompleted", "SaleStarted"]
    assert bench.quantities == [1]


def test_answer_that_nobody_waits_for_changes_nothing() -> None:
    bench = settling(shop())
    bench.hq.holding_back = True
    bench.press("f11")
    again = list(bench.hq.kept)
    bench.hear_hq()
    bench.hq.kept = again
    assert bench.hear_hq() == []


def test_without_an_answer_the_rules_of_offline_decide_until_hq_is_heard_of() -> None:
    bench = settling(shop(), chips=10)
    bench.hq.failing = Failure.TIMEOUT
    assert kinds(bench.press("f11")) == ["ClaimAsked", "ClaimsReturned"]
    assert (bench.notice, bench.counter.notice.params) == ("error.offline_nothing", {})
    assert returned(bench) == [cle.GivenBack.NO_ANSWER]
    bench.press("f11")
    assert len(bench.hq.asked) == 1
    bench.hq.failing = None
    online(bench)
    bench.press("f11")
    assert isinstance(bench.facts[-1], SaleCompleted)


def test_floor_that_hq_allows_offline_is_spent_without_a_claim() -> None:
    bench = settling(shop(offline=OfflineLimits(stored_per_sale=300)), chips=10)
    bench.hq.failing = Failure.NOT_SENT
    bench.write("3", "f11")
    assert bench.notice == "notice.tender_taken"
    bench.press("f12")
    assert done(bench).drawn == ()
    left = claims(bench)
    assert (left.asked, left.held, left.floor.outage_fen) == ((), (), 300)


def test_claim_serves_the_next_tender_of_its_sale_and_goes_back_with_the_sale() -> None:
    bench = settling(shop(), chips=10)
    bench.write("20", "f11")
    bench.press("/")
    bench.write("15", "f11")
    assert len(bench.hq.asked) == 1
    bench.press("/", "delete")
    bench.approve()
    assert kinds(bench.facts)[-2:] == ["SaleVoided", "ClaimsReturned"]
    assert returned(bench) == [cle.GivenBack.NOT_NEEDED]
    assert claims(bench) == ClaimRecord()


def test_claim_that_ran_out_while_the_cashier_waited_is_drawn_all_the_same() -> None:
    bench = settling(shop(), chips=10)
    bench.hq.lasts_ms = 1_000
    bench.write("20", "f11")
    bench.now_ms += 60_000
    bench.press("f12")
    assert (returned(bench), len(bench.hq.asked)) == ([], 1)
    assert [one.claim for one in done(bench).drawn] == [reserve(bench).id]


def test_claim_lasts_as_long_as_hq_said_whatever_the_clocks_say() -> None:
    bench = settling(shop(), chips=10)
    bench.write("20", "f11")
    (held,) = claims(bench).held
    granted_ms = bench.now_ms
    assert held.until_ms == granted_ms + bench.hq.lasts_ms
    assert abs(HQ_MS - granted_ms) > bench.hq.lasts_ms


def with_coupon(bench: Bench) -> Bench:
    settling(bench, chips=10)
    bench.press("f8", "down", "enter")
    assert bench.counter.record.sale is not None
    assert [coupon.code for coupon in bench.counter.record.sale.coupons] == [C5]
    return bench


def test_coupon_is_set_aside_when_the_sale_ends() -> None:
    bench = with_coupon(shop())
    facts = bench.press("f12")
    assert kinds(facts) == ["ClaimAsked", "ClaimGranted", "SaleCompleted"]
    assert (reserve(bench).parts, reserve(bench).coupons) == ((), (C5,))
    assert done(bench).drawn == (Drawn(claim=ClaimId(reserve(bench).id), coupons=(C5,)),)


def test_coupon_that_is_used_elsewhere_does_not_end_the_sale() -> None:
    bench = with_coupon(shop())
    bench.hq.refusing = No.COUPON_TAKEN
    bench.write("100", "f12")
    assert (bench.notice, bench.counter.record.last) == ("error.coupon_taken", None)


def test_coupon_needs_hq_unless_its_rules_say_otherwise() -> None:
    bench = with_coupon(shop())
    online(bench, now=False)
    bench.press("f12")
    assert bench.notice == "error.coupon_offline"
    bench = with_coupon(shop(offline=OfflineLimits(coupons=True)))
    online(bench, now=False)
    bench.press("f12")
    assert done(bench).drawn == ()


def test_stored_value_and_a_coupon_are_set_aside_by_one_question() -> None:
    bench = with_coupon(shop())
    facts = bench.press("f11")
    assert kinds(facts) == ["ClaimAsked", "ClaimGranted", "TenderAdded", "SaleCompleted"]
    assert [one.coupons for one in done(bench).drawn] == [(C5,)]


def by_count_card(bench: Bench) -> Bench:
    bench.scan(WATER)
    bench.scan(MEMBER)
    bench.press("f4", "f8", "escape")
    return bench


def test_uses_of_a_count_card_are_set_aside_when_the_sale_ends() -> None:
    bench = by_count_card(shop())
    bench.press("f12")
    assert reserve(bench).parts == parts_of({USES: 1})
    assert [one.parts for one in done(bench).drawn] == [reserve(bench).parts]


def test_uses_of_a_count_card_need_hq() -> None:
    bench = by_count_card(shop())
    online(bench, now=False)
    bench.press("f12")
    assert (bench.notice, bench.counter.record.last) == ("error.needs_hq", None)


def test_money_alone_asks_hq_for_nothing() -> None:
    bench = settling(shop())
    assert kinds(bench.press("f12")) == ["SaleCompleted"]
    assert bench.hq.asked == []


def test_training_asks_hq_for_nothing() -> None:
    bench = shop()
    bench.press("f15")
    bench.approve()
    settling(bench)
    bench.press("f11")
    assert bench.hq.asked == []
    assert claims(bench) == ClaimRecord()


def test_what_a_till_asked_before_it_died_is_given_back() -> None:
    asked = cle.ClaimAsked(claim=ClaimId("r1"), member=M1, sale=SaleId("s1"))
    claim = Claim(id=ClaimId("r2"), member=M1, until_ms=1 << 50, sale=SaleId("s1"))
    bench = Bench(record=TillRecord(claims=ClaimRecord(asked=(asked,), held=(claim,))))
    assert claims(bench) == ClaimRecord()
    assert set(returned(bench)) == {cle.GivenBack.RESTARTED, cle.GivenBack.NOT_NEEDED}


class OtherHq(AskedHq):
    """Grants something else than what it is asked for."""

    def _reply(self, question: object) -> asking.Reply:  # noqa: ARG002
        part = Part(account=Account.PRINCIPAL, amount=10**6)
        claim = Claim(id=ClaimId("other"), member=M1, until_ms=HQ_MS + 1000, parts=(part,))
        return asking.Granted(claim=claim)


def test_grant_of_something_else_is_no_answer() -> None:
    bench = shop()
    bench.hq = OtherHq()
    settling(bench)
    assert kinds(bench.press("f11")) == ["ClaimAsked", "ClaimsReturned"]
    assert returned(bench) == [cle.GivenBack.NO_ANSWER]


def test_nonsense_is_no_answer() -> None:
    bench = settling(shop())
    bench.hq.holding_back = True
    bench.press("f11")
    (ask,) = bench.hq.kept
    bench.send(Answered(Answer(id=ask.id, body=b"\xc1")))
    assert returned(bench) == [cle.GivenBack.NO_ANSWER]


def test_journal_that_is_full_takes_no_claim_and_the_till_goes_on() -> None:
    bench = settling(shop())
    bench.refusing = "journal_full"
    assert bench.press("f11") == []
    bench.refusing = ""
    assert bench.hq.asked == []
    bench.press("f11")
    assert isinstance(bench.mode, Completed)


def test_journal_that_is_full_when_hq_answers_gives_the_claim_back_later() -> None:
    bench = settling(shop())
    bench.hq.holding_back = True
    bench.press("f11")
    bench.refusing = "journal_full"
    assert bench.hear_hq() == []
    bench.refusing = ""
    bench.press("1")
    assert returned(bench) == [cle.GivenBack.RESTARTED]
    assert bench.counter.text == "1"


def test_payment_by_code_begins_when_hq_has_set_the_coupon_aside() -> None:
    bench = PayBench(members=MemoryMembers(rows=PEOPLE)).sign_in()
    assert isinstance(bench, PayBench)
    bench.send(LinkReported(ONLINE))
    bench.scan(CHIPS)
    bench.scan(MEMBER)
    bench.press("enter", "f8", "enter")
    bench.hq.refusing = No.COUPON_TAKEN
    bench.scan(WECHAT)
    assert (bench.mode, bench.notice, bench.out()) == (Tendering(), "error.coupon_taken", [])
    bench.hq.refusing = ""
    bench.scan(WECHAT)
    bench.hear(OrderState.PAID, 190)
    assert [one.coupons for one in done(bench).drawn] == [(C5,)]


def test_lent_right_counts_when_hq_has_answered() -> None:
    bench = shop()
    rights = tuple(grant for grant in SETTINGS.rights if grant.role is not Role.CASHIER)
    limits = replace(bench.counter.settings, rights=rights)
    bench.counter = replace(bench.counter, settings=limits)
    settling(bench)
    bench.press("f11")
    bench.counter = replace(bench.counter, settings=Bench().counter.settings)
    bench.approve()
    (tender,) = (fact for fact in bench.facts if isinstance(fact, TenderAdded))
    assert tender.approved_by == "2001"
    assert bench.mode != Selling()
