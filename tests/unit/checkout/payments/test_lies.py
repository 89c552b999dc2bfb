"""A payment host that lies, messages that come late or never, a till that dies: nobody pays twice, nothing is free.

The host is a model with the truth in it: what it has taken of whom. At the end it becomes honest, and what it holds
must be what the sales say that it got.
"""

from collections import Counter as Tally
from dataclasses import dataclass, field

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from terminal.checkout.inputs import Answered, Fired
from terminal.checkout.payments.errand import TIMER
from terminal.domain.sale import TenderKind
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.events import SaleCompleted
from terminal.wire.gateway import OrderState, Pay, Query, Refund, Reply, Request, Reverse, decode_request
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
    WECHAT,
)
from tests.unit.checkout.payments.paybench import ALIPAY, PayBench, at_tender

CODES = (WECHAT, ALIPAY, "134567890123456701", "281234567890123402")
HONEST_TURNS = 400


@dataclass
class Order:
    """What a host has of a customer's money. ``closed``: it will take no more, unless it lies."""

    asked: int = 0
    charges: list[int] = field(default_factory=list)
    returned: int = 0
    refunds: set[str] = field(default_factory=set)
    closed: bool = False
    begun: bool = False

    @property
    def held(self) -> int:
        return sum(self.charges) - self.returned


class Host:
    """Orders, and messages that are still on their way."""

    def __init__(self) -> None:
        self.orders: dict[str, Order] = {}
        self.late: list[Request] = []
        self.said: Tally[str] = Tally()

    def carry_out(self, request: Request, *, amount: int | None = None, pending: bool = False) -> OrderState:
        """Do what is asked, as an honest host does, and return how the order stands."""
        order = self.orders.setdefault(request.order, Order())
        match request:
            case Pay():
                self._pay(order, request.amount if amount is None else amount, request.amount, pending=pending)
            case Reverse():
                order.returned, order.closed = sum(order.charges), True
            case Refund() if request.refund not in order.refunds and request.amount <= order.held:
                order.refunds.add(request.refund)
                order.returned += request.amount
            case _:
                pass
        return self.state(request)

    def _pay(self, order: Order, charged: int, asked: int, *, pending: bool) -> None:
        order.begun, order.asked = True, asked
        if not order.closed and not pending:
            order.charges.append(charged)

    def state(self, request: Request) -> OrderState:
        order = self.orders.setdefault(request.order, Order())
        if isinstance(request, Refund):
            return OrderState.REFUNDED if request.refund in order.refunds else OrderState.DECLINED
        if order.held:
            return OrderState.PAID
        if order.closed:
            return OrderState.REVERSED
        return OrderState.PENDING if order.begun else OrderState.NONE

    def charge(self, number: str) -> None:
        """Take the customer's money now, whatever was said before."""
        self.orders[number].charges.append(self.orders[number].asked)


class Lies(RuleBasedStateMachine):
    """A till, its host, and everything that can go wrong between them."""

    def __init__(self) -> None:
        super().__init__()
        self.bench: PayBench = at_tender()
        self.host = Host()
        self.facts: list[object] = []

    # --- the cashier -----------------------------------------------------------------------------------------------

    @rule(code=st.sampled_from(CODES), amount=st.sampled_from(("", "1", "2.5")))
    def scan_a_code(self, code: str, amount: str) -> None:
        if self.bench.mode.name == "tender":
            self.bench.write(amount)
        self.bench.scan(code)

    @rule(code=st.sampled_from((COLA, WATER)))
    def scan_goods(self, code: str) -> None:
        self.bench.scan(code)

    @rule(keys=st.sampled_from((("escape",), ("/", "enter"), ("enter",), ("f12",), ("2", "f8"), ("f16",), ("f19",))))
    def press(self, keys: tuple[str, ...]) -> None:
        self.bench.press(*keys)

    @precondition(lambda self: self.bench.mode.name == "locked")
    @rule()
    def sign_in(self) -> None:
        self.bench.sign_in()

    @rule()
    def die(self) -> None:
        """Everything that is not durable is gone; what was said is on its way, and so may be its answer."""
        self.host.late += [decode_request(ask.body) for ask in self.bench.out()]
        self.facts += self.bench.facts
        self.bench = self.bench.restarted()
        self.bench.press("escape")

    # --- the way and the host --------------------------------------------------------------------------------------

    @rule(ms=st.sampled_from((500, 5_000, 20_000, 60_000, 700_000)))
    def wait(self, ms: int) -> None:
        """Time goes by; questions that are out are over by then."""
        self.bench.now_ms += ms
        for ask in self.bench.out():
            self.host.late.append(decode_request(ask.body))
            self._silence(ask)
        self.bench.send(Fired(TIMER))

    @precondition(lambda self: self.bench.out())
    @rule(
        how=st.sampled_from(
            ("truth", "truth", "heard", "lost", "late", "not sent", "pending", "wrong amount", "lie", "other order")
        ),
        which=st.integers(0, 9),
    )
    def answer(self, how: str, which: int) -> None:
        asks = self.bench.out()
        ask = asks[which % len(asks)]
        request = decode_request(ask.body)
        match how:
            case "not sent":
                self.bench.send(Answered(Answer(id=ask.id, failure=Failure.NOT_SENT)))
            case "lost":
                self._silence(ask)
            case "late":
                self.host.late.append(request)
                self._silence(ask)
            case "heard":
                self.host.carry_out(request)
                self._silence(ask)
            case "pending" if isinstance(request, Pay):
                self._reply(ask, request, self.host.carry_out(request, pending=True))
            case "wrong amount" if isinstance(request, Pay):
                self._reply(ask, request, self.host.carry_out(request, amount=request.amount + 1))
            case "lie" if isinstance(request, Reverse | Query):
                self._reply(ask, request, OrderState.REVERSED if isinstance(request, Reverse) else OrderState.PENDING)
            case "other order":
                self.host.carry_out(request)
                self._reply(ask, request, OrderState.PAID, order="f" * 32)
            case _:
                self._reply(ask, request, self.host.carry_out(request))

    @precondition(lambda self: self.host.late)
    @rule(which=st.integers(0, 9))
    def come_late(self, which: int) -> None:
        """A message that was given up long ago is carried out after all."""
        request = self.host.late.pop(which % len(self.host.late))
        if self._is_looked_after(request.order) or not isinstance(request, Pay):
            self.host.carry_out(request)

    @precondition(lambda self: self._waiting_customers())
    @rule(which=st.integers(0, 9))
    def customer_pays(self, which: int) -> None:
        """A customer types the password; also after the host said that the order is reversed."""
        numbers = self._waiting_customers()
        self.host.charge(numbers[which % len(numbers)])

    def _waiting_customers(self) -> list[str]:
        return [
            number
            for number, order in self.host.orders.items()
            if order.begun and not order.charges and self._is_looked_after(number)
        ]

    def _is_looked_after(self, number: str) -> bool:
        return any(payment.order == number for payment in self.bench.counter.durable.payments)

    def _silence(self, ask: Ask) -> None:
        self.bench.send(Answered(Answer(id=ask.id, failure=Failure.TIMEOUT)))

    def _reply(self, ask: Ask, request: Request, state: OrderState, *, order: str = "") -> None:
        amount = (
            self.host.orders[request.order].held
            if state is OrderState.PAID and request.order in self.host.orders
            else 0
        )
        reply = Reply(v=1, id=ask.id, order=order or request.order, state=state, amount=amount, number="42")
        self.bench.send(Answered(Answer(id=ask.id, body=msgspec.json.encode(reply))))

    # --- the end ---------------------------------------------------------------------------------------------------

    def teardown(self) -> None:
        """Let all that is on its way arrive, and the host be honest; then hold its money against the sales."""
        for request in self.host.late:
            if self._is_looked_after(request.order) or not isinstance(request, Pay):
                self.host.carry_out(request)
        for _ in range(HONEST_TURNS):
            for ask in self.bench.out():
                request = decode_request(ask.body)
                self._reply(ask, request, self.host.carry_out(request))
            if not self.bench.counter.durable.payments:
                break
            self.bench.now_ms += 700_000
            self.bench.send(Fired(TIMER))
        assert self.bench.counter.durable.payments == ()
        assert self.bench.mode.name != "paying"
        wanted = self._wanted()
        assert {number: order.held for number, order in self.host.orders.items() if order.held} == wanted

    def _wanted(self) -> dict[str, int]:
        """Return what sales say that the host has got: of done ones, and of the one that is open."""
        facts = [*self.facts, *self.bench.facts]
        done = [tender for fact in facts if isinstance(fact, SaleCompleted) for tender in fact.tenders]
        by_code = [tender for tender in (*done, *self.bench.tenders) if tender.order]
        assert len({tender.order for tender in by_code}) == len(by_code)
        assert all(tender.kind in {TenderKind.WECHAT, TenderKind.ALIPAY} for tender in by_code)
        for fact in facts:
            if isinstance(fact, SaleCompleted):
                assert sum(tender.amount_fen for tender in fact.tenders) == fact.total_fen
        return {tender.order: tender.amount_fen for tender in by_code}


TestLies = Lies.TestCase
TestLies.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
