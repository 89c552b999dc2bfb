"""The contracts on real devices, handled by a person: ``pytest -m hardware -n 0`` (docs/devices.md).

Addresses come from the environment. What hands have to do is written to the terminal; the driver's own words end the
wait, so that nothing has to be confirmed.
"""

import os
import sys
import tomllib

import pytest

from terminal.config.schema import DeviceConfig
from terminal.domain.ids import ActionId
from terminal.ports.devices import (
    CashDrawer,
    DeviceState,
    DrawerResult,
    LinkState,
    PrintResult,
    ReceiptPrinter,
    Scan,
    ScanFault,
)
from tests.contract.bench import Bench
from tests.contract.receipts import long_receipt, small_receipt

HANDS_S = 90.0
ACTION = ActionId("hardware-1")
OTHER = ActionId("hardware-2")

pytestmark = [pytest.mark.hardware, pytest.mark.timeout(10 * HANDS_S)]


def from_environment(name: str) -> str:
    """Return what the environment says of a device; without it the test is skipped."""
    value = os.environ.get(name, "")
    if not value:
        pytest.skip(f"{name} is not set: no real device")
    return value


def please(what: str) -> None:
    """Ask the person at the bench, past pytest's capture."""
    print(f"\n>>> {what}", file=sys.__stderr__, flush=True)


@pytest.fixture
def printer() -> DeviceConfig:
    address = from_environment("GUITAI_HW_PRINTER")
    text = os.environ.get("GUITAI_HW_PRINTER_SETTINGS", "")
    settings = tomllib.loads(f"settings = {{ {text} }}")["settings"]
    return DeviceConfig(name="printer", driver="escpos", address=address, settings=settings)


@pytest.fixture
def drawer(printer: DeviceConfig) -> DeviceConfig:
    sensor = from_environment("GUITAI_HW_DRAWER")
    settings = {**printer.settings, "sensor": sensor}
    return DeviceConfig(name="printer", driver="escpos", address=printer.address, settings=settings)


@pytest.fixture
def scanner() -> DeviceConfig:
    address = from_environment("GUITAI_HW_SCANNER")
    driver = "serial-scanner" if address.startswith("serial:") else "wedge"
    return DeviceConfig(name="scanner", driver=driver, address=address)


def printer_of(bench: Bench) -> ReceiptPrinter:
    port = bench.devices.printer
    if port is None:
        pytest.fail("no printer was built")
    return port


def drawer_of(bench: Bench) -> CashDrawer:
    port = bench.devices.drawer
    if port is None:
        pytest.fail("no drawer was built")
    return port


def best(config: DeviceConfig) -> PrintResult:
    """Return what this printer can say at most of a receipt that it printed."""
    return PrintResult.SENT if config.settings.get("end_mark") == "none" else PrintResult.PRINTED


async def test_printer_prints_a_receipt_once(printer: DeviceConfig) -> None:
    async with Bench(printer, deadline_s=HANDS_S) as bench:
        await bench.until_open("printer")
        please("one short receipt comes out, and only one")
        outcomes = [await printer_of(bench).print_receipt(ACTION, small_receipt()) for _ in range(2)]
    assert [outcome.result for outcome in outcomes] == [best(printer)] * 2


async def test_printer_prints_a_receipt_that_is_longer_than_its_buffer(printer: DeviceConfig) -> None:
    async with Bench(printer, deadline_s=HANDS_S) as bench:
        await bench.until_open("printer")
        please("a logo, 100 lines in order and a QR code come out; pull the paper so that it does not jam")
        outcome = await printer_of(bench).print_receipt(ACTION, long_receipt(100))
    assert outcome.result is best(printer)


async def test_printer_tells_of_its_cover_and_of_its_paper(printer: DeviceConfig) -> None:
    async with Bench(printer, deadline_s=HANDS_S) as bench:
        await bench.until_open("printer")
        please("open the cover of the printer")
        opened = await bench.until_status("printer", detail="cover_open")
        please("take the roll out and close the cover")
        empty = await bench.until_status("printer", detail="paper_out")
        outcome = await printer_of(bench).print_receipt(ACTION, small_receipt())
        please("put the roll back in and close the cover; nothing is printed")
        await bench.until_status("printer", state=DeviceState.IDLE)
    assert (opened.state, empty.state) == (DeviceState.ERROR, DeviceState.ERROR)
    assert outcome.result is PrintResult.NOT_STARTED


async def test_printer_finishes_a_receipt_after_its_cover_was_opened_in_the_middle(printer: DeviceConfig) -> None:
    async with Bench(printer, deadline_s=HANDS_S) as bench:
        await bench.until_open("printer")
        please("while 100 lines are printed: open the cover, wait a moment, close it again")
        outcome = await printer_of(bench).print_receipt(ACTION, long_receipt(100))
    assert "cover_open" in {status.detail for status in bench.statuses("printer")}
    assert outcome.result is best(printer)


async def test_printer_that_was_unplugged_comes_back(printer: DeviceConfig) -> None:
    async with Bench(printer, deadline_s=HANDS_S) as bench:
        await bench.until_open("printer")
        please("pull the cable of the printer")
        await bench.until_status("printer", link=LinkState.ABSENT)
        lost = await printer_of(bench).print_receipt(ACTION, small_receipt())
        please("put the cable in again; one short receipt comes out")
        await bench.until_open("printer")
        outcome = await printer_of(bench).print_receipt(OTHER, small_receipt())
    assert lost.result is PrintResult.NOT_STARTED
    assert outcome.result is best(printer)


async def test_drawer_opens_by_its_pulse_and_its_sensor_follows(drawer: DeviceConfig) -> None:
    async with Bench(drawer, deadline_s=HANDS_S) as bench:
        please("push the drawer shut")
        await bench.until_status("printer-drawer", detail="closed")
        outcome = await drawer_of(bench).open_drawer(ACTION)
        please("push the drawer shut again")
        await bench.until_status("printer-drawer", detail="closed")
        please("open the drawer with its key")
        await bench.until_status("printer-drawer", detail="open")
    assert outcome.result is DrawerResult.OPENED


async def test_scanner_reads_the_same_article_three_times(scanner: DeviceConfig) -> None:
    async with Bench(scanner, deadline_s=HANDS_S) as bench:
        await bench.until_open("scanner")
        please("scan one EAN-13 three times")
        scans = await bench.until_count(Scan, 3)
    assert len({scan.gtin for scan in scans}) == 1
    assert scans[0].gtin is not None
    assert bench.of(ScanFault) == []


async def test_scanner_that_was_unplugged_comes_back(scanner: DeviceConfig) -> None:
    async with Bench(scanner, deadline_s=HANDS_S) as bench:
        await bench.until_open("scanner")
        please("pull the cable of the scanner")
        await bench.until_status("scanner", link=LinkState.ABSENT)
        please("put the cable in again and scan one EAN-13")
        await bench.until_open("scanner")
        scans = await bench.until_count(Scan, 1)
    assert scans[0].gtin is not None
