import pytest

from simulators.faults import ScriptError, ScriptRun, Step, check_script, parse_script, perform
from simulators.serial_scanner import SerialScanner


def test_a_script_is_read_step_by_step() -> None:
    assert parse_script("after 200 bytes: paper_out; after 2 s: paper_in\nafter 1500 ms: slow 960;") == (
        Step(do="paper_out", after_bytes=200),
        Step(do="paper_in", after_s=2),
        Step(do="slow", value=960, after_s=1.5),
    )


@pytest.mark.parametrize("text", ["paper_out", "after x bytes: mute", "after 2 h: mute", "after 1.5 bytes: mute"])
def test_a_step_that_cannot_be_read_is_named(text: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_script(text)
    assert text in str(caught.value)


def test_an_action_that_nothing_knows_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ScriptError, match="unknown action 'explode'; known: garbage, heal, late_ms, mute"):
        check_script(parse_script("after 0 s: explode"), SerialScanner(), {})


def test_actions_with_a_number_change_the_link() -> None:
    device = SerialScanner()
    for step in parse_script("after 0 s: slow 960; after 0 s: late_ms 250; after 0 s: short 7"):
        perform(step, device, {})
    assert (device.faults.bytes_per_s, device.faults.late_s, device.faults.take_at_most) == (960, 0.25, 7)


def test_actions_of_the_device_and_of_its_cable_are_called() -> None:
    device, pulled = SerialScanner(), list[str]()
    for step in parse_script("after 0 s: mute; after 0 s: stall; after 0 s: garbage; after 0 s: unplug"):
        perform(step, device, {"unplug": lambda: pulled.append("unplug")})
    assert device.faults.mute
    assert device.faults.stalled
    assert device.faults.garbage == b"\xff"
    assert pulled == ["unplug"]
    perform(Step(do="heal"), device, {})
    assert device.faults == SerialScanner().faults


def test_a_step_waits_for_its_bytes_and_then_for_its_seconds() -> None:
    run = ScriptRun([Step(do="a", after_bytes=10), Step(do="b", after_s=2)], now_s=100)
    assert run.bytes_left() == 10
    assert run.seconds_left(100) is None
    run.took(10)
    assert run.due(100) == Step(do="a", after_bytes=10)
    assert run.due(101) is None
    assert run.seconds_left(101) == 1
    assert run.due(102) == Step(do="b", after_s=2)
    assert run.due(103) is None
    assert run.bytes_left() is None
