"""Pictures, bar codes and QR codes."""

import pytest

from simulators.escpos.barcode_bars import bars_of, with_check_digit
from simulators.escpos.paper import Align, BarCode, QrSymbol, Raster
from simulators.escpos.printer import EscposPrinter
from tests.vectors import vector


def first_item(data: bytes) -> object:
    printer = EscposPrinter()
    printer.receive(data)
    assert printer.incidents == ()
    return printer.unfinished.items[0]


def complaint(data: bytes) -> str:
    printer = EscposPrinter()
    printer.receive(data)
    (incident,) = printer.incidents
    return incident.what


def test_the_raster_of_python_escpos_is_read() -> None:
    data = bytes.fromhex(vector("esc-raster")["expect"]["hex"])
    assert first_item(data) == Raster(width=16, height=3, rows=b"\x80\0\0\0\0\x01", align=Align.LEFT)


def test_a_raster_may_be_doubled_both_ways() -> None:
    item = first_item(b"\x1dv0\x03\x01\x00\x02\x00\xff\x00")
    assert isinstance(item, Raster)
    assert (item.scale_x, item.scale_y, item.height_dots) == (2, 2, 4)


def test_graphics_are_stored_and_then_printed() -> None:
    store = b"\x1d(L\x0d\x00\x30\x70\x30\x01\x02\x31\x08\x00\x03\x00abc"
    assert first_item(store + b"\x1d(L\x02\x00\x30\x32") == Raster(
        width=8, height=3, rows=b"abc", align=Align.LEFT, scale_x=1, scale_y=2
    )
    large = b"\x1d8L\x0d\x00\x00\x00\x30\x70\x30\x01\x01\x31\x08\x00\x03\x00abc"
    assert isinstance(first_item(large + b"\x1d(L\x02\x00\x30\x02"), Raster)
    printer = EscposPrinter()
    printer.receive(b"\x1d(L\x02\x00\x30\x32")
    assert printer.unfinished.items == ()


def test_columns_of_dots_become_rows() -> None:
    assert first_item(b"\x1b*\x21\x02\x00\x80\x00\x00\x00\x00\x01\n") == Raster(
        width=2, height=24, rows=b"\x80" + b"\0" * 22 + b"\x40", align=Align.LEFT
    )
    eight = first_item(b"\x1b*\x00\x01\x00\x81")
    assert eight == Raster(width=1, height=8, rows=b"\x80\0\0\0\0\0\0\x80", align=Align.LEFT, scale_x=2, scale_y=3)


def test_the_line_feed_behind_columns_feeds_only_what_is_missing() -> None:
    printer = EscposPrinter()
    printer.receive(b"\x1b3\x18" + b"\x1b*\x21\x01\x00abc\n" * 2 + b"\x1b3\x20\x1b*\x21\x01\x00abc\n")
    assert sum(item.height_dots for item in printer.unfinished.items) == 24 + 24 + 32


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x1dv0\x00\x00\x00\x02\x00", "GS v 0: an empty picture"),
        (b"\x1dv1\x00\x01\x00\x01\x00a", "GS v 49: no such function"),
        (b"\x1d(L\x03\x00\x30\x70\x31", "GS ( L 30 70 31: no such function"),
        (b"\x1d(L\x0c\x00\x30\x70\x30\x01\x01\x31\x08\x00\x03\x00ab", "GS ( L: the picture's size and its data differ"),
        (b"\x1b*\x21\x00\x00", "ESC *: an empty picture"),
        (b"\x1d(k\x03\x00\x30\x51\x30", "GS ( k 30 51: not a QR code"),
        (b"\x1d(k\x03\x00\x31\x51\x30", "GS ( k 81: wrong parameters"),
        (b"\x1d(k\x03\x00\x31\x43\x20", "GS ( k 67: wrong parameters"),
        (b"\x1dk\x06\x00", "GS k 06 00: no bar code"),
        (b"\x1dk\x07123\x00", "GS k 07 31 32 33 00: no bar code"),
        (b"\x1dk\x02123\x00", "GS k 02 31 32 33 00: no bar code"),
        (b"ab\x1dk\x02690123456789\x00", "a picture in the middle of a line"),
    ],
)
def test_pictures_and_symbols_that_are_wrong_are_noted(data: bytes, what: str) -> None:
    assert complaint(data) == what


def test_the_bar_code_of_python_escpos_is_read() -> None:
    item = first_item(bytes.fromhex(vector("esc-ean13")["expect"]["hex"]))
    assert item == BarCode(
        kind="EAN13",
        data="6901234567892",
        bar_dots=64,
        module_dots=3,
        hri="below",
        align=Align.CENTER,
    )
    assert item.height_dots == 88


def test_the_qr_code_of_python_escpos_is_read() -> None:
    item = first_item(bytes.fromhex(vector("esc-qr")["expect"]["hex"]))
    assert item == QrSymbol(data="https://example.com/r?1", module_dots=6, level="L", align=Align.LEFT)


def test_ean13_bars_are_those_of_the_standard() -> None:
    # GS1 General Specifications, section 5.2: 4 stands in the parities ABAABB of the left half.
    left = ["0001101", "0110011", "0010011", "0111101", "0011101", "0111001"]
    right = ["1010000", "1000100", "1001000", "1110100", "1110010", "1100110"]
    assert bars_of("EAN13", "4012345678901") == "101" + "".join(left) + "01010" + "".join(right) + "101"


def test_upc_a_is_an_ean13_that_begins_with_zero() -> None:
    assert bars_of("UPC-A", "036000291452") == bars_of("EAN13", "0036000291452")


def test_ean8_has_four_digits_each_side() -> None:
    assert len(bars_of("EAN8", "9638507")) == 67
    assert bars_of("EAN8", "9638507") == bars_of("EAN8", "96385074")


def test_other_symbols_are_a_pattern_of_their_data() -> None:
    assert bars_of("CODE128", "{B1") != bars_of("CODE128", "{B2")
    assert bars_of("EAN13", "12") == bars_of("CODE39", "12")


@pytest.mark.parametrize(
    ("digits", "whole"), [("690123456789", "6901234567892"), ("9638507", "96385074"), ("03600029145", "036000291452")]
)
def test_the_check_digit_is_that_of_gs1(digits: str, whole: str) -> None:
    assert with_check_digit(digits) == whole
