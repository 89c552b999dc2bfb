"""Scanners from the bytes on the cable to `Scan`, with every fault of a scanner (DEVICES §9)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.brokers import free_port
from simulators.cables.pipe import FifoCable
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.escpos.printer import EscposPrinter
from simulators.serial_scanner import SerialScanner
from simulators.wedge import GsStyle, Suffix, Wedge, WedgeSettings
from terminal.config.schema import DeviceConfig
from terminal.domain.ids import ActionId
from terminal.ports.devices import DeviceState, LinkState, PrintResult, Scan, ScanFault, ScanFaultKind
from tests.contract.bench import Bench
from tests.contract.conftest import PrinterRig
from tests.contract.receipts import small_receipt

EAN = "6901234567892"
OTHER_EAN = "6902345678903"


@pytest.fixture
def fifo(tmp_path: Path) -> Iterator[FifoCable]:
    with FifoCable(tmp_path / "scanner") as cable:
        yield cable


def wedge(cable: FifoCable, name: str = "scanner", **settings: str | int | bool) -> DeviceConfig:
    return DeviceConfig(name=name, driver="wedge", address=cable.address, settings=settings)


async def test_scan_of_a_wedge_has_device_code_gtin_and_time_of_the_key(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write, now_us=lambda: 1_234_567_890).scan(EAN)
        scans = await bench.until_count(Scan, 1)
    assert scans == [Scan(device="scanner", data=EAN, at_ms=1_234_567, gtin=EAN)]


@pytest.mark.parametrize("suffix", [Suffix.ENTER, Suffix.TAB, Suffix.KEYPAD_ENTER])
async def test_every_suffix_ends_a_code(fifo: FifoCable, suffix: Suffix) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write, WedgeSettings(suffix=suffix)).scan(EAN)
        (scan,) = await bench.until_count(Scan, 1)
    assert scan.data == EAN


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
async def test_layout_of_the_scanner_is_a_setting_not_the_machines(fifo: FifoCable, layout: str) -> None:
    code = "Zy-12/a_B:7?"
    async with Bench(wedge(fifo, layout=layout)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write, WedgeSettings(layout=layout)).scan(code)
        (scan,) = await bench.until_count(Scan, 1)
    assert scan.data == code


@pytest.mark.parametrize("gs", [GsStyle.CTRL_BRACKET, GsStyle.F8, GsStyle.ALT_0029])
async def test_every_vendors_gs_separates_element_strings(fifo: FifoCable, gs: GsStyle) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write, WedgeSettings(gs=gs, aim="]d2")).scan("010690123456789210ABC\x1d3103001234")
        (scan,) = await bench.until_count(Scan, 1)
    assert (scan.aim, scan.gtin) == ("d2", "06901234567892")
    assert scan.gs1 == (("01", "06901234567892"), ("10", "ABC"), ("3103", "1.234 kg"))


@pytest.mark.parametrize("settings", [WedgeSettings(alt_mode=True), WedgeSettings(caps_lock=True)])
async def test_alt_mode_and_caps_lock_read_the_same(fifo: FifoCable, settings: WedgeSettings) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        for code in ("AbC-123", "xYz"):
            Wedge(fifo.write, settings).scan(code)
        scans = await bench.until_count(Scan, 2)
    assert [scan.data for scan in scans] == ["AbC-123", "xYz"]


async def test_thousand_codes_back_to_back_are_neither_lost_nor_merged(fifo: FifoCable) -> None:
    codes = [f"{number:013d}" for number in range(1000)]

    def shoot() -> None:
        gun = Wedge(fifo.write)
        for code in codes:
            gun.scan(code)

    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        await asyncio.gather(asyncio.to_thread(shoot), bench.until_count(Scan, len(codes)))
    assert [scan.data for scan in bench.of(Scan)] == codes
    assert bench.of(ScanFault) == []


async def test_two_scanners_at_once_do_not_mix(fifo: FifoCable, tmp_path: Path) -> None:
    with FifoCable(tmp_path / "second") as second:
        async with Bench(wedge(fifo), wedge(second, "second")) as bench:
            await bench.until_open("scanner", "second")
            for first_char, second_char in zip(EAN, OTHER_EAN, strict=True):
                Wedge(fifo.write).press(first_char)
                Wedge(second.write).press(second_char)
            Wedge(fifo.write).scan("")
            Wedge(second.write).scan("")
            scans = await bench.until_count(Scan, 2)
    assert {(scan.device, scan.data) for scan in scans} == {("scanner", EAN), ("second", OTHER_EAN)}


async def test_code_without_suffix_is_half_read_and_no_article(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo, half_read_ms=50)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write).half_read("690123")
        faults = await bench.until_count(ScanFault, 1)
        Wedge(fifo.write).scan(EAN)
        scans = await bench.until_count(Scan, 1)
    assert [(fault.device, fault.kind) for fault in faults] == [("scanner", ScanFaultKind.HALF_READ)]
    assert [scan.data for scan in scans] == [EAN]


async def test_events_lost_by_the_kernel_make_a_fault_not_a_shorter_code(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write).overrun(EAN, kept_chars=5)
        Wedge(fifo.write).scan(OTHER_EAN)
        scans = await bench.until_count(Scan, 1)
    assert [fault.kind for fault in bench.of(ScanFault)] == [ScanFaultKind.OVERRUN]
    assert [scan.data for scan in scans] == [OTHER_EAN]


async def test_unplug_in_the_middle_of_a_code_is_a_fault_and_the_scanner_comes_back(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo, half_read_ms=5000)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write).cut_off(EAN, kept_chars=6)
        fifo.unplug()
        await bench.until_status("scanner", link=LinkState.ABSENT, state=DeviceState.CLOSED)
        fifo.plug()
        await bench.until_open("scanner")
        Wedge(fifo.write).scan(EAN)
        scans = await bench.until_count(Scan, 1)
    assert [fault.kind for fault in bench.of(ScanFault)] == [ScanFaultKind.HALF_READ]
    assert [scan.data for scan in scans] == [EAN]


async def test_double_trigger_is_two_pieces_when_the_filter_is_off(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write).double_trigger(EAN)
        scans = await bench.until_count(Scan, 2)
    assert [scan.double for scan in scans] == [False, False]


async def test_double_trigger_is_marked_when_the_filter_is_on(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo, double_ms=300)) as bench:
        await bench.until_open("scanner")
        for at_ms in (1000, 1200, 1600):
            Wedge(fifo.write, now_us=lambda at_ms=at_ms: at_ms * 1000).scan(EAN)  # type: ignore[misc]
        scans = await bench.until_count(Scan, 3)
    assert [(scan.at_ms, scan.double) for scan in scans] == [(1000, False), (1200, True), (1600, False)]


async def test_misread_gtin_is_a_plain_code(fifo: FifoCable) -> None:
    async with Bench(wedge(fifo)) as bench:
        await bench.until_open("scanner")
        Wedge(fifo.write).scan("2112345012345")
        (scan,) = await bench.until_count(Scan, 1)
    assert (scan.data, scan.gtin, scan.gs1) == ("2112345012345", None, ())


async def test_dead_printer_does_not_delay_a_scan(fifo: FifoCable) -> None:
    printer = EscposPrinter()
    with TcpCable(printer) as cable:
        rig = PrinterRig(printer=printer, cable=cable)
        async with Bench(wedge(fifo), rig.config()) as bench:
            await bench.until_open("scanner", "printer")
            printer.load_roll(100)
            port = bench.devices.printer
            if port is None:
                pytest.fail("no printer was built")
            printing = asyncio.create_task(port.print_receipt(ActionId("a"), small_receipt()))
            await bench.until_status("printer", detail="paper_out")
            Wedge(fifo.write).scan(EAN)
            (scan,) = await bench.until_count(Scan, 1)
            still_printing = not printing.done()
            printer.actions()["paper_in"]()
            outcome = await printing
    assert scan.data == EAN
    assert still_printing
    assert outcome.result is PrintResult.PRINTED


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n"])
async def test_serial_scanner_ends_codes_by_cr_lf_or_both(suffix: bytes) -> None:
    gun = SerialScanner(suffix=suffix, aim="]E0")
    with PtyCable(gun) as cable:
        async with Bench(DeviceConfig(name="gun", driver="serial-scanner", address=cable.address)) as bench:
            await bench.until_open("gun")
            gun.scan(EAN)
            gun.scan(OTHER_EAN)
            scans = await bench.until_count(Scan, 2)
    assert [(scan.device, scan.aim, scan.gtin) for scan in scans] == [("gun", "E0", EAN), ("gun", "E0", OTHER_EAN)]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
async def test_serial_scanner_reads_chinese_in_either_encoding(encoding: str) -> None:
    gun = SerialScanner(encoding=encoding)
    with PtyCable(gun) as cable:
        async with Bench(DeviceConfig(name="gun", driver="serial-scanner", address=cable.address)) as bench:
            await bench.until_open("gun")
            gun.scan("会员卡 8001")
            (scan,) = await bench.until_count(Scan, 1)
    assert scan.data == "会员卡 8001"


async def test_serial_half_read_is_a_fault_and_unplug_is_noticed(tmp_path: Path) -> None:
    gun = SerialScanner()
    with PtyCable(gun, link=tmp_path / "gun") as cable:
        config = DeviceConfig(name="gun", driver="serial-scanner", address=cable.address, settings={"half_read_ms": 50})
        async with Bench(config) as bench:
            await bench.until_open("gun")
            gun.half_read("69012")
            faults = await bench.until_count(ScanFault, 1)
            cable.unplug()
            status = await bench.until_status("gun", link=LinkState.ABSENT)
    assert [fault.kind for fault in faults] == [ScanFaultKind.HALF_READ]
    assert status.state is DeviceState.CLOSED


async def test_serial_scanner_works_over_tcp() -> None:
    gun = SerialScanner()

    with TcpCable(gun, port=free_port()) as cable:
        async with Bench(DeviceConfig(name="gun", driver="serial-scanner", address=cable.address)) as bench:
            await bench.until_open("gun")

            def shoot_until_read() -> bool:
                gun.scan(EAN)  # what was said before the far end had noticed its host is lost
                return bool(bench.of(Scan))

            await bench.until(shoot_until_read)
            cable.unplug()
            status = await bench.until_status("gun", link=LinkState.ABSENT)
    assert {scan.data for scan in bench.of(Scan)} == {EAN}
    assert status.detail == "device_absent"
