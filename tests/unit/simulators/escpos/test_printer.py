"""What the printer prints, pulses and keeps, without a cable."""

import pytest

from simulators.escpos.drawer import Drawer, Kick
from simulators.escpos.paper import CutKind, Receipt
from simulators.escpos.printer import EscposPrinter, PaperState, Traits
from tests.vectors import vector

CUT = b"\x1dV\x00"


def printed(data: bytes, **traits: object) -> Receipt:
    """What hangs out of a printer without faults, or was cut last."""
    printer = EscposPrinter(traits=Traits(**traits))  # type: ignore[arg-type]
    printer.receive(data)
    assert printer.incidents == ()
    return printer.receipts[-1] if printer.receipts else printer.unfinished


def complaints(data: bytes) -> list[str]:
    printer = EscposPrinter()
    printer.receive(data)
    return [incident.what for incident in printer.incidents]


def gb(text: str) -> bytes:
    return text.encode("gb18030")


def test_a_receipt_of_another_maker_is_read_whole() -> None:
    esc_receipt = vector("esc-receipt")
    printer = EscposPrinter()
    printer.receive(bytes.fromhex(esc_receipt["input"]["hex"]))
    (receipt,) = printer.receipts
    assert printer.incidents == ()
    assert receipt.lines() == esc_receipt["expect"]["lines"]
    assert receipt.qr_codes() == [esc_receipt["expect"]["qr"]]
    assert receipt.barcodes() == [("EAN13", esc_receipt["expect"]["ean13"])]
    assert receipt.rasters() == [(16, 3)]
    assert receipt.cut is CutKind.PARTIAL
    assert printer.drawer.kicks == [Kick(pin=2, on_ms=50, off_ms=500)]


def test_a_pulse_has_its_pin_and_its_times() -> None:
    expected = vector("esc-kick-19fa")["expect"]
    printer = EscposPrinter()
    printer.receive(bytes.fromhex(vector("esc-kick-19fa")["input"]["hex"]))
    assert printer.drawer.kicks == [Kick(pin=2, on_ms=expected["on_ms"], off_ms=expected["off_ms"])]
    assert printer.drawer.is_open


@pytest.mark.parametrize("name", ["esc-rl", "esc-ntp"])
def test_chinese_of_other_makers_is_read(name: str) -> None:
    assert printed(bytes.fromhex(vector(name)["input"]["hex"]) + b"\n").lines() == [vector(name)["expect"]["text"]]


@pytest.mark.parametrize(("name", "text"), [("esc-hanzi", "欢迎光临"), ("esc-total", "合计：￥12.00")])
def test_chinese_of_python_escpos_is_read_in_chinese_mode(name: str, text: str) -> None:
    assert printed(b"\x1c&" + bytes.fromhex(vector(name)["expect"]["hex"])).lines() == [text]


@pytest.mark.parametrize(
    ("name", "seen", "meant"),
    [("esc-yen", "?12.00", "￥12.00"), ("esc-punct", "???", "：（）"), ("esc-mixed", "abc?def", "abc，def")],
)
def test_what_python_escpos_garbles_is_seen_garbled(name: str, seen: str, meant: str) -> None:
    assert printed(bytes.fromhex(vector(name)["expect"]["hex"])).lines() == [seen]
    assert printed(b"\x1c&" + gb(meant) + b"\n").lines() == [meant]


def test_four_byte_characters_print_on_new_firmware_only() -> None:
    data = b"\x1c&" + bytes.fromhex(vector("esc-4byte")["expect"]["hex"])
    assert printed(data, four_byte_chinese=True).lines() == ["𠮷野家"]
    printer = EscposPrinter()
    printer.receive(data)
    assert printer.unfinished.lines() == ["□4□5野家"]
    assert [incident.what for incident in printer.incidents] == [
        "half a Chinese character: 95",
        "half a Chinese character: b2",
    ]


def test_a_chinese_printer_needs_no_mode() -> None:
    assert printed(gb("合计\n"), chinese_at_start=True).lines() == ["合计"]


def test_bytes_that_are_no_chinese_print_as_boxes_and_are_noted() -> None:
    printer = EscposPrinter()
    printer.receive(b"\x1c&\x81\xffA\xd3\nB\n")
    assert printer.unfinished.lines() == ["□ A□", "B"]
    assert [incident.what for incident in printer.incidents] == [
        "no Chinese character: 81ff",
        "half a Chinese character: d3",
    ]


def test_chinese_mode_ends_where_the_code_page_begins() -> None:
    assert printed(b"\x1c&" + gb("元") + b"\x1c.\x1bt\x10\x80 \x81\n").lines() == ["元€ □"]
    assert complaints(b"\x1bt\x63") == ["ESC t 99: no such code page"]


def test_lines_wrap_at_the_width_of_the_paper() -> None:
    assert printed(b"x" * 50 + b"\n").lines() == ["x" * 48, "xx"]
    assert printed(b"\x1c&" + gb("超" * 17) + b"\n", columns=32).lines() == ["超" * 16, "超"]


def test_big_text_takes_its_cells_and_is_marked() -> None:
    receipt = printed(b"\x1ba\x01\x1d!\x11" + b"TOTAL\n" + b"\x1d!\x01tall\n")
    assert receipt.text() == " " * 19 + "TOTAL  [2x2]\n" + " " * 22 + "tall  [1x2]\n"


def test_print_modes_change_width_height_and_weight() -> None:
    receipt = printed(b"\x1b!\x38A\x1b!\x81b\x1b!\x00\x1bE\x01c\x1bG\x00d\x1b-\x02e\x1c-\x00\x1dB\x01f\x1c!\x0cg\n")
    (line,) = receipt.items
    styles = [run.style for run in line.runs]  # type: ignore[union-attr]
    assert [(style.width, style.height) for style in styles] == [(2, 2)] + [(1, 1)] * 5 + [(2, 2)]
    assert [style.bold for style in styles] == [True, False, True, False, False, False, False]
    assert [style.underline_dots for style in styles] == [0, 1, 0, 0, 2, 0, 0]
    assert [style.font_b for style in styles] == [False, True, False, False, False, False, False]
    assert [style.inverted for style in styles] == [False] * 5 + [True] * 2


def test_alignment_holds_for_whole_lines() -> None:
    receipt = printed(b"\x1ba2right\n\x1ba1mid\n\x1ba0left\n")
    assert receipt.text() == " " * 43 + "right\n" + " " * 22 + "mid\n" + "left\n"
    assert complaints(b"x\x1ba\x01") == ["ESC a in the middle of a line has no effect"]
    assert complaints(b"\x1ba\x07") == ["ESC a 7: no such alignment"]


def test_tabs_and_places_put_columns_below_each_other() -> None:
    assert printed(b"a\tb\tc\n").lines() == ["a       b       c"]
    assert printed(b"\x1bD\x03\x06\x00a\tb\tc\td\n").lines() == ["a  b  cd"]
    assert printed(b"a\x1b$\x78\x00b\x1b\\\x0c\x00c\x1b$\xff\xffd\n").lines() == ["a         b cd"]


def test_character_spacing_widens_the_line() -> None:
    assert printed(b"\x1b \x0cab\n").lines() == ["a b"]


def test_the_printing_area_narrows_the_line() -> None:
    assert printed(b"\x1dW\x24\x00abcd\n").lines() == ["abc", "d"]


def test_font_b_has_more_columns() -> None:
    assert printed(b"\x1bM\x01" + b"x" * 64 + b"\n").lines() == ["x" * 64]


def test_feeds_are_dots_of_paper() -> None:
    receipt = printed(b"a\n\n\x1bd\x02\x1bJ\x10\x1b3\x28\n\x1b2\nb\x1bd\x03c\x1bd\x00")
    assert [item.height_dots for item in receipt.items] == [30, 30, 60, 16, 40, 30, 24, 66, 24]


def test_init_throws_the_unfinished_line_and_the_modes_away() -> None:
    assert printed(b"\x1d!\x11lost\x1b@kept\n").text() == "kept\n"


@pytest.mark.parametrize(
    ("cut", "kind"),
    [
        (b"\x1dV\x00", CutKind.FULL),
        (b"\x1dV1", CutKind.PARTIAL),
        (b"\x1dVA\x10", CutKind.FULL),
        (b"\x1dVB\x00", CutKind.PARTIAL),
        (b"\x1bi", CutKind.FULL),
        (b"\x1bm", CutKind.PARTIAL),
    ],
)
def test_each_cut_ends_a_receipt(cut: bytes, kind: CutKind) -> None:
    printer = EscposPrinter()
    printer.receive(b"one\n" + cut + b"two\n" + cut)
    assert [receipt.lines() for receipt in printer.receipts] == [["one"], ["two"]]
    assert [receipt.cut for receipt in printer.receipts] == [kind, kind]


def test_a_cut_in_a_line_and_an_unknown_cut_are_noted() -> None:
    assert complaints(b"text\x1bi") == ["a cut in the middle of a line"]
    assert complaints(b"\x1dV\x09\x00") == ["GS V 9: no such cut"]


def test_unknown_bytes_are_noted_with_their_place_and_never_stop_the_paper() -> None:
    printer = EscposPrinter()
    printer.receive(b"ab\x1b\xffcd\x1b\n\x00\x1b{\x01\n")
    assert [(each.offset, each.what) for each in printer.incidents] == [
        (2, "unknown bytes 1b ff"),
        (6, "unknown bytes 1b"),
        (8, "unknown bytes 00"),
        (9, "ESC { does nothing here"),
    ]
    assert printer.unfinished.lines() == ["abcd"]


def test_commands_without_meaning_for_paper_are_taken_silently() -> None:
    assert complaints(b"\x1b=\x01\x1bc5\x00\x1df\x00\x1db\x01\x1c2\xaa\xa1" + b"\0" * 72) == ["FS 2 does nothing here"]


def test_buzzer_and_stored_logo_are_seen() -> None:
    printer = EscposPrinter()
    printer.receive(bytes.fromhex(vector("esc-buzzer")["expect"]["hex"]) + b"\x1cp\x01\x00")
    assert printer.buzzes == ((2, 4),)
    assert printer.unfinished.text() == "[logo 1]\n"


@pytest.mark.parametrize(("name", "pin"), [("esc-kick2", 2), ("esc-kick5", 5)])
def test_each_pin_has_its_pulse_and_only_the_drawers_own_opens_it(name: str, pin: int) -> None:
    printer = EscposPrinter()
    printer.receive(bytes.fromhex(vector(name)["expect"]["hex"]))
    assert printer.drawer.kicks == [Kick(pin=pin, on_ms=100, off_ms=100)]
    assert printer.drawer.is_open is (pin == 2)


def test_a_stuck_drawer_gets_the_pulse_and_stays_shut() -> None:
    printer = EscposPrinter(drawer=Drawer(pin=5))
    printer.actions()["drawer_stuck"]()
    printer.receive(b"\x1bp\x01\x19\xfa")
    assert (len(printer.drawer.kicks), printer.drawer.is_open) == (1, False)
    printer.actions()["drawer_loose"]()
    printer.receive(b"\x1bp\x01\x19\xfa")
    assert printer.drawer.is_open


def test_out_of_paper_the_rest_of_the_job_waits_for_the_new_roll() -> None:
    printer = EscposPrinter()
    printer.receive(b"one\n")
    printer.set_paper(PaperState.OUT)
    printer.receive(b"two\n" + CUT + b"\x1bp\x00\x19\xfa")
    assert printer.unfinished.lines() == ["one"]
    assert printer.drawer.kicks == []
    assert printer.held_bytes == 12
    printer.set_paper(PaperState.PRESENT)
    assert [receipt.lines() for receipt in printer.receipts] == [["one", "two"]]
    assert len(printer.drawer.kicks) == 1
    assert printer.held_bytes == 0


def test_a_roll_ends_in_the_middle_of_a_receipt() -> None:
    printer = EscposPrinter()
    printer.load_roll(60)
    printer.receive(b"one\ntwo\nthree\n" + CUT)
    assert printer.unfinished.lines() == ["one", "two"]
    assert printer.condition.paper_out
    printer.load_roll(10_000)
    assert [receipt.lines() for receipt in printer.receipts] == [["one", "two", "three"]]


def test_a_full_buffer_takes_no_more_and_real_time_requests_take_no_room() -> None:
    printer = EscposPrinter(traits=Traits(buffer_bytes=100))
    assert printer.room() == 100
    printer.set_cover(is_open=True)
    assert printer.receive(b"\x10\x04\x02" * 50) == b"\x16" * 50
    assert printer.room() == 100
    printer.receive(b"x" * 60 + b"\x1dv0\x00\x02\x00\x03\x00abc")
    assert printer.room() == 100 - 60 - 11
    printer.receive(b"x" * 90)
    assert printer.room() == 0
    printer.set_cover(is_open=False)
    assert printer.room() == 100


def test_a_hot_head_waits_until_it_is_cool() -> None:
    printer = EscposPrinter()
    printer.set_head(hot=True)
    printer.receive(b"a\n")
    assert printer.unfinished.items == ()
    printer.set_head(hot=False)
    assert printer.unfinished.lines() == ["a"]


def jammed() -> EscposPrinter:
    printer = EscposPrinter()
    printer.set_cutter(jammed=True)
    printer.receive(b"one\n" + CUT + b"two\n" + CUT)
    assert printer.receipts == ()
    return printer


def test_a_jammed_cutter_resumes_with_the_cut_that_failed() -> None:
    printer = jammed()
    printer.set_cutter(jammed=False)
    assert not any(printer.receipts)
    printer.receive(b"\x10\x05\x01")
    assert [receipt.lines() for receipt in printer.receipts] == [["one"], ["two"]]


def test_a_cutter_that_is_still_jammed_fails_again() -> None:
    printer = jammed()
    printer.receive(b"\x10\x05\x01")
    assert printer.condition.cutter_error


def test_clearing_after_a_jam_throws_the_buffers_away() -> None:
    printer = jammed()
    printer.set_cutter(jammed=False)
    printer.receive(b"\x1dv0\x00\x02\x00\x03\x00ab\x10\x05\x02")
    printer.receive(b"three\n" + CUT)
    assert [receipt.lines() for receipt in printer.receipts] == [["one", "three"]]


def test_recovery_without_an_error_does_nothing() -> None:
    printer = EscposPrinter()
    printer.receive(b"a\x10\x05\x02b\n")
    assert printer.unfinished.lines() == ["ab"]
    stuck = jammed()
    stuck.receive(b"\x10\x05\x00")
    assert stuck.condition.cutter_error


def test_a_power_cycle_loses_the_buffer_and_the_modes_but_not_the_paper() -> None:
    printer = EscposPrinter()
    printer.receive(b"\x1da\xff\x1d!\x11one\n")
    printer.break_down()
    printer.receive(b"lost\n")
    printer.power_cycle()
    assert printer.collect() == b""
    printer.receive(b"two\n")
    assert printer.unfinished.text() == "one  [2x2]\ntwo\n"


def test_a_real_time_pulse_opens_the_drawer_while_offline() -> None:
    printer = EscposPrinter()
    printer.set_paper(PaperState.OUT)
    printer.receive(b"\x10\x14\x01\x00\x02")
    assert printer.drawer.kicks == [Kick(pin=2, on_ms=200, off_ms=200, real_time=True)]


def test_a_real_time_request_inside_a_picture_is_answered_and_noted() -> None:
    printer = EscposPrinter()
    answer = printer.receive(b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x01")
    assert answer == b"\x12"
    assert [incident.what for incident in printer.incidents] == ["a picture that contains a real-time command"]
    assert printer.unfinished.rasters() == [(8, 3)]
