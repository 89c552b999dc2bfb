import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from terminal.tui.paper import Pen, Row, Tone, blank, cells, changes, cut, safe, text_of

WORDS = st.text(alphabet="aZ 0.可乐~-", max_size=30)
TONES = st.sampled_from([Tone.PLAIN, Tone.SELECTED])


def row_of(texts: list[tuple[str, Tone]], width: int = 24) -> Row:
    pen = Pen(width)
    for text, tone in texts:
        pen.write(text, tone)
    return pen.row()


ROWS = st.lists(st.tuples(WORDS, TONES), max_size=6).map(row_of)


def test_text_that_fits_is_left_as_it_is() -> None:
    assert cut("可口可乐", 8) == "可口可乐"


def test_text_that_is_too_long_is_cut_with_a_mark_that_is_one_cell_wide() -> None:
    assert cut("可口可乐", 7) == "可口可~"


def test_half_of_a_wide_character_is_never_shown() -> None:
    assert cut("可口可乐", 6) == "可口~"


@pytest.mark.parametrize(("width", "shown"), [(1, "~"), (0, ""), (-3, "")])
def test_no_room_leaves_no_text(width: int, shown: str) -> None:
    assert cut("可口可乐", width) == shown


def test_control_bidi_and_zero_width_characters_become_question_marks() -> None:
    assert safe("a\x1b[2Jb\u202ec\u200bd") == "a?[2Jb?c?d"


def test_characters_of_unclear_width_get_plain_ones() -> None:
    assert safe("1×2…“蓝”\u3000\ufffd") == '1x2.."蓝"  ?'


@given(st.text(max_size=60), st.integers(min_value=-2, max_value=40))
def test_no_text_breaks_its_width_or_brings_a_control_character(text: str, width: int) -> None:
    shown = cut(text, width)
    assert cell_len(shown) <= max(0, width)
    assert shown.isprintable()


def test_text_at_the_right_ends_at_its_column() -> None:
    assert text_of(Pen(10).write("a").right(8, "12").row()) == "a     12  "


def test_text_at_the_right_keeps_a_blank_before_it_and_is_cut_when_there_is_no_room() -> None:
    assert text_of(Pen(10).write("abcdef").right(9, "12345").row()) == "abcdef 1~ "


def test_text_at_the_right_without_any_room_is_left_out() -> None:
    assert text_of(Pen(6).write("abcdef").right(6, "12345").row()) == "abcdef"


def test_pen_never_goes_back_or_beyond_the_row() -> None:
    pen = Pen(4).write("abc").goto(1).goto(99).write("z")
    assert (pen.at, pen.room, text_of(pen.row())) == (4, 0, "abc ")


def test_pieces_of_one_tone_are_one_span() -> None:
    assert Pen(3).write("a").write("b").row() == (("ab ", Tone.PLAIN),)


def test_wide_character_takes_two_cells_and_a_combining_one_none() -> None:
    assert cells((("可e\u0301", Tone.PLAIN),)) == (("可", Tone.PLAIN), ("", Tone.PLAIN), ("e\u0301", Tone.PLAIN))


def test_combining_character_without_a_base_is_dropped() -> None:
    assert cells((("\u0301a", Tone.PLAIN),)) == (("a", Tone.PLAIN),)


def test_only_what_changed_is_reported() -> None:
    before, after = row_of([("1.00", Tone.PLAIN)]), row_of([("1.50", Tone.PLAIN)])
    assert list(changes(before, after)) == [(2, 3)]


def test_changes_that_are_near_are_one() -> None:
    before, after = row_of([("a1b2", Tone.PLAIN)]), row_of([("x1y2", Tone.PLAIN)])
    assert list(changes(before, after)) == [(0, 3)]


def test_changes_that_are_far_are_two() -> None:
    before, after = row_of([("a" + "." * 12 + "b", Tone.PLAIN)]), row_of([("x" + "." * 12 + "y", Tone.PLAIN)])
    assert list(changes(before, after)) == [(0, 1), (13, 14)]


def test_other_tone_of_the_same_text_is_a_change() -> None:
    before, after = row_of([("ab", Tone.PLAIN)]), row_of([("ab", Tone.SELECTED)])
    assert list(changes(before, after)) == [(0, 2)]


def test_row_of_another_width_is_new() -> None:
    assert list(changes((), blank(4))) == [(0, 4)]


@given(ROWS, ROWS)
def test_changed_runs_laid_over_the_old_row_give_the_new_one(before: Row, after: Row) -> None:
    shown = list(cells(before))
    for start, end in changes(before, after):
        shown[start:end] = cells(after)[start:end]
    assert tuple(shown) == cells(after)


def test_wide_character_behind_another_one_is_changed_as_a_whole() -> None:
    before, after = row_of([("000乐乐0", Tone.PLAIN)]), row_of([("00000可0", Tone.PLAIN)])
    assert list(changes(before, after)) == [(3, 7)]


@given(ROWS, ROWS)
def test_changed_runs_never_split_a_wide_character(before: Row, after: Row) -> None:
    new = cells(after)
    for start, end in changes(before, after):
        assert new[start][0] != ""
        assert end == len(new) or new[end][0] != ""
