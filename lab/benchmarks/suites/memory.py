"""``memory``: what the three services hold after a sale, with a million goods, a printer and HQ at the other end."""

import time
from contextlib import ExitStack, closing

from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.benchmarks.measure.child import Child
from lab.benchmarks.measure.usage import pss_mib
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.goods import code, lay_books
from lab.benchmarks.stage.headquarters import acknowledged, any_broker, headquarters
from lab.benchmarks.stage.scanner import typed
from lab.benchmarks.stage.station import Station, lay_lane, station
from lab.world import Lane, forget
from simulators.cables.tcp import TcpCable
from simulators.escpos.printer import EscposPrinter
from terminal.config.schema import DeviceConfig
from terminal.domain.errors import PosError
from terminal.offline.reader import JournalReader

ARTICLES = 1_000_000
LINES = 20
TARGET_MIB = 120
SERVICES = ("till", "screen", "uplink")
SETTLE_S = 3.0
"""The till saves and checks in idle after 2 s."""
LONGEST_S = 20.0
LOOK_S = 0.05


def measure(run: Run) -> list[Result]:
    """Measure with a million goods."""
    return measure_memory(run, articles=ARTICLES, settle_s=SETTLE_S)


def measure_memory(run: Run, *, articles: int, settle_s: float) -> list[Result]:
    """Sell once, with a receipt, let HQ have it, and count each service's share of memory (PSS)."""
    with ExitStack() as stack:
        printer = EscposPrinter()
        cable = stack.enter_context(TcpCable(printer))
        device = DeviceConfig(name="printer", driver="escpos", address=cable.address)
        lane = lay_lane(run.scratch / "memory", device, broker=any_broker())
        stack.callback(forget, lane.root)
        lay_books(articles, lane.books_dir, cache=run.cache, say=run.say)
        stack.enter_context(headquarters(lane))
        uplink = stack.enter_context(Child(lane.program("uplink")))
        place = stack.enter_context(station(lane))
        idle = pss_mib(place.till.pid) + pss_mib(place.screen.child.pid) + pss_mib(uplink.pid)
        _sell(place, printer, articles)
        _await_hq(lane)
        place.screen.settle(quiet_ms=int(settle_s * 1000))
        pids = (place.till.pid, place.screen.child.pid, uplink.pid)
        shares = dict(zip(SERVICES, map(pss_mib, pids), strict=True))
    return [
        at_most("memory.services", sum(shares.values()), unit="MiB", target=TARGET_MIB, peers={"signed in": idle}),
        *(noted(f"memory.{name}", share, unit="MiB") for name, share in shares.items()),
    ]


def _sell(place: Station, printer: EscposPrinter, articles: int) -> None:
    for number in range(LINES):
        place.scanner.write(typed(code(number * articles // LINES)))
        place.screen.frame()
    place.see_lines(LINES)
    place.pay_cash()
    deadline = time.monotonic() + LONGEST_S
    while not printer.receipts:
        if time.monotonic() > deadline:
            raise PosError("the receipt was not printed", code="not_printed")
        place.screen.settle(quiet_ms=20)


def _await_hq(lane: Lane) -> None:
    """Wait until HQ has the whole journal, or most of it: the till may still add the fate of the receipt."""
    head = JournalReader(lane.state_dir, epoch=lane.epoch).head()
    deadline = time.monotonic() + LONGEST_S
    with closing(SqliteStore(lane.shop.hq_dir / FILE_NAME)) as store:
        while head is not None and acknowledged(store, lane) < head.seq:
            if time.monotonic() > deadline:
                raise PosError(f"HQ has {acknowledged(store, lane)} of {head.seq} events", code="not_acknowledged")
            time.sleep(LOOK_S)
