"""How a tone looks on a terminal of 16 colours, and on one without colours; rows as strips and as few bytes.

ANSI names only, black background: readable on a console, over a serial line, and in any terminal's own palette.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from terminal.tui.paper import Row, Tone, cells

RESET = "\x1b[0m"


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
        self.strip = lru_cache(maxsize=1024)(self._strip)

    def _strip(self, row: Row) -> Strip:
        return Strip([Segment(text, self._styles[tone]) for text, tone in row], len(cells(row)))


def encode(segments: Iterable[Segment]) -> str:
    """Return segments as terminal bytes: only what differs from the style before is said again."""
    parts: list[str] = []
    now: tuple[str, ...] | None = None
    for text, style, _ in segments:
        codes = _codes(style or Style.null())
        changed = _between(now, codes)
        if changed:
            parts.append(f"\x1b[{changed}m")
        parts.append(text)
        now = codes
    return "".join((*parts, RESET)) if parts else ""


@lru_cache(maxsize=256)
def _codes(style: Style) -> tuple[str, ...]:
    """Return the SGR codes of bold, underline, reverse, foreground, background; each always says something."""
    return (
        "1" if style.bold else "22",
        "4" if style.underline else "24",
        "7" if style.reverse else "27",
        ";".join(style.color.get_ansi_codes()) if style.color is not None else "39",
        ";".join(style.bgcolor.get_ansi_codes(foreground=False)) if style.bgcolor is not None else "49",
    )


_AFTER_RESET = ("22", "24", "27", "39", "49")


@lru_cache(maxsize=1024)
def _between(before: tuple[str, ...] | None, after: tuple[str, ...]) -> str:
    return ";".join(new for old, new in zip(before or _AFTER_RESET, after, strict=True) if new != old)
