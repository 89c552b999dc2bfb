"""Foreign text never commands the printer: neither names of goods, nor texts of the shop, nor what a code carries."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.escpos.printer import EscposPrinter
from simulators.escpos.realtime import REAL_TIME
from terminal.domain.document import finish
from terminal.domain.ids import Identity, SaleId, Sku, StaffNumber
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.sums import price_sale
from terminal.domain.receipt import Cut, Heading, Item, Note, Pair, QrCode, Receipt, Row
from terminal.domain.receipt_rows import Issuer, build_receipt
from terminal.domain.sale import Entry, Reduction, Sale, SaleLine
from terminal.domain.settings import ShopTexts
from terminal.domain.text import SafeText
from terminal.drivers.escpos.encoder import Style, encode_receipt, qr_commands

PULSE, CUT, STATUS, DRAWER_NOW = "\x1bp\x00\x19\xfa", "\x1dV\x00", "\x10\x04\x01", "\x10\x14\x01\x00\x01"
ATTACKS = (PULSE, CUT, STATUS, DRAWER_NOW, "\x1b@", "\x1c.", "\n\n合计 0.00\n", "\r", "\x18", "\x00", "\x7f", "\x9b31m")
FOREIGN = st.lists(st.one_of(st.sampled_from(ATTACKS), st.text(max_size=6)), max_size=6).map("".join)
SYMBOL = re.compile(rb"\x1d\(k(..)", re.DOTALL)
COMMANDS = re.compile(
    rb"\x1b@|\x1c&|\x1ba[\x00\x01]|\x1bE[\x00\x01]|\x1d![\x00\x11]|\x1bJ\x0c|\x1bd\x06\x1dV\x00|\x1dVB\x00"
)
KINDS: tuple[Callable[[SafeText], Row], ...] = (
    Heading,
    lambda text: Heading(text, big=True),
    lambda text: Pair(text, text),
    lambda text: Pair(text, text, strong=True),
    lambda text: Item(text, text, text, text, text),
    Note,
    QrCode,
)


def unclean(text: str) -> SafeText:
    """Return text that slipped past `clean`: the encoder must not rely on it alone."""
    return SafeText(text)


def taken_apart(data: bytes) -> tuple[list[bytes], bytes]:
    """Return the commands of a receipt, symbols without their payload, and all bytes between them."""
    commands: list[bytes] = []
    text = b""
    while data:
        symbol, command = SYMBOL.match(data), COMMANDS.match(data)
        if symbol is not None:
            end = symbol.end() + int.from_bytes(symbol[1], "little")
            body = data[symbol.end() : end]
            is_store = body.startswith(b"1P0")
            commands.append(b"store" if is_store else body)
            text += body[3:] if is_store else b""
            data = data[end:]
        elif command is not None:
            commands.append(command[0])
            data = data[command.end() :]
        else:
            text, data = text + data[:1], data[1:]
    return commands, text


@pytest.mark.parametrize("kind", KINDS)
@given(text=FOREIGN, columns=st.sampled_from([32, 48]))
def test_a_row_has_the_same_commands_whatever_its_text(
    kind: Callable[[SafeText], Row], text: str, columns: int
) -> None:
    def encoded(text: str) -> bytes:
        return b"".join(encode_receipt(Receipt(rows=(kind(unclean(text)),)), Style(columns=columns)))

    commands, between = taken_apart(encoded(text))
    assert commands == taken_apart(encoded("x"))[0]
    assert [byte for byte in between if (byte < 0x20 and byte != 0x0A) or byte == 0x7F] == []
    assert REAL_TIME.search(encoded(text)) is None


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_text_is_a_line_of_marks_and_never_two_lines(attack: str) -> None:
    printer = EscposPrinter(columns=48)
    rows = (Note(unclean(f"a{attack}b")), Cut())
    printer.receive(b"".join(encode_receipt(Receipt(rows=rows), Style())))
    lines = [line for line in printer.receipts[0].text().splitlines() if line and not line.startswith("- -")]
    assert (len(lines), lines[0][0], lines[0][-1]) == (1, "a", "b")
    assert (printer.incidents, len(printer.drawer.kicks), len(printer.receipts)) == ((), 0, 1)


def test_a_qr_code_is_cut_at_512_bytes_between_two_characters() -> None:
    (store,) = [command for command in qr_commands("码" * 400) if b"1P0" in command]
    assert store[8:].decode() == "码" * 170


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_sale_full_of_foreign_names_prints_one_receipt_and_opens_nothing(attack: str) -> None:
    hostile = unclean(f"可乐{attack}")
    line = SaleLine(
        number=1,
        sku=Sku(hostile),
        name=hostile,
        code=hostile,
        price_fen=500,
        entry=Entry.UNKNOWN,
        note=hostile,
        reductions=(Reduction(off_fen=100, reason=hostile),),
    )
    sale = Sale(
        id=SaleId("0" * 32),
        staff=StaffNumber(hostile),
        book_version=1,
        local_time="2026-11-23T10:00:00",
        started_ms=0,
        lines=(line,),
        member_card=hostile,
    )
    priced = price_sale(sale)
    document = finish(
        sale, priced, Taking.begin(priced.due_fen, Wallet(today="")).finish(1000), receipt_no="S01-T03-1-000001"
    )
    issuer = Issuer(
        identity=Identity(store=hostile, till=hostile, epoch=1),
        shop=ShopTexts(name=hostile, address=hostile, phone=hostile, footer=(hostile,)),
        staff_name=hostile,
        book_label=hostile,
    )
    receipt = build_receipt(document, issuer, local_time="2026-11-23T10:00:00", copy=1)
    printer = EscposPrinter(columns=48)
    printer.receive(b"".join(encode_receipt(receipt, Style())))
    assert (printer.incidents, len(printer.drawer.kicks), len(printer.receipts)) == ((), 0, 1)
