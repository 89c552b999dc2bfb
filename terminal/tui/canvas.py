"""The one widget of the screen, and the way its changes reach the terminal.

Textual repaints a changed region from the left edge of its widget on; here only the cells that changed are written
(measured: a scan costs about 500 bytes instead of 2,000).
"""

from collections.abc import Sequence

from rich.console import Console
from textual._compositor import Compositor, CompositorUpdate
from textual.app import ComposeResult
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from terminal.tui.guarded import Guarded
from terminal.tui.palette import Palette
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

    def forget(self) -> None:
        """Paint everything the next time: what was meant to be painted may not have been."""
        self._rows = ()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return what Textual asks for; rows that are not there are blank."""
        return [self._strip(y).crop_extend(crop.x, crop.right, None) for y in crop.line_range]

    @property
    def _rows_width(self) -> int:
        return len(cells(self._rows[0])) if self._rows else 0

    def encoded(self, y: int, start: int, end: int) -> str:
        """Return the cells [start, end) of a row as terminal bytes."""
        return self._palette.encode(cells(self._rows[y])[start:end])

    def _strip(self, y: int) -> Strip:
        return self._palette.strip(self._rows[y] if y < len(self._rows) else blank(max(1, self.size.width)))


class CanvasScreen(Guarded, Screen[None]):
    """Textual's screen with nothing but the canvas."""

    DEFAULT_CSS = "CanvasScreen { overflow: hidden; background: ansi_black; }"

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas
        self._compositor = SpanCompositor(canvas)

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


class SpanUpdate(CompositorUpdate):
    """The changed cells of a canvas that fills the screen."""

    def __init__(self, canvas: Canvas, spans: list[tuple[int, int, int]]) -> None:
        self._canvas = canvas
        self._spans = spans

    def render_segments(self, console: Console) -> str:  # noqa: ARG002 - Textual's signature; the palette has 16 colours
        """Return the bytes for the terminal: for each (row, start, end) a movement and the cells."""
        encoded = self._canvas.encoded
        return "".join(f"\x1b[{y + 1};{start + 1}H{encoded(y, start, end)}" for y, start, end in self._spans)


class SpanCompositor(Compositor):
    """A compositor of one canvas; partial updates are `SpanUpdate`s."""

    def __init__(self, canvas: Canvas) -> None:
        super().__init__()
        self._canvas = canvas

    def render_partial_update(self) -> SpanUpdate | None:  # type: ignore[override]  # Textual asks no more of it
        """Return what changed since the last update; None when nothing did."""
        regions = self._dirty_regions.copy()
        self._dirty_regions.clear()
        spans = list(self._regions_to_spans(regions))
        return SpanUpdate(self._canvas, spans) if spans else None
