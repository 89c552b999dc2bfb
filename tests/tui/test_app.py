import asyncio
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from textual import events

from terminal.tui.app import FAULTY, NATIVE_COLOURS, ScreenApp
from terminal.tui.connection import TillLink
from terminal.tui.driver import TerminalLost
from terminal.tui.face import Face
from terminal.tui.faults import LIMIT
from terminal.wire.counter import messages as msg
from terminal.wire.counter.panels import TenderPanel
from terminal.wire.counter.view import InputLine, Level, Notice, Sections
from tests.tui.goldens import assert_golden
from tests.tui.running import KeepingDriver, Running, running, settings
from tests.tui.shown import line, sale

BYTES_OF_A_SCAN = 800


def scan(now: Running, count: int) -> int:
    """Let the till add the line of a scan to a sale; return the revision."""
    known = sale(count).totals
    totals = replace(known, pieces=str(count * 2), gross="161.64", discount="-7.00", due="154.64")
    notice = Notice(
        serial=count,
        message="notice.line_added",
        params={"name": "乐事原味薯片75g", "quantity": "3", "amount": "20.70"},
    )
    typed = InputLine(text="", hint="hint.sale")
    sections = Sections(totals=totals, notice=notice, input=typed)
    return now.till.change(sections, lines=((count - 1, line(count)),), count=count, selected=count - 1)


async def test_screen_says_hello_and_paints_what_the_till_shows(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        assert now.till.heard[:2] == [msg.Hello(client="screen"), msg.Painted(rev=1)]
        assert now.app.frame is not None
        assert_golden("80x25-zh/sale", now.app.frame.rows)
        assert now.app.theme == NATIVE_COLOURS


async def test_thousand_lines_come_in_pages_and_are_painted_once(tmp_path: Path) -> None:
    async with running(tmp_path, sale(1000)) as now:
        assert [one for one in now.till.heard if isinstance(one, msg.Painted)] == [msg.Painted(rev=1)]
        assert now.rows[15].startswith(">1000 ")


async def test_delta_is_painted_and_answered(tmp_path: Path) -> None:
    async with running(tmp_path, sale(7)) as now:
        await now.till.painted(scan(now, 8))
        assert now.rows[9].startswith("> 8 6921168509256  农夫山泉饮用天然水550ml")
        assert now.rows[22].startswith(" OK 乐事原味薯片75g x3  20.70")


async def test_delta_without_a_visible_change_is_answered_too(tmp_path: Path) -> None:
    async with running(tmp_path, sale(7)) as now:
        await now.till.painted(now.till.change())


async def test_missed_delta_makes_the_screen_say_hello_again(tmp_path: Path) -> None:
    async with running(tmp_path, sale(7)) as now:
        now.till.rev += 5
        now.till.change()
        await now.till.until(lambda: now.till.heard.count(msg.Hello(client="screen")) == 2)
        await now.till.painted(now.till.rev)
        assert now.app.faults.count == 0


@pytest.mark.parametrize("count", [8, 1000])
async def test_scan_writes_few_bytes(tmp_path: Path, count: int) -> None:
    async with running(tmp_path, sale(count - 2), driver_class=KeepingDriver) as now:
        driver = now.app.driver
        assert isinstance(driver, KeepingDriver)
        await now.till.painted(scan(now, count - 1))
        await now.till.painted(now.till.change(Sections(totals=sale(count).totals), count=count - 1))
        driver.written = ""
        await now.till.painted(scan(now, count))
        assert line(count).name in driver.written
        assert len(driver.written.encode()) <= BYTES_OF_A_SCAN


async def test_idle_screen_writes_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, sale(), driver_class=KeepingDriver) as now:
        driver = now.app.driver
        assert isinstance(driver, KeepingDriver)
        driver.written = ""
        now.till.say(msg.Ping(serial=1))
        await now.till.until(lambda: msg.Pong(serial=1) in now.till.heard)
        await now.till.painted(now.till.change())
        assert driver.written == ""


async def test_typed_keys_of_one_turn_are_one_message_with_the_height_of_the_basket(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        for key, character in (("6", "6"), ("asterisk", "*"), ("ctrl+c", "\x03"), ("f12", None)):
            now.app.post_message(events.Key(key, character))
        await now.till.until(lambda: len(now.till.names()) == 3)
        names = now.till.names()
        assert names == ["6", "*", "f12"]
        assert {one.rows for one in now.till.typed()} == {14}


async def test_pressed_keys_have_rising_chunks_and_times(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.pilot.press("1", "2", "enter")
        await now.till.until(lambda: len(now.till.names()) == 3)
        chunks = [one.chunk for one in now.till.typed()]
        times = [one.at_ms for one in now.till.typed()]
        assert chunks == sorted(set(chunks))
        assert times == sorted(times)


async def test_line_feed_behind_enter_is_no_second_enter(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        for key, character in (("6", "6"), ("enter", "\r"), ("ctrl+j", "\n"), ("ctrl+j", "\n"), ("7", "7")):
            now.app.post_message(events.Key(key, character))
        await now.till.until(lambda: "7" in now.till.names())
        assert now.till.names() == ["6", "enter", "enter", "7"]


async def test_each_line_of_a_paste_is_sent_and_empty_ones_are_not(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        now.app.post_message(events.Paste("6921168509256\r\n\r\n 6901939621257\n"))
        now.app.post_message(events.Paste("\n"))
        await now.pilot.press("1")
        await now.till.until(lambda: bool(now.till.typed()))
        pasted = [one.lines for one in now.till.heard if isinstance(one, msg.Paste)]
        assert pasted == [("6921168509256", "6901939621257")]


async def test_key_that_the_till_does_not_know_is_not_sent(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.pilot.press("ctrl+p", "ctrl+z", "ctrl+c", "ctrl+q", "1")
        await now.till.until(lambda: bool(now.till.typed()))
        assert [one.names for one in now.till.typed()] == [("1",)]
        assert now.app.is_running


async def test_till_that_dies_leaves_the_basket_and_a_notice_and_keys_are_refused_visibly(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.till.close()
        await now.shows("收银程序正在重启")
        assert now.rows[8].startswith("> 7 6922255451427")
        heard = now.till.heard[:]
        await now.pilot.press("1")
        await now.shows("!! 按键未处理")
        now.app.post_message(events.Paste("6921168509256"))
        await now.shows("!! 按键未处理")
        assert now.till.heard == heard


async def test_till_that_comes_back_is_greeted_and_painted(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.till.close()
        await now.shows("收银程序正在重启")
        now.till.view = sale(9)
        await now.till.open()
        await now.shows("> 9 ")
        assert now.rows[22].startswith(" OK ")
        await now.pilot.press("2")
        await now.till.until(lambda: bool(now.till.typed()))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("operator_taken", "另一块屏幕正在操作这台收银机"),
        ("protocol", "版本不同"),
        ("of_a_newer_till", "screen.of_a_newer_till"),
    ],
)
async def test_refusal_of_the_till_is_said(tmp_path: Path, code: str, sentence: str) -> None:
    async with running(tmp_path, sale()) as now:
        now.till.say(msg.Refused(code=code))
        now.till.hang_up()
        await now.shows(sentence)


async def test_nonsense_of_the_till_is_an_error_that_is_survived(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        now.till.write(b"\x00\x00\x00\x01\xc1")
        await now.till.until(lambda: now.till.heard.count(msg.Hello(client="screen")) == 2)
        await now.shows("> 7 ")
        assert now.app.faults.count == 1


async def test_language_changes_on_the_spot_and_back(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.pilot.press("ctrl+l")
        await now.shows("Store S01 Till T01")
        await now.pilot.press("ctrl+l")
        await now.shows("S01店 T01机")
        assert now.till.typed() == []


async def test_english_is_a_setting(tmp_path: Path) -> None:
    async with running(tmp_path, sale(), wanted=settings(language="en")) as now:
        assert_golden("80x25-en/sale", now.app.frame.rows if now.app.frame else ())


async def test_demo_is_left_by_two_ctrl_q(tmp_path: Path) -> None:
    async with running(tmp_path, sale(), wanted=settings(demo=True)) as now:
        await now.pilot.press("ctrl+q")
        await now.shows("再按一次 Ctrl+Q 退出演示")
        assert now.app.is_running
        await now.pilot.press("ctrl+q")
        await now.until(lambda: now.app.has_ended)
        assert now.app.return_code == 0


def asked_to_leave(now: Running) -> bool:
    return any("再按一次 Ctrl+Q" in row or "Ctrl+Q once more" in row for row in now.rows)


async def test_any_other_key_between_two_ctrl_q_keeps_the_demo(tmp_path: Path) -> None:
    async with running(tmp_path, sale(), wanted=settings(demo=True)) as now:
        for between in ("1", "ctrl+l", "paste"):
            await now.pilot.press("ctrl+q")
            await now.until(lambda: asked_to_leave(now))
            if between == "paste":
                now.app.post_message(events.Paste("6921168509256"))
            else:
                await now.pilot.press(between)
            await now.until(lambda: not asked_to_leave(now))
            await now.pilot.press("ctrl+q")
            await now.until(lambda: asked_to_leave(now))
            assert not now.app.has_ended
            await now.pilot.press("1")
        await now.pilot.press("ctrl+q", "ctrl+q")
        await now.until(lambda: now.app.has_ended)


async def test_demo_has_keys_for_a_desktop(tmp_path: Path) -> None:
    async with running(tmp_path, sale(), wanted=settings(demo=True, aliases={"insert": "f5"})) as now:
        await now.pilot.press("alt+c", "insert")
        await now.till.until(lambda: len(now.till.names()) == 2)
        assert now.till.names() == ["f12", "f5"]


async def test_bigger_screen_is_filled(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.pilot.resize_terminal(100, 30)
        await now.until(lambda: now.app.frame is not None and len(now.app.frame.rows) == 30)
        assert_golden("100x30-zh/sale", now.app.frame.rows if now.app.frame else ())
        await now.pilot.resize_terminal(60, 20)
        await now.shows("屏幕太小: 60x20")


async def test_what_is_painted_is_what_textual_has(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        await now.till.painted(now.till.change(Sections(panel=TenderPanel(due="133.94", remaining="133.94"))))
        strips = now.app.screen._compositor.render_strips()
        assert [strip.text.rstrip() for strip in strips] == [row.replace("#", " ").rstrip() for row in now.rows[:1]] + [
            strip.text.rstrip() for strip in strips[1:]
        ]
        assert len(strips) == 25


async def test_heartbeat_comes_from_the_loop_and_ready_once(tmp_path: Path) -> None:
    beats: list[str] = []
    wanted = settings(ready=lambda: beats.append("ready"), heartbeat=lambda: beats.append("beat"), heartbeat_s=0.01)
    async with running(tmp_path, sale(), wanted=wanted) as now:
        await now.until(lambda: beats.count("beat") >= 2)
    assert beats[0] == "ready"
    assert beats.count("ready") == 1


# --- it survives itself ----------------------------------------------------------------------------------------------


async def test_error_in_a_handler_is_survived_shown_and_told_to_the_till(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, sale()) as now:
        monkeypatch.setattr(now.app, "on_pasted", _raise)
        now.app.post_message(events.Paste("x"))
        await now.shows("!! 屏幕出错 1 次, 收银不受影响: ZeroDivisionError")
        fault = msg.ScreenFault(error="ZeroDivisionError: division by zero", count=1)
        await now.till.until(lambda: fault in now.till.heard)
        await now.till.painted(scan(now, 8))
        assert now.rows[22].startswith(" OK ")


async def test_error_in_a_timer_is_survived(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        now.app.set_timer(0.001, _raise)
        await now.shows("屏幕出错 1 次")
        await now.till.painted(scan(now, 8))


async def test_error_in_a_callback_of_the_loop_is_survived(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        asyncio.get_running_loop().call_soon(_raise)
        await now.shows("屏幕出错 1 次")


async def test_trouble_of_the_loop_without_an_error_goes_to_the_loop(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        loop = asyncio.get_running_loop()
        loop.call_exception_handler({"message": "a task was destroyed"})
        assert now.app.faults.count == 0


@pytest.mark.parametrize("method", ["encoded", "paint", "render_lines"])
async def test_error_in_painting_is_survived_and_everything_is_painted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    async with running(tmp_path, sale(), driver_class=KeepingDriver) as now:
        driver = now.app.driver
        assert isinstance(driver, KeepingDriver)
        driver.written = ""
        real, calls = getattr(now.app.canvas, method), iter(range(100))
        monkeypatch.setattr(now.app.canvas, method, lambda *a: real(*a) if next(calls) else _raise())
        if method == "render_lines":
            now.app.canvas.refresh()
        await now.till.painted(scan(now, 8))
        await now.until(lambda: "> 8 6921168509256" in driver.written)
        assert now.app.faults.count == 1
        assert now.app.is_running


async def test_screen_that_can_paint_nothing_any_more_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, sale()) as now:
        monkeypatch.setattr(now.app.canvas, "render_lines", _raise)
        now.app.canvas.refresh()
        await now.until(lambda: now.app.has_ended)
        assert now.app.return_code == FAULTY


async def test_panel_that_cannot_be_drawn_leaves_basket_and_totals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, sale()) as now:
        monkeypatch.setattr("terminal.tui.face.draw_panel", _raise)
        await now.till.painted(now.till.change(Sections(panel=TenderPanel(due="1.00", remaining="1.00"))))
        await now.shows("这一部分画不出来")
        assert now.rows[8].startswith("> 7 6922255451427")
        assert now.app.faults.count == 1


async def test_error_bar_that_cannot_be_drawn_is_counted_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(tmp_path, sale()) as now:
        with monkeypatch.context() as broken:
            broken.setattr("terminal.tui.edges.notice", _raise)
            now.app.call_later(_raise)
            await now.until(lambda: now.app.faults.count == 2)
        await now.till.painted(scan(now, 8))
        assert now.rows[22].startswith(" OK ")


async def test_too_many_errors_in_a_short_time_end_the_screen(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        for _ in range(LIMIT + 1):
            now.app.call_later(_raise)
        await now.until(lambda: now.app.has_ended)
        assert now.app.return_code == FAULTY


async def test_error_before_the_first_picture_is_not_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Face, "draw", _raise)
    with pytest.raises(ZeroDivisionError):
        async with ScreenApp(TillLink(tmp_path / "counter.sock"), settings(), driver_class=None).run_test():
            pass


async def test_lost_terminal_ends_the_screen_in_order(tmp_path: Path) -> None:
    async with running(tmp_path, sale()) as now:
        now.app.post_message(TerminalLost())
        await now.until(lambda: now.app.has_ended)
        assert now.app.return_code == 0


async def test_notice_with_attention_stays_until_the_till_says_something(tmp_path: Path) -> None:
    view = msgspec.structs.replace(sale(), notice=Notice(level=Level.ATTENTION, message="notice.drawer_stuck"))
    async with running(tmp_path, view) as now:
        assert now.rows[22].startswith(" 注意 钱箱没有弹开")


def _raise(*_: object, **_kw: object) -> None:
    raise ZeroDivisionError("division by zero")
