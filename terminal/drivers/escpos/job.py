"""One print job from the first byte to the end mark: what became of it, and never more than is known.

Paper out in the middle: the printer stops, keeps the rest in its buffer, and prints it after the reload (DEVICES §6).
So the job waits for a person; it is never sent again from here.
"""

import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from terminal.domain.errors import DeviceError, DeviceTimeoutError
from terminal.domain.ids import ActionId
from terminal.drivers.escpos.conversation import DLE_ENQ_CLEAR, DLE_ENQ_RESUME, Conversation
from terminal.drivers.escpos.options import PrinterOptions
from terminal.drivers.escpos.status import PaperSensor, ProcessId, Reply
from terminal.drivers.links.byte_link import PARTLY_TAKEN
from terminal.ports.devices import PrintResult

_STALL_SLICE_S: Final = 1.0
_LOOK_SLICE_S: Final = 0.25
_SLICES: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class JobEnd:
    """What became of a job; ``broken``: the printer may stand in the middle of a command, or the link is lost."""

    result: PrintResult
    detail: str = ""
    broken: bool = False


class PrintJob:
    """One job. ``tell`` is called (in this thread) with the code of what hinders it, ``""`` when it goes on.

    ``stopped`` says that the service wants to end: the job is given up as unknown. ``meanwhile`` is called again and
    again while the job waits, all its bytes taken: what it sends stands behind a whole command.
    """

    def __init__(
        self,
        talk: Conversation,
        options: PrinterOptions,
        *,
        tell: Callable[[str], None],
        stopped: Callable[[], bool],
        meanwhile: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._talk = talk
        self._options = options
        self._tell = tell
        self._stopped = stopped
        self._meanwhile = meanwhile
        self._clock = clock

    def run(self, action: ActionId, data: bytes) -> JobEnd:
        """Print, if the printer is ready; returns within the time limits of the options, never raises for a device."""
        try:
            refusal = self._refusal()
        except DeviceError as error:
            return JobEnd(result=PrintResult.NOT_STARTED, detail=error.code, broken=True)
        if refusal:
            return JobEnd(result=PrintResult.NOT_STARTED, detail=refusal)
        mark = f"{zlib.crc32(action.encode()) % 10_000:04d}".encode()
        end = self._send(data + _END_MARKS[self._options.end_mark](mark))
        if end is not None:
            return end
        try:
            return self._await_end(mark)
        except DeviceError as error:
            return JobEnd(result=PrintResult.UNKNOWN, detail=error.code, broken=True)

    def _refusal(self) -> str:
        """Return why not to begin, ``""`` when the printer is ready."""
        self._talk.forget()
        if not self._options.asks_status:
            return ""
        status = self._talk.status()
        if status is not None and status.problem == "cutter_error":
            # What a jam left in the buffer belongs to a job that was reported as unknown: it must not come out now.
            self._talk.send(DLE_ENQ_CLEAR, stall_s=self._options.reply_s)
            status = self._talk.status()
        return "no_answer" if status is None else status.problem

    def _send(self, data: bytes) -> JobEnd | None:
        """Send all; returns the end of the job when that failed."""
        taken, quiet_since = 0, self._clock()
        while taken < len(data):
            written = self._talk.send(data[taken:], stall_s=min(_STALL_SLICE_S, self._options.recovery_s / _SLICES))
            if written.taken:
                quiet_since = self._clock()
                taken += written.taken
            if written.error is None:
                continue
            stalled = isinstance(written.error, DeviceTimeoutError)
            if not stalled or self._over(quiet_since + self._options.recovery_s):
                detail = "stalled" if stalled else written.error.code
                begun = taken or written.error.code == PARTLY_TAKEN
                result = PrintResult.UNKNOWN if begun else PrintResult.NOT_STARTED
                return JobEnd(result=result, detail=detail, broken=True)
            self._tell(self._talk.link.port_problem() or "stalled")
        return None

    def _await_end(self, mark: bytes) -> JobEnd:
        """Wait for the end mark, longer while a person has to help; without one, until nothing hinders the printer."""
        is_mark = _MARK_REPLIES[self._options.end_mark](mark)
        deadline = self._clock() + self._options.finish_s
        hindered = ""
        while not self._over(deadline):
            self._meanwhile()
            if self._options.end_mark != "none" and self._talk.heard(is_mark, wait_s=self._slice()):
                return JobEnd(result=PrintResult.PRINTED)
            problem = self._look()
            if problem is not None and bool(problem) != bool(hindered):
                deadline = self._clock() + (self._options.recovery_s if problem else self._options.finish_s)
            hindered = hindered if problem is None else problem
            if hindered == "unrecoverable":
                break
            if self._options.end_mark == "none":
                if problem == "":
                    return JobEnd(result=PrintResult.SENT)
                self._talk.heard(is_mark, wait_s=self._slice())
        missing = "interrupted" if self._stopped() else "no_end_mark"
        return JobEnd(result=PrintResult.UNKNOWN, detail=hindered or missing)

    def _look(self) -> str | None:
        """Return the code of what hinders the job, ``""`` for nothing, None when the printer does not say."""
        if not self._options.asks_status:
            return self._talk.link.port_problem()
        status = self._talk.status()
        if status is None:
            return None
        if status.problem == "cutter_error":
            self._talk.send(DLE_ENQ_RESUME, stall_s=self._options.reply_s)
        self._tell(status.problem)
        return status.problem

    def _slice(self) -> float:
        return min(_LOOK_SLICE_S, self._options.finish_s / _SLICES)

    def _over(self, deadline: float) -> bool:
        return self._stopped() or self._clock() >= deadline


_END_MARKS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "process_id": lambda mark: b"\x1d(H\x06\x0000" + mark,  # GS ( H pL pH fn m d1…d4: answered 37 22 d1…d4 00
    "paper_sensor": lambda _: b"\x1dr\x01",  # GS r 1: answered with one byte
    "none": lambda _: b"",
}

_MARK_REPLIES: Final[dict[str, Callable[[bytes], Callable[[Reply], bool]]]] = {
    "process_id": lambda mark: lambda reply: isinstance(reply, ProcessId) and reply.mark == mark,
    "paper_sensor": lambda _: lambda reply: isinstance(reply, PaperSensor),
    "none": lambda _: lambda _reply: False,
}
