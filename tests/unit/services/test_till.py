"""The till service: how it starts, how it ends, and what it does not survive in silence."""

import asyncio
import signal
import socket
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from lab.operator import Operator
from terminal.checkout.desk import Desk
from terminal.checkout.effects import Arm
from terminal.checkout.inputs import Fired, Input
from terminal.checkout.work import Reaction
from terminal.config.schema import TillConfig
from terminal.domain.errors import ConfigError, JournalError
from terminal.offline.clock import DAY_MS
from terminal.offline.lab_clock import ClockFile
from terminal.offline.reader import JournalReader
from terminal.services import till as till_module
from terminal.services.till import TillService
from terminal.wire.counter.panels import LoginPanel, NoBookPanel
from terminal.wire.counter.view import Header
from terminal.wire.events import BookActivated, BookRefused, TillStarted, decode_fact
from terminal.wire.toml import dump
from tests.unit.services.lanes import Lane

DEADLINE_S = 10.0
START_MS = 1_763_900_000_000
"""2025-11-23 20:13:20 in Shanghai."""


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    lane = Lane(folder=tmp_path)
    lane.set_up()
    return lane


@asynccontextmanager
async def running(config: TillConfig) -> AsyncIterator[tuple[TillService, Operator]]:
    service = TillService(config)
    task = asyncio.create_task(service.run())
    try:
        operator = await Operator.connect(Path(config.run_dir))
        yield service, operator
        await operator.close()
    finally:
        service.stop()
        await task


def facts(lane: Lane, *kinds: type) -> list[object]:
    rows = JournalReader(lane.folder / "till", epoch=1).read(0)
    return [fact for row in rows if isinstance(fact := decode_fact(row.body), kinds or object)]


async def test_till_without_a_book_says_so_and_waits(lane: Lane) -> None:
    async with running(lane.config) as (_, operator):
        assert operator.seen.panel == NoBookPanel()
    assert facts(lane) == [TillStarted(version=till_module.VERSION)]


async def test_newest_book_of_the_folder_is_activated_at_start(lane: Lane) -> None:
    for version in (3, 11, 7):
        lane.book(version)
    async with running(lane.config) as (_, operator):
        seen = await operator.until(lambda seen: isinstance(seen.panel, LoginPanel))
        assert (seen.uplink.book_version, seen.uplink.book_label) == (11, "2025.11")
    assert [fact.version for fact in facts(lane, BookActivated) if isinstance(fact, BookActivated)] == [11]


async def test_torn_newest_book_is_refused_by_name_and_the_one_before_decides(lane: Lane) -> None:
    lane.book(3)
    async with running(lane.config) as (_, operator):
        await operator.until(lambda seen: seen.uplink.book_version == 3)
    torn = lane.book(4)
    torn.write_bytes(torn.read_bytes()[:3000])
    async with running(lane.config) as (_, operator):
        await operator.until(lambda seen: seen.notice.message == "notice.book_refused")
        assert operator.seen.uplink.book_version == 3
    assert facts(lane, BookRefused) == [BookRefused(version=4, reason="book_torn")]


async def test_second_till_on_the_same_folder_does_not_start(lane: Lane) -> None:
    async with running(lane.config):
        with pytest.raises(JournalError) as caught:
            await TillService(lane.config).run()
    assert caught.value.code == "journal_busy"


async def test_error_that_ends_the_desk_ends_the_service_with_it(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    service = TillService(lane.config)
    task = asyncio.create_task(service.run())
    operator = await Operator.connect(lane.folder / "run")

    def broken(_desk: Desk, *events: Input) -> Reaction:
        raise sqlite3.DatabaseError(f"database disk image is malformed, at {events}")

    monkeypatch.setattr(Desk, "handle", broken)
    operator.keys("1")
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        async with asyncio.timeout(DEADLINE_S):
            await task
    await operator.close()


async def test_desk_that_fails_before_the_first_view_ends_the_start(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_desk: Desk, *events: Input) -> Reaction:
        raise sqlite3.DatabaseError(f"database disk image is malformed, at {events}")

    monkeypatch.setattr(Desk, "handle", broken)
    with pytest.raises(sqlite3.DatabaseError, match="malformed"):
        async with asyncio.timeout(DEADLINE_S):
            await TillService(lane.config).run()


async def test_error_that_no_driver_foresaw_ends_the_service_with_it(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = TillService(lane.config)

    async def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service._devices, "run", fail)
    with pytest.raises(ZeroDivisionError):
        async with asyncio.timeout(DEADLINE_S):
            await service.run()


async def test_watchdog_is_fed_after_the_desk_has_read_its_database(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(till_module, "WATCHDOG_S", 0.01)
    address = str(lane.folder / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        manager.setblocking(False)
        async with running(lane.config):
            loop = asyncio.get_running_loop()
            async with asyncio.timeout(DEADLINE_S):
                heard = [await loop.sock_recv(manager, 100) for _ in range(3)]
    assert heard == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]


async def test_clock_of_the_header_follows_its_timer(lane: Lane) -> None:
    """One second before the minute ends, on a clock that stands: the timer fires, and asks for the next."""
    clock = ClockFile(lane.folder / "clock", START_MS + 39_990)
    config = msgspec.structs.replace(lane.config, lab=True, lab_clock_file=str(lane.folder / "clock"))
    async with running(config) as (_, operator):
        assert operator.seen.header.clock == "20:13"
        clock.set(START_MS + 40_000)
        await operator.until(lambda seen: seen.header.clock == "20:14")
        assert operator.seen.header == Header(
            store="S01", till="T03", receipt_no=operator.seen.header.receipt_no, clock="20:14"
        )


async def test_injected_clock_is_for_lab_builds_only(lane: Lane) -> None:
    config = msgspec.structs.replace(lane.config, lab_clock_file=str(lane.folder / "clock"))
    with pytest.raises(ConfigError, match="lab = true"):
        TillService(config)


async def test_till_that_stops_gives_up_what_does_not_end(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(till_module, "FINISH_S", 0.02)
    given_up = asyncio.Event()

    async def endless() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    async with running(lane.config) as (service, _):
        service._spawn(endless())
    assert given_up.is_set()


def test_process_starts_and_ends_in_order_on_sigterm(lane: Lane) -> None:
    lane.book(1)
    command = [sys.executable, "-m", "terminal.cli", "till", "--config", str(lane.file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE_S) == 0
    assert line == "event='till_ready' level='info' store='S01' till='T03'\n"


@pytest.mark.parametrize("left", [None, b"", b"x" * 31])
async def test_key_of_hashes_is_made_once_and_one_that_a_power_cut_left_is_made_anew(
    left: bytes | None, lane: Lane
) -> None:
    file = lane.folder / "till" / "hash.key"
    if left is not None:
        file.write_bytes(left)
    async with running(lane.config):
        key = file.read_bytes()
    assert (len(key), file.stat().st_mode & 0o777) == (32, 0o600)
    async with running(lane.config):
        assert file.read_bytes() == key


def test_process_with_an_unknown_key_ends_with_2_and_one_line(lane: Lane) -> None:
    lane.file.write_text(dump(lane.config).replace("books_dir", "book_dir"), encoding="utf-8")
    command = [sys.executable, "-m", "terminal.cli", "till", "--config", str(lane.file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=DEADLINE_S)
    assert done.returncode == 2
    assert "book_dir" in done.stderr
    assert "books_dir" in done.stderr


async def test_timer_that_is_armed_again_fires_once(lane: Lane, monkeypatch: pytest.MonkeyPatch) -> None:
    posted: list[Input] = []
    async with running(lane.config) as (service, _):
        monkeypatch.setattr(service._desk, "post", posted.append)
        for work in (Arm("b", 60_000), Arm("b", 1)):
            service._do(work)
        async with asyncio.timeout(DEADLINE_S):
            while Fired("b") not in posted:
                await asyncio.sleep(0.001)
    assert [event for event in posted if event != Fired("minute")] == [Fired("b")]


async def test_timer_that_waits_for_the_screen_is_over_when_that_has_answered(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    posted: list[Input] = []
    waiting: list[Callable[[], None]] = []
    async with running(lane.config) as (service, _):
        monkeypatch.setattr(service._desk, "post", posted.append)
        monkeypatch.setattr(service._counter, "when_answered", waiting.append)
        service._do(Arm("b", 1, turn=7, after_screen=True))
        async with asyncio.timeout(DEADLINE_S):
            while not waiting:
                await asyncio.sleep(0.001)
        assert Fired("b", 7) not in posted
        waiting[0]()
        assert posted[-1] == Fired("b", 7)


def test_version_that_the_till_tells_is_the_projects() -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == till_module.VERSION


def test_the_day_on_which_the_clock_was_checked_begins_in_the_shop(lane: Lane) -> None:
    config = msgspec.structs.replace(lane.config, clock_checked="2026-11-29", clock_jump_days=30)
    trust = till_module._trust(config)
    assert (trust.checked_ms, trust.jump_ms) == (1_795_881_600_000, 30 * DAY_MS)


def test_a_day_that_does_not_exist_is_named(lane: Lane) -> None:
    with pytest.raises(ConfigError, match="clock_checked"):
        till_module._trust(msgspec.structs.replace(lane.config, clock_checked="2026-13-45"))
