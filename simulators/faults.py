"""Fault scripts of one device, as data.

A script is a row of steps, each waiting for its own trigger after the step before it::

    after 200 bytes: paper_out; after 2 s: paper_in; after 0 bytes: slow 960

Bytes are bytes that the device took from its host since the step before. The actions are those of the device, those of
its cable (``plug``, ``unplug``), and ``slow``, ``late_ms``, ``short`` with a number.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulators.device import Action, Device

_STEP = re.compile(r"after\s+(\d+(?:\.\d+)?)\s*(bytes|s|ms)\s*:\s*([a-z_]+)(?:\s+(\d+))?")


class ScriptError(ValueError):
    """A script that cannot be read, or names what the device cannot do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One fault and its trigger: bytes taken or seconds gone since the step before (both must be reached)."""

    do: str
    value: int = 0
    after_bytes: int = 0
    after_s: float = 0


def parse_script(text: str) -> tuple[Step, ...]:
    """Read the text form of the module's docstring; ``ScriptError`` names the step that is wrong."""
    return tuple(_parse_step(part.strip()) for part in text.replace("\n", ";").split(";") if part.strip())


def _parse_step(text: str) -> Step:
    found = _STEP.fullmatch(text)
    if found is None:
        raise ScriptError(f"not a step: {text!r}; a step is like 'after 200 bytes: paper_out'")
    amount, unit, name, value = found.groups()
    number = int(value or 0)
    if unit == "bytes":
        if "." in amount:
            raise ScriptError(f"bytes are whole: {text!r}")
        return Step(do=name, value=number, after_bytes=int(amount))
    return Step(do=name, value=number, after_s=float(amount) / (1000 if unit == "ms" else 1))


def check_script(steps: Sequence[Step], device: Device, cable_actions: Mapping[str, Action]) -> None:
    """``ScriptError`` when neither the device nor its cable knows an action of the script."""
    known = {*device.actions(), *cable_actions, *device.numbered_actions()}
    for step in steps:
        if step.do not in known:
            raise ScriptError(f"unknown action {step.do!r}; known: {', '.join(sorted(known))}")


def perform(step: Step, device: Device, cable_actions: Mapping[str, Action]) -> None:
    """Do the action of a step that was checked."""
    numbered = device.numbered_actions()
    if step.do in numbered:
        numbered[step.do](step.value)
    else:
        {**device.actions(), **cable_actions}[step.do]()


class ScriptRun:
    """A script on its way: told of bytes and time, says which steps are due. Not thread-safe."""

    def __init__(self, steps: Sequence[Step], now_s: float) -> None:
        self._steps = list(steps)
        self._taken = 0
        self._since_s = now_s

    def bytes_left(self) -> int | None:
        """Bytes until the next step wants to be asked again; None when no byte count matters."""
        if not self._steps:
            return None
        left = self._steps[0].after_bytes - self._taken
        return left if left > 0 else None

    def seconds_left(self, now_s: float) -> float | None:
        """Seconds until the next step may be due; None when no time matters."""
        if not self._steps or self.bytes_left() is not None:
            return None
        return max(0.0, self._steps[0].after_s - (now_s - self._since_s))

    def took(self, count: int) -> None:
        """The device took ``count`` bytes."""
        self._taken += count

    def due(self, now_s: float) -> Step | None:
        """The next step if both of its triggers are reached; it is then over."""
        if self.seconds_left(now_s) != 0:
            return None
        self._taken, self._since_s = 0, now_s
        return self._steps.pop(0)
