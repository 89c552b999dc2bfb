"""What a real till shows, for the tests of the screen; baskets of any length repeat its lines."""

from msgspec.structs import replace

from lab.pictures.scenes import view_of
from terminal.wire.counter.panels import Panel
from terminal.wire.counter.view import LineView, View


def line(number: int) -> LineView:
    """Return one line; the articles come round again."""
    lines = view_of("sale").lines
    return replace(lines[(number - 1) % len(lines)], number=number)


def sale(count: int = 7, *, panel: Panel | None = None) -> View:
    """Return a sale of ``count`` lines with the last one selected, and with a panel over it."""
    view = view_of("sale")
    return replace(
        view,
        lines=tuple(line(number) for number in range(1, count + 1)),
        selected=count - 1,
        totals=replace(view.totals, lines=count),
        panel=view.panel if panel is None else panel,
    )
