"""The printer's answers, byte for byte, by the shared vectors."""

import pytest

from simulators.escpos.drawer import Drawer
from simulators.escpos.printer import EscposPrinter, PaperState, Traits
from simulators.escpos.status import Condition, buffered_status
from tests.vectors import vector

STATES = {
    "prn-eot1-ok": (),
    "prn-eot1-drawer": ("drawer_open",),
    "prn-eot1-off": ("cover_open",),
    "prn-eot2-ok": (),
    "prn-eot2-cover": ("cover_open",),
    "prn-eot2-paper": ("paper_out",),
    "prn-eot2-err": ("head_hot",),
    "prn-eot3-ok": (),
    "prn-eot3-unrec": ("break_down",),
    "prn-eot3-hot": ("head_hot",),
    "prn-eot4-ok": (),
    "prn-eot4-near": ("paper_near_end",),
    "prn-eot4-out": ("paper_out",),
    "prn-gsr1-near": ("paper_near_end",),
    "prn-gsr2-open": ("drawer_open",),
    "prn-asb-ok": (),
    "prn-asb-near": ("paper_near_end",),
}


def do(printer: EscposPrinter, *actions: str) -> None:
    for action in actions:
        printer.actions()[action]()


@pytest.mark.parametrize("name", STATES)
def test_the_printer_answers_as_the_vector_says(name: str) -> None:
    transcript = vector(name)["input"]
    printer = EscposPrinter()
    do(printer, *STATES[name])
    assert printer.receive(bytes.fromhex(transcript["host_hex"])).hex() == transcript["printer_hex"]


@pytest.mark.parametrize(("name", "action"), [("prn-asb-out", "paper_out"), ("prn-asb-cover", "cover_open")])
def test_automatic_status_tells_of_going_offline_by_itself(name: str, action: str) -> None:
    transcript = vector(name)["input"]
    printer = EscposPrinter()
    printer.receive(bytes.fromhex(transcript["host_hex"]))
    do(printer, action)
    assert printer.collect().hex() == transcript["printer_hex"]


def test_a_jammed_cutter_is_an_error_at_the_next_cut() -> None:
    transcript = vector("prn-eot3-cutter")["input"]
    printer = EscposPrinter()
    do(printer, "cutter_jam")
    assert printer.receive(b"\x10\x04\x03") == b"\x12"
    printer.receive(b"text\n\x1dV\x00")
    assert printer.receive(bytes.fromhex(transcript["host_hex"])).hex() == transcript["printer_hex"]


def test_buffered_status_is_silent_while_offline_and_comes_after() -> None:
    request = bytes.fromhex(vector("prn-offline-gsr")["input"]["host_hex"])
    printer = EscposPrinter()
    do(printer, "paper_out")
    assert printer.receive(request) == b""
    assert printer.receive(b"\x10\x04\x01") == b"\x1a"
    do(printer, "paper_in")
    assert printer.collect() == b"\x00"


def test_every_real_time_answer_has_the_fixed_bits_that_garbage_lacks() -> None:
    garbage = bytes.fromhex(vector("prn-notstatus")["input"]["printer_hex"])[0]
    assert garbage & 0x93 != 0x12
    printer = EscposPrinter()
    do(printer, "paper_out", "cover_open", "head_hot", "break_down", "drawer_open")
    for number in (1, 2, 3, 4):
        (answer,) = printer.receive(bytes((0x10, 0x04, number)))
        assert answer & 0x93 == 0x12


def test_a_drawer_may_have_the_other_polarity_or_no_sensor() -> None:
    inverted = EscposPrinter(drawer=Drawer(high_when_open=False))
    assert inverted.receive(b"\x1dr\x02") == b"\x01"
    inverted.receive(b"\x1bp\x00\x19\xfa")
    assert inverted.receive(b"\x1dr\x02") == b"\x00"
    blind = EscposPrinter(drawer=Drawer(sensor=False))
    blind.receive(b"\x1bp\x00\x19\xfa")
    assert blind.drawer.is_open
    assert blind.receive(b"\x1dr2") == b"\x00"


def test_a_status_that_does_not_exist_is_noted_and_not_answered() -> None:
    printer = EscposPrinter()
    assert printer.receive(b"\x1dr\x09") == b""
    assert [incident.what for incident in printer.incidents] == ["GS r 9: no such status"]
    assert buffered_status(9, Condition()) is None


def test_a_clone_answers_real_time_status_only() -> None:
    traits = Traits(answers_status=False, answers_process_id=False, reports_status=False, maker="", model="")
    printer = EscposPrinter(traits=traits)
    assert printer.receive(b"\x1dr\x01\x1d(H\x06\x00\x30\x30abcd\x1da\xff\x1dI\x42\x10\x04\x04") == b"\x12"
    assert printer.incidents == ()


def test_automatic_status_reports_only_what_was_asked_for() -> None:
    printer = EscposPrinter()
    assert printer.receive(b"\x1da\x08") == bytes.fromhex("10000000")
    do(printer, "drawer_open", "cover_open", "cover_close")
    assert printer.collect() == b""
    do(printer, "paper_near_end")
    assert printer.collect() == bytes.fromhex("14000300")
    printer.receive(b"\x1da\x00")
    do(printer, "paper_in")
    assert printer.collect() == b""


def test_automatic_status_tells_of_the_drawer_and_of_errors() -> None:
    printer = EscposPrinter()
    printer.receive(b"\x1da\x05")
    printer.receive(b"\x1bp\x00\x19\xfa")
    do(printer, "drawer_close", "head_hot", "head_cool")
    assert printer.collect() == bytes.fromhex("100000001840000010000000")


def test_a_process_id_comes_back_when_all_before_it_is_done() -> None:
    printer = EscposPrinter()
    answer = printer.receive(b"receipt\n\x1dV\x00\x1d(H\x06\x00\x30\x30\x00\x00\x00\x2a")
    assert answer == b"\x37\x22\x00\x00\x00\x2a\x00"
    do(printer, "cover_open")
    assert printer.receive(b"\n\x1d(H\x06\x00\x30\x30abcd") == b""
    do(printer, "cover_close")
    assert printer.collect() == b"\x37\x22abcd\x00"


def test_other_functions_of_the_process_command_are_not_answered() -> None:
    printer = EscposPrinter()
    assert printer.receive(b"\x1d(H\x03\x00\x31\x30\x00") == b""


def test_the_printer_says_who_it_is() -> None:
    printer = EscposPrinter(traits=Traits(maker="XP", model="XP-80"))
    assert printer.receive(b"\x1dIB\x1dIC\x1dI\x01") == b"_XP\x00_XP-80\x00"


def test_the_port_status_of_usb_follows_the_condition() -> None:
    printer = EscposPrinter()
    assert printer.port_status() == 0x18
    printer.set_paper(PaperState.OUT)
    assert printer.port_status() == 0x28
    do(printer, "paper_in", "break_down")
    assert printer.port_status() == 0x00
