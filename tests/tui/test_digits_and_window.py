import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.tui import digits
from terminal.tui.paper import Tone
from terminal.tui.window import first_line

AMOUNTS = st.integers(min_value=-9_999_999, max_value=9_999_999).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")


def picture(amount: str, *, rows: int, pixel: int = 1) -> list[str]:
    painted = digits.paint(amount, rows=rows, pixel=pixel)
    return ["".join(("#" if tone is Tone.PIXEL else ".") * len(text) for text, tone in row) for row in painted]


def test_small_amount_is_five_rows_of_blanks() -> None:
    assert picture("-1.7", rows=digits.SMALL) == [
        ".....#....###",
        "....##......#",
        "###..#......#",
        ".....#......#",
        "....###.#...#",
    ]


def test_tall_amount_is_seven_rows() -> None:
    assert picture("4", rows=digits.TALL) == ["...#.", "..##.", ".#.#.", "#..#.", "#####", "...#.", "...#."]


def test_pixels_of_two_cells_are_twice_as_wide() -> None:
    assert picture("1", rows=digits.SMALL, pixel=2)[0] == "..##.."


def test_characters_that_have_no_glyph_are_left_out() -> None:
    assert picture("\u00a51", rows=digits.SMALL) == picture("1", rows=digits.SMALL)


def test_nothing_takes_no_room() -> None:
    assert digits.width_of_digits("", rows=digits.SMALL, pixel=2) == 0


@pytest.mark.parametrize(("room", "pixel"), [(44, 2), (43, 1)])
def test_pixels_are_wide_where_the_amount_has_room(room: int, pixel: int) -> None:
    assert digits.pixel_for("1234.56", rows=digits.SMALL, room=room) == pixel


@given(AMOUNTS, st.sampled_from([digits.SMALL, digits.TALL]), st.integers(min_value=1, max_value=2))
def test_rows_of_an_amount_are_as_wide_as_was_said(amount: str, rows: int, pixel: int) -> None:
    width = digits.width_of_digits(amount, rows=rows, pixel=pixel)
    assert {len(row) for row in picture(amount, rows=rows, pixel=pixel)} == {width}


def test_basket_that_fits_stands_at_the_top() -> None:
    assert first_line(count=14, selected=13, height=14, before=None) == 0


def test_fresh_screen_shows_the_end_on_a_full_page() -> None:
    assert first_line(count=1000, selected=999, height=14, before=None) == 986


def test_full_page_turns_with_two_lines_of_context() -> None:
    assert first_line(count=15, selected=14, height=14, before=0) == 12


def test_page_that_has_room_stays() -> None:
    assert first_line(count=20, selected=19, height=14, before=12) == 12


def test_going_up_beyond_the_page_turns_it_back() -> None:
    assert first_line(count=40, selected=11, height=14, before=12) == 0
    assert first_line(count=40, selected=25, height=14, before=26) == 14


def test_no_selection_means_the_last_line() -> None:
    assert first_line(count=40, selected=-1, height=14, before=None) == 26


@given(
    st.integers(min_value=0, max_value=200),
    st.integers(min_value=-1, max_value=250),
    st.integers(min_value=1, max_value=30),
    st.none() | st.integers(min_value=0, max_value=250),
)
def test_the_wanted_line_is_always_on_the_page(count: int, selected: int, height: int, before: int | None) -> None:
    top = first_line(count=count, selected=selected, height=height, before=before)
    wanted = count - 1 if selected < 0 else min(selected, count - 1)
    assert top >= 0
    assert count == 0 or top <= wanted < top + height
