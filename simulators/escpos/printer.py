"""An ESC/POS receipt printer with its cash drawer, as a model without a cable.

What arrives is cut into commands; these are done in their order while the printer is online, and kept while it is not
(paper out, cover open, an error). Real-time commands (DLE …) are answered at once, always.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from simulators.device import Action, Device
from simulators.escpos.drawer import Drawer, Kick
from simulators.escpos.interpreter import Interpreter
from simulators.escpos.mechanism import Incident, Mechanism
from simulators.escpos.paper import CELL_DOTS, Receipt
from simulators.escpos.realtime import RealTimeWatch
from simulators.escpos.status import (
    Condition,
    automatic_status,
    buffered_status,
    real_time_status,
    reported_part,
)
from simulators.escpos.tokens import Command, Text, Token, Tokenizer, Unknown

_PROCESS_ID_REQUEST = b"\x30\x30"
# Done already, or without meaning for paper: nobody needs to hear of them.
_SILENT = frozenset({"ESC =", "ESC c", "GS P", "GS f", "GS b", "GS |", "FS S", "FS C"})


class PaperState(StrEnum):
    """What the paper sensors see."""

    PRESENT = "present"
    NEAR_END = "near_end"
    OUT = "out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What kind of printer it is. The defaults are those of a full one; clones lack the answers."""

    columns: int = 48
    buffer_bytes: int = 4096
    answers_status: bool = True
    """Whether GS r is answered (DLE EOT always is)."""
    answers_process_id: bool = True
    """Whether GS ( H is answered."""
    reports_status: bool = True
    """Whether it has Automatic Status Back (GS a)."""
    four_byte_chinese: bool = False
    chinese_at_start: bool = False
    maker: str = "SIM"
    model: str = "ESC/POS"


class EscposPrinter(Device):
    """The printer. ``traits`` may be given whole, or ``columns`` alone."""

    def __init__(self, *, columns: int = 48, traits: Traits | None = None, drawer: Drawer | None = None) -> None:
        super().__init__()
        self.traits = Traits(columns=columns) if traits is None else traits
        self.drawer = Drawer() if drawer is None else drawer
        self.bytes_taken = 0
        self._mechanism = Mechanism(self.traits.columns)
        self._power_up()

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """Every receipt that was cut off, oldest first."""
        with self._lock:
            return tuple(self._mechanism.receipts)

    @property
    def unfinished(self) -> Receipt:
        """The paper that hangs out of the printer."""
        with self._lock:
            return self._mechanism.unfinished()

    @property
    def incidents(self) -> tuple[Incident, ...]:
        """What was wrong in the bytes since the printer was made."""
        with self._lock:
            return tuple(self._mechanism.incidents)

    @property
    def buzzes(self) -> tuple[tuple[int, int], ...]:
        """Each buzzer call: times, and length in 100 ms."""
        with self._lock:
            return tuple(self._mechanism.buzzes)

    @property
    def condition(self) -> Condition:
        """What its status commands say now."""
        with self._lock:
            return self._mechanism.condition(pin3_high=self.drawer.pin3_high)

    @property
    def held_bytes(self) -> int:
        """Bytes in the buffer that wait for the printer to come online."""
        with self._lock:
            if not self.condition.offline:
                return 0
            return sum(token.size for token in self._held) + self._tokenizer.pending_bytes

    def room(self) -> int:
        """Free bytes of the receive buffer: it fills only while nothing is printed."""
        return max(0, self.traits.buffer_bytes - self.held_bytes)

    def port_status(self) -> int:
        """GET_PORT_STATUS: bit 3 no error, 4 selected (online), 5 paper empty."""
        now = self.condition
        return (not now.in_error) << 3 | (not now.offline) << 4 | now.paper_out << 5

    def actions(self) -> Mapping[str, Action]:
        """The link's, and what hands can do to a printer."""
        return {
            **super().actions(),
            "paper_out": lambda: self.set_paper(PaperState.OUT),
            "paper_near_end": lambda: self.set_paper(PaperState.NEAR_END),
            "paper_in": lambda: self.set_paper(PaperState.PRESENT),
            "tear_off": self.tear_off,
            "cover_open": lambda: self.set_cover(is_open=True),
            "cover_close": lambda: self.set_cover(is_open=False),
            "cutter_jam": lambda: self.set_cutter(jammed=True),
            "cutter_clear": lambda: self.set_cutter(jammed=False),
            "head_hot": lambda: self.set_head(hot=True),
            "head_cool": lambda: self.set_head(hot=False),
            "break_down": self.break_down,
            "drawer_open": lambda: self.set_drawer(is_open=True),
            "drawer_close": lambda: self.set_drawer(is_open=False),
            "drawer_stuck": lambda: setattr(self.drawer, "stuck", True),
            "drawer_loose": lambda: setattr(self.drawer, "stuck", False),
            "power_cycle": self.power_cycle,
        }

    def set_paper(self, state: PaperState) -> None:
        """Take the roll out, reload (a roll without end) or run low. Without paper it stops and keeps what it has."""
        with self._lock:
            self._mechanism.roll_dots = None
            self._mechanism.near_end = state is not PaperState.PRESENT
            self._mechanism.paper_out = state is PaperState.OUT
            self._go_on()

    def tear_off(self) -> None:
        """Tear off the paper that hangs out of the printer: what is on it is a receipt, whole or not."""
        with self._lock:
            self._mechanism.tear_off()
            self._go_on()

    def load_roll(self, dots: int) -> None:
        """Put in a roll of this length (8 dots a millimetre); when it is used up the paper is out."""
        with self._lock:
            self._mechanism.roll_dots = dots
            self._mechanism.near_end = self._mechanism.paper_out = False
            self._go_on()

    def set_cover(self, *, is_open: bool) -> None:
        """Open or close the cover; open, nothing is printed."""
        with self._lock:
            self._mechanism.cover_open = is_open
            self._go_on()

    def set_cutter(self, *, jammed: bool) -> None:
        """Jam the cutter: the next cut fails and stops the printer. Cleared, it goes on at DLE ENQ 1 (resume) or 2."""
        with self._lock:
            self._mechanism.cutter_jammed = jammed
            self._go_on()

    def set_head(self, *, hot: bool) -> None:
        """Too hot, the head prints nothing; cooled down it goes on by itself."""
        with self._lock:
            self._mechanism.head_hot = hot
            self._go_on()

    def break_down(self) -> None:
        """An error that only a power cycle ends."""
        with self._lock:
            self._mechanism.unrecoverable = True
            self._go_on()

    def set_drawer(self, *, is_open: bool) -> None:
        """Push the drawer shut, or open it by its key."""
        with self._lock:
            self.drawer.is_open = is_open
            self._go_on()

    def power_cycle(self) -> None:
        """Off and on: modes and whatever was in the buffer are lost; sensors, paper and drawer stay."""
        with self._lock:
            self._outbox.clear()
            self._mechanism.cutter_error = self._mechanism.unrecoverable = False
            self._power_up()
            self._go_on()

    def _power_up(self) -> None:
        self._interpreter = Interpreter(
            self._mechanism,
            width_dots=self.traits.columns * CELL_DOTS,
            four_bytes=self.traits.four_byte_chinese,
            chinese_at_start=self.traits.chinese_at_start,
        )
        self._tokenizer = Tokenizer()
        self._watch = RealTimeWatch()
        self._held: deque[Token] = deque()
        self._reported = 0
        self._last_report = b""

    def _consume(self, data: bytes) -> None:
        self.bytes_taken += len(data)
        for piece, command in self._watch.split(data):
            tokens = self._tokenizer.feed(piece)
            # Real-time commands are acted on below, and take no room.
            self._held.extend(
                token for token in tokens if not (isinstance(token, Command) and token.name.startswith("DLE"))
            )
            self._work()
            if command:
                self._act_at_once(command)

    def _go_on(self) -> None:
        """Something changed by hand: print what waited, report, and wake the cable."""
        self._work()
        self._tell()

    def _work(self) -> None:
        while self._held and not self.condition.offline:
            token = self._held.popleft()
            self._mechanism.offset = token.offset
            self._do(token)
        self._report()

    def _act_at_once(self, command: bytes) -> None:
        match command[1], command[2:]:
            case 0x04, number:
                self._say(bytes((real_time_status(number[0], self.condition),)))
            case 0x05, mode:
                self._recover(mode[0])
            case _, arguments:
                self._kick(arguments[1], on_ms=arguments[2] * 100, off_ms=arguments[2] * 100, real_time=True)

    def _recover(self, mode: int) -> None:
        """DLE ENQ: 1 goes on with the cut that failed, 2 throws away what is in the buffers; 0 is for page mode."""
        if not self._mechanism.cutter_error or not mode:
            return
        if mode == 2:
            self._held.clear()
            self._tokenizer.clear()
            self._interpreter.drop_line()
            self._mechanism.cutter_error = False
        else:
            self._mechanism.cut_again()
        self._work()

    def _do(self, token: Token) -> None:
        match token:
            case Text():
                self._interpreter.print_text(token)
            case Unknown():
                self._mechanism.complain(f"unknown bytes {token.data.hex(' ')}")
            case Command():
                if not self._interpreter.run(token) and not self._answer(token) and token.name not in _SILENT:
                    self._mechanism.complain(f"{token.name} does nothing here")
            case _:
                assert_never(token)

    def _answer(self, command: Command) -> bool:
        """Commands that the printer answers, or that drive its drawer; False when it is none of them."""
        args = command.args
        match command.name:
            case "GS r":
                self._answer_status(args[0])
            case "GS a":
                self._reported = args[0] if self.traits.reports_status else 0
                self._last_report = b""
            case "GS ( H":
                if args[3:5] == _PROCESS_ID_REQUEST and len(args) == 9 and self.traits.answers_process_id:
                    self._say(b"\x37\x22" + args[5:] + b"\0")
            case "GS I":
                self._answer_identity(args[0])
            case "ESC p":
                self._kick(args[0] & 1, on_ms=args[1] * 2, off_ms=args[2] * 2, real_time=False)
            case _:
                return False
        self._report()
        return True

    def _answer_status(self, number: int) -> None:
        status = buffered_status(number, self.condition)
        if status is None:
            self._mechanism.complain(f"GS r {number}: no such status")
        elif self.traits.answers_status:
            self._say(bytes((status,)))

    def _answer_identity(self, number: int) -> None:
        text = {66: self.traits.maker, 67: self.traits.model}.get(number, "")
        if text:
            self._say(b"_" + text.encode("ascii") + b"\0")

    def _kick(self, connector: int, *, on_ms: int, off_ms: int, real_time: bool) -> None:
        self.drawer.kick(Kick(pin=5 if connector else 2, on_ms=on_ms, off_ms=off_ms, real_time=real_time))
        self._report()

    def _report(self) -> None:
        """Automatic Status Back: when it was turned on, and at every change of an enabled part."""
        if not self._reported:
            return
        status = automatic_status(self.condition)
        part = reported_part(self._reported, status)
        if part != self._last_report:
            self._last_report = part
            self._say(status)
