import msgspec
import pytest

from terminal.domain.picture import MAX_DATA_BYTES, MAX_HEIGHT_DOTS, MAX_WIDTH_DOTS, Picture


def test_a_picture_has_rows_from_top_to_bottom() -> None:
    picture = Picture(width_bytes=2, data=b"\x80\x00\x00\x01\xff\xff")
    assert (picture.rows, picture.height_dots) == ((b"\x80\x00", b"\x00\x01", b"\xff\xff"), 3)


@pytest.mark.parametrize(
    ("width_bytes", "height"),
    [(1, 1), (1, MAX_HEIGHT_DOTS), (32, MAX_HEIGHT_DOTS), (MAX_WIDTH_DOTS // 8, MAX_DATA_BYTES // 48)],
)
def test_a_picture_as_large_as_paper_bears_is_one_and_survives_the_wire(width_bytes: int, height: int) -> None:
    picture = Picture(width_bytes=width_bytes, data=bytes(width_bytes * height))
    assert msgspec.json.decode(msgspec.json.encode(picture), type=Picture) == picture


@pytest.mark.parametrize(
    ("width_bytes", "length", "told"),
    [
        (0, 8, "a picture is 8 to 384 dots wide, not 0"),
        (-1, 8, "a picture is 8 to 384 dots wide, not -8"),
        (49, 49, "a picture is 8 to 384 dots wide, not 392"),
        (2, 0, "a picture of 0 bytes has no whole rows of 2"),
        (2, 5, "a picture of 5 bytes has no whole rows of 2"),
        (1, 193, "a picture is at most 192 dots high, not 193"),
        (48, 48 * 129, "a picture has at most 6144 bytes, not 6192"),
    ],
)
def test_a_picture_that_no_paper_bears_is_refused(width_bytes: int, length: int, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Picture(width_bytes=width_bytes, data=bytes(length))
    raw = msgspec.json.encode({"width_bytes": width_bytes, "data": bytes(length)})
    with pytest.raises(msgspec.ValidationError, match=told):
        msgspec.json.decode(raw, type=Picture)
