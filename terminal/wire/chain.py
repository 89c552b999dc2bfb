"""The hash chain of the journal: one row as it is stored, hashed and sent."""

import hashlib

import msgspec
from msgspec import Struct


class Row(Struct, frozen=True, array_like=True):
    """One row of the journal, columns in table order. ``body`` is the MessagePack of the fact."""

    seq: int
    id: bytes
    kind: str
    biz_date: str
    wall_ms: int
    mono_ms: int
    boot_id: str
    clk_off_ms: int
    clk_q: int
    body: bytes
    prev: bytes
    hash: bytes


_encoder = msgspec.msgpack.Encoder()


def genesis(*, terminal: str, epoch: int) -> bytes:
    """Return the hash before the first event of an epoch: SHA-256(terminal || epoch as 8 bytes)."""
    return hashlib.sha256(terminal.encode() + epoch.to_bytes(8, "big")).digest()


def row_hash(  # noqa: PLR0913, PLR0917 - the columns of the table, in its order
    prev: bytes,
    seq: int,
    event_id: bytes,
    kind: str,
    biz_date: str,
    wall_ms: int,
    mono_ms: int,
    boot_id: str,
    clk_off_ms: int,
    clk_q: int,
    body: bytes,
) -> bytes:
    """Return SHA-256(prev || MessagePack array of all columns but ``prev`` and ``hash``)."""
    columns = (seq, event_id, kind, biz_date, wall_ms, mono_ms, boot_id, clk_off_ms, clk_q, body)
    return hashlib.sha256(prev + _encoder.encode(columns)).digest()


def follows(row: Row, *, prev: bytes) -> bool:
    """Whether a row is the one that its hash says, and stands right behind ``prev``."""
    columns = msgspec.structs.astuple(row)
    return row.prev == prev and row.hash == row_hash(prev, *columns[:-2])
