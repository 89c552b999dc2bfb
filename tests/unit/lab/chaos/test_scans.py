"""Scans and their outcomes in the journal."""

import pytest

from lab.chaos.scans import ScanLog, Window, check, scan_of
from terminal.domain.ids import Sku
from terminal.domain.sale import Entry, SaleLine
from terminal.domain.text import clean
from terminal.wire import events as ev

LINE = SaleLine(number=1, sku=Sku("1"), name=clean("A"), code=clean("111"), price_fen=1, entry=Entry.SCAN)


def window(*codes: str, after: int, until: int, answered: int | None = None) -> Window:
    return Window(codes=codes, after=after, until=until, answered=len(codes) if answered is None else answered)


def test_answered_scans_are_there_once() -> None:
    report = check([window("a", "b", after=1, until=3), window("c", after=3, until=5)], [(2, "a"), (3, "b"), (4, "c")])
    assert (report.scanned, report.answered, report.lost, report.doubled) == (3, 3, 0, 0)


def test_an_answered_scan_that_is_missing_is_lost() -> None:
    report = check([window("a", "b", after=1, until=3)], [(2, "a")])
    assert (report.lost, report.doubled) == (1, 0)


@pytest.mark.parametrize("facts", [[(2, "a"), (3, "a")], [(1, "a"), (2, "a")], [(2, "a"), (9, "a")]])
def test_one_outcome_too_many_is_doubled_wherever_it_stands(facts: list[tuple[int, str]]) -> None:
    report = check([window("a", after=1, until=5)], facts)
    assert (report.lost, report.doubled) == (0, 1)


def test_a_scan_cut_off_by_a_crash_may_be_there_or_not() -> None:
    cut = window("a", "b", "c", after=1, until=6, answered=1)
    report = check([cut], [(2, "a"), (3, "b")])
    assert (report.answered, report.kept, report.repeated, report.lost, report.doubled) == (1, 1, 1, 0, 0)


def test_the_log_opens_a_window_with_the_first_scan_and_counts_no_more_than_was_scanned() -> None:
    log = ScanLog()
    log.scanned("a", seq=4)
    log.scanned("b", seq=5)
    log.ended(seq=7, answered=9)
    log.ended(seq=8)
    assert log.windows == [window("a", "b", after=4, until=7)]


@pytest.mark.parametrize(
    ("fact", "code"),
    [
        (ev.LineAdded(line=LINE, device="scanner"), "111"),
        (ev.LineAdded(line=LINE), None),
        (ev.MemberBound(card=clean("98"), device="scanner"), "98"),
        (ev.LineVoided(number=1, device="scanner"), ""),
        (ev.QuantityChanged(number=1, quantity=2, device="scanner"), ""),
        (ev.QuantityChanged(number=1, quantity=2), None),
        (
            ev.ScanHandled(
                device="scanner", code=clean("5"), outcome=ev.ScanOutcome.REJECTED, reason="unknown", state="sale"
            ),
            "5",
        ),
        (ev.TillStarted(version="1"), None),
    ],
)
def test_the_code_of_a_fact_is_that_of_its_scan(fact: ev.Fact, code: str | None) -> None:
    assert scan_of(fact, "scanner") == code
