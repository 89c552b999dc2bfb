"""What is left after a chaos run, held against what was entered: journal, HQ, paper, drawer."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import msgspec
from msgspec import Struct

from hq.store.sqlite import SqliteStore
from lab.chaos.plan import Victim
from lab.chaos.scans import ScanReport, Window, check, scan_of
from lab.chaos.shop import SCANNER, ChaosShop
from lab.replay.codes import article_code, open_code
from lab.replay.data import Basket, BasketLine, EntryMode
from lab.world import Lane
from simulators.control import PrintedReceipt
from terminal.domain.ids import Identity
from terminal.domain.receipt_labels import LABELS, Language
from terminal.offline.chain import Verification
from terminal.offline.files import journal_epochs
from terminal.offline.reader import JournalReader
from terminal.ports.journal import Head
from terminal.wire.events import Fact, SaleCompleted, decode_fact
from terminal.wire.record import DoneSale, TillRecord, apply

VERIFY_S = 120.0
Goods = Counter[tuple[str, int]]
"""(code, pieces) of lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen during the run. ``kicks`` counts the drawer's pulses from the beginning on, after each sale."""

    baskets: Sequence[Basket]
    windows: Sequence[Window]
    paper: Sequence[PrintedReceipt]
    kicks: Sequence[int]
    kills: Mapping[Victim, int]
    restarts: Mapping[Victim, int]


class Paper(Struct, frozen=True, kw_only=True):
    """Receipts that came out: the most of one sale that are not marked as copies, marked ones, sales without any."""

    originals: int
    most_of_one_sale: int
    copies: int
    without: int


class Findings(Struct, frozen=True, kw_only=True):
    """Everything that was counted. ``faults`` say in words what is wrong; none = nothing was lost and nothing doubled.

    Amounts in hundredths of the currency; ``scans`` of which ``kept`` and ``repeated`` had no outcome that was seen.
    """

    baskets: int
    lines: int
    scans: int
    scans_answered: int
    scans_kept: int
    scans_repeated: int
    lost_scans: int
    doubled_scans: int
    lost_lines: int
    doubled_lines: int
    lost_sales: int
    doubled_sales: int
    mismatches: int
    till_total: int
    hq_total: int
    data_total: int
    events: int
    chain_rows: int
    drawer_pulses: int
    most_pulses_of_one_sale: int
    receipts: Paper
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Books:
    """The journal, read: every fact with its sequence, every done sale."""

    facts: Sequence[tuple[int, Fact]]
    sales: Sequence[DoneSale]
    left: TillRecord


def audit(chaos: ChaosShop, evidence: Evidence) -> Findings:
    """Compare everything; nothing runs any more."""
    lane = chaos.lane
    books = _read(lane)
    baskets, sales = evidence.baskets, books.sales
    scans = check(evidence.windows, _scans(books.facts))
    lost, doubled = _lines(baskets, sales)
    hq = _hq_totals(chaos)
    mismatches = list(_mismatches(baskets, sales, hq))
    paper = _paper(lane.terminal, evidence.paper, [sale.completed.receipt_no for sale in sales])
    pulses = [after - before for before, after in zip((0, *evidence.kicks), evidence.kicks, strict=False)]
    chain_rows, chain_faults = _chain(chaos)
    faults = (
        *_scan_faults(scans),
        *(f"lost line: {count} times {line}" for line, count in lost.items()),
        *(f"doubled line: {count} times {line}" for line, count in doubled.items()),
        *mismatches,
        *(["a sale is still open"] if books.left.sale is not None else []),
        *chain_faults,
        *_hq_faults(chaos),
        *([f"{paper.most_of_one_sale} unmarked receipts of one sale"] if paper.most_of_one_sale > 1 else []),
        *([f"{max(pulses)} drawer pulses at one sale"] if max(pulses, default=0) > 1 else []),
        *_crashes(evidence),
    )
    return Findings(
        baskets=len(baskets),
        lines=sum(len(basket.entered) for basket in baskets),
        scans=scans.scanned,
        scans_answered=scans.answered,
        scans_kept=scans.kept,
        scans_repeated=scans.repeated,
        lost_scans=scans.lost,
        doubled_scans=scans.doubled,
        lost_lines=lost.total(),
        doubled_lines=doubled.total(),
        lost_sales=max(0, len(baskets) - len(sales)),
        doubled_sales=max(0, len(sales) - len(baskets)),
        mismatches=len(mismatches),
        till_total=sum(sale.completed.total_fen for sale in sales),
        hq_total=sum(hq.values()),
        data_total=sum(map(_total_fen, baskets)),
        events=len(books.facts),
        chain_rows=chain_rows,
        drawer_pulses=sum(pulses),
        most_pulses_of_one_sale=max(pulses, default=0),
        receipts=paper,
        faults=faults,
    )


def _read(lane: Lane) -> _Books:
    facts: list[tuple[int, Fact]] = []
    sales: list[DoneSale] = []
    record = TillRecord()
    for seq, fact in _facts(JournalReader(lane.state_dir, epoch=lane.epoch)):
        facts.append((seq, fact))
        record = apply(record, fact)
        if isinstance(fact, SaleCompleted) and record.last is not None:
            sales.append(record.last)
    return _Books(facts, sales, record)


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


def _scan_faults(scans: ScanReport) -> Iterator[str]:
    if scans.lost:
        yield f"{scans.lost} scans whose outcome was shown are not in the journal"
    if scans.doubled:
        yield f"{scans.doubled} outcomes in the journal are of no scan"


def _lines(baskets: Sequence[Basket], sales: Sequence[DoneSale]) -> tuple[Goods, Goods]:
    """Return the lines of baskets that their sales lack, and those that they have too many of."""
    lost, doubled = Goods(), Goods()
    for basket, done in zip(baskets, sales, strict=False):
        wanted = Goods(map(_entered, basket.entered))
        found = Goods((line.code, line.quantity) for line in done.sale.live_lines)
        lost += wanted - found
        doubled += found - wanted
    return lost, doubled


def _entered(line: BasketLine) -> tuple[str, int]:
    if line.mode is EntryMode.OPEN_PRICE:
        return open_code(line.article), 1
    return article_code(line.article), line.quantity


def _total_fen(basket: Basket) -> int:
    """Return the total of the sale: what is paid in cash and by vouchers."""
    return basket.due_fen + basket.voucher_fen


def _mismatches(baskets: Sequence[Basket], sales: Sequence[DoneSale], hq: Mapping[str, int]) -> Iterator[str]:
    if len(baskets) != len(sales):
        yield f"{len(baskets)} baskets, {len(sales)} sales"
    for basket, done in zip(baskets, sales, strict=False):
        number, till_fen = done.completed.receipt_no, done.completed.total_fen
        if not till_fen == hq.get(number) == _total_fen(basket):
            yield f"basket {basket.id}: data {_total_fen(basket)}, receipt {number}: till {till_fen}, HQ {hq.get(number)}"
    if len(hq) != len(sales):
        yield f"HQ has {len(hq)} sales, the till {len(sales)}"


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
    command = [sys.executable, "-m", "hq.cli", "--state", str(chaos.shop.hq_dir), "verify", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=VERIFY_S, check=False)
    try:
        faults = msgspec.json.decode(done.stdout, type=_Verified).faults
    except msgspec.DecodeError:
        return [f"hq verify: {done.stderr.strip() or done.stdout.strip()}"]
    return [f"hq verify: {fault}" for fault in faults]


def _paper(terminal: str, paper: Iterable[PrintedReceipt], numbers: Iterable[str]) -> Paper:
    """Count receipts by the number that stands on them; one that a crash tore hangs before the next on its paper."""
    mark = LABELS[Language.ZH].copy.partition(" ")[0]
    number_on = re.compile(rf"{re.escape(terminal)}-\d+-\d+")
    originals, copies = Counter[str](), Counter[str]()
    for receipt in paper:
        is_copy = False
        for line in receipt.lines:
            found = number_on.search(line)
            if mark in line:
                is_copy = True
            elif found is not None:
                (copies if is_copy else originals)[found[0]] += 1
                is_copy = False
    return Paper(
        originals=originals.total(),
        most_of_one_sale=max(originals.values(), default=0),
        copies=copies.total(),
        without=sum(number not in originals and number not in copies for number in numbers),
    )


def _crashes(evidence: Evidence) -> Iterator[str]:
    """A process that ended without being killed has crashed."""
    for victim, restarts in evidence.restarts.items():
        kills = evidence.kills.get(victim, 0)
        if restarts != kills:
            yield f"{victim} was killed {kills} times and started again {restarts} times"
