"""The cashier's screen: draws what the till says, and sends it what is typed. Holds nothing of the sale."""

import asyncio
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import ClassVar

import msgspec
import structlog
from textual import events
from textual.app import App
from textual.driver import Driver
from textual.geometry import Offset, Size
from textual.message import Message

from terminal.tui.canvas import Canvas, CanvasScreen
from terminal.tui.connection import Link
from terminal.tui.driver import KeysRead, Pasted, TerminalLost, TillDriver
from terminal.tui.face import Face, Frame, broken, without_till
from terminal.tui.faults import FaultCounter
from terminal.tui.guarded import Guarded
from terminal.tui.keymap import DESKTOP, DESKTOP_NAMES, KeyMap, LineFeeds
from terminal.tui.model import Model, Taken
from terminal.tui.palette import COLOUR, MONO, Palette
from terminal.tui.panels.part import Part
from terminal.tui.sheet import Sheet
from terminal.tui.text.table import Texts
from terminal.wire.counter import messages as msg
from terminal.wire.counter.view import Level, Notice, View

LEAVE_S = 3.0
"""Between the two Ctrl+Q that leave the demo."""
LEAVE_AGAIN = "screen.leave_again"
FAULTY = 70
"""Exit code after too many errors: the service manager starts the screen again."""
HANG_UP = 0
NATIVE_COLOURS = "ansi-dark"
"""Textual's theme that leaves ANSI colours alone; which ones are used is the `Palette`'s."""

log = structlog.get_logger("screen")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the service tells the screen. ``heartbeat`` is called each ``heartbeat_s`` while loop and terminal move."""

    language: str = "zh"
    demo: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], None] | None = None
    heartbeat: Callable[[], None] | None = None
    heartbeat_s: float = 5.0


class TillSaid(Message):
    """A message of the till, in its place in the message loop."""

    def __init__(self, said: msg.FromTill) -> None:
        super().__init__()
        self.said = said


class TillLost(Message):
    """The connection to the till ended."""


class ScreenApp(Guarded, App[None], inherit_bindings=False):
    """One operator's screen."""

    ENABLE_COMMAND_PALETTE = False
    CSS: ClassVar[str] = "Screen { overflow: hidden; }"

    def __init__(self, link: Link, settings: Settings, *, driver_class: type[Driver] | None = TillDriver) -> None:
        super().__init__(driver_class=driver_class)
        self.theme = NATIVE_COLOURS
        self.faults = FaultCounter()
        self._link = link
        self._settings = settings
        self._texts = Texts(settings.language, keys=DESKTOP_NAMES if settings.demo else {})
        self._key_names = KeyMap({**(DESKTOP if settings.demo else {}), **settings.aliases})
        self._model = Model()
        self._face = Face(self._drawn)
        self.canvas = Canvas(Palette(MONO if self.no_color else COLOUR))
        self.frame: Frame | None = None
        """What is shown now."""
        self._extent = Size(0, 0)
        self._away = "screen.connecting"
        self._own: Notice | None = None
        self._leave_s = -LEAVE_S
        self._typed: list[tuple[str, str | None]] = []
        self._chunk = 0
        self._line_feeds = LineFeeds()
        self._started = False
        self._talk: asyncio.Task[None] | None = None

    # --- life --------------------------------------------------------------------------------------------------------

    def get_default_screen(self) -> CanvasScreen:
        """Return the only screen."""
        return CanvasScreen(self.canvas)

    def on_mount(self) -> None:
        """Start talking to the till."""
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(self._loop_failed)
        self._extent = self.size
        self._show()
        self._talk = loop.create_task(
            self._link.run(
                heard=lambda said: self._post(TillSaid(said)),
                lost=lambda: self._post(TillLost()),
            )
        )
        self.call_after_refresh(self._first_paint)

    async def on_unmount(self) -> None:
        """Stop talking."""
        if self._talk is not None:
            self._talk.cancel()
            await asyncio.gather(self._talk, return_exceptions=True)

    def on_resize(self, event: events.Resize) -> None:
        """Draw for the new size."""
        self._extent = event.size
        self._face.forget()
        self._show()

    def on_terminal_lost(self, _: TerminalLost) -> None:
        """Nobody can see this screen: end, and let the service manager open the terminal again."""
        self.exit(return_code=HANG_UP)

    def _post(self, message: Message) -> None:
        self.post_message(message)

    def _first_paint(self) -> None:
        """Everything is loaded: the collector need not look at it again (worst pause 117 ms before, 1 ms after)."""
        self._started = True
        gc.collect()
        gc.freeze()
        if self._settings.ready is not None:
            self._settings.ready()
        if self._settings.heartbeat is not None:
            self.set_interval(self._settings.heartbeat_s, partial(self._when_written, self._settings.heartbeat))

    # --- from the till -----------------------------------------------------------------------------------------------

    def on_till_said(self, message: TillSaid) -> None:
        """Take a message of the till."""
        match message.said:
            case msg.SnapshotPage() as page:
                if self._model.view is None:
                    self._face.forget()
                self._took(self._model.take_page(page))
            case msg.Delta() as delta:
                self._took(self._model.take_delta(delta))
            case msg.Ping(serial=serial):
                self._when_written(lambda: self._link.send(msg.Pong(serial=serial)))
            case msg.Refused(code=code):
                self._leave_till(f"screen.{code}")

    def on_till_lost(self) -> None:
        """Keep the last picture, and say that the till is away."""
        if not self._away:
            self._leave_till("screen.away")

    def _took(self, taken: Taken) -> None:
        match taken:
            case Taken.SHOW:
                self._away = ""
                self._own = None
                self.call_after_refresh(self._painted, self._model.rev)
                self._show()
            case Taken.GAP:
                self._link.send(msg.Hello(client="screen"))
            case Taken.WAIT:
                pass

    def _leave_till(self, message: str) -> None:
        self._model.forget()
        self._away = message
        self._own = None
        self._show()

    def _painted(self, rev: int) -> None:
        """The picture is composed, or has failed and is counted: answer when its bytes have left."""
        self._when_written(lambda: self._link.send(msg.Painted(rev=rev)))

    def _when_written(self, callback: Callable[[], None]) -> None:
        if isinstance(self._driver, TillDriver):
            self._driver.when_written(callback)
        else:
            callback()

    # --- from the terminal -------------------------------------------------------------------------------------------

    async def on_event(self, event: events.Event) -> None:
        """Take keys before anything else can: no focus, no bindings."""
        match event:
            case events.Key():
                self._typed.append((event.key, event.character))
                if len(self._typed) == 1:
                    asyncio.get_running_loop().call_soon(self._flush_typed)
            case events.Paste():
                self.on_pasted(Pasted(event.text, at_ms=_now_ms()))
            case _:
                await super().on_event(event)

    def _flush_typed(self) -> None:
        """Group the keys of one turn of the loop, where no driver of ours did it by reads."""
        typed, self._typed = self._typed, []
        self._chunk += 1
        self._post(KeysRead(typed, at_ms=_now_ms(), chunk=self._chunk))

    def on_keys_read(self, message: KeysRead) -> None:
        """Forward the keys of one read; some are the screen's own."""
        keys = [(key, character) for key, character in message.keys if not self._own_key(key)]
        names = self._key_names.names(self._line_feeds.dropped(keys, at_ms=message.at_ms))
        if not names:
            return
        if self._away:
            self._say(Notice(level=Level.REJECTED, message="screen.refused_key"))
            return
        self._link.send(msg.Keys(names=names, at_ms=message.at_ms, chunk=message.chunk, rows=self._page_rows))

    def on_pasted(self, message: Pasted) -> None:
        """Forward the lines of a paste."""
        self._stay()
        lines = tuple(line.strip() for line in message.text.splitlines() if line.strip())
        if self._away:
            self._say(Notice(level=Level.REJECTED, message="screen.refused_key"))
        elif lines:
            self._link.send(msg.Paste(lines=lines, at_ms=message.at_ms))

    @property
    def has_ended(self) -> bool:
        """Whether it has left, or is about to."""
        return self._exit

    @property
    def driver(self) -> Driver | None:
        """The terminal's driver."""
        return self._driver

    @property
    def _page_rows(self) -> int:
        return self.frame.page_rows if self.frame is not None else 1

    def _own_key(self, key: str) -> bool:
        """Take the keys that never reach the till: leave the demo, change the language."""
        if key != "ctrl+q":
            self._stay()
        if key == "ctrl+l":
            self._texts = self._texts.other()
            self._show()
            return True
        if key == "ctrl+q" and self._settings.demo:
            now_s = time.monotonic()
            if now_s - self._leave_s < LEAVE_S:
                self.exit()
            self._leave_s = now_s
            self._say(Notice(level=Level.ATTENTION, message=LEAVE_AGAIN))
            return True
        return False

    def _stay(self) -> None:
        """Something else was done: the next Ctrl+Q is a first one again."""
        self._leave_s = -LEAVE_S
        if self._own is not None and self._own.message == LEAVE_AGAIN:
            self._own = None
            self._show()

    # --- to the terminal ---------------------------------------------------------------------------------------------

    def _say(self, notice: Notice) -> None:
        """Show a notice of the screen's own until the till says something."""
        self._own = notice
        self._show()

    def _show(self) -> None:
        """Draw the view as it is now; only what changed is painted."""
        view = self._model.view or View()
        if self._away:
            view = without_till(view, self._away)
        if self._own is not None:
            view = _with_notice(view, self._own)
        self.frame = frame = self._face.draw(self._sheet, view)
        self.cursor_position = Offset(*frame.cursor)
        self.canvas.paint(frame.rows)

    @property
    def _sheet(self) -> Sheet:
        return Sheet(width=self._extent.width, height=self._extent.height, texts=self._texts, demo=self._settings.demo)

    def _drawn(self, draw: Callable[[], Part | None]) -> Part | None:
        """Draw a panel; one that fails is replaced by a sentence, and the rest of the screen stands."""
        try:
            return draw()
        except Exception as error:  # noqa: BLE001 - the screen's last resort
            self._count(error)
            return broken(self._sheet)

    # --- its own errors ----------------------------------------------------------------------------------------------

    def _handle_exception(self, error: Exception) -> None:
        """Survive: count, show a red bar, tell the till. Before the first picture there is nothing to save."""
        if not self._started:
            super()._handle_exception(error)
            return
        self._count(error)
        params = {"count": str(self.faults.count), "error": self.faults.last}
        self.canvas.forget()
        try:
            self._say(Notice(level=Level.REJECTED, message="screen.fault", params=params))
        except Exception as worse:  # noqa: BLE001 - the bar itself cannot be drawn: the counter decides how long to go on
            self._count(worse)

    def _count(self, error: BaseException) -> None:
        too_many = self.faults.add(error, now_s=time.monotonic())
        log.error("screen_fault", error=self.faults.last, count=self.faults.count)
        self._link.send(msg.ScreenFault(error=self.faults.last, count=self.faults.count))
        if too_many:
            self.exit(return_code=FAULTY)

    def _loop_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, object]) -> None:
        """Take errors of callbacks and of the connection, which no message pump sees."""
        error = context.get("exception")
        if isinstance(error, Exception):
            self._handle_exception(error)
        else:
            loop.default_exception_handler(context)


def _with_notice(view: View, notice: Notice) -> View:
    return msgspec.structs.replace(view, notice=notice)


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
