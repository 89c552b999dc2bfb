"""How a tone looks on a terminal of 16 colours, and on one without colours; rows as strips and as few bytes.

ANSI names only, black background: readable on a console, over a serial line, and in any terminal's own palette.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from terminal.tui.paper import Cell, Row, Tone, cells

RESET = "\x1b[0m"
NAMES = (
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright_black",
    "bright_red",
    "bright_green",
    "bright_yellow",
    "bright_blue",
    "bright_magenta",
    "bright_cyan",
    "bright_white",
)
"""The ANSI colours in the order of their codes."""


@dataclass(frozen=True, slots=True)
class Look:
    """Colours by their ANSI names (empty: the terminal's own) and attributes."""

    colour: str = ""
    background: str = ""
    bold: bool = False
    reverse: bool = False
    underline: bool = False

    @property
    def style(self) -> Style:
        """The look as Rich knows it."""
        return Style(
            color=self.colour or None,
            bgcolor=self.background or None,
            bold=self.bold or None,
            reverse=self.reverse or None,
            underline=self.underline or None,
        )


COLOUR: dict[Tone, Look] = {
    Tone.PLAIN: Look("white", "black"),
    Tone.LABEL: Look("cyan", "black"),
    Tone.STRONG: Look("bright_white", "black", bold=True),
    Tone.HEADER: Look("bright_white", "blue"),
    Tone.COLUMNS: Look("bright_cyan", "black"),
    Tone.RULE: Look("blue", "black"),
    Tone.SELECTED: Look("black", "cyan"),
    Tone.VOIDED: Look("yellow", "black"),
    Tone.TOTAL: Look("bright_yellow", "black"),
    Tone.PIXEL: Look("bright_yellow", "black", reverse=True),
    Tone.OK: Look("bright_green", "black"),
    Tone.ATTENTION: Look("bright_yellow", "black", bold=True),
    Tone.REJECTED: Look("bright_white", "red", bold=True),
    Tone.MONEY: Look("bright_yellow", "black"),
    Tone.INPUT: Look("bright_white", "black", bold=True),
    Tone.KEY: Look("bright_white", "black", bold=True),
    Tone.KEYS: Look("black", "cyan"),
}
MONO: dict[Tone, Look] = {
    tone: Look(
        bold=tone in (Tone.STRONG, Tone.ATTENTION, Tone.MONEY, Tone.INPUT, Tone.KEY),
        reverse=tone in (Tone.HEADER, Tone.SELECTED, Tone.PIXEL, Tone.REJECTED, Tone.KEYS),
        underline=tone is Tone.COLUMNS,
    )
    for tone in Tone
}


class Palette:
    """Turns rows into what Textual paints."""

    def __init__(self, looks: dict[Tone, Look]) -> None:
        self.looks = looks
        self._styles = {tone: look.style for tone, look in looks.items()}
        codes = {tone: _codes(look) for tone, look in looks.items()}
        self._first = {tone: _between(_AFTER_RESET, after) for tone, after in codes.items()}
        self._next = {(old, new): _between(codes[old], codes[new]) for old in Tone for new in Tone}
        self.strip = lru_cache(maxsize=64)(self._strip)

    def _strip(self, row: Row) -> Strip:
        return Strip([Segment(text, self._styles[tone]) for text, tone in row], len(cells(row)))

    def encode(self, run: Sequence[Cell]) -> str:
        """Return cells as terminal bytes: only what differs from the look of the cell before is said again."""
        parts: list[str] = []
        now: Tone | None = None
        for text, tone in run:
            if tone is not now:
                parts.append(self._first[tone] if now is None else self._next[now, tone])
                now = tone
            parts.append(text)
        return "".join((*parts, RESET)) if parts else ""


def _codes(look: Look) -> tuple[str, ...]:
    """Return the SGR codes of bold, underline, reverse, foreground, background; each always says something."""
    return (
        "1" if look.bold else "22",
        "4" if look.underline else "24",
        "7" if look.reverse else "27",
        str(_number(look.colour, 30)) if look.colour else "39",
        str(_number(look.background, 40)) if look.background else "49",
    )


def _number(name: str, first: int) -> int:
    """Return the code of a colour: ``first`` is that of black, bright ones begin 60 later."""
    index = NAMES.index(name)
    return first + index if index < len(NAMES) // 2 else first + 60 + index - len(NAMES) // 2


_AFTER_RESET = ("22", "24", "27", "39", "49")


def _between(before: tuple[str, ...], after: tuple[str, ...]) -> str:
    codes = ";".join(new for old, new in zip(before, after, strict=True) if new != old)
    return f"\x1b[{codes}m" if codes else ""
