"""No bytes stop the printer, and no split of them changes its paper."""

from hypothesis import given
from hypothesis import strategies as st

from simulators.escpos.printer import EscposPrinter, Traits
from simulators.escpos.realtime import RealTimeWatch
from simulators.escpos.tokens import Tokenizer

# Bytes that lead into every command, more often than chance would.
_PREFIXES = [bytes((first, second)) for first in b"\x1b\x1c\x1d\x10" for second in range(128)]
PIECES = st.lists(
    st.one_of(
        st.sampled_from(_PREFIXES),
        st.binary(max_size=6),
        st.sampled_from(
            [b"text\n", b"\x10\x04\x01", b"\x1dv0\x00\x01\x00\x02\x00ab", "超市\n".encode("gb18030"), b"\x1c&"]
        ),
    ),
    max_size=30,
).map(b"".join)
CUTS = st.lists(st.integers(min_value=1, max_value=9), min_size=1, max_size=6)


def paper_of(printer: EscposPrinter) -> tuple[object, ...]:
    return printer.receipts, printer.unfinished, printer.incidents, printer.drawer.kicks, printer.buzzes


def split(data: bytes, sizes: list[int]) -> list[bytes]:
    pieces, start, turn = [], 0, 0
    while start < len(data):
        size = sizes[turn % len(sizes)]
        pieces.append(data[start : start + size])
        start, turn = start + size, turn + 1
    return pieces


@given(data=PIECES, sizes=CUTS, four_bytes=st.booleans())
def test_any_split_of_any_bytes_gives_the_same_paper_and_answers(
    data: bytes, sizes: list[int], *, four_bytes: bool
) -> None:
    traits = Traits(four_byte_chinese=four_bytes)
    whole, parts = EscposPrinter(traits=traits), EscposPrinter(traits=traits)
    answer = whole.receive(data)
    answers = b"".join(parts.receive(piece) for piece in split(data, sizes))
    assert answers == answer
    assert paper_of(parts) == paper_of(whole)
    assert isinstance(whole.unfinished.text(), str)


@given(data=PIECES, sizes=CUTS)
def test_what_waited_for_paper_prints_as_if_it_had_not(data: bytes, sizes: list[int]) -> None:
    straight, waited = EscposPrinter(), EscposPrinter()
    straight.receive(data)
    waited.set_cover(is_open=True)
    for piece in split(data, sizes):
        waited.receive(piece)
    assert waited.receipts == ()
    waited.set_cover(is_open=False)
    assert waited.receipts == straight.receipts
    assert waited.unfinished == straight.unfinished


@given(data=PIECES, sizes=CUTS)
def test_tokens_account_for_every_byte(data: bytes, sizes: list[int]) -> None:
    tokenizer = Tokenizer()
    end = 0
    for piece in split(data, sizes):
        for token in tokenizer.feed(piece):
            assert token.offset == end
            end += token.size
    assert end + tokenizer.pending_bytes == len(data)


@given(data=PIECES, sizes=CUTS)
def test_real_time_watching_loses_and_doubles_no_byte(data: bytes, sizes: list[int]) -> None:
    watch = RealTimeWatch()
    seen = [found for piece in split(data, sizes) for found in watch.split(piece)]
    assert b"".join(piece for piece, _ in seen) == data
    assert all(command[:1] in {b"", b"\x10"} for _, command in seen)
