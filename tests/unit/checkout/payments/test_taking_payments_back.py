"""A payment by code that was taken is reversed before its tender goes."""

import pytest

from terminal.checkout.deeds.extras import hold
from terminal.checkout.inputs import LinkReported
from terminal.checkout.messages import No
from terminal.checkout.modes import Paying, Tendering
from terminal.checkout.outcome import Permit, Rejected
from terminal.checkout.payments.messages import PayNo, PaySay
from terminal.checkout.payments.starting import undo
from terminal.domain.gateways import AttemptState
from terminal.domain.sale import Tender, TenderKind
from terminal.wire.counter.panels import TenderPanel
from terminal.wire.doorbell import Failure
from terminal.wire.gateway import OrderState, Reverse
from tests.unit.checkout.counter_bench import Bench
from tests.unit.checkout.payments.paybench import (
    taken,
)

WAITING, NONE, DECLINED, REVERSED = OrderState.PENDING, OrderState.NONE, OrderState.DECLINED, OrderState.REVERSED
VOUCHER = Tender(kind=TenderKind.VOUCHER, amount_fen=100)


@pytest.mark.parametrize("key", ["/", "backspace"])
def test_a_payment_is_reversed_before_its_tender_goes_and_only_after_a_yes(key: str) -> None:
    bench = taken()
    bench.press(key)
    assert (bench.mode.name, bench.calls()) == ("confirm", ["pay"])
    bench.press("enter")
    assert (bench.mode, bench.notice, len(bench.tenders)) == (Paying(bench.payment.order), PaySay.REVERSING, 1)
    assert isinstance(bench.asked(), Reverse)
    bench.hear(REVERSED)
    assert (bench.mode, bench.tenders, bench.payment.state) == (Tendering(), (), AttemptState.REVERSED)


def test_a_tender_whose_reversal_was_not_sent_stands() -> None:
    bench = taken()
    bench.press("/", "enter")
    bench.silent(Failure.NOT_SENT)
    assert (bench.mode, bench.notice, len(bench.tenders)) == (Tendering(), PaySay.KEPT, 1)
    assert bench.counter.durable.payments == ()
    bench.press("f12")
    assert bench.completed().total_fen == 350


def test_a_tender_whose_only_reversal_was_refused_stands() -> None:
    bench = taken()
    bench.press("/", "enter")
    bench.paid(100)
    assert (bench.mode, bench.notice, len(bench.tenders)) == (Tendering(), PaySay.KEPT, 1)
    assert bench.counter.durable.payments == ()
    bench.press("f12")
    assert bench.completed().total_fen == 350


def test_a_tender_whose_second_reversal_was_refused_does_not_stand_again() -> None:
    bench = taken()
    bench.press("/", "enter")
    bench.silent()
    bench.wait()
    bench.paid(100)
    assert (bench.mode.name, bench.payment.state) == ("paying", AttemptState.REVERSING)


def test_a_tender_whose_reversal_may_have_been_heard_does_not_stand_again() -> None:
    bench = taken()
    bench.press("/", "enter")
    bench.silent()
    bench.wait()
    bench.silent(Failure.NOT_SENT)
    assert (bench.mode.name, bench.payment.state) == ("paying", AttemptState.REVERSING)


def test_nothing_is_reversed_without_an_uplink() -> None:
    bench = taken()
    bench.send(LinkReported(None))
    bench.press("/")
    assert (bench.notice, len(bench.tenders), bench.calls()) == (PayNo.NO_WAY_TO_HOST, 1, ["pay"])


def test_a_tender_by_code_is_shown_with_the_end_of_its_number() -> None:
    bench = taken()
    assert isinstance(bench.view.panel, TenderPanel)  # type: ignore[union-attr]
    (row,) = bench.view.panel.rows  # type: ignore[union-attr]
    assert (row.kind, row.amount, row.note) == ("tender.wechat", "1.00", "****2345")


def test_a_sale_with_a_tender_is_not_put_aside() -> None:
    bench = taken()
    outcome = hold(bench.counter, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.PARTLY_PAID


def test_who_is_not_signed_in_takes_nothing_back() -> None:
    bench = Bench()
    outcome = undo(bench.counter, VOUCHER, bench.moment())
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.NO_TENDER
