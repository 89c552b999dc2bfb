"""The contract of `ReceiptPrinter`, on every link, with every fault of a printer (DEVICES §9)."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from simulators.cables.tcp import TcpCable
from simulators.escpos.paper import Align, Raster
from simulators.escpos.printer import EscposPrinter, PaperState, Traits
from terminal.domain.ids import ActionId
from terminal.domain.picture import Picture
from terminal.domain.receipt import Cut, Logo, Receipt
from terminal.drivers.links.descriptor import DescriptorLink
from terminal.drivers.links.usb import UsbLink
from terminal.ports.devices import DeviceState, LinkState, PrintOutcome, PrintResult, ReceiptPrinter
from tests.contract.bench import Bench
from tests.contract.conftest import PRINTER_LINKS, PrinterRig, plug_in
from tests.contract.receipts import TEXT, long_receipt, small_receipt

ACTION = ActionId("print-1")
OTHER = ActionId("print-2")


def printer_of(bench: Bench) -> ReceiptPrinter:
    printer = bench.devices.printer
    if printer is None:
        pytest.fail("no printer was built")
    return printer


async def print_small(bench: Bench, action: ActionId = ACTION) -> PrintOutcome:
    return await printer_of(bench).print_receipt(action, small_receipt())


async def test_receipt_comes_out_whole_and_is_known_to_be_printed(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        outcome = await print_small(bench)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.PRINTED)
    assert [receipt.text().splitlines()[:8] for receipt in rig.printer.receipts] == [TEXT.splitlines()]
    assert rig.printer.incidents == ()


async def test_long_receipt_with_logo_and_qr_code_comes_out_whole(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        outcome = await printer_of(bench).print_receipt(ACTION, long_receipt())
    assert outcome.result is PrintResult.PRINTED
    (receipt,) = rig.printer.receipts
    assert receipt.text().count("行 可口可乐") == 400
    assert "https://example.com/r?1" in receipt.text()
    assert rig.printer.incidents == ()


async def test_logo_of_the_shop_comes_out_dot_by_dot_in_the_middle(rig: PrinterRig) -> None:
    logo = Picture(width_bytes=48, data=bytes(range(0x20, 0x20 + 48)) * 128)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        outcome = await printer_of(bench).print_receipt(ACTION, Receipt(rows=(Logo(picture=logo), Cut())))
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.PRINTED)
    (receipt,) = rig.printer.receipts
    assert receipt.pictures() == [Raster(width=384, height=128, rows=logo.data, align=Align.CENTER)]
    assert rig.printer.incidents == ()


async def test_same_action_prints_once_and_has_one_outcome(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        together = await asyncio.gather(print_small(bench), print_small(bench))
        later = await print_small(bench)
    assert [*together, later] == [PrintOutcome(action=ACTION, result=PrintResult.PRINTED)] * 3
    assert len(rig.printer.receipts) == 1


async def test_two_receipts_are_two_papers(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        outcomes = await asyncio.gather(print_small(bench, ACTION), print_small(bench, OTHER))
    assert [outcome.result for outcome in outcomes] == [PrintResult.PRINTED] * 2
    assert len(rig.printer.receipts) == 2


async def test_printer_that_only_answers_gs_r_is_asked_by_gs_r(rig: PrinterRig) -> None:
    async with Bench(rig.config(end_mark="paper_sensor")) as bench:
        await bench.until_open("printer")
        outcome = await print_small(bench)
    assert outcome.result is PrintResult.PRINTED
    assert rig.printer.incidents == ()


async def test_without_an_end_mark_the_receipt_is_only_sent(rig: PrinterRig) -> None:
    async with Bench(rig.config(end_mark="none")) as bench:
        await bench.until_open("printer")
        outcome = await print_small(bench)
        await bench.until(lambda: len(rig.printer.receipts) == 1)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.SENT)


async def test_printer_without_status_is_sent_to_and_nothing_more_is_claimed(rig: PrinterRig) -> None:
    rig.printer.set_faults(mute=True)
    async with Bench(rig.config(end_mark="none", status=False)) as bench:
        await bench.until_open("printer")
        outcome = await print_small(bench)
        await bench.until(lambda: len(rig.printer.receipts) == 1)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.SENT)


@pytest.mark.parametrize(
    ("action", "detail"),
    [
        ("paper_out", "paper_out"),
        ("cover_open", "cover_open"),
        ("head_hot", "overheated"),
        ("break_down", "unrecoverable"),
    ],
)
async def test_printer_that_is_not_ready_gets_not_one_byte(rig: PrinterRig, action: str, detail: str) -> None:
    rig.printer.actions()[action]()
    async with Bench(rig.config()) as bench:
        status = await bench.until_status("printer", detail=detail)
        outcome = await print_small(bench)
    assert status.state is DeviceState.ERROR
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.NOT_STARTED, detail=detail)
    assert rig.printer.unfinished.items == ()
    assert rig.printer.held_bytes == 0


async def test_near_end_is_told_and_prints(rig: PrinterRig) -> None:
    rig.printer.set_paper(PaperState.NEAR_END)
    async with Bench(rig.config()) as bench:
        status = await bench.until_status("printer", detail="near_end")
        outcome = await print_small(bench)
    assert status.state is DeviceState.IDLE
    assert outcome.result is PrintResult.PRINTED


async def test_paper_reloaded_in_the_middle_finishes_the_same_receipt(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        status = await bench.until_status("printer", detail="paper_out")
        rig.printer.set_paper(PaperState.PRESENT)
        outcome = await printing
    assert status.state is DeviceState.ERROR
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.PRINTED)
    (receipt,) = rig.printer.receipts
    assert receipt.text().splitlines()[:8] == TEXT.splitlines()


async def test_long_receipt_waits_over_a_full_buffer_for_paper(rig: PrinterRig) -> None:
    rig.printer.load_roll(2000)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(printer_of(bench).print_receipt(ACTION, long_receipt(2000)))
        await bench.until(lambda: rig.printer.condition.paper_out)
        rig.printer.set_paper(PaperState.PRESENT)
        outcome = await printing
    assert outcome.result is PrintResult.PRINTED
    (receipt,) = rig.printer.receipts
    assert receipt.text().count("行 可口可乐") == 2000


async def test_paper_that_nobody_reloads_leaves_the_outcome_unknown(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config(recovery_ms=200)) as bench:
        await bench.until_open("printer")
        outcome = await print_small(bench)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="paper_out")


async def test_cover_opened_in_the_middle_and_closed_again_finishes(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="paper_out")
        rig.printer.set_cover(is_open=True)
        await bench.until_status("printer", detail="cover_open")
        rig.printer.set_paper(PaperState.PRESENT)
        rig.printer.set_cover(is_open=False)
        outcome = await printing
    assert outcome.result is PrintResult.PRINTED
    assert len(rig.printer.receipts) == 1


async def test_cutter_jam_is_told_and_the_cut_is_resumed_when_cleared(rig: PrinterRig) -> None:
    rig.printer.set_cutter(jammed=True)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="cutter_error")
        rig.printer.set_cutter(jammed=False)
        outcome = await printing
    assert outcome.result is PrintResult.PRINTED
    assert len(rig.printer.receipts) == 1


async def test_what_a_jam_left_in_the_buffer_is_cleared_before_the_next_receipt(rig: PrinterRig) -> None:
    rig.printer.set_cutter(jammed=True)
    async with Bench(rig.config(recovery_ms=100)) as bench:
        await bench.until_open("printer")
        first = await print_small(bench)
        rig.printer.set_cutter(jammed=False)
        second = await print_small(bench, OTHER)
    assert first == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="cutter_error")
    assert second.result is PrintResult.PRINTED


async def test_breakdown_in_the_middle_is_unknown_at_once(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="paper_out")
        rig.printer.break_down()
        outcome = await printing
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="unrecoverable")


async def test_mute_printer_is_never_taken_for_a_fine_one(rig: PrinterRig) -> None:
    rig.printer.set_faults(mute=True)
    async with Bench(rig.config(reply_ms=30)) as bench:
        status = await bench.until_status("printer", detail="no_answer")
        outcome = await print_small(bench)
    assert status.state is DeviceState.ERROR
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.NOT_STARTED, detail="no_answer")
    assert rig.printer.unfinished.items == ()


async def test_garbage_answers_are_never_taken_for_fine_ones(rig: PrinterRig) -> None:
    rig.printer.set_faults(garbage=b"\xff")
    async with Bench(rig.config(reply_ms=30)) as bench:
        await bench.until_status("printer", detail="no_answer")
        outcome = await print_small(bench)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.NOT_STARTED, detail="no_answer")


async def test_late_answer_is_not_believed_to_belong_to_the_next_question(rig: PrinterRig) -> None:
    rig.printer.set_faults(late_s=0.5)
    async with Bench(rig.config(reply_ms=50)) as bench:
        await bench.until_status("printer", detail="no_answer")
        rig.printer.set_paper(PaperState.OUT)
        outcome = await print_small(bench)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.NOT_STARTED, detail="no_answer")


async def test_receipt_on_a_slow_line_is_printed(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        rig.printer.set_faults(bytes_per_s=4000)
        outcome = await print_small(bench)
    assert outcome.result is PrintResult.PRINTED
    assert len(rig.printer.receipts) == 1


async def test_printer_that_stops_answering_at_the_end_leaves_the_outcome_unknown(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config(recovery_ms=1000, reply_ms=200)) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="paper_out")
        rig.printer.set_faults(mute=True)
        rig.printer.set_paper(PaperState.PRESENT)
        outcome = await printing
    assert outcome.result is PrintResult.UNKNOWN
    assert len(rig.printer.receipts) == 1


async def test_absent_printer_is_not_started_and_shown(rig: PrinterRig) -> None:
    rig.cable.unplug()
    async with Bench(rig.config()) as bench:
        status = await bench.until_status("printer", link=LinkState.ABSENT)
        outcome = await print_small(bench)
    assert (status.state, status.detail) == (DeviceState.CLOSED, "device_absent")
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.NOT_STARTED, detail="device_absent")


async def test_receipt_that_is_asked_for_before_the_link_is_open_waits_for_it(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        outcome = await print_small(bench)
    assert outcome.result is PrintResult.PRINTED


async def test_unplug_while_idle_is_noticed(rig: PrinterRig) -> None:
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        rig.cable.unplug()
        status = await bench.until_status("printer", link=LinkState.ABSENT)
    assert status.state is DeviceState.CLOSED


async def test_unplug_in_the_middle_is_unknown_and_not_sent_again(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="paper_out")
        rig.cable.unplug()
        outcome = await printing
        again = await print_small(bench)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="device_absent")
    assert again == outcome
    assert rig.printer.receipts == ()


async def test_power_cycle_in_the_middle_is_unknown(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config(finish_ms=200)) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="paper_out")
        rig.printer.power_cycle()
        rig.printer.set_paper(PaperState.PRESENT)
        outcome = await printing
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="no_end_mark")


async def test_clone_without_process_ids_is_unknown_not_printed() -> None:
    printer = EscposPrinter(traits=Traits(answers_process_id=False))
    with TcpCable(printer) as cable:
        rig = PrinterRig(printer=printer, cable=cable)
        async with Bench(rig.config(finish_ms=100)) as bench:
            await bench.until_open("printer")
            outcome = await print_small(bench)
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="no_end_mark")


@pytest.mark.parametrize("link", PRINTER_LINKS)
async def test_stalled_printer_is_given_up_and_the_next_receipt_is_clean(link: str, tmp_path: Path) -> None:
    printer = EscposPrinter()
    with plug_in(link, printer, tmp_path) as cable:
        rig = PrinterRig(printer=printer, cable=cable)
        async with Bench(rig.config(recovery_ms=200)) as bench:
            await bench.until_open("printer")
            printing = asyncio.create_task(printer_of(bench).print_receipt(ACTION, long_receipt(5000)))
            await bench.until(lambda: printer.bytes_taken > 2000)
            printer.set_faults(stalled=True)
            await bench.until_status("printer", detail="stalled")
            first = await printing
            printer.heal()
            printer.power_cycle()
            await bench.until_status("printer", link=LinkState.OPEN, detail="")
            second = await print_small(bench, OTHER)
    assert (first.result, first.detail) == (PrintResult.UNKNOWN, "stalled")
    assert second.result is PrintResult.PRINTED
    assert "永辉超市" in printer.receipts[-1].text()


@pytest.mark.parametrize("link", PRINTER_LINKS)
async def test_short_writes_lose_nothing(link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    printer = EscposPrinter()
    printer.set_faults(take_at_most=50)
    written = short_writes(monkeypatch)
    with plug_in(link, printer, tmp_path) as cable:
        rig = PrinterRig(printer=printer, cable=cable)
        async with Bench(rig.config()) as bench:
            await bench.until_open("printer")
            outcome = await printer_of(bench).print_receipt(ACTION, long_receipt(2000))
    assert outcome.result is PrintResult.PRINTED
    (receipt,) = printer.receipts
    assert receipt.text().count("行 可口可乐") == 2000
    assert printer.incidents == ()
    assert any(0 < taken < offered for offered, taken in written)


def short_writes(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Note of each write of every link how much was offered and taken.

    A USB printer takes less by itself. Whether the buffer of the kernel is full when a descriptor is written is chance,
    so that link is made to take half of what it is offered.
    """
    written: list[tuple[int, int]] = []
    shares: tuple[tuple[type[DescriptorLink | UsbLink], int], ...] = ((DescriptorLink, 2), (UsbLink, 1))
    for link, share in shares:
        real: Callable[..., int] = link.write

        def write(
            self: object, data: memoryview, *, timeout_s: float, real: Callable[..., int] = real, share: int = share
        ) -> int:
            taken = real(self, data[: -(-len(data) // share)], timeout_s=timeout_s)
            written.append((len(data), taken))
            return taken

        monkeypatch.setattr(link, "write", write)
    return written


async def test_till_that_ends_in_the_middle_of_a_receipt_does_not_wait_for_paper(rig: PrinterRig) -> None:
    rig.printer.load_roll(200)
    async with Bench(rig.config()) as bench:
        await bench.until_open("printer")
        printing = asyncio.create_task(print_small(bench))
        await bench.until_status("printer", detail="paper_out")
    outcome = await printing
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.UNKNOWN, detail="paper_out")


async def test_printer_that_takes_no_bytes_is_told(rig: PrinterRig) -> None:
    async with Bench(rig.config(reply_ms=30)) as bench:
        await bench.until_open("printer")
        rig.printer.set_faults(stalled=True)
        await bench.until_status("printer", detail="no_answer")
        outcome = await print_small(bench)
        rig.printer.heal()
        await bench.until_status("printer", detail="")
    assert outcome == PrintOutcome(action=ACTION, result=PrintResult.NOT_STARTED, detail="no_answer")
    assert rig.printer.receipts == ()


@pytest.mark.parametrize("link", ["usblp", "usbip"])
async def test_port_status_is_told_of_a_printer_that_answers_nothing_else(link: str, tmp_path: Path) -> None:
    printer = EscposPrinter()
    printer.set_faults(mute=True)
    with plug_in(link, printer, tmp_path) as cable:
        rig = PrinterRig(printer=printer, cable=cable)
        async with Bench(rig.config(status=False, end_mark="none")) as bench:
            await bench.until_open("printer")
            printer.set_paper(PaperState.OUT)
            status = await bench.until_status("printer", detail="paper_out")
    assert status.state is DeviceState.ERROR
