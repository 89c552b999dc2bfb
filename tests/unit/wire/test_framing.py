import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError
from terminal.wire.framing import MAX_FRAME, FrameReader, frame


def test_a_frame_is_four_bytes_of_length_and_the_body() -> None:
    assert frame(b"abc") == b"\x00\x00\x00\x03abc"
    assert frame(b"") == b"\x00\x00\x00\x00"


@given(st.lists(st.binary(max_size=40), max_size=8), st.data())
def test_any_split_of_the_stream_gives_the_same_bodies(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(map(frame, bodies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    reader = FrameReader()
    parts = [stream[start:end] for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True)]
    assert [body for part in parts for body in reader.feed(part)] == bodies


def test_a_body_comes_only_when_it_is_whole() -> None:
    reader = FrameReader()
    assert reader.feed(b"\x00\x00\x00\x02a") == []
    assert reader.feed(b"b\x00") == [b"ab"]


def test_a_frame_of_the_limit_is_allowed_and_one_byte_more_is_not() -> None:
    body = b"x" * MAX_FRAME
    assert FrameReader().feed(frame(body)) == [body]
    with pytest.raises(InputError) as caught:
        frame(body + b"x")
    assert caught.value.code == "frame_too_long"


def test_a_length_above_the_limit_is_an_error_before_any_body_comes() -> None:
    with pytest.raises(InputError) as caught:
        FrameReader().feed((MAX_FRAME + 1).to_bytes(4, "big"))
    assert caught.value.code == "frame_too_long"
