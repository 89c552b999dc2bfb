"""The door for screens: ``counter.sock`` for one operator, ``observer.sock`` for any number of read-only clients.

The sale never waits for a client: each has at most one unanswered delta, and what happens meanwhile is merged.
"""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from terminal.checkout.delta import diff, snapshot_pages
from terminal.checkout.inputs import Input, KeysRead, Pasted, ScreenFaulted
from terminal.domain.errors import InputError
from terminal.services.admission import Admission, caller_of
from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import View
from terminal.wire.framing import FrameReader, frame

PING_S = 1.0
MISSED_PINGS = 3
READ_BYTES = 1 << 16
MAX_BACKLOG = 8 << 20
"""Bytes that a client may leave unread before it is dropped."""

log = structlog.get_logger("counter")


class Client(asyncio.Protocol):
    """One connection."""

    def __init__(self, door: "CounterDoor", *, role: msg.ClientRole) -> None:
        self._door = door
        self.role = role
        self._reader = FrameReader()
        self._transport: asyncio.Transport | None = None
        self._shown: View | None = None
        self._rev = 0
        self._unanswered = False
        self._ping = 0
        self._missed = 0
        self._asked: list[tuple[int, Callable[[], None]]] = []

    @property
    def greeted(self) -> bool:
        """Whether it said hello and has a view."""
        return self._shown is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection; who may not operate the till is told so, and heard no more."""
        self._transport = transport if isinstance(transport, asyncio.Transport) else None
        if self.role is msg.ClientRole.OPERATOR:
            caller = caller_of(transport.get_extra_info("socket"))
            if not self._door.admission.admits(caller):
                log.warning("operator_refused", pid=caller.pid, uid=caller.uid)
                self.refuse("not_admitted")

    def data_received(self, data: bytes) -> None:
        """Take bytes; nonsense closes this connection and nothing else. What was refused is not read."""
        if self._transport is None or self._transport.is_closing():
            return
        try:
            for body in self._reader.feed(data):
                self._take(msg.decode_to_till(body))
        except (InputError, msgspec.DecodeError) as error:
            log.warning("client_nonsense", role=self.role.value, error=str(error)[:200])
            self.refuse("bad_request")

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Forget the client; who waits for its answer waits no longer."""
        self._transport = None
        self._door.gone(self)
        self._answered(self._ping)

    def refuse(self, code: str) -> None:
        """Say why, and close."""
        self._send(msg.Refused(code=code))
        if self._transport is not None:
            self._transport.close()

    def drop(self) -> None:
        """Close at once, whatever is unread."""
        if self._transport is not None:
            self._transport.abort()

    def show(self, view: View, *, journal_seq: int) -> None:
        """Send what changed, unless the client still paints: then the change waits and is merged."""
        if self._shown is None or self._unanswered or view is self._shown:
            return
        sections, lines, count, selected = diff(self._shown, view)
        base, self._rev = self._rev, self._rev + 1
        self._shown = view
        self._unanswered = True
        self._send(
            msg.Delta(
                base=base,
                rev=self._rev,
                sections=sections,
                lines=lines,
                count=count,
                selected=selected,
                journal_seq=journal_seq,
            )
        )

    def ping(self) -> bool:
        """Send a ping; False when too many were missed."""
        self._missed += 1
        if self._missed > MISSED_PINGS:
            return False
        self._send_ping()
        return True

    def ask(self, callback: Callable[[], None]) -> None:
        """Call back when the client has answered: all that it had to say before then was heard."""
        self._send_ping()
        self._asked.append((self._ping, callback))

    def _send_ping(self) -> None:
        self._ping += 1
        self._send(msg.Ping(serial=self._ping))

    def _answered(self, serial: int) -> None:
        ready = [callback for asked, callback in self._asked if asked <= serial]
        self._asked = [entry for entry in self._asked if entry[0] > serial]
        for callback in ready:
            callback()

    def _take(self, message: msg.ToTill) -> None:
        match message:
            case msg.Hello():
                self._greet(message)
            case msg.Painted(rev=rev):
                if rev == self._rev:
                    self._unanswered = False
                    self._door.painted(self)
            case msg.Pong(serial=serial):
                if serial == self._ping:
                    self._missed = 0
                self._answered(min(serial, self._ping))
            case _ if self.role is not msg.ClientRole.OPERATOR or not self.greeted:
                self.refuse("bad_request")
            case msg.Keys():
                self._door.post(KeysRead(message))
            case msg.Paste():
                self._door.post(Pasted(message))
            case msg.ScreenFault(error=error):
                self._door.post(ScreenFaulted(error))

    def _greet(self, hello: msg.Hello) -> None:
        if hello.protocol != msg.PROTOCOL:
            self.refuse("protocol")
            return
        if not self._door.admit(self):
            self.refuse("operator_taken")
            return
        view, seq = self._door.view, self._door.journal_seq
        self._shown = view
        self._rev += 1
        self._unanswered = True
        for page in snapshot_pages(view, rev=self._rev, journal_seq=seq):
            self._send(page)

    def _send(self, message: msg.FromTill) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > MAX_BACKLOG:
            self.drop()
            return
        transport.write(frame(msg.encode(message)))


class CounterDoor:
    """Listens on both sockets and keeps every client's view up to date."""

    def __init__(
        self,
        run_dir: Path,
        *,
        post: Callable[[Input], None],
        counter_dir: Path | None = None,
        admission: Admission | None = None,
    ) -> None:
        """Take the folders of both sockets (``counter_dir``: of the operator's, if it has one of its own)."""
        self._observers = run_dir / "observer.sock"
        self._counter = (counter_dir or run_dir) / "counter.sock"
        self.admission = admission or Admission()
        self.post = post
        self.view = View()
        self.journal_seq = 0
        self._clients: set[Client] = set()
        self._operator: Client | None = None
        self._servers: list[asyncio.Server] = []

    async def open(self) -> None:
        """Listen. A socket file that a dead till left is replaced."""
        loop = asyncio.get_running_loop()
        for path, role in ((self._counter, msg.ClientRole.OPERATOR), (self._observers, msg.ClientRole.OBSERVER)):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            server = await loop.create_unix_server(lambda role=role: self._connected(role), str(path))  # type: ignore[misc]
            path.chmod(0o660)
            self._servers.append(server)

    async def close(self) -> None:
        """Stop listening and drop the clients."""
        for server in self._servers:
            server.close()
        for client in list(self._clients):
            client.drop()
        await asyncio.sleep(0)

    async def watch(self) -> None:
        """Ping the clients for ever; one that misses too many is dropped, and its place is free."""
        while True:
            await asyncio.sleep(PING_S)
            for client in [one for one in self._clients if one.greeted]:
                if not client.ping():
                    log.warning("screen_lost", role=client.role.value)
                    client.drop()

    def publish(self, view: View, *, journal_seq: int) -> None:
        """Show a new view to everybody."""
        self.view = view
        self.journal_seq = journal_seq
        for client in self._clients:
            client.show(view, journal_seq=journal_seq)

    def painted(self, client: Client) -> None:
        """A client answered: give it what happened meanwhile."""
        client.show(self.view, journal_seq=self.journal_seq)

    def when_answered(self, callback: Callable[[], None]) -> None:
        """Call back when the operator's screen has answered; at once without one, or when it goes unanswered."""
        if self._operator is None or not self._operator.greeted:
            callback()
        else:
            self._operator.ask(callback)

    def admit(self, client: Client) -> bool:
        """Whether this client may be greeted: there is one operator."""
        if client.role is msg.ClientRole.OPERATOR:
            if self._operator not in (None, client):
                return False
            self._operator = client
        return True

    def gone(self, client: Client) -> None:
        """Forget a client."""
        self._clients.discard(client)
        if self._operator is client:
            self._operator = None

    def _connected(self, role: msg.ClientRole) -> Client:
        client = Client(self, role=role)
        self._clients.add(client)
        return client
