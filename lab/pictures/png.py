"""Pictures of a terminal as PNG files, by way of SVG and ``rsvg-convert``."""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from lab.pictures.svg import ANSI, BACKGROUND, FOREGROUND, Glyph, svg
from terminal.domain.errors import PosError
from terminal.tui.face import Frame
from terminal.tui.palette import COLOUR, Look
from terminal.tui.paper import Row, cells

CONVERTER = "rsvg-convert"
PYTE_NAMES = {"brown": "yellow", "brightbrown": "bright_yellow", "bfightmagenta": "bright_magenta"}
"""Names of colours that pyte has of its own."""


def render_screen_png(rows: Sequence[Sequence[Glyph]], path: Path, *, cursor: tuple[int, int] | None = None) -> None:
    """Write a PNG of rows of glyphs; `PosError` when the converter is not installed or fails."""
    if shutil.which(CONVERTER) is None:
        raise PosError(f"{CONVERTER} is not installed", code="no_converter", hint="apt-get install librsvg2-bin")
    path.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [CONVERTER, "-o", str(path)], input=svg(rows, cursor=cursor).encode(), capture_output=True, check=False
    )
    if done.returncode:
        raise PosError(f"{CONVERTER}: {done.stderr.decode(errors='replace')[:200]}", code="not_converted")


def render_frame_png(frame: Frame, path: Path) -> None:
    """Write a PNG of what the screen draws."""
    render_screen_png([glyphs_of_row(row) for row in frame.rows], path, cursor=frame.cursor)


def glyphs_of_row(row: Row) -> list[Glyph]:
    """Return the glyphs of a row in the colours of the screen's palette."""
    return [_glyph(text, COLOUR[tone]) for text, tone in cells(row)]


def glyphs_of_pyte(screen: object) -> list[list[Glyph]]:
    """Return the glyphs of a ``pyte.Screen``: what a real terminal shows, with colours and reverse."""
    columns, lines, buffer = (getattr(screen, name) for name in ("columns", "lines", "buffer"))
    return [[_pyte_glyph(buffer[y][x]) for x in range(columns)] for y in range(lines)]


def _glyph(text: str, look: Look) -> Glyph:
    colour, background = ANSI.get(look.colour, FOREGROUND), ANSI.get(look.background, BACKGROUND)
    if look.reverse:
        colour, background = background, colour
    return Glyph(text=text, colour=colour, background=background, bold=look.bold)


def _pyte_glyph(char: object) -> Glyph:
    text, fg, bg, bold, reverse = (getattr(char, name) for name in ("data", "fg", "bg", "bold", "reverse"))
    colour, background = _pyte_colour(fg, FOREGROUND), _pyte_colour(bg, BACKGROUND)
    if reverse:
        colour, background = background, colour
    return Glyph(text=text, colour=colour, background=background, bold=bold)


def _pyte_colour(name: str, default: str) -> str:
    """Return pyte's colour: a name (``brightyellow``), six hexadecimal digits, or ``default``."""
    name = PYTE_NAMES.get(name, name)
    if name.startswith("bright") and "_" not in name:
        name = f"bright_{name.removeprefix('bright')}"
    if name in ANSI:
        return ANSI[name]
    return f"#{name}" if len(name) == 6 and all(char in "0123456789abcdef" for char in name.lower()) else default
