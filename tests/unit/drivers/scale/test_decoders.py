"""The dialects of scales, byte by byte."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulators.scale import Toledo8217
from terminal.config.schema import DeviceConfig
from terminal.domain.errors import ConfigError
from terminal.drivers.registry import build_devices
from terminal.drivers.scale.continuous import DEFAULT, ContinuousDecoder
from terminal.drivers.scale.decoding import weight_of
from terminal.drivers.scale.toledo_8217 import Toledo8217Decoder
from terminal.ports.devices import Weight, WeightState
from tests.vectors import vector

ERRORS = {
    "in motion (bit0)": WeightState.MOTION,
    "over capacity (bit1)": WeightState.OVER,
    "under zero (bit2)": WeightState.UNDER,
    "bad command (bit6)+centre of zero (bit4)": WeightState.GARBLED,
}


def stable(grams: int, *, net: bool = False) -> Weight:
    return Weight(state=WeightState.STABLE, grams=grams, net=net)


def no(state: WeightState) -> Weight:
    return Weight(state=state)


@pytest.mark.parametrize("name", ["8217-zero", "8217-w", "8217-net"])
def test_toledo_weight_is_that_of_the_vector(name: str) -> None:
    given_, expected = vector(name)["input"], vector(name)["expect"]
    decoder = Toledo8217Decoder()
    assert decoder.question.hex() == given_["host_hex"]
    grams = int(expected["kg"].replace(".", ""))
    assert decoder.feed(bytes.fromhex(given_["scale_hex"])) == [stable(grams, net=expected.get("net", False))]


@pytest.mark.parametrize("name", ["8217-motion", "8217-over", "8217-under", "8217-badcmd"])
def test_toledo_status_is_that_of_the_vector(name: str) -> None:
    raw = bytes.fromhex(vector(name)["input"]["scale_hex"])
    assert Toledo8217Decoder().feed(raw) == [no(ERRORS[vector(name)["expect"]["error"]])]


@pytest.mark.parametrize(
    ("name", "grams", "tare", "act"),
    [
        ("8217-zero", 0, 0, None),
        ("8217-w", 1234, 0, None),
        ("8217-over", 15_005, 0, None),
        ("8217-under", -5, 0, None),
        ("8217-net", 600, 100, None),
        ("8217-badcmd", 0, 0, None),
        ("8217-motion", 500, 0, "shake"),
    ],
)
def test_simulated_scale_says_the_bytes_of_the_vector(name: str, grams: int, tare: int, act: str | None) -> None:
    scale = Toledo8217(grams=grams)
    scale.tare(tare)
    if act is not None:
        scale.actions()[act]()
    transcript = vector(name)["input"]
    assert scale.receive(bytes.fromhex(transcript["host_hex"])).hex() == transcript["scale_hex"]


@pytest.mark.parametrize(
    ("raw", "state"),
    [
        (b"\x0212.35\r", WeightState.WRONG_UNIT),  # pounds
        (b"\x021.2345\r", WeightState.WRONG_UNIT),
        (b"\x02?\x03\r", WeightState.OVER),  # and in motion
        (b"\x02?\x10\r", WeightState.GARBLED),
        (b"\x02?\r", WeightState.GARBLED),
        (b"\x020\x00.855\r", WeightState.GARBLED),  # wrong parity, as the kernel gives it
        (b"\x02\xb0\xb1.235\r", WeightState.GARBLED),  # eight bits where the scale has seven
        (b"1.235\r", WeightState.GARBLED),
        (b"\x02-1.235\r", WeightState.GARBLED),
        (b"7\x0201.235\r", WeightState.GARBLED),
    ],
)
def test_toledo_answer_that_is_no_weight_is_none(raw: bytes, state: WeightState) -> None:
    assert Toledo8217Decoder().feed(raw) == [no(state)]


@pytest.mark.parametrize(
    ("line", "weight"),
    [
        ("ST,GS,+  1.234kg", stable(1234)),
        ("ST,NT,+  0.500kg", stable(500, net=True)),
        ("ST,GS,+  0.000kg", stable(0)),
        ("ST,GS,-  0.005kg", no(WeightState.UNDER)),
        ("US,GS,+  1.234kg", no(WeightState.MOTION)),
        ("OL,GS,+ 15.005kg", no(WeightState.OVER)),
        ("ST,GS,+   1.23kg", no(WeightState.WRONG_UNIT)),
        ("ST,GS,+  1.234lb", no(WeightState.GARBLED)),
        ("ST,GS,+  1.2x4kg", no(WeightState.GARBLED)),
    ],
)
def test_line_of_a_scale_that_talks_by_itself(line: str, weight: Weight) -> None:
    decoder = ContinuousDecoder(re.compile(DEFAULT))
    assert decoder.feed(f"{line}\r\n".encode()) == [], "it may have begun before"
    assert decoder.feed(f"{line}\r\n".encode()) == [weight]


def test_unit_of_a_pattern_is_kilograms_or_refused() -> None:
    decoder = ContinuousDecoder(re.compile(r"(?P<stable>S) (?P<weight>[\d. ]+) (?P<unit>\w+)"))
    assert decoder.feed(b"\nS 1 .234 kg\nS 1.234 lb\n") == [stable(1234), no(WeightState.WRONG_UNIT)]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [
        ("(", "device s: pattern: missing"),
        (r"(?P<weight>\d+)", "device s: pattern lacks the group stable"),
        (r"\d+", "device s: pattern lacks the group stable and weight"),
    ],
)
def test_pattern_that_cannot_tell_a_weight_stops_the_till_at_its_start(pattern: str, message: str) -> None:
    config = DeviceConfig(name="s", driver="continuous-scale", address="tcp:h:1", settings={"pattern": pattern})
    with pytest.raises(ConfigError, match=re.escape(message)):
        build_devices([config], lambda _event: None)


@given(st.lists(st.binary(max_size=40)))
@example([b"\x0201.23", b"5\r"])
def test_bytes_mean_the_same_however_they_are_cut_and_nothing_raises(parts: list[bytes]) -> None:
    whole, cut = Toledo8217Decoder(), Toledo8217Decoder()
    data = b"".join(parts)
    pieces = [weight for part in parts for weight in cut.feed(part)]
    if len(data) <= 32:
        assert whole.feed(data) == pieces
    for line in ContinuousDecoder(re.compile(DEFAULT)).feed(data):
        assert line.grams >= 0


@given(st.integers(0, 9_999_999))
def test_kilograms_become_grams_exactly(grams: int) -> None:
    assert weight_of(f"{grams // 1000}.{grams % 1000:03d}") == stable(grams)
