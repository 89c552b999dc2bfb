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
from hq.returns import ReturnExaminer
from hq.store.port import Chain, SaleRow, Store
from hq.till_keys import TillKeys
from terminal.domain.members.entries import Entry
from terminal.wire.chain import Row, follows, genesis
from terminal.wire.record import TillRecord

READ_ROWS = 500


class ChainReport(Struct, frozen=True, kw_only=True):
    """What the rows of one journal come to. ``fault`` is empty when all is right.

    ``duplicates`` are sales that stand in another row too, with the same digest: there they are counted. ``differing``
    are those that HQ computes otherwise, with the book of their version, and such returns. ``returned_fen`` is what
    came back, voids included; ``cash_fen`` is what is left of the cash.
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
    returns: int = 0
    returned_fen: int = 0


def verify(state_dir: Path, *, as_json: bool) -> int:
    """Fold all rows again; return 1 if a chain is broken, or sales or daily totals are not what follows.

    Two documents of one sale, and sales that HQ computes otherwise, are told: they are no fault of what HQ keeps.
    """
    with opened_store(state_dir) as store, closing(Bookcase(store, state_dir / BOOKS)) as bookcase:
        examiner = Examiner(bookcase=bookcase, keys=TillKeys(state_dir))
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
    instead = {one.place for one in store.returns.instead()}
    judge = ReturnExaminer(store, examiner.bookcase, examiner.keys)
    sales, duplicates, differing, total_fen, cash_fen, fault = 0, 0, 0, 0, 0, ""
    returns, returned_fen = 0, 0
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
        back = [one for one in projected.returns if store.returns.has(one.row)]
        repeated = {sale.seq for sale in projected.sales} - {sale.seq for sale in counted}
        repeated |= {one.row.seq for one in projected.returns} - {one.row.seq for one in back}
        fault = fault or _unbooked(store, projected, repeated)
        fault = fault or _unkept(store, projected)
        fault = fault or _unearned(store, projected, repeated)
        fault = fault or _unmoved(store, chain, projected, repeated, rows=(after - len(rows) + 1, after))
        sales += len(counted)
        duplicates += len(projected.sales) - len(counted)
        differing += sum(not _is_right(store, sale, rewritten) for sale in counted)
        total_fen += sum(sale.total_fen for sale in counted)
        cash_fen += sum(sale.cash_fen for sale in counted) - sum(one.row.cash_fen for one in back)
        cash_fen -= sum(one.amount_fen for one in projected.instead if one.place in instead)
        differing += sum(bool(judge.differences(one)) for one in back)
        differing += sum(map(judge.is_of_others, projected.credits))
        returns += len(back)
        returned_fen += sum(one.row.amount_fen for one in back)
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
        returns=returns,
        returned_fen=returned_fen,
    )


def _follows(row: Row, previous: bytes, rewritten: Container[int]) -> bool:
    """Whether a row stands behind another one; of a row that held what a person wanted deleted only the hash tells."""
    return row.prev == previous if row.seq in rewritten else follows(row, prev=previous)


def _is_right(store: Store, sale: SaleRow, rewritten: frozenset[int]) -> bool:
    """Whether HQ computes a sale as its till did; where rows lost what named a person, whether it did when it came."""
    if sale.is_right or not rewritten:
        return sale.is_right
    return all(one.is_right for one in store.sales.of_id(sale.sale_id) if one.place == sale.place)


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
    """Return the first closed shift, or return, that is not kept, in words."""
    for shift in projected.shifts:
        if not store.shifts.has(shift.place):
            return f"{shift.terminal} epoch {shift.epoch}: Z {shift.closed.number} of row {shift.seq} is not kept"
    acts = {one.act for one in store.returns.instead()} if projected.instead else set()
    for paid in projected.instead:
        if paid.act not in acts:
            return f"{paid.terminal} epoch {paid.epoch}: the cash of row {paid.seq} is not kept"
    for one in projected.returns:
        if not store.returns.knows(one.row):
            return f"{one.row.terminal} epoch {one.row.epoch}: the return of row {one.row.seq} is not kept"
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
    """Compare the daily totals, which are added up as sales and returns come in, with the sums over the rows."""
    sums: dict[str, Counter[str]] = {}
    for report in reports:
        sums.setdefault(report.terminal, Counter()).update(
            _day(report.sales, report.total_fen, report.cash_fen, report.returns, report.returned_fen)
        )
    for day in store.sales.days(terminal=None):
        back, back_fen = day.returns + day.voids, day.returned_fen + day.voided_fen
        sums.setdefault(day.terminal, Counter()).subtract(_day(day.sales, day.total_fen, day.cash_fen, back, back_fen))
    return [
        f"{terminal}: rows and daily totals differ by {', '.join(f'{value} {name}' for name, value in found.items())}"
        for terminal, found in sums.items()
        if any(found.values())
    ]


def _day(sales: int, total_fen: int, cash_fen: int, returns: int, returned_fen: int) -> dict[str, int]:
    return {
        "sales": sales,
        "fen": total_fen,
        "fen of cash": cash_fen,
        "returns": returns,
        "fen that came back": returned_fen,
    }
