"""``guitai-hq verify``: every chain and every total, from the rows alone."""

from collections import Counter
from collections.abc import Container
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from hq.bookcase import Bookcase
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_line, print_table
from hq.config import BOOKS
from hq.examiner import Examiner
from hq.projector import Projected, project
from hq.store.port import Chain, SaleRow, Store
from terminal.domain.members.entries import Entry
from terminal.wire.chain import Row, follows, genesis
from terminal.wire.record import TillRecord

READ_ROWS = 500


class ChainReport(Struct, frozen=True, kw_only=True):
    """What the rows of one journal come to. ``fault`` is empty when all is right.

    ``duplicates`` are sales that stand in another row too, with the same digest: there they are counted. ``differing``
    are those that HQ computes otherwise, with the book of their version.
    """

    terminal: str
    epoch: int
    rows: int
    sales: int
    duplicates: int
    differing: int
    total_fen: int
    cash_fen: int
    fault: str


def verify(state_dir: Path, *, as_json: bool) -> int:
    """Fold all rows again; return 1 if a chain is broken, or sales or daily totals are not what follows.

    Two documents of one sale, and sales that HQ computes otherwise, are told: they are no fault of what HQ keeps.
    """
    with opened_store(state_dir) as store, closing(Bookcase(store, state_dir / BOOKS)) as bookcase:
        examiner = Examiner(bookcase=bookcase)
        reports = [check_chain(store, chain, examiner) for chain in store.journals.chains()]
        faults = [report.fault for report in reports if report.fault] + _check_days(store, reports)
        faults += store.ledger.differences() + store.rule_uses.differences()
        conflicts = store.sales.conflicts()
    if as_json:
        print_json({"chains": reports, "faults": faults, "conflicts": conflicts})
    else:
        header = ("till", "epoch", "rows", "sales", "differing", "fen", "")
        rows = [(r.terminal, r.epoch, r.rows, r.sales, r.differing, r.total_fen, r.fault or "ok") for r in reports]
        print_table(header, rows)
        for sale in conflicts:
            print_line(f"CONFLICT sale {sale.sale_id}: {sale}")
        for fault in faults:
            print_line(f"FAULT {fault}")
    return 1 if faults else 0


def check_chain(store: Store, chain: Chain, examiner: Examiner) -> ChainReport:
    """Return what the acknowledged rows of a journal come to."""
    record, previous, after = TillRecord(), genesis(terminal=chain.terminal, epoch=chain.epoch), 0
    rewritten = store.journals.rewritten(chain.terminal, chain.epoch)
    sales, duplicates, differing, total_fen, cash_fen, fault = 0, 0, 0, 0, 0, ""
    while after < chain.acked and not fault:
        rows = store.journals.read(chain.terminal, chain.epoch, after=after, limit=min(READ_ROWS, chain.acked - after))
        for row in rows:
            if row.seq != after + 1 or not _follows(row, previous, rewritten):
                fault = f"{chain.terminal} epoch {chain.epoch}: row {after + 1} is missing or changed"
                break
            after, previous = row.seq, row.hash
        projected = project(record, rows, terminal=chain.terminal, epoch=chain.epoch, examiner=examiner)
        record = projected.record
        counted = [sale for sale in projected.sales if not _is_duplicate(store, sale)]
        repeated = {sale.seq for sale in projected.sales} - {sale.seq for sale in counted}
        fault = fault or _unbooked(store, projected, repeated)
        fault = fault or _unkept(store, projected)
        fault = fault or _unearned(store, projected, repeated)
        fault = fault or _unmoved(store, chain, projected, repeated, rows=(after - len(rows) + 1, after))
        sales += len(counted)
        duplicates += len(projected.sales) - len(counted)
        differing += sum(not sale.is_right for sale in counted)
        total_fen += sum(sale.total_fen for sale in counted)
        cash_fen += sum(sale.cash_fen for sale in counted)
        if not rows:
            fault = f"{chain.terminal} epoch {chain.epoch}: row {after + 1} is missing"
    if not fault and previous != chain.hash:
        fault = f"{chain.terminal} epoch {chain.epoch}: the head differs"
    return ChainReport(
        terminal=chain.terminal,
        epoch=chain.epoch,
        rows=after,
        sales=sales,
        duplicates=duplicates,
        differing=differing,
        total_fen=total_fen,
        cash_fen=cash_fen,
        fault=fault,
    )


def _follows(row: Row, previous: bytes, rewritten: Container[int]) -> bool:
    """Whether a row stands behind another one; of a row that held what a person wanted deleted only the hash tells."""
    return row.prev == previous if row.seq in rewritten else follows(row, prev=previous)


def _unbooked(store: Store, projected: Projected, repeated: Container[int]) -> str:
    """Return the first row whose entries the ledger does not have, in words; those of a repeated act it has once."""
    for posting in projected.postings:
        act = posting.act
        is_counted = act.seq not in repeated and store.ledger.counted_at(act) == act.place
        booked = posting.entries if is_counted else ()
        if [_sums(entry) for entry in store.ledger.booked(*act.place)] != [_sums(entry) for entry in booked]:
            return f"{act.terminal} epoch {act.epoch}: the entries of row {act.seq} are not booked as they are"
    return ""


def _unkept(store: Store, projected: Projected) -> str:
    """Return the first closed shift that is not kept, in words."""
    for shift in projected.shifts:
        if not store.shifts.has(shift.place):
            return f"{shift.terminal} epoch {shift.epoch}: Z {shift.closed.number} of row {shift.seq} is not kept"
    return ""


def _unearned(store: Store, projected: Projected, repeated: Container[int]) -> str:
    """Return the first row whose commission is not kept as it is, in words."""
    for one in projected.earned:
        kept = store.commissions.of_row(one.terminal, one.epoch, one.seq)
        if kept.get(one.staff, 0) != (0 if one.seq in repeated else one.fen):
            return f"{one.terminal} epoch {one.epoch}: the commission of row {one.seq} is not kept as it is"
    return ""


def _unmoved(
    store: Store, chain: Chain, projected: Projected, repeated: Container[int], *, rows: tuple[int, int]
) -> str:
    """Return the first row that moved goods otherwise than is kept, in words; a document moves them once."""
    first, last = rows
    since = store.stocks.since(chain.terminal, chain.epoch)
    again = {document.place[-1] for document in projected.booked if not store.stocks.has(document)}
    moved = {
        (one.seq, one.store, one.sku): one.level
        for one in projected.moved
        if one.seq > since and one.seq not in repeated and one.seq not in again
    }
    kept = store.stocks.of_rows(chain.terminal, chain.epoch, first=first, last=last)
    wrong = [key for key in moved.keys() | kept.keys() if moved.get(key) != kept.get(key)]
    if not wrong:
        return ""
    return f"{chain.terminal} epoch {chain.epoch}: the goods of row {min(wrong)[0]} are not kept as they were moved"


def _sums(entry: Entry) -> tuple[str, int, str]:
    """Return what stays of an entry when a member's data are deleted."""
    return entry.account, entry.amount, entry.value


def _is_duplicate(store: Store, sale: SaleRow) -> bool:
    """Whether a sale of a journal is kept, and counted, as the same sale of another row."""
    known = store.sales.of_id(sale.sale_id)
    return sale.place not in {one.place for one in known} and sale.digest in {one.digest for one in known}


def _check_days(store: Store, reports: list[ChainReport]) -> list[str]:
    """Compare the daily totals, which are added up as sales come in, with the sums over the rows."""
    sales, totals, cash = Counter[str](), Counter[str](), Counter[str]()
    for report in reports:
        sales[report.terminal] += report.sales
        totals[report.terminal] += report.total_fen
        cash[report.terminal] += report.cash_fen
    for day in store.sales.days(terminal=None):
        sales[day.terminal] -= day.sales
        totals[day.terminal] -= day.total_fen
        cash[day.terminal] -= day.cash_fen
    return [
        f"{terminal}: rows and daily totals differ by"
        f" {sales[terminal]} sales, {totals[terminal]} fen, {cash[terminal]} fen of cash"
        for terminal in sales
        if sales[terminal] or totals[terminal] or cash[terminal]
    ]
