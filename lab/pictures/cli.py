"""``guitai pictures``: the screens of the documentation, drawn by the product's own code."""

import argparse
from pathlib import Path

from lab.pictures.plain import plain
from lab.pictures.png import render_frame_png
from lab.pictures.receipt import draw_receipt
from lab.pictures.scenes import view_of
from terminal.domain.errors import PosError
from terminal.tui.face import Face, Frame
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
    ("member-80x25", "member_several", "80x25", "zh"),
    ("search-80x25", "search", "80x25", "zh"),
    ("count-80x25", "count", "80x25", "zh"),
    ("report-80x25", "report_z", "80x25", "zh"),
    ("campaigns-80x25", "campaigns", "80x25", "zh"),
    ("return-80x25", "return", "80x25", "zh"),
    ("help-80x25", "help_sale", "80x25", "zh"),
)
RECEIPT = "receipt"


def main(argv: list[str]) -> int:
    """Draw each picture, or those that are named."""
    parser = argparse.ArgumentParser(
        prog="guitai pictures",
        description="Draw the screens and the receipt of the documentation as PNG.",
        epilog="example: ./guitai pictures checkout-80x25 --out /tmp/pictures",
    )
    names = [*(name for name, *_ in PICTURES), RECEIPT]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one or more of {', '.join(names)} (all of them)")
    parser.add_argument("--out", type=Path, default=IMAGES, help="folder (docs/img)")
    options = parser.parse_args(argv)
    unknown = set(options.names) - set(names)
    if unknown:
        parser.error(f"there is no picture {', '.join(sorted(unknown))}")
    _make(options.out)
    for name, scene, size, language in PICTURES:
        if name in options.names or not options.names:
            draw(options.out / name, frame_of(scene, size=size, language=language))
            print(options.out / f"{name}.png")
    if RECEIPT in options.names or not options.names:
        draw_receipt(options.out / f"{RECEIPT}.png")
        print(options.out / f"{RECEIPT}.png")
    return 0


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PosError(f"{folder}: {error.strerror}", code="bad_folder", hint="name another one with --out") from error


def frame_of(scene: str, *, size: str, language: str) -> Frame:
    """Return what the screen of a till shows in a scene."""
    width, height = SIZES[size]
    return Face(lambda part: part()).draw(Sheet(width=width, height=height, texts=Texts(language)), view_of(scene))


def draw(path: Path, frame: Frame) -> None:
    """Write a picture, and beside it as text what it shows: so that a picture of the past is noticed."""
    render_frame_png(frame, path.with_name(f"{path.name}.png"))
    path.with_name(f"{path.name}.txt").write_text(plain(frame.rows), encoding="utf-8")
