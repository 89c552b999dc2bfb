"""``uplink``: a day's backlog after an outage, from the journal to HQ's commit, over a real broker."""

import time
from contextlib import closing
from dataclasses import dataclass

from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.benchmarks.measure.child import Child
from lab.benchmarks.measure.timing import NS_PER_US
from lab.benchmarks.measure.usage import cpu_ns
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_least, at_most, noted
from lab.benchmarks.stage.headquarters import acknowledged, any_broker, headquarters, publish_goods
from lab.benchmarks.stage.history import backlog, lay_history
from lab.benchmarks.stage.sales import goods_of
from lab.benchmarks.stage.station import lay_lane
from lab.world import Lane, forget
from terminal.domain.errors import PosError

EVENTS = 32_000
"""2,000 sales of 16 events."""
TARGET_S = 4.0
TARGET_PER_S = 10_000
LONGEST_S = 120.0
LOOK_S = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """How a backlog went: seconds from exec to HQ's last commit, events a second once it ran, CPU of both sides."""

    whole_s: float
    per_s: float
    uplink_us: float
    hq_us: float


def measure(run: Run) -> list[Result]:
    """Measure with the events of a day."""
    return measure_drain(run, events=EVENTS)


def measure_drain(run: Run, *, events: int) -> list[Result]:
    """Start the uplink of a till that has sold offline, and wait until HQ has it all."""
    lane = lay_lane(run.scratch / "uplink", broker=any_broker())
    publish_goods(lane, goods_of(events))
    lay_history(backlog(events, cache=run.cache, say=run.say), lane.state_dir)
    try:
        with headquarters(lane) as hq, closing(SqliteStore(lane.shop.hq_dir / FILE_NAME)) as store:
            with Child(lane.program("uplink")) as uplink:
                drain = _drain(lane, store, uplink=uplink, hq=hq, events=events)
            alarms = store.tills.alarms()
    finally:
        forget(lane.root)
    if alarms:
        raise PosError(f"HQ does not agree with what was sold: {alarms[0].detail}")
    return [
        at_least("uplink.drain", drain.per_s, unit="1/s", target=TARGET_PER_S),
        at_most(f"uplink.{events}-events", drain.whole_s, unit="s", target=TARGET_S),
        noted("uplink.cpu", drain.uplink_us, unit="us/event", peers={"hq": drain.hq_us}),
    ]


def _drain(lane: Lane, store: SqliteStore, *, uplink: Child, hq: Child, events: int) -> Drain:
    start = time.monotonic()
    hq_before_ns = cpu_ns([hq.pid])
    first = _await(lane, store, uplink, 1)
    first_s = time.monotonic()
    _await(lane, store, uplink, events)
    end_s = time.monotonic()
    return Drain(
        whole_s=end_s - start,
        per_s=(events - first) / (end_s - first_s) if events > first else events / (end_s - start),
        uplink_us=cpu_ns([uplink.pid]) / events / NS_PER_US,
        hq_us=(cpu_ns([hq.pid]) - hq_before_ns) / events / NS_PER_US,
    )


def _await(lane: Lane, store: SqliteStore, uplink: Child, events: int) -> int:
    """Wait until HQ has so many events, and return how many it has."""
    deadline = time.monotonic() + LONGEST_S
    while (found := acknowledged(store, lane)) < events:
        uplink.check()
        if time.monotonic() > deadline:
            raise PosError(f"HQ has {found} of {events} events after {LONGEST_S:.0f} s", code="not_acknowledged")
        time.sleep(LOOK_S)
    return found
