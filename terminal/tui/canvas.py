"""The one widget of the screen, and the way its changes reach the terminal.

Textual repaints a changed region from the left edge of its widget on; here only the cells that changed are written
(measured: a scan costs about 500 bytes instead of 2,000).
"""

from collections.abc import Sequence

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from terminal.tui.guarded import Guarded
from terminal.tui.palette import Palette, encode
from terminal.tui.paper import Row, blank, cells, changes


class Canvas(Guarded, Widget):
    """Shows rows; knows which cells differ from those that it showed before."""

    DEFAULT_CSS = "Canvas { width: 100%; height: 100%; }"

    def __init__(self, palette: Palette) -> None:
        super().__init__()
        self._palette = palette
        self._rows: tuple[Row, ...] = ()

    def paint(self, rows: Sequence[Row]) -> None:
        """Show rows: the runs of cells that changed are written at once, not at Textual's next frame."""
        before, self._rows = self._rows, tuple(rows)
        if len(before) != len(self._rows) or self._rows_width != self.size.width:
            self.refresh()
            return
        regions = [
            Region(start, y, end - start, 1)
            for y, (old, new) in enumerate(zip(before, self._rows, strict=True))
            if old is not new and old != new
            for start, end in changes(old, new)
        ]
        if not regions:
            return
        screen = self.screen
        if isinstance(screen, CanvasScreen) and screen.stands:
            self._set_dirty(*regions)
            screen.paint_now()
        else:
            self.refresh(*regions)

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return what Textual asks for; rows that are not there are blank."""
        return [self._strip(y).crop_extend(crop.x, crop.right, None) for y in crop.line_range]

    @property
    def _rows_width(self) -> int:
        return len(cells(self._rows[0])) if self._rows else 0

    def _strip(self, y: int) -> Strip:
        return self._palette.strip(self._rows[y] if y < len(self._rows) else blank(max(1, self.size.width)))


class CanvasScreen(Guarded, Screen[None]):
    """Textual's screen with nothing but the canvas."""

    DEFAULT_CSS = "CanvasScreen { overflow: hidden; background: ansi_black; }"

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._compositor = SpanCompositor()

    @property
    def stands(self) -> bool:
        """Whether the canvas has its place: before that, and while the size changes, Textual paints in its own time."""
        return self.is_current and not self._layout_required and self._canvas in self._compositor.visible_widgets

    def paint_now(self) -> None:
        """Write what is dirty (a frame of Textual's own would come up to 4 ms later)."""
        self._compositor.update_widgets({self._canvas})
        self._compositor_refresh()

    def compose(self) -> ComposeResult:
        """Install the canvas, once."""
        yield self._canvas


class SpanUpdate(ChopsUpdate):
    """Writes exactly the changed spans, with as few escape sequences as possible."""

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - Textual's signature; the palette has 16 colours
        """Return the bytes for the terminal."""
        parts: list[str] = []
        for y, start, end in self.spans:
            for x, strip in self.chops[y].items():
                if strip is not None and x < end and x + strip.cell_length > start:
                    parts.append(f"\x1b[{y + 1};{max(x, start) + 1}H")
                    parts.append(encode(strip.crop(max(0, start - x), end - x)))
        return "".join(parts)


class SpanCompositor(Compositor):
    """A compositor whose partial updates are `SpanUpdate`s."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Return what changed since the last update; None when nothing did."""
        update = super().render_partial_update()
        return None if update is None else SpanUpdate(update.chops, update.spans, update.chop_ends)
