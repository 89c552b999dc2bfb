"""A disk that is full: the cashier is told, nothing is there in half, and the till sells again when there is room."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from terminal.checkout.messages import Hint, No, Say
from terminal.wire.counter.panels import TenderPanel
from terminal.wire.events import LineAdded, SaleCompleted, TillStarted
from tests.integration.shop import COLA, put_book
from tests.integration.tills import Cashier, Lane, plugged

DISK_MIB = 32
ENOUGH = 400
"""Scans that fill what is left of the disk."""


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a small disk is mounted by root only")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(path: Path) -> None:
    """Write until nothing more fits, whoever else writes meanwhile."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(1 << 16)):
            pass


async def scan_until_full(lane: Lane, cashier: Cashier) -> int:
    """Scan until the disk has no room for another line; return how many lines it had."""
    for _ in range(ENOUGH):
        serial, lines = cashier.view.notice.serial, len(cashier.view.lines)
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view, serial=serial: view.notice.serial > serial)  # type: ignore[misc]
        if cashier.view.notice.message == No.DISK_FULL:
            return lines
    raise AssertionError("the disk did not fill")


async def test_full_disk_is_told_at_once_and_the_sale_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "till"), plugged(Lane(tmp_path)) as lane:
        put_book(lane.books)
        filler, ballast_filler = lane.folder / "till" / "filler", lane.folder / "till" / "more"
        async with lane.selling() as cashier:
            lane.wedge.scan(COLA)
            await cashier.sees(lambda view: len(view.lines) == 1)
            fill(filler)
            lane.wedge.scan(COLA)
            await cashier.sees(lambda view: view.notice.message == Say.SPACE_LOW)
            fill(ballast_filler)
            shown = await scan_until_full(lane, cashier)
            assert shown == len(cashier.view.lines) == len(lane.facts(LineAdded))
            cashier.keys("enter")
            await cashier.sees(lambda view: isinstance(view.panel, TenderPanel))
            serial = cashier.view.notice.serial
            cashier.keys("f12")
            await cashier.sees(lambda view: view.notice.serial > serial)
            assert cashier.view.notice.message == No.DISK_FULL
            assert (lane.facts(SaleCompleted), lane.kicks) == ([], 0)
            ballast_filler.unlink()
            cashier.keys("escape")
            lane.wedge.scan(COLA)
            await cashier.sees(lambda view: len(view.lines) == shown + 1)
            await cashier.pay()
            lane.wedge.scan(COLA)
            await cashier.told(No.LOW_SPACE)
            filler.unlink()
            await cashier.sees(lambda view: view.notice.message == Say.SPACE_BACK)
            lane.wedge.scan(COLA)
            await cashier.sees(lambda view: len(view.lines) == 1)
        assert [len(fact.net_fen) for fact in lane.facts(SaleCompleted)] == [shown + 1]


async def test_a_till_that_starts_on_a_full_disk_says_why_nothing_is_sold_and_goes_on_when_there_is_room(
    tmp_path: Path,
) -> None:
    with small_disk(tmp_path / "till"), plugged(Lane(tmp_path)) as lane:
        filler = lane.folder / "till" / "filler"
        async with lane.selling() as cashier:
            lane.wedge.scan(COLA)
            await cashier.sees(lambda view: len(view.lines) == 1)
            await cashier.pay()
        (lane.folder / "till" / "ballast").unlink()
        fill(filler)
        starts = len(lane.facts(TillStarted))
        async with lane.till(devices=False) as cashier:
            await cashier.sees(lambda view: view.notice.message in (Say.SPACE_LOW, No.DISK_FULL))
            assert len(lane.facts(TillStarted)) == starts
            filler.unlink()
            for name in ("scanner", "printer"):
                await cashier.device(name)
            await cashier.sees(lambda view: view.input.hint != Hint.LOW_SPACE)
            cashier.keys("escape")
            lane.wedge.scan(COLA)
            await cashier.sees(lambda view: len(view.lines) == 1)
            await cashier.pay()
        assert len(lane.facts(SaleCompleted)) == 2
