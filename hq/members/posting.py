"""What a row of a journal changes of members: entries, and who they are. Entries count whatever kind the fact is of."""

import msgspec
from msgspec import Struct

from hq.store.members.port import Act
from terminal.domain.members.entries import Entry, entries_between
from terminal.domain.members.member import Member
from terminal.wire.chain import Row
from terminal.wire.events import Fact
from terminal.wire.member_events import MemberRegistered, OfMembers
from terminal.wire.record import TillRecord
from terminal.wire.topics import store_of

_MARK = b"entries"
"""Stands in every body that has entries: most have none, and are not decoded twice."""


class Posting(Struct, frozen=True, kw_only=True):
    """The entries of one act, and the fact if it says more of members than they do."""

    act: Act
    entries: tuple[Entry, ...] = ()
    fact: OfMembers | None = None


class _Told(Struct, frozen=True, kw_only=True):
    """What of a fact is read here."""

    act: str = ""
    entries: tuple[Entry, ...] = ()
    sale_id: str | None = None
    staff: str | None = None


_decoder = msgspec.msgpack.Decoder(_Told)


def posting_of(row: Row, fact: Fact | None, record: TillRecord, *, terminal: str, epoch: int) -> Posting | None:
    """Return what a row changes of members, None if nothing; ``fact`` is None for one of a kind that is not known.

    ``record`` tells who is signed in. `msgspec.DecodeError` or `UnicodeDecodeError` for entries that cannot be read.
    """
    of_members = fact if isinstance(fact, OfMembers) else None
    if of_members is None and _MARK not in row.body:
        return None
    told = _decoder.decode(row.body)
    entries = _opening(fact.member) if isinstance(fact, MemberRegistered) else told.entries
    if of_members is None and not entries:
        return None
    signed_in = "" if record.staff is None else record.staff.number
    act = Act(
        terminal=terminal,
        epoch=epoch,
        seq=row.seq,
        kind=row.kind,
        at_ms=row.wall_ms,
        id=told.act,
        store=store_of(terminal),
        staff=told.staff or signed_in,
        sale=told.sale_id or "",
    )
    return Posting(act=act, entries=entries, fact=of_members)


def _opening(member: Member) -> tuple[Entry, ...]:
    """Return the entries that make a member of nothing."""
    return entries_between(Member(id=member.id), member)
