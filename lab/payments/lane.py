"""A till, its uplink and a payment host, each a process that is started again when it dies; the scanner is ours."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.brokers import free_port
from lab.operator import Operator, Seen
from lab.payments.audit import open_payments
from lab.pictures.till import make_book
from lab.supervise import Program, Supervisor, until
from lab.world import Broker, Lane, Shop, short_folder
from simulators.cables.pipe import FifoCable
from simulators.client import SimulatorGoneError
from simulators.payment_host.control import PAYMENT_SOCKET, OrderView, PaymentHostClient
from simulators.wedge import Wedge
from terminal.checkout.messages import Hint
from terminal.config.schema import DeviceConfig, GatewayConfig
from terminal.domain.errors import PosError
from terminal.domain.payments import Payment
from terminal.offline.reader import JournalReader
from terminal.wire.chain import Row
from terminal.wire.counter.panels import LoginPanel, NoBookPanel, Panel
from terminal.wire.events import Fact, ScanHandled, decode_fact
from terminal.wire.shift_events import ShiftOpened

STORE, TILL = "S01", "T01"
STAFF, PIN = "3001", "975310"
"""A manager: may give back, void, and pay in cash what the host refuses."""
HOST = "payment-host"
BACK_S = 30.0
LOOK_AGAIN_S = 2.0
LOOK_S = 0.1
SPARE_RESTARTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPlan:
    """Where everything lives, and how many times less payments wait."""

    root: Path
    hurry: int


class PayLane:
    """The three processes, and a cashier's place that outlives each of them."""

    def __init__(self, plan: PayPlan) -> None:
        self._root = plan.root
        self.at_hq = plan.root / "examined"
        """Where the journal is looked at as HQ does."""
        self._port = free_port()
        self._sim_dir = short_folder(plan.root / "sim")
        self._sim_dir.mkdir(parents=True, exist_ok=True)
        shop = Shop(plan.root, Broker(port=free_port(), password="nobody"))  # noqa: S106 - there is no broker
        shop.lay_out()
        self.lane = Lane(shop=shop, root=plan.root / "lane", store=STORE, till=TILL)
        scanner = DeviceConfig(name="scanner", driver="wedge", address=f"pipe:{self._sim_dir}/scanner")
        self.lane.lay_out(
            (scanner,),
            gateway=GatewayConfig(host="127.0.0.1", port=self._port),
            lab=True,
            lab_hurry=plan.hurry,
        )
        make_book(self.lane.books_dir)
        self.host = PaymentHostClient(self._sim_dir / PAYMENT_SOCKET)
        self.supervisor = Supervisor(max_restarts=SPARE_RESTARTS)
        self._scanner = FifoCable(self._sim_dir / "scanner")
        self._wedge = Wedge(self._scanner.write)
        self._till = Operator()
        self._reader = JournalReader(self.lane.state_dir, epoch=self.lane.epoch)
        self.rows: list[Row] = []
        """The journal as far as it was read."""
        self._facts: list[Fact] = []

    @asynccontextmanager
    async def running(self) -> AsyncIterator["PayLane"]:
        """Run everything, with a cashier signed in."""
        with self._scanner:
            try:
                await self.supervisor.start(self._payment_host())
                await until(self._sim_dir / PAYMENT_SOCKET, log=self._payment_host().log)
                for service in ("till", "uplink"):
                    await self.supervisor.start(self.lane.program(service))
                await self.get_ready()
                await self.reach_out()
                yield self
            finally:
                with contextlib.suppress(PosError):
                    await self._till.close()
                await self.supervisor.stop()

    def _payment_host(self) -> Program:
        return Program(
            name=HOST,
            arguments=("-m", "simulators.cli", HOST, "--dir", str(self._sim_dir), "--port", str(self._port)),
            log=self._root / "log" / f"{HOST}.log",
        )

    # --- the cashier -----------------------------------------------------------------------------------------------

    @property
    def seen(self) -> Seen:
        """What the till shows."""
        return self._till.seen

    def scan(self, code: str) -> None:
        """Hold a code before the scanner."""
        self._wedge.scan(code)

    async def scan_taken(self, code: str) -> None:
        """Hold a customer's code before the scanner, and wait until the journal says what became of it."""
        before = self._handled()
        self.scan(code)
        async with asyncio.timeout(BACK_S):
            while self._handled() == before:
                await asyncio.sleep(LOOK_S)

    def press(self, *names: str) -> None:
        """Press keys, each in a read of its own."""
        self._till.type("", *names)

    async def get_ready(self) -> None:
        """Stand at the till with everything there: a book and the scanner; signed in, nothing half typed."""
        if not self._till.connected:
            self._till = await Operator.connect(self.lane.run_dir, timeout_s=BACK_S)
        await self._till.until(lambda seen: not isinstance(seen.panel, NoBookPanel), timeout_s=BACK_S)
        await self._till.until_open("scanner")
        if isinstance(self.seen.panel, LoginPanel):
            self._till.type(STAFF, "enter")
            await self._till.until(lambda seen: isinstance(seen.panel, LoginPanel) and seen.panel.step == "pin")
            self._till.type(PIN, "enter")
            await self._till.until(lambda seen: not isinstance(seen.panel, LoginPanel))
        await self.begin_anew()

    async def reach_out(self) -> None:
        """Wait until the uplink is there."""
        await self._till.until(lambda seen: seen.uplink.state != "absent", timeout_s=BACK_S)

    async def cut_off(self) -> None:
        """Wait until the till sees that the uplink is gone."""
        await self._till.until(lambda seen: seen.uplink.state == "absent", timeout_s=BACK_S)

    async def gone(self) -> None:
        """Wait until the till has died."""
        while self._till.connected:
            await asyncio.sleep(0.005)

    async def begin_anew(self) -> None:
        """Say that nothing is half typed, where a till that came up asks for that."""
        if self.seen.input.hint == Hint.RESTARTED:
            self.press("escape")
            await self._till.until(lambda seen: seen.input.hint != Hint.RESTARTED)

    async def shows(self, *panels: type, timeout_s: float = BACK_S) -> Seen:
        """Wait for one of these pages; a till that dies meanwhile is waited for."""
        while True:
            try:
                return await self._till.until(lambda seen: isinstance(seen.panel, panels), timeout_s=timeout_s)
            except PosError as error:
                if error.code != "till_gone":
                    raise
                await self.get_ready()

    async def leaves(self, panel: type) -> None:
        """Wait a little until a page is gone; whoever looks again decides what to do if it is not."""
        try:
            await self._till.until(lambda seen: not isinstance(seen.panel, panel), timeout_s=LOOK_AGAIN_S)
        except PosError as error:
            if error.code != "not_shown":
                raise

    async def changes(self, panel: Panel) -> None:
        """Wait a little until another page is there than before."""
        try:
            await self._till.until(lambda seen: seen.panel != panel, timeout_s=LOOK_AGAIN_S)
        except PosError as error:
            if error.code != "not_shown":
                raise

    async def told(self, message: str, *, timeout_s: float = BACK_S) -> Seen:
        """Wait for a notice."""
        return await self._till.until(lambda seen: seen.notice.message == message, timeout_s=timeout_s)

    async def basket(self, code: str, *, lines: int = 1) -> None:
        """Scan an article of a new sale, so often, and open the tender page."""
        for number in range(1, lines + 1):
            self.scan(code)
            await self._till.until(lambda seen, number=number: seen.totals.lines == number)  # type: ignore[misc]
        self.press("enter")

    async def open_shift(self) -> None:
        """Open a shift with nothing in the drawer."""
        self.press("f17", "0", "enter")
        async with asyncio.timeout(BACK_S):
            while not any(isinstance(fact, ShiftOpened) for fact in self.facts()):
                await asyncio.sleep(0.05)

    # --- what is left ----------------------------------------------------------------------------------------------

    def facts(self) -> list[Fact]:
        """Read the journal; what was read before is not read again."""
        while rows := self._reader.read(len(self.rows)):
            self.rows += rows
            self._facts += [decode_fact(row.body) for row in rows]
        return self._facts

    def _handled(self) -> int:
        return sum(isinstance(fact, ScanHandled) for fact in self.facts())

    async def quiet(self, *, timeout_s: float, decided: bool = False) -> None:
        """Wait until nothing can come of any payment; ``decided``: until each is, and nothing is to be returned.

        A refund that the host refused is looked up for a day: here, as often as all that ended otherwise.
        """
        async with asyncio.timeout(timeout_s):
            while any(_goes_on(one, decided=decided) for one in open_payments(self.facts())):
                await asyncio.sleep(LOOK_S)

    async def orders(self) -> tuple[OrderView, ...]:
        """Return the host's ledger, when the host is there."""
        async with asyncio.timeout(BACK_S):
            while True:
                with contextlib.suppress(SimulatorGoneError):
                    return self.host.orders()
                await asyncio.sleep(LOOK_S)


def _goes_on(payment: Payment, *, decided: bool) -> bool:
    """Whether more is waited for of a payment."""
    if payment.refused:
        return payment.checks < (1 if decided else 2)
    return not decided or payment.is_undecided or payment.is_owed
