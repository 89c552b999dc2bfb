"""Draws a receipt as a thermal printer would: 8 dots a millimetre, black on paper, torn or cut below."""

from pathlib import Path
from typing import assert_never

import qrcode
from PIL import Image, ImageDraw, ImageOps
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_L, ERROR_CORRECT_M, ERROR_CORRECT_Q

from simulators.escpos.barcode_bars import bars_of
from simulators.escpos.fonts import chinese_font
from simulators.escpos.paper import (
    GLYPH_DOTS,
    Align,
    BarCode,
    CutKind,
    Gap,
    Item,
    QrSymbol,
    Raster,
    Receipt,
    Run,
    StoredLogo,
    TextLine,
)

_MARGIN_DOTS = 32
_EDGE_DOTS = 28
_TOOTH_DOTS = 8
_PAPER, _INK, _DESK = 250, 16, 205
_LEVELS = {"L": ERROR_CORRECT_L, "M": ERROR_CORRECT_M, "Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}


def render_png(receipt: Receipt, path: str | Path) -> None:
    """Write the receipt as a PNG of grey dots. ``NoChineseFontError`` without a Chinese font."""
    draw_receipt(receipt).save(path, format="PNG")


def draw_receipt(receipt: Receipt) -> Image.Image:
    """The receipt as a grey image, one pixel a dot, on a strip of paper with its edges."""
    strips = [(item, _strip(item)) for item in receipt.items]
    height = sum(strip.height for _, strip in strips) + 2 * _EDGE_DOTS
    paper = Image.new("L", (receipt.width_dots + 2 * _MARGIN_DOTS, height), _PAPER)
    y = _EDGE_DOTS
    for item, strip in strips:
        x = _MARGIN_DOTS + _indent(receipt.width_dots - strip.width, item)
        paper.paste(_INK, (x, y), ImageOps.invert(strip))
        y += strip.height
    _draw_edges(paper, receipt.cut)
    return paper


def _strip(item: Item) -> Image.Image:
    """The item alone: black (0) on white (255), as high as the paper it feeds."""
    match item:
        case TextLine():
            return _text_strip(item)
        case Gap():
            return Image.new("L", (1, item.height_dots), 255)
        case Raster():
            return _raster_strip(item)
        case BarCode():
            return _barcode_strip(item)
        case QrSymbol():
            return _qr_strip(item)
        case StoredLogo():
            return _logo_strip(item)
        case _:
            assert_never(item)


def _indent(free_dots: int, item: Item) -> int:
    match getattr(item, "align", Align.LEFT):
        case Align.CENTER:
            return max(0, free_dots // 2)
        case Align.RIGHT:
            return max(0, free_dots)
        case _:
            return 0


def _text_strip(line: TextLine) -> Image.Image:
    strip = Image.new("L", (max(1, line.width_dots), line.height_dots), 255)
    base = GLYPH_DOTS * max(run.style.height for run in line.runs)
    for run in line.runs:
        x = run.x_dots
        advance = run.style.advance_dots(wide=run.wide)
        top = base - GLYPH_DOTS * run.style.height
        for char in run.text:
            strip.paste(_glyph(char, run, advance), (x, top))
            x += advance
        if run.style.underline_dots:
            ImageDraw.Draw(strip).line((run.x_dots, base - 1, x - 1, base - 1), fill=0, width=run.style.underline_dots)
    return strip


def _glyph(char: str, run: Run, advance: int) -> Image.Image:
    """One character in its box. Drawn at its greater factor and squeezed, so that big text keeps smooth edges."""
    style = run.style
    factor = max(style.width, style.height)
    font = chinese_font(GLYPH_DOTS * factor - 2 * factor)
    box = Image.new("L", ((GLYPH_DOTS if run.wide else GLYPH_DOTS // 2) * factor, GLYPH_DOTS * factor), 255)
    # The font's own cell is a little narrower than ours: centre it, on a common base line.
    ImageDraw.Draw(box).text(
        (box.width / 2, 19 * factor), char, font=font, fill=0, anchor="ms", stroke_width=int(style.bold)
    )
    image = box.resize((advance, GLYPH_DOTS * style.height))
    return ImageOps.invert(image) if style.inverted else image


def _raster_strip(item: Raster) -> Image.Image:
    size = ((item.width + 7) // 8 * 8, item.height)
    # In mode 1 a set bit is white: a printed dot is black.
    bits = ImageOps.invert(Image.frombytes("1", size, item.rows).convert("L"))
    return bits.resize((size[0] * item.scale_x, size[1] * item.scale_y), Image.Resampling.NEAREST)


def _barcode_strip(item: BarCode) -> Image.Image:
    bars = bars_of(item.kind, item.data)
    strip = Image.new("L", (len(bars) * item.module_dots, item.height_dots), 255)
    draw = ImageDraw.Draw(strip)
    top = GLYPH_DOTS if item.hri in {"above", "both"} else 0
    for number, bar in enumerate(bars):
        if bar == "1":
            left = number * item.module_dots
            draw.rectangle((left, top, left + item.module_dots - 1, top + item.bar_dots - 1), fill=0)
    font = chinese_font(GLYPH_DOTS - 4)
    for where, y in (("above", 19), ("below", top + item.bar_dots + 19)):
        if item.hri in {where, "both"}:
            draw.text((strip.width / 2, y), item.data, font=font, fill=0, anchor="ms")
    return strip


def _qr_strip(item: QrSymbol) -> Image.Image:
    code = qrcode.QRCode(error_correction=_LEVELS[item.level], box_size=item.module_dots, border=0)
    code.add_data(item.data.encode("utf-8"))
    code.make(fit=True)
    modules = code.get_matrix()
    small = Image.new("L", (len(modules), len(modules)))
    small.putdata([0 if dark else 255 for row in modules for dark in row])
    size = len(modules) * item.module_dots
    return small.resize((size, size), Image.Resampling.NEAREST)


def _logo_strip(item: StoredLogo) -> Image.Image:
    strip = Image.new("L", (2 * item.height_dots, item.height_dots), 255)
    draw = ImageDraw.Draw(strip)
    draw.rectangle((0, 0, strip.width - 1, strip.height - 1), outline=0, width=2)
    draw.text(
        (strip.width / 2, strip.height / 2), f"NV {item.number}", font=chinese_font(GLYPH_DOTS), fill=0, anchor="mm"
    )
    return strip


def _draw_edges(paper: Image.Image, cut: CutKind) -> None:
    """Teeth of the tear bar above; below a straight cut, or teeth where nothing was cut yet."""
    draw = ImageDraw.Draw(paper)
    _draw_teeth(draw, paper.width, 0, _TOOTH_DOTS)
    bottom = paper.height - 1
    if cut in {CutKind.NONE, CutKind.TORN}:
        _draw_teeth(draw, paper.width, bottom, -_TOOTH_DOTS)
    elif cut is CutKind.PARTIAL:
        # A partial cut leaves a bridge in the middle.
        draw.rectangle((0, bottom - 3, paper.width, bottom), fill=_DESK)
        draw.rectangle((paper.width // 2 - 8, bottom - 3, paper.width // 2 + 8, bottom), fill=_PAPER)


def _draw_teeth(draw: ImageDraw.ImageDraw, width: int, edge: int, depth: int) -> None:
    step = abs(depth)
    for x in range(0, width + step, 2 * step):
        draw.polygon(((x - step, edge), (x + step, edge), (x, edge + depth)), fill=_DESK)
