import pytest

from simulators.cables.gate import Gate
from simulators.faults import ScriptError, parse_script
from simulators.serial_scanner import SerialScanner


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_sound_link_takes_all_and_waits_for_nothing() -> None:
    device = SerialScanner()
    gate = Gate(device, clock=Clock())
    assert gate.allowance() == device.room()
    gate.take(b"abc")
    assert bytes(device.heard) == b"abc"
    assert gate.wait_s() is None
    assert gate.due_output() == b""


def test_a_stalled_link_takes_nothing() -> None:
    device = SerialScanner()
    device.set_faults(stalled=True)
    assert Gate(device, clock=Clock()).allowance() == 0


def test_a_slow_link_earns_its_bytes_with_time() -> None:
    device, clock = SerialScanner(), Clock()
    gate = Gate(device, clock=clock)
    device.set_faults(bytes_per_s=1024)
    assert gate.allowance() == 0
    clock.now += 1 / 64
    assert gate.allowance() == 16
    gate.take(b"x" * 11)
    assert gate.allowance() == 5
    clock.now += 60
    assert gate.allowance() == 51
    assert gate.wait_s() == 0.05


def test_a_mute_device_answers_nothing() -> None:
    device = SerialScanner()
    gate = Gate(device, clock=Clock())
    device.set_faults(mute=True)
    device.scan("690")
    assert gate.due_output() == b""


def test_garbage_replaces_an_answer() -> None:
    device = SerialScanner()
    gate = Gate(device, clock=Clock())
    device.set_faults(garbage=b"\xff")
    device.scan("690")
    assert gate.due_output() == b"\xff"


def test_a_late_answer_comes_when_its_time_has_come() -> None:
    device, clock = SerialScanner(), Clock()
    gate = Gate(device, clock=clock)
    device.set_faults(late_s=1)
    device.scan("690")
    assert gate.due_output() == b""
    assert gate.wait_s() == 1
    clock.now += 1
    assert gate.due_output() == b"690\r"


def test_a_new_host_gets_no_answers_of_the_one_before() -> None:
    device, clock = SerialScanner(), Clock()
    gate = Gate(device, clock=clock)
    device.set_faults(late_s=1)
    device.scan("690")
    gate.due_output()
    device.scan("691")
    gate.forget_output()
    clock.now += 5
    assert gate.due_output() == b""


def test_a_script_stops_the_bytes_where_its_step_is_due() -> None:
    device, clock = SerialScanner(), Clock()
    gate = Gate(device, parse_script("after 5 bytes: mute; after 2 s: heal"), clock=clock)
    assert gate.allowance() == 5
    gate.take(b"12345")
    assert device.faults.mute
    assert gate.wait_s() == 2
    clock.now += 2
    gate.run_script()
    assert not device.faults.mute


def test_a_script_of_unknown_actions_is_refused_before_anything_moves() -> None:
    with pytest.raises(ScriptError, match="unknown action 'unplug'"):
        Gate(SerialScanner(), parse_script("after 0 s: unplug"))
