"""A till, its uplink and a payment host that lies, each a real process; and kill -9 in the middle of a payment.

What the host has of a customer's money, by its own ledger, is what the till sold for: never two charges, never goods
for nothing.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from lab.payments.audit import faults, record_of
from lab.payments.lane import HOST, PayLane, PayPlan
from lab.payments.returning import VICTIMS, Back, Death, Way
from lab.payments.sweep import GOODS, Strike, code_of, run, sell
from simulators.payment_host.control import OrderView
from simulators.payment_host.scripts import Act, Say, Script
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.domain.sale import TenderKind
from terminal.wire.counter.panels import CompletedPanel, PayingPanel, TenderPanel
from terminal.wire.events import SaleCompleted
from terminal.wire.payment_events import (
    PaymentFound,
    PaymentGivenUp,
    PaymentReturned,
    PaymentSettled,
    PaymentStarted,
    RefundPaidInCash,
)

HURRY = 20
QUIET_S = 60.0
SILENT = Act(say=Say.NOTHING, does=False)
WAITING = Act(say=Say.PENDING, does=False)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]


@pytest.fixture
async def lane(tmp_path: Path) -> AsyncIterator[PayLane]:
    async with PayLane(PayPlan(root=tmp_path, hurry=HURRY)).running() as running:
        yield running


def wechat(number: int = 1, ending: str = "99") -> str:
    return code_of("13", number, ending)


async def pay(lane: PayLane, code: str) -> None:
    """Scan an article and a customer's code."""
    await lane.basket(GOODS)
    await lane.shows(TenderPanel)
    lane.scan(code)


def only(lane: PayLane) -> OrderView:
    (order,) = lane.host.orders()
    return order


def assert_right(lane: PayLane) -> None:
    assert [*faults(lane.facts(), lane.host.orders())] == []


def kinds(lane: PayLane) -> list[str]:
    return [type(fact).__name__ for fact in lane.facts() if type(fact).__name__.startswith(("Payment", "SaleComp"))]


async def test_a_code_pays_over_the_whole_way(lane: PayLane) -> None:
    await pay(lane, wechat())
    seen = await lane.shows(CompletedPanel)
    assert isinstance(seen.panel, CompletedPanel)
    assert (seen.panel.total, seen.panel.change) == ("3.50", "0.00")
    order = only(lane)
    assert (order.charges, order.channel, order.calls) == ((350,), "wechat", {"pay": 1})
    assert kinds(lane) == ["PaymentStarted", "PaymentAnswered", "PaymentSettled", "SaleCompleted"]
    assert_right(lane)


async def test_success_and_then_no_answer_is_found_by_asking(lane: PayLane) -> None:
    await pay(lane, wechat(ending="05"))
    await lane.shows(CompletedPanel)
    order = only(lane)
    assert (order.charges, order.calls["pay"]) == ((350,), 1)
    assert order.calls["query"] >= 2
    assert_right(lane)


async def test_late_success_after_the_reversal_was_acknowledged_goes_back(lane: PayLane) -> None:
    await pay(lane, wechat(ending="06"))
    await lane.shows(PayingPanel)
    lane.press("escape")
    await lane.told(PaySay.REVERSED)
    lane.press("f12")
    await lane.shows(CompletedPanel)
    await lane.told(PaySay.RETURNED)
    order = only(lane)
    assert (order.charges, order.returned) == ((350,), 350)
    facts = lane.facts()
    assert [type(fact) for fact in facts if isinstance(fact, PaymentFound | PaymentReturned)] == [
        PaymentFound,
        PaymentReturned,
    ]
    assert record_of(facts).payments == ()
    assert_right(lane)


async def test_another_amount_than_was_asked_is_told_and_reversed(lane: PayLane) -> None:
    await pay(lane, wechat(ending="07"))
    await lane.told(PaySay.REVERSED)
    order = only(lane)
    assert (order.charges, order.returned) == ((1,), 1)
    (given_up,) = [fact for fact in lane.facts() if isinstance(fact, PaymentGivenUp)]
    assert (given_up.reason, given_up.paid_fen) == ("wrong_amount", 1)
    lane.press("f12")
    await lane.shows(CompletedPanel)
    assert_right(lane)


@pytest.mark.parametrize("ending", ["08", "09", "10", "11"])
async def test_answers_that_come_twice_for_another_order_or_as_garbage_charge_once(lane: PayLane, ending: str) -> None:
    await pay(lane, wechat(ending=ending))
    await lane.shows(CompletedPanel)
    assert (only(lane).charges, only(lane).calls["pay"]) == ((350,), 1)
    assert_right(lane)


async def test_a_code_that_is_scanned_again_and_again_is_charged_once(lane: PayLane) -> None:
    code = wechat()
    lane.host.script(code, Script(pay=(WAITING,), query=(WAITING, WAITING, WAITING, Act(pays=True))))
    await pay(lane, code)
    await lane.shows(PayingPanel)
    lane.scan(code)
    await lane.told(PaySay.SAME_CODE)
    lane.scan(wechat(2))
    await lane.told(PayNo.UNDECIDED)
    await lane.shows(CompletedPanel)
    assert only(lane).charges == (350,)
    assert_right(lane)


async def test_a_host_that_cannot_be_reached_takes_nothing_and_the_sale_goes_on(lane: PayLane) -> None:
    await lane.supervisor.end(HOST)
    await pay(lane, wechat())
    await lane.told(PaySay.NOT_SENT)
    lane.press("f12")
    await lane.shows(CompletedPanel)
    assert record_of(lane.facts()).payments == ()


async def test_without_the_uplink_no_code_is_asked_for(lane: PayLane) -> None:
    await lane.basket(GOODS)
    await lane.shows(TenderPanel)
    await lane.supervisor.end("uplink")
    await lane.cut_off()
    lane.scan(wechat())
    await lane.told(PayNo.NO_WAY_TO_HOST)
    assert lane.host.orders() == ()
    assert not [fact for fact in lane.facts() if isinstance(fact, PaymentStarted)]


async def test_an_unknown_payment_survives_restarts_and_is_decided_when_the_host_is_back(lane: PayLane) -> None:
    lane.host.line("mute")
    await pay(lane, wechat())
    await lane.told(PaySay.UNKNOWN)
    for key in ("f12", "enter", "/", "f5"):
        lane.press(key)
        await lane.told(PayNo.UNDER_WAY)
    for _ in range(2):
        lane.supervisor.kill("till")
        await lane.gone()
        await lane.get_ready()
        await lane.told(PaySay.OPEN)
        assert isinstance(lane.seen.panel, PayingPanel)
    lane.host.line("up")
    await lane.told(PaySay.REVERSED)
    assert [fact.state for fact in lane.facts() if isinstance(fact, PaymentSettled)] == ["unknown", "reversed"]
    await lane.begin_anew()
    lane.press("f12")
    await lane.shows(CompletedPanel)
    await lane.quiet(timeout_s=QUIET_S, decided=True)
    assert_right(lane)


@pytest.mark.parametrize("ending", ["99", "02", "05"])
async def test_pain_24_a_till_that_dies_while_a_code_pays_charges_once_and_sells_once(
    lane: PayLane, ending: str
) -> None:
    for number, delay_s in enumerate((0.0, 0.005, 0.02, 0.05, 0.3)):
        await sell(lane, Strike(code=wechat(number, ending), victim="till", delay_s=delay_s))
    assert len([fact for fact in lane.facts() if isinstance(fact, SaleCompleted)]) == 5
    await lane.quiet(timeout_s=QUIET_S, decided=True)
    assert_right(lane)


async def test_kills_of_till_uplink_and_host_at_points_of_a_payment(lane: PayLane) -> None:
    """A short sweep; ``./guitai chaos --payments 500`` is the long one."""
    delays_s = (0.0, 0.01, 0.05, 0.2, 0.6)
    strikes = [
        Strike(code=code_of("28", number, ending), victim=victim, delay_s=delay_s)
        for number, (victim, delay_s, ending) in enumerate(
            (victim, delay_s, ending)
            for ending, victims in (("99", VICTIMS), ("02", VICTIMS[1:]))
            for victim in victims
            for delay_s in delays_s
        )
    ]
    found = await run(lane, strikes, quiet_s=QUIET_S, decided=True)
    assert (found.sales, found.faults) == (25, ())
    assert found.by_code > 0


async def test_kills_of_till_uplink_and_host_in_the_middle_of_refunds(lane: PayLane) -> None:
    """The host makes a refund and does not answer, refuses it, refuses and makes it, or makes it in part."""
    plan = (
        (Way.ALL, "16", Death(victim="till", delay_s=0.0)),
        (Way.PARTS, "16", Death(victim=HOST, delay_s=0.0)),
        (Way.VOID, "17", Death(victim="uplink", delay_s=0.01)),
        (Way.PART, "14", Death(victim="till", delay_s=0.05)),
        (Way.ALL, "15", Death(victim=HOST, delay_s=0.1)),
        (Way.VOID, "18", Death(victim="till", delay_s=0.2)),
        (Way.PARTS, "99", Death(victim="till", delay_s=0.02)),
    )
    strikes = [
        Strike(code=code_of("13", number, ending), back=Back(way=way, death=death, at_paying=death))
        for number, (way, ending, death) in enumerate(plan)
    ]
    found = await run(lane, strikes, quiet_s=QUIET_S, decided=True)
    assert (found.sales, found.by_code, found.returns, found.faults) == (7, 7, 9, ())
    assert found.in_cash >= 2
    assert max(order.calls.get("pay", 0) for order in lane.host.orders()) == 1


async def test_a_refused_refund_is_paid_in_cash_once_over_kills_of_the_till(lane: PayLane) -> None:
    await lane.open_shift()
    for number in range(4):
        death = Death(victim="till", delay_s=number * 0.01)
        await sell(lane, Strike(code=wechat(number, "14"), back=Back(way=Way.ALL, at_paying=death)))
    paid = [fact.refund for fact in lane.facts() if isinstance(fact, RefundPaidInCash)]
    assert len(paid) == len(set(paid)) == 4
    record = record_of(lane.facts())
    assert record.shift is not None
    assert record.shift.sums.by_tender == {TenderKind.WECHAT: 4 * 700, TenderKind.CASH: -4 * 700}
    assert_right(lane)
