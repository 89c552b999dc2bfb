"""A whole till: bytes of the scanner in; journal, view, paper, drawer and beeps out."""

import asyncio

import msgspec

from terminal.checkout.messages import Hint, Say
from terminal.services.till import TillService
from terminal.wire.device_events import DrawerActed, ReceiptActed
from terminal.wire.events import LineAdded, SaleCompleted
from tests.integration.shop import COLA, WATER, put_book
from tests.integration.tills import Cashier, Lane, until


async def test_a_basket_goes_from_the_scanners_bytes_to_journal_drawer_and_paper(lane: Lane) -> None:
    async with lane.selling() as cashier:
        for code in (COLA, WATER, COLA):
            lane.wedge.scan(code)
        await cashier.sees(lambda view: len(view.lines) == 3)
        assert cashier.basket == [("可口可乐", "1", "3.50"), ("农夫山泉", "1", "2.00"), ("可口可乐", "1", "3.50")]
        done = await cashier.pay("10")
        assert (done.total, done.given, done.change) == ("9.00", "10.00", "1.00")
        await until(lambda: len(lane.paper) == 1, what="the receipt")
        await cashier.sees(lambda view: getattr(view.panel, "printed", "") == "printed")
    (sale,) = lane.facts(SaleCompleted)
    assert (sale.total_fen, sale.change_fen, sale.net_fen) == (900, 100, (350, 200, 350))
    assert [fact.device for fact in lane.facts(LineAdded)] == ["scanner"] * 3
    assert lane.kicks == 1


async def test_a_drawer_that_opens_and_is_pushed_shut_is_no_fault(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
        await cashier.pay()
        await cashier.device("printer-drawer", detail="open")
        lane.printer.set_drawer(is_open=False)
        await cashier.device("printer-drawer", detail="closed")
        assert cashier.view.notice.message == "notice.completed"
    assert [fact.result for fact in lane.facts(DrawerActed)] == ["opened"]


async def test_till_without_printer_and_drawer_sells_and_says_that_it_has_none(lane: Lane) -> None:
    put_book(lane.books)
    service = TillService(msgspec.structs.replace(lane.config, devices=lane.config.devices[:1]))
    running = asyncio.create_task(service.run())
    cashier = await Cashier.connect(lane.folder / "run")
    assert isinstance(cashier, Cashier)
    await cashier.device("scanner")
    await cashier.sign_in()
    lane.wedge.scan(COLA)
    await cashier.sees(lambda view: len(view.lines) == 1)
    await cashier.pay()
    await cashier.told(Say.NO_PRINTER)
    assert cashier.view.input.hint == Hint.COMPLETED
    await cashier.close()
    service.stop()
    await running
    assert len(lane.facts(SaleCompleted)) == 1
    assert [(fact.result, fact.detail) for fact in lane.facts(DrawerActed)] == [("failed", "no_drawer")]
    assert [(fact.result, fact.detail) for fact in lane.facts(ReceiptActed)] == [("not_started", "no_printer")]
