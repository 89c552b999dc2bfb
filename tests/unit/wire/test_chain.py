import hashlib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from terminal.wire.chain import Row, follows, genesis, row_hash

GENESIS = genesis(terminal="S01-T03", epoch=1)


def make_row(prev: bytes = GENESIS, *, seq: int = 1, body: bytes = b"\x80") -> Row:
    columns = (seq, b"\x01" * 16, "TillStarted", "2026-11-23", 1_795_000_000_000, 4_000, "boot-1", -20, 7, body)
    return Row(*columns, prev, row_hash(prev, *columns))


def test_the_first_hash_is_of_terminal_and_epoch() -> None:
    whole = b"S01-T03" + b"\x00\x00\x00\x00\x00\x00\x00\x01"
    assert hashlib.sha256(whole).digest() == GENESIS
    assert genesis(terminal="S01-T03", epoch=2) != GENESIS


def test_a_row_hashes_the_one_before_and_the_array_of_its_columns() -> None:
    row = make_row()
    assert row.hash == hashlib.sha256(GENESIS + msgspec.msgpack.encode(list(astuple(row)[:-2]))).digest()
    assert row.hash.hex() == "f4de849577c6451be71cd91e27598916c032c8f7e6106bbf27ff5a08c8b7e145"


def test_rows_follow_one_another() -> None:
    first = make_row()
    second = make_row(first.hash, seq=2)
    assert follows(first, prev=GENESIS)
    assert follows(second, prev=first.hash)
    assert not follows(second, prev=GENESIS)


@pytest.mark.parametrize(
    "changed",
    [
        replace(make_row(), seq=2),
        replace(make_row(), id=b"\x02" * 16),
        replace(make_row(), kind="TillStopped"),
        replace(make_row(), biz_date="2026-11-24"),
        replace(make_row(), wall_ms=0),
        replace(make_row(), mono_ms=0),
        replace(make_row(), boot_id="boot-2"),
        replace(make_row(), clk_off_ms=0),
        replace(make_row(), clk_q=0),
        replace(make_row(), body=b"\x81"),
        replace(make_row(), prev=b"\x00" * 32),
        replace(make_row(), hash=b"\x00" * 32),
    ],
)
def test_any_change_of_a_row_breaks_the_chain(changed: Row) -> None:
    assert not follows(changed, prev=GENESIS)


@given(st.binary(max_size=200), st.integers(1, 2**40))
def test_a_row_that_was_sent_still_follows(body: bytes, seq: int) -> None:
    sent = msgspec.msgpack.decode(msgspec.msgpack.encode(make_row(seq=seq, body=body)), type=Row)
    assert follows(sent, prev=GENESIS)
