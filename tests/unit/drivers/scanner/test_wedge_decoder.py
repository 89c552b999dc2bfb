import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.keyboards import LAYOUTS
from simulators.wedge import GsStyle, Wedge, WedgeSettings
from terminal.drivers.scanner.keymaps import KEYPAD_DIGITS, key_tables
from terminal.drivers.scanner.reading import RawCode, RawFault, Reading
from terminal.drivers.scanner.wedge_decoder import WedgeDecoder
from terminal.ports.devices import ScanFaultKind

EVENT = struct.Struct("llHHi")
ENTER, F1, NUM_LOCK, LEFT_ALT, RIGHT_ALT, CAPS, SHIFT, CTRL = 28, 59, 69, 56, 100, 58, 42, 29
DOWN, UP, REPEAT = 1, 0, 2


def key(code: int, value: int, at_ms: int = 0) -> bytes:
    """EV_KEY and SYN_REPORT."""
    seconds, rest = divmod(at_ms, 1000)
    return EVENT.pack(seconds, rest * 1000, 1, code, value) + EVENT.pack(seconds, rest * 1000, 0, 0, 0)


def tap(*codes: int, at_ms: int = 0) -> bytes:
    return b"".join(key(code, DOWN, at_ms) + key(code, UP, at_ms) for code in codes)


def typed(*codes: str, settings: WedgeSettings | None = None) -> bytes:
    """Return the events of a scanner that shoots these codes at 0 ms."""
    out = bytearray()
    wedge = Wedge(out.extend, settings or WedgeSettings(), now_us=lambda: 0)
    for code in codes:
        wedge.scan(code)
    return bytes(out)


def texts(found: list[Reading]) -> list[str]:
    return [reading.text for reading in found if isinstance(reading, RawCode)]


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
def test_every_character_of_a_layout_is_read(layout: str) -> None:
    chars = "".join(char for char in LAYOUTS[layout] if char not in "\t\r ")
    found = WedgeDecoder(layout).feed(typed(chars, settings=WedgeSettings(layout=layout)))
    assert texts(found) == [chars]


@pytest.mark.parametrize("layout", ["us", "de", "fr"])
def test_letters_with_caps_lock_are_read_as_they_are(layout: str) -> None:
    code = "AbcXYZ-0123"
    found = WedgeDecoder(layout).feed(typed(code, settings=WedgeSettings(layout=layout, caps_lock=True)))
    assert texts(found) == [code]


def test_wrong_layout_setting_is_seen_as_other_letters() -> None:
    found = WedgeDecoder("us").feed(typed("yz", settings=WedgeSettings(layout="de")))
    assert texts(found) == ["zy"]


@pytest.mark.parametrize("gs", [GsStyle.CTRL_BRACKET, GsStyle.F8, GsStyle.ALT_0029])
def test_gs_is_read_in_every_style(gs: GsStyle) -> None:
    assert texts(WedgeDecoder().feed(typed("10A\x1d17", settings=WedgeSettings(gs=gs)))) == ["10A\x1d17"]


def test_alt_mode_reads_numbers_of_windows_1252() -> None:
    assert texts(WedgeDecoder().feed(typed("Sé€1", settings=WedgeSettings(alt_mode=True)))) == ["Sé€1"]


@pytest.mark.parametrize("digits", ["300", "129", "99999999"])
def test_alt_number_without_a_character_spoils_the_code(digits: str) -> None:
    pad = {digit: code for code, digit in KEYPAD_DIGITS.items()}
    data = key(LEFT_ALT, DOWN) + tap(*(pad[digit] for digit in digits)) + key(LEFT_ALT, UP) + tap(ENTER)
    assert WedgeDecoder().feed(data) == [RawFault(kind=ScanFaultKind.BAD_BYTES, at_ms=0)]


def test_alt_alone_is_nothing() -> None:
    assert WedgeDecoder().feed(key(LEFT_ALT, DOWN) + key(LEFT_ALT, UP) + tap(2, ENTER)) == [RawCode(text="1", at_ms=0)]


def test_keypad_types_digits_when_alt_is_up() -> None:
    assert texts(WedgeDecoder().feed(tap(79, 80, 81, 83, 82, 96))) == ["123.0"]


def test_right_alt_is_altgr_on_german_keys_and_alt_on_american_ones() -> None:
    data = key(RIGHT_ALT, DOWN) + tap(16) + key(RIGHT_ALT, UP) + tap(ENTER)
    assert texts(WedgeDecoder("de").feed(data)) == ["@"]
    assert WedgeDecoder("us").feed(data) == [RawFault(kind=ScanFaultKind.BAD_BYTES, at_ms=0)]


def test_control_letters_are_control_characters_and_ctrl_m_ends_the_code() -> None:
    data = tap(2) + key(CTRL, DOWN) + tap(30, 50) + key(CTRL, UP)
    assert texts(WedgeDecoder().feed(data)) == ["1\x01"]


def test_time_of_a_code_is_that_of_its_suffix() -> None:
    data = tap(2, at_ms=5_000) + tap(3, at_ms=5_010) + tap(ENTER, at_ms=5_020)
    assert WedgeDecoder().feed(data) == [RawCode(text="12", at_ms=5_020)]


def test_lone_suffix_and_second_suffix_are_nothing() -> None:
    assert WedgeDecoder().feed(tap(ENTER, 2, 15, ENTER)) == [RawCode(text="1", at_ms=0)]


def test_key_that_repeats_while_held_counts_once() -> None:
    data = key(2, DOWN) + key(2, REPEAT) * 3 + key(2, UP) + tap(ENTER)
    assert texts(WedgeDecoder().feed(data)) == ["1"]


def test_num_lock_is_silent_and_an_unknown_key_spoils_the_code() -> None:
    assert WedgeDecoder().feed(tap(NUM_LOCK, 2, ENTER, 3, F1, ENTER)) == [
        RawCode(text="1", at_ms=0),
        RawFault(kind=ScanFaultKind.BAD_BYTES, at_ms=0),
    ]


def test_silence_by_the_events_own_time_ends_a_code_and_forgets_caps_lock() -> None:
    data = tap(CAPS, 30, at_ms=1000) + tap(48, ENTER, at_ms=1301)
    assert WedgeDecoder().feed(data) == [
        RawFault(kind=ScanFaultKind.HALF_READ, at_ms=1000),
        RawCode(text="b", at_ms=1301),
    ]


def test_pause_within_the_limit_does_not_end_a_code() -> None:
    assert texts(WedgeDecoder().feed(tap(30, at_ms=1000) + tap(48, ENTER, at_ms=1300))) == ["ab"]


def test_flush_reports_a_half_read_once() -> None:
    decoder = WedgeDecoder()
    states = [decoder.pending]
    decoder.feed(tap(2))
    states.append(decoder.pending)
    assert decoder.flush(7) == RawFault(kind=ScanFaultKind.HALF_READ, at_ms=7)
    assert [*states, decoder.pending] == [False, True, False]
    assert decoder.flush(8) is None


def test_code_of_512_characters_is_read_and_one_more_is_too_long_with_all_its_rest() -> None:
    decoder = WedgeDecoder()
    assert texts(decoder.feed(typed("1" * 512))) == ["1" * 512]
    assert decoder.feed(typed("1" * 900, "2")) == [
        RawFault(kind=ScanFaultKind.TOO_LONG, at_ms=0),
        RawCode(text="2", at_ms=0),
    ]


def test_alt_character_beyond_the_limit_spoils_the_code() -> None:
    data = typed("1" * 512)[: -len(tap(ENTER)) * 2] + typed("1", settings=WedgeSettings(alt_mode=True))
    assert all(isinstance(reading, RawFault) for reading in WedgeDecoder().feed(data))


DROPPED = EVENT.pack(0, 0, 0, 3, 0)
REPORT = EVENT.pack(0, 0, 0, 0, 0)


def test_dropped_events_spoil_the_code_and_its_rest_up_to_the_suffix() -> None:
    data = tap(2) + DROPPED + tap(3)[: EVENT.size] + REPORT + tap(4, ENTER, 5, ENTER)
    assert WedgeDecoder().feed(data) == [
        RawFault(kind=ScanFaultKind.OVERRUN, at_ms=0),
        RawCode(text="4", at_ms=0),
    ]


def test_dropped_events_between_two_codes_spoil_the_second() -> None:
    decoder = WedgeDecoder()
    assert decoder.feed(DROPPED + REPORT) == [RawFault(kind=ScanFaultKind.OVERRUN, at_ms=0)]
    assert decoder.feed(DROPPED + REPORT + tap(2, ENTER, 3, ENTER)) == [RawCode(text="2", at_ms=0)]


def test_silence_ends_the_skipping_after_dropped_events() -> None:
    decoder = WedgeDecoder()
    decoder.feed(DROPPED + REPORT)
    assert decoder.flush(0) is None
    assert decoder.feed(tap(2, ENTER)) == [RawCode(text="1", at_ms=0)]


def test_alt_number_in_skipped_keys_is_skipped() -> None:
    data = DROPPED + REPORT + typed("A", settings=WedgeSettings(alt_mode=True)) + tap(2, ENTER)
    assert WedgeDecoder().feed(data)[1:] == [RawCode(text="1", at_ms=0)]


def test_keys_that_are_down_after_dropped_events_are_taken_over_from_the_device() -> None:
    decoder = WedgeDecoder()
    decoder.feed(DROPPED + REPORT)
    decoder.hold((SHIFT, 30))
    assert texts(decoder.feed(tap(ENTER, 30, ENTER) + key(SHIFT, UP) + tap(30, ENTER))) == ["A", "a"]


def test_german_altgr_is_let_go_and_other_releases_change_nothing() -> None:
    data = key(RIGHT_ALT, DOWN) + key(RIGHT_ALT, UP) + tap(16, ENTER)
    assert texts(WedgeDecoder("de").feed(data)) == ["q"]


@given(st.binary(max_size=2000), st.integers(1, 300))
def test_any_bytes_cut_anywhere_decode_alike_and_never_raise(data: bytes, size: int) -> None:
    whole, pieces = WedgeDecoder(), WedgeDecoder()
    parts = [reading for start in range(0, len(data), size) for reading in pieces.feed(data[start : start + size])]
    assert parts == whole.feed(data)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 130), st.integers(0, 2)), max_size=200), st.integers(1, 500)
)
def test_any_events_cut_anywhere_decode_alike(events: list[tuple[int, int, int]], size: int) -> None:
    data = b"".join(EVENT.pack(0, 0, *event) for event in events)
    whole, pieces = WedgeDecoder("de"), WedgeDecoder("de")
    parts = [reading for start in range(0, len(data), size) for reading in pieces.feed(data[start : start + size])]
    assert parts == whole.feed(data)


@given(st.lists(st.text(st.sampled_from("0123456789ABCabc-/+. "), min_size=1, max_size=30), max_size=20))
def test_codes_back_to_back_come_out_one_by_one(codes: list[str]) -> None:
    assert texts(WedgeDecoder().feed(typed(*codes))) == codes


def test_thousand_codes_are_decoded_fast_and_whole() -> None:
    codes = [f"{number:013d}" for number in range(1000)]
    data, decoder = typed(*codes), WedgeDecoder()
    started = time.process_time()
    found = [
        reading for start in range(0, len(data), 24 * 64) for reading in decoder.feed(data[start : start + 24 * 64])
    ]
    assert texts(found) == codes
    # 25 us a code were measured; ten times that means that something is wrong, not that the machine is busy.
    assert (time.process_time() - started) / len(codes) < 250e-6


def test_unknown_layout_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        key_tables("xx")
