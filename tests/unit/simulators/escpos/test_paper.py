"""The paper as text and as a picture."""

from pathlib import Path

import pytest
from PIL import Image

from simulators.escpos import fonts
from simulators.escpos.fonts import NoChineseFontError, chinese_font
from simulators.escpos.paper import CutKind, Gap, Receipt
from simulators.escpos.picture import draw_receipt, render_png
from simulators.escpos.printer import EscposPrinter

ESC_ALL = (
    b"\x1b@\x1c&\x1ba\x01\x1d!\x11" + "桂台超市\n".encode("gb18030") + b"\x1d!\x00\x1ba\x00"
    b"\x1bE\x01bold\x1bE\x00 \x1b-\x01under\x1b-\x00 \x1dB\x01inverted\x1dB\x00\n"
    b"\x1dv0\x00\x02\x00\x02\x00\xff\xff\x00\x01"
    b"\x1dH\x03\x1dh\x20\x1dkC\x0d6901234567892\x1dH\x00\x1dkC\x0d6901234567892"
    b"\x1ba\x02\x1cp\x07\x00\x1ba\x01\x1d(k\x05\x00\x31\x50\x30hi\x1d(k\x03\x00\x31\x51\x30\x1bJ\x20"
)


def receipt_of(data: bytes, columns: int = 48) -> Receipt:
    printer = EscposPrinter(columns=columns)
    printer.receive(data)
    assert printer.incidents == ()
    return printer.receipts[0] if printer.receipts else printer.unfinished


def black_at(picture: Image.Image, x: int, y: int) -> bool:
    return picture.tobytes()[y * picture.width + x] < 128


def test_text_is_aligned_in_cells_with_chinese_in_two() -> None:
    lines = ["品名          数量    金额", "可口可乐         2    7.00", "Oreo 奥利奥…     1    8.80"]
    receipt = receipt_of(b"\x1c&" + "".join(f"{line}\n" for line in lines).encode("gb18030"))
    # The printer sets the ellipsis in two cells, a terminal in one: a blank makes up for it.
    assert receipt.text().splitlines() == [*lines[:2], "Oreo 奥利奥…      1    8.80"]


def test_a_cut_is_a_dashed_line_and_symbols_stand_in_brackets() -> None:
    text = receipt_of(ESC_ALL + b"\x1dV\x01").text()
    assert text.splitlines() == [
        " " * 16 + "桂台超市  [2x2]",
        "bold under inverted",
        "[image 16x2]",
        "[EAN13 6901234567892]",
        "[EAN13 6901234567892]",
        " " * 40 + "[logo 7]",
        " " * 20 + "[QR hi]",
        "",
        ("- " * 24).rstrip(),
    ]


def test_the_picture_is_the_paper_in_dots() -> None:
    receipt = receipt_of(b"\x1dv0\x00\x02\x00\x02\x00\xff\x00\x00\x01\n\x1dV\x01")
    picture = draw_receipt(receipt)
    assert picture.size == (576 + 64, 2 + 30 + 56)
    assert [black_at(picture, 32 + x, 28) for x in range(16)] == [True] * 8 + [False] * 8
    assert [black_at(picture, 32 + x, 29) for x in range(16)] == [False] * 15 + [True]


def test_chinese_fills_two_cells_and_ascii_one() -> None:
    picture = draw_receipt(receipt_of(b"\x1c&" + "一".encode("gb18030") + b"|\n"))
    columns = [x for x in range(36) if any(black_at(picture, 32 + x, 28 + y) for y in range(24))]
    assert min(columns) <= 4
    assert max(column for column in columns if column < 24) >= 19
    assert [column for column in columns if column >= 24] in ([29, 30], [30], [29], [30, 31])


def test_every_kind_of_item_is_drawn(tmp_path: Path) -> None:
    for number, cut in enumerate((b"\x1dV\x00", b"\x1dV\x01", b"")):
        path = tmp_path / f"{number}.png"
        render_png(receipt_of(ESC_ALL + cut), path)
        with Image.open(path) as picture:
            assert picture.width == 640
            assert picture.height > 300


def test_a_qr_code_is_really_drawn() -> None:
    picture = draw_receipt(
        receipt_of(b"\x1d(k\x05\x00\x31\x50\x30hi\x1d(k\x03\x00\x31\x43\x04\x1d(k\x03\x00\x31\x51\x30")
    )
    finder = [[black_at(picture, 32 + 2 + 4 * x, 28 + 2 + 4 * y) for x in range(7)] for y in range(7)]
    assert finder == [
        [True] * 7,
        [True, *[False] * 5, True],
        *[[True, False, True, True, True, False, True]] * 3,
        [True, *[False] * 5, True],
        [True] * 7,
    ]


def test_a_narrow_paper_is_narrow() -> None:
    assert draw_receipt(receipt_of(b"x\n", columns=32)).width == 384 + 64


def test_an_empty_receipt_is_an_empty_strip() -> None:
    assert draw_receipt(Receipt(items=(Gap(height_dots=10),), columns=48, cut=CutKind.FULL)).height == 66


@pytest.fixture
def _no_cached_face() -> None:
    fonts._chinese_face.cache_clear()


@pytest.mark.usefixtures("_no_cached_face")
class TestFonts:
    def test_a_machine_without_a_chinese_font_says_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr(fonts, "_FOLDERS", (str(tmp_path),))
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(NoChineseFontError, match="install fonts-noto-cjk"):
            chinese_font(24)
        fonts._chinese_face.cache_clear()

    def test_a_font_in_another_folder_is_found_through_fontconfig(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (real,) = fonts._candidates()[:1]
        tool = tmp_path / "fc-match"
        tool.write_text(f"#!/bin/sh\nprintf '%s' '{real}'\n")
        tool.chmod(0o755)
        monkeypatch.setattr(fonts, "_FOLDERS", (str(tmp_path),))
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert chinese_font(24).size == 24

    def test_a_file_without_the_right_face_is_passed_over(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        (tmp_path / "broken.ttc").write_bytes(b"no font")
        (real,) = fonts._candidates()[:1]
        monkeypatch.setattr(fonts, "_candidates", lambda: [tmp_path / "broken.ttc", real])
        assert chinese_font(12).size == 12


def test_slices_that_touch_are_one_picture_and_others_are_not() -> None:
    centre, left = b"\x1ba\x01", b"\x1ba\x00"
    slices = b"\x1dv0\x00\x01\x00\x02\x00\xff\x01" + b"\x1dv0\x00\x01\x00\x01\x00\x80"
    wider, double = b"\x1dv0\x00\x02\x00\x01\x00\x00\x00", b"\x1dv0\x03\x01\x00\x01\x00\x80"
    receipt = receipt_of(centre + slices + b"\x1bJ\x0c" + slices + left + slices + wider + double)
    assert [(item.height, item.rows) for item in receipt.pictures()[:3]] == [(3, b"\xff\x01\x80")] * 3
    assert [(item.width, item.height, item.scale_x) for item in receipt.pictures()[3:]] == [(16, 1, 1), (8, 1, 2)]
    assert [line.strip() for line in receipt.text().splitlines() if line] == [
        *["[image 8x3]"] * 3,
        "[image 16x1]",
        "[image 8x1]",
    ]
