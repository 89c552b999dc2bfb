"""The control socket of a payment host: JSON lines, as `simulators.control`.

``{"do":"script","code":"134567890123456789","name":"pending"}`` → ``{"ok":true}``; ``{"do":"orders"}`` → the ledger.
"""

import socket
from pathlib import Path

import msgspec
from msgspec import Struct

from simulators.client import SimulatorError, SimulatorGoneError
from simulators.payment_host.scripts import Script

PAYMENT_SOCKET = "payment.sock"
_ANSWER_S = 30.0


class SetScript(Struct, tag_field="do", tag="script", forbid_unknown_fields=True, frozen=True):
    """What the host does with the next orders of a code: a named script, or one of its own."""

    code: str
    name: str = ""
    script: Script | None = None


class SetLine(Struct, tag_field="do", tag="line", forbid_unknown_fields=True, frozen=True):
    """How the line to the host is: ``up``, ``mute`` (takes everything, never answers), ``down`` (refuses)."""

    state: str


class GetOrders(Struct, tag_field="do", tag="orders", forbid_unknown_fields=True, frozen=True):
    """All orders."""


class Stop(Struct, tag_field="do", tag="stop", forbid_unknown_fields=True, frozen=True):
    """End the host."""


Request = SetScript | SetLine | GetOrders | Stop


class OrderView(Struct, frozen=True, kw_only=True):
    """An order: what was asked, each charge, what went back, and how often each call came."""

    order: str
    channel: str
    code: str
    asked: int
    charges: tuple[int, ...]
    returned: int
    calls: dict[str, int]

    @property
    def held(self) -> int:
        """What the shop has of the customer's money."""
        return sum(self.charges) - self.returned


class Reply(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The answer to a request; ``error`` says what was wrong with it."""

    ok: bool
    error: str = ""
    orders: tuple[OrderView, ...] = ()


class PaymentHostClient:
    """Handles a running host. Every call connects, asks and hangs up: the host may die at any time."""

    def __init__(self, control: Path) -> None:
        self._control = control

    def script(self, code: str, script: str | Script) -> None:
        """Say what the host does with the next orders of a code."""
        is_name = isinstance(script, str)
        self._ask(SetScript(code=code, name=script) if is_name else SetScript(code=code, script=script))  # type: ignore[arg-type]

    def line(self, state: str) -> None:
        """Make the line ``up``, ``mute`` or ``down``."""
        self._ask(SetLine(state))

    def orders(self) -> tuple[OrderView, ...]:
        """Return the ledger."""
        return self._ask(GetOrders()).orders

    def stop(self) -> None:
        """End the host."""
        self._ask(Stop())

    def _ask(self, request: Request) -> Reply:
        with socket.socket(socket.AF_UNIX) as link:
            link.settimeout(_ANSWER_S)
            try:
                link.connect(str(self._control))
                link.sendall(msgspec.json.encode(request) + b"\n")
                line = link.makefile("rb").readline()
            except OSError as error:
                raise SimulatorGoneError(f"no payment host at {self._control}: {error.strerror or error}") from error
        if not line:
            raise SimulatorGoneError("the payment host hung up")
        reply = msgspec.json.decode(line, type=Reply)
        if not reply.ok:
            raise SimulatorError(reply.error)
        return reply
