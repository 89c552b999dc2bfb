import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.drivers.scanner.reading import RawCode, RawFault
from terminal.drivers.scanner.serial_decoder import SerialDecoder, decode_text
from terminal.ports.devices import ScanFaultKind


@pytest.mark.parametrize("suffix", [b"\r", b"\n", b"\r\n"])
def test_codes_end_with_any_suffix(suffix: bytes) -> None:
    assert SerialDecoder().feed(b"123" + suffix + b"45" + suffix, at_ms=9) == [
        RawCode(text="123", at_ms=9),
        RawCode(text="45", at_ms=9),
    ]


def test_code_split_over_reads_is_one_code() -> None:
    decoder = SerialDecoder()
    assert decoder.feed(b"69012", at_ms=1) == []
    begun = decoder.pending
    assert decoder.feed(b"34\r", at_ms=2) == [RawCode(text="6901234", at_ms=2)]
    assert (begun, decoder.pending) == (True, False)


def test_gs_and_chinese_are_kept_in_both_encodings() -> None:
    data = "会员\x1d1\r".encode() + "会员\x1d1\r".encode("gb18030")
    assert SerialDecoder().feed(data, at_ms=0) == [RawCode(text="会员\x1d1", at_ms=0)] * 2


def test_bytes_of_neither_encoding_are_bad() -> None:
    assert SerialDecoder().feed(b"\xff\xff\r", at_ms=0) == [RawFault(kind=ScanFaultKind.BAD_BYTES, at_ms=0)]
    assert decode_text(b"\xff") is None


def test_code_of_more_than_512_characters_is_too_long() -> None:
    assert SerialDecoder().feed(b"1" * 513 + b"\r2\r", at_ms=0) == [
        RawFault(kind=ScanFaultKind.TOO_LONG, at_ms=0),
        RawCode(text="2", at_ms=0),
    ]


def test_endless_bytes_are_one_fault_and_are_not_kept() -> None:
    decoder = SerialDecoder()
    found = [reading for _ in range(10) for reading in decoder.feed(b"1" * 1000, at_ms=0)]
    assert found == [RawFault(kind=ScanFaultKind.TOO_LONG, at_ms=0)]
    assert decoder.pending
    assert decoder.feed(b"1\r2\r", at_ms=0) == [RawCode(text="2", at_ms=0)]


def test_silence_after_a_beginning_is_a_half_read() -> None:
    decoder = SerialDecoder()
    decoder.feed(b"690", at_ms=0)
    assert decoder.flush(5) == RawFault(kind=ScanFaultKind.HALF_READ, at_ms=5)
    assert decoder.flush(6) is None


@given(st.binary(max_size=200), st.integers(1, 20))
def test_any_bytes_cut_anywhere_decode_alike(data: bytes, size: int) -> None:
    whole, pieces = SerialDecoder(), SerialDecoder()
    parts = [
        reading for start in range(0, len(data), size) for reading in pieces.feed(data[start : start + size], at_ms=0)
    ]
    assert parts == whole.feed(data, at_ms=0)
