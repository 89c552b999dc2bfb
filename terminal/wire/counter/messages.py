"""Messages on ``counter.sock`` (one operator) and ``observer.sock`` (read-only): intents in, views out.

A client says `Hello`, gets `SnapshotPage`s, then `Delta`s, and answers each delta, and the last page of a snapshot,
with `Painted`. At most one delta is unanswered; what happens meanwhile is merged into the next. A delta whose ``base``
is not the client's revision means a gap: the client sends `Hello` again.
"""

from enum import StrEnum

import msgspec
from msgspec import Struct

from terminal.wire.counter.view import LineView, Sections

PROTOCOL = 1
PAGE_LINES = 100


class ClientRole(StrEnum):
    """One operator, any number of observers."""

    OPERATOR = "operator"
    OBSERVER = "observer"


class Hello(Struct, frozen=True, kw_only=True, tag=True):
    """Opens, or re-opens, the conversation."""

    role: ClientRole = ClientRole.OPERATOR
    protocol: int = PROTOCOL
    client: str = ""


class Keys(Struct, frozen=True, kw_only=True, tag=True):
    """Keys of one read of the terminal, in order.

    A printable key is its character; others are names: ``enter``, ``tab``, ``escape``, ``backspace``, ``delete``,
    ``up``, ``down``, ``pageup``, ``pagedown``, ``home``, ``end``, ``f1``…``f24``. ``at_ms`` is the monotonic time of
    the read, ``chunk`` its number; ``rows`` is the height of the basket, for page keys.
    """

    names: tuple[str, ...]
    at_ms: int
    chunk: int
    rows: int = 12


class Paste(Struct, frozen=True, kw_only=True, tag=True):
    """A bracketed paste: each line is one scan."""

    lines: tuple[str, ...]
    at_ms: int


class Painted(Struct, frozen=True, kw_only=True, tag=True):
    """The view of this revision is on the screen."""

    rev: int


class Pong(Struct, frozen=True, kw_only=True, tag=True):
    """The message loop has turned and the last write has returned."""

    serial: int


class ScreenFault(Struct, frozen=True, kw_only=True, tag=True):
    """The screen survived an error of its own."""

    error: str
    count: int


ToTill = Hello | Keys | Paste | Painted | Pong | ScreenFault


class SnapshotPage(Struct, frozen=True, kw_only=True, tag=True):
    """A whole view in pages of `PAGE_LINES` lines; ``sections`` stand in page 0."""

    rev: int
    page: int
    pages: int
    lines: tuple[LineView, ...]
    sections: Sections | None = None
    selected: int = -1
    journal_seq: int = 0


class Delta(Struct, frozen=True, kw_only=True, tag=True):
    """What changed since ``base``. ``lines`` are (index, line); ``count`` is the new number of lines.

    ``journal_seq`` is the last durable event that the view reflects: what is shown is on disk.
    """

    base: int
    rev: int
    sections: Sections = Sections()
    lines: tuple[tuple[int, LineView], ...] = ()
    count: int = 0
    selected: int = -1
    journal_seq: int = 0


class Ping(Struct, frozen=True, kw_only=True, tag=True):
    """Asks whether the screen is alive."""

    serial: int


class Refused(Struct, frozen=True, kw_only=True, tag=True):
    """The till closes this connection; ``code`` says why (``operator_taken``, ``not_admitted``, …)."""

    code: str


FromTill = SnapshotPage | Delta | Ping | Refused

_encoder = msgspec.msgpack.Encoder()
_to_till: msgspec.msgpack.Decoder[ToTill] = msgspec.msgpack.Decoder(ToTill)
_from_till: msgspec.msgpack.Decoder[FromTill] = msgspec.msgpack.Decoder(FromTill)


def encode(message: ToTill | FromTill) -> bytes:
    """Return a message as MessagePack (without its frame)."""
    return _encoder.encode(message)


def decode_to_till(body: bytes) -> ToTill:
    """Return a client's message; `msgspec.ValidationError` or `msgspec.DecodeError` for nonsense."""
    return _to_till.decode(body)


def decode_from_till(body: bytes) -> FromTill:
    """Return a till's message; errors as in `decode_to_till`."""
    return _from_till.decode(body)
