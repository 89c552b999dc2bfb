"""What the payment host refuses to give back: it is asked no more, and a manager pays it in cash, once."""

from collections.abc import Sequence

import pytest
from msgspec import UNSET

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.effects import PrintSlip, PulseDrawer
from terminal.checkout.inputs import Fired, LinkReported
from terminal.checkout.messages import Hint, No
from terminal.checkout.payments.errand import TIMER
from terminal.checkout.payments.messages import PayAsk, PayNo, PaySay
from terminal.domain.payments import PACES
from terminal.domain.receipt import Pair
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.shifts import Shift
from terminal.domain.slips.instead import InsteadSlip
from terminal.domain.text import SafeText
from terminal.wire import payment_events as pay
from terminal.wire import return_events as rev
from terminal.wire.counter.panels import PaymentRow, StatusPanel
from terminal.wire.doorbell import Failure
from terminal.wire.gateway import OrderState, Query
from tests.unit.checkout.after.desk import OPEN_SHIFT, only
from tests.unit.checkout.after.test_by_code import given_back, paid_by_code
from tests.unit.checkout.counter_bench import (
    IDENTITY,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import DUE_FEN, ONLINE, PayBench, begun, refund_of
from tests.unit.checkout.shown import asked, page

MANAGER, PIN = "9002", "1111"
REFUSED_MS = PACES[TenderKind.WECHAT].refused_ms


def refused(bench: PayBench) -> PayBench:
    """Let the host refuse the refund that it is asked for."""
    bench.hear(OrderState.DECLINED, reason="ACCOUNT_CLOSED")
    return bench


def paid_out(bench: PayBench, pick: str = "1") -> PayBench:
    """Pay a refused refund in cash, with a manager's number and PIN."""
    bench.press("f18", pick)
    bench.approve(MANAGER, PIN)
    bench.press("escape")
    return bench


def rows_of(bench: PayBench) -> Sequence[PaymentRow]:
    """Return the payments on the status page."""
    bench.press("f18")
    assert bench.view is not None
    assert isinstance(bench.view.panel, StatusPanel)
    listed = bench.view.panel.payments
    bench.press("escape")
    return listed


def looked_up(bench: PayBench) -> Query:
    """Let the time pass until the host is asked, and return the question."""
    bench.wait()
    request = bench.asked()
    assert isinstance(request, Query)
    return request


def test_a_refusal_is_a_fact_with_its_reason_and_the_host_is_not_asked_for_it_again() -> None:
    bench = given_back(paid_by_code())
    number = refund_of(bench).refund
    refused(bench)
    fact = only(bench, pay.RefundRefused)
    assert (fact.refund, fact.amount_fen, fact.kind) == (number, DUE_FEN, TenderKind.WECHAT)
    assert fact.reason == "ACCOUNT_CLOSED"
    assert (bench.notice, bench.counter.notice.params["amount"]) == (PaySay.NOT_RETURNED, "3.50")
    assert [row[2] for row in page(bench).rows] == ["give.refused"]
    asks = bench.calls().count("refund")
    for _ in REFUSED_MS:
        assert looked_up(bench).refund == number
        bench.hear(OrderState.DECLINED)
    assert bench.calls().count("refund") == asks == 1
    before = len(bench.effects)
    bench.send(Fired(TIMER))
    assert (bench.out(), bench.effects[before:]) == ([], [])
    assert rows_of(bench)[0].state == "payment.refused"


def test_a_restart_asks_how_the_refused_refund_stands_and_not_for_it() -> None:
    again = refused(given_back(paid_by_code())).restarted()
    assert isinstance(again.asked(), Query)
    again.silent()
    assert looked_up(again).refund == again.payment.refund_number
    again.hear(OrderState.REFUNDED)
    assert (again.notice, again.counter.durable.payments) == (PaySay.RETURNED, ())
    assert only(again, pay.PaymentReturned).refund


def test_what_is_asked_of_a_payment_names_no_refund() -> None:
    bench = begun(WECHAT)
    bench.silent()
    assert looked_up(bench).refund is UNSET


def test_a_manager_pays_it_in_cash_and_both_names_stand_in_the_fact_and_on_the_paper() -> None:
    bench = refused(given_back(paid_by_code()))
    back = only(bench, rev.SaleReturned)
    bench.press("f18")
    assert bench.view is not None
    assert bench.view.input.hint == Hint.PAY_IN_CASH
    bench.press("1")
    assert asked(bench) == (PayAsk.IN_CASH, True)
    bench.press("escape", "escape")
    paid_out(bench)
    fact = only(bench, pay.RefundPaidInCash)
    assert (fact.staff, fact.approved_by, fact.amount_fen) == ("1001", MANAGER, DUE_FEN)
    assert (fact.receipt_no, fact.return_no) == (back.receipt_no, back.number)
    assert fact.refund == only(bench, pay.RefundRefused).refund
    assert [one.action for one in bench.effects if isinstance(one, PulseDrawer)][-1].startswith("drawer:instead:")
    (slip,) = [one.slip for one in bench.effects if isinstance(one, PrintSlip) and isinstance(one.slip, InsteadSlip)]
    issuer = Issuer(
        identity=IDENTITY,
        shop=ShopTexts(),
        staff_name=SafeText("王芳"),
        approver_name=SafeText("钱经理"),
        language=Language.EN,
    )
    printed = {str(row.label): row.value for row in slip.rows(issuer, "", training=False) if isinstance(row, Pair)}
    assert (printed["Approved by"], printed["Cash paid out"]) == ("9002 钱经理", "3.50")
    assert (printed["Receipt"], printed["Return"]) == (back.receipt_no, back.number)


def test_a_manager_at_the_till_says_yes_once_more() -> None:
    bench = refused(given_back(paid_by_code()))
    bench.press("escape", "f16")
    bench.sign_in(MANAGER)
    bench.press("f18", "1")
    assert asked(bench) == (PayAsk.IN_CASH, False)
    bench.press("enter")
    assert (bench.notice, only(bench, pay.RefundPaidInCash).approved_by) == (PaySay.IN_CASH, None)


def test_it_is_paid_once_also_over_a_restart() -> None:
    bench = paid_out(refused(given_back(paid_by_code())))
    for till in (bench, bench.restarted()):
        facts = len(till.facts)
        till.press("f18", "1")
        assert (till.notice, till.facts[facts:]) == (PayNo.NOT_REFUSED, [])
        assert till.payment.in_cash
        till.press("escape")
    assert [row.state for row in rows_of(bench)] == ["payment.in_cash"]


def test_who_lends_the_right_meanwhile_finds_that_the_host_gave_it_back() -> None:
    bench = refused(given_back(paid_by_code()))
    bench.press("f18", "1")
    looked_up(bench)
    bench.hear(OrderState.REFUNDED)
    bench.approve(MANAGER, PIN)
    assert (bench.notice, bench.counter.durable.payments) == (PayNo.NOT_REFUSED, ())
    assert not [fact for fact in bench.facts if isinstance(fact, pay.RefundPaidInCash)]


def test_the_shift_has_so_much_less_cash_and_keeps_what_was_paid_by_code() -> None:
    bench = PayBench()
    bench.sign_in(MANAGER)
    bench.press(*OPEN_SHIFT)
    sold_by_code(bench)
    before = sums_of(bench)
    bench.press("f7", "enter", "f5", "f12", "1", "enter")
    assert sums_of(bench).by_tender == {}
    refused(bench)
    bench.press("f18", "1", "enter", "escape")
    after = sums_of(bench)
    assert after.by_tender == {TenderKind.WECHAT: DUE_FEN, TenderKind.CASH: -DUE_FEN}
    assert after.cash_expected_fen == before.cash_expected_fen - DUE_FEN
    assert after.net_sales_fen == 0
    looked_up(bench)
    bench.hear(OrderState.REFUNDED)
    assert sums_of(bench).by_tender == {TenderKind.CASH: -DUE_FEN}


def sold_by_code(bench: PayBench) -> None:
    bench.send(LinkReported(ONLINE))
    bench.scan(COLA)
    bench.press("enter")
    bench.scan(WECHAT)
    bench.paid()
    bench.press("escape")


def sums_of(bench: PayBench) -> Shift:
    shift = bench.counter.record.shift
    assert shift is not None
    return shift.sums


def test_a_host_that_gives_it_back_after_the_cash_is_told_and_never_asked_for_it() -> None:
    bench = paid_out(refused(given_back(paid_by_code())))
    number = bench.payment.refund_number
    assert looked_up(bench).refund == number
    bench.hear(OrderState.REFUNDED)
    fact = only(bench, pay.RefundCameLate)
    assert (fact.refund, fact.amount_fen, fact.kind) == (number, DUE_FEN, TenderKind.WECHAT)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.CAME_LATE, ())
    assert bench.calls().count("refund") == 1
    assert not [fact for fact in bench.facts if isinstance(fact, pay.PaymentReturned)]


def test_a_host_that_stands_by_its_word_is_not_watched_for_ever() -> None:
    bench = paid_out(refused(given_back(paid_by_code())))
    for state in (OrderState.DECLINED, OrderState.PAID, OrderState.DECLINED, OrderState.NONE):
        looked_up(bench)
        bench.hear(state)
    assert bench.counter.durable.payments == ()
    assert [fact.closed for fact in bench.facts if isinstance(fact, pay.PaymentChecked)] == [False, False, False, True]


def test_two_refunds_of_one_payment_are_kept_apart() -> None:
    bench = paid_out(refused(given_back(paid_by_code(COLA, COLA), "+")))
    first = bench.payment.refund_number
    bench.press("escape")
    given_back(bench, "f5")
    second = refund_of(bench)
    assert second.refund != first
    bench.hear(OrderState.REFUNDED)
    assert [one.refund_number for one in bench.counter.durable.payments] == [first]
    assert only(bench, pay.PaymentReturned).refund == second.refund


def test_nothing_more_of_the_sale_comes_back_until_it_is_paid() -> None:
    bench = refused(given_back(paid_by_code(COLA, COLA), "+"))
    bench.press("escape", "f7", "enter", "f5", "f12")
    assert bench.notice == AfterNo.REFUND_UNDER_WAY


def test_money_that_was_taken_for_nothing_and_is_refused_is_paid_in_cash_too() -> None:
    bench = begun(WECHAT)
    bench.hear(OrderState.DECLINED)
    bench.press("f12", "escape")
    bench.wait()
    bench.paid()
    assert refund_of(bench).refund.endswith("R")
    refused(bench)
    bench.press("f18", "1")
    assert bench.notice == PayNo.NOT_REFUSED
    bench.press("escape")
    still_there = bench.asked()
    assert isinstance(still_there, Query)
    assert still_there.refund is UNSET
    bench.paid()
    paid_out(bench)
    fact = only(bench, pay.RefundPaidInCash)
    assert (fact.receipt_no, fact.return_no, fact.amount_fen) == ("", "", DUE_FEN)
    (slip,) = [one.slip for one in bench.effects if isinstance(one, PrintSlip) and isinstance(one.slip, InsteadSlip)]
    issuer = Issuer(identity=IDENTITY, shop=ShopTexts(), staff_name=SafeText("王芳"), language=Language.ZH)
    labels = [row.label for row in slip.rows(issuer, "", training=False) if isinstance(row, Pair)]
    assert "小票号" not in labels
    assert "退货号" not in labels


def taken_for_nothing() -> PayBench:
    """Return a bench that found money which the host will not give back, and asks how the order stands."""
    bench = begun(WECHAT)
    bench.hear(OrderState.DECLINED)
    bench.press("f12", "escape")
    bench.wait()
    bench.paid()
    return refused(bench)


def test_money_that_the_host_reversed_after_all_is_owed_to_nobody() -> None:
    bench = taken_for_nothing()
    bench.hear(OrderState.REVERSED)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.RETURNED, ())
    bench.press("f18", "1")
    assert not [fact for fact in bench.facts if isinstance(fact, pay.RefundPaidInCash)]


@pytest.mark.parametrize("state", [OrderState.PENDING, OrderState.NONE])
def test_no_cash_is_paid_before_the_host_has_said_that_it_holds_the_money(state: OrderState) -> None:
    bench = taken_for_nothing()
    bench.hear(state)
    bench.press("f18", "1")
    assert bench.notice == PayNo.NOT_REFUSED
    bench.press("escape")
    bench.wait()
    bench.hear(OrderState.REVERSED)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.RETURNED, ())


def test_of_money_that_was_taken_for_nothing_only_what_the_host_holds_is_paid_in_cash() -> None:
    bench = taken_for_nothing()
    bench.paid(100)
    assert only(bench, pay.PaymentReturned).amount_fen == DUE_FEN - 100
    bench.wait()
    bench.paid(100)
    assert only(paid_out(bench), pay.RefundPaidInCash).amount_fen == 100
    looked_up(bench)
    bench.hear(OrderState.NONE)
    assert bench.payment.checks == 1
    looked_up(bench)
    bench.paid(40)
    assert only(bench, pay.RefundCameLate).amount_fen == 60


@pytest.mark.parametrize(
    ("keys", "no"),
    [(("escape", "f16", "f18", "1"), No.LOCKED), (("f18", "2"), PayNo.NOT_REFUSED), (("f18", "0"), PayNo.NOT_REFUSED)],
)
def test_what_is_not_there_is_not_paid(keys: tuple[str, ...], no: str) -> None:
    bench = refused(given_back(paid_by_code()))
    bench.press(*keys)
    assert bench.notice == no


def test_no_cash_goes_out_over_an_open_sale_or_where_nothing_is_listed() -> None:
    bench = refused(given_back(paid_by_code()))
    bench.press("escape")
    bench.scan(COLA)
    bench.press("f18", "1")
    assert bench.notice == No.SALE_OPEN
    empty = paid_by_code()
    empty.press("f18", "1")
    assert empty.notice == No.LEAVE_FIRST


def test_a_host_that_gives_back_less_owes_the_rest_which_a_manager_pays() -> None:
    bench = given_back(paid_by_code())
    bench.hear(OrderState.REFUNDED, 100)
    assert only(bench, pay.PaymentReturned).amount_fen == 100
    refusal = only(bench, pay.RefundRefused)
    assert (refusal.amount_fen, refusal.reason) == (DUE_FEN - 100, "wrong_amount")
    assert (bench.notice, bench.counter.notice.params["amount"]) == (PaySay.NOT_RETURNED, "2.50")
    looked_up(bench)
    bench.hear(OrderState.REFUNDED, 100)
    assert (bench.payment.found_fen, bench.payment.returned_fen) == (DUE_FEN - 100, 100)
    assert only(paid_out(bench), pay.RefundPaidInCash).amount_fen == DUE_FEN - 100
    looked_up(bench)
    bench.hear(OrderState.REFUNDED, DUE_FEN)
    assert only(bench, pay.RefundCameLate).amount_fen == DUE_FEN - 100


def test_a_host_that_gives_the_rest_back_later_has_given_all_back() -> None:
    bench = given_back(paid_by_code())
    bench.hear(OrderState.REFUNDED, 100)
    looked_up(bench)
    bench.hear(OrderState.REFUNDED, DUE_FEN)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.RETURNED, ())
    returned = [fact.amount_fen for fact in bench.facts if isinstance(fact, pay.PaymentReturned)]
    assert returned == [100, DUE_FEN - 100]


def test_a_host_that_gives_back_more_is_told() -> None:
    bench = given_back(paid_by_code())
    bench.hear(OrderState.REFUNDED, DUE_FEN + 50)
    assert (only(bench, pay.PaymentReturned).amount_fen, only(bench, pay.RefundCameLate).amount_fen) == (DUE_FEN, 50)
    assert (bench.notice, bench.counter.durable.payments) == (PaySay.CAME_LATE, ())


def test_without_an_answer_a_refund_is_asked_for_again_and_is_not_a_refusal() -> None:
    bench = given_back(paid_by_code())
    bench.silent(Failure.TIMEOUT)
    bench.wait()
    bench.hear(OrderState.PENDING)
    bench.wait()
    assert refund_of(bench).amount == DUE_FEN
    assert not [fact for fact in bench.facts if isinstance(fact, pay.RefundRefused)]
