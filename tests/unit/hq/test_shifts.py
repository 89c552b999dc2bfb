"""Shifts at HQ: every Z report is computed again from the journal; what differs is told by name."""

from collections.abc import Callable, Sequence
from contextlib import closing
from functools import reduce
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.cli import main
from hq.collector import Collector
from hq.store.port import Alarm, AlarmKind
from hq.store.shifts.port import ShiftRow
from hq.store.sqlite import FILE_NAME, SqliteStore
from terminal.domain.ids import ActionId, HoldId, StaffNumber
from terminal.domain.sale import TenderKind
from terminal.domain.shifts import Counted, MoveKind
from terminal.domain.text import clean
from terminal.wire.envelope import Acked, pack_batch
from terminal.wire.events import Fact, decode_fact
from terminal.wire.record import TillRecord, apply
from terminal.wire.shift_events import CashMoved, ShiftClosed, ShiftOpened
from tests.integration.uplink.journals import START_MS, TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.commands import run, run_json

WANG = StaffNumber("1001")
DAY = "2026-11-23"
Change = Callable[[ShiftClosed], ShiftClosed]


def as_it_is(closed: ShiftClosed) -> ShiftClosed:
    return closed


def opened(number: int = 1) -> ShiftOpened:
    return ShiftOpened(number=number, float_fen=50_000, day=DAY, staff=WANG, opened_ms=START_MS)


def a_shift(
    journal: MemoryJournal, *, number: int = 1, sales: Sequence[int] = (1, 2), change: Change = as_it_is
) -> None:
    """Sell for a shift, move cash, count 2.00 too little, and close; ``change`` is what the till lies about."""
    moved = CashMoved(
        act=ActionId("m"), kind=MoveKind.DROP, amount_fen=-10_000, reason=clean("满额"), staff=WANG, approved_by=WANG
    )
    sold = [fact for one in sales for fact in sale_facts(one)]
    journal.append(opened(number), *sold, moved)
    journal.append(change(closing_of(journal, number)))


def closing_of(journal: MemoryJournal, number: int) -> ShiftClosed:
    facts: list[Fact] = [decode_fact(row.body) for row in journal.rows]
    shift = reduce(apply, facts, TillRecord()).shift
    assert shift is not None
    expected_fen = shift.sums.cash_expected_fen
    head = journal.head()
    assert head is not None
    return ShiftClosed(
        number=number,
        report=shift,
        counted=(Counted(100, (expected_fen - 200) // 100),),
        counted_fen=expected_fen - 200,
        expected_fen=expected_fen,
        over_short_fen=-200,
        head_epoch=head.epoch,
        head_seq=head.seq,
        head_hash=head.hash,
        staff=WANG,
        closed_ms=START_MS + number,
        held=(HoldId("h"),),
    )


def collect(folder: Path, journal: MemoryJournal) -> tuple[list[ShiftRow], list[Alarm]]:
    with closing(SqliteStore(folder / FILE_NAME)) as store:
        collector = Collector(store)
        payload = pack_batch(journal.rows, terminal=TERMINAL, epoch=journal.epoch, head=journal.rows[-1].seq, sent_ms=1)
        for _ in range(2):
            with store.transaction():
                assert isinstance(collector.batch(TERMINAL, payload, now_ms=1), Acked)
        return store.shifts.newest(), store.tills.alarms()


def test_a_closed_shift_is_kept_as_the_till_wrote_it(tmp_path: Path) -> None:
    journal = MemoryJournal()
    a_shift(journal)
    a_shift(journal, number=2, sales=(3,))
    shifts, alarms = collect(tmp_path, journal)
    assert alarms == []
    assert [(row.closed.number, row.is_right, row.closed.report.sums.sales_count) for row in shifts] == [
        (2, True, 1),
        (1, True, 2),
    ]
    first = shifts[1].closed
    assert first.report.sums.by_tender == {TenderKind.CASH: 3200}
    assert (first.expected_fen, first.over_short_fen) == (50_000 + 3200 - 10_000, -200)


def more_sales(closed: ShiftClosed) -> ShiftClosed:
    sums = replace(closed.report.sums, sales_fen=closed.report.sums.sales_fen - 1600, sales_count=1)
    return replace(closed, report=replace(closed.report, sums=sums))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (more_sales, "sales_count 1 instead of 2; sales_fen 1600 instead of 3200"),
        (
            lambda closed: replace(closed, report=replace(closed.report, no_sales=7)),
            "no_sales 7 instead of 0",
        ),
        (
            lambda closed: replace(closed, expected_fen=closed.expected_fen - 100),
            "431.00 in cash expected instead of 432.00; the count comes to 430.00",
        ),
        (lambda closed: replace(closed, counted_fen=closed.counted_fen + 1), "the count comes to 430.00"),
        (lambda closed: replace(closed, over_short_fen=0), "the count comes to 430.00"),
        (lambda closed: replace(closed, head_seq=closed.head_seq - 1), "the head of the journal is another one"),
        (lambda closed: replace(closed, head_hash=bytes(32)), "the head of the journal is another one"),
        (lambda closed: replace(closed, number=3), "the open shift is 1"),
    ],
)
def test_a_z_report_that_was_altered_is_found(tmp_path: Path, change: Change, told: str) -> None:
    journal = MemoryJournal()
    a_shift(journal, change=change)
    (shift,), (alarm,) = collect(tmp_path, journal)
    assert not shift.is_right
    assert (alarm.kind, alarm.terminal) == (AlarmKind.SHIFT, TERMINAL)
    assert alarm.detail == f"row {shift.seq} (ShiftClosed): Z {shift.closed.number}: {told}"


def test_a_z_report_of_no_shift_is_found(tmp_path: Path) -> None:
    journal = MemoryJournal()
    a_shift(journal)
    journal.append(replace(closing_of_closed(journal), number=2))
    _, alarms = collect(tmp_path, journal)
    assert [alarm.detail.partition(": ")[2] for alarm in alarms] == ["Z 2: no shift was open"]


def closing_of_closed(journal: MemoryJournal) -> ShiftClosed:
    fact = decode_fact(journal.rows[-1].body)
    assert isinstance(fact, ShiftClosed)
    return fact


def test_a_number_that_comes_twice_is_told_and_both_are_kept(tmp_path: Path) -> None:
    journal = MemoryJournal()
    a_shift(journal)
    a_shift(journal, number=1, sales=(3,))
    shifts, alarms = collect(tmp_path, journal)
    assert len(shifts) == 2
    assert {alarm.detail for alarm in alarms} == {
        "row 12 (ShiftOpened): shift 1 follows 1",
        "epoch 1 row 18: Z 1 is there already",
    }


def test_a_shift_that_begins_while_another_is_open_is_told(tmp_path: Path) -> None:
    journal = MemoryJournal()
    journal.append(opened(), opened(2))
    _, alarms = collect(tmp_path, journal)
    assert [alarm.detail for alarm in alarms] == ["row 2 (ShiftOpened): shift 2 begins while 1 is open"]


def test_shifts_are_reported_to_people_and_to_programs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    journal = MemoryJournal()
    a_shift(journal)
    a_shift(journal, number=2, sales=(3,), change=more_sales)
    collect(tmp_path, journal)
    assert run(tmp_path, "report", "--till", TERMINAL, "--date", DAY) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[-1] == "DIFFERS"
    assert lines[2].split() == [
        *(TERMINAL, "1", DAY, "1001", "2", "32.00", "0", "0.00", "432.00", "430.00", "-2.00"),
    ]
    assert f"{TERMINAL} Z 1: cash 32.00" in lines
    assert "  float 500.00, moved -100.00, top-ups 0.00, voids 0" in lines
    answer = run_json(tmp_path, capsys, "report", "--limit", "1")
    shifts = answer["shifts"]
    assert isinstance(shifts, list)
    assert [(shift["is_right"], shift["closed"]["number"]) for shift in shifts] == [(False, 2)]
    assert run_json(tmp_path, capsys, "report", "--date", "1999-01-01") == {"shifts": []}


def test_a_report_of_a_till_that_nobody_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collect(tmp_path, filled())
    assert run(tmp_path, "report", "--till", "S09-T09") == 2
    assert "HQ knows no till S09-T09" in capsys.readouterr().err


def filled() -> MemoryJournal:
    journal = MemoryJournal()
    a_shift(journal)
    return journal


def test_verify_misses_a_shift_that_is_not_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    collect(tmp_path, filled())
    assert run(tmp_path, "verify") == 0
    with closing(SqliteStore(tmp_path / FILE_NAME)) as store:
        store._database.run("DELETE FROM shift")
    assert main(["--state", str(tmp_path), "verify"]) == 1
    assert "Z 1 of row" in capsys.readouterr().out
