import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.escpos.printer import EscposPrinter
from simulators.escpos.realtime import REAL_TIME
from terminal.domain.picture import Picture
from terminal.domain.receipt import Cut, Divider, Heading, Item, Logo, Note, Pair, QrCode, Receipt, Row
from terminal.domain.text import clean
from terminal.drivers.escpos.encoder import (
    RESET,
    Style,
    encode_receipt,
    pulse_command,
    qr_commands,
    real_time_pulse,
)
from terminal.drivers.escpos.text import text_bytes
from tests.vectors import expected_bytes, vector

TEXTS = st.text(max_size=40).map(clean)
NASTY_ROW = st.sampled_from([b"\x10\x04", b"\x10\x05", b"\x10\x14", b"\x04\x10", b"\x00\x00"])
"""Two bytes of a picture in which a printer would obey something."""
PICTURES = st.builds(Picture, width_bytes=st.just(2), data=st.lists(NASTY_ROW, min_size=1, max_size=60).map(b"".join))
ROWS = st.one_of(
    st.builds(Heading, TEXTS, st.booleans()),
    st.builds(Pair, TEXTS, TEXTS, st.booleans()),
    st.builds(Item, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS),
    st.builds(Note, TEXTS),
    st.just(Divider()),
    st.just(Logo()),
    st.builds(Logo, PICTURES),
    st.builds(QrCode, st.text(min_size=1, max_size=60).map(clean)),
    st.just(Cut()),
)


def encoded(*rows: Row, style: Style | None = None) -> bytes:
    """Return the bytes of some rows without the reset before them."""
    data = b"".join(encode_receipt(Receipt(rows=rows), style or Style()))
    assert data.startswith(RESET)
    return data.removeprefix(RESET)


def printed(*rows: Row, columns: int = 48) -> list[str]:
    """Return the lines that a printer makes of some rows."""
    printer = EscposPrinter(columns=columns)
    printer.receive(b"".join(encode_receipt(Receipt(rows=(*rows, Cut())), Style(columns=columns))))
    assert printer.incidents == ()
    return [line for line in printer.receipts[0].text().splitlines() if line and not line.startswith("- -")]


def test_every_receipt_begins_with_a_reset_and_chinese_mode() -> None:
    assert bytes.fromhex("1b40") + bytes.fromhex("1c26") == RESET


@pytest.mark.parametrize(("name", "cut"), [("esc-cut", "full"), ("esc-cutpart", "partial")])
def test_cut_is_the_vectors(name: str, cut: str) -> None:
    assert encoded(Cut(), style=Style(cut=cut)) == expected_bytes(name)


def test_printer_without_a_cutter_feeds_out_of_the_tear_bar() -> None:
    assert encoded(Cut(), style=Style(cut="none")) == bytes.fromhex("1b6406")


def test_qr_code_is_the_vectors() -> None:
    assert b"".join(qr_commands("https://example.com/r?1")) == expected_bytes("esc-qr")


@pytest.mark.parametrize(("name", "connector"), [("esc-kick2", 0), ("esc-kick5", 1)])
def test_pulse_is_the_vectors(name: str, connector: int) -> None:
    assert pulse_command(connector=connector, on_ms=100, off_ms=100) == expected_bytes(name)


def test_usual_pulse_is_50_ms_on_and_500_off() -> None:
    expect = vector("esc-kick-19fa")["expect"]
    pulse = pulse_command(connector=0, on_ms=expect["on_ms"], off_ms=expect["off_ms"])
    assert pulse.hex() == vector("esc-kick-19fa")["input"]["hex"]


@pytest.mark.parametrize(("on_ms", "units"), [(10, 1), (100, 1), (260, 3), (5000, 8)])
def test_real_time_pulse_counts_in_100_ms(on_ms: int, units: int) -> None:
    assert real_time_pulse(connector=1, on_ms=on_ms) == bytes([0x10, 0x14, 1, 1, units])


def test_heading_is_centred_and_a_big_one_doubled() -> None:
    assert encoded(Heading(clean("永辉"))) == b"\x1ba\x01" + text_bytes("永辉") + b"\n\x1ba\x00"
    assert encoded(Heading(clean("永辉"), big=True)) == (
        b"\x1ba\x01\x1d!\x11" + text_bytes("永辉") + b"\n\x1d!\x00\x1ba\x00"
    )


def test_strong_pair_is_bold() -> None:
    assert encoded(Pair(clean("A"), clean("B"), strong=True), style=Style(columns=4)) == b"\x1bE\x01A  B\n\x1bE\x00"


def test_item_on_80_mm_paper() -> None:
    item = Item(clean("可口可乐 330ml"), clean("6901234567892"), clean("2"), clean("3.50"), clean("7.00"))
    assert printed(item) == ["可口可乐 330ml", "6901234567892                 2 x 3.50      7.00"]


def test_item_on_58_mm_paper() -> None:
    item = Item(clean("可口可乐 330ml"), clean("6901234567892"), clean("2"), clean("3.50"), clean("7.00"))
    assert printed(item, columns=32) == ["可口可乐 330ml", "6901234567892   2 x 3.50    7.00"]


def test_item_without_code_or_price_shows_what_there_is() -> None:
    item = Item(clean("袋子"), clean(""), clean("1"), clean(""), clean("0.30"))
    assert printed(item) == ["袋子", " " * 37 + "1      0.30"]


def test_long_name_is_wrapped_and_amounts_stay_at_the_right() -> None:
    name = clean("金" * 40)
    item = Item(name, clean("6901234567892"), clean("1.234kg"), clean("1234567.89"), clean("1523456.78"))
    assert printed(item, columns=32) == [
        "金" * 16,
        "金" * 16,
        "金" * 8,
        "6901234567892",
        "1.234kg x 1234567.89 1523456.78".rjust(32),
    ]


def test_divider_and_note() -> None:
    assert printed(Divider(), Note(clean("谢谢惠顾"))) == ["-" * 48, "谢谢惠顾"]


def test_logo_of_the_shop_is_printed_in_the_middle_in_place_of_the_built_in_one() -> None:
    logo = Picture(width_bytes=2, data=bytes.fromhex("800000000001"))
    assert encoded(Logo(picture=logo)) == b"\x1ba\x01" + expected_bytes("esc-raster") + b"\x1bJ\x0c\x1ba\x00"
    assert printed(Logo()) == [" " * 17 + "[image 184x72]"]


@pytest.mark.parametrize("logo", [None, Picture(width_bytes=1, data=b"\xff")])
def test_logo_is_left_out_when_the_printer_is_set_so(logo: Picture | None) -> None:
    assert encoded(Logo(picture=logo), style=Style(logo=False)) == b""


def test_text_of_a_receipt_cannot_command_the_printer() -> None:
    lines = printed(Note(clean("\x1bp\x00\x19\xfa\x10\x14\x01\x00\x01 x")))
    assert lines == ["〓p〓〓ú 〓〓〓〓〓 x"]


@given(st.lists(ROWS, max_size=12), st.sampled_from([32, 48]))
def test_any_receipt_is_clean_escpos_and_nothing_in_it_is_obeyed_in_real_time(rows: list[Row], columns: int) -> None:
    data = b"".join(encode_receipt(Receipt(rows=(*rows, Cut())), Style(columns=columns)))
    printer = EscposPrinter(columns=columns)
    printer.receive(data)
    assert REAL_TIME.search(data) is None
    assert printer.incidents == ()
    assert len(printer.receipts) == 1 + rows.count(Cut())
