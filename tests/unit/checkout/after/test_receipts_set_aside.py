"""While goods of a receipt may come back here, HQ lets no other till take them: asked for first, given back last."""

import pytest

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.after.modes import FindingReceipt, Returning
from terminal.checkout.inputs import Answered, LinkReported
from terminal.domain.members.claims import ClaimId
from terminal.wire import asking
from terminal.wire.claim_events import ClaimAsked, ClaimsReturned, GivenBack
from terminal.wire.doorbell import Answer, Failure, LinkChanged
from terminal.wire.events import Fact
from terminal.wire.return_events import ExchangeBegan, SaleReturned
from tests.unit.checkout.after.desk import on_receipt, only
from tests.unit.checkout.after.test_own_receipts import RECEIPT, heard, online
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    COLA,
)


def shown() -> Bench:
    """Return a till with the page of a receipt of its own that HQ has set aside for it."""
    bench = online()
    bench.hq.receipt = heard(bench)
    return on_receipt(bench)


def about_claims(bench: Bench) -> list[Fact]:
    return [fact for fact in bench.facts if isinstance(fact, ClaimAsked | ClaimsReturned | SaleReturned)]


def claim_of(bench: Bench) -> ClaimId:
    return only(bench, ClaimAsked).claim


def test_it_stands_in_the_journal_before_hq_is_asked_to_set_it_aside() -> None:
    bench = shown()
    asked = only(bench, ClaimAsked)
    (question,) = [one for one in bench.hq.asked if isinstance(one, asking.ReceiptAsk)]
    assert (question.id, question.receipt_no, question.reserve) == (asked.claim, RECEIPT, True)
    assert (asked.receipt, asked.member) == (RECEIPT, "")
    assert isinstance(bench.mode, Returning)
    assert bench.mode.claim == asked.claim
    assert [one.claim for one in bench.counter.durable.claims.asked] == [asked.claim]


def test_it_is_given_back_behind_the_return() -> None:
    bench = shown()
    bench.scan(COLA)
    bench.press("f12", "1", "enter")
    asked, returned, back = about_claims(bench)
    assert (type(asked), type(returned)) == (ClaimAsked, SaleReturned)
    assert back == ClaimsReturned(claims=(claim_of(bench),), reason=GivenBack.NOT_NEEDED)
    assert bench.counter.durable.claims.asked == ()


@pytest.mark.parametrize("keys", [("escape",), ("+", "f12", "escape", "escape")])
def test_it_is_given_back_when_the_page_is_left(keys: tuple[str, ...]) -> None:
    bench = shown()
    bench.press(*keys)
    assert not isinstance(bench.mode, Returning)
    assert [type(fact) for fact in about_claims(bench)] == [ClaimAsked, ClaimsReturned]


@pytest.mark.parametrize("keys", [("f1",), ("f18",), ("+", "f12"), ("+", "f12", "1"), ("+", "f12", "1", "f1")])
def test_pages_and_questions_above_it_keep_it(keys: tuple[str, ...]) -> None:
    bench = shown()
    bench.press(*keys)
    assert not isinstance(bench.mode, Returning)
    assert [one.claim for one in bench.counter.durable.claims.asked] == [claim_of(bench)]


def test_an_exchange_keeps_it_until_its_sale_has_ended_also_over_a_restart() -> None:
    bench = shown()
    bench.scan(COLA)
    bench.press("f6", "1", "enter")
    assert only(bench, ExchangeBegan).claim == claim_of(bench)
    again = Bench(record=bench.counter.durable, now_ms=bench.now_ms)
    assert [one.claim for one in again.counter.durable.claims.asked] == [claim_of(bench)]
    bench.scan(COLA)
    bench.press("f12")
    assert [type(fact) for fact in about_claims(bench)] == [ClaimAsked, SaleReturned, ClaimsReturned]


def test_a_till_that_comes_up_gives_it_back() -> None:
    bench = shown()
    again = Bench(record=bench.counter.durable, now_ms=bench.now_ms)
    assert only(again, ClaimsReturned).claims == (claim_of(bench),)


def test_what_another_till_has_is_not_shown_here() -> None:
    bench = online()
    bench.hq.refusing_receipt = asking.No.SET_ASIDE
    on_receipt(bench)
    assert (bench.notice, bench.mode) == (AfterNo.SET_ASIDE, FindingReceipt())
    assert only(bench, ClaimsReturned).claims == (claim_of(bench),)


def test_without_an_answer_the_journal_decides_as_before_and_nothing_stays_set_aside() -> None:
    bench = online()
    bench.hq.failing = Failure.TIMEOUT
    on_receipt(bench)
    assert isinstance(bench.mode, Returning)
    assert bench.mode.claim is None
    assert [type(fact) for fact in about_claims(bench)] == [ClaimAsked, ClaimsReturned]


def test_an_answer_that_comes_when_nobody_waits_any_more_changes_nothing() -> None:
    bench = online()
    bench.hq.receipt, bench.hq.holding_back = heard(bench), True
    on_receipt(bench)
    bench.press("escape")
    facts = len(bench.facts)
    bench.hear_hq()
    assert (bench.facts[facts:], bench.counter.durable.claims.asked) == ([], ())


def test_an_answer_that_comes_twice_keeps_the_page() -> None:
    bench = online()
    bench.hq.receipt, bench.hq.holding_back = heard(bench), True
    on_receipt(bench)
    (ask,) = bench.hq.kept
    bench.hear_hq()
    bench.send(Answered(Answer(id=ask.id, failure=Failure.TIMEOUT)))
    assert isinstance(bench.mode, Returning)
    assert bench.mode.claim == ask.id == only(bench, ClaimAsked).claim
    assert [type(fact) for fact in about_claims(bench)] == [ClaimAsked]


def test_offline_nothing_is_asked() -> None:
    bench = online()
    bench.send(LinkReported(LinkChanged(online=False, acked_seq=0)))
    on_receipt(bench)
    assert isinstance(bench.mode, Returning)
    assert about_claims(bench) == []
