"""An independent producer: what python-escpos 3.1 sends is read without an incident."""

import pytest
from escpos.printer import Dummy
from PIL import Image

from simulators.escpos.printer import EscposPrinter, Traits
from tests.vectors import vector


@pytest.mark.filterwarnings("ignore")
def test_a_receipt_of_python_escpos_is_read() -> None:
    producer = Dummy()
    producer.hw("INIT")
    producer.set(align="center", bold=True, double_height=True, double_width=True)
    producer.text("永辉超市\n")
    producer.set(align="left", normal_textsize=True)
    producer.text("TOTAL 7.00\n")
    producer.qr("https://example.com/r?1", native=True, size=6)
    producer.barcode("6901234567892", "EAN13")
    picture = Image.new("1", (64, 40), 0)
    for kind in ("bitImageRaster", "graphics", "bitImageColumn"):
        producer.image(picture, impl=kind, center=False)
    producer.buzzer()
    producer.cashdraw(2)
    producer.cut()
    printer = EscposPrinter(traits=Traits(chinese_at_start=True))
    printer.receive(producer.output)
    assert printer.incidents == ()
    (receipt,) = printer.receipts
    assert receipt.lines() == ["永辉超市", "TOTAL 7.00"]
    assert receipt.qr_codes() == ["https://example.com/r?1"]
    assert receipt.barcodes() == [("EAN13", "6901234567892")]
    assert receipt.rasters() == [(64, 40), (64, 40), (64, 24), (64, 24)]
    assert printer.buzzes == ((2, 4),)
    assert [kick.pin for kick in printer.drawer.kicks] == [2]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "mode", "kind"), [("esc-cut", "FULL", "full"), ("esc-cutpart", "PART", "partial")])
def test_the_cuts_of_python_escpos_are_read(name: str, mode: str, kind: str) -> None:
    producer = Dummy()
    producer.cut(mode=mode, feed=mode == "FULL")
    printer = EscposPrinter()
    printer.receive(producer.output)
    assert [receipt.cut for receipt in printer.receipts] == [kind]
    assert producer.output.hex() == vector(name)["expect"]["hex"]
