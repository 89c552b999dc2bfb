import pytest
from rich.segment import Segment
from rich.style import Style

from terminal.tui.palette import COLOUR, MONO, Look, Palette, encode
from terminal.tui.paper import Pen, Tone


def test_row_becomes_a_strip_of_the_same_width() -> None:
    strip = Palette(COLOUR).strip(Pen(10).write("可乐").write("x", Tone.SELECTED).row())
    assert (strip.text, strip.cell_length) == ("可乐x     ", 10)


def test_bytes_say_only_what_differs_from_the_piece_before() -> None:
    palette = Palette(COLOUR)
    row = Pen(4, Tone.TOTAL).write("a").write(" ", Tone.PIXEL).write("b").row()
    assert encode(palette.strip(row)) == "\x1b[93;40ma\x1b[7m \x1b[27mb \x1b[0m"


def test_bold_and_underline_are_switched_off_again() -> None:
    bold, line, plain = Style(bold=True), Style(underline=True), Style.null()
    assert encode([Segment("a", bold), Segment("b", line), Segment("c", plain), Segment("d")]) == (
        "\x1b[1ma\x1b[22;4mb\x1b[24mcd\x1b[0m"
    )


def test_nothing_needs_no_bytes() -> None:
    assert encode([]) == ""


@pytest.mark.parametrize("tone", Tone)
def test_colours_are_ansi_names_of_sixteen(tone: Tone) -> None:
    codes = encode([Segment("x", COLOUR[tone].style)]).removesuffix("x\x1b[0m").removeprefix("\x1b[").removesuffix("m")
    numbers = [int(code) for code in codes.split(";")]
    assert all(number in (1, 4, 7) or 30 <= number <= 47 or 90 <= number <= 107 for number in numbers)


def test_without_colours_everything_that_matters_differs_by_an_attribute() -> None:
    plain = MONO[Tone.PLAIN]
    assert plain == Look()
    for tone in (Tone.SELECTED, Tone.PIXEL, Tone.REJECTED, Tone.ATTENTION, Tone.HEADER, Tone.KEYS, Tone.KEY):
        assert MONO[tone] != plain
    assert not any(look.colour or look.background for look in MONO.values())


def test_refusal_differs_from_a_notice_in_both_palettes() -> None:
    for looks in (COLOUR, MONO):
        assert looks[Tone.REJECTED] != looks[Tone.ATTENTION]
