"""The contract of `CashDrawer`, on every link, with every fault of a drawer (DEVICES §9)."""

import asyncio
from dataclasses import dataclass

import pytest

from simulators.escpos.drawer import Kick
from simulators.escpos.printer import EscposPrinter, PaperState
from terminal.domain.ids import ActionId
from terminal.ports.devices import CashDrawer, DrawerOutcome, DrawerResult, LinkState, PrintOutcome, PrintResult
from tests.contract.bench import Bench
from tests.contract.conftest import PrinterRig
from tests.contract.receipts import long_receipt

ACTION = ActionId("pulse-1")
OTHER = ActionId("pulse-2")
OPENED = DrawerOutcome(action=ACTION, result=DrawerResult.OPENED)


def drawer_of(bench: Bench) -> CashDrawer:
    drawer = bench.devices.drawer
    if drawer is None:
        pytest.fail("no drawer was built")
    return drawer


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedReceipt:
    """A receipt whose paper ended in the middle."""

    printer: EscposPrinter
    printing: asyncio.Task[PrintOutcome]

    async def reload(self) -> PrintResult:
        """Put new paper in; return what became of the receipt."""
        self.printer.set_paper(PaperState.PRESENT)
        return (await self.printing).result


async def stopped_receipt(bench: Bench, printer: EscposPrinter) -> StoppedReceipt:
    printer.load_roll(200)
    await bench.until_open("printer")
    if bench.devices.printer is None:
        pytest.fail("no printer was built")
    printing = asyncio.create_task(bench.devices.printer.print_receipt(OTHER, long_receipt(20)))
    await bench.until_status("printer", detail="paper_out")
    return StoppedReceipt(printer=printer, printing=printing)


async def test_drawer_opens_by_one_pulse_of_50_ms_and_its_sensor_says_so(rig: PrinterRig) -> None:
    async with Bench(rig.config(sensor="high")) as bench:
        await bench.until_status("printer-drawer", detail="closed")
        outcome = await drawer_of(bench).open_drawer(ACTION)
        await bench.until_status("printer-drawer", detail="open")
    assert outcome == OPENED
    assert rig.printer.drawer.kicks == [Kick(pin=2, on_ms=50, off_ms=500)]
    assert rig.printer.incidents == ()


async def test_real_time_pulse_opens_it_too(rig: PrinterRig) -> None:
    async with Bench(rig.config(sensor="high", pulse="real_time")) as bench:
        await bench.until_open("printer")
        outcome = await drawer_of(bench).open_drawer(ACTION)
    assert outcome == OPENED
    assert rig.printer.drawer.kicks == [Kick(pin=2, on_ms=100, off_ms=100, real_time=True)]


async def test_same_action_is_one_pulse_whoever_asks_again(rig: PrinterRig) -> None:
    async with Bench(rig.config(sensor="high")) as bench:
        await bench.until_open("printer")
        drawer = drawer_of(bench)
        together = await asyncio.gather(drawer.open_drawer(ACTION), drawer.open_drawer(ACTION))
        rig.printer.set_drawer(is_open=False)
        later = await drawer.open_drawer(ACTION)
    assert [*together, later] == [OPENED] * 3
    assert len(rig.printer.drawer.kicks) == 1


async def test_inverted_sensor_is_read_by_its_setting(rig: PrinterRig) -> None:
    rig.printer.drawer.high_when_open = False
    async with Bench(rig.config(sensor="low")) as bench:
        await bench.until_status("printer-drawer", detail="closed")
        outcome = await drawer_of(bench).open_drawer(ACTION)
    assert outcome == OPENED


async def test_without_a_sensor_the_pulse_is_known_and_no_more(rig: PrinterRig) -> None:
    rig.printer.drawer.sensor = False
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer-drawer")
        outcome = await drawer_of(bench).open_drawer(ACTION)
        await bench.until(lambda: rig.printer.drawer.is_open)
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.PULSED)
    assert {status.detail for status in bench.statuses("printer-drawer")} == {""}


async def test_drawer_that_does_not_open_is_stuck(rig: PrinterRig) -> None:
    rig.printer.drawer.stuck = True
    async with Bench(rig.config(sensor="high", sense_ms=50)) as bench:
        await bench.until_open("printer")
        outcome = await drawer_of(bench).open_drawer(ACTION)
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.STUCK)
    assert len(rig.printer.drawer.kicks) == 1


async def test_drawer_opened_by_its_key_is_told(rig: PrinterRig) -> None:
    async with Bench(rig.config(sensor="high")) as bench:
        await bench.until_status("printer-drawer", detail="closed")
        rig.printer.set_drawer(is_open=True)
        await bench.until_status("printer-drawer", detail="open")
        rig.printer.set_drawer(is_open=False)
        status = await bench.until_status("printer-drawer", detail="closed")
    assert status.link is LinkState.OPEN
    assert rig.printer.drawer.kicks == []


async def test_mute_printer_gets_no_pulse(rig: PrinterRig) -> None:
    rig.printer.set_faults(mute=True)
    async with Bench(rig.config(sensor="high", reply_ms=30)) as bench:
        await bench.until_status("printer", detail="no_answer")
        outcome = await drawer_of(bench).open_drawer(ACTION)
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.FAILED, detail="no_answer")
    assert rig.printer.drawer.kicks == []


async def test_printer_that_falls_silent_after_the_pulse_leaves_it_unknown(rig: PrinterRig) -> None:
    rig.printer.set_faults(mute=True)
    async with Bench(rig.config(sensor="high", reply_ms=30, pulse="real_time", sense_ms=50)) as bench:
        await bench.until_status("printer", detail="no_answer")
        outcome = await drawer_of(bench).open_drawer(ACTION)
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.UNKNOWN, detail="no_answer")
    assert len(rig.printer.drawer.kicks) == 1


async def test_offline_printer_is_not_given_a_pulse_that_it_would_do_later(rig: PrinterRig) -> None:
    rig.printer.set_paper(PaperState.OUT)
    async with Bench(rig.config(sensor="high")) as bench:
        await bench.until_status("printer", detail="paper_out")
        outcome = await drawer_of(bench).open_drawer(ACTION)
        rig.printer.set_paper(PaperState.PRESENT)
        await bench.until_status("printer", detail="")
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.FAILED, detail="paper_out")
    assert rig.printer.drawer.kicks == []


async def test_pulse_that_waits_behind_a_stopped_receipt_is_given_up(rig: PrinterRig) -> None:
    async with Bench(rig.config(sensor="high", patience_ms=50)) as bench:
        receipt = await stopped_receipt(bench, rig.printer)
        outcome = await drawer_of(bench).open_drawer(ACTION)
        printed = await receipt.reload()
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.FAILED, detail="printer_busy")
    assert printed is PrintResult.PRINTED
    assert rig.printer.drawer.kicks == []


async def test_real_time_pulse_does_not_wait_for_a_stopped_receipt(rig: PrinterRig) -> None:
    async with Bench(rig.config(sensor="high", pulse="real_time")) as bench:
        receipt = await stopped_receipt(bench, rig.printer)
        drawer = drawer_of(bench)
        outcomes = await asyncio.gather(drawer.open_drawer(ACTION), drawer.open_drawer(ACTION))
        still_stopped = not receipt.printing.done()
        printed = await receipt.reload()
        await bench.until_status("printer", detail="")
    assert [*outcomes] == [OPENED] * 2
    assert still_stopped
    assert printed is PrintResult.PRINTED
    assert rig.printer.drawer.kicks == [Kick(pin=2, on_ms=100, off_ms=100, real_time=True)]
    assert rig.printer.incidents == ()


async def test_pulse_behind_a_stopped_receipt_of_a_printer_that_fell_silent_is_given_up(rig: PrinterRig) -> None:
    settings: dict[str, str | int] = {"sensor": "high", "pulse": "real_time", "patience_ms": 200, "reply_ms": 50}
    async with Bench(rig.config(**settings)) as bench:
        receipt = await stopped_receipt(bench, rig.printer)
        rig.printer.set_faults(mute=True)
        outcome = await drawer_of(bench).open_drawer(ACTION)
        rig.printer.heal()
        printed = await receipt.reload()
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.FAILED, detail="printer_busy")
    assert printed is PrintResult.PRINTED
    assert rig.printer.drawer.kicks == []


async def test_absent_printer_opens_no_drawer(rig: PrinterRig) -> None:
    rig.cable.unplug()
    async with Bench(rig.config()) as bench:
        await bench.until_status("printer-drawer", link=LinkState.ABSENT)
        outcome = await drawer_of(bench).open_drawer(ACTION)
    assert outcome == DrawerOutcome(action=ACTION, result=DrawerResult.FAILED, detail="device_absent")


async def test_printer_without_a_drawer_offers_none(rig: PrinterRig) -> None:
    async with Bench(rig.config(drawer=False)) as bench:
        await bench.until_open("printer")
    assert bench.devices.drawer is None
    assert bench.statuses("printer-drawer") == []
