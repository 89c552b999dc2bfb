"""Time never goes back, ids rise, and both come from outside in tests."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import ConfigError
from terminal.offline.clock import SystemClock, SystemIds, read_boot_id
from terminal.offline.lab_clock import ClockFile, FileClock

MS = 1_000_000
START_MS = 1_795_000_000_000


class Machine:
    """The clocks of a machine, moved by hand (milliseconds)."""

    def __init__(self) -> None:
        self.wall_ms = START_MS
        self.mono_ms = 0

    def clock(self) -> SystemClock:
        return SystemClock("Asia/Shanghai", wall_ns=lambda: self.wall_ms * MS, mono_ns=lambda: self.mono_ms * MS)

    def pass_ms(self, ms: int) -> None:
        self.wall_ms += ms
        self.mono_ms += ms


def test_local_time_is_the_shops() -> None:
    clock = Machine().clock()
    assert clock.local_iso(START_MS) == "2026-11-18T19:06:40"
    assert clock.local_iso(START_MS + 999) == "2026-11-18T19:06:40"


def test_a_stamp_reads_all_clocks() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.pass_ms(1500)
    clock.set_hq_offset(250, 12)
    stamp = clock.stamp()
    assert (stamp.wall_ms, stamp.mono_ms) == (START_MS + 1750, 1500)
    assert (stamp.hq_offset_ms, stamp.hq_quality) == (250, 12)
    assert len(stamp.boot_id) == 36


def test_a_clock_that_is_behind_is_put_right_at_once() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.set_hq_offset(3_600_000, 5)
    assert clock.stamp().wall_ms == START_MS + 3_600_000


def test_a_clock_that_is_ahead_runs_at_half_speed_until_it_is_right() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall_ms -= 1000
    readings = []
    for _ in range(5):
        machine.pass_ms(500)
        readings.append(clock.stamp().wall_ms - START_MS)
    assert readings == [250, 500, 750, 1000, 1500]


def test_reading_often_does_not_stop_a_slowed_clock() -> None:
    machine = Machine()
    clock = machine.clock()
    machine.wall_ms -= 1000
    for _ in range(1000):
        machine.pass_ms(1)
        stamp = clock.stamp()
    assert stamp.wall_ms == START_MS + 500


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(-100_000, 100_000)), max_size=30))
def test_time_never_goes_back_whatever_the_machine_and_hq_say(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    clock = machine.clock()
    last = clock.stamp().wall_ms
    for passed, jump in steps:
        machine.pass_ms(passed)
        machine.wall_ms += jump
        clock.set_hq_offset(-jump // 2, 1)
        now = clock.stamp().wall_ms
        assert now >= last
        last = now


def test_an_unknown_time_zone_is_named() -> None:
    for name in ("Asia/Atlantis", "../etc/passwd", ""):
        with pytest.raises(ConfigError, match="there is no time zone"):
            SystemClock(name)


def test_a_machine_without_boot_ids_gets_one_for_the_process(tmp_path: Path) -> None:
    assert len(read_boot_id(tmp_path / "absent")) == 36


@given(st.lists(st.integers(0, (1 << 48) - 2), min_size=2, max_size=50))
def test_ids_rise_also_when_time_stands_or_jumps_back(times: list[int]) -> None:
    ids = SystemIds()
    made = [ids.uuid7(unix_ms) for unix_ms in times]
    assert made == sorted(set(made))
    assert all(len(one) == 16 and one[6] >> 4 == 7 and one[8] >> 6 == 2 for one in made)
    assert [int.from_bytes(one[:6], "big") for one in made] == [max(times[: n + 1]) for n in range(len(times))]


def test_a_millisecond_that_is_used_up_borrows_the_next() -> None:
    ids = SystemIds(random_bits=lambda bits: (1 << bits) - 1)
    made = [ids.uuid7(1000)]
    while int.from_bytes(made[-1][:6], "big") == 1000 and len(made) < 3:
        ids._tail = (1 << 74) - 1
        made.append(ids.uuid7(1000))
    assert int.from_bytes(made[-1][:6], "big") == 1001
    assert made == sorted(set(made))


def test_a_lab_clock_shows_what_its_maker_sets_and_never_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "clock"
    maker = ClockFile(path, START_MS)
    clock = FileClock(path, "Asia/Shanghai")
    clock.set_hq_offset(5, 7)
    first = clock.stamp()
    assert (first.wall_ms, first.boot_id, first.hq_offset_ms, first.hq_quality) == (START_MS, "lab", 5, 7)
    maker.set(START_MS + 60_000)
    assert clock.stamp().wall_ms == START_MS + 60_000
    maker.set(START_MS)
    assert clock.stamp().wall_ms == START_MS + 60_000
    assert clock.local_iso(START_MS) == "2026-11-18T19:06:40"


def test_a_missing_or_short_lab_clock_is_named(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"123")
    for name in ("absent", "short"):
        with pytest.raises(ConfigError, match="no clock of a lab"):
            FileClock(tmp_path / name, "Asia/Shanghai")
