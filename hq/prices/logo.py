"""The shop's logo: a small PNG beside the shop file becomes the black dots that a printer sets.

What is darker than half grey on white paper becomes black, the rest stays paper. It is not dithered: a logo is letters
and edges, which scattered dots fray, and a thermal head smears them. Who wants grey dithers it in a drawing program:
a picture that is black and white already is printed dot by dot.
"""

import io
import struct
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from hq.errors import PriceFileError
from terminal.domain.picture import MAX_DATA_BYTES, MAX_HEIGHT_DOTS, MAX_WIDTH_DOTS, Picture

if TYPE_CHECKING:
    from PIL import Image

MAX_FILE_BYTES = 256 * 1024
BLACK_BELOW = 128
"""Greys (0 = black, 255 = white) below it are printed."""
_DAMAGED = (OSError, SyntaxError, ValueError, LookupError, EOFError, struct.error)
"""What Pillow raises for a file that begins as a PNG."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_SCALE = f"scale it to at most {MAX_WIDTH_DOTS} x {MAX_HEIGHT_DOTS} dots, 8 a millimetre on the paper"


def read_logo(path: Path) -> Picture:
    """Return the picture of a PNG; `PriceFileError` says what is wrong with the file and what to do about it."""
    data = _read(path)
    _check_size(path.name, *_size(path.name, data))
    picture = _dots(path.name, data)
    if not any(picture.data):
        hint = "draw it dark on white or on nothing"
        raise PriceFileError(f"nothing of {path.name} is dark enough to be printed", hint=hint)
    return picture


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError as error:
        raise PriceFileError(f"there is no {path}", hint="logo names a PNG, relative to the shop file") from error
    except OSError as error:
        raise PriceFileError(f"{path.name}: {error.strerror}") from error
    if len(data) > MAX_FILE_BYTES:
        raise PriceFileError(f"{path.name} is larger than {MAX_FILE_BYTES // 1024} KiB", hint=_SCALE)
    return data


def _size(name: str, data: bytes) -> tuple[int, int]:
    """Return width and height as the header says them: nothing is unpacked before they are known to be small."""
    # PNG (ISO/IEC 15948), 5.2 and 11.2.2: signature; length of the first chunk, IHDR, width, height, big-endian
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR" or len(data) < 24:
        raise PriceFileError(f"{name} is no PNG", hint="export it as PNG; a new name alone does not make one")
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _check_size(name: str, width: int, height: int) -> None:
    if width > MAX_WIDTH_DOTS:
        raise PriceFileError(f"{name} is {width} dots wide, more than {MAX_WIDTH_DOTS}", hint=_SCALE)
    if height > MAX_HEIGHT_DOTS:
        raise PriceFileError(f"{name} is {height} dots high, more than {MAX_HEIGHT_DOTS}", hint=_SCALE)
    row_bytes = -(-width // 8)
    if row_bytes * height > MAX_DATA_BYTES:
        raise PriceFileError(
            f"{name} is {row_bytes * height} bytes for the printer, more than {MAX_DATA_BYTES}",
            hint=f"at {width} dots wide it may be {MAX_DATA_BYTES // row_bytes} high",
        )


def _dots(name: str, data: bytes) -> Picture:
    from PIL import Image  # noqa: PLC0415 - only publishing a logo needs it

    try:
        with warnings.catch_warnings(action="ignore"), Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            colours = _in_eight_bits(image).convert("RGBA")
    except _DAMAGED as error:
        raise PriceFileError(f"{name} is a damaged PNG", hint="export it again") from error
    on_paper = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours).convert("L")
    black = on_paper.point([255 if grey < BLACK_BELOW else 0 for grey in range(256)], mode="1")
    return Picture(width_bytes=-(-black.width // 8), data=black.tobytes())


def _in_eight_bits(image: "Image.Image") -> "Image.Image":
    """Return the picture with greys of 0…255: Pillow cuts greys of 16 bits off instead of scaling them."""
    return image.convert("I").point(lambda grey: grey * (1 / 257)).convert("L") if image.mode == "I;16" else image
