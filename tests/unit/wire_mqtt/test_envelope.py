"""Batches of rows: what goes in comes out, and nothing else does."""

import os

import msgspec
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError
from terminal.wire import envelope
from terminal.wire.chain import Row
from terminal.wire.envelope import (
    MAX_EVENTS,
    MAX_MESSAGE_BYTES,
    MAX_RAW_BYTES,
    Acked,
    Batch,
    BatchRefused,
    Birth,
    Codec,
    ForkFound,
    GapFound,
    HqState,
    TillState,
    pack_batch,
    take_batch,
    unpack_batch,
)
from tests.integration.uplink.journals import TERMINAL, MemoryJournal


def journal(*bodies: bytes) -> MemoryJournal:
    made = MemoryJournal()
    for body in bodies:
        made.append_body("Fact", body)
    return made


def packed(rows: list[Row], *, head: int = 0) -> bytes:
    return pack_batch(rows, terminal=TERMINAL, epoch=1, head=head, sent_ms=5, clock=(7, 2))


def refusal(message: bytes) -> str:
    with pytest.raises(InputError) as caught:
        unpack_batch(message, terminal=TERMINAL)
    return caught.value.code


def changed(message: bytes, **fields: object) -> bytes:
    batch = msgspec.msgpack.decode(message, type=Batch)
    return msgspec.msgpack.encode(msgspec.structs.replace(batch, **fields))


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20), st.integers(0, 19))
def test_rows_come_out_as_they_went_in(bodies: list[bytes], skip: int) -> None:
    rows = journal(*bodies).rows[min(skip, len(bodies) - 1) :]
    batch, unpacked = unpack_batch(packed(rows, head=99), terminal=TERMINAL)
    assert list(unpacked) == rows
    assert (batch.first_seq, batch.last_seq, batch.head, batch.clock) == (rows[0].seq, rows[-1].seq, 99, (7, 2))


def test_fields_have_the_short_names_of_the_design() -> None:
    message = msgspec.msgpack.decode(packed(journal(b"x").rows))
    assert set(message) == {"v", "t", "e", "from", "to", "prev", "hash", "codec", "ev", "head", "sent_ms", "clk"}


def test_short_batches_travel_plain_and_long_ones_compressed() -> None:
    assert unpack_batch(packed(journal(b"x").rows), terminal=TERMINAL)[0].codec is Codec.PLAIN
    assert unpack_batch(packed(journal(b"x" * 600).rows), terminal=TERMINAL)[0].codec is Codec.ZSTD


def test_batch_takes_as_many_rows_as_one_message_may_carry() -> None:
    small = journal(*[b"x"] * 150).rows
    assert len(take_batch(small)) == MAX_EVENTS
    large = journal(*[b"x" * 20_000] * 10).rows
    assert len(take_batch(large)) == 3
    assert len(take_batch(journal(b"x" * 200_000, b"y").rows)) == 1


def test_row_that_no_message_can_carry_is_refused_at_home() -> None:
    with pytest.raises(InputError) as caught:
        packed(journal(b"\0" * (MAX_RAW_BYTES + 1)).rows)
    assert caught.value.code == "batch_oversized"
    with pytest.raises(InputError) as caught:
        packed(journal(os.urandom(MAX_MESSAGE_BYTES)).rows)
    assert caught.value.code == "batch_oversized"


def test_message_above_the_limit_is_not_even_decoded() -> None:
    assert refusal(b"\0" * (MAX_MESSAGE_BYTES + 1)) == "batch_oversized"


def test_batch_of_another_version_is_refused() -> None:
    assert refusal(changed(packed(journal(b"x").rows), v=2)) == "batch_version"


def test_batch_on_the_topic_of_another_terminal_is_refused() -> None:
    assert refusal(changed(packed(journal(b"x").rows), terminal="S01-T04")) == "batch_foreign"


@pytest.mark.parametrize(("first", "last"), [(2, 1), (1, 101), (1, 3), (2, 3)])
def test_batch_whose_numbers_are_not_those_of_its_rows_is_refused(first: int, last: int) -> None:
    message = packed(journal(b"x", b"y").rows)
    assert refusal(changed(message, first_seq=first, last_seq=last)) == "batch_count"


def test_more_rows_than_a_batch_may_have_are_refused() -> None:
    rows = [msgspec.structs.astuple(row)[:-2] for row in journal(*[b"x"] * 101).rows]
    message = packed(journal(b"x").rows)
    assert refusal(changed(message, codec=Codec.PLAIN, rows=msgspec.msgpack.encode(rows))) == "batch_malformed"


def test_changed_row_breaks_the_chain() -> None:
    made = journal(b"x", b"y")
    other = journal(b"x", b"z")
    rows = msgspec.msgpack.encode([msgspec.structs.astuple(row)[:-2] for row in other.rows])
    assert refusal(changed(packed(made.rows), codec=Codec.PLAIN, rows=rows)) == "batch_chain"


def test_bomb_is_refused_before_it_unfolds() -> None:
    message = packed(journal(b"x").rows)
    bomb = zstandard.ZstdCompressor().compress(b"\0" * (MAX_RAW_BYTES + 1))
    assert refusal(changed(message, codec=Codec.ZSTD, rows=bomb)) == "batch_oversized"
    nameless = zstandard.ZstdCompressor(write_content_size=False).compress(b"\0" * 1000)
    assert refusal(changed(message, codec=Codec.ZSTD, rows=nameless)) == "batch_oversized"


@pytest.mark.parametrize("data", [b"", b"nonsense", zstandard.ZstdCompressor().compress(b"x" * 99)[:-1]])
def test_broken_compression_is_refused(data: bytes) -> None:
    message = packed(journal(b"x").rows)
    assert refusal(changed(message, codec=Codec.ZSTD, rows=data)) == "batch_malformed"


@given(st.binary(max_size=300))
def test_nonsense_is_refused(message: bytes) -> None:
    assert refusal(message).startswith("batch_")


def test_endless_nesting_is_refused() -> None:
    deep = msgspec.msgpack.encode({"later": 0})[:-1] + b"\x91" * 100_000 + b"\0"
    assert refusal(deep) == "batch_malformed"


@given(st.data())
def test_flipped_bit_never_yields_other_rows(data: st.DataObject) -> None:
    made = journal(b"a", b"b", b"c")
    message = bytearray(packed(made.rows))
    bit = data.draw(st.integers(0, len(message) * 8 - 1))
    message[bit // 8] ^= 1 << (bit % 8)
    try:
        _, rows = unpack_batch(bytes(message), terminal=TERMINAL)
    except InputError:
        return
    assert list(rows) == made.rows


@pytest.mark.parametrize(
    "answer",
    [
        Acked(terminal=TERMINAL, epoch=1, acked=7, hash=b"h" * 32, hq_ms=3, session="s", archived=5),
        GapFound(terminal=TERMINAL, epoch=1, first_seq=2, last_seq=4),
        ForkFound(terminal=TERMINAL, epoch=1, fork_at=9),
        BatchRefused(terminal=TERMINAL, epoch=1, reason="batch_chain"),
    ],
)
def test_answers_come_out_as_they_went_in(answer: envelope.Answer) -> None:
    assert envelope.decode_answer(envelope.encode(answer)) == answer


def test_states_and_births_come_out_as_they_went_in() -> None:
    birth = Birth(terminal=TERMINAL, epoch=1, session="s", head=3, hash=b"h" * 32, sent_ms=9)
    assert envelope.decode_birth(envelope.encode(birth)) == birth
    assert envelope.decode_till_state(envelope.encode(TillState(online=True))) == TillState(online=True)
    assert envelope.decode_hq_state(envelope.encode(HqState(online=True, boot="b"))) == HqState(online=True, boot="b")


def test_fields_of_a_newer_till_are_ignored() -> None:
    newer = {**msgspec.msgpack.decode(packed(journal(b"x").rows)), "later": 1}
    assert len(unpack_batch(msgspec.msgpack.encode(newer), terminal=TERMINAL)[1]) == 1
