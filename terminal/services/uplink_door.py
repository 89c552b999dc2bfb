"""The door for the uplink: ``uplink.sock``. It may come and go; the till goes on offline."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import structlog

from terminal.checkout.inputs import (
    Answered,
    BookFailed,
    BookOffered,
    Input,
    LinkReported,
    RulesFailed,
    RulesOffered,
)
from terminal.domain.errors import InputError
from terminal.wire import doorbell
from terminal.wire.files.streams import Stream
from terminal.wire.framing import FrameReader, frame

GREW_S = 0.2
"""Between two tellings that the journal grew: an uplink that is woken for each event sends batches of one."""

log = structlog.get_logger("uplink_door")


class _Connection(asyncio.Protocol):
    def __init__(self, door: "UplinkDoor") -> None:
        self._door = door
        self._reader = FrameReader()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport if isinstance(transport, asyncio.Transport) else None
        self._door.connected(self)

    def data_received(self, data: bytes) -> None:
        try:
            for body in self._reader.feed(data):
                self._door.take(doorbell.decode_for_till(body))
        except (InputError, msgspec.DecodeError) as error:
            log.warning("uplink_nonsense", error=str(error)[:200])
            if self.transport is not None:
                self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._door.disconnected(self)


class UplinkDoor:
    """Listens on ``uplink.sock``, tells the uplink that the journal grew, and passes its news to the counter."""

    def __init__(
        self,
        run_dir: Path,
        *,
        post: Callable[[Input], None],
        hq_time: Callable[[int, int], None],
    ) -> None:
        self._path = run_dir / "uplink.sock"
        self._post = post
        self._hq_time = hq_time
        self._connection: _Connection | None = None
        self._server: asyncio.Server | None = None
        self._grew: doorbell.JournalGrew | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._asked: dict[str, asyncio.TimerHandle] = {}
        self._books: dict[Stream, doorbell.BookNow] = {}

    async def open(self) -> None:
        """Listen. A socket file that a dead till left is replaced."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        self._server = await asyncio.get_running_loop().create_unix_server(lambda: _Connection(self), str(self._path))
        self._path.chmod(0o660)

    async def close(self) -> None:
        """Stop listening and close the connection."""
        if self._telling is not None:
            self._telling.cancel()
            self._tell_grew()
        for late in self._asked.values():
            late.cancel()
        self._asked.clear()
        if self._server is not None:
            self._server.close()
        if self._connection is not None and self._connection.transport is not None:
            self._connection.transport.abort()
        await asyncio.sleep(0)

    def journal_grew(self, *, epoch: int, seq: int) -> None:
        """Tell the uplink soon, if it is there, that there are rows up to ``seq``."""
        if self._grew is not None and self._grew.seq == seq:
            return
        self._grew = doorbell.JournalGrew(epoch=epoch, seq=seq)
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_later(GREW_S, self._tell_grew)

    def _tell_grew(self) -> None:
        self._telling = None
        if self._grew is not None:
            self._send(self._grew)

    def book_now(self, version: int, *, refused: str = "", stream: Stream = Stream.PRICE) -> None:
        """Tell the uplink which book decides, or why one was refused; a later uplink hears the former only."""
        book = doorbell.BookNow(version=version, refused=refused, stream=stream)
        if refused:
            self._send(book)
        elif book != self._books.get(stream):
            self._books[stream] = book
            self._send(book)

    def ask(self, question: doorbell.Ask) -> None:
        """Pass a question on; its answer, or that there is none, is posted exactly once."""
        if self._connection is None:
            self._post(Answered(doorbell.Answer(id=question.id, failure=doorbell.Failure.NOT_SENT)))
            return
        late = asyncio.get_running_loop().call_later(question.deadline_ms / 1000, self._unanswered, question.id)
        self._asked[question.id] = late
        self._send(question)

    def _unanswered(self, question_id: str) -> None:
        self._answered(doorbell.Answer(id=question_id, failure=doorbell.Failure.TIMEOUT))

    def _answered(self, answer: doorbell.Answer) -> None:
        """Post an answer that is still waited for."""
        late = self._asked.pop(answer.id, None)
        if late is not None:
            late.cancel()
            self._post(Answered(answer))

    def connected(self, connection: _Connection) -> None:
        """Take a connection; a new one replaces the old."""
        if self._connection is not None and self._connection.transport is not None:
            self._connection.transport.abort()
        self._connection = connection
        if self._grew is not None:
            self._send(self._grew)
        for book in self._books.values():
            self._send(book)

    def disconnected(self, connection: _Connection) -> None:
        """Note that the uplink is gone."""
        if self._connection is connection:
            self._connection = None
            self._post(LinkReported(None))
            for question_id in list(self._asked):
                self._unanswered(question_id)

    def take(self, message: doorbell.FromUplinkToTill) -> None:
        """Pass news of the uplink on."""
        match message:
            case doorbell.BookReady(version=version, stream=stream):
                self._post(BookOffered(version) if stream is Stream.PRICE else RulesOffered(version))
            case doorbell.BookRejected(version=version, reason=reason, stream=stream):
                failed = BookFailed if stream is Stream.PRICE else RulesFailed
                self._post(failed(version=version, reason=reason))
            case doorbell.LinkChanged():
                if message.hq_quality >= 0:
                    self._hq_time(message.hq_zero_ms, message.hq_quality)
                self._post(LinkReported(message))
            case doorbell.Answer():
                self._answered(message)

    def _send(self, message: doorbell.FromTillToUplink) -> None:
        if self._connection is not None and self._connection.transport is not None:
            self._connection.transport.write(frame(doorbell.encode(message)))
