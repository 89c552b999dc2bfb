"""What a payment host does with a request: moves money, or not, and says so, or something else."""

import threading

from msgspec import Struct

from simulators.payment_host.ledger import Entry, Ledger, Order, now_ms
from simulators.payment_host.protocol import Answer, Pay, Query, Refund, Request, Reverse, State
from simulators.payment_host.scripts import HONEST, Act, Say, Script, script_of

_TRUTH = Act()
_SAID = {Say.PENDING: State.PENDING, Say.DECLINED: State.DECLINED, Say.REVERSED: State.REVERSED}


class Spoken(Struct, frozen=True, kw_only=True):
    """An answer and how it comes; None = silence."""

    answer: Answer | None
    act: Act


class Cashbox:
    """Carries requests out on a ledger, as the scripts of their codes say."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._lock = threading.Lock()

    def take(self, request: Request) -> Spoken:
        """Carry a request out, durably, and return what is said."""
        with self._lock:
            return self._take(request)

    def _take(self, request: Request) -> Spoken:
        known = self._ledger.order(request.order)
        script = self._script(request, known)
        kind = type(request).__name__.lower()
        nth = 0 if known is None else known.calls[kind]
        acts: tuple[Act, ...] = getattr(script, kind)
        act = acts[nth] if nth < len(acts) else _TRUTH
        after = self._ledger.note(self._entry(request, known, script, act))
        return Spoken(answer=_answer(request, after, act), act=act)

    def _script(self, request: Request, known: Order | None) -> Script:
        code = request.code if isinstance(request, Pay) else known.code if known is not None else ""
        return (self._ledger.script(code) or script_of(code)) if code else HONEST

    def _entry(self, request: Request, known: Order | None, script: Script, act: Act) -> Entry:
        match request:
            case Pay():
                return self._paid(request, known, script, act)
            case Query():
                can_pay = act.pays and known is not None and not known.closed and not known.charges
                charged = known.asked if can_pay and known is not None else 0
                return Entry(at_ms=now_ms(), do="query", order=request.order, charged=charged)
            case Reverse():
                return self._reversed(request, known, script, act)
            case Refund():
                return self._refunded(request, known, script, act)

    def _refunded(self, request: Refund, known: Order | None, script: Script, act: Act) -> Entry:
        """Give back, once for a number; or refuse, and do it later all the same."""
        fits = known is not None and request.refund not in known.refunds and request.amount <= known.held
        amount = request.amount if script.refund_amount is None else script.refund_amount
        returned = amount if act.does and fits else 0
        is_late = fits and not act.does and script.late_refund_ms is not None
        return Entry(
            at_ms=now_ms(),
            do="refund",
            order=request.order,
            asked=request.amount,
            returned=returned,
            refund=request.refund if returned or is_late else "",
            due_ms=now_ms() + (script.late_refund_ms or 0) if is_late else 0,
        )

    def _paid(self, request: Pay, known: Order | None, script: Script, act: Act) -> Entry:
        """Charge, each time that it is called: a till that pays twice with one number is seen in the ledger."""
        is_closed = known is not None and known.closed
        charged = 0 if is_closed or not act.does else request.amount if script.charge is None else script.charge
        return Entry(
            at_ms=now_ms(),
            do="pay",
            order=request.order,
            channel=request.channel,
            code=request.code,
            asked=request.amount,
            charged=charged,
            closed=act.say is Say.DECLINED,
        )

    def _reversed(self, request: Reverse, known: Order | None, script: Script, act: Act) -> Entry:
        returned = known.held if act.does and known is not None else 0
        late_ms = script.late_charge_ms
        is_first = known is not None and not known.charges and not known.calls["reverse"]
        due_ms = now_ms() + late_ms if late_ms is not None and is_first else 0
        return Entry(
            at_ms=now_ms(), do="reverse", order=request.order, returned=returned, closed=act.does, due_ms=due_ms
        )


def _answer(request: Request, order: Order, act: Act) -> Answer | None:
    if act.say is Say.NOTHING:
        return None
    is_over = act.say is Say.PENDING and order.closed
    state = _state(request, order) if act.say is Say.TRUTH or is_over else _SAID[act.say]
    return Answer(
        id=request.id,
        order=request.order,
        state=state,
        amount=_amount(request, order, state),
        number=f"SIM{order.order[-12:]}" if order.charges else "",
        reason=act.reason,
    )


def _amount(request: Request, order: Order, state: State) -> int:
    """Return what the shop has of the customer's money; of a refund, what went back under its number."""
    if state is State.REFUNDED and isinstance(request, Refund | Query):
        return order.refunds.get(str(request.refund), 0)
    return order.held if state is State.PAID else 0


def _state(request: Request, order: Order) -> State:
    """Return how an order stands."""
    if isinstance(request, Refund) or (isinstance(request, Query) and request.refund):
        return State.REFUNDED if request.refund in order.refunds else State.DECLINED
    if order.held:
        return State.PAID
    if order.charges:
        return State.REVERSED
    if order.closed:
        return State.REVERSED if order.calls["reverse"] else State.DECLINED
    return State.PENDING if order.calls["pay"] else State.NONE
