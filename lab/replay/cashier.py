"""Enters baskets as a cashier does: codes through the scanner's cable, the rest by keys, with an eye on the till."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

from lab.operator import ANSWER_S, Seen
from lab.replay.codes import coupon_code, label_code, member_code, open_code
from lab.replay.data import PRICED, TEXT_QUANTITY, Basket, BasketLine, EntryMode
from terminal.domain.errors import PosError
from terminal.domain.money import format_fen, parse_fen
from terminal.wire.counter.panels import CompletedPanel, ConfirmPanel, Panel, PromptPanel, SalePanel, TenderPanel
from terminal.wire.counter.view import Level

WINDOW = 16
"""Scans on their way at most: the outcome of each is seen before the basket goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold:
    """One basket at the till: receipt number and cash as the screen shows them, or the reason why it was refused."""

    basket: Basket
    receipt_no: str = ""
    paid_fen: int = 0
    refused: str = ""


class Till(Protocol):
    """What a cashier types at and looks at: `lab.operator.Operator`, or the real screen."""

    seen: Seen

    def keys(self, *names: str) -> None:
        """Press keys, all at once."""

    def type(self, text: str, *after: str) -> None:
        """Type characters one by one."""

    async def until(self, wanted: Callable[[Seen], bool], *, timeout_s: float = ANSWER_S) -> Seen:
        """Look until it shows what is wanted."""


class Cashier:
    """Enters one basket after another. ``scan`` writes the bytes of codes to the scanner's cable."""

    def __init__(self, operator: Till, scan: Callable[[str], None]) -> None:
        self._till = operator
        self._scan = scan

    async def sign_in(self, number: str, pin: str) -> None:
        """Sign in with number and PIN."""
        self._till.type(number, "enter")
        await self._till.until(lambda seen: seen.panel.step == "pin")  # type: ignore[union-attr]
        self._till.type(pin, "enter")
        await self._till.until(lambda seen: isinstance(seen.panel, SalePanel))

    async def sell(self, basket: Basket) -> Sold:
        """Enter a basket and take the money; a basket whose coupons exceed it is given up with the till's reason."""
        lines = 0
        for mode, group in groupby(basket.entered, key=_pace):
            for batch in _batches(list(group)) if mode else ([line] for line in group):
                if lines and not mode:
                    await self._see_card()
                lines += len(batch)
                await self._enter(batch, lines)
                if lines == len(batch):
                    self._scan(member_code(basket.household))
        if lines == 0:
            return await self._nothing_to_scan(basket)
        await self._see_card()
        await self._present_coupons(basket)
        return await self._pay(basket)

    async def _see_card(self) -> None:
        """Wait for the card before keys are typed: they take another way to the till than scans, and may be faster."""
        await self._till.until(lambda seen: seen.totals.member != "")

    async def _enter(self, batch: list[BasketLine], lines: int) -> None:
        """Enter lines, and see that they stand in the basket."""
        first = batch[0]
        if first.mode is EntryMode.OPEN_PRICE:
            await self._enter_open(first, lines)
        else:
            if first.pieces > 1:
                await self._prefix(first.pieces)
            for line in batch:
                self._scan(label_code(line.label))
            await self._see_lines(lines)

    async def _prefix(self, quantity: int) -> None:
        self._till.keys(*str(quantity), "*")
        wanted = f"{quantity}*"
        await self._till.until(lambda seen: seen.input.text == wanted)

    async def _enter_open(self, line: BasketLine, lines: int) -> None:
        """Sell at the amount, which is the same without the card; a quantity that is none stands in the text."""
        self._scan(open_code(line.label.article))
        await self._till.until(lambda seen: isinstance(seen.panel, PromptPanel))
        note = f"*{line.quantity}" if line.quantity > TEXT_QUANTITY else ""
        self._till.type(f"{format_fen(line.list_fen)}{note}", "enter")
        await self._see_lines(lines)

    async def _present_coupons(self, basket: Basket) -> None:
        """Scan the chain's coupons, and see that they count: keys are faster than scans."""
        coupons = [coupon_code(basket.id, place) for place, _ in basket.coupons]
        for start in range(0, len(coupons), WINDOW):
            for one in coupons[start : start + WINDOW]:
                self._scan(one)
        if coupons:
            due = format_fen(basket.total_fen)
            await self._till.until(lambda seen: seen.totals.due == due)

    async def _pay(self, basket: Basket) -> Sold:
        till = self._till
        number = till.seen.header.receipt_no
        if basket.voucher_fen:
            refused = await self._present(basket.voucher_fen)
            if refused:
                await self.give_up()
                return Sold(basket=basket, refused=refused)
            till.keys("f12")
        else:
            till.keys("enter", "f12")
        seen = await till.until(lambda seen: _is_done(seen.panel, number))
        panel = seen.panel
        if not isinstance(panel, CompletedPanel):
            raise PosError("the sale is not done", code="not_shown")
        paid_fen = parse_fen(panel.given) - parse_fen(panel.change) - basket.voucher_fen
        return Sold(basket=basket, receipt_no=panel.receipt_no, paid_fen=paid_fen)

    async def _present(self, voucher_fen: int) -> str:
        """Open the tender page and hand the vouchers over; return the reason of a refusal, or nothing."""
        till = self._till
        till.keys("enter")
        await till.until(lambda seen: isinstance(seen.panel, TenderPanel))
        serial = till.seen.notice.serial
        till.keys(*format_fen(voucher_fen), "f8")
        return await self._refusal(serial)

    async def give_up(self) -> None:
        """Void the open sale, with its vouchers."""
        till = self._till
        till.keys("escape", "f19")
        await till.until(lambda seen: isinstance(seen.panel, ConfirmPanel))
        till.keys("enter")
        await till.until(lambda seen: isinstance(seen.panel, SalePanel) and seen.totals.lines == 0)

    async def _nothing_to_scan(self, basket: Basket) -> Sold:
        """Present the vouchers of a basket without goods: the till refuses them."""
        if not basket.voucher_fen:
            return Sold(basket=basket)
        till = self._till
        if not isinstance(till.seen.panel, SalePanel):
            till.keys("escape")
            await till.until(lambda seen: isinstance(seen.panel, SalePanel))
        serial = till.seen.notice.serial
        till.keys(*format_fen(basket.voucher_fen), "f8")
        seen = await till.until(lambda seen: seen.notice.serial > serial and seen.notice.level is Level.REJECTED)
        till.keys("escape")
        return Sold(basket=basket, refused=seen.notice.message)

    async def _see_lines(self, lines: int) -> None:
        await self._till.until(lambda seen: seen.totals.lines == lines and isinstance(seen.panel, SalePanel))

    async def _refusal(self, serial: int) -> str:
        """Return the reason of a refusal, or nothing when it was accepted."""
        seen = await self._till.until(lambda seen: seen.notice.serial > serial)
        return seen.notice.message if seen.notice.level is Level.REJECTED else ""


def _is_done(panel: Panel, number: str) -> bool:
    return isinstance(panel, CompletedPanel) and panel.receipt_no == number


def _pace(line: BasketLine) -> bool:
    """Whether a line is one bare scan, so that the next may follow at once."""
    return line.mode in PRICED and line.pieces == 1


def _batches(lines: list[BasketLine]) -> Iterator[list[BasketLine]]:
    for start in range(0, len(lines), WINDOW):
        yield lines[start : start + WINDOW]
