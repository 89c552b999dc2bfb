"""Members on their way from HQ to one till: what changed of those that it may know, since a version, signed.

A version is a number that HQ gives a member whenever anything of it changes; it rises for ever, over all members. A
till asks for what changed since the version that all of its file has come to, page by page; from then on HQ sends what
changes. What is lost on the way leaves a gap that the till sees, and asks for.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from terminal.domain.errors import InputError
from terminal.wire.envelope import MAX_MESSAGE_BYTES, Count, Signed, decode_strictly, decompress, packed
from terminal.wire.members.rows import MemberRow
from terminal.wire.seal import Purpose, Signer, seal, unseal

VERSION = 1
MAX_ROWS = 500
TARGET_BYTES = 512 << 10
"""A page of several rows stays below this before compression."""
MAX_PAGE_BYTES = 2 << 20


class MembersWanted(Struct, frozen=True, kw_only=True):
    """Up: tell what changed since this version; 0 = nothing is known. ``anyway``: no whole file came of it."""

    v: int = VERSION
    since: Count
    anyway: bool = False


class MembersChanged(Struct, frozen=True, kw_only=True):
    """Down: all that changed after version ``base`` and up to ``version``, of the members that this till may know.

    The rows are as of the event ``seq`` of the till's ``epoch``, and of HQ's time ``as_of_ms``. There is ``more`` to
    ask for behind ``version``, or what changes next will come by itself. ``snapshot``: so much changed that a whole
    file of this version (`Stream.MEMBERS`) is the shorter way; nothing else is told until it is there.
    """

    v: int = VERSION
    terminal: str = field(name="t")
    base: Count
    version: Count
    epoch: Count = field(name="e")
    seq: Count
    as_of_ms: Signed
    more: bool = False
    snapshot: Count = 0
    rows: bytes = field(name="ev", default=b"")

    def members(self) -> tuple[MemberRow, ...]:
        """Return the rows; `InputError` ``batch_oversized`` or ``batch_malformed`` when they cannot be unpacked."""
        if not self.rows:
            return ()
        rows = decode_strictly(_rows_decoder, decompress(self.rows, limit=MAX_PAGE_BYTES))
        return tuple(replace(row, epoch=self.epoch, seq=self.seq) for row in rows)


_encoder = msgspec.msgpack.Encoder()
_rows_decoder = msgspec.msgpack.Decoder(Annotated[list[MemberRow], Meta(max_length=MAX_ROWS)])
_wanted_decoder = msgspec.msgpack.Decoder(MembersWanted)
_changed_decoder = msgspec.msgpack.Decoder(MembersChanged)


def pages(rows: Iterable[MemberRow]) -> Iterator[tuple[MemberRow, ...]]:
    """Yield rows in pages that one message may carry each."""
    page: list[MemberRow] = []
    size = 0
    for row in rows:
        length = len(_encoder.encode(row))
        if page and (len(page) == MAX_ROWS or size + length > TARGET_BYTES):
            yield tuple(page)
            page, size = [], 0
        page.append(row)
        size += length
    if page:
        yield tuple(page)


def pack_rows(rows: Sequence[MemberRow]) -> bytes:
    """Return one page for `MembersChanged`, the same for all tills that may know these members."""
    return packed(_encoder.encode(rows)) if rows else b""


def encode_wanted(wanted: MembersWanted) -> bytes:
    """Return a question as MessagePack."""
    return _encoder.encode(wanted)


def decode_wanted(data: bytes) -> MembersWanted:
    """Return a till's question; `InputError` ``batch_malformed``."""
    return decode_strictly(_wanted_decoder, data)


def seal_changed(changed: MembersChanged, signer: Signer) -> bytes:
    """Return a page as HQ signs it."""
    return seal(_encoder.encode(changed), purpose=Purpose.MEMBERS, signer=signer)


def open_changed(data: bytes, *, keys: Sequence[bytes], terminal: str) -> MembersChanged:
    """Return a page that HQ signed for this terminal.

    `InputError` with the codes of `unseal`, ``batch_oversized``, ``batch_malformed``, or ``members_foreign``: the page
    is another till's.
    """
    if len(data) > MAX_MESSAGE_BYTES:
        raise InputError(f"members in {len(data)} bytes", code="batch_oversized")
    changed = decode_strictly(_changed_decoder, unseal(data, purpose=Purpose.MEMBERS, keys=keys))
    if changed.terminal != terminal:
        raise InputError(f"members for {changed.terminal[:60]!r}", code="members_foreign")
    return changed
