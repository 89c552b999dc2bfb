import pytest
from rich.color import ColorSystem
from textual.strip import Strip

from terminal.tui.palette import COLOUR, MONO, Look, Palette
from terminal.tui.paper import Pen, Tone, cells


def test_row_becomes_a_strip_of_the_same_width() -> None:
    strip = Palette(COLOUR).strip(Pen(10).write("可乐").write("x", Tone.SELECTED).row())
    assert (strip.text, strip.cell_length) == ("可乐x     ", 10)


def test_bytes_say_only_what_differs_from_the_cell_before() -> None:
    row = Pen(4, Tone.TOTAL).write("a").write(" ", Tone.PIXEL).write("可").row()
    assert Palette(COLOUR).encode(cells(row)) == "\x1b[93;40ma\x1b[7m \x1b[27m可\x1b[0m"


def test_bold_is_switched_off_again_where_the_next_cell_is_not() -> None:
    row = Pen(2).write("a", Tone.STRONG).write("b", Tone.COLUMNS).row()
    assert Palette(MONO).encode(cells(row)) == "\x1b[1ma\x1b[22;4mb\x1b[0m"


def test_nothing_needs_no_bytes() -> None:
    assert Palette(COLOUR).encode(()) == ""


@pytest.mark.parametrize("tone", Tone)
@pytest.mark.parametrize("looks", [COLOUR, MONO], ids=["colour", "mono"])
def test_bytes_of_a_look_are_those_that_rich_would_write(looks: dict[Tone, Look], tone: Tone) -> None:
    rich = Strip.render_ansi(looks[tone].style, ColorSystem.STANDARD)
    encoded = Palette(looks).encode([("x", tone)])
    assert encoded == (f"\x1b[{rich}mx\x1b[0m" if rich else "x\x1b[0m")


def test_without_colours_everything_that_matters_differs_by_an_attribute() -> None:
    plain = MONO[Tone.PLAIN]
    assert plain == Look()
    for tone in (Tone.SELECTED, Tone.PIXEL, Tone.REJECTED, Tone.ATTENTION, Tone.HEADER, Tone.KEYS, Tone.KEY):
        assert MONO[tone] != plain
    assert not any(look.colour or look.background for look in MONO.values())


def test_refusal_differs_from_a_notice_in_both_palettes() -> None:
    for looks in (COLOUR, MONO):
        assert looks[Tone.REJECTED] != looks[Tone.ATTENTION]
