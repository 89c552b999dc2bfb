"""A bank's terminal at the end of a cable, with a customer in front of it.

It charges each time that it is told to pay: a till that says a payment twice is seen in `charges`. What it knows
outlives the cable. A script says what it does with the next payments, one each; then it is honest again.
"""

import struct
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import msgspec

from simulators.card_terminal import messages
from simulators.device import Action, Device

_LENGTH = struct.Struct(">I")
FEN_PER_YUAN = 100
PAN = "6222020000001234"
"""What a terminal that masks nothing sends: a till must not keep it."""


class Script(StrEnum):
    """What happens to a payment."""

    APPROVE = "approve"
    DECLINE = "decline"
    WAIT = "wait"
    """The customer looks for the card, until ``present`` or ``cancel``."""
    SILENT = "silent"
    """Charged, and never told: only who asks hears of it."""
    WRONG_AMOUNT = "wrong_amount"
    """0.01 is charged, whatever was asked."""
    TWICE = "twice"
    """The answer comes twice."""
    OTHER_ORDER = "other_order"
    """An answer about another order comes first."""
    GARBAGE = "garbage"
    """What is no message comes first."""
    LOST = "lost"
    """The request gets lost in the terminal: nothing is charged, and it has never heard of it."""
    NO_REVERSAL = "no_reversal"
    """Charged; every reversal of it is refused."""
    SILENT_REVERSAL = "silent_reversal"
    """Charged; a reversal of it is made, and not told."""


@dataclass(slots=True)
class Charge:
    """One payment: what was asked, each charge, what went back. ``told`` is its answer; None while it is under way."""

    header: messages.Header
    order: str
    asked: int
    number: str
    script: Script
    charges: list[int] = field(default_factory=list)
    returned: int = 0
    told: messages.Json | None = None

    @property
    def held(self) -> int:
        """What the shop has of the customer's money."""
        return sum(self.charges) - self.returned


class CardTerminal(Device):
    """Speaks the nexo Sale to POI protocol: four bytes of length and JSON, whichever way the bytes come."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = b""
        self._coming: deque[Script] = deque()
        self.payments: dict[str, Charge] = {}
        """By the ServiceID of their message."""
        self._reversals: dict[str, messages.Json] = {}

    def script(self, *scripts: str) -> None:
        """Say what happens to the next payments; ``ValueError`` for a name that is none."""
        with self._lock:
            self._coming.extend(map(Script, scripts))

    def present(self) -> None:
        """The customer whom a payment waits for has found the card."""
        self._end(self._approve)

    def cancel(self) -> None:
        """The customer gives up."""
        self._end(lambda charge: self._told(charge, messages.declined(charge.order, "Cancel")))

    def charges(self) -> tuple[Charge, ...]:
        """All payments, in their order."""
        with self._lock:
            return tuple(self.payments.values())

    def told(self) -> str:
        """Return what stands on its screen: whom it waits for, what comes next, what the last payment came to."""
        with self._lock:
            waiting = [charge for charge in self.payments.values() if charge.told is None]
            last = next(reversed(self.payments.values()), None)
            coming = f"next {self._coming[0]}, " if self._coming else ""
        if waiting:
            return f"{coming}waits for a card over {waiting[-1].asked / FEN_PER_YUAN:.2f}"
        if last is None:
            return f"{coming}no payment yet"
        return f"{coming}last {last.asked / FEN_PER_YUAN:.2f}, held {last.held / FEN_PER_YUAN:.2f}"

    def next_script(self) -> str:
        """Choose what becomes of the next payment: the one after what was chosen before; return its name."""
        with self._lock:
            chosen = self._coming.popleft() if self._coming else Script.APPROVE
            scripts = tuple(Script)
            following = scripts[(scripts.index(chosen) + 1) % len(scripts)]
            self._coming.clear()
            if following is not Script.APPROVE:
                self._coming.append(following)
        self._tell()
        return following.value

    def actions(self) -> Mapping[str, Action]:
        """What a fault script or a bench can do to it, by name."""
        named = {script.value: lambda script=script: self.script(script.value) for script in Script}
        return {**super().actions(), "present": self.present, "cancel": self.cancel, "next": self._next, **named}

    def _next(self) -> None:
        self.next_script()

    def _end(self, end: Callable[[Charge], None]) -> None:
        with self._lock:
            for charge in self.payments.values():
                if charge.told is None and charge.script is Script.WAIT:
                    end(charge)
        self._tell()

    def _consume(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            body, self._buffer = self._buffer[_LENGTH.size : end], self._buffer[end:]
            try:
                self._do(messages.decode(body))
            except msgspec.DecodeError:
                self._frame(b"{}")

    def _do(self, request: messages.Request) -> None:
        if request.payment is not None:
            self._pay(request, request.payment)
        elif request.reversal is not None:
            self._reverse(request, request.reversal)
        elif request.status is not None:
            self._answer(request.header, self._status(request.status.message))
        elif request.abort is not None:
            charge = self.payments.get(request.abort.message.service)
            if charge is not None and charge.told is None:
                self._told(charge, messages.declined(charge.order, "Aborted"))

    def _pay(self, request: messages.Request, payment: messages.Payment) -> None:
        script = self._coming.popleft() if self._coming else Script.APPROVE
        if script is Script.LOST:
            return
        charge = self.payments.get(request.header.service)
        if charge is None:
            charge = Charge(
                header=request.header,
                order=payment.sale.transaction.number,
                asked=int(payment.charge.amounts.requested * FEN_PER_YUAN),
                number=f"{len(self.payments) + 1:012d}",
                script=script,
            )
            self.payments[request.header.service] = charge
        if script is Script.GARBAGE:
            self._frame(b"\xff no message")
        if script is Script.OTHER_ORDER:
            self._answer(request.header, messages.paid("another", "9", charge.asked, PAN))
        if script is Script.DECLINE:
            self._told(charge, messages.declined(charge.order, "Refusal"))
        elif script is not Script.WAIT:
            self._approve(charge)

    def _approve(self, charge: Charge) -> None:
        fen = 1 if charge.script is Script.WRONG_AMOUNT else charge.asked
        charge.charges.append(fen)
        answer = messages.paid(charge.order, charge.number, fen, PAN)
        if charge.script is Script.SILENT:
            charge.told = answer
            return
        self._told(charge, answer)
        if charge.script is Script.TWICE:
            self._answer(charge.header, answer)

    def _told(self, charge: Charge, answer: messages.Json) -> None:
        charge.told = answer
        self._answer(charge.header, answer)

    def _reverse(self, request: messages.Request, reversal: messages.Reversal) -> None:
        original = (reversal.original.transaction.number, reversal.original.transaction.time)
        payments = self.payments.values()
        charge = next((one for one in payments if (one.number, messages.CHARGED_AT) == original), None)
        fen = None if reversal.amount is None else int(reversal.amount * FEN_PER_YUAN)
        answer = messages.reversed_(self._undone(charge, fen))
        self._reversals[request.header.service] = answer
        if charge is None or charge.script is not Script.SILENT_REVERSAL:
            self._answer(request.header, answer)

    def _undone(self, charge: Charge | None, fen: int | None) -> str:
        """Give money back; return why not."""
        if charge is None:
            return "NotFound"
        back = charge.held if fen is None else fen
        if charge.script is Script.NO_REVERSAL or not 0 < back <= charge.held:
            return "Refusal"
        charge.returned += back
        return ""

    def _status(self, message: messages.MessageRef) -> messages.Json:
        if message.category == "Reversal":
            answer = self._reversals.get(message.service)
            return messages.status("NotFound") if answer is None else messages.status(repeated=answer)
        charge = self.payments.get(message.service)
        if charge is None:
            return messages.status("NotFound")
        return messages.status("InProgress") if charge.told is None else messages.status(repeated=charge.told)

    def _answer(self, header: messages.Header, body: messages.Json) -> None:
        self._frame(messages.encode(header, body))

    def _frame(self, body: bytes) -> None:
        self._say(_LENGTH.pack(len(body)) + body)
