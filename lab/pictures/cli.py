"""``guitai pictures``: the screens of the documentation, drawn by the product's own code."""

import argparse
from pathlib import Path

from lab.pictures.png import render_frame_png
from lab.pictures.receipt import draw_receipt
from lab.pictures.views import PANELS, sale, shown_with
from terminal.tui.face import Face
from terminal.tui.sheet import Sheet
from terminal.tui.text.table import Texts

IMAGES = Path(__file__).parents[2] / "docs" / "img"
SIZES = {"80x25": (80, 25), "100x30": (100, 30)}
PICTURES = (
    ("checkout-80x25", "sale", "80x25", "zh"),
    ("checkout-100x30", "sale", "100x30", "zh"),
    ("checkout-en-80x25", "sale", "80x25", "en"),
    ("tender-80x25", "tender_change", "80x25", "zh"),
    ("completed-80x25", "completed", "80x25", "zh"),
    ("held-80x25", "held", "80x25", "zh"),
    ("login-80x25", "login", "80x25", "zh"),
    ("search-80x25", "search", "80x25", "zh"),
    ("help-80x25", "help_sale", "80x25", "zh"),
)
RECEIPT = "receipt"


def main(argv: list[str]) -> int:
    """Draw each picture, or those that are named."""
    parser = argparse.ArgumentParser(
        prog="guitai pictures",
        description="Draw the screens and the receipt of the documentation as PNG.",
        epilog="example: guitai pictures",
    )
    names = [*(name for name, *_ in PICTURES), RECEIPT]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(names)} (all of them)")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder (docs/img)")
    options = parser.parse_args(argv)
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    for name, panel, size, language in PICTURES:
        if name in options.names or not options.names:
            draw(options.out / f"{name}.png", panel=panel, size=size, language=language)
            print(options.out / f"{name}.png")
    if RECEIPT in options.names or not options.names:
        draw_receipt(options.out / f"{RECEIPT}.png")
        print(options.out / f"{RECEIPT}.png")
    return 0


def draw(path: Path, *, panel: str, size: str, language: str) -> None:
    """Draw the sample sale with one panel."""
    width, height = SIZES[size]
    view = shown_with(sale(), PANELS[panel])
    frame = Face(lambda part: part()).draw(Sheet(width=width, height=height, texts=Texts(language)), view)
    render_frame_png(frame, path)
