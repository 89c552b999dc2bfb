"""A payment host as a process: a TCP port for tills, a control socket for people and tests, a ledger on the disk."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

import msgspec

from simulators.control_server import ControlServer
from simulators.payment_host.cashbox import Cashbox, Spoken
from simulators.payment_host.control import (
    PAYMENT_SOCKET,
    GetOrders,
    OrderView,
    Reply,
    Request,
    SetLine,
    SetScript,
    Stop,
)
from simulators.payment_host.ledger import SCRIPT, Entry, Ledger, now_ms
from simulators.payment_host.protocol import LONGEST_LINE, Answer
from simulators.payment_host.protocol import Request as Asked
from simulators.payment_host.scripts import NAMED, Form

LINES = ("up", "mute", "down")
_JOIN_S = 5.0
_GARBAGE = b"\x00\xff{not a line of it}\n"


class PaymentHost:
    """Use it as a context manager, and ``wait`` until a client stops it. ``port`` 0 takes a free one."""

    def __init__(self, folder: Path, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._folder = folder
        self._server = socket.socket()
        self._where = (host, port)
        self._stopped = threading.Event()
        self._clients: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._stack = ExitStack()
        self._line = "up"

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            self._ledger = stack.enter_context(contextlib.closing(Ledger(self._folder / "payments.jsonl")))
            self._cashbox = Cashbox(self._ledger)
            stack.enter_context(self._server)
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._server.bind(self._where)
            self._server.listen(16)
            stack.enter_context(ControlServer(self._folder / PAYMENT_SOCKET, self._control))
            self._accepting = threading.Thread(target=self._accept, name="PaymentHost", daemon=True)
            self._accepting.start()
            stack.callback(self._hang_up)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where tills reach it."""
        host, port = self._server.getsockname()
        return str(host), int(port)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until a client stops the host; False when the time was over before."""
        return self._stopped.wait(timeout_s)

    # --- people and tests ----------------------------------------------------------------------------------------

    def _control(self, line: bytes) -> Reply:
        request = msgspec.json.decode(line, type=Request)
        match request:
            case SetScript():
                return self._set_script(request)
            case SetLine(state=state):
                if state not in LINES:
                    return Reply(ok=False, error=f"no line {state!r}; known: {', '.join(LINES)}")
                self._line = state
            case GetOrders():
                return Reply(ok=True, orders=self._orders())
            case Stop():
                self._stopped.set()
            case _:
                assert_never(request)
        return Reply(ok=True)

    def _set_script(self, request: SetScript) -> Reply:
        script = NAMED.get(request.name) if request.script is None else request.script
        if script is None:
            return Reply(ok=False, error=f"no script {request.name!r}; known: {', '.join(sorted(NAMED))}")
        self._ledger.note(Entry(at_ms=now_ms(), do=SCRIPT, code=request.code, script=script))
        return Reply(ok=True)

    def _orders(self) -> tuple[OrderView, ...]:
        return tuple(
            OrderView(
                order=one.order,
                channel=one.channel,
                code=one.code,
                asked=one.asked,
                charges=tuple(one.charges),
                returned=one.returned,
                calls=dict(one.calls),
            )
            for one in self._ledger.orders()
        )

    # --- tills ---------------------------------------------------------------------------------------------------

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            if self._line == "down":
                client.close()
                continue
            with self._lock:
                self._clients.add(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, client.makefile("rb") as lines, contextlib.suppress(OSError):
            while (line := lines.readline(LONGEST_LINE)).endswith(b"\n"):
                self._answer(line, client.sendall)
        with self._lock:
            self._clients.discard(client)

    def _answer(self, line: bytes, send: Callable[[bytes], None]) -> None:
        """Carry one request out; nonsense ends the connection."""
        if self._line == "mute":
            return
        try:
            request = msgspec.json.decode(line, type=Asked)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ConnectionError("not a request") from None
        _speak(self._cashbox.take(request), send)

    def _hang_up(self) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RD)
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
        self._accepting.join(_JOIN_S)


def _speak(spoken: Spoken, send: Callable[[bytes], None]) -> None:
    """Send an answer in the form that its act has."""
    act, answer = spoken.act, spoken.answer
    if act.late_ms:
        time.sleep(act.late_ms / 1000)
    if answer is None:
        return
    line = msgspec.json.encode(answer) + b"\n"
    match act.form:
        case Form.PLAIN:
            send(line)
        case Form.TWICE:
            send(line + line)
        case Form.OTHER_ORDER:
            send(msgspec.json.encode(_of_another(answer)) + b"\n" + line)
        case Form.GARBAGE:
            send(_GARBAGE)
        case Form.CUT:
            send(line[: len(line) // 2])
            raise ConnectionError("cut")
        case _:
            assert_never(act.form)


def _of_another(answer: Answer) -> Answer:
    """Return an answer that is about an order of somebody else, and says the opposite."""
    return msgspec.structs.replace(answer, order="f" * 32, amount=answer.amount + 1)
