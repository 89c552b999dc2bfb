"""What follows from the rows: sales and daily totals, by the same fold that the till uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import get_args

import msgspec

from hq.examiner import Examiner
from hq.store.port import Alarm, AlarmKind, SaleRow, Store
from terminal.domain.document import Document, digest
from terminal.domain.errors import PosError
from terminal.wire.chain import Row
from terminal.wire.documents import document_of
from terminal.wire.events import ClockDoubted, ClockMended, Fact, SaleCompleted, decode_fact
from terminal.wire.record import TillRecord, apply, decode_record, encode_record

DETAIL = 300
"""Characters of an alarm's detail."""
MAX_MS = 253_402_300_799_999
"""The end of the year 9999."""
_KNOWN_KINDS = frozenset(kind.__name__ for kind in get_args(Fact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """What some rows came to: the folded record, the done sales, and what a person must look at."""

    record: TillRecord
    sales: tuple[SaleRow, ...]
    alarms: tuple[Alarm, ...]


def project(
    record: TillRecord, rows: Iterable[Row], *, terminal: str, epoch: int, examiner: Examiner | None = None
) -> Projected:
    """Fold rows into a record. A fact that cannot be read or applied is passed over, and named by an alarm.

    Facts of kinds that this HQ does not know change nothing: the till is newer.
    """
    examiner = examiner or Examiner()
    sales, alarms = [], []
    for row in rows:
        if row.kind not in _KNOWN_KINDS:
            continue
        try:
            fact = decode_fact(row.body)
            record = apply(record, fact)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, PosError) as error:
            alarms.append(_alarm(terminal, row, kind=AlarmKind.FACT, detail=str(error)))
            continue
        alarms += _of_the_clock(fact, row, terminal=terminal)
        if not isinstance(fact, SaleCompleted):
            continue
        if record.last is None or record.last.completed is not fact:
            detail = f"sale {fact.sale_id} over {fact.total_fen} fen has no beginning"
            alarms.append(_alarm(terminal, row, kind=AlarmKind.FACT, detail=detail))
            continue
        document = document_of(record.last.sale, fact)
        differences = examiner.differences(document, fact, terminal=terminal)
        sales.append(_sale(document, fact, row, terminal=terminal, epoch=epoch, is_right=not differences))
        for kind, detail in (*differences, *examiner.oddities(document)):
            if kind is AlarmKind.BOOK:  # told once, not for each sale with it
                alarms.append(Alarm(terminal=terminal, kind=kind, at_ms=row.wall_ms, detail=detail))
            else:
                alarms.append(_alarm(terminal, row, kind=kind, detail=f"sale {fact.sale_id}: {detail}"))
    return Projected(record=record, sales=tuple(sales), alarms=tuple(alarms))


def store_projected(store: Store, projected: Projected) -> None:
    """Keep sales and alarms; inside the transaction that keeps the rows.

    A sale of a known id that says something else is kept beside the other, counted, and told: each is a document over
    money that a till took, and which of them is right only a person can find out.
    """
    for sale in projected.sales:
        if store.sales.add(sale):
            _tell_conflict(store, sale)
    for alarm in projected.alarms:
        store.tills.raise_alarm(alarm)


def _tell_conflict(store: Store, sale: SaleRow) -> None:
    others = [str(other) for other in store.sales.of_id(sale.sale_id) if other.digest != sale.digest]
    if not others:
        return
    detail = f"sale {sale.sale_id} has {len(others) + 1} documents: {sale}, {', '.join(others)}"
    alarm = Alarm(terminal=sale.terminal, kind=AlarmKind.CONFLICT, at_ms=sale.completed_ms, detail=detail[:DETAIL])
    store.tills.raise_alarm(alarm)


def load_record(body: bytes) -> TillRecord | None:
    """Return a stored record; None when it is of another shape, and must be folded anew from the rows."""
    if not body:
        return TillRecord()
    try:
        return decode_record(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def dump_record(record: TillRecord) -> bytes:
    """Return a record for the store."""
    return encode_record(record)


def _sale(
    document: Document, completed: SaleCompleted, row: Row, *, terminal: str, epoch: int, is_right: bool
) -> SaleRow:
    """Return the sale as the till wrote it. HQ never corrects a document."""
    return SaleRow(
        sale_id=completed.sale_id,
        digest=digest(document),
        terminal=terminal,
        epoch=epoch,
        seq=row.seq,
        receipt_no=completed.receipt_no,
        biz_date=row.biz_date,
        book_version=completed.book_version,
        lines=len(document.sale.live_lines),
        gross_fen=completed.gross_fen,
        discount_fen=completed.discount_fen,
        rounding_fen=completed.rounding_fen,
        total_fen=completed.total_fen,
        change_fen=completed.change_fen,
        is_right=is_right,
        completed_ms=completed.completed_ms,
        tenders=completed.tenders,
    )


def _of_the_clock(fact: Fact, row: Row, *, terminal: str) -> list[Alarm]:
    """Name a clock that cannot be right, and times that were set back: sales before stand on days that were wrong."""
    match fact:
        case ClockDoubted():
            detail = f"the clock says {_utc(fact.machine_ms)}, the last fact is of {_utc(fact.last_ms)}"
        case ClockMended() if fact.was_ms > fact.now_ms:
            detail = f"sales up to {_utc(fact.was_ms)} are of a wrong day: times go on from {_utc(fact.now_ms)}"
        case _:
            return []
    return [_alarm(terminal, row, kind=AlarmKind.CLOCK, detail=detail)]


def _utc(ms: int) -> str:
    """Return a time for people; a clock may say anything."""
    return str(timedelta(milliseconds=ms) + datetime(1970, 1, 1, tzinfo=UTC))[:16] if 0 < ms < MAX_MS else "nothing"


def _alarm(terminal: str, row: Row, *, kind: AlarmKind, detail: str) -> Alarm:
    return Alarm(
        terminal=terminal, kind=kind, at_ms=row.wall_ms, detail=f"row {row.seq} ({row.kind}): {detail}"[:DETAIL]
    )
