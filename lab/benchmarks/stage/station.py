"""A real till and a real screen, with a scanner on a FIFO: what a cashier stands at."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab.benchmarks.measure.child import Child
from lab.benchmarks.measure.pty import PtyProgram
from lab.benchmarks.measure.ready import ReadyEar
from lab.benchmarks.stage.goods import CASHIER, PIN
from lab.benchmarks.stage.observer import look_until
from lab.benchmarks.stage.scanner import Scanner
from lab.world import Broker, Lane, Shop
from terminal.config.schema import DeviceConfig
from terminal.wire.counter.panels import CompletedPanel, LoginPanel, SalePanel
from terminal.wire.counter.view import Sections

SCANNER = "scanner"
ENTER = b"\r"
F12 = b"\x1b[24~"
NO_BROKER = Broker(port=1, password="bench")  # noqa: S106 - a lab's


def lay_lane(folder: Path, *devices: DeviceConfig, broker: Broker = NO_BROKER) -> Lane:
    """Return a lane with a scanner on a FIFO, and what other devices there are; its folders and files are made."""
    shop = Shop(folder / "shop", broker)
    shop.lay_out()
    lane = Lane(shop=shop, root=folder / "lane", store="S01", till="T01")
    scanner = scanner_path(lane)
    scanner.parent.mkdir(parents=True)
    os.mkfifo(scanner)
    lane.lay_out((DeviceConfig(name=SCANNER, driver="wedge", address=f"pipe:{scanner}"), *devices))
    return lane


def scanner_path(lane: Lane) -> Path:
    """Return the FIFO of a lane's scanner."""
    return lane.root / SCANNER


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """A till and its screen, running, and the cable of the scanner."""

    run_dir: Path
    till: Child
    screen: PtyProgram
    scanner: Scanner

    @property
    def pids(self) -> tuple[int, int]:
        """The process ids of till and screen."""
        return self.till.pid, self.screen.child.pid

    def sign_in(self) -> None:
        """Let the cashier sign in."""
        self._see(lambda seen: isinstance(seen.panel, LoginPanel))
        self.screen.write(CASHIER.encode() + ENTER)
        self._see(lambda seen: isinstance(seen.panel, LoginPanel) and seen.panel.step == "pin")
        self.screen.write(PIN.encode() + ENTER)
        self._see(lambda seen: isinstance(seen.panel, SalePanel))
        self.screen.settle()

    def pay_cash(self) -> None:
        """Take exactly what is due."""
        self.screen.write(F12)
        self._see(lambda seen: isinstance(seen.panel, CompletedPanel))
        self.screen.settle()

    def see_lines(self, lines: int) -> None:
        """Wait until so many lines stand in the basket, and the screen is quiet."""
        self._see(lambda seen: seen.totals is not None and seen.totals.lines == lines)
        self.screen.settle()

    def _see(self, wanted: Callable[[Sections], bool]) -> None:
        look_until(self.run_dir, wanted, meanwhile=lambda: self.screen.settle(quiet_ms=1))


@contextmanager
def station(lane: Lane) -> Iterator[Station]:
    """Run a till and its screen, with the cashier signed in."""
    with ReadyEar(lane.run_dir) as ear, Child(ear.heard_by(lane.program("till"))) as till:
        ear.wait(till)
        with PtyProgram(lane.program("screen")) as screen, Scanner(scanner_path(lane)) as scanner:
            screen.frame(lane.store.encode("ascii"))
            found = Station(run_dir=lane.run_dir, till=till, screen=screen, scanner=scanner)
            found.sign_in()
            yield found
