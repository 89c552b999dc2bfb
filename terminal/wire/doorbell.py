"""Messages on ``uplink.sock``: the till listens, the uplink connects. Hints, news, questions; files carry the data.

Each stream of books has its own versions.
"""

from enum import StrEnum

import msgspec
from msgspec import Struct

from terminal.wire.files.streams import Stream


class JournalGrew(Struct, frozen=True, kw_only=True, tag=True):
    """Till → uplink: there are rows up to this sequence."""

    epoch: int
    seq: int


class BookNow(Struct, frozen=True, kw_only=True, tag=True):
    """Till → uplink: the book that decides now (for the apply report to HQ), or why an offered one was refused."""

    version: int
    refused: str = ""
    stream: Stream = Stream.PRICE


class Ask(Struct, frozen=True, kw_only=True, tag=True):
    """Till → uplink: a question for somebody outside. ``kind`` says to whom, and what ``body`` is.

    What is not answered after ``deadline_ms`` is not answered any more.
    """

    id: str
    kind: str
    deadline_ms: int
    body: bytes

    def __repr__(self) -> str:
        """What is asked may be secret."""
        return f"Ask({self.id}, {self.kind})"


class Failure(StrEnum):
    """Why a question has no answer."""

    NO_ROUTE = "no_route"
    """Nobody here can be asked such a thing: it was not sent."""
    NOT_SENT = "not_sent"
    """Who would have to answer cannot be reached: it was not sent."""
    TIMEOUT = "timeout"
    """It may have been heard, and it may not."""


class Answer(Struct, frozen=True, kw_only=True, tag=True):
    """Uplink → till: the answer to an `Ask`, or why there is none."""

    id: str
    body: bytes = b""
    failure: Failure | None = None


class BookReady(Struct, frozen=True, kw_only=True, tag=True):
    """Uplink → till: a verified book lies in the folder; the till activates it between sales."""

    version: int
    sha256: str
    stream: Stream = Stream.PRICE


class BookRejected(Struct, frozen=True, kw_only=True, tag=True):
    """Uplink → till: a book from HQ's side was refused before it became a file; ``reason`` is the code of the error."""

    version: int
    reason: str
    stream: Stream = Stream.PRICE


class LinkTrouble(StrEnum):
    """Why HQ takes nothing though it is there; a person has to help."""

    FORKED = "forked"
    """HQ has other events under the same numbers: two tills use one identity."""
    BEHIND = "behind"
    """HQ has more events than the journal: an old copy was restored."""


class LinkChanged(Struct, frozen=True, kw_only=True, tag=True):
    """Uplink → till: state of the way to HQ and what HQ has acknowledged of ``epoch`` (0 = nothing is known).

    Of the rows up to ``archived_seq`` HQ says that it keeps them for good; ``drained`` tells that of each earlier epoch
    that HQ has whole. ``hq_zero_ms`` is HQ's time (UTC) at which this machine's monotonic clock stood at 0, and
    ``hq_quality`` how good that is (ms), or -1 when it is not known.
    """

    online: bool
    acked_seq: int
    archived_seq: int = 0
    epoch: int = 0
    drained: tuple[tuple[int, int], ...] = ()
    trouble: LinkTrouble | None = None
    oldest_unacked_ms: int = 0
    hq_zero_ms: int = 0
    hq_quality: int = -1


FromTillToUplink = JournalGrew | BookNow | Ask
FromUplinkToTill = BookReady | BookRejected | LinkChanged | Answer

_encoder = msgspec.msgpack.Encoder()
_to_uplink: msgspec.msgpack.Decoder[FromTillToUplink] = msgspec.msgpack.Decoder(FromTillToUplink)
_to_till: msgspec.msgpack.Decoder[FromUplinkToTill] = msgspec.msgpack.Decoder(FromUplinkToTill)


def encode(message: FromTillToUplink | FromUplinkToTill) -> bytes:
    """Return a message as MessagePack (without its frame)."""
    return _encoder.encode(message)


def decode_for_uplink(body: bytes) -> FromTillToUplink:
    """Return a message of the till; `msgspec.ValidationError` for nonsense."""
    return _to_uplink.decode(body)


def decode_for_till(body: bytes) -> FromUplinkToTill:
    """Return a message of the uplink; `msgspec.ValidationError` for nonsense."""
    return _to_till.decode(body)
