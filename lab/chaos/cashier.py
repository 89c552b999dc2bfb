"""A cashier at a till that may die at any moment: looks at what it shows, and enters again what had no outcome."""

from collections.abc import Callable
from pathlib import Path
from typing import assert_never

from lab.chaos.plan import Moment, Place
from lab.chaos.scans import ScanLog
from lab.chaos.steps import PresentVoucher, Reduce, ScanGoods, SellOpen, ShowCard, Step, next_step
from lab.operator import Operator, Seen
from lab.replay.books import PIN, STAFF
from lab.replay.cashier import Cashier
from terminal.checkout.messages import Hint
from terminal.domain.errors import PosError
from terminal.ports.devices import LinkState
from terminal.wire.counter.panels import CompletedPanel, LoginPanel, NoBookPanel, PromptPanel, TenderPanel
from terminal.wire.counter.view import Level

TILL_GONE = "till_gone"
BACK_S = 30.0
PAPER_S = 20.0
ACTIVATED_S = 60.0


class PatientCashier:
    """One place at the till, over all its lives. ``scan`` writes a code's bytes to the scanner's cable.

    ``reached`` hears of every place that the work comes to, ``back`` when the till can sell again.
    """

    def __init__(
        self,
        run_dir: Path,
        scan: Callable[[str], None],
        *,
        log: ScanLog,
        reached: Callable[[Place], None],
        back: Callable[[], None],
    ) -> None:
        self._run_dir = run_dir
        self._scan = scan
        self._log = log
        self._reached = reached
        self._back = back
        self._till = Operator()
        self._outcomes_before = 0

    async def arrive(self) -> None:
        """Take the place."""
        self._till = await Operator.connect(self._run_dir)

    async def leave(self) -> None:
        """Leave the place."""
        await self._till.close()

    async def see_book(self, version: int) -> None:
        """Wait until the till has activated a book, and sign in when nobody is."""
        while True:
            try:
                await self._till.until(lambda seen: seen.uplink.book_version == version, timeout_s=ACTIVATED_S)
                await self._get_ready()
            except PosError as error:
                await self._recover(error)
            else:
                return

    async def sell(self, index: int, steps: tuple[Step, ...], receipt_no: str) -> None:
        """Sell the basket of these steps under this receipt number, however often the till dies."""
        while True:
            try:
                await self._go_on(index, steps, receipt_no)
            except PosError as error:
                await self._recover(error)
            else:
                return

    async def _recover(self, error: PosError) -> None:
        """Come back to a till that died; any other error is one."""
        if error.code != TILL_GONE:
            raise error
        answered = _outcomes(self._till.seen) - self._outcomes_before
        self._till = await Operator.connect(self._run_dir, timeout_s=BACK_S)
        self._log.ended(seq=self._till.seen.journal_seq, answered=answered)
        try:
            await self._get_ready()
        except PosError as again:
            await self._recover(again)
        else:
            self._back()

    async def _get_ready(self) -> None:
        """Wait for a book and for the scanner, sign in, and begin anew what may have been half typed."""
        await self._till.until(_can_sell, timeout_s=BACK_S)
        if isinstance(self._till.seen.panel, LoginPanel):
            await Cashier(self._till, self._scan).sign_in(STAFF, PIN)
        if self._till.seen.input.hint == Hint.RESTARTED:
            self._till.keys("escape")
            await self._till.until(lambda seen: seen.input.hint != Hint.RESTARTED)

    async def _go_on(self, index: int, steps: tuple[Step, ...], receipt_no: str) -> None:
        seen = self._till.seen
        if seen.header.receipt_no <= receipt_no and not _is_done(seen, receipt_no):
            await self._enter(index, steps, receipt_no)
        else:
            self._reached(Place(moment=Moment.RECEIPT, index=index))
            await self._print_again()

    async def _enter(self, index: int, steps: tuple[Step, ...], receipt_no: str) -> None:
        for nth in range(next_step(steps, self._till.seen), len(steps)):
            self._reached(Place(moment=Moment.STEP, index=index, nth=nth))
            await self._do(steps[nth])
        self._reached(Place(moment=Moment.PAYMENT, index=index))
        await self._take_cash(receipt_no)
        self._reached(Place(moment=Moment.RECEIPT, index=index))
        await self._till.until(_paper_is_known, timeout_s=PAPER_S)

    async def _do(self, step: Step) -> None:
        match step:
            case ScanGoods():
                await self._scan_goods(step)
            case SellOpen():
                await self._sell_open(step)
            case Reduce():
                await self._reduce(step)
            case ShowCard():
                self._scan_all((step.code,))
                await self._till.until(step.is_shown)
            case PresentVoucher():
                await self._open_tender()
                await self._type(*step.amount, "f8")
                await self._till.until(step.is_shown)
            case _:
                assert_never(step)
        self._log.ended(seq=self._till.seen.journal_seq)

    async def _scan_goods(self, step: ScanGoods) -> None:
        if step.quantity > 1:
            wanted = f"{step.quantity}*"
            self._till.keys(*wanted)
            await self._till.until(lambda seen: seen.input.text == wanted)
        self._scan_all(step.codes[max(0, len(self._till.seen.lines) - step.first + 1) :])
        await self._till.until(step.is_shown)

    async def _sell_open(self, step: SellOpen) -> None:
        self._scan_all((step.code,))
        await self._till.until(lambda seen: isinstance(seen.panel, PromptPanel))
        self._till.type(step.price, "enter")
        await self._till.until(step.is_shown)

    async def _reduce(self, step: Reduce) -> None:
        await self._type(*step.off, "f3", step.reason, "end")
        await self._till.until(step.is_shown)

    async def _take_cash(self, receipt_no: str) -> None:
        await self._open_tender()
        self._till.keys("f12")
        await self._till.until(lambda seen: _is_done(seen, receipt_no))

    async def _open_tender(self) -> None:
        if not isinstance(self._till.seen.panel, TenderPanel):
            self._till.keys("enter")
            await self._till.until(lambda seen: isinstance(seen.panel, TenderPanel))

    async def _print_again(self) -> None:
        """Ask for a marked copy: the till died before it knew what became of the paper."""
        await self._type("f13")

    async def _type(self, *names: str) -> None:
        """Type keys that have a notice for an answer; `PosError` with the reason when they are refused."""
        serial = self._till.seen.notice.serial
        self._till.keys(*names)
        seen = await self._till.until(lambda seen: seen.notice.serial > serial)
        if seen.notice.level is Level.REJECTED:
            raise PosError(f"the till refused {' '.join(names)}: {seen.notice}", code=seen.notice.message)

    def _scan_all(self, codes: tuple[str, ...]) -> None:
        self._outcomes_before = _outcomes(self._till.seen)
        for code in codes:
            self._log.scanned(code, seq=self._till.seen.journal_seq)
            self._scan(code)


def _outcomes(seen: Seen) -> int:
    """Return how many scans the open sale shows."""
    return len(seen.lines) + (seen.totals.member != "")


def _can_sell(seen: Seen) -> bool:
    devices_are_there = bool(seen.devices) and all(device.link == LinkState.OPEN for device in seen.devices)
    return devices_are_there and not isinstance(seen.panel, NoBookPanel)


def _is_done(seen: Seen, receipt_no: str) -> bool:
    return isinstance(seen.panel, CompletedPanel) and seen.panel.receipt_no == receipt_no


def _paper_is_known(seen: Seen) -> bool:
    return isinstance(seen.panel, CompletedPanel) and seen.panel.printed != ""
