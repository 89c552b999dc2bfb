"""Signed manifests and slices of books."""

import hashlib

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import BookError, BookForgedError, BookInvalidError, BookOldError, BookTornError, InputError
from terminal.wire import updates
from terminal.wire.files.streams import Stream
from terminal.wire.seal import Purpose, seal, unverified_body
from terminal.wire.updates import (
    MAX_BOOK_BYTES,
    MAX_MANIFEST_BYTES,
    BookState,
    ChunkAnswer,
    ChunkRequest,
    Manifest,
    Refusal,
    Report,
    Seen,
    chunk_length,
    fingerprint,
    open_chunk,
    peek_version,
    sign,
    verify,
)
from tests.unit.wire_mqtt.signers import SeedSigner

SIGNER = SeedSigner()
CONTENT = bytes(range(256)) * 5
SLICES = [CONTENT[start : start + 512] for start in range(0, len(CONTENT), 512)]
MANIFEST = Manifest(
    stream=Stream.PRICE,
    ver=4,
    label="20261123.4",
    rows=3,
    sha256=hashlib.sha256(CONTENT).digest(),
    size=len(CONTENT),
    chunk_size=512,
    chunks=tuple(hashlib.sha256(part).digest() for part in SLICES),
    counter=6,
    audience="s/S01",
    expires=1000,
)
DATA = sign(MANIFEST, SIGNER)


def verified(data: bytes, *, seen: Seen | None = None, now_ms: int = 999, stream: Stream = Stream.PRICE) -> Manifest:
    keys = (SIGNER.public_key,)
    return verify(data, keys=keys, stream=stream, audience="s/S01", seen=seen or Seen(), now_ms=now_ms)


def refusal(data: bytes, kind: type[BookError], *, seen: Seen | None = None, now_ms: int = 999) -> str:
    with pytest.raises(kind) as caught:
        verified(data, seen=seen, now_ms=now_ms)
    return caught.value.code


def changed(**fields: object) -> bytes:
    return sign(msgspec.structs.replace(MANIFEST, **fields), SIGNER)


def zipped(chunk: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(chunk)


def torn(answer: ChunkAnswer, kind: type[BookError]) -> str:
    with pytest.raises(kind) as caught:
        open_chunk(MANIFEST, answer)
    return caught.value.code


def test_manifest_of_hq_is_taken() -> None:
    assert verified(DATA) == MANIFEST
    assert verified(DATA, seen=Seen(ver=3, counter=5, past=frozenset({b"x"}))) == MANIFEST


def test_manifest_signed_anew_for_the_same_book_is_taken() -> None:
    assert verified(changed(counter=7), seen=Seen(ver=4, counter=6)).counter == 7


def test_forged_and_unsigned_manifests_are_told_apart() -> None:
    assert refusal(sign(MANIFEST, SeedSigner(2)), BookForgedError) == Refusal.FORGED
    unsigned = msgspec.msgpack.encode([unverified_body(DATA), SIGNER.public_key[:8], b""])
    assert refusal(unsigned, BookForgedError) == Refusal.UNSIGNED
    assert refusal(DATA[:-1], BookForgedError) == Refusal.MALFORMED


def test_manifest_for_somebody_else_or_of_another_stream_is_refused() -> None:
    assert refusal(changed(audience="s/S02"), BookForgedError) == Refusal.AUDIENCE
    assert refusal(changed(stream="rules"), BookForgedError) == Refusal.AUDIENCE
    with pytest.raises(BookForgedError):
        verified(DATA, stream=Stream.RULES)
    assert verified(changed(stream="rules"), stream=Stream.RULES).stream is Stream.RULES


def test_replayed_older_and_expired_manifests_are_told_apart() -> None:
    assert (
        refusal(DATA, BookOldError, seen=Seen(ver=9, counter=9, past=frozenset({fingerprint(DATA)}))) == "book_replayed"
    )
    assert refusal(DATA, BookOldError, seen=Seen(ver=4, counter=6)) == Refusal.OLDER
    assert refusal(DATA, BookOldError, seen=Seen(ver=5, counter=5)) == Refusal.OLDER
    assert refusal(DATA, BookOldError, now_ms=1000) == Refusal.EXPIRED


def test_signed_manifest_of_a_shape_that_we_do_not_know_is_refused() -> None:
    assert refusal(changed(kind="delta"), BookInvalidError) == Refusal.UNSUPPORTED
    assert refusal(changed(base=3), BookInvalidError) == Refusal.UNSUPPORTED
    assert refusal(changed(stream="firmware"), BookInvalidError) == Refusal.UNSUPPORTED
    assert refusal(changed(v=2), BookInvalidError) == Refusal.UNSUPPORTED
    assert refusal(changed(chunks=MANIFEST.chunks[1:]), BookInvalidError) == Refusal.UNSUPPORTED
    assert refusal(changed(size=MAX_BOOK_BYTES + 1), BookInvalidError) == Refusal.OVERSIZED
    assert refusal(b"\0" * (MAX_MANIFEST_BYTES + 1), BookInvalidError) == Refusal.OVERSIZED
    unknown = msgspec.msgpack.encode({**msgspec.to_builtins(MANIFEST, builtin_types=(bytes,)), "later": 1})
    assert refusal(seal(unknown, purpose=Purpose.MANIFEST, signer=SIGNER), BookInvalidError) == Refusal.UNSUPPORTED


@given(st.integers(0, len(DATA) * 8 - 1))
def test_every_flipped_bit_is_refused(bit: int) -> None:
    data = bytearray(DATA)
    data[bit // 8] ^= 1 << (bit % 8)
    assert refusal(bytes(data), BookForgedError) in {Refusal.FORGED, Refusal.MALFORMED}


def test_version_is_peeked_for_naming_what_is_refused() -> None:
    assert peek_version(unverified_body(DATA)) == 4
    assert peek_version(b"nonsense") == 0
    assert peek_version(msgspec.msgpack.encode({"ver": -1})) == 0


@pytest.mark.parametrize("index", range(len(SLICES)))
def test_slice_of_the_book_is_opened(index: int) -> None:
    assert chunk_length(MANIFEST, index) == len(SLICES[index])
    assert open_chunk(MANIFEST, ChunkAnswer(ver=4, index=index, data=zipped(SLICES[index]))) == SLICES[index]


def test_slice_that_is_cut_flipped_too_long_or_unknown_is_refused_by_name() -> None:
    good = SLICES[0]
    assert torn(ChunkAnswer(ver=4, index=0, data=zipped(good)[:-1]), BookTornError) == Refusal.TRUNCATED
    assert torn(ChunkAnswer(ver=4, index=0, data=zipped(good[:-1])), BookTornError) == Refusal.TRUNCATED
    assert torn(ChunkAnswer(ver=4, index=0, data=b""), BookTornError) == Refusal.TRUNCATED
    assert torn(ChunkAnswer(ver=4, index=0, data=zipped(good[:-1] + b"\1")), BookTornError) == Refusal.FLIPPED
    assert torn(ChunkAnswer(ver=4, index=0, data=zipped(good + b"\0")), BookInvalidError) == Refusal.OVERSIZED
    assert torn(ChunkAnswer(ver=4, index=3, data=b""), BookInvalidError) == Refusal.UNSUPPORTED


def test_messages_come_out_as_they_went_in() -> None:
    request, answer = ChunkRequest(ver=4, wanted=(0, 2)), ChunkAnswer(ver=4, index=2, data=b"x", error="e")
    report = Report(ver=4, state=BookState.REFUSED, reason="book_forged", at_ms=3)
    assert updates.decode_request(updates.encode(request)) == request
    assert updates.decode_chunk(updates.encode(answer)) == answer
    assert updates.decode_report(updates.encode(report)) == report


@given(st.binary(max_size=100))
def test_nonsense_is_refused(data: bytes) -> None:
    for decode in (updates.decode_request, updates.decode_chunk, updates.decode_report):
        with pytest.raises(InputError):
            decode(data)
