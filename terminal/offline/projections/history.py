"""What was done at this till: where each deed stands in the journal, and by what people look for it."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

import msgspec

from terminal.domain.errors import JournalError
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.offline.reader import JournalReader
from terminal.ports.history import Deed, DeedKind, Wanted
from terminal.wire import member_events as mev
from terminal.wire.events import Fact, NoSaleOpened, SaleCompleted, decode_fact
from terminal.wire.payment_events import RefundPaidInCash
from terminal.wire.record import TillRecord
from terminal.wire.return_events import SaleReturned
from terminal.wire.shift_events import CashMoved

_SQL_DEED = (
    "INSERT OR REPLACE INTO deed(epoch, seq, n, kind, at_ms, amount_fen, number, concerns, member) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SQL_FORGET = "DELETE FROM deed WHERE at_ms < ?"
_SQL_FORGET_BEFORE = (
    "DELETE FROM deed WHERE at_ms IS NULL AND (epoch, seq) < "
    "(SELECT epoch, seq FROM deed WHERE at_ms < ? ORDER BY epoch DESC, seq DESC LIMIT 1)"
)
OfHistory = SaleCompleted | SaleReturned | CashMoved | NoSaleOpened | RefundPaidInCash | mev.OfMembers


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a fact. ``at_ms`` is None where the fact itself does not say when it was."""

    kind: DeedKind
    at_ms: int | None = None
    amount_fen: int | None = None
    number: str = ""
    concerns: str = ""
    members: tuple[MemberId | None, ...] = (None,)


class History:
    """`terminal.ports.history.History` over the table ``deed``, and the journal's files beside it."""

    name: ClassVar[str] = "history.2"
    tables: ClassVar[Sequence[str]] = (
        """CREATE TABLE IF NOT EXISTS deed(
  epoch INTEGER NOT NULL, seq INTEGER NOT NULL, n INTEGER NOT NULL,
  kind TEXT NOT NULL, at_ms INTEGER, amount_fen INTEGER,
  number TEXT NOT NULL, concerns TEXT NOT NULL, member TEXT,
  PRIMARY KEY(epoch, seq, n)
) STRICT, WITHOUT ROWID""",
        "CREATE INDEX IF NOT EXISTS deed_member ON deed(member, epoch, seq) WHERE member IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS deed_concerns ON deed(concerns) WHERE concerns <> ''",
    )
    kinds: ClassVar[frozenset[type[Fact]]] = frozenset(OfHistory.__args__)

    def __init__(self, connection: sqlite3.Connection, folder: Path, epoch: int) -> None:
        self._connection = connection
        self._folder = folder
        self._epoch = epoch

    def take(self, seq: int, fact: Fact, before: TillRecord, after: TillRecord) -> None:
        """Note where a deed stands."""
        del before, after
        if not isinstance(fact, OfHistory):
            return
        trace = _trace(fact)
        told = (trace.kind, trace.at_ms, trace.amount_fen, trace.number, trace.concerns)
        rows = [(self._epoch, seq, n, *told, member) for n, member in enumerate(trace.members)]
        first = len(rows)
        about = (DeedKind.COUPON, trace.at_ms, None)
        for n, code in enumerate(coupons_of(fact), start=first):
            rows.append((self._epoch, seq, n, *about, code, "", trace.members[0]))
        self._connection.executemany(_SQL_DEED, rows)

    def forget(self, before_ms: int) -> None:
        """Drop what was done before a time: its journal may be gone."""
        self._connection.execute(_SQL_FORGET_BEFORE, (before_ms,))
        self._connection.execute(_SQL_FORGET, (before_ms,))

    def find(self, wanted: Wanted, *, limit: int) -> tuple[Deed, ...]:
        """Return what fits, the newest first."""
        where, values = _where(wanted)
        places = self._connection.execute(
            f"SELECT DISTINCT epoch, seq, kind FROM deed WHERE {where} ORDER BY epoch DESC, seq DESC LIMIT ?",  # noqa: S608 - constants of this file
            (*values, limit),
        ).fetchall()
        return tuple(self._read(places))

    def has(self, wanted: Wanted) -> bool:
        """Whether anything fits."""
        where, values = _where(wanted)
        found = self._connection.execute(f"SELECT 1 FROM deed WHERE {where} LIMIT 1", values).fetchone()  # noqa: S608 - constants of this file
        return found is not None

    def _read(self, places: Sequence[tuple[int, int, str]]) -> Iterator[Deed]:
        readers: dict[int, JournalReader] = {}
        for epoch, seq, kind in places:
            reader = readers.setdefault(epoch, JournalReader(self._folder, epoch=epoch, max_rows=1))
            with suppress(JournalError, msgspec.DecodeError):
                for row in reader.read(seq - 1, limit=1):
                    if row.seq == seq:
                        yield Deed(kind=DeedKind(kind), fact=decode_fact(row.body), at_ms=row.wall_ms)


def _where(wanted: Wanted) -> tuple[str, list[object]]:
    """Return the condition and its values."""
    parts, values = ["1"], list[object]()
    if not wanted.kinds:
        parts.append(f"kind <> '{DeedKind.COUPON}'")
    else:
        parts.append(f"kind IN ({', '.join('?' * len(wanted.kinds))})")
        values += sorted(wanted.kinds)
    for condition, value in (
        ("number LIKE '%' || ?", wanted.ending or None),
        ("amount_fen = ?", wanted.amount_fen),
        ("at_ms >= ?", wanted.since_ms),
        ("at_ms <= ?", wanted.until_ms),
        ("member = ?", wanted.member),
        ("concerns = ?", wanted.concerns or None),
    ):
        if value is not None:
            parts.append(condition)
            values.append(value)
    return " AND ".join(parts), values


def _trace(fact: OfHistory) -> Trace:
    match fact:
        case SaleCompleted():
            return Trace(
                kind=DeedKind.SALE,
                at_ms=fact.completed_ms,
                amount_fen=fact.total_fen,
                number=fact.receipt_no,
                members=(fact.member,),
            )
        case SaleReturned():
            return Trace(
                kind=DeedKind.RETURN,
                at_ms=fact.returned_ms,
                amount_fen=fact.amount_fen,
                number=fact.number,
                concerns=fact.receipt_no,
                members=(None if fact.member is None else fact.member.id,),
            )
        case CashMoved():
            return Trace(kind=DeedKind.CASH, amount_fen=fact.amount_fen)
        case NoSaleOpened():
            return Trace(kind=DeedKind.CASH)
        case RefundPaidInCash():
            return Trace(
                kind=DeedKind.CASH,
                at_ms=fact.paid_ms,
                amount_fen=-fact.amount_fen,
                number=fact.return_no,
                concerns=fact.receipt_no,
            )
        case _:
            return _of_member(fact)


def coupons_of(fact: Fact) -> tuple[CouponCode, ...]:
    """Return the coupons that a fact is about: used, issued, void, or good again."""
    match fact:
        case SaleCompleted(coupons=used):
            return tuple(one.code for one in used)
        case SaleReturned(coupons=statuses):
            return tuple(statuses)
        case mev.CouponIssued(coupon=coupon):
            return (coupon.code,)
        case mev.GiftTakenBack(coupon=code) if code is not None:
            return (code,)
        case _:
            return ()


def _of_member(fact: mev.OfMembers) -> Trace:
    match fact:
        case mev.MemberRegistered():
            return Trace(kind=DeedKind.MEMBER, at_ms=fact.consent_ms, members=(fact.member.id,))
        case mev.MembersMerged():
            return Trace(kind=DeedKind.MEMBER, members=(fact.into, fact.gone))
        case mev.ToppedUp():
            return Trace(kind=DeedKind.MEMBER, amount_fen=fact.amount_fen, members=(fact.member,))
        case mev.CashedOut():
            return Trace(kind=DeedKind.MEMBER, amount_fen=-fact.paid_fen, members=(fact.member,))
        case mev.GiftGiven() | mev.CouponIssued() | mev.GiftTakenBack():
            return Trace(kind=DeedKind.GIFT, members=(fact.member,))
        case _:
            return Trace(kind=DeedKind.MEMBER, members=(fact.member,))
