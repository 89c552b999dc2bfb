"""Figures: what is made of times, and how it is shown."""

import pytest

from lab.benchmarks.measure.timing import each_ns, in_ms, in_us, one_ns, percentile, work_ns
from lab.benchmarks.report import figure, table
from lab.benchmarks.result import Result, at_least, at_most, noted


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(value) for value in range(1, 101)]
    assert [percentile(values, percent) for percent in (50, 99, 100)] == [50.0, 99.0, 100.0]
    assert percentile([3.0], 50) == percentile([3.0], 99) == 3.0
    assert percentile([2.0, 1.0], 0) == 1.0


def test_a_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


def test_every_call_is_timed_once() -> None:
    calls: list[int] = []
    spent = each_ns(lambda: calls.append(1), times=3)
    assert (len(calls), len(spent)) == (3, 3)
    assert one_ns(lambda: calls.append(1)) > 0
    assert work_ns(lambda: sum(range(20_000))) > 0


def test_nanoseconds_become_milliseconds_and_microseconds() -> None:
    assert in_ms([2_500_000]) == [2.5]
    assert in_us([2_500]) == [2.5]


def test_a_time_holds_up_to_its_target_and_a_rate_from_it_on() -> None:
    assert at_most("a", 8.0, unit="ms", target=8.0).holds is True
    assert at_most("a", 8.1, unit="ms", target=8.0).holds is False
    assert at_least("a", 4000.0, unit="1/s", target=4000).holds is True
    assert at_least("a", 3999.0, unit="1/s", target=4000).holds is False


def test_a_figure_without_a_target_says_nothing_about_holding() -> None:
    found = noted("a", 1.23456, unit="B", peers={"floor": 0.123456})
    assert found == Result(name="a", unit="B", value=1.235, peers={"floor": 0.1235})
    assert (found.target, found.holds) == (None, None)


def test_numbers_are_written_without_an_exponent() -> None:
    assert [figure(value) for value in (0.01234, 12.345, 1234.5, 1_469_307)] == [
        "0.01234",
        "12.35",
        "1,234",
        "1,469,307",
    ]


def test_the_table_shows_each_peer_as_a_ratio() -> None:
    found = table(
        [
            at_most("scan.p50", 4.0, unit="ms", target=8, peers={"curses": 1.0, "urwid": 2.0}),
            at_most("scan.p99", 24.0, unit="ms", target=20),
            noted("scan.frame", 0, unit="B", peers={"curses": 100}),
        ]
    )
    assert found.splitlines() == [
        "scan.p50     4 ms  target 8   ok      curses 1 (x0.25), urwid 2 (x0.50)",
        "scan.p99    24 ms  target 20  MISSED",
        "scan.frame    0 B                     curses 100",
    ]


def test_the_table_of_nothing_is_empty() -> None:
    assert table([]) == ""
