"""What stands between any cable and any device: the faults of the link, their timing, and a fault script."""

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from simulators.device import Action, Device
from simulators.faults import ScriptRun, Step, check_script, perform

_BURST_S = 0.05


class Gate:
    """Doles bytes out to a device and its answers back. Used by one thread, the cable's.

    ``cable_actions`` are the actions that a script may ask of the cable; a script that asks for another is refused here
    (``ScriptError``). ``clock`` gives monotonic seconds.
    """

    def __init__(
        self,
        device: Device,
        script: Sequence[Step] = (),
        *,
        cable_actions: Mapping[str, Action] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        check_script(script, device, cable_actions or {})
        self._device = device
        self._cable_actions = {} if cable_actions is None else cable_actions
        self._clock = clock
        self._script = ScriptRun(script, clock())
        self._late: deque[tuple[float, bytes]] = deque()
        self._credit = 0.0
        self._credit_at = clock()

    def allowance(self) -> int:
        """How many bytes may be passed to ``take`` now."""
        faults = self._device.faults
        if faults.stalled:
            return 0
        limits = [self._device.room()]
        until_step = self._script.bytes_left()
        if until_step is not None:
            limits.append(until_step)
        if faults.bytes_per_s:
            limits.append(self._earned(faults.bytes_per_s))
        return min(limits)

    def take(self, data: bytes) -> None:
        """Pass bytes on, at most as many as allowed."""
        if self._device.faults.bytes_per_s:
            self._credit -= len(data)
        self._script.took(len(data))
        self._device.take(data)
        self.run_script()

    def run_script(self) -> None:
        """Do the steps that are due."""
        while (step := self._script.due(self._clock())) is not None:
            perform(step, self._device, self._cable_actions)

    def due_output(self) -> bytes:
        """What the host is to get now."""
        self._file_answers()
        now = self._clock()
        due = bytearray()
        while self._late and self._late[0][0] <= now:
            due += self._late.popleft()[1]
        return bytes(due)

    def forget_output(self) -> None:
        """A new host is there: what was meant for the one before is gone."""
        self._device.collect()
        self._late.clear()

    def wait_s(self) -> float | None:
        """Seconds until time alone may change something; None = only an event can."""
        now = self._clock()
        waits = [due_at - now for due_at, _ in list(self._late)[:1]]
        script_wait = self._script.seconds_left(now)
        if script_wait is not None:
            waits.append(script_wait)
        rate = self._device.faults.bytes_per_s
        if rate:
            waits.append(_BURST_S)
        return max(0.0, min(waits)) if waits else None

    def _file_answers(self) -> None:
        answer = self._device.collect()
        faults = self._device.faults
        if answer and not faults.mute:
            self._late.append((self._clock() + faults.late_s, faults.garbage or answer))

    def _earned(self, rate: int) -> int:
        """Bytes that a slow link has become able to carry; never more than a short burst of them."""
        now = self._clock()
        most = max(1.0, rate * _BURST_S)
        self._credit = min(most, self._credit + (now - self._credit_at) * rate)
        self._credit_at = now
        return max(0, int(self._credit))
