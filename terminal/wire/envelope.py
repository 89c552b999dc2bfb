"""What a terminal sends to HQ about its journal, and what HQ answers.

A batch carries rows without ``prev`` and ``hash``: both follow from the batch's own ``prev``, so HQ computes them and
compares the last with ``hash``. That saves 64 incompressible bytes an event and leaves nothing to believe.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, TypeVar

import msgspec
import zstandard
from msgspec import Meta, Struct, field

from terminal.domain.errors import InputError
from terminal.wire.chain import Row, row_hash

VERSION = 1
MAX_EVENTS = 100
TARGET_BYTES = 64 << 10
"""A batch of several rows stays below this before compression; one row alone may be longer."""
MAX_MESSAGE_BYTES = 1 << 20
MAX_RAW_BYTES = 2 << 20
COMPRESS_ABOVE = 512
ROW_OVERHEAD_BYTES = 128

Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Signed = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Digest = Annotated[bytes, Meta(min_length=32, max_length=32)]
Short = Annotated[str, Meta(max_length=64)]


class Codec(StrEnum):
    """How the rows of a batch are packed."""

    PLAIN = "mp"
    ZSTD = "mp+zstd"


class SentRow(Struct, frozen=True, array_like=True):
    """A row of the journal as it travels: all columns but ``prev`` and ``hash``."""

    seq: Count
    id: Annotated[bytes, Meta(min_length=16, max_length=16)]
    kind: Short
    biz_date: Short
    wall_ms: Signed
    mono_ms: Signed
    boot_id: Short
    clk_off_ms: Signed
    clk_q: Signed
    body: bytes


class Batch(Struct, frozen=True, kw_only=True):
    """One message: rows ``first_seq``…``last_seq`` without gaps. ``head`` is the last row of the journal."""

    v: int = VERSION
    terminal: str = field(name="t")
    epoch: Count = field(name="e")
    first_seq: Annotated[int, Meta(ge=1, le=2**63 - 1)] = field(name="from")
    last_seq: Count = field(name="to")
    prev: Digest
    hash: Digest
    codec: Codec
    rows: bytes = field(name="ev")
    head: Count
    sent_ms: Signed
    clock: tuple[Signed, Signed] = field(name="clk", default=(0, -1))
    """(offset to HQ in ms, quality), as in `terminal.ports.clock.Stamp`."""


class Birth(Struct, frozen=True, kw_only=True):
    """On every connection: who is there, how far its journal goes. HQ answers with `Acked` to ``session``."""

    v: int = VERSION
    terminal: str = field(name="t")
    epoch: Count = field(name="e")
    session: Short
    head: Count
    hash: Digest
    sent_ms: Signed = 0


class TillState(Struct, frozen=True, kw_only=True):
    """Retained, and the last will: whether the uplink of a terminal is connected."""

    v: int = VERSION
    online: bool


class HqState(Struct, frozen=True, kw_only=True):
    """Retained, and HQ's last will: whether its collector runs. ``boot`` is new at every start."""

    v: int = VERSION
    online: bool
    boot: Short = ""


class Acked(Struct, frozen=True, kw_only=True, tag="ack"):
    """HQ has committed all up to ``acked``, whose hash is ``hash``. ``session`` answers a `Birth`, else it is empty.

    Up to ``archived`` HQ keeps the rows for good: only of those may a terminal ever delete its own.
    """

    v: int = VERSION
    terminal: str = field(name="t")
    epoch: int = field(name="e")
    acked: int
    hash: bytes = field(name="h")
    hq_ms: int
    session: str = ""
    archived: int = field(name="ar", default=0)


class GapFound(Struct, frozen=True, kw_only=True, tag="gap"):
    """HQ lacks ``first_seq``…``last_seq``; what came behind it is kept, but not acknowledged."""

    v: int = VERSION
    terminal: str = field(name="t")
    epoch: int = field(name="e")
    first_seq: int = field(name="gap_from")
    last_seq: int = field(name="gap_to")


class ForkFound(Struct, frozen=True, kw_only=True, tag="fork"):
    """HQ knows another row with sequence ``fork_at``: two journals use one identity, or one was changed."""

    v: int = VERSION
    terminal: str = field(name="t")
    epoch: int = field(name="e")
    fork_at: int


class BatchRefused(Struct, frozen=True, kw_only=True, tag="refused"):
    """HQ could not read a batch and put it into quarantine; the rows are sent again."""

    v: int = VERSION
    terminal: str = field(name="t")
    epoch: int = field(name="e")
    reason: str


T = TypeVar("T")
Answer = Acked | GapFound | ForkFound | BatchRefused
Control = Birth | TillState | HqState | Answer

_encoder = msgspec.msgpack.Encoder()
_rows_decoder = msgspec.msgpack.Decoder(Annotated[list[SentRow], Meta(max_length=MAX_EVENTS)])
_batch_decoder = msgspec.msgpack.Decoder(Batch)
_answer_decoder: msgspec.msgpack.Decoder[Answer] = msgspec.msgpack.Decoder(Answer)
_birth_decoder = msgspec.msgpack.Decoder(Birth)
_till_state_decoder = msgspec.msgpack.Decoder(TillState)
_hq_state_decoder = msgspec.msgpack.Decoder(HqState)
_compressor = zstandard.ZstdCompressor(level=3)
_decompressor = zstandard.ZstdDecompressor(max_window_size=MAX_RAW_BYTES)


def take_batch(rows: Sequence[Row]) -> Sequence[Row]:
    """Return the longest head of ``rows`` that one message may carry: at least one row."""
    size = 0
    for index, row in enumerate(rows[:MAX_EVENTS]):
        size += len(row.body) + ROW_OVERHEAD_BYTES
        if index and size > TARGET_BYTES:
            return rows[:index]
    return rows[:MAX_EVENTS]


def pack_batch(
    rows: Sequence[Row], *, terminal: str, epoch: int, head: int, sent_ms: int, clock: tuple[int, int] = (0, -1)
) -> bytes:
    """Return the message for rows without gaps; `InputError` ``batch_oversized`` when HQ would not take it."""
    raw = _encoder.encode([msgspec.structs.astuple(row)[:-2] for row in rows])
    if len(raw) > MAX_RAW_BYTES:
        raise InputError(f"batch of {len(raw)} bytes", code="batch_oversized")
    is_long = len(raw) > COMPRESS_ABOVE
    batch = Batch(
        terminal=terminal,
        epoch=epoch,
        first_seq=rows[0].seq,
        last_seq=rows[-1].seq,
        prev=rows[0].prev,
        hash=rows[-1].hash,
        codec=Codec.ZSTD if is_long else Codec.PLAIN,
        rows=packed(raw) if is_long else raw,
        head=head,
        sent_ms=sent_ms,
        clock=clock,
    )
    message = _encoder.encode(batch)
    if len(message) > MAX_MESSAGE_BYTES:
        raise InputError(f"message of {len(message)} bytes", code="batch_oversized")
    return message


def unpack_batch(message: bytes, *, terminal: str) -> tuple[Batch, tuple[Row, ...]]:
    """Return a batch and its rows with computed hashes. ``terminal`` is whose topic it came on.

    `InputError` with code ``batch_oversized``, ``batch_malformed``, ``batch_version``, ``batch_foreign``,
    ``batch_count`` or ``batch_chain``. Every limit is checked before the bytes behind it are decoded.
    """
    if len(message) > MAX_MESSAGE_BYTES:
        raise InputError(f"message of {len(message)} bytes", code="batch_oversized")
    batch = decode_strictly(_batch_decoder, message)
    if batch.v != VERSION:
        raise InputError(f"version {batch.v}", code="batch_version", hint="update HQ before the tills")
    if batch.terminal != terminal:
        raise InputError(f"batch of {batch.terminal[:60]!r} on the topic of {terminal}", code="batch_foreign")
    if not 1 <= batch.last_seq - batch.first_seq + 1 <= MAX_EVENTS:
        raise InputError(f"rows {batch.first_seq} to {batch.last_seq}", code="batch_count")
    sent = decode_strictly(_rows_decoder, _unpacked(batch))
    if [row.seq for row in sent] != list(range(batch.first_seq, batch.last_seq + 1)):
        raise InputError("rows are not those that the batch names", code="batch_count")
    return batch, _chained(batch, sent)


def decode_strictly(decoder: "msgspec.msgpack.Decoder[T]", data: bytes) -> T:
    """Return a message by its decoder; `InputError` ``batch_malformed`` for nonsense."""
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"not a message of this kind: {error}", code="batch_malformed") from error


def _unpacked(batch: Batch) -> bytes:
    if batch.codec is Codec.PLAIN:
        return batch.rows
    return decompress(batch.rows, limit=MAX_RAW_BYTES)


def packed(raw: bytes) -> bytes:
    """Return bytes as one zstd frame that says its size."""
    return _compressor.compress(raw)


def decompress(data: bytes, *, limit: int) -> bytes:
    """Return what one zstd frame holds; `InputError` ``batch_oversized`` (or of no said size), ``batch_malformed``."""
    try:
        size = zstandard.get_frame_parameters(data).content_size
        if size == zstandard.CONTENTSIZE_UNKNOWN or size > limit:
            raise InputError("frame says no size, or one above the limit", code="batch_oversized")
        return _decompressor.decompress(data, allow_extra_data=False)
    except zstandard.ZstdError as error:
        raise InputError(f"not a zstd frame: {error}", code="batch_malformed") from error


def _chained(batch: Batch, sent: Sequence[SentRow]) -> tuple[Row, ...]:
    rows = []
    prev = batch.prev
    for row in sent:
        columns = msgspec.structs.astuple(row)
        digest = row_hash(prev, *columns)
        rows.append(Row(*(*columns, prev, digest)))
        prev = digest
    if prev != batch.hash:
        raise InputError("the rows do not lead to the hash of the batch", code="batch_chain")
    return tuple(rows)


def encode(message: Control) -> bytes:
    """Return a control message as MessagePack."""
    return _encoder.encode(message)


def decode_answer(data: bytes) -> Answer:
    """Return HQ's answer; `InputError` ``batch_malformed``."""
    return decode_strictly(_answer_decoder, data)


def decode_birth(data: bytes) -> Birth:
    """Return a terminal's birth message; `InputError` ``batch_malformed``."""
    return decode_strictly(_birth_decoder, data)


def decode_till_state(data: bytes) -> TillState:
    """Return a terminal's state; `InputError` ``batch_malformed``."""
    return decode_strictly(_till_state_decoder, data)


def decode_hq_state(data: bytes) -> HqState:
    """Return HQ's state; `InputError` ``batch_malformed``."""
    return decode_strictly(_hq_state_decoder, data)
