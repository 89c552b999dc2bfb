import shutil
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pyte
import pytest

from lab.pictures import png
from lab.pictures.cli import IMAGES, PICTURES, frame_of, main
from lab.pictures.plain import plain
from lab.pictures.png import glyphs_of_pyte, glyphs_of_row, render_screen_png
from lab.pictures.receipt import draw_receipt
from lab.pictures.svg import (
    ANSI,
    BACKGROUND,
    CELL_HEIGHT,
    CELL_WIDTH,
    MARGIN,
    WIDE_BASELINE,
    WIDE_FONT_SIZE,
    Glyph,
    svg,
)
from terminal.domain.errors import PosError
from terminal.tui.paper import Pen, Tone

NAMESPACE = "{http://www.w3.org/2000/svg}"
needs_converter = pytest.mark.skipif(shutil.which(png.CONVERTER) is None, reason="rsvg-convert is not installed")


def size_of(path: Path) -> tuple[int, int]:
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", head[16:24])
    return width, height


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - our own picture


def test_each_glyph_stands_at_its_own_cell() -> None:
    row = glyphs_of_row(Pen(8).write("  可<").row())
    texts = list(parsed(svg([row])).iter(f"{NAMESPACE}text"))
    assert [(text.get("x"), text.text) for text in texts] == [
        (str(MARGIN + 2 * CELL_WIDTH), "可"),
        (str(MARGIN + 4 * CELL_WIDTH), "<"),
    ]


def test_run_of_one_background_is_one_rectangle() -> None:
    row = glyphs_of_row(Pen(6).write("ab").write("cd", Tone.SELECTED).row())
    rectangles = list(parsed(svg([row])).iter(f"{NAMESPACE}rect"))
    assert [(rect.get("width"), rect.get("fill")) for rect in rectangles[1:]] == [(str(2 * CELL_WIDTH), ANSI["cyan"])]


def test_cursor_is_a_line_under_its_cell() -> None:
    rectangles = list(parsed(svg([[Glyph(text="x")]], cursor=(0, 0))).iter(f"{NAMESPACE}rect"))
    assert rectangles[-1].get("x") == str(MARGIN)


def test_nothing_is_an_empty_picture() -> None:
    assert parsed(svg([])).get("width") == str(2 * MARGIN)


def test_pixel_of_a_big_digit_has_the_colours_turned_around() -> None:
    glyph = glyphs_of_row(Pen(1).write(" ", Tone.PIXEL).row())[0]
    assert (glyph.colour, glyph.background) == (BACKGROUND, ANSI["bright_yellow"])


def test_terminal_keeps_colours_bold_reverse_and_wide_characters() -> None:
    screen = pyte.Screen(8, 1)
    pyte.Stream(screen).feed("\x1b[1;93;44m可\x1b[0;7mx\x1b[0;38;5;196my\x1b[0;38;2;1;2;3mz\x1b[0;91mr")
    wide, second, turned, indexed, true, red = glyphs_of_pyte(screen)[0][:6]
    assert (wide.text, wide.colour, wide.background, wide.bold) == ("可", ANSI["bright_yellow"], ANSI["blue"], True)
    assert second.text == ""
    assert (turned.colour, turned.background) == (BACKGROUND, ANSI["white"])
    assert indexed.colour == "#ff0000"
    assert true.colour == "#010203"
    assert red.colour == ANSI["bright_red"]


@needs_converter
def test_every_picture_of_the_documentation_can_be_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--out", str(tmp_path), "checkout-80x25", "tender-80x25"]) == 0
    assert (tmp_path / "tender-80x25.txt").read_bytes() == (IMAGES / "tender-80x25.txt").read_bytes()
    for name in ("checkout-80x25", "tender-80x25"):
        assert size_of(tmp_path / f"{name}.png") == (80 * CELL_WIDTH + 2 * MARGIN, 25 * CELL_HEIGHT + 2 * MARGIN)
        assert f"{name}.png" in capsys.readouterr().out or name == "tender-80x25"


@pytest.mark.parametrize(("name", "scene", "size", "language"), PICTURES)
def test_picture_of_the_documentation_shows_what_a_till_shows_now(
    name: str, scene: str, size: str, language: str
) -> None:
    kept = IMAGES / f"{name}.txt"
    shown = plain(frame_of(scene, size=size, language=language).rows)
    assert kept.read_text(encoding="utf-8") == shown, "./guitai pictures draws them anew"
    assert size_of(kept.with_suffix(".png"))[0] > 80 * CELL_WIDTH


def test_every_picture_that_is_kept_is_drawn_by_the_command() -> None:
    assert {path.stem for path in IMAGES.glob("*.png")} == {name for name, *_ in PICTURES} | {"receipt"}


def test_wide_glyph_stands_within_its_cell_and_over_every_colour() -> None:
    row = glyphs_of_row(Pen(4).write("可", Tone.SELECTED).row())
    shapes = list(parsed(svg([row, row])).iter())
    kinds = [shape.tag.removeprefix(NAMESPACE) for shape in shapes if shape.tag != f"{NAMESPACE}g"]
    assert kinds == ["svg", "rect", "rect", "rect", "text", "text"]
    first = next(shape for shape in shapes if shape.tag == f"{NAMESPACE}text")
    assert first.get("y") == str(MARGIN + WIDE_BASELINE)
    assert WIDE_BASELINE - 0.88 * WIDE_FONT_SIZE >= 0
    assert WIDE_BASELINE + 0.12 * WIDE_FONT_SIZE <= CELL_HEIGHT


def test_names_of_pictures_are_told_apart() -> None:
    assert len({name for name, *_ in PICTURES}) == len(PICTURES)


def test_unknown_picture_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["sunset"])
    assert ended.value.code == 2
    assert "there is no picture sunset" in capsys.readouterr().err


def test_missing_converter_is_named_with_its_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(png, "CONVERTER", "no-such-converter")
    with pytest.raises(PosError, match="no-such-converter is not installed") as refused:
        render_screen_png([], tmp_path / "x.png")
    assert refused.value.hint == "apt-get install librsvg2-bin"


@needs_converter
def test_converter_that_fails_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "x.png").mkdir()
    with pytest.raises(PosError, match="rsvg-convert: "):
        render_screen_png([[Glyph(text="x")]], tmp_path / "x.png")


def test_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PosError, match="Not a directory") as told:
        main(["help-80x25", "--out", str(tmp_path / "file" / "img")])
    assert told.value.hint == "name another one with --out"


@pytest.mark.slow
def test_receipt_that_cannot_be_drawn_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(PosError, match=r"nothere/receipt\.png"):
        draw_receipt(tmp_path / "nothere" / "receipt.png")
