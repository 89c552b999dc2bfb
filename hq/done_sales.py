"""Done sales, read from the rows that tell them."""

import msgspec

from hq.store.port import SaleRow, Store
from terminal.domain.errors import PosError
from terminal.wire.chain import Row
from terminal.wire.events import SaleStarted, decode_fact
from terminal.wire.found import FoundSale, found
from terminal.wire.record import TillRecord, apply

READ_ROWS = 500
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError, PosError)


def read_sale(store: Store, row: SaleRow) -> FoundSale | None:
    """Return a sale as it was when it was done; None when its rows are of no use.

    One that an earlier epoch began is in what its epoch began with.
    """
    terminal, epoch, last = row.place
    first = store.journals.last_mention(row.place, kind=SaleStarted.__name__, text=row.sale_id.encode()) or 1
    record, after = TillRecord(), first - 1
    while after < last:
        rows = store.journals.read(terminal, epoch, after=after, limit=min(READ_ROWS, last - after))
        if not rows:
            return None
        for one in rows:
            record = _folded(record, one)
        after = rows[-1].seq
    done = record.last
    return None if done is None or done.sale.id != row.sale_id else found(done.sale, done.completed)


def _folded(record: TillRecord, row: Row) -> TillRecord:
    """Return a record after a row; one that HQ cannot read is passed over, as when it came."""
    try:
        return apply(record, decode_fact(row.body))
    except _UNREADABLE:
        return record
