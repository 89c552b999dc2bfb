import pytest
from msgspec.structs import replace

from lab.payments.audit import faults, open_payments
from lab.payments.returning import VICTIMS, Way
from lab.payments.sweep import PREFIXES, code_of, draw
from simulators.payment_host.control import OrderView
from terminal.domain.barcode import PayChannel, pay_code_channel
from terminal.domain.ids import ActionId, OrderNumber
from terminal.domain.sale import Tender, TenderKind
from terminal.wire import events as ev
from terminal.wire import payment_events as pay
from terminal.wire.payment_record import refunds_of
from terminal.wire.return_events import SaleReturned
from tests.unit.domain.baskets import make_line, make_sale
from tests.unit.wire.examples import (
    WANG,
    started,
)
from tests.unit.wire.returns import head
from tests.unit.wire.test_payment_record import ORDER, STARTED

PAID = OrderView(
    order=ORDER, channel="wechat", code="13", asked=1280, charges=(1280,), returned=0, calls={"pay": 1, "query": 2}
)
TENDER = Tender(kind=TenderKind.WECHAT, amount_fen=1280, order=ORDER)
SALE = make_sale(make_line(1))
SOLD = (started(SALE), ev.LineAdded(line=make_line(1)), STARTED, ev.TenderAdded(sale_id=SALE.id, tender=TENDER))


def test_money_that_is_where_it_belongs_is_no_fault() -> None:
    assert [*faults(SOLD, [PAID])] == []
    assert [*faults((STARTED,), [replace(PAID, returned=1280)])] == []
    assert [one.order for one in open_payments((STARTED,))] == [ORDER]


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (replace(PAID, charges=(1280, 1280)), "the host has 2560, the till sold for 1280"),
        (replace(PAID, returned=1280), "the host has 0, the till sold for 1280"),
        (replace(PAID, calls={"pay": 2}), "was paid 2 times"),
        (replace(PAID, order="zz"), "order zz is in no journal"),
    ],
)
def test_money_that_is_not_is_told(order: OrderView, told: str) -> None:
    assert told in "\n".join(faults(SOLD, [order]))


def test_goods_for_nothing_are_told() -> None:
    assert [*faults(SOLD, [])] == [f"order {ORDER}: the till sold for 1280, the host knows nothing of it"]
    assert len([*faults((STARTED,), [PAID])]) == 1


def test_a_sale_whose_tenders_are_not_its_total_is_told() -> None:
    from tests.unit.wire.examples import (  # noqa: PLC0415 - only here
        facts_of,
        paid_document,
    )

    *before, done = facts_of(paid_document())
    assert isinstance(done, ev.SaleCompleted)
    assert [*faults((*before, done), [])] == []
    assert len([*faults((*before, replace(done, total_fen=done.total_fen + 1)), [])]) == 1


def refund(amount_fen: int = 1280) -> SaleReturned:
    back = replace(TENDER, amount_fen=amount_fen)
    return replace(head(1), sale_id=SALE.id, amount_fen=amount_fen, tenders=(back,))


def refused(amount_fen: int = 1280) -> pay.RefundRefused:
    (payment,) = refunds_of(refund(amount_fen))
    return pay.RefundRefused(
        order=ORDER, sale_id=SALE.id, refund=payment.refund, kind=payment.kind, amount_fen=amount_fen
    )


def in_cash() -> pay.RefundPaidInCash:
    return pay.RefundPaidInCash(
        act=ActionId("instead:1"),
        order=ORDER,
        sale_id=SALE.id,
        refund=refused().refund,
        kind=TenderKind.WECHAT,
        amount_fen=1280,
        staff=WANG,
        paid_ms=1,
    )


def test_what_was_refunded_is_with_the_customer_once() -> None:
    facts = (*SOLD, refund())
    assert [*faults(facts, [replace(PAID, returned=1280)])] == []
    assert "the till sold for 0" in "\n".join(faults(facts, [PAID]))
    assert "the host has -1280" in "\n".join(faults(facts, [replace(PAID, returned=2560)]))


def test_what_the_host_refuses_is_still_there_also_when_cash_was_paid() -> None:
    facts = (*SOLD, refund(), refused())
    assert [*faults(facts, [PAID])] == [*faults((*facts, in_cash()), [PAID])] == []
    late = pay.RefundCameLate(
        order=ORDER, sale_id=SALE.id, refund=refused().refund, kind=TenderKind.WECHAT, amount_fen=1280
    )
    assert [*faults((*facts, in_cash(), late), [replace(PAID, returned=1280)])] == []
    assert [*faults((*facts, in_cash()), [replace(PAID, returned=1280)])]


def test_a_plan_follows_from_its_seed_and_hits_everybody() -> None:
    plan = draw(7, 200)
    assert plan == draw(7, 200) != draw(8, 200)
    assert {strike.victim for strike in plan} == {*VICTIMS, ""}
    backs = [strike.back for strike in plan if strike.back is not None]
    assert {back.way for back in backs} == set(Way)
    for deaths in ([back.death for back in backs], [back.at_paying for back in backs]):
        assert {death.victim for death in deaths} == {*VICTIMS, ""}
    assert {strike.lines for strike in plan} == {1, 2}
    assert len({strike.code for strike in plan}) == 200


def test_codes_are_those_of_the_three_channels() -> None:
    channels = [pay_code_channel(code_of(prefix, 3, "99")) for prefix in PREFIXES]
    assert channels == [PayChannel.WECHAT, PayChannel.ALIPAY, PayChannel.UNIONPAY]
    assert OrderNumber(ORDER) == ORDER
