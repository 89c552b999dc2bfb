"""An operator without a screen, at the till's end of the socket."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from lab import operator as operator_module
from lab.operator import Operator
from terminal.domain.errors import PosError
from terminal.tui.text.table import Texts
from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import DeviceView, InputLine, LineView, Notice, Sections, Totals, View
from tests.tui.fake_till import FakeTill


def line(number: int) -> LineView:
    return LineView(number=number, code="1", name="可乐", quantity="1", price="3.50", amount="3.50")


@asynccontextmanager
async def connected(folder: Path) -> AsyncIterator[tuple[FakeTill, Operator]]:
    till = FakeTill(folder / "counter.sock")
    await till.open()
    operator = await Operator.connect(folder)
    yield till, operator
    await operator.close()
    await till.close()


async def test_first_thing_that_an_operator_knows_is_the_whole_view(tmp_path: Path) -> None:
    till = FakeTill(tmp_path / "counter.sock")
    till.view = View(totals=Totals(due="3.50"), lines=tuple(line(number) for number in range(1, 131)))
    await till.open()
    operator = await Operator.connect(tmp_path)
    assert operator.connected
    assert operator.seen.totals.due == "3.50"
    assert [one.number for one in operator.seen.lines] == list(range(1, 131))
    await operator.close()
    await till.close()


async def test_deltas_change_sections_and_lines_and_are_answered(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, operator):
        rev = till.change(Sections(totals=Totals(due="7.00")), lines=((0, line(1)), (1, line(2))), count=2)
        await till.painted(rev)
        rev = till.change(lines=((0, line(9)),), count=1)
        await till.painted(rev)
        assert (operator.seen.totals.due, [one.number for one in operator.seen.lines]) == ("7.00", [9])


async def test_nothing_is_scanned_before_the_till_has_opened_its_scanner(tmp_path: Path) -> None:
    def device(kind: str, link: str) -> DeviceView:
        return DeviceView(name=kind, kind=kind, link=link, state="idle")

    async with connected(tmp_path) as (till, operator):
        waiting = asyncio.create_task(operator.until_open("scanner", "printer"))
        for links in (("opening", "open"), ("open", "absent"), ("open", "open")):
            assert not waiting.done()
            devices = tuple(device(kind, link) for kind, link in zip(("scanner", "printer"), links, strict=True))
            await till.painted(till.change(Sections(devices=devices)))
        await waiting


async def test_pings_are_answered(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, _):
        till.say(msg.Ping(serial=77))
        await till.until(lambda: msg.Pong(serial=77) in till.heard)


async def test_typed_keys_are_too_slow_to_be_a_scan_and_keys_are_one_read(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, operator):
        operator.type("12", "enter")
        operator.keys("f12", "escape")
        await till.until(lambda: len(till.typed()) == 4)
        typed = till.typed()
    assert [one.names for one in typed] == [("1",), ("2",), ("enter",), ("f12", "escape")]
    gaps = [after.at_ms - before.at_ms for before, after in pairwise(typed[:3])]
    assert min(gaps) >= operator_module.TYPING_MS
    assert [one.chunk for one in typed] == [1, 2, 3, 4]


async def test_waiting_ends_when_the_view_is_as_wanted(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, operator):
        waiting = asyncio.create_task(operator.until(lambda seen: seen.input.text == "3*"))
        till.change(Sections(input=InputLine(text="3")))
        till.change(Sections(input=InputLine(text="3*")))
        assert (await waiting).input.text == "3*"


async def test_waiting_for_what_does_not_come_says_what_is_shown_instead(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, operator):
        notice = Notice(serial=1, message="notice.book_refused", params={"version": "7", "reason": "error.disk_full"})
        sections = Sections(notice=notice, input=InputLine(text="12"), totals=Totals(lines=1, due="3.50"))
        await till.painted(till.change(sections))
        with pytest.raises(PosError) as caught:
            await operator.until(lambda seen: seen.rev > 1000, timeout_s=0.01)
    assert caught.value.code == "not_shown"
    said = str(caught.value)
    assert said.startswith("the till shows the page sale, says 'price book 7 refused: ")
    assert said.endswith(", '12' typed, 1 lines, 3.50 due")
    assert Texts("en").say("error.disk_full") in said
    assert "(serial=" not in said


async def test_till_that_dies_wakes_who_waits(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, operator):
        waiting = asyncio.create_task(operator.until(lambda seen: seen.rev > 1000))
        await asyncio.sleep(0)
        till.hang_up()
        with pytest.raises(PosError) as caught:
            await waiting
        assert caught.value.code == "till_gone"
        assert not operator.connected
        with pytest.raises(PosError, match="went away"):
            await operator.until(lambda seen: seen.rev > 1000)
        operator.keys("1")


async def test_refused_operator_says_why(tmp_path: Path) -> None:
    async with connected(tmp_path) as (till, operator):
        waiting = asyncio.create_task(operator.until(lambda seen: seen.rev > 1000))
        await asyncio.sleep(0)
        till.say(msg.Refused(code="operator_taken"))
        till.hang_up()
        with pytest.raises(PosError, match="operator_taken"):
            await waiting


async def test_operator_waits_for_a_till_that_comes_later(tmp_path: Path) -> None:
    connecting = asyncio.create_task(Operator.connect(tmp_path))
    await asyncio.sleep(0)
    till = FakeTill(tmp_path / "counter.sock")
    await till.open()
    operator = await connecting
    assert operator.seen.rev > 0
    await operator.close()
    await till.close()


async def test_no_till_at_all_is_named_with_its_folder(tmp_path: Path) -> None:
    with pytest.raises(PosError, match=str(tmp_path)) as caught:
        await Operator.connect(tmp_path, timeout_s=0.01)
    assert caught.value.code == "no_till"


async def test_till_that_hangs_up_before_its_first_view_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    till = FakeTill(tmp_path / "counter.sock")
    await till.open()
    take = till.take

    def hang_up_once(message: msg.ToTill) -> None:
        till.heard.append(message)
        monkeypatch.setattr(till, "take", take)
        till.hang_up()

    monkeypatch.setattr(till, "take", hang_up_once)
    operator = await Operator.connect(tmp_path)
    assert till.heard[:2] == [msg.Hello(client="lab")] * 2
    assert operator.connected
    await operator.close()
    await till.close()
