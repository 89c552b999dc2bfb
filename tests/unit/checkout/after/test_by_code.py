"""What was paid by code goes back through the payment host: asked until it says so, and never twice."""

from msgspec.structs import replace

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.payments.messages import PaySay
from terminal.domain.after.sold import paid_parts
from terminal.domain.after.taking import take_all
from terminal.domain.ids import OrderNumber
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.wire import payment_events as pay
from terminal.wire import return_events as rev
from terminal.wire.doorbell import Failure
from terminal.wire.events import SaleCompleted
from terminal.wire.gateway import OrderState
from tests.unit.checkout.after.desk import only
from tests.unit.checkout.memory_shop import (
    COLA,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import DUE_FEN, PayBench, begun, refund_of
from tests.unit.checkout.shown import page


def given_back(bench: PayBench, units: str = "f5") -> PayBench:
    """Give units of the last sale back, with a supervisor."""
    bench.press("f7", "enter", units, "f12", "1")
    bench.approve()
    return bench


def paid_by_code(*codes: str) -> PayBench:
    bench = begun(WECHAT, *codes)
    bench.paid(DUE_FEN * max(1, len(codes)))
    return bench


def test_the_host_is_asked_as_soon_as_the_return_is_on_the_disk() -> None:
    bench = given_back(paid_by_code())
    fact, order = only(bench, rev.SaleReturned), bench.completed().tenders[0].order
    request = refund_of(bench)
    assert (request.order, request.amount, request.refund) == (order, DUE_FEN, f"{fact.act.removeprefix('return:')}R0")
    assert [row[2] for row in page(bench).rows] == ["give.returning"]
    bench.hear(OrderState.REFUNDED)
    assert bench.notice == PaySay.RETURNED
    assert bench.counter.durable.payments == ()
    assert [row[2] for row in page(bench).rows] == ["give.returned"]
    told = only(bench, pay.PaymentReturned)
    assert (told.order, told.amount_fen, told.refund) == (order, DUE_FEN, request.refund)


def test_without_an_answer_it_is_asked_again_with_the_same_number_also_after_a_restart() -> None:
    bench = given_back(paid_by_code())
    number = refund_of(bench).refund
    bench.silent()
    bench.wait()
    assert refund_of(bench).refund == number
    again = bench.restarted()
    assert refund_of(again).refund == number
    again.silent(Failure.NOT_SENT)
    again.wait()
    assert refund_of(again).refund == number
    again.hear(OrderState.REFUNDED)
    assert again.counter.durable.payments == ()


def test_no_more_of_a_sale_comes_back_while_money_of_it_is_on_its_way() -> None:
    bench = given_back(paid_by_code(COLA, COLA), "+")
    first = refund_of(bench).refund
    bench.press("f7", "enter", "f5", "f12")
    assert bench.notice == AfterNo.REFUND_UNDER_WAY
    bench.press("f6")
    assert (bench.notice, bench.counter.record.exchange) == (AfterNo.REFUND_UNDER_WAY, None)
    bench.hear(OrderState.REFUNDED)
    bench.press("escape")
    given_back(bench, "f5")
    second = refund_of(bench)
    assert second.amount == DUE_FEN
    assert second.refund != first
    bench.hear(OrderState.REFUNDED)
    assert len([fact for fact in bench.facts if isinstance(fact, pay.PaymentReturned)]) == 2


def test_what_an_exchange_does_not_need_goes_back_through_the_host() -> None:
    bench = paid_by_code(COLA, COLA)
    bench.press("f7", "enter", "f5", "f6", "1")
    bench.approve()
    bench.scan(COLA)
    bench.press("f12")
    back = only(bench, rev.SaleReturned)
    assert (back.amount_fen, back.credit_fen) == (2 * DUE_FEN, DUE_FEN)
    assert refund_of(bench).amount == DUE_FEN
    assert refund_of(bench).order == back.tenders[0].order
    bench.hear(OrderState.REFUNDED)
    bought = only(bench, SaleCompleted)
    assert bought.tenders[0].origin[0].order == back.tenders[0].order
    given_back(bench, "f5")
    assert (refund_of(bench).order, refund_of(bench).amount) == (back.tenders[0].order, DUE_FEN)


def test_a_tender_that_comes_back_names_its_order_and_reference() -> None:
    order = OrderNumber("0" * 32)
    code = Tender(kind=TenderKind.WECHAT, amount_fen=500, order=order, reference=clean("4200"))
    parts, back = take_all(paid_parts([code]), [(0, 200)])
    assert back == [replace(code, amount_fen=200)]
    credit = Tender(kind=TenderKind.CREDIT, amount_fen=300, origin=(replace(code, amount_fen=300),))
    assert paid_parts([credit])[0].order == order
    assert parts[0].left_fen == 300
