"""kill -9 of real processes, in the middle of a sale: what was shown survives, once."""

import asyncio
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from hq.projector import project
from lab.supervise import Program, Supervisor
from terminal.checkout.messages import Hint, No, Say
from terminal.config.schema import ScreenConfig
from terminal.offline.reader import JournalReader
from terminal.wire.counter import messages as msg
from terminal.wire.counter.panels import CompletedPanel, LoginPanel
from terminal.wire.device_events import DrawerActed, ReceiptActed
from terminal.wire.events import LineAdded, SaleCompleted, SaleStarted, TillStarted
from terminal.wire.record import TillRecord
from terminal.wire.toml import dump
from tests.integration.shop import COLA, WATER, code_of, put_book
from tests.integration.tills import Cashier, Lane, until
from tests.unit.offline.tills import damage_index


def program(lane: Lane, service: str = "till") -> Program:
    config = lane.folder / f"{service}.toml"
    if service == "till":
        config.write_text(dump(lane.config), encoding="utf-8")
    else:
        config.write_text(dump(ScreenConfig(run_dir=str(lane.folder / "run"))), encoding="utf-8")
    return Program(
        name=service,
        arguments=("-m", "terminal.cli", service, "--config", str(config)),
        log=lane.folder / f"{service}.log",
    )


@asynccontextmanager
async def till_process(lane: Lane) -> AsyncIterator[Supervisor]:
    """Run the till as a process that is started again when it dies."""
    put_book(lane.books)
    supervisor = Supervisor()
    try:
        await supervisor.start(program(lane))
        yield supervisor
    finally:
        await supervisor.stop()


async def at_till(lane: Lane) -> Cashier:
    """Stand at the till, wherever it is after its start."""
    cashier = await Cashier.connect(lane.folder / "run")
    assert isinstance(cashier, Cashier)
    await cashier.device("scanner")
    await cashier.device("printer")
    return cashier


async def kill_till(supervisor: Supervisor, cashier: Cashier) -> None:
    supervisor.kill("till")
    await until(lambda: not cashier.connected, what="the end of the till")


async def test_till_that_is_killed_in_a_sale_comes_back_with_the_same_basket(lane: Lane) -> None:
    async with till_process(lane) as supervisor:
        cashier = await at_till(lane)
        await cashier.sign_in()
        for code in (COLA, WATER, COLA):
            lane.wedge.scan(code)
        await cashier.sees(lambda view: len(view.lines) == 3)
        cashier.type("2-")
        await cashier.sees(lambda view: view.lines[1].voided)
        before, number = cashier.view.lines, cashier.view.header.receipt_no
        await kill_till(supervisor, cashier)
        cashier = await at_till(lane)
        assert cashier.view.lines == before
        assert cashier.view.totals.due == "7.00"
        assert (cashier.view.header.receipt_no, cashier.view.header.staff_number) == (number, "1001")
        assert cashier.view.notice.message == Say.RESTARTED
        cashier.type("", "f12")
        await cashier.told(No.RESTARTED)
        cashier.type("", "escape")
        await cashier.told(Say.TYPE_ANEW)
        await cashier.pay("10")
        await until(lambda: len(lane.paper) == 1, what="the receipt")
        await cashier.close()
    (started,), (sale,) = lane.facts(SaleStarted), lane.facts(SaleCompleted)
    assert (sale.sale_id, sale.total_fen) == (started.sale_id, 700)
    assert [fact.recovered_lines for fact in lane.facts(TillStarted)] == [0, 2]


async def test_sale_that_is_open_when_the_journal_is_damaged_reaches_hq_in_the_new_epoch(lane: Lane) -> None:
    async with till_process(lane):
        cashier = await at_till(lane)
        await cashier.sign_in()
        for code in (COLA, WATER):
            lane.wedge.scan(code)
        await cashier.sees(lambda view: len(view.lines) == 2)
        await cashier.close()
    damage_index(lane.folder / "till/journal-1-1.db")
    async with till_process(lane):
        cashier = await at_till(lane)
        assert len(cashier.view.lines) == 2
        cashier.keys("escape")
        await cashier.told(Say.TYPE_ANEW)
        await cashier.pay()
        await cashier.close()
    rows = JournalReader(lane.folder / "till", epoch=2).read(0)
    projected = project(TillRecord(), rows, terminal="S01-T03", epoch=2)
    assert [(sale.lines, sale.is_right) for sale in projected.sales] == [(2, True)]
    assert projected.alarms == ()


@pytest.mark.parametrize(("typed", "notice", "hint"), [("", "", Hint.SALE), ("5", Say.RESTARTED, Hint.RESTARTED)])
async def test_till_that_is_ended_in_order_speaks_of_a_restart_only_when_something_was_half_typed(
    lane: Lane, typed: str, notice: str, hint: str
) -> None:
    async with till_process(lane):
        cashier = await at_till(lane)
        await cashier.sign_in()
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
        cashier.type(typed)
        await cashier.sees(lambda view: view.input.text == typed)
        await cashier.close()
    async with till_process(lane) as supervisor:
        cashier = await at_till(lane)
        assert (len(cashier.view.lines), cashier.view.notice.message, cashier.view.input.hint) == (1, notice, hint)
        await kill_till(supervisor, cashier)
        cashier = await at_till(lane)
        assert cashier.view.notice.message == Say.RESTARTED
        await cashier.close()


FIRST_WORDS = {
    (True, True): Say.BOTH_UNCONFIRMED,
    (True, False): Say.RECEIPT_UNCONFIRMED,
    (False, True): Say.DRAWER_UNCONFIRMED,
    (False, False): Say.RESTARTED_DONE,
}
"""What a till says first, by what the journal lacks of receipt and drawer."""


@pytest.mark.parametrize("drawer_first", [True, False])
async def test_pain_2_sale_that_is_paid_when_the_till_dies_is_there_once_with_one_pulse_at_most(
    lane: Lane, drawer_first: bool
) -> None:
    async with till_process(lane) as supervisor:
        cashier = await at_till(lane)
        await cashier.sign_in()
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
        cashier.keys("f12")
        if drawer_first:
            await until(lambda: lane.kicks == 1, what="the pulse")
        else:
            await until(lambda: len(lane.facts(SaleCompleted)) == 1, what="the sale in the journal")
        await kill_till(supervisor, cashier)
        cashier = await at_till(lane)
        panel = cashier.view.panel
        assert isinstance(panel, CompletedPanel)
        assert (panel.total, panel.receipt_no) == ("3.50", cashier.view.header.receipt_no)
        unconfirmed = (not lane.facts(ReceiptActed), not lane.facts(DrawerActed))
        assert cashier.view.notice.message == FIRST_WORDS[unconfirmed]
        await cashier.close()
    (sale,) = lane.facts(SaleCompleted)
    assert sale.total_fen == 350
    assert lane.kicks <= 1
    assert len(lane.facts(DrawerActed)) <= 1
    assert len(lane.paper) <= 1


async def test_scans_that_had_their_outcome_survive_any_kill(lane: Lane) -> None:
    """The harness scans again what had no outcome, as a cashier does: nothing is lost, nothing is there twice."""
    goods, kills = 60, (7, 23, 41)
    async with till_process(lane) as supervisor:
        cashier = await at_till(lane)
        await cashier.sign_in()
        for number in range(goods):
            lane.wedge.scan(code_of(number))
            if number in kills:
                await kill_till(supervisor, cashier)
                cashier = await at_till(lane)
                if len(cashier.view.lines) == number:
                    lane.wedge.scan(code_of(number))
            await cashier.sees(lambda view, number=number: len(view.lines) == number + 1)  # type: ignore[misc]
        assert [line.code for line in cashier.view.lines] == [code_of(number) for number in range(goods)]
        await cashier.close()
    assert [fact.line.code for fact in lane.facts(LineAdded)] == [code_of(number) for number in range(goods)]


async def test_pain_cannot_log_in_offline_a_locked_till_lets_its_people_in_without_hq(lane: Lane) -> None:
    async with lane.selling() as cashier:
        cashier.keys("f16")
        await cashier.sees(lambda view: isinstance(view.panel, LoginPanel))
        assert cashier.view.uplink.state == "absent"
        await cashier.sign_in()


async def test_screen_that_is_killed_in_a_sale_leaves_the_till_and_its_basket_alone(lane: Lane) -> None:
    async with lane.selling() as cashier:
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
        await cashier.close()
        heard = await screen_until_painted(lane)
        assert heard > 0
        lane.wedge.scan(WATER)
        back = await Cashier.connect(lane.folder / "run")
        assert isinstance(back, Cashier)
        await back.sees(lambda view: len(view.lines) == 2)
        await back.pay()
        await back.close()
    assert [sale.total_fen for sale in lane.facts(SaleCompleted)] == [550]


async def screen_until_painted(lane: Lane) -> int:
    """Run the real screen on a terminal until it has painted, and kill it; return how much it painted."""
    screen = program(lane, "screen")
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "25"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, *screen.arguments, stdin=slave, stdout=slave, stderr=slave, env=environment
    )
    try:
        painted = await asyncio.to_thread(read_until, master, "可口可乐".encode())
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGKILL)
        await process.wait()
        os.close(slave)
        os.close(master)
    return painted


def read_until(descriptor: int, text: bytes) -> int:
    """Read a terminal until a text was painted."""
    seen = b""
    while text not in seen:
        seen += os.read(descriptor, 4096)
    return len(seen)


async def test_screen_that_hangs_is_dropped_and_the_next_one_is_let_in(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("terminal.services.counter_door.PING_S", 0.02)
    async with lane.selling() as cashier:
        monkeypatch.setattr(cashier, "_take", ignore)
        lane.wedge.scan(COLA)
        await until(lambda: not cashier.connected, what="the end of the mute screen")
        back = await Cashier.connect(lane.folder / "run")
        assert isinstance(back, Cashier)
        await back.sees(lambda view: len(view.lines) == 1)
        await back.close()


def ignore(_message: msg.FromTill) -> None:
    """A screen that hangs: it reads, and does nothing."""
