import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.drivers.escpos.status import (
    PaperSensor,
    PrinterStatus,
    ProcessId,
    RealTimeStatus,
    ReplyParser,
    printer_status,
)
from tests.vectors import vector

FINE = 0x12


def answer(name: str) -> int:
    """Return the byte with which the vector's printer answers."""
    data = bytes.fromhex(vector(name)["input"]["printer_hex"])
    (reply,) = ReplyParser().feed(data)
    assert reply == RealTimeStatus(data[0])
    return data[0]


def status(printer: int = FINE, cause: int = FINE, error: int = FINE, paper: int = FINE) -> PrinterStatus:
    return printer_status(printer, cause, error, paper)


def test_fine_printer_has_no_problem() -> None:
    fine = status(answer("prn-eot1-ok"), answer("prn-eot2-ok"), answer("prn-eot3-ok"), answer("prn-eot4-ok"))
    assert (fine.problem, fine.detail, fine.drawer_high) == ("", "", False)


def test_drawer_pin_is_read() -> None:
    assert status(printer=answer("prn-eot1-drawer")).drawer_high


@pytest.mark.parametrize(
    ("name", "place", "problem"),
    [
        ("prn-eot1-off", "printer", "offline"),
        ("prn-eot2-cover", "cause", "cover_open"),
        ("prn-eot2-paper", "cause", "paper_out"),
        ("prn-eot2-err", "cause", "printer_error"),
        ("prn-eot3-cutter", "error", "cutter_error"),
        ("prn-eot3-unrec", "error", "unrecoverable"),
        ("prn-eot3-hot", "error", "overheated"),
        ("prn-eot4-out", "paper", "paper_out"),
    ],
)
def test_problem_of_the_vector_is_named(name: str, place: str, problem: str) -> None:
    seen = status(**{place: answer(name)})
    assert (seen.problem, seen.detail) == (problem, problem)


def test_near_end_is_no_problem_but_told() -> None:
    seen = status(paper=answer("prn-eot4-near"))
    assert (seen.problem, seen.detail, seen.near_end) == ("", "near_end", True)


def test_mechanical_error_is_named_and_the_worst_problem_wins() -> None:
    assert status(error=FINE | 0x04).problem == "printer_error"
    assert status(printer=0x1A, cause=0x76, error=0x7E, paper=0x7E).problem == "unrecoverable"


def test_byte_that_breaks_the_mask_is_no_answer() -> None:
    assert ReplyParser().feed(bytes.fromhex(vector("prn-notstatus")["input"]["printer_hex"])) == []


@pytest.mark.parametrize("name", ["prn-gsr1-near", "prn-gsr2-open"])
def test_answer_to_gs_r_is_not_taken_for_real_time_status(name: str) -> None:
    data = bytes.fromhex(vector(name)["input"]["printer_hex"])
    assert ReplyParser().feed(data) == [PaperSensor(data[0])]


@pytest.mark.parametrize("name", ["prn-asb-ok", "prn-asb-near", "prn-asb-out", "prn-asb-cover"])
def test_automatic_status_between_answers_is_left_out(name: str) -> None:
    automatic = bytes.fromhex(vector(name)["input"]["printer_hex"])
    assert ReplyParser().feed(automatic + b"\x12") == [RealTimeStatus(0x12)]


def test_process_id_is_read_also_when_it_comes_in_pieces() -> None:
    parser = ReplyParser()
    pieces = [parser.feed(bytes([byte])) for byte in b"\x37\x220042\0"]
    assert pieces == [[], [], [], [], [], [], [ProcessId(b"0042")]]


def test_half_a_reply_is_forgotten_on_reset() -> None:
    parser = ReplyParser()
    parser.feed(b"\x37\x22")
    parser.reset()
    assert parser.feed(b"\x16") == [RealTimeStatus(0x16)]


@given(st.binary(max_size=60), st.integers(1, 9))
def test_any_bytes_cut_anywhere_give_the_same_replies(data: bytes, size: int) -> None:
    whole, pieces = ReplyParser(), ReplyParser()
    parts = [reply for start in range(0, len(data), size) for reply in pieces.feed(data[start : start + size])]
    assert parts == whole.feed(data)
