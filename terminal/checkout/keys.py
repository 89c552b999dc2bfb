"""Tells a scanner that types from a person who types, on one keyboard.

A scanner's characters come less than `JOIN_MS` apart, at least `BURST` of them, and end with Enter or Tab; a whole code
in one read of the terminal is the plainest case of it. Everything else is typing. What may still become a burst waits
as the ``run``: it is shown at once, and acts when a pause, a timer or another key says that it was typed.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from terminal.ports.devices import ScanFaultKind
from terminal.wire.counter.messages import Keys

JOIN_MS = 35
"""Characters closer than this belong together."""
STUTTER_MS = 80
"""A burst may pause this long (a loaded machine, a network); what comes later was typed by a person."""
FASTEST_MS = 3
"""Milliseconds a character of the fastest keyboards: what they send while the reader stalls is still one burst."""
BURST = 6
HALF_READ_MS = 300
LONGEST = 512
"""Characters of a code; a longer burst is thrown away as a whole."""
TIMER = "burst"

_PREFIX = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)\*(.+)", re.ASCII | re.DOTALL)


class Press(Struct, frozen=True):
    """One typed key; ``rows`` is the height of the basket."""

    name: str
    rows: int = 12


class Burst(Struct, frozen=True):
    """One scanned code that came through the keyboard; ``prefix`` is ``3*`` when it stood in front of it."""

    code: str
    prefix: str
    at_ms: int


class Broken(Struct, frozen=True):
    """A burst without an end (``code`` is what came of it), or without measure."""

    kind: ScanFaultKind
    at_ms: int
    code: str = ""


Token = Press | Burst | Broken


class KeyState(Struct, frozen=True, kw_only=True):
    """Characters that wait (``run``), the time of the last one, and those that just went as typed (``recent``).

    A timer may end a run though its next characters are on the way already: their time stamps say so, and ``recent`` is
    then taken back, as far as it still stands at the end of the typed text. ``turn`` counts the reads: a timer of an
    earlier one is over.
    """

    run: str = ""
    recent: str = ""
    last_ms: int = -STUTTER_MS
    rows: int = 12
    turn: int = 0


class Reading(Struct, frozen=True, kw_only=True):
    """What a read of the terminal came to; ``wait_ms`` asks for the timer (None = none is needed)."""

    state: KeyState
    text: str
    tokens: tuple[Token, ...]
    wait_ms: int | None = None

    @property
    def is_code(self) -> bool:
        """Whether what waits is a code that lacks its end: a screen that does not answer may have the rest of it."""
        return len(self.state.run) >= BURST


def read(state: KeyState, keys: Keys, *, text: str) -> Reading:
    """Take the keys of one read. ``text`` is what stands typed; what is taken back of it is missing in the reading."""
    tokens: list[Token] = []
    state, text = _joined(replace(state, rows=keys.rows, turn=state.turn + 1), keys, text=text, tokens=tokens)
    run = state.run
    for name in keys.names:
        if len(name) == 1:
            run = run[:LONGEST] + name
        elif name in ("enter", "tab") and len(run) >= BURST:
            tokens.append(_burst(run, keys.at_ms))
            run = ""
        else:
            tokens += [Press(char, keys.rows) for char in run]
            tokens.append(Press(name, keys.rows))
            run = ""
    last_ms = keys.at_ms if run else -STUTTER_MS
    return Reading(
        state=replace(state, run=run, recent="", last_ms=last_ms), text=text, tokens=tuple(tokens), wait_ms=_wait(run)
    )


def flush(state: KeyState) -> tuple[KeyState, tuple[Token, ...]]:
    """The timer ended: a short run was typed, a long one is a code without its end."""
    if len(state.run) >= BURST:
        return replace(state, run="", recent=""), (_unended(state.run, state.last_ms),)
    return replace(state, run="", recent=state.run), tuple(Press(char, state.rows) for char in state.run)


def before_scan(state: KeyState) -> tuple[KeyState, tuple[Token, ...]]:
    """A scanner of its own read a code: what waits was typed before it (``3*``), unless it is a burst already."""
    return (state, ()) if len(state.run) >= BURST else flush(state)


def pasted(line: str, *, at_ms: int) -> Token:
    """Return the scan of one pasted line."""
    return _burst(line, at_ms)


def _joined(state: KeyState, keys: Keys, *, text: str, tokens: list[Token]) -> tuple[KeyState, str]:
    """Decide what the waiting run was, seen from the time of the next read."""
    close = _is_close(keys.at_ms - state.last_ms, len(keys.names))
    if not state.run:
        if state.recent and close and text.endswith(state.recent):
            return replace(state, run=state.recent), text.removesuffix(state.recent)
        return state, text
    if close or (len(state.run) >= BURST and _may_pause(state, keys)):
        return state, text
    state, waited = flush(state)
    tokens += waited
    return state, text


def _is_close(gap_ms: int, count: int) -> bool:
    """Whether ``count`` keys that were read together, this long after the last one, may have come without a pause.

    They came one after the other since then; a stalled reader gets many at once.
    """
    return gap_ms < JOIN_MS or gap_ms <= max(min(STUTTER_MS, JOIN_MS * (count - 1)), FASTEST_MS * count)


def _may_pause(state: KeyState, keys: Keys) -> bool:
    """Whether keys go on with a run that is a burst already: after a short pause, or, late, with its suffix."""
    return keys.at_ms - state.last_ms <= STUTTER_MS or keys.names[:1] in (("enter",), ("tab",))


def _burst(run: str, at_ms: int) -> Token:
    if len(run) > LONGEST:
        return Broken(ScanFaultKind.TOO_LONG, at_ms)
    match = _PREFIX.fullmatch(run)
    prefix, code = (f"{match[1]}*", match[2]) if match is not None else ("", run)
    return Burst(code, prefix, at_ms)


def _unended(run: str, at_ms: int) -> Broken:
    if len(run) > LONGEST:
        return Broken(ScanFaultKind.TOO_LONG, at_ms)
    return Broken(ScanFaultKind.HALF_READ, at_ms, run)


def _wait(run: str) -> int | None:
    if not run:
        return None
    return HALF_READ_MS if len(run) >= BURST else JOIN_MS + 1
