import pytest

from simulators.escpos.tokens import Command, Text, Token, Tokenizer, Unknown


def tokens(data: bytes) -> list[Token]:
    return Tokenizer().feed(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"\x1b&\x03\x41\x42\x01abc\x00", "ESC &"),
        (b"\x1b(A\x02\x00ab", "ESC ( A"),
        (b"\x1bD\x01\x02\x00", "ESC D"),
        (b"\x1bD" + b"\x01" * 33, "ESC D"),
        (b"\x1d*\x01\x01" + b"x" * 8, "GS *"),
        (b"\x1dk\x04" + b"A" * 300, "GS k"),
        (b"\x1cq\x01\x01\x00\x01\x00" + b"x" * 8, "FS q"),
        (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "DLE DC4"),
        (b"\x10\x14\x03\x01", "DLE DC4"),
        (b"\x1b\x0c", "ESC FF"),
    ],
)
def test_commands_of_varying_length_end_where_their_manual_says(data: bytes, name: str) -> None:
    first, *_ = tokens(data)
    assert isinstance(first, Command)
    assert first.name == name
    assert first.size == (len(data) if name != "GS k" else 2 + 1 + 256)


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b", b"\x1b&\x03", b"\x1b&\x03\x41\x42\x01abc", b"\x1b(A\x02", b"\x1bD\x01", b"\x1b*\x21", b"\x1d*\x01",
        b"\x1dk\x04", b"\x1dk\x04A", b"\x1dV", b"\x1dv0\x00", b"\x1d8L\x01\x00", b"\x1cq", b"\x1cq\x01\x01",
        b"\x10\x14", b"\x1d(k\x05\x00\x31",
    ],
)  # fmt: skip
def test_a_command_that_is_not_whole_waits(data: bytes) -> None:
    tokenizer = Tokenizer()
    assert tokenizer.feed(data) == []
    assert tokenizer.pending_bytes == len(data)
    tokenizer.clear()
    assert tokenizer.feed(b"a") == [Text(data=b"a", offset=len(data))]


def test_unknown_bytes_end_at_the_next_that_may_begin_something() -> None:
    assert tokens(b"\x1b\x1b@\x1bz\x07") == [
        Unknown(data=b"\x1b", offset=0),
        Command(name="ESC @", args=b"", offset=1, size=2),
        Unknown(data=b"\x1bz", offset=3),
        Unknown(data=b"\x07", offset=5),
    ]
