"""``start``: from exec to READY=1 of each service, with the journals of weeks and a million goods."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.benchmarks.measure.child import Child
from lab.benchmarks.measure.disk import forget_pages
from lab.benchmarks.measure.pty import PtyProgram
from lab.benchmarks.measure.ready import ReadyEar
from lab.benchmarks.measure.timing import NS_PER_MS
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most
from lab.benchmarks.stage.goods import lay_books
from lab.benchmarks.stage.history import FULL, Size, history, lay_history
from lab.benchmarks.stage.station import lay_lane
from lab.benchmarks.suites.help import BARE, start_ms
from lab.supervise import Program
from lab.world import Lane, forget

ARTICLES = 1_000_000
TIMES = 5
TARGET_MS = 1000


def measure(run: Run) -> list[Result]:
    """Measure with 300 MB of closed journals."""
    return measure_start(run, size=FULL, articles=ARTICLES, times=TIMES)


def measure_start(run: Run, *, size: Size, articles: int, times: int) -> list[Result]:
    """Start each service so often and return the slowest start; the till also with no page of its journal in memory."""
    lane = lay_lane(run.scratch / "start")
    lay_books(articles, lane.books_dir, cache=run.cache, say=run.say)
    lay_history(history(size, cache=run.cache, say=run.say), lane.state_dir)
    floor = {"bare python": start_ms(BARE, times=times)}
    try:
        with ReadyEar(lane.run_dir) as ear:
            found = {
                "start.till": [_till_ms(lane, ear) for _ in range(times)],
                "start.till, cold disk": [_cold_till_ms(lane, ear) for _ in range(times)],
                "start.uplink": [_service_ms(lane.program("uplink"), ear) for _ in range(times)],
            }
            with running_till(lane, ear):
                found["start.screen"] = [_screen_ms(lane, ear) for _ in range(times)]
    finally:
        forget(lane.root)
    return [at_most(name, max(starts), unit="ms", target=TARGET_MS, peers=floor) for name, starts in found.items()]


@contextmanager
def running_till(lane: Lane, ear: ReadyEar) -> Iterator[Child]:
    """Run a till; it is ready."""
    with Child(ear.heard_by(lane.program("till"))) as till:
        ear.wait(till)
        yield till


def _till_ms(lane: Lane, ear: ReadyEar) -> float:
    return _service_ms(lane.program("till"), ear)


def _cold_till_ms(lane: Lane, ear: ReadyEar) -> float:
    for folder in (lane.state_dir, lane.books_dir):
        _forget_files(folder)
    return _till_ms(lane, ear)


def _forget_files(folder: Path) -> None:
    for path in folder.iterdir():
        forget_pages(path)


def _service_ms(program: Program, ear: ReadyEar) -> float:
    start_ns = time.monotonic_ns()
    with Child(ear.heard_by(program)) as child:
        return (ear.wait(child) - start_ns) / NS_PER_MS


def _screen_ms(lane: Lane, ear: ReadyEar) -> float:
    start_ns = time.monotonic_ns()
    with PtyProgram(ear.heard_by(lane.program("screen"))) as screen:
        return (ear.wait(screen.child) - start_ns) / NS_PER_MS
