import struct
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.keyboards import LAYOUTS, linux_code
from simulators.wedge import GS, GsStyle, Suffix, Wedge, WedgeSettings

EVENT = struct.Struct("llHHi")
ENTER = 28


class Cable:
    """Collects what a wedge writes."""

    def __init__(self) -> None:
        self.writes: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.writes.append(data)

    @property
    def events(self) -> list[tuple[int, int, int]]:
        return [event[2:] for event in EVENT.iter_unpack(b"".join(self.writes))]

    @property
    def pressed(self) -> list[int]:
        return [code for kind, code, value in self.events if (kind, value) == (1, 1)]


def typed(settings: WedgeSettings, code: str) -> Cable:
    cable = Cable()
    Wedge(cable.write, settings, now_us=lambda: 0).scan(code)
    return cable


def test_a_digit_is_the_events_of_a_real_hid_keyboard() -> None:
    cable = Cable()
    Wedge(cable.write, WedgeSettings(suffix=Suffix.NONE), now_us=lambda: 5_000_007).scan("1")
    assert b"".join(cable.writes) == b"".join(
        EVENT.pack(5, 7, *event)
        for event in ((4, 4, 0x7001E), (1, 2, 1), (0, 0, 0), (4, 4, 0x7001E), (1, 2, 0), (0, 0, 0))
    )


def test_a_code_ends_with_the_suffix_that_was_set() -> None:
    assert typed(WedgeSettings(), "69").pressed == [7, 10, ENTER]
    assert typed(WedgeSettings(suffix=Suffix.TAB), "6").pressed == [7, 15]
    assert typed(WedgeSettings(suffix=Suffix.KEYPAD_ENTER), "6").pressed == [7, 96]
    assert typed(WedgeSettings(suffix=Suffix.NONE), "6").pressed == [7]


def test_a_capital_holds_shift_in_the_same_report() -> None:
    keys = [event for event in typed(WedgeSettings(suffix=Suffix.NONE), "A").events if event[0] == 1]
    assert keys == [(1, 42, 1), (1, 30, 1), (1, 42, 0), (1, 30, 0)]


def test_layouts_press_the_key_position_of_their_country() -> None:
    assert typed(WedgeSettings(layout="us"), "zy").pressed == [44, 21, ENTER]
    assert typed(WedgeSettings(layout="de"), "zy").pressed == [21, 44, ENTER]
    assert typed(WedgeSettings(layout="fr"), "1a").pressed == [42, 2, 16, ENTER]
    assert typed(WedgeSettings(layout="de"), "]").pressed == [100, 10, ENTER]


def test_every_layout_types_what_bar_codes_contain() -> None:
    code39 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-. $/+%"
    for layout in LAYOUTS.values():
        assert set(code39) <= set(layout)
        positions = list(layout.values())
        assert all(linux_code(key.usage) for key in positions)
        assert len(positions) == len(set(positions))


def test_a_character_without_a_key_is_refused() -> None:
    with pytest.raises(ValueError, match="layout 'us' has no key for '超'"):
        typed(WedgeSettings(), "超")


@pytest.mark.parametrize(
    ("style", "pressed"),
    [
        (GsStyle.CTRL_BRACKET, [29, 27]),
        (GsStyle.F8, [66]),
        (GsStyle.ALT_0029, [56, 82, 82, 80, 73]),
        (GsStyle.LOST, []),
    ],
)
def test_the_group_separator_is_typed_as_its_vendor_does(style: GsStyle, pressed: list[int]) -> None:
    assert typed(WedgeSettings(gs=style, suffix=Suffix.NONE), f"1{GS}1").pressed == [2, *pressed, 2]


def test_alt_mode_types_each_character_as_digits_of_the_keypad() -> None:
    cable = typed(WedgeSettings(alt_mode=True, suffix=Suffix.NONE), "S")
    assert [event for event in cable.events if event[0] == 1] == [
        (1, 56, 1), (1, 82, 1), (1, 82, 0), (1, 72, 1), (1, 72, 0), (1, 81, 1), (1, 81, 0), (1, 56, 0)
    ]  # fmt: skip


def test_alt_mode_has_no_chinese() -> None:
    with pytest.raises(ValueError, match="no number for '超'"):
        typed(WedgeSettings(alt_mode=True), "超")


def test_caps_lock_mode_turns_letters_around_between_two_presses_of_the_key() -> None:
    pressed = typed(WedgeSettings(caps_lock=True, suffix=Suffix.NONE), "aB1").pressed
    assert pressed == [58, 42, 30, 48, 2, 58]


def test_caps_lock_can_be_left_on() -> None:
    cable = Cable()
    Wedge(cable.write).press_caps_lock()
    assert cable.pressed == [58]


def test_an_aim_identifier_is_typed_before_the_code() -> None:
    assert typed(WedgeSettings(aim="]E0"), "6").pressed == [27, 42, 18, 11, 7, ENTER]


def test_a_half_read_has_no_suffix() -> None:
    cable = Cable()
    Wedge(cable.write).half_read("69")
    assert cable.pressed == [7, 10]


def test_a_double_trigger_sends_the_code_twice() -> None:
    cable = Cable()
    Wedge(cable.write).double_trigger("6")
    assert cable.pressed == [7, ENTER, 7, ENTER]


def test_a_person_presses_single_keys() -> None:
    cable = Cable()
    wedge = Wedge(cable.write)
    wedge.press("7")
    wedge.press("\r")
    assert cable.pressed == [8, ENTER]


def test_an_overrun_is_marked_and_keeps_only_both_ends() -> None:
    cable = Cable()
    Wedge(cable.write).overrun("6901", kept_chars=2)
    assert cable.pressed == [7, 10, 2, ENTER]
    assert (0, 3, 0) in cable.events


def test_a_cable_pulled_in_a_code_leaves_the_last_key_down() -> None:
    cable = Cable()
    wedge = Wedge(cable.write)
    wedge.cut_off("6901", kept_chars=2)
    assert [event for event in cable.events if event[0] == 1] == [(1, 7, 1), (1, 7, 0), (1, 10, 1)]
    cable.writes.clear()
    wedge.scan("6")
    assert cable.pressed == [7, ENTER]


def test_pacing_writes_report_by_report_and_waits_between() -> None:
    cable, waits = Cable(), list[float]()
    settings = WedgeSettings(ms_per_char=16, suffix=Suffix.NONE)
    Wedge(cable.write, settings, sleep=waits.append).scan("69")
    assert waits == [0.008] * 4
    assert len(cable.writes) == 4


def held_keys(events: list[tuple[int, int, int]]) -> Iterator[set[int]]:
    held: set[int] = set()
    for kind, code, value in events:
        if kind == 1:
            (held.add if value else held.remove)(code)
        elif kind == 0:
            yield set(held)


@given(
    code=st.text(alphabet=[*sorted(set(LAYOUTS["us"]) - {"\t", "\r"}), GS], min_size=1, max_size=20),
    gs=st.sampled_from(GsStyle),
    caps_lock=st.booleans(),
    alt_mode=st.booleans(),
)
def test_whatever_is_scanned_every_key_is_released_at_the_end(
    code: str, gs: GsStyle, *, caps_lock: bool, alt_mode: bool
) -> None:
    events = typed(WedgeSettings(gs=gs, caps_lock=caps_lock, alt_mode=alt_mode), code).events
    states = list(held_keys(events))
    assert states[-1] == set()
    assert max(len(state) for state in states) <= 2
