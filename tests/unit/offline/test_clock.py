"""Time never goes back, ids rise, and both come from outside in tests."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import ConfigError
from terminal.offline.clock import DAY_MS, EARLIEST_MS, SystemClock, SystemIds, Trust, read_boot_id
from terminal.offline.lab_clock import ClockFile, FileClock

MS = 1_000_000
START_MS = 1_795_000_000_000
TRUST = Trust()


class Machine:
    """The clocks of a machine, moved by hand (milliseconds)."""

    def __init__(self) -> None:
        self.wall_ms = START_MS
        self.mono_ms = 0

    def clock(self, *, trust: Trust = TRUST) -> SystemClock:
        wall_ns, mono_ns = (lambda: self.wall_ms * MS), (lambda: self.mono_ms * MS)
        return SystemClock("Asia/Shanghai", wall_ns=wall_ns, mono_ns=mono_ns, trust=trust)

    def begun(self, last_ms: int = START_MS, *, is_known: bool = True, trust: Trust = TRUST) -> SystemClock:
        """Return the clock of a till whose last fact is of a time."""
        clock = self.clock(trust=trust)
        clock.begin_from(last_ms, is_known=is_known)
        return clock

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
    clock.set_hq_time(START_MS + 250, 12)
    stamp = clock.stamp()
    assert (stamp.wall_ms, stamp.mono_ms) == (START_MS + 1750, 1500)
    assert (stamp.hq_offset_ms, stamp.hq_quality) == (250, 12)
    assert len(stamp.boot_id) == 36


def test_a_clock_that_is_behind_is_put_right_at_once() -> None:
    machine = Machine()
    clock = machine.clock()
    clock.set_hq_time(START_MS + 3_600_000, 5)
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
        clock.set_hq_time(START_MS - jump // 2, 1)
        now = clock.stamp().wall_ms
        assert now >= last
        last = now


WEEK_MS = 7 * DAY_MS
YEAR_MS = 365 * DAY_MS


@pytest.mark.parametrize("wrong_ms", [0, START_MS - YEAR_MS, START_MS + WEEK_MS + 1, START_MS + 12 * YEAR_MS])
def test_a_clock_that_cannot_be_right_goes_on_from_the_last_fact_and_says_so(wrong_ms: int) -> None:
    machine = Machine()
    machine.wall_ms = wrong_ms
    clock = machine.begun()
    machine.pass_ms(90_000)
    stamp = clock.stamp()
    assert (stamp.wall_ms, stamp.is_doubted) == (START_MS + 90_000, True)
    assert stamp.machine_ms == wrong_ms + 90_000


@pytest.mark.parametrize("ms", [START_MS, START_MS + 1, START_MS + WEEK_MS])
def test_a_clock_that_goes_on_from_the_last_fact_is_believed(ms: int) -> None:
    machine = Machine()
    machine.wall_ms = ms
    stamp = machine.begun().stamp()
    assert (stamp.wall_ms, stamp.is_doubted, stamp.hq_quality) == (ms, False, -1)


def test_a_clock_that_is_a_little_behind_the_last_fact_waits_for_it() -> None:
    machine = Machine()
    clock = machine.begun(START_MS + 1000)
    readings = []
    for _ in range(4):
        machine.pass_ms(500)
        readings.append(clock.stamp().wall_ms - START_MS)
    assert readings == [1250, 1500, 1750, 2000]


def test_the_first_start_of_a_till_with_a_dead_battery_is_not_in_1970() -> None:
    machine = Machine()
    machine.wall_ms = 0
    clock = machine.begun(0)
    machine.pass_ms(1000)
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (EARLIEST_MS + 1000, True)
    machine.wall_ms = START_MS
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (START_MS, False)


def test_a_restart_in_doubt_without_a_known_time_takes_any_that_is_possible() -> None:
    machine = Machine()
    machine.wall_ms = 0
    clock = machine.begun(EARLIEST_MS + 5000, is_known=False)
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (EARLIEST_MS + 5000, True)
    machine.wall_ms = START_MS
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (START_MS, False)


def test_a_clock_that_is_mended_is_believed_again_at_once() -> None:
    machine = Machine()
    machine.wall_ms = START_MS + 12 * YEAR_MS
    clock = machine.begun()
    assert clock.stamp().is_doubted
    machine.wall_ms = START_MS + 3000
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (START_MS + 3000, False)


def test_a_clock_that_is_turned_while_the_till_runs_is_doubted_too() -> None:
    machine = Machine()
    clock = machine.begun()
    assert clock.stamp().wall_ms == START_MS
    machine.wall_ms += YEAR_MS
    machine.pass_ms(500)
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (START_MS + 500, True)


@pytest.mark.parametrize("last_ms", [START_MS - YEAR_MS, START_MS + 12 * YEAR_MS])
def test_hqs_time_is_right_whatever_the_machine_and_the_last_fact_say(last_ms: int) -> None:
    machine = Machine()
    machine.wall_ms = 0
    clock = machine.begun(last_ms)
    assert clock.stamp().is_doubted
    clock.set_hq_time(START_MS, 12)
    machine.pass_ms(20)
    machine.wall_ms = 12 * YEAR_MS
    stamp = clock.stamp()
    assert (stamp.wall_ms, stamp.hq_quality, stamp.machine_ms) == (START_MS + 20, 12, 12 * YEAR_MS)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 3 * START_MS)), max_size=30))
def test_without_hq_time_never_falls_whatever_the_machine_says(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    clock = machine.begun()
    last = START_MS
    for passed, wall_ms in steps:
        machine.pass_ms(passed)
        machine.wall_ms = wall_ms
        now = clock.stamp().wall_ms
        assert last + passed // 2 <= now <= last + max(passed, WEEK_MS)
        last = now


def test_hqs_time_does_not_set_a_time_back_that_may_have_been_right() -> None:
    machine = Machine()
    clock = machine.begun()
    machine.pass_ms(WEEK_MS)
    assert clock.stamp().wall_ms == START_MS + WEEK_MS
    clock.set_hq_time(START_MS - WEEK_MS, 1)
    machine.pass_ms(1000)
    assert clock.stamp().wall_ms == START_MS + WEEK_MS + 500


def test_a_technician_who_looked_at_the_clock_is_believed() -> None:
    machine = Machine()
    clock = machine.begun(START_MS + 12 * YEAR_MS, trust=Trust(checked_ms=START_MS - DAY_MS))
    assert (clock.stamp().wall_ms, clock.stamp().is_doubted) == (START_MS, False)
    machine.wall_ms = START_MS + YEAR_MS
    assert clock.stamp().is_doubted


def test_the_site_says_how_long_a_till_may_stand() -> None:
    machine = Machine()
    machine.wall_ms += 40 * DAY_MS
    assert machine.begun().stamp().is_doubted
    assert not machine.begun(trust=Trust(jump_ms=60 * DAY_MS)).stamp().is_doubted


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
    clock.set_hq_time(5, 7)
    clock.begin_from(START_MS + 999, is_known=True)
    first = clock.stamp()
    assert (first.wall_ms, first.boot_id, first.hq_offset_ms, first.hq_quality) == (START_MS, "lab", 0, -1)
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
