"""Books on their way from HQ to a till: the signed manifest, the chunks, the reports.

A book is one SQLite file of a stream (`terminal.wire.files.streams`). The manifest names its SHA-256 and that of each
slice of ``chunk_size`` bytes; a till asks for the slices that it lacks (many it has: those of its present book) and
gets each as one zstd frame. So nothing big is ever queued at the broker.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from terminal.domain.errors import BookError, BookForgedError, BookInvalidError, BookOldError, BookTornError, InputError
from terminal.wire.envelope import Count, Digest, Short, Signed, decode_strictly, decompress
from terminal.wire.files.streams import Stream
from terminal.wire.seal import Purpose, Signer, seal, unseal

MAX_BOOK_BYTES = 1 << 30
MAX_CHUNK_BYTES = 256 << 10
MAX_MANIFEST_BYTES = 256 << 10
MAX_WANTED = 8
"""Chunks in one request."""


class Refusal(StrEnum):
    """Why a book of HQ's side was refused before it became a file: the code of the error, and what the till is told."""

    MALFORMED = "book_malformed"
    UNSIGNED = "book_unsigned"
    FORGED = "book_forged"
    AUDIENCE = "book_audience"
    REPLAYED = "book_replayed"
    OLDER = "book_older"
    EXPIRED = "book_expired"
    TRUNCATED = "book_truncated"
    FLIPPED = "book_flipped"
    OVERSIZED = "book_oversized"
    UNSUPPORTED = "book_unsupported"


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What HQ signs. ``ver`` names a book of a ``stream`` and rises for ever; ``counter`` rises with every signature.

    ``rows`` are what `terminal.wire.whole` counts. ``sha256``, ``size`` and ``chunks`` are of the SQLite file; times
    are UTC in ms; ``expires`` bounds the taking of a book, not its use.
    """

    v: int = 1
    stream: Stream
    ver: Annotated[int, Meta(ge=1, le=2**53)]
    base: Count | None = None
    kind: str = "snapshot"
    label: Annotated[str, Meta(max_length=80)] = ""
    rows: Count
    sha256: Digest
    size: Count
    chunk_size: Annotated[int, Meta(ge=512, le=MAX_CHUNK_BYTES)]
    chunks: tuple[Digest, ...]
    counter: Count
    audience: Short
    expires: Signed
    eff_from: Signed = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a till has taken from one audience's stream. ``past`` are the digests of all manifests that it ever took."""

    ver: int = 0
    counter: int = 0
    past: frozenset[bytes] = frozenset()


class ChunkRequest(Struct, frozen=True, kw_only=True):
    """Up: send these slices of a book."""

    v: int = 1
    stream: Stream = Stream.PRICE
    ver: Count
    wanted: Annotated[tuple[Count, ...], Meta(max_length=MAX_WANTED)]


class ChunkAnswer(Struct, frozen=True, kw_only=True):
    """Down: one slice as a zstd frame, or why there is none."""

    v: int = 1
    stream: Stream = Stream.PRICE
    ver: Count
    index: Count
    data: bytes = b""
    error: str = ""


class BookState(StrEnum):
    """How far a book has come at a till."""

    FETCHING = "fetching"
    READY = "ready"
    ACTIVE = "active"
    REFUSED = "refused"


class Report(Struct, frozen=True, kw_only=True):
    """Up: what became of a book."""

    v: int = 1
    stream: Stream = Stream.PRICE
    ver: Count
    state: BookState
    reason: Short = ""
    at_ms: Signed = 0


class _Peek(Struct, frozen=True):
    ver: Count = 0


_peek_decoder = msgspec.msgpack.Decoder(_Peek)
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_manifest_decoder = msgspec.msgpack.Decoder(Manifest)
_request_decoder = msgspec.msgpack.Decoder(ChunkRequest)
_answer_decoder = msgspec.msgpack.Decoder(ChunkAnswer)
_report_decoder = msgspec.msgpack.Decoder(Report)


def sign(manifest: Manifest, signer: Signer) -> bytes:
    """Return the signed manifest, as it is retained at the broker."""
    return seal(_encoder.encode(manifest), purpose=Purpose.MANIFEST, signer=signer)


def fingerprint(data: bytes) -> bytes:
    """Return what names a signed manifest in `Seen.past`."""
    return hashlib.sha256(data).digest()


def verify(data: bytes, *, keys: Sequence[bytes], stream: Stream, audience: str, seen: Seen, now_ms: int) -> Manifest:
    """Return the manifest if HQ signed it, for this stream and audience, newer than what was seen, and not expired.

    Raises `BookForgedError`, `BookOldError` or `BookInvalidError` whose code is a `Refusal`. Nothing is decoded before
    the signature is right.
    """
    if len(data) > MAX_MANIFEST_BYTES:
        raise BookInvalidError(f"manifest of {len(data)} bytes", code=Refusal.OVERSIZED)
    manifest = decode_manifest(_unsealed(data, keys))
    if manifest.stream != stream or manifest.audience != audience:
        raise BookForgedError(f"for {manifest.stream} of {manifest.audience}", code=Refusal.AUDIENCE)
    if fingerprint(data) in seen.past:
        raise BookOldError(f"manifest {manifest.counter} came before", code=Refusal.REPLAYED)
    if manifest.counter <= seen.counter or manifest.ver < seen.ver:
        raise BookOldError(f"version {manifest.ver} after {seen.ver}", code=Refusal.OLDER)
    if manifest.expires <= now_ms:
        raise BookOldError(f"expired at {manifest.expires}", code=Refusal.EXPIRED)
    _check_shape(manifest)
    return manifest


def peek_version(body: bytes) -> int:
    """Return the version that a manifest claims to be, 0 if it claims none: for naming what is refused."""
    try:
        return _peek_decoder.decode(body).ver
    except (msgspec.DecodeError, UnicodeDecodeError):
        return 0


def _unsealed(data: bytes, keys: Sequence[bytes]) -> bytes:
    try:
        return unseal(data, purpose=Purpose.MANIFEST, keys=keys)
    except InputError as error:
        raise BookForgedError(str(error), code=Refusal(f"book_{error.code}")) from error


def decode_manifest(body: bytes) -> Manifest:
    """Return a manifest whose signature was checked; `BookInvalidError` if it is of another shape."""
    try:
        return decode_strictly(_manifest_decoder, body)
    except InputError as error:
        raise BookInvalidError(f"manifest: {error}", code=Refusal.UNSUPPORTED) from error


def _check_shape(manifest: Manifest) -> None:
    if manifest.size > MAX_BOOK_BYTES:
        raise BookInvalidError(f"book of {manifest.size} bytes", code=Refusal.OVERSIZED)
    if manifest.v != 1 or manifest.kind != "snapshot" or manifest.base is not None:
        raise BookInvalidError(f"{manifest.kind} of version {manifest.v}", code=Refusal.UNSUPPORTED)
    if len(manifest.chunks) != -(-manifest.size // manifest.chunk_size):
        raise BookInvalidError(f"{len(manifest.chunks)} chunks for {manifest.size} bytes", code=Refusal.UNSUPPORTED)


def chunk_length(manifest: Manifest, index: int) -> int:
    """Return the bytes of a slice: all are ``chunk_size`` long but the last."""
    return min(manifest.chunk_size, manifest.size - index * manifest.chunk_size)


def open_chunk(manifest: Manifest, answer: ChunkAnswer) -> bytes:
    """Return the slice that an answer carries; `BookTornError` or `BookInvalidError` whose code is a `Refusal`."""
    if answer.index >= len(manifest.chunks):
        raise BookInvalidError(f"chunk {answer.index} of {len(manifest.chunks)}", code=Refusal.UNSUPPORTED)
    length = chunk_length(manifest, answer.index)
    try:
        chunk = decompress(answer.data, limit=length)
    except InputError as error:
        raise _torn(error) from error
    if len(chunk) < length:
        raise BookTornError(f"chunk {answer.index} has {len(chunk)} of {length} bytes", code=Refusal.TRUNCATED)
    if hashlib.sha256(chunk).digest() != manifest.chunks[answer.index]:
        raise BookTornError(f"chunk {answer.index} differs", code=Refusal.FLIPPED)
    return chunk


def _torn(error: InputError) -> BookError:
    if error.code == "batch_oversized":
        return BookInvalidError(str(error), code=Refusal.OVERSIZED)
    return BookTornError(str(error), code=Refusal.TRUNCATED)


def encode(message: ChunkRequest | ChunkAnswer | Report) -> bytes:
    """Return a message as MessagePack."""
    return _encoder.encode(message)


def decode_request(data: bytes) -> ChunkRequest:
    """Return a request; `InputError` for nonsense."""
    return decode_strictly(_request_decoder, data)


def decode_chunk(data: bytes) -> ChunkAnswer:
    """Return an answer; `InputError` for nonsense."""
    return decode_strictly(_answer_decoder, data)


def decode_report(data: bytes) -> Report:
    """Return a report; `InputError` for nonsense."""
    return decode_strictly(_report_decoder, data)
