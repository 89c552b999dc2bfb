"""``screen``: the screen alone, fed by a till that answers at once: view → frame, key → echo, start, idle, memory."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from lab.benchmarks.measure.frames import Trial, Trials, watch
from lab.benchmarks.measure.pty import PtyProgram
from lab.benchmarks.measure.timing import NS_PER_MS, percentile
from lab.benchmarks.measure.usage import cpu_ns, pss_mib
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.fake_till import FakeTill, view_of
from lab.benchmarks.stage.goods import code
from lab.benchmarks.stage.peers import PEERS, long_basket
from lab.benchmarks.stage.station import lay_lane
from lab.supervise import Program
from lab.world import forget

SCAN_P50_MS, SCAN_P99_MS, SCAN_CPU_MS, SCAN_BYTES = 4.0, 12.0, 2.5, 800
KEY_P50_MS, KEY_P99_MS = 4.0, 15.0
START_MS, AFTER_KILL_MS = 450, 400
IDLE_PERCENT = 0.3
MEMORY_MIB = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured, behind a basket of ``lines``."""

    lines: int = 850
    scans: int = 300
    keys: int = 200
    starts: int = 11
    idle_s: int = 3


def measure(run: Run) -> list[Result]:
    """Measure in a basket of about a thousand lines."""
    return measure_screen(run, Sizes())


def measure_screen(run: Run, sizes: Sizes) -> list[Result]:
    """Measure starts, then scans and keys, then how it rests."""
    lane = lay_lane(run.scratch / "screen")
    program = lane.program("screen")
    try:
        with FakeTill(lane.run_dir, view_of(sizes.lines)) as till:
            starts_ms = [_start_ms(program, till) for _ in range(sizes.starts)]
            results = _starts(starts_ms)
            with PtyProgram(program) as screen:
                _until_painted(screen, till)
                pids = [screen.child.pid]
                scans = watch(screen, _scans(till, sizes.scans), pids=pids)
                keys = watch(screen, _keys(screen, till, sizes.keys), pids=pids)
                resting = _rest(screen, till, sizes.idle_s)
                memory = at_most("screen.memory", pss_mib(screen.child.pid), unit="MiB", target=MEMORY_MIB)
    finally:
        forget(lane.root)
    return [*_scan_figures(scans, _peers(run.scratch, sizes)), *_key_figures(keys), *results, *resting, memory]


def _start_ms(program: Program, till: FakeTill) -> float:
    """Return the time until the last line of the basket is painted; the screen is then ended as by a power cut."""
    start_ns = time.monotonic_ns()
    with PtyProgram(program) as screen:
        return (_until_painted(screen, till) - start_ns) / NS_PER_MS


def _until_painted(screen: PtyProgram, till: FakeTill) -> int:
    till.greet(meanwhile=partial(screen.settle, quiet_ms=1))
    end_ns = screen.frame(code(len(till.view.lines)).encode("ascii")).end_ns
    till.painted()
    screen.settle()
    return end_ns


def _scans(till: FakeTill, count: int) -> Iterator[Trial]:
    for _ in range(count):
        message = till.prepared(till.with_line())
        yield Trial(partial(till.send, message), till.view.lines[-1].code.encode("ascii"))
        till.painted()


def _keys(screen: PtyProgram, till: FakeTill, count: int) -> Iterator[Trial]:
    def press(digit: int) -> None:
        screen.write(b"%d" % digit)
        till.echo()

    for number in range(count):
        yield Trial(partial(press, number % 10))
        till.painted()


def _rest(screen: PtyProgram, till: FakeTill, seconds: int) -> list[Result]:
    """Leave the screen alone but for the till's pings."""
    screen.settle()
    before_ns, written = cpu_ns([screen.child.pid]), 0
    start_ns = time.monotonic_ns()
    for _ in range(seconds):
        till.ping()
        written += len(screen.settle(quiet_ms=1000))
    busy = (cpu_ns([screen.child.pid]) - before_ns) / (time.monotonic_ns() - start_ns)
    return [
        at_most("screen.idle.bytes", written / seconds, unit="B/s", target=0),
        at_most("screen.idle.cpu", 100 * busy, unit="%", target=IDLE_PERCENT),
    ]


def _peers(folder: Path, sizes: Sizes) -> dict[str, Trials]:
    before = [code(number) for number in range(sizes.lines)]
    after = [code(sizes.lines + number) for number in range(sizes.scans)]
    return {peer: long_basket(peer, folder, before, after) for peer in PEERS}


def _scan_figures(scans: Trials, peers: dict[str, Trials]) -> list[Result]:
    p50 = {name: peer.p50_ms for name, peer in peers.items()}
    p99 = {name: peer.p99_ms for name, peer in peers.items()}
    cpu = {name: peer.cpu_ms_each for name, peer in peers.items()}
    size = {name: peer.bytes_each for name, peer in peers.items()}
    return [
        at_most("screen.scan.p50", scans.p50_ms, unit="ms", target=SCAN_P50_MS, peers=p50),
        at_most("screen.scan.p99", scans.p99_ms, unit="ms", target=SCAN_P99_MS, peers=p99),
        at_most("screen.scan.cpu", scans.cpu_ms_each, unit="ms", target=SCAN_CPU_MS, peers=cpu),
        at_most("screen.scan.frame", scans.bytes_each, unit="B", target=SCAN_BYTES, peers=size),
    ]


def _key_figures(keys: Trials) -> list[Result]:
    return [
        at_most("screen.key.p50", keys.p50_ms, unit="ms", target=KEY_P50_MS),
        at_most("screen.key.p99", keys.p99_ms, unit="ms", target=KEY_P99_MS),
        noted("screen.key.cpu", keys.cpu_ms_each, unit="ms"),
    ]


def _starts(starts_ms: list[float]) -> list[Result]:
    """All starts but the first come after a kill -9 of the screen before."""
    return [
        at_most("screen.start.p50", median(starts_ms), unit="ms", target=START_MS),
        at_most("screen.after-kill.p95", percentile(starts_ms[1:], 95), unit="ms", target=AFTER_KILL_MS),
    ]
