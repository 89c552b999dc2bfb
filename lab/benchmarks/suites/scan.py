"""``scan``: the whole path, from the first byte of a scanner to the last byte of the frame that shows the new line.

A real till and a real screen, in a short and in a very long basket, with few and with a million goods; beside them
programs that draw the same table from codes on a pipe, without a book, a journal, or a second process.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from lab.benchmarks.measure.disk import sync_ms
from lab.benchmarks.measure.frames import Trial, Trials, together, watch
from lab.benchmarks.measure.timing import percentile
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.goods import code, lay_books
from lab.benchmarks.stage.peers import PEERS, long_basket, short_baskets
from lab.benchmarks.stage.promoted import CARD, lay_promoted, promoted_codes
from lab.benchmarks.stage.scanner import typed
from lab.benchmarks.stage.station import Station, lay_lane, station
from lab.world import forget

P50_MS, P99_MS = 8.0, 20.0
PROMOTED_MS: dict[int, tuple[float | None, float | None]] = {50: (12.0, 30.0), 200: (20.0, None)}
"""p50 and p99 with 1000 rules and a member, by the mean number of lines."""
QUIET_SYNC_MS, BESIDE_SYNC_MS = 5.0, 15.0
"""SCREEN.md: the p99 holds where fdatasync's p99 is up to 5 ms; else it may be fdatasync's p99 + 15 ms."""
_SEED = 6901
_FILL = 16
"""Codes in one go when a basket is filled: the FIFO takes them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much is measured. A short basket grows from empty to ``short_lines``, a long one from ``long_before`` on.

    With many rules and a member, each of ``promoted_sales`` grows by ``promoted_scans`` from ``promoted_before`` on.
    """

    articles: tuple[int, ...] = (1_000, 1_000_000)
    sales: int = 20
    short_lines: int = 20
    long_before: int = 850
    long_scans: int = 300
    syncs: int = 500
    promoted_before: tuple[int, ...] = (40, 190)
    promoted_scans: int = 20
    promoted_sales: int = 5

    @property
    def names(self) -> tuple[str, str]:
        """The baskets by their mean number of lines."""
        return f"{self.short_lines // 2}-lines", f"{self.long_before + self.long_scans // 2}-lines"


FULL = Sizes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """What is scanned: short sales, what fills the long basket, and what is measured in it."""

    sales: tuple[tuple[str, ...], ...]
    before: tuple[str, ...]
    measured: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What stands beside the till in the same run: the peers in both baskets, and the disk."""

    peers: Mapping[str, Mapping[str, Trials]]
    sync_p99_ms: float

    @property
    def p99_target_ms(self) -> float:
        """What the 99th of a hundred scans may take on this disk."""
        return P99_MS if self.sync_p99_ms <= QUIET_SYNC_MS else self.sync_p99_ms + BESIDE_SYNC_MS


def measure(run: Run) -> list[Result]:
    """Measure at full size."""
    return measure_path(run, FULL)


def measure_path(run: Run, sizes: Sizes) -> list[Result]:
    """Measure the till with each book, the peers, and the disk."""
    found: dict[tuple[str, int], Trials] = {}
    synced_ms = sync_ms(run.scratch, times=sizes.syncs)
    for articles in sizes.articles:
        run.say(f"scanning with {articles:,} articles …")
        for name, trials in zip(sizes.names, _through_till(run, articles, sizes), strict=True):
            found[name, articles] = trials
        synced_ms += sync_ms(run.scratch, times=sizes.syncs)
    run.say("scanning with 1,000 rules and a member …")
    promoted = _promoted(run, sizes)
    run.say("peers …")
    peers = {name: _peers(run.scratch, name, _codes(sizes.articles[-1], sizes), sizes) for name in sizes.names}
    beside = Beside(peers=peers, sync_p99_ms=percentile(synced_ms, 99))
    results = [noted("scan.fdatasync.p99", beside.sync_p99_ms, unit="ms")]
    for (name, articles), trials in found.items():
        results += _figures(f"scan.{name}.{articles}-articles", trials, beside, beside.peers[name])
    for lines, trials in promoted.items():
        results += _promoted_figures(lines, f"{sizes.articles[-1]}-articles.1000-rules", trials, beside)
    return results


def _through_till(run: Run, articles: int, sizes: Sizes) -> tuple[Trials, Trials]:
    """Return the trials of a till in short baskets and in a long one."""
    folder = run.scratch / f"till-{articles}"
    lane = lay_lane(folder)
    lay_books(articles, lane.books_dir, cache=run.cache, say=run.say)
    codes = _codes(articles, sizes)
    try:
        with station(lane) as place:
            return _short(place, codes.sales), _long(place, codes)
    finally:
        forget(lane.root)


def _promoted(run: Run, sizes: Sizes) -> dict[int, Trials]:
    """Return the trials of a till with many rules and a member, by the mean number of lines of the basket."""
    articles = sizes.articles[-1]
    lane = lay_lane(run.scratch / "till-promoted")
    lay_promoted(articles, lane.books_dir, cache=run.cache, say=run.say)
    codes = cycle(random.Random(_SEED).sample(promoted_codes(), k=len(promoted_codes())))
    found = {}
    try:
        with station(lane) as place:
            for before in sizes.promoted_before:
                parts = [_promoted_sale(place, codes, before, sizes) for _ in range(sizes.promoted_sales)]
                found[before + sizes.promoted_scans // 2] = together(parts)
    finally:
        forget(lane.root)
    return found


def _promoted_sale(place: Station, codes: Iterator[str], before: int, sizes: Sizes) -> Trials:
    """Begin a sale, show the card, fill the basket, measure some scans, and pay."""
    place.scanner.write(typed(next(codes)))
    place.see_lines(1)
    place.scanner.write(typed(CARD))
    _fill(place, [*islice(codes, before - 1)], stand=1)
    trials = _scan(place, [*islice(codes, sizes.promoted_scans)])
    place.pay_cash()
    return trials


def _short(place: Station, sales: Sequence[Sequence[str]]) -> Trials:
    parts: list[Trials] = []
    for codes in sales:
        parts.append(_scan(place, codes))
        place.pay_cash()
    return together(parts)


def _long(place: Station, codes: Codes) -> Trials:
    _fill(place, codes.before)
    return _scan(place, codes.measured)


def _fill(place: Station, codes: Sequence[str], *, stand: int = 0) -> None:
    """Scan codes into a basket in which some lines stand."""
    for start in range(0, len(codes), _FILL):
        some = codes[start : start + _FILL]
        for one in some:
            place.scanner.write(typed(one))
        place.see_lines(stand + start + len(some))


def _scan(place: Station, codes: Sequence[str]) -> Trials:
    trials = [Trial(partial(place.scanner.write, typed(one)), one.encode("ascii")) for one in codes]
    return watch(place.screen, trials, pids=place.pids)


def _peers(folder: Path, name: str, codes: Codes, sizes: Sizes) -> dict[str, Trials]:
    place = folder / name
    place.mkdir()
    if name == sizes.names[0]:
        return {peer: short_baskets(peer, place, codes.sales) for peer in PEERS}
    return {peer: long_basket(peer, place, codes.before, codes.measured) for peer in PEERS}


def _codes(articles: int, sizes: Sizes) -> Codes:
    """Return random codes; one comes again when there are fewer goods than scans, and never soon."""
    scans = sizes.sales * sizes.short_lines + sizes.long_before + sizes.long_scans
    numbers = random.Random(_SEED).sample(range(articles), k=min(articles, scans))
    endless = map(code, cycle(numbers))

    def take(count: int) -> tuple[str, ...]:
        return tuple(islice(endless, count))

    return Codes(
        sales=tuple(take(sizes.short_lines) for _ in range(sizes.sales)),
        before=take(sizes.long_before),
        measured=take(sizes.long_scans),
    )


def _promoted_figures(lines: int, name: str, trials: Trials, beside: Beside) -> list[Result]:
    name = f"scan.{lines}-lines.{name}"
    p50_ms, p99_ms = PROMOTED_MS.get(lines, (None, None))
    return [
        _aimed(f"{name}.p50", trials.p50_ms, p50_ms),
        _aimed(f"{name}.p99", trials.p99_ms, p99_ms, peers={"fdatasync": beside.sync_p99_ms}),
        noted(f"{name}.cpu", trials.cpu_ms_each, unit="ms"),
    ]


def _aimed(name: str, value: float, target: float | None, *, peers: Mapping[str, float] | None = None) -> Result:
    if target is None:
        return noted(name, value, unit="ms", peers=peers)
    return at_most(name, value, unit="ms", target=target, peers=peers)


def _figures(name: str, trials: Trials, beside: Beside, peers: Mapping[str, Trials]) -> list[Result]:
    p99_peers = {peer: other.p99_ms for peer, other in peers.items()} | {"fdatasync": beside.sync_p99_ms}
    return [
        at_most(
            f"{name}.p50",
            trials.p50_ms,
            unit="ms",
            target=P50_MS,
            peers={peer: other.p50_ms for peer, other in peers.items()},
        ),
        at_most(f"{name}.p99", trials.p99_ms, unit="ms", target=beside.p99_target_ms, peers=p99_peers),
        noted(
            f"{name}.cpu",
            trials.cpu_ms_each,
            unit="ms",
            peers={peer: other.cpu_ms_each for peer, other in peers.items()},
        ),
        noted(
            f"{name}.frame",
            trials.bytes_each,
            unit="B",
            peers={peer: other.bytes_each for peer, other in peers.items()},
        ),
    ]
