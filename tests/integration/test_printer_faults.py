"""A printer that fails during a receipt: the sale stands, the cashier is told, nothing is sent again by itself."""

from collections.abc import Callable

import pytest

from terminal.checkout.messages import Hint, Say
from terminal.wire.counter.panels import CompletedPanel
from terminal.wire.device_events import DrawerActed, ReceiptActed
from terminal.wire.events import NoSaleOpened, ReprintRequested, SaleCompleted
from tests.integration.conftest import MakeLane
from tests.integration.shop import COLA, SUPERVISOR
from tests.integration.tills import IMPATIENT, Cashier, Lane, until

LINES = 6
SHORT_ROLL_DOTS = 500
"""About two thirds of the receipt of `LINES` lines."""


async def sell(lane: Lane, cashier: Cashier) -> str:
    """Sell some lines for cash; return the receipt's number."""
    for number in range(1, LINES + 1):
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view, number=number: len(view.lines) == number)  # type: ignore[misc]
    return (await cashier.pay()).receipt_no


async def printed(cashier: Cashier, result: str) -> None:
    await cashier.sees(lambda view: isinstance(view.panel, CompletedPanel) and view.panel.printed == result)


def results(lane: Lane) -> list[tuple[int, str, str]]:
    return [(fact.copy, fact.result, fact.detail) for fact in lane.facts(ReceiptActed)]


def assert_sold_once(lane: Lane) -> None:
    (sale,) = lane.facts(SaleCompleted)
    assert sale.total_fen == LINES * 350
    assert len(lane.facts(DrawerActed)) == 1
    assert lane.kicks <= 1


async def reprint(cashier: Cashier) -> None:
    """Ask for a marked copy of a receipt that is not known to be on paper: that needs nobody else's right."""
    cashier.keys("f13")
    await cashier.told(Say.REPRINTING, copy="1")


@pytest.mark.parametrize("cable", ["usblp", "tcp", "usbip"])
async def test_receipt_and_drawer_work_on_every_cable(make_lane: MakeLane, cable: str) -> None:
    lane = make_lane(cable=cable)
    async with lane.selling() as cashier:
        number = await sell(lane, cashier)
        await printed(cashier, "printed")
    assert_sold_once(lane)
    (paper,) = lane.paper
    assert number in paper
    assert paper.count("可口可乐") == LINES
    assert lane.kicks == 1


async def test_short_writes_of_usb_lose_and_double_nothing(make_lane: MakeLane) -> None:
    lane = make_lane(cable="usbip")
    async with lane.selling() as cashier:
        lane.printer.set_faults(take_at_most=64)
        await sell(lane, cashier)
        await printed(cashier, "printed")
    assert_sold_once(lane)
    (paper,) = lane.paper
    assert paper.count("可口可乐") == LINES
    assert lane.printer.incidents == ()


def no_paper(lane: Lane) -> None:
    lane.printer.actions()["paper_out"]()


def cover(lane: Lane) -> None:
    lane.printer.set_cover(is_open=True)


@pytest.mark.parametrize(("fault", "detail"), [(no_paper, "paper_out"), (cover, "cover_open")])
async def test_pain_18_paper_end_before_a_receipt_is_seen_and_the_sale_stands(
    lane: Lane, fault: Callable[[Lane], None], detail: str
) -> None:
    async with lane.selling() as cashier:
        fault(lane)
        await cashier.told(Say.DEVICE_LOST, device="device.printer", detail=f"detail.{detail}")
        await sell(lane, cashier)
        await cashier.told(Say.RECEIPT_AND_DRAWER, result="result.not_started", detail=f"detail.{detail}")
        await cashier.device("printer", detail=detail)
        lane.printer.actions()["paper_in"]()
        lane.printer.set_cover(is_open=False)
        await cashier.told(Say.DEVICE_BACK)
        assert lane.paper == []
        await reprint(cashier)
        await until(lambda: len(lane.paper) == 1, what="the copy")
    assert_sold_once(lane)
    assert results(lane) == [(0, "not_started", detail), (1, "printed", "")]
    assert "补打" in lane.paper[0]


async def test_after_the_cover_is_closed_the_page_of_the_done_sale_leads_to_paper_and_drawer(lane: Lane) -> None:
    async with lane.selling() as cashier:
        cover(lane)
        await cashier.told(Say.DEVICE_LOST)
        await sell(lane, cashier)
        await cashier.sees(lambda view: view.input.hint == Hint.OWES_BOTH)
        assert lane.kicks == 0
        lane.printer.set_cover(is_open=False)
        await cashier.told(Say.DEVICE_BACK)
        await reprint(cashier)
        await cashier.sees(lambda view: view.input.hint == Hint.OWES_DRAWER)
        cashier.type("", "f9", "4")
        await cashier.sees(lambda view: view.input.hint == Hint.COMPLETED and isinstance(view.panel, CompletedPanel))
    assert (lane.kicks, len(lane.paper)) == (1, 1)
    (opened,), (sale,) = lane.facts(NoSaleOpened), lane.facts(SaleCompleted)
    assert (opened.reason, opened.approved_by, opened.makes_up_for) == ("shut", None, sale.sale_id)


async def test_pain_15_a_pulse_in_real_time_opens_the_drawer_of_a_printer_without_paper(make_lane: MakeLane) -> None:
    lane = make_lane(printer={"pulse": "real_time"})
    async with lane.selling() as cashier:
        lane.printer.actions()["paper_out"]()
        await sell(lane, cashier)
        await cashier.told(Say.RECEIPT_NOT_PRINTED)
    assert_sold_once(lane)
    assert [fact.result for fact in lane.facts(DrawerActed)] == ["opened"]


async def test_pain_15_no_drawer_waits_for_the_paper_of_an_earlier_receipt(make_lane: MakeLane) -> None:
    lane = make_lane(printer={"pulse": "real_time"})
    async with lane.selling() as cashier:
        lane.printer.load_roll(SHORT_ROLL_DOTS)
        await sell(lane, cashier)
        await cashier.told(Say.DEVICE_LOST, device="device.printer", detail="detail.paper_out")
        lane.printer.set_drawer(is_open=False)
        await sell(lane, cashier)
        await until(lambda: len(lane.facts(DrawerActed)) == 2, what="the second pulse")
        assert (lane.kicks, lane.paper, results(lane)) == (2, [], [])
        lane.printer.actions()["paper_in"]()
        await until(lambda: len(results(lane)) == 2, what="the end of both receipts")
    assert [fact.result for fact in lane.facts(DrawerActed)] == ["opened", "opened"]
    assert results(lane) == [(0, "printed", ""), (0, "printed", "")]
    assert [paper.count("可口可乐") for paper in lane.paper] == [LINES, LINES]
    assert (lane.kicks, lane.printer.incidents) == (2, ())


async def test_paper_that_ends_in_the_middle_and_is_reloaded_completes_the_receipt(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.printer.load_roll(SHORT_ROLL_DOTS)
        await sell(lane, cashier)
        await cashier.told(Say.DEVICE_LOST, device="device.printer", detail="detail.paper_out")
        assert lane.paper == []
        lane.printer.actions()["paper_in"]()
        await printed(cashier, "printed")
    assert_sold_once(lane)
    (paper,) = lane.paper
    assert paper.count("可口可乐") == LINES
    assert results(lane) == [(0, "printed", "")]


async def test_paper_that_nobody_reloads_leaves_the_receipt_unknown_and_the_till_sells_on(make_lane: MakeLane) -> None:
    lane = make_lane(printer=IMPATIENT)
    async with lane.selling() as cashier:
        lane.printer.load_roll(SHORT_ROLL_DOTS)
        number = await sell(lane, cashier)
        await cashier.told(Say.RECEIPT_UNKNOWN, receipt_no=number, detail="detail.paper_out")
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
    assert_sold_once(lane)
    assert results(lane) == [(0, "unknown", "paper_out")]


def power_cut(lane: Lane) -> None:
    lane.printer.power_cycle()
    lane.printer.actions()["paper_in"]()


def mute(lane: Lane) -> None:
    lane.printer.set_faults(mute=True)


def unplug(lane: Lane) -> None:
    lane.cable.unplug()


def put_right(lane: Lane) -> None:
    """Undo any of the faults, with new paper and an empty buffer, as a person does who turns it off and on."""
    lane.printer.power_cycle()
    lane.printer.heal()
    lane.printer.actions()["paper_in"]()
    lane.cable.plug()


@pytest.mark.parametrize("fault", [power_cut, mute, unplug])
async def test_pain_19_receipt_of_which_nobody_knows_is_told_never_sent_again_and_copied_with_a_mark(
    make_lane: MakeLane, fault: Callable[[Lane], None]
) -> None:
    lane = make_lane(printer=IMPATIENT)
    async with lane.selling() as cashier:
        lane.printer.load_roll(SHORT_ROLL_DOTS)
        number = await sell(lane, cashier)
        await cashier.device("printer", detail="paper_out")
        fault(lane)
        await cashier.told(Say.RECEIPT_UNKNOWN, receipt_no=number)
        put_right(lane)
        await cashier.device("printer", detail="")
        begun = len(lane.paper)
        await reprint(cashier)
        await until(lambda: len(lane.paper) > begun, what="the copy")
        await until(lambda: len(results(lane)) == 2, what="the end of the copy")
    assert_sold_once(lane)
    assert [(copy, result) for copy, result, _ in results(lane)] == [(0, "unknown"), (1, "printed")]
    (request,) = lane.facts(ReprintRequested)
    assert (request.copy, request.approved_by) == (1, None)
    copy = lane.paper[-1]
    assert "补打" in copy
    assert copy.count("可口可乐") >= LINES
    assert sum(number in paper for paper in lane.paper) <= 2


async def test_copy_of_a_receipt_that_came_out_needs_somebody_with_the_right_and_says_who(lane: Lane) -> None:
    async with lane.selling() as cashier:
        await sell(lane, cashier)
        await printed(cashier, "printed")
        cashier.keys("f13")
        await cashier.approve()
        await until(lambda: len(lane.paper) == 2, what="the copy")
        await until(lambda: len(results(lane)) == 2, what="the end of the copy")
    assert_sold_once(lane)
    (request,) = lane.facts(ReprintRequested)
    assert (request.copy, request.approved_by) == (1, SUPERVISOR)
    assert ["补打" in paper for paper in lane.paper] == [False, True]


async def test_printer_that_is_mute_from_the_start_is_not_begun(make_lane: MakeLane) -> None:
    lane = make_lane(printer=IMPATIENT)
    async with lane.selling() as cashier:
        lane.printer.set_faults(mute=True)
        await sell(lane, cashier)
        await cashier.told(Say.RECEIPT_AND_DRAWER, result="result.not_started")
    assert_sold_once(lane)
    assert results(lane) == [(0, "not_started", "no_answer")]
    assert lane.paper == []


async def test_pain_17_printer_that_comes_back_after_a_power_cut_is_used_again(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.cable.unplug()
        await cashier.device("printer", link="absent")
        await sell(lane, cashier)
        await cashier.told(Say.RECEIPT_AND_DRAWER, result="result.not_started")
        lane.cable.plug()
        await cashier.device("printer")
        await reprint(cashier)
        await until(lambda: len(lane.paper) == 1, what="the copy")
    assert results(lane) == [(0, "not_started", "device_absent"), (1, "printed", "")]


async def test_slow_printer_holds_up_nobody(make_lane: MakeLane) -> None:
    lane = make_lane()
    async with lane.selling() as cashier:
        lane.printer.set_faults(bytes_per_s=6000)
        await sell(lane, cashier)
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
        assert lane.paper == []
        await until(lambda: len(lane.paper) == 1, what="the receipt")
        await until(lambda: results(lane) == [(0, "printed", "")], what="the end mark")
    assert_sold_once(lane)


async def test_till_that_is_stopped_lets_a_receipt_end_first(make_lane: MakeLane) -> None:
    lane = make_lane()
    async with lane.selling() as cashier:
        lane.printer.set_faults(bytes_per_s=6000)
        await sell(lane, cashier)
        assert lane.paper == []
    assert results(lane) == [(0, "printed", "")]
    assert len(lane.paper) == 1


async def test_till_that_is_stopped_gives_up_a_receipt_that_does_not_end_and_says_so_afterwards(
    make_lane: MakeLane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.services.till.FINISH_S", 0.05)
    lane = make_lane(printer={"recovery_ms": 60_000})
    async with lane.selling() as cashier:
        lane.printer.load_roll(SHORT_ROLL_DOTS)
        number = await sell(lane, cashier)
        await cashier.device("printer", detail="paper_out")
    assert results(lane) == []
    put_right(lane)
    async with lane.till() as cashier:
        await cashier.told(Say.RECEIPT_UNCONFIRMED, receipt_no=number)
