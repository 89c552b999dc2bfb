import signal
from pathlib import Path

import pytest

from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import Sections, Totals
from tests.tui.goldens import FOLDER
from tests.tui.shown import sale
from tests.tui.terminal import screen_process

HIDE_CURSOR, SHOW_CURSOR = b"\x1b[?25l", b"\x1b[?25h"
LEAVE_ALTERNATE_SCREEN = b"\x1b[?1049l"


async def test_terminal_shows_the_sale_with_the_cursor_at_the_input(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, _):
        await terminal.until(lambda: terminal.rows[24].endswith("F7退货"))
        golden = (FOLDER / "80x25-zh" / "sale.txt").read_text(encoding="utf-8").replace("#", " ")
        heading, *rest = golden.splitlines()[1:17]
        assert terminal.rows[1][3:] == heading[3:]
        assert terminal.rows[2:17] == rest
        await terminal.until(lambda: (terminal.display.cursor.x, terminal.display.cursor.y) == (9, 23))
        assert not terminal.display.cursor.hidden
        pixel = terminal.display.buffer[17][77]
        assert (pixel.data, pixel.reverse, pixel.fg) == (" ", True, "brightbrown")


async def test_change_reaches_the_terminal(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        await till.painted(till.change(Sections(totals=Totals(pieces="99", lines=7, due="8.00"))))
        await terminal.until(lambda: terminal.rows[17].startswith(" 件数 99"))


async def test_keys_of_one_read_are_one_message(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        terminal.type(b"6921168509256\r")
        await till.until(lambda: bool(till.typed()))
        terminal.type(b"6901939621257\r\n")
        await till.until(lambda: len(till.typed()) == 2)
        first, second = till.typed()
        assert first.names == (*"6921168509256", "enter")
        assert second.names == (*"6901939621257", "enter")
        assert (first.chunk, second.chunk) == (1, 2)
        assert first.at_ms <= second.at_ms
        assert first.rows == 14


@pytest.mark.parametrize(
    "suffix",
    [(b"\r\n",), (b"\r", b"\n"), (b"\n",), (b"\x1bOM\n",)],
    ids=["cr lf", "cr and lf in two writes", "lf", "keypad enter and lf"],
)
async def test_suffix_of_a_wedge_is_one_enter_and_a_persons_enter_stays_one(
    tmp_path: Path, suffix: tuple[bytes, ...]
) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        for scan in (b"6921168509256", b"6901939621257"):
            for part in (scan, *suffix):
                terminal.type(part)
        terminal.type(b"8\r")
        await till.until(lambda: till.names()[-2:] == ["8", "enter"])
        assert till.names() == [*"6921168509256", "enter", *"6901939621257", "enter", "8", "enter"]
        terminal.type(b"\r\r")
        await till.until(lambda: till.names()[-3:] == ["enter"] * 3)


async def test_function_keys_escape_and_chinese_have_their_names(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        terminal.type("\x1b[[A\x1b[24~\x1b[25~\x1b[3~\x1b[5~\x7f可\x1b".encode())
        await till.until(lambda: "escape" in till.names())
        assert till.names() == ["f1", "f12", "f13", "delete", "pageup", "backspace", "可", "escape"]


async def test_character_that_is_split_between_two_reads_is_one_key(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        first, second = "可".encode()[:1], "可".encode()[1:]
        terminal.type(b"1" + first)
        await till.until(lambda: till.names() == ["1"])
        terminal.type(second + b"2")
        await till.until(lambda: till.names() == ["1", "可", "2"])


async def test_paste_is_sent_line_by_line_between_the_keys_around_it(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        terminal.type(b"1\x1b[200~6921168509256\r\n6901939621257\r\n\x1b[201~2")
        await till.until(lambda: till.names() == ["1", "2"])
        kinds = [type(one) for one in till.heard if isinstance(one, msg.Keys | msg.Paste)]
        assert kinds == [msg.Keys, msg.Paste, msg.Keys]
        pasted = [one.lines for one in till.heard if isinstance(one, msg.Paste)]
        assert pasted == [("6921168509256", "6901939621257")]


async def test_ping_is_answered_when_the_last_write_has_left(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (_, till):
        till.say(msg.Ping(serial=5))
        await till.until(lambda: msg.Pong(serial=5) in till.heard)


async def test_keys_that_end_other_programs_do_nothing(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, till):
        terminal.type(b"\x03\x1a\x11\x10\x1c\x04")
        terminal.process.send_signal(signal.SIGTSTP)
        terminal.type(b"7")
        await till.until(lambda: till.names() == ["7"])
        assert terminal.process.returncode is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
async def test_signal_ends_the_screen_and_restores_the_terminal(tmp_path: Path, number: signal.Signals) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, _):
        terminal.process.send_signal(number)
        assert await terminal.ended() == 0
        await terminal.until(lambda: LEAVE_ALTERNATE_SCREEN in terminal.received)
        assert terminal.received.rfind(SHOW_CURSOR) > terminal.received.rfind(HIDE_CURSOR)


async def test_demo_is_left_by_two_ctrl_q(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale(), demo=True) as (terminal, _):
        terminal.type(b"\x11")
        await terminal.until(lambda: "再按一次 Ctrl+Q" in terminal.rows[22])
        terminal.type(b"\x11")
        assert await terminal.ended() == 0


async def test_terminal_that_hangs_up_ends_the_screen(tmp_path: Path) -> None:
    async with screen_process(tmp_path, sale()) as (terminal, _):
        terminal.hang_up()
        assert await terminal.ended() == 0
