"""Each benchmark runs, in the smallest size: its figures are there; what they are is another day's question."""

import math
from pathlib import Path

import pytest

from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result
from lab.benchmarks.stage.goods import VERSION, shelf_with
from lab.benchmarks.stage.history import Size
from lab.benchmarks.suites import (
    asks,
    counter,
    journal,
    lookup,
    members,
    memory,
    pricing,
    scan,
    screen,
    start,
    uplink,
    wedge,
)
from lab.benchmarks.suites import help as help_suite
from terminal.domain.errors import PosError
from terminal.wire.files.streams import book_name
from terminal.wire.members.writing import MembersContent, build_members


def names(results: list[Result]) -> list[str]:
    assert all(math.isfinite(result.value) for result in results)
    return [result.name for result in results]


def test_help_is_measured_for_both_front_doors() -> None:
    results = help_suite.measure_help(1, with_script=False)
    assert names(results) == ["help.checkout", "help.appliance"]
    assert set(results[0].peers) == {"bare python", "argparse"}


def test_the_script_is_measured_where_it_made_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not help_suite.is_set_up(tmp_path)
    (tmp_path / ".guitai-run").touch()
    assert help_suite.is_set_up(tmp_path)
    monkeypatch.setattr(help_suite, "_SCRIPT", ("true",))
    assert names(help_suite.measure_help(1, with_script=True))[-1] == "help.script"


def test_the_decoder_is_measured_whole_and_event_by_event() -> None:
    results = wedge.measure_decoder(3)
    assert names(results) == ["wedge.code", "wedge.code, event by event"]
    assert 0 < results[0].value < results[1].value


def test_look_ups_are_measured_warm_cold_and_in_vain(run: Run) -> None:
    book = shelf_with(50, cache=run.cache, say=run.say) / book_name(VERSION)
    results = lookup.measure_lookup(book, articles=50, lookups=20, cold_lookups=5)
    assert names(results) == ["lookup.p50", "lookup.p99", "lookup.cold.p99", "lookup.unknown.p50"]


def test_a_scan_is_measured_in_a_basket_of_any_length() -> None:
    results = counter.measure_scan(3, scans=4)
    assert names(results) == ["counter.3-lines.p50", "counter.3-lines.p99", "counter.3-lines.delta"]
    assert 100 < results[2].value < 1000


def test_commits_are_measured_beside_sqlite_and_the_disk(tmp_path: Path) -> None:
    results = journal.measure_journal(tmp_path, commits=5, batches=1, batch_rows=10)
    assert names(results) == [
        "journal.commit.p50",
        "journal.commit.p99",
        "journal.commits",
        "journal.rows, 10 a commit",
    ]
    assert set(results[1].peers) == {"sqlite3", "fdatasync"}


@pytest.mark.slow
def test_the_screen_is_measured_alone(run: Run) -> None:
    sizes = screen.Sizes(lines=3, scans=2, keys=12, starts=2, idle_s=1)
    results = screen.measure_screen(run, sizes)
    assert names(results) == [
        "screen.scan.p50",
        "screen.scan.p99",
        "screen.scan.cpu",
        "screen.scan.frame",
        "screen.key.p50",
        "screen.key.p99",
        "screen.key.cpu",
        "screen.start.p50",
        "screen.after-kill.p95",
        "screen.idle.bytes",
        "screen.idle.cpu",
        "screen.memory",
    ]
    assert set(results[0].peers) == {"ansi", "curses", "urwid"}


@pytest.mark.slow
def test_the_whole_path_is_measured_beside_its_peers(run: Run) -> None:
    sizes = scan.Sizes(
        articles=(30,),
        sales=2,
        short_lines=2,
        long_before=18,
        long_scans=2,
        syncs=2,
        promoted_before=(2, 49),
        promoted_scans=2,
        promoted_sales=1,
    )
    results = scan.measure_path(run, sizes)
    assert names(results) == [
        "scan.fdatasync.p99",
        *(f"scan.1-lines.30-articles.{figure}" for figure in ("p50", "p99", "cpu", "frame")),
        *(f"scan.19-lines.30-articles.{figure}" for figure in ("p50", "p99", "cpu", "frame")),
        *(f"scan.3-lines.30-articles.1000-rules.{figure}" for figure in ("p50", "p99", "cpu")),
        *(f"scan.50-lines.30-articles.1000-rules.{figure}" for figure in ("p50", "p99", "cpu")),
    ]
    assert [result.target for result in results[-6:]] == [None, None, None, 12.0, 30.0, None]
    assert set(results[2].peers) == {"ansi", "curses", "urwid", "fdatasync"}
    assert results[2].target is not None
    assert results[2].target >= scan.P99_MS


@pytest.mark.slow
def test_each_service_is_measured_from_exec_to_ready(run: Run) -> None:
    size = Size(closed_files=1, file_bytes=400_000, open_bytes=100_000)
    results = start.measure_start(run, size=size, articles=10, times=1)
    assert names(results) == ["start.till", "start.till, cold disk", "start.uplink", "start.screen"]


@pytest.mark.slow
def test_memory_is_counted_after_a_sale(run: Run) -> None:
    results = memory.measure_memory(run, articles=100, settle_s=0.01)
    assert names(results) == ["memory.services", "memory.till", "memory.screen", "memory.uplink"]
    assert results[0].value == pytest.approx(sum(result.value for result in results[1:]), rel=0.01)


@pytest.mark.slow
def test_a_backlog_is_drained_to_hq(run: Run) -> None:
    results = uplink.measure_drain(run, events=250)
    assert names(results) == ["uplink.drain", "uplink.250-events", "uplink.cpu"]
    assert results[0].value > 0


@pytest.mark.slow
def test_questions_are_measured_with_hq_and_without(run: Run) -> None:
    results = asks.measure_asks(run, asks=5)
    assert names(results) == [
        "asks.member.p50",
        "asks.member.p99",
        "asks.reserve.p50",
        "asks.reserve.p99",
        "asks.silence",
        "asks.no-hq",
    ]
    assert results[4].value >= 1900
    assert results[5].value < 1000


def test_the_p99_of_a_scan_may_be_longer_on_a_slow_disk() -> None:
    assert scan.Beside(peers={}, sync_p99_ms=5.0).p99_target_ms == 20.0
    assert scan.Beside(peers={}, sync_p99_ms=40.0).p99_target_ms == 55.0


def test_pricing_counts_from_nothing_and_after_one_more_scan() -> None:
    results = pricing.measure_case("bench_100", runs=2, peers={"other": 40})
    assert names(results) == [
        "pricing.50-lines.100-rules.from-nothing.p50",
        "pricing.50-lines.100-rules.one-more-scan.p50",
    ]
    assert [result.target for result in results] == [3, None]
    assert all(result.value > 0 for result in results)


def test_members_are_looked_up_by_card_phone_and_its_end(tmp_path: Path) -> None:
    build_members(tmp_path / "members.db", MembersContent(rows=members.people(30), version=1, as_of_ms=1))
    results = members.measure_members(tmp_path / "members.db", tmp_path / "run", count=30, lookups=20)
    assert names(results) == ["members.card.p50", "members.card.p99", "members.phone.p99", "members.tail.p50"]


def test_members_of_another_benchmark_are_noticed(tmp_path: Path) -> None:
    build_members(tmp_path / "members.db", MembersContent(rows=[], version=1, as_of_ms=1))
    with pytest.raises(PosError):
        members.measure_members(tmp_path / "members.db", tmp_path / "run", count=1, lookups=1)
