"""What is left after a chaos run, held against what was entered: journal, HQ, paper, drawer."""

import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import msgspec
from msgspec import Struct

from hq.store.sqlite import SqliteStore
from lab.chaos import compare
from lab.chaos.compare import Goods, Paper
from lab.chaos.plan import Victim
from lab.chaos.scans import ScanReport, Window, check, scan_of
from lab.chaos.shop import SCANNER, ChaosShop
from lab.replay.data import Basket
from lab.supervise import PYTHON
from lab.world import Lane
from simulators.control import PrintedReceipt
from terminal.domain.ids import Identity
from terminal.offline.chain import Verification
from terminal.offline.files import journal_epochs
from terminal.offline.reader import JournalReader
from terminal.ports.journal import Head
from terminal.wire.events import BookActivated, Fact, SaleCompleted, decode_fact
from terminal.wire.record import DoneSale, TillRecord, apply

VERIFY_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen during the run.

    ``books`` are the versions that HQ published; ``kicks`` counts the drawer's pulses from the beginning on, after each
    sale.
    """

    baskets: Sequence[Basket]
    windows: Sequence[Window]
    books: Sequence[int]
    receipts: Sequence[PrintedReceipt]
    kicks: Sequence[int]
    kills: Mapping[Victim, int]
    restarts: Mapping[Victim, int]


class Findings(Struct, frozen=True, kw_only=True):
    """Everything that was counted. ``faults`` say in words what is wrong; none = nothing was lost and nothing doubled.

    Amounts in hundredths of the currency.
    """

    baskets: int
    lines: int
    events: int
    books: int
    scans: ScanReport
    lost_lines: int
    doubled_lines: int
    lost_sales: int
    doubled_sales: int
    mismatches: int
    till_total: int
    hq_total: int
    data_total: int
    chain_rows: int
    drawer_pulses: int
    most_pulses_of_one_sale: int
    receipts: Paper
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Journal:
    """The till's journal, read: every fact with its sequence, every done sale, and what is open."""

    facts: Sequence[tuple[int, Fact]]
    sales: Sequence[DoneSale]
    left: TillRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """Everything that is compared; ``hq`` is receipt number → total."""

    journal: _Journal
    hq: Mapping[str, int]
    scans: ScanReport
    lost: Goods
    doubled: Goods
    books: Sequence[int]
    paper: Paper
    pulses: Sequence[int]


def audit(chaos: ChaosShop, evidence: Evidence) -> Findings:
    """Compare everything; nothing runs any more."""
    counted = _count(chaos, evidence)
    mismatches = tuple(compare.mismatches(evidence.baskets, counted.journal.sales, counted.hq))
    chain_rows, chain_faults = _chain(chaos)
    faults = (*_faults(counted, evidence), *mismatches, *chain_faults, *_hq_faults(chaos))
    baskets, sales, pulses = evidence.baskets, counted.journal.sales, counted.pulses
    return Findings(
        baskets=len(baskets),
        lines=sum(len(basket.entered) for basket in baskets),
        events=len(counted.journal.facts),
        books=len(counted.books),
        scans=counted.scans,
        lost_lines=counted.lost.total(),
        doubled_lines=counted.doubled.total(),
        lost_sales=max(0, len(baskets) - len(sales)),
        doubled_sales=max(0, len(sales) - len(baskets)),
        mismatches=len(mismatches),
        till_total=sum(sale.completed.total_fen for sale in sales),
        hq_total=sum(counted.hq.values()),
        data_total=sum(map(compare.total_fen, baskets)),
        chain_rows=chain_rows,
        drawer_pulses=sum(pulses),
        most_pulses_of_one_sale=max(pulses, default=0),
        receipts=counted.paper,
        faults=faults,
    )


def _count(chaos: ChaosShop, evidence: Evidence) -> _Counted:
    journal = _read(chaos.lane)
    lost, doubled = compare.lines(evidence.baskets, journal.sales)
    numbers = [sale.completed.receipt_no for sale in journal.sales]
    return _Counted(
        journal=journal,
        hq=_hq_totals(chaos),
        scans=check(evidence.windows, _scans(journal.facts)),
        lost=lost,
        doubled=doubled,
        books=[fact.version for _, fact in journal.facts if isinstance(fact, BookActivated)],
        paper=compare.paper_of(chaos.lane.terminal, evidence.receipts, numbers),
        pulses=compare.pulses_of(evidence.kicks),
    )


def _faults(counted: _Counted, evidence: Evidence) -> Iterator[str]:
    yield from compare.scan_faults(counted.scans)
    yield from (f"lost line: {count} times {line}" for line, count in counted.lost.items())
    yield from (f"doubled line: {count} times {line}" for line, count in counted.doubled.items())
    yield from compare.book_faults(evidence.books, counted.books)
    yield from compare.device_faults(counted.paper, counted.pulses)
    yield from compare.crashes(evidence.kills, evidence.restarts)
    if counted.journal.left.sale is not None:
        yield "a sale is still open"


def _read(lane: Lane) -> _Journal:
    facts: list[tuple[int, Fact]] = []
    sales: list[DoneSale] = []
    record = TillRecord()
    for seq, fact in _facts(JournalReader(lane.state_dir, epoch=lane.epoch)):
        facts.append((seq, fact))
        record = apply(record, fact)
        if isinstance(fact, SaleCompleted) and record.last is not None:
            sales.append(record.last)
    return _Journal(facts, sales, record)


def _facts(reader: JournalReader) -> Iterator[tuple[int, Fact]]:
    seq = 0
    while rows := reader.read(seq):
        for row in rows:
            yield row.seq, decode_fact(row.body)
        seq = rows[-1].seq


def _scans(facts: Iterable[tuple[int, Fact]]) -> Iterator[tuple[int, str]]:
    for seq, fact in facts:
        code = scan_of(fact, SCANNER)
        if code is not None:
            yield seq, code


def _hq_totals(chaos: ChaosShop) -> dict[str, int]:
    """Return receipt number → total of HQ's sales that it has come to itself."""
    with closing(SqliteStore(chaos.shop.hq_dir / "hq.db")) as store:
        sales = store.sales.newest(terminal=chaos.lane.terminal, biz_date=None, limit=1_000_000)
    return {sale.receipt_no: sale.total_fen for sale in sales if sale.is_right}


def _chain(chaos: ChaosShop) -> tuple[int, list[str]]:
    """Return how many rows the till's chain has, and what is wrong with it, also beside what HQ acknowledged."""
    lane = chaos.lane
    who = Identity(store=lane.store, till=lane.till, epoch=lane.epoch)
    with closing(SqliteStore(chaos.shop.hq_dir / "hq.db")) as store:
        known = store.journals.chain(lane.terminal, lane.epoch)
    acked = Head(epoch=lane.epoch, seq=known.acked, hash=known.hash) if known is not None else None
    report = Verification(lane.state_dir, who, deep=True).run(acked)
    faults = [f"the till's chain: {fault}" for fault in report.faults]
    if journal_epochs(lane.state_dir) != (lane.epoch,):
        faults.append(f"the till began new epochs: {journal_epochs(lane.state_dir)}")
    return report.rows, faults


class _Verified(Struct, frozen=True):
    """What ``guitai-hq verify --json`` says of faults."""

    faults: tuple[str, ...]


def _hq_faults(chaos: ChaosShop) -> list[str]:
    """Run ``guitai-hq verify``, as HQ does."""
    command = [*PYTHON, "-m", "hq.cli", "--state", str(chaos.shop.hq_dir), "verify", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=VERIFY_S, check=False)
    try:
        faults = msgspec.json.decode(done.stdout, type=_Verified).faults
    except msgspec.DecodeError:
        return [f"hq verify: {done.stderr.strip() or done.stdout.strip()}"]
    return [f"hq verify: {fault}" for fault in faults]
