"""The real screen in a pseudo terminal, typed at and read like a person does: `lab.operator.Operator`'s face.

What it knows is what stands on 80 x 25 cells (in English): the sections of `Seen` that can be read there.
"""

import asyncio
import fcntl
import os
import re
import struct
import termios
from collections.abc import Callable

from lab.operator import ANSWER_S, Seen
from lab.replay.big_digits import ROWS, read_digits
from lab.supervise import Program
from terminal.domain.errors import PosError
from terminal.wire.counter.panels import (
    CompletedPanel,
    ConfirmPanel,
    LoginPanel,
    Panel,
    PromptPanel,
    SalePanel,
    TenderPanel,
)
from terminal.wire.counter.view import Header, InputLine, Level, Notice, Totals

COLUMNS, LINES = 80, 25
_TERMINAL = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": str(COLUMNS), "LINES": str(LINES)}
"""A size that the caller's environment names would win over that of the pty."""
TYPING_S = 0.05
"""Between what a key did and the next key: a person's pace, which the till tells from a scanner's."""
NOTICE_ROW, INPUT_ROW = 22, 23
"""The cursor goes to the input row when everything above it is painted."""
NOTICE_COLUMNS = 54
_KEYS = {
    "enter": b"\r",
    "escape": b"\x1b",
    "end": b"\x1b[F",
    "f3": b"\x1bOR",
    "f8": b"\x1b[19~",
    "f12": b"\x1b[24~",
    "f19": b"\x1b[33~",
}
_RECEIPT = re.compile(r" No (\S+)")
_LINES = re.compile(r" Lines (\d+)")
_MEMBER = re.compile(r"^ Member (\S+)", re.MULTILINE)
_INPUT = re.compile(r"^ Input> (\S*)")
_DONE = re.compile(r"\[DONE\]  No (\S+)\s+TOTAL +(\S+)\s+GIVEN +(\S+)")


class RealScreen:
    """A screen process in a pty of its own. Use `start`, and `close` at the end."""

    def __init__(self) -> None:
        import pyte  # noqa: PLC0415 - an extra, for this screen only

        self.seen = Seen()
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self._pictures = 0
        self._changed = asyncio.Event()
        self._keys: asyncio.Queue[tuple[bytes, bool]] = asyncio.Queue()
        self._typing: asyncio.Task[None] | None = None
        self._master = -1
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, program: Program) -> None:
        """Start the screen and wait until it has painted a panel."""
        await self.run(program)
        await self.until(lambda seen: seen.header.receipt_no != "" or isinstance(seen.panel, LoginPanel))

    async def run(self, program: Program) -> None:
        """Start the screen."""
        self._master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        os.set_blocking(self._master, False)
        program.log.parent.mkdir(parents=True, exist_ok=True)
        with program.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *program.command,
                stdin=slave,
                stdout=slave,
                stderr=log,
                env={**os.environ, **_TERMINAL},
                start_new_session=True,
            )
        os.close(slave)
        asyncio.get_running_loop().add_reader(self._master, self._ready)
        self._typing = asyncio.create_task(self._type_all())

    async def close(self) -> None:
        """End the screen."""
        if self._typing is not None:
            self._typing.cancel()
            await asyncio.gather(self._typing, return_exceptions=True)
        asyncio.get_running_loop().remove_reader(self._master)
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()
        os.close(self._master)

    def keys(self, *names: str) -> None:
        """Press keys, all in one write, when what was typed before has been answered."""
        data = b"".join(_KEYS.get(name, name.encode()) for name in names)
        self._keys.put_nowait((data, names[-1] == "escape"))

    def type(self, text: str, *after: str) -> None:
        """Type characters one by one, at a person's pace: each when the one before it is seen."""
        for name in (*text, *after):
            self._keys.put_nowait((_KEYS.get(name, name.encode()), True))

    async def until(self, wanted: Callable[[Seen], bool], *, timeout_s: float = ANSWER_S) -> Seen:
        """Return when the screen shows what is wanted; `PosError` with the picture after the time."""
        try:
            async with asyncio.timeout(timeout_s):
                while not (self._is_whole and wanted(self._look())):
                    await self._changed.wait()
        except TimeoutError:
            raise PosError("the screen shows\n" + "\n".join(self._screen.display), code="not_shown") from None
        return self.seen

    def take(self, data: bytes) -> None:
        """Take bytes that the screen painted, however they are cut, and wake who waits for a picture."""
        self._stream.feed(data)
        if self._is_whole:
            self._pictures += 1
            self._changed.set()
            self._changed = asyncio.Event()

    @property
    def _is_whole(self) -> bool:
        """Whether no picture is half painted."""
        return bool(self._screen.cursor.y == INPUT_ROW)

    async def _type_all(self) -> None:
        """Write keys for ever. A screen that stalls must not get in one read what was typed one by one."""
        while True:
            data, is_answered = await self._keys.get()
            before = self._pictures
            os.write(self._master, data)
            while is_answered and self._pictures == before:
                await self._changed.wait()
            if is_answered:
                await asyncio.sleep(TYPING_S)

    def _ready(self) -> None:
        try:
            data = os.read(self._master, 1 << 16)
        except BlockingIOError:
            return
        except OSError:  # EIO: the screen has ended
            asyncio.get_running_loop().remove_reader(self._master)
        else:
            self.take(data)

    def _look(self) -> Seen:
        """Read the picture."""
        rows = self._screen.display
        text = "\n".join(rows)
        seen = self.seen
        seen.rev += 1
        seen.header = Header(receipt_no=_first(_RECEIPT, rows[0]))
        seen.panel = self._panel(text)
        member = _first(_MEMBER, text)
        seen.totals = Totals(lines=int(_first(_LINES, text) or 0), member=member, due=self._big_number())
        seen.input = InputLine(text=_first(_INPUT, rows[INPUT_ROW]).removesuffix("_"))
        notice = rows[NOTICE_ROW][:NOTICE_COLUMNS].strip()
        if notice != seen.notice.message:
            level = Level.REJECTED if notice.startswith("!!") else Level.OK
            seen.notice = Notice(serial=seen.notice.serial + 1, level=level, message=notice)
        return seen

    def _panel(self, text: str) -> Panel:
        done = _DONE.search(text)
        if done is not None:
            return CompletedPanel(receipt_no=done[1], total=done[2], given=done[3], change=self._big_number())
        if "[PAY]" in text:
            return TenderPanel(due=self._big_number(), remaining="")
        if "[PRICE]" in text or "[REASON]" in text:
            return PromptPanel(what="price")
        if "[PLEASE CONFIRM]" in text:
            return ConfirmPanel(question="")
        if "[SIGN IN]" in text:
            return LoginPanel(step="pin" if "> PIN" in text else "number")
        return SalePanel()

    def _big_number(self) -> str:
        """Return the lowest number in big digits: the due, or the change when the sale is done."""
        buffer = self._screen.buffer
        lit = [
            "".join(
                "#" if buffer[y][x].reverse and buffer[y][x].data == " " else "." for x in range(COLUMNS // 2, COLUMNS)
            )
            for y in range(1, NOTICE_ROW)
        ]
        for top in range(len(lit) - ROWS, -1, -1):
            number = read_digits(lit[top : top + ROWS])
            if number:
                return number
        return ""


def _first(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return match[1] if match is not None else ""
