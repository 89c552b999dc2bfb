"""A basket as the steps of a cashier who may be interrupted: each knows how its outcome looks on the screen."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from lab.operator import Seen
from lab.replay.codes import label_code, member_code, open_code
from lab.replay.data import PRICED, TEXT_QUANTITY, Basket, BasketLine, EntryMode
from terminal.domain.money import format_fen
from terminal.wire.counter.panels import TenderPanel

WINDOW = 4
COUPON_REASON = "1"
"""The digit of the reason that the settings have for a coupon."""
"""Scans that a fast hand has on their way at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanGoods:
    """Scan articles one after the other, the first with a quantity before it; they become lines from ``first`` on."""

    codes: tuple[str, ...]
    first: int
    quantity: int = 1

    def is_shown(self, seen: Seen) -> bool:
        """Whether all of them stand in the basket."""
        return len(seen.lines) >= self.first + len(self.codes) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SellOpen:
    """Scan an article without a price and type one (and a number that is only printed): it becomes line ``number``."""

    code: str
    number: int
    price: str

    def is_shown(self, seen: Seen) -> bool:
        """Whether it stands in the basket."""
        return len(seen.lines) >= self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Reduce:
    """Take money off the last line, which is ``number``; ``left`` is its amount then."""

    number: int
    off: str
    reason: str
    left: str

    def is_shown(self, seen: Seen) -> bool:
        """Whether the line has that amount, or another one stands behind it."""
        lines = len(seen.lines)
        return lines > self.number or (lines == self.number and seen.lines[-1].amount == self.left)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowCard:
    """Scan the member's card."""

    code: str

    def is_shown(self, seen: Seen) -> bool:
        """Whether the sale has a member."""
        return seen.totals.member != ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentVoucher:
    """Give a voucher in payment."""

    amount: str

    def is_shown(self, seen: Seen) -> bool:
        """Whether it was taken."""
        return isinstance(seen.panel, TenderPanel) and bool(seen.panel.rows)


Step = ScanGoods | SellOpen | Reduce | ShowCard | PresentVoucher


def steps_of(basket: Basket) -> tuple[Step, ...]:
    """Return the steps up to the payment; none when nothing is scanned."""
    steps = list(_goods(basket))
    if not steps:
        return ()
    first_line = next((index for index, step in enumerate(steps[1:], 1) if not isinstance(step, Reduce)), len(steps))
    steps.insert(first_line, ShowCard(code=member_code(basket.household)))
    if basket.voucher_fen:
        steps.append(PresentVoucher(amount=format_fen(basket.voucher_fen)))
    return tuple(steps)


def next_step(steps: tuple[Step, ...], seen: Seen) -> int:
    """Return the index of the first step that has no outcome yet: the one behind the last that is shown."""
    return max((index + 1 for index, step in enumerate(steps) if step.is_shown(seen)), default=0)


def _goods(basket: Basket) -> Iterator[Step]:
    number = 1
    for mode, group in groupby(basket.entered, key=_is_plain):
        lines = list(group)
        size = WINDOW if mode else 1
        for batch in (lines[start : start + size] for start in range(0, len(lines), size)):
            yield from _entry(batch, number)
            number += len(batch)


def _is_plain(line: BasketLine) -> bool:
    return line.mode in PRICED and line.pieces == 1 and not line.chain_coupon_fen


def _entry(batch: list[BasketLine], number: int) -> Iterator[Step]:
    line = batch[0]
    if line.mode is EntryMode.OPEN_PRICE:
        yield from _open(line, number)
        return
    codes = tuple(label_code(line.label) for line in batch)
    yield ScanGoods(codes=codes, first=number, quantity=line.pieces)
    if line.chain_coupon_fen:
        # The card is shown behind the first line: until then the line has its list price.
        base_fen = line.list_fen if number == 1 else line.card_fen
        yield _reduce(number, base_fen, line.chain_coupon_fen, COUPON_REASON)


def _open(line: BasketLine, number: int) -> Iterator[Step]:
    note = f"*{line.quantity}" if line.quantity > TEXT_QUANTITY else ""
    yield SellOpen(code=open_code(line.label.article), number=number, price=f"{format_fen(line.list_fen)}{note}")
    if line.chain_coupon_fen:
        yield _reduce(number, line.card_fen, line.chain_coupon_fen, COUPON_REASON)


def _reduce(number: int, base_fen: int, off_fen: int, reason: str) -> Reduce:
    left = format_fen(max(0, base_fen - off_fen))
    return Reduce(number=number, off=format_fen(off_fen), reason=reason, left=left)
