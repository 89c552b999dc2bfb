"""The talk with one bank's terminal over a blocking link. Only the device's own thread calls it.

What a till asks is about an order of its own; each message has a ServiceID that follows from that order, so that a
till which knows nothing any more asks about the very same message: it is never said twice.
"""

import hashlib
import time
from collections.abc import Callable
from typing import Final, TypeVar, assert_never

import msgspec
import structlog

from terminal.domain.errors import DeviceAbsentError, DeviceError
from terminal.drivers.links.byte_link import ByteLink, write_all
from terminal.drivers.nexo import messages as nexo
from terminal.drivers.nexo.framing import FrameError, Frames, framed
from terminal.wire.doorbell import Failure
from terminal.wire.gateway import OrderState, Pay, Query, Refund, Reply, Request, Reverse

WRITE_S: Final = 3.0
STATUS_S: Final = 4.0
"""How long a terminal may take to say how something stands."""
TRIES: Final = 4
"""How often a reversal that a terminal refused is said anew, each under a ServiceID of its own."""
SERVICE_DIGITS: Final = 10
NOT_OURS: Final = "unknown_payment"
"""Why nothing goes back of what this terminal did not charge."""
KEPT: Final = 64
"""Answers that are remembered: those of a payment come when nobody waits for them."""

Answer = nexo.PaymentResponse | nexo.ReversalResponse
_HeardT = TypeVar("_HeardT")
log = structlog.get_logger("drivers")


def service_id(name: str) -> str:
    """Return the ten characters by which a terminal knows a message: the same for the same name."""
    return hashlib.sha256(name.encode()).hexdigest()[:SERVICE_DIGITS]


class NexoEngine:
    """One terminal. ``sale`` and ``poi`` name the till and the terminal to each other."""

    def __init__(
        self,
        open_link: Callable[[], ByteLink],
        *,
        sale: str,
        poi: str,
        utc_now: Callable[[], str],
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_link = open_link
        self._sale = sale
        self._poi = poi
        self._utc_now = utc_now
        self._now_s = now_s
        self._link: ByteLink | None = None
        self._frames = Frames()
        self._answers: dict[str, Answer] = {}
        self._statuses: dict[str, nexo.StatusResponse] = {}
        self._orders: dict[str, str] = {}
        self._asked = 0

    def open(self) -> None:
        """Open the link; raises `DeviceError`."""
        self._link = self._open_link()
        self._frames = Frames()

    def close(self) -> None:
        """Close the link if it is open; never raises."""
        link, self._link = self._link, None
        if link is not None:
            link.close()

    def look(self) -> None:
        """Hear what came meanwhile; raises `DeviceError` when the link is lost."""
        if self._link is None:
            raise DeviceAbsentError
        self._hear(0)

    def ask(self, request: Request, *, until_s: float) -> Reply | Failure:
        """Return how the order stands, or why nobody knows; never raises."""
        if self._link is None:
            return Failure.NOT_SENT
        try:
            return self._do(request, until_s)
        except DeviceError as error:
            log.warning("card_terminal_lost", reason=str(error))
            self.close()
            return Failure.TIMEOUT

    def _do(self, request: Request, until_s: float) -> Reply | Failure:
        match request:
            case Pay():
                return self._pay(request, until_s)
            case Query(refund=str(refund)):
                return self._replied(request, self._of_reversal(refund, until_s, done=OrderState.REFUNDED))
            case Query():
                return self._replied(request, self._stands(request.order, until_s))
            case Reverse():
                return self._replied(request, self._reverse(request.order, until_s))
            case Refund():
                return self._replied(request, self._refund(request, until_s))
            case _:
                assert_never(request)

    # --- payments -----------------------------------------------------------------------------------------------

    def _pay(self, request: Pay, until_s: float) -> Reply | Failure:
        """Charge a card: said once for an order, whatever becomes of the answer."""
        charge = nexo.PaymentRequest(
            sale=self._sale_data(request.order),
            transaction=nexo.PaymentTransaction(
                amounts=nexo.Amounts(currency=request.currency, requested=nexo.amount_of(request.amount))
            ),
        )
        service = service_id(request.order)
        self._orders = {service: request.order}
        if not self._send(nexo.ToTerminal(header=self._header(nexo.Category.PAYMENT, service), payment=charge)):
            return Failure.NOT_SENT
        answer = self._wait(self._answers, service, until_s)
        if not isinstance(answer, nexo.PaymentResponse):
            return Failure.TIMEOUT
        return self._replied(request, self._of_payment(request.order, answer))

    def _stands(self, order: str, until_s: float) -> Reply | None:
        """Return how a payment stands, also when it was reversed since; None: nobody says."""
        found = self._payment(order, until_s)
        if found is None or found.state is not OrderState.PAID:
            return found
        back = self._of_reversal(order, until_s, done=OrderState.REVERSED)
        if back is None:
            return None
        return back if back.state in {OrderState.REVERSED, OrderState.PENDING} else found

    def _payment(self, order: str, until_s: float) -> Reply | None:
        """Return what the terminal says of a payment alone."""
        answer = self._status(nexo.Category.PAYMENT, service_id(order), until_s)
        if isinstance(answer, nexo.PaymentResponse):
            return self._of_payment(order, answer)
        return _reply(order, answer) if isinstance(answer, OrderState) else None

    def _of_payment(self, order: str, answer: nexo.PaymentResponse) -> Reply | None:
        """Return what an answer means; one about another order, or over an amount that is none, means nothing."""
        if answer.sale.transaction.number not in {"", order}:
            return None
        if answer.outcome.result is nexo.Result.FAILURE or answer.result is None:
            return _reply(order, OrderState.DECLINED, reason=answer.outcome.error)
        fen = nexo.fen_of(answer.result.amounts.authorised)
        if fen is None:
            return None
        card = nexo.masked(answer.result.instrument.card)
        return _reply(order, OrderState.PAID, amount=fen, number=answer.poi.transaction.number, reason=card)

    # --- money that goes back -----------------------------------------------------------------------------------

    def _reverse(self, order: str, until_s: float) -> Reply | None:
        """Undo a payment, whatever became of it; what the terminal does not know is aborted, should it still come."""
        found = self._payment(order, until_s)
        if found is None:
            return None
        if found.state in {OrderState.PENDING, OrderState.NONE}:
            self._abort(order)
            return _reply(order, OrderState.DECLINED) if found.state is OrderState.NONE else found
        if found.state is not OrderState.PAID:
            return found
        back = self._give_back(order, order, found.number, until_s)
        if back is OrderState.PAID:
            return found
        return None if back is None else _reply(order, OrderState.REVERSED if back is OrderState.REFUNDED else back)

    def _refund(self, request: Refund, until_s: float) -> Reply | None:
        """Give money of a payment back, once for a number of a refund; of another terminal's nothing."""
        found = self._payment(request.order, until_s)
        if found is None or found.state is OrderState.PENDING:
            return found
        told = request.number if isinstance(request.number, str) else ""
        number = found.number if found.state is OrderState.PAID else told
        if not number:
            return _reply(request.order, OrderState.DECLINED, reason=NOT_OURS)
        back = self._give_back(request.order, request.refund, number, until_s, fen=request.amount)
        if back is None:
            return None
        return _reply(request.order, OrderState.DECLINED if back is OrderState.PAID else back)

    def _give_back(
        self, order: str, name: str, number: str, until_s: float, *, fen: int | None = None
    ) -> OrderState | None:
        """Reverse a payment under the first ServiceID of a name that was not refused; PAID: each was refused."""
        for attempt in range(TRIES):
            state = self._reversal(name, attempt, until_s)
            if state is OrderState.NONE:
                state = self._say_reversal(order, name, attempt, number=number, fen=fen, until_s=until_s)
            if state is not OrderState.PAID:
                return state
        return OrderState.PAID

    def _say_reversal(
        self, order: str, name: str, attempt: int, *, number: str, fen: int | None, until_s: float
    ) -> OrderState | None:
        service = _of_attempt(name, attempt)
        reversal = nexo.ReversalRequest(
            original=nexo.Original(transaction=self._original(order, number)),
            sale=self._sale_data(order),
            amount=msgspec.UNSET if fen is None else nexo.amount_of(fen),
        )
        self._send(nexo.ToTerminal(header=self._header(nexo.Category.REVERSAL, service), reversal=reversal))
        answer = self._wait(self._answers, service, until_s)
        return _of_reversal(answer) if isinstance(answer, nexo.ReversalResponse) else None

    def _original(self, order: str, number: str) -> nexo.TransactionRef:
        """Return what names a payment to its terminal: number and time. Of what it has forgotten no time is known."""
        charged = self._answers.get(service_id(order))
        if isinstance(charged, nexo.PaymentResponse) and charged.poi.transaction.number == number:
            return charged.poi.transaction
        return nexo.TransactionRef(number=number, time=self._utc_now())

    def _of_reversal(self, name: str, until_s: float, *, done: OrderState) -> Reply | None:
        """Return whether a reversal was made: ``done``, under way, or not."""
        for attempt in range(TRIES):
            state = self._reversal(name, attempt, until_s)
            if state is None:
                return None
            if state is OrderState.REFUNDED:
                return _reply(name, done)
            if state in {OrderState.NONE, OrderState.PENDING}:
                return _reply(name, state)
        return _reply(name, OrderState.DECLINED)

    def _reversal(self, name: str, attempt: int, until_s: float) -> OrderState | None:
        """Return how one attempt at a reversal stands: REFUNDED, PENDING, NONE; PAID if it was refused."""
        answer = self._status(nexo.Category.REVERSAL, _of_attempt(name, attempt), until_s)
        return _of_reversal(answer) if isinstance(answer, nexo.ReversalResponse) else _state_of(answer)

    def _abort(self, order: str) -> None:
        message = nexo.MessageRef(category=nexo.Category.PAYMENT, service=service_id(order), sale=self._sale)
        header = self._header(nexo.Category.ABORT, self._fresh_service())
        self._send(nexo.ToTerminal(header=header, abort=nexo.AbortRequest(message=message)))

    # --- the talk -----------------------------------------------------------------------------------------------

    def _status(self, category: nexo.Category, service: str, until_s: float) -> Answer | OrderState | None:
        """Return the answer that a message had, or PENDING, or NONE if there was no such message; None: nobody says."""
        self._hear(0)
        known = self._answers.get(service)
        if known is not None:
            return known
        asking = self._fresh_service()
        message = nexo.MessageRef(category=category, service=service, sale=self._sale)
        header = self._header(nexo.Category.STATUS, asking)
        self._send(nexo.ToTerminal(header=header, status=nexo.StatusRequest(message=message)))
        status = self._wait(self._statuses, asking, min(until_s, self._now_s() + STATUS_S))
        self._statuses.clear()
        if status is None:
            return None
        body = status.repeated.body if status.repeated is not None else nexo.RepeatedBody()
        answer = body.payment if category is nexo.Category.PAYMENT else body.reversal
        if answer is not None:
            return self._keep(service, answer)
        error = status.outcome.error
        return OrderState.PENDING if error == nexo.IN_PROGRESS else OrderState.NONE if error == nexo.NOT_FOUND else None

    def _wait(self, heard: dict[str, _HeardT], service: str, until_s: float) -> _HeardT | None:
        while service not in heard:
            left_s = until_s - self._now_s()
            if left_s <= 0:
                return None
            self._hear(left_s)
        return heard[service]

    def _hear(self, timeout_s: float) -> None:
        """Take what has arrived; what is no answer is passed over, and a stream out of step is a lost link."""
        if self._link is None:
            raise DeviceAbsentError
        data = self._link.read(timeout_s=timeout_s)
        try:
            bodies = self._frames.feed(data)
        except FrameError as error:
            raise DeviceAbsentError(str(error), code="garbled") from error
        for body in bodies:
            try:
                self._take(nexo.decode(body))
            except (msgspec.DecodeError, UnicodeDecodeError):
                log.warning("card_terminal_garbage", count=len(body))

    def _take(self, heard: nexo.FromTerminal) -> None:
        service = heard.header.service
        answer = heard.payment if heard.payment is not None else heard.reversal
        if heard.payment is not None and heard.payment.sale.transaction.number not in {"", self._orders.get(service)}:
            log.warning("card_terminal_other_order", ask=service)
        elif answer is not None:
            self._keep(service, answer)
        elif heard.status is not None:
            self._statuses[service] = heard.status

    def _keep(self, service: str, answer: Answer) -> Answer:
        self._answers[service] = answer
        while len(self._answers) > KEPT:
            self._answers.pop(next(iter(self._answers)))
        return answer

    def _send(self, message: nexo.ToTerminal) -> bool:
        """Send a message; False if not one byte of it was taken. `DeviceError` when it is not known how much was."""
        if self._link is None:
            raise DeviceAbsentError
        written = write_all(self._link, framed(nexo.encode(message)), timeout_s=WRITE_S)
        if written.error is None:
            return True
        if written.taken == 0 and isinstance(written.error, DeviceAbsentError):
            self.close()
            return False
        raise written.error

    def _header(self, category: nexo.Category, service: str) -> nexo.Header:
        return nexo.Header(category=category, service=service, sale=self._sale, poi=self._poi)

    def _sale_data(self, order: str) -> nexo.SaleData:
        return nexo.SaleData(transaction=nexo.TransactionRef(number=order, time=self._utc_now()))

    def _fresh_service(self) -> str:
        """Return the ServiceID of a question that nobody asks about later."""
        self._asked += 1
        return service_id(f"{self._sale} {self._utc_now()} {self._asked}")

    def _replied(self, request: Request, reply: Reply | None) -> Reply | Failure:
        return Failure.TIMEOUT if reply is None else msgspec.structs.replace(reply, id=request.id, order=request.order)


def _reply(order: str, state: OrderState, *, amount: int = 0, number: str = "", reason: str = "") -> Reply:
    return Reply(v=1, id="", order=order, state=state, amount=amount, number=number, reason=reason)


def _of_attempt(name: str, attempt: int) -> str:
    return service_id(f"{name} back {attempt}")


def _of_reversal(answer: nexo.ReversalResponse) -> OrderState:
    return OrderState.PAID if answer.outcome.result is nexo.Result.FAILURE else OrderState.REFUNDED


def _state_of(answer: Answer | OrderState | None) -> OrderState | None:
    return answer if isinstance(answer, OrderState) else None
