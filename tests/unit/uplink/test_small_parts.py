"""The small parts of the uplink."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import SchemaTooNewError, UplinkError
from terminal.ports.clock import Stamp
from terminal.uplink.alarm_gate import BURST, REPEAT_MS, AlarmGate
from terminal.uplink.database import UplinkDatabase
from terminal.uplink.hq_clock import KEEP_MS, HqClock
from terminal.uplink.window import Window
from terminal.wire.files.streams import Stream
from terminal.wire.updates import BookState
from tests.unit.uplink.pumps import HandClock

GOLDEN = Path(__file__).parents[2] / "golden"


def stamp(now_ms: int) -> Stamp:
    return Stamp(wall_ms=now_ms, mono_ms=now_ms, boot_id="test")


def test_window_is_overdue_by_its_oldest_batch() -> None:
    window = Window(size=2, timeout_ms=100)
    assert not window.is_overdue(10**9)
    window.left(10, stamp(50))
    window.left(20, stamp(90))
    assert not window.has_room
    assert (window.due_ms, window.is_overdue(149), window.is_overdue(150)) == (150, False, True)
    assert window.acknowledged(10) is not None
    assert window.due_ms == 190


@given(st.lists(st.tuples(st.sampled_from(["left", "ack", "back", "resume"]), st.integers(0, 50)), max_size=40))
def test_window_never_counts_what_was_not_sent_and_never_goes_behind_hq(steps: list[tuple[str, int]]) -> None:
    window = Window(size=4, timeout_ms=100)
    for step, number in steps:
        match step:
            case "left" if window.has_room:
                window.left(window.sent + 1 + number, stamp(0))
            case "ack":
                before = window.acked
                window.acknowledged(number)
                assert window.acked == max(before, number)
            case "back":
                window.go_back(window.acked)
            case "resume":
                window.resume(number)
                assert (window.acked, window.sent) == (number, number)
            case _:
                pass
        assert window.sent >= window.acked


def test_batches_are_halved_down_to_one_row() -> None:
    window = Window(size=1, timeout_ms=1)
    assert [(window.halve(), window.limit) for _ in range(8)][-3:] == [(True, 1), (False, 1), (False, 1)]


def test_better_measurement_of_hq_clock_stays_until_it_is_old() -> None:
    clock = HandClock()
    hq = HqClock(clock)
    assert (hq.offset_ms, hq.quality_ms, hq.now_ms()) == (0, -1, clock.now_ms)
    measure(hq, clock, way_ms=20, offset_ms=500)
    assert (hq.offset_ms, hq.quality_ms) == (500, 10)
    measure(hq, clock, way_ms=200, offset_ms=900)
    assert hq.offset_ms == 500
    measure(hq, clock, way_ms=10, offset_ms=600)
    assert (hq.offset_ms, hq.now_ms()) == (600, clock.now_ms + 600)
    clock.now_ms += KEEP_MS
    measure(hq, clock, way_ms=200, offset_ms=700)
    assert (hq.offset_ms, hq.quality_ms) == (700, 100)


def measure(hq: HqClock, clock: HandClock, *, way_ms: int, offset_ms: int) -> None:
    sent = clock.stamp()
    clock.now_ms += way_ms
    hq.measured(hq_ms=clock.now_ms - way_ms // 2 + offset_ms, sent=sent)


def test_alarm_passes_once_in_a_while_and_a_flood_does_not() -> None:
    gate = AlarmGate()
    assert gate.lets(1, "book_forged", now_ms=0)
    assert not gate.lets(1, "book_forged", now_ms=REPEAT_MS - 1)
    assert gate.lets(1, "book_forged", now_ms=REPEAT_MS)
    passed = [gate.lets(version, "book_forged", now_ms=REPEAT_MS) for version in range(2, 100)]
    assert passed.count(True) == BURST - 1
    assert gate.lets(200, "book_forged", now_ms=2 * REPEAT_MS)


def test_uplink_database_that_is_no_database_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "uplink.db"
    path.write_bytes(b"garbage " * 1000)
    database = UplinkDatabase(path)
    database.open()
    database.save_acked(1, 7)
    assert (database.acked(1), database.acked(2)) == (7, 0)
    database.close()
    database.close()
    assert (tmp_path / "uplink.damaged").read_bytes().startswith(b"garbage")


def test_uplink_database_with_rows_of_another_shape_is_told(tmp_path: Path) -> None:
    path = tmp_path / "uplink.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cursor(name TEXT, epoch INTEGER, seq TEXT)")
        connection.execute("INSERT INTO cursor VALUES('hq_acked', 1, 'seven')")
        connection.commit()
    database = UplinkDatabase(path)
    database.open()
    with closing(database), pytest.raises(UplinkError, match=r"uplink\.db: Expected `int`, got `str`") as caught:
        database.acked(1)
    assert caught.value.code == "uplink_db_failed"


def test_uplink_database_of_a_newer_uplink_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "uplink.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version=3")
    with pytest.raises(SchemaTooNewError, match="schema 3"):
        UplinkDatabase(path).open()


def test_uplink_database_that_knew_prices_alone_keeps_what_it_took(tmp_path: Path) -> None:
    path = tmp_path / "uplink.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript((GOLDEN / "uplink_1.sql").read_text(encoding="utf-8"))
    for _ in ("brought up", "opened again"):
        database = UplinkDatabase(path)
        database.open()
        seen = database.seen(Stream.PRICE, "all")
        assert (seen.ver, seen.counter, seen.past) == (1, 1, frozenset({b"\1" * 32}))
        assert database.acked(3) == 17
        assert [taken.ver for taken in database.ready(Stream.PRICE)] == [1]
        assert (database.newest(Stream.PRICE), database.newest(Stream.RULES)) == (2, 0)
        assert database.seen(Stream.RULES, "all").past == frozenset()
        assert path.exists()
        assert not path.with_suffix(".damaged").exists()
        database.close()


def test_uplink_database_that_fails_says_so_by_our_error(tmp_path: Path) -> None:
    database = UplinkDatabase(tmp_path / "uplink.db")
    with pytest.raises(UplinkError, match="not open"):
        database.save_acked(1, 1)
    database.open()
    with closing(sqlite3.connect(tmp_path / "uplink.db")) as connection:
        connection.execute("DROP TABLE cursor")
    with pytest.raises(UplinkError, match="no such table"):
        database.save_acked(1, 1)
    assert database.state(b"unknown") is None
    assert (database.newest(Stream.RULES), database.ready(Stream.RULES)) == (0, ())
    assert not database.is_latest(Stream.RULES, "all", b"x")
    database.set_state(b"unknown", BookState.READY)
    database.close()
