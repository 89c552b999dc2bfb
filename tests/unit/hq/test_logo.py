"""The logo of a shop: a PNG becomes dots, or is refused with what is wrong and what to do."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hq.errors import PriceFileError
from hq.prices.logo import MAX_FILE_BYTES, read_logo
from terminal.domain.picture import Picture
from tests.pngs import BLACK, WHITE, grey_png, png


def logo_file(folder: Path, data: bytes) -> Path:
    path = folder / "logo.png"
    path.write_bytes(data)
    return path


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(PriceFileError) as caught:
        read_logo(path)
    return str(caught.value), caught.value.hint


def test_what_is_darker_than_half_grey_is_black_and_rows_are_filled_up_with_paper(tmp_path: Path) -> None:
    row = (BLACK, 127, 128, WHITE, WHITE, WHITE, WHITE, BLACK, BLACK, WHITE)
    path = logo_file(tmp_path, grey_png(10, 2, *row, *reversed(row)))
    assert read_logo(path) == Picture(width_bytes=2, data=bytes([0b1100_0001, 0b1000_0000, 0b0110_0000, 0b1100_0000]))


def test_black_and_white_is_taken_dot_by_dot(tmp_path: Path) -> None:
    dots = Image.frombytes("1", (16, 2), bytes.fromhex("a5c3f00f"))
    assert read_logo(logo_file(tmp_path, png(dots))).data == bytes.fromhex("5a3c0ff0")


@pytest.mark.parametrize(
    ("mode", "dots"),
    [
        ("RGBA", [(0, 0, 0, 255), (0, 0, 0, 0), (0, 0, 0, 100), (255, 0, 0, 255), (255, 255, 0, 255)]),
        ("LA", [(0, 255), (0, 0), (0, 100), (76, 255), (226, 255)]),
        ("RGB", [(0, 0, 0), (255, 255, 255), (155, 155, 155), (255, 0, 0), (255, 255, 0)]),
        ("I;16", [0, 65_535, 40_000, 20_000, 58_000]),
    ],
)
def test_colours_and_what_is_seen_through_lie_on_white_paper(tmp_path: Path, mode: str, dots: list[int]) -> None:
    image = Image.new(mode, (8, 1), "white" if mode != "I;16" else 65_535)
    for x, dot in enumerate(dots):
        image.putpixel((x, 0), dot)
    assert read_logo(logo_file(tmp_path, png(image))).data == bytes([0b1001_0000])


def test_palette_with_a_transparent_colour_is_understood(tmp_path: Path) -> None:
    image = Image.new("P", (8, 1), 0)
    image.putpalette([0, 0, 0, 0, 0, 0])
    image.putpixel((3, 0), 1)
    image.info["transparency"] = 0
    assert read_logo(logo_file(tmp_path, png(image))).data == bytes([0b0001_0000])


@pytest.mark.parametrize(("width", "height"), [(1, 1), (384, 128), (256, 192)])
def test_logo_as_large_as_it_may_be_is_taken(tmp_path: Path, width: int, height: int) -> None:
    picture = read_logo(logo_file(tmp_path, grey_png(width, height)))
    assert (picture.width_bytes, picture.height_dots) == (-(-width // 8), height)


@pytest.mark.parametrize(
    ("data", "wrong", "remedy"),
    [
        (b"\xff\xd8\xff\xe0JFIF" + bytes(40), "logo.png is no PNG", "export it as PNG"),
        (b"", "logo.png is no PNG", "export it as PNG"),
        (grey_png(8, 8)[:20], "logo.png is no PNG", "export it as PNG"),
        (grey_png(8, 8)[:40], "logo.png is a damaged PNG", "export it again"),
        (grey_png(0x181, 8), "logo.png is 385 dots wide, more than 384", "at most 384 x 192 dots, 8 a millimetre"),
        (grey_png(8, 193), "logo.png is 193 dots high, more than 192", "at most 384 x 192 dots, 8 a millimetre"),
        (
            grey_png(380, 129),
            "logo.png is 6192 bytes for the printer, more than 6144",
            "at 380 dots wide it may be 128 high",
        ),
        (grey_png(8, 1, *[128] * 8), "nothing of logo.png is dark enough to be printed", "draw it dark on white"),
        (bytes(MAX_FILE_BYTES + 1), "logo.png is larger than 256 KiB", "scale it to at most 384 x 192"),
    ],
)
def test_logo_that_cannot_be_printed_is_refused_with_a_remedy(
    tmp_path: Path, data: bytes, wrong: str, remedy: str
) -> None:
    told, hint = refusal(logo_file(tmp_path, data))
    assert told == wrong
    assert remedy in hint


def test_logo_that_is_missing_or_a_folder_is_refused(tmp_path: Path) -> None:
    told, hint = refusal(tmp_path / "none.png")
    assert told.startswith("there is no ")
    assert hint == "logo names a PNG, relative to the shop file"
    assert refusal(tmp_path)[0].endswith("Is a directory")


def test_picture_that_would_unpack_to_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    bomb = bytearray(grey_png(8, 8))
    bomb[16:24] = b"\x00\x01\x00\x00" * 2
    assert refusal(logo_file(tmp_path, bytes(bomb)))[0] == "logo.png is 65536 dots wide, more than 384"


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(16, 1 << 10), data=st.binary(min_size=1, max_size=8), cut=st.integers(0, 1 << 10), mode=st.booleans()
)
def test_damaged_file_is_refused_or_a_picture_but_never_anything_else(
    tmp_path: Path, at: int, data: bytes, cut: int, *, mode: bool
) -> None:
    raw = bytearray(png(Image.effect_noise((20, 12), 90).convert("RGBA" if mode else "P")))
    start = at % len(raw)
    raw[start : start + len(data)] = data
    path = logo_file(tmp_path, bytes(raw[: len(raw) - (cut % len(raw) if cut % 2 else 0)]))
    try:
        picture = read_logo(path)
    except PriceFileError:
        return
    assert any(picture.data)
