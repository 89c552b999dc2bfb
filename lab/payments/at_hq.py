"""The journal of a till at HQ: what its sums come to there, beside the ledger of the payment host."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from hq.collector import Collector
from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.store.port import AlarmKind
from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.payments.audit import record_of
from simulators.payment_host.control import OrderView
from terminal.domain.sale import TenderKind
from terminal.wire.chain import Row
from terminal.wire.envelope import MAX_EVENTS, pack_batch
from terminal.wire.events import decode_fact
from terminal.wire.record import TillRecord

WRONG = frozenset({AlarmKind.FACT, AlarmKind.DIGEST, AlarmKind.TOTALS, AlarmKind.RETURN, AlarmKind.CONFLICT})
"""Alarms that nothing but a till that is wrong can raise."""
UNFOUNDED = "nobody refused it"


def faults_at_hq(
    folder: Path, rows: Sequence[Row], orders: Iterable[OrderView], *, terminal: str, epoch: int
) -> Iterator[str]:
    """Give a journal to an HQ of its own, and say in words where it comes to something else than the payment host."""
    folder.mkdir(parents=True)
    with closing(SqliteStore(folder / FILE_NAME)) as store:
        collector = Collector(store)
        for first in range(0, len(rows), MAX_EVENTS):
            part = rows[first : first + MAX_EVENTS]
            payload = pack_batch(part, terminal=terminal, epoch=epoch, head=rows[-1].seq, sent_ms=1)
            with store.transaction():
                collector.batch(terminal, payload, now_ms=1)
        (chain,) = store.journals.chains()
        fault = check_chain(store, chain, Examiner()).fault
        if fault or chain.acked != len(rows):
            yield f"HQ: {fault or f'{chain.acked} of {len(rows)} rows'}"
        for alarm in store.tills.alarms():
            if alarm.kind in WRONG or UNFOUNDED in alarm.detail:
                yield f"HQ: alarm {alarm.kind}: {alarm.detail}"
        kept = [row for after in range(0, len(rows), MAX_EVENTS) for row in _read(store, terminal, epoch, after)]
        yield from _unlike_host(record_of(decode_fact(row.body) for row in kept), orders)


def _read(store: SqliteStore, terminal: str, epoch: int, after: int) -> Sequence[Row]:
    return store.journals.read(terminal, epoch, after=after, limit=MAX_EVENTS)


def _unlike_host(record: TillRecord, orders: Iterable[OrderView]) -> Iterator[str]:
    """Yield the tenders of which the host has something else than the sum of the shift, and what is still refused."""
    if record.shift is None:
        yield "HQ: no shift is open"
        return
    host, ours = dict[str, int](), {kind.value: fen for kind, fen in record.shift.sums.by_tender.items()}
    ours.pop(TenderKind.CASH.value, None)
    for order in orders:
        host[order.channel] = host.get(order.channel, 0) + order.held
    for payment in record.payments:
        if payment.refused and payment.is_owed:
            ours[payment.kind] = ours.get(payment.kind, 0) + payment.found_fen
    for channel in sorted({*host, *ours}):
        if host.get(channel, 0) != ours.get(channel, 0):
            yield f"HQ: {channel} comes to {ours.get(channel, 0)}, the host has {host.get(channel, 0)}"
