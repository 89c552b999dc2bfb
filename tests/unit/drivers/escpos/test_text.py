import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.text import clean
from terminal.drivers.escpos.text import SUBSTITUTE, cells, spread, text_bytes, wrap
from tests.vectors import expected_bytes

LINES = st.text(max_size=60).map(clean)


@pytest.mark.parametrize(("name", "text"), [("esc-hanzi", "欢迎光临"), ("esc-total", "合计：￥12.00")])
def test_chinese_text_is_the_bytes_of_the_vector(name: str, text: str) -> None:
    assert text_bytes(text) + b"\n" == expected_bytes(name)


@pytest.mark.parametrize(
    ("name", "text", "ours"),
    [
        ("esc-yen", "￥12.00", "a3a431322e3030"),
        ("esc-punct", "：（）", "a3baa3a8a3a9"),
        ("esc-mixed", "abc，def", "616263a3ac646566"),
        ("esc-4byte", "𠮷野家", "a1fed2b0bcd2"),
    ],
)
def test_where_the_library_is_wrong_ours_is_right(name: str, text: str, ours: str) -> None:
    assert text_bytes(text).hex() == ours
    assert text_bytes(text) + b"\n" != expected_bytes(name)


@pytest.mark.parametrize(
    ("char", "printed"),
    [("¥", "￥"), ("\u00a0", " "), ("•", "·"), ("−", "-"), ("€", "€"), ("①", "①"), ("é", "é")],
)
def test_character_that_a_font_has_prints_as_itself_or_its_neighbour(char: str, printed: str) -> None:
    assert text_bytes(char) == printed.encode("gb18030")


@pytest.mark.parametrize("char", ["㐂", "𠮷", "😀", "\ufffd", "\x1b", "\x10", "\x7f"])
def test_character_that_no_font_has_is_a_visible_mark(char: str) -> None:
    assert text_bytes(char) == SUBSTITUTE.encode("gb18030") == b"\xa1\xfe"


def test_cells_are_one_for_ascii_and_two_for_chinese() -> None:
    assert [cells(text) for text in ("abc", "可乐", "可乐 330ml", "")] == [3, 4, 10, 0]


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("可口可乐", 8, ["可口可乐"]),
        ("可口可乐", 7, ["可口可", "乐"]),
        ("可口可乐 330ml 罐装", 12, ["可口可乐", "330ml 罐装"]),
        ("Coca Cola Zero", 10, ["Coca Cola", "Zero"]),
        ("Cocacolazero", 5, ["Cocac", "olaze", "ro"]),
        ("  x ", 10, ["x"]),
        ("", 10, [""]),
    ],
)
def test_line_breaks(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


@pytest.mark.parametrize(
    ("left", "right", "lines"),
    [
        ("合计", "7.00", ["合计      7.00"]),
        ("一二三四五", "7.00", ["一二三四五", "          7.00"]),
        ("一二三四五六七八", "7.00", ["一二三四五六七", "八", "          7.00"]),
        ("只有", "", ["只有"]),
        ("", "7.00", ["          7.00"]),
    ],
)
def test_left_and_right_end_of_a_line(left: str, right: str, lines: list[str]) -> None:
    assert spread(left, right, 14) == lines


@given(LINES, st.integers(2, 60))
def test_wrapped_lines_fit_and_lose_nothing_but_blanks(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(cells(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.strip().replace(" ", "") or any(char.isspace() for char in text)


@given(LINES, LINES, st.integers(4, 60))
def test_spread_lines_fit(left: str, right: str, columns: int) -> None:
    assert all(cells(line) <= columns for line in spread(left, right, columns))


@given(LINES)
def test_text_has_no_byte_that_a_printer_obeys(text: str) -> None:
    assert all(byte >= 0x20 and byte != 0x7F for byte in text_bytes(text))
