from hypothesis import given
from hypothesis import strategies as st

from simulators.escpos.printer import EscposPrinter
from simulators.escpos.realtime import REAL_TIME
from terminal.domain.picture import Picture
from terminal.drivers.escpos.logo import built_in_logo
from terminal.drivers.escpos.raster import SLICE_ROWS, raster_commands
from tests.vectors import expected_bytes

# Rows that are full of what a printer would obey.
NASTY = st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x01, 0xFF]), min_size=3 * 4, max_size=3 * 120).map(
    lambda values: bytes(values[: len(values) // 3 * 3])
)


def test_picture_of_the_vector_is_its_bytes() -> None:
    # 16 dots wide, 3 rows: a dot at the left top, nothing, a dot at the right bottom
    picture = Picture(width_bytes=2, data=bytes.fromhex("800000000001"))
    assert raster_commands(picture) == [expected_bytes("esc-raster")]


def test_tall_picture_is_sliced() -> None:
    commands = raster_commands(Picture(width_bytes=1, data=bytes(2 * SLICE_ROWS + 1)))
    assert [command[6] for command in commands] == [SLICE_ROWS, SLICE_ROWS, 1]


def test_sequence_over_the_end_of_a_row_is_parted_by_a_slice() -> None:
    commands = raster_commands(Picture(width_bytes=1, data=b"\x10\x04"))
    assert commands == [b"\x1dv0\0\x01\0\x01\0\x10", b"\x1dv0\0\x01\0\x01\0\x04"]


def test_sequence_inside_a_row_loses_its_sense_by_one_dot() -> None:
    (command,) = raster_commands(Picture(width_bytes=6, data=b"\x10\x04\x10\x05\x10\x14"))
    assert command[8:] == b"\x10\x06\x10\x07\x10\x16"


@given(NASTY)
def test_no_raster_is_obeyed_in_real_time_and_all_rows_arrive(data: bytes) -> None:
    sent = b"".join(raster_commands(Picture(width_bytes=3, data=data)))
    printer = EscposPrinter()
    answers = printer.receive(sent)
    assert REAL_TIME.search(sent) is None
    assert answers == b""
    assert printer.incidents == ()


def test_logo_is_a_whole_picture_of_184_by_72_dots() -> None:
    logo = built_in_logo()
    assert (logo.width_bytes * 8, len(logo.rows), {len(row) for row in logo.rows}) == (184, 72, {23})
