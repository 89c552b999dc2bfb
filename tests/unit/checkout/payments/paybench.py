"""A counter whose questions to the payment host are answered by hand."""

from dataclasses import dataclass, field

import msgspec

from terminal.checkout.effects import Arm
from terminal.checkout.inputs import Answered, Fired, LinkReported
from terminal.checkout.payments.errand import TIMER
from terminal.domain.gateways import AttemptState
from terminal.domain.payments import Payment
from terminal.domain.sale import Sale, Tender
from terminal.wire.doorbell import Answer, Ask, Failure, LinkChanged
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.gateway import CARD, PAYMENT, OrderState, Pay, Refund, Reply, Request, decode_request
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WECHAT,
)

ALIPAY = "281234567890123456"
UNIONPAY = "6212345678901234567"
ONLINE = LinkChanged(online=True, acked_seq=0)
DUE_FEN = 350


@dataclass
class PayBench(Bench):
    """A bench with an uplink. Questions wait in ``out`` until they are answered."""

    asks: int = field(default=0, init=False)

    def out(self) -> list[Ask]:
        """Return the questions of which the counter still waits for an answer."""
        waited = {errand.asked for errand in self.counter.errands}
        return [effect for effect in self.effects if isinstance(effect, Ask) and effect.id in waited]

    def asked(self) -> Request:
        """Return the one question that is out."""
        (ask,) = self.out()
        return decode_request(ask.body)

    def calls(self) -> list[str]:
        """Return what was asked so far, in order."""
        asks = (effect for effect in self.effects if isinstance(effect, Ask) and effect.kind in {PAYMENT, CARD})
        requests = [decode_request(ask.body) for ask in asks]
        return [type(request).__name__.lower() for request in requests]

    def hear(
        self, state: OrderState, amount: int = 0, *, after_ms: int = 100, order: str = "", reason: str = ""
    ) -> list[Fact]:
        """Let the host answer the question that is out."""
        (ask,) = self.out()
        request = decode_request(ask.body)
        reply = Reply(
            v=1, id=ask.id, order=order or request.order, state=state, amount=amount, number="4200012345", reason=reason
        )
        self.now_ms += after_ms
        return self.send(Answered(Answer(id=ask.id, body=msgspec.json.encode(reply))))

    def paid(self, amount: int = DUE_FEN) -> list[Fact]:
        return self.hear(OrderState.PAID, amount)

    def silent(self, failure: Failure = Failure.TIMEOUT) -> list[Fact]:
        """Let the question that is out have no answer."""
        (ask,) = self.out()
        self.now_ms += ask.deadline_ms if failure is Failure.TIMEOUT else 10
        return self.send(Answered(Answer(id=ask.id, failure=failure)))

    def wait(self) -> int:
        """Let the timer of the payments end; return how long that took."""
        arm = next(effect for effect in reversed(self.effects) if isinstance(effect, Arm) and effect.timer == TIMER)
        self.now_ms += arm.ms
        self.send(Fired(TIMER))
        return arm.ms

    @property
    def payment(self) -> Payment:
        """The one payment of which something may still come."""
        (payment,) = self.counter.durable.payments
        return payment

    @property
    def tenders(self) -> tuple[Tender, ...]:
        """The tenders of the open sale."""
        sale = self.counter.record.sale
        return () if sale is None else sale.tenders

    def kinds(self) -> list[str]:
        """Return the kinds of all facts about payments, and what they did to sales."""
        wanted = ("Payment", "Tender", "SaleCompleted", "ScanQueued")
        return [type(fact).__name__ for fact in self.facts if type(fact).__name__.startswith(wanted)]

    def completed(self) -> SaleCompleted:
        """Return the one done sale."""
        (done,) = [fact for fact in self.facts if isinstance(fact, SaleCompleted)]
        return done

    def restarted(self) -> "PayBench":
        """Return the till that comes up after this one was killed."""
        again = PayBench(record=self.counter.durable, shops=self.shops, offer=max(self.shops), now_ms=self.now_ms)
        again._ids = self._ids  # ids are never made twice
        again.send(LinkReported(ONLINE))
        again.send(Fired(TIMER))
        return again


def at_tender(*codes: str) -> PayBench:
    """Return a bench on the tender page of a sale."""
    bench = PayBench()
    bench.sign_in()
    bench.send(LinkReported(ONLINE))
    for code in codes or (COLA,):
        bench.scan(code)
    bench.press("enter")
    return bench


def begun(code: str, *codes: str) -> PayBench:
    """Return a bench that has scanned a customer's code."""
    bench = at_tender(*codes)
    bench.scan(code)
    return bench


def pay_of(bench: PayBench) -> Pay:
    request = bench.asked()
    assert isinstance(request, Pay)
    return request


def refund_of(bench: PayBench) -> Refund:
    request = bench.asked()
    assert isinstance(request, Refund)
    return request


def unknown() -> PayBench:
    """Return a bench with a payment that nobody knows about: the host has gone silent."""
    bench = begun(ALIPAY)
    bench.silent()
    while bench.payment.state is not AttemptState.UNKNOWN:
        bench.wait() if not bench.out() else bench.silent()
    return bench


def taken() -> PayBench:
    """Return a bench with a part paid by code."""
    bench = at_tender()
    bench.write("1")
    bench.scan(WECHAT)
    bench.paid(100)
    return bench


def sale_of(bench: PayBench) -> Sale:
    sale = bench.counter.record.sale
    assert sale is not None
    return sale
