"""Pure comparisons of what was entered with what is left."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from lab.chaos.plan import Victim
from lab.chaos.scans import ScanReport
from lab.replay.codes import label_code, open_code
from lab.replay.data import Basket, BasketLine, EntryMode
from simulators.control import PrintedReceipt
from terminal.domain.receipt_labels import LABELS, Language
from terminal.wire.record import DoneSale

Goods = Counter[tuple[str, int]]
"""(code, pieces) of lines."""
COPY_MARK = LABELS[Language.ZH].copy.partition(" ")[0]


class Paper(Struct, frozen=True, kw_only=True):
    """Receipts that came out: not marked as copies, the most of those of one sale, marked ones, sales without any."""

    originals: int
    most_of_one_sale: int
    copies: int
    without: int


def entered(line: BasketLine) -> tuple[str, int]:
    """Return code and pieces of a line as the till must have it."""
    if line.mode is EntryMode.OPEN_PRICE:
        return open_code(line.label.article), 1
    return label_code(line.label), line.pieces


def total_fen(basket: Basket) -> int:
    """Return the total of a basket's sale: what is paid in cash and by vouchers."""
    return basket.due_fen + basket.voucher_fen


def lines(baskets: Sequence[Basket], sales: Sequence[DoneSale]) -> tuple[Goods, Goods]:
    """Return the lines of baskets that their sales lack, and those that they have too many of."""
    lost, doubled = Goods(), Goods()
    for basket, done in zip(baskets, sales, strict=False):
        wanted = Goods(map(entered, basket.entered))
        found = Goods((line.code, line.quantity) for line in done.sale.live_lines)
        lost += wanted - found
        doubled += found - wanted
    return lost, doubled


def mismatches(baskets: Sequence[Basket], sales: Sequence[DoneSale], hq: Mapping[str, int]) -> Iterator[str]:
    """Yield what does not agree; ``hq`` is receipt number → total of the sales that HQ has come to itself."""
    if len(baskets) != len(sales):
        yield f"{len(baskets)} baskets, {len(sales)} sales"
    for basket, done in zip(baskets, sales, strict=False):
        number = done.completed.receipt_no
        data_fen, till_fen, hq_fen = total_fen(basket), done.completed.total_fen, hq.get(number)
        if not data_fen == till_fen == hq_fen:
            yield f"basket {basket.id} receipt {number}: data {data_fen}, till {till_fen}, HQ {hq_fen}"
    if len(hq) != len(sales):
        yield f"HQ has {len(hq)} sales, the till {len(sales)}"


def paper_of(terminal: str, receipts: Iterable[PrintedReceipt], numbers: Iterable[str]) -> Paper:
    """Count receipts by the number that stands on them; one that a crash tore hangs before the next on its paper.

    ``numbers`` are those of all sales.
    """
    number_on = re.compile(rf"{re.escape(terminal)}-\d+-\d+")
    originals, copies = Counter[str](), Counter[str]()
    for receipt in receipts:
        is_copy = False
        for line in receipt.lines:
            found = number_on.search(line)
            if COPY_MARK in line:
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


def scan_faults(scans: ScanReport) -> Iterator[str]:
    """Yield what is wrong with the scans."""
    if scans.lost:
        yield f"{scans.lost} scans whose outcome was shown are not in the journal"
    if scans.doubled:
        yield f"{scans.doubled} outcomes in the journal are of no scan"


def book_faults(published: Sequence[int], activated: Sequence[int]) -> Iterator[str]:
    """Yield what is wrong with the price books: each is activated once, in their order."""
    if list(published) != list(activated):
        yield f"books {list(published)} were published, {list(activated)} activated"


def device_faults(paper: Paper, pulses: Sequence[int]) -> Iterator[str]:
    """Yield what is wrong with paper and drawer."""
    if paper.most_of_one_sale > 1:
        yield f"{paper.most_of_one_sale} unmarked receipts of one sale"
    if paper.without:
        yield f"{paper.without} sales have no paper"
    if max(pulses, default=0) > 1:
        yield f"{max(pulses)} drawer pulses at one sale"


def pulses_of(kicks: Sequence[int]) -> list[int]:
    """Return the pulses of each sale from their numbers since the beginning, after each sale."""
    return [after - before for before, after in zip((0, *kicks), kicks, strict=False)]


def crashes(kills: Mapping[Victim, int], restarts: Mapping[Victim, int]) -> Iterator[str]:
    """Yield the processes that were started again more often than they were killed: they ended by themselves."""
    for victim, count in restarts.items():
        if count != kills.get(victim, 0):
            yield f"{victim} was killed {kills.get(victim, 0)} times and started again {count} times"
