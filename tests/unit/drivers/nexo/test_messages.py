"""What a bank's terminal is told and says, byte by byte, and what of it may be kept."""

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.drivers.nexo.engine import service_id
from terminal.drivers.nexo.framing import LONGEST, FrameError, Frames, framed
from terminal.drivers.nexo.messages import (
    Amounts,
    Card,
    Category,
    Header,
    PaymentRequest,
    PaymentTransaction,
    SaleData,
    ToTerminal,
    TransactionRef,
    amount_of,
    decode,
    encode,
    fen_of,
    masked,
)


def test_a_payment_is_said_as_the_protocol_has_it() -> None:
    payment = PaymentRequest(
        sale=SaleData(transaction=TransactionRef(number="0193", time="2026-11-23T10:00:00.000Z")),
        transaction=PaymentTransaction(amounts=Amounts(currency="CNY", requested=amount_of(1_280))),
    )
    header = Header(category=Category.PAYMENT, service="a1b2c3d4e5", sale="T03", poi="P400")
    said = encode(ToTerminal(header=header, payment=payment))
    assert b'"RequestedAmount":12.80' in said
    assert json.loads(said) == {
        "SaleToPOIRequest": {
            "MessageHeader": {
                "MessageClass": "Service",
                "MessageCategory": "Payment",
                "MessageType": "Request",
                "ServiceID": "a1b2c3d4e5",
                "SaleID": "T03",
                "POIID": "P400",
                "ProtocolVersion": "3.0",
            },
            "PaymentRequest": {
                "SaleData": {"SaleTransactionID": {"TransactionID": "0193", "TimeStamp": "2026-11-23T10:00:00.000Z"}},
                "PaymentTransaction": {"AmountsReq": {"Currency": "CNY", "RequestedAmount": 12.8}},
            },
        }
    }


@pytest.mark.parametrize(
    ("pan", "kept"),
    [
        ("6222020000001234", "CUP 622202******1234"),
        ("622202******1234", "CUP 622202******1234"),
        ("12345678901", "CUP 123456*8901"),
        ("1234567890", "CUP **********"),
        ("", "CUP"),
    ],
)
def test_of_a_cards_number_six_and_four_digits_are_kept_whatever_a_terminal_sends(pan: str, kept: str) -> None:
    assert masked(Card(masked_pan=pan, brand="CUP")) == kept


@given(st.integers(0, 10**9))
def test_amounts_come_back_to_the_fen(fen: int) -> None:
    assert fen_of(amount_of(fen)) == fen


@pytest.mark.parametrize("amount", ["0.005", "NaN", "Infinity"])
def test_what_is_no_amount_is_none(amount: str) -> None:
    assert fen_of(Decimal(amount)) is None


@given(st.lists(st.binary(max_size=40), max_size=5), st.data())
def test_messages_are_taken_from_a_stream_however_its_bytes_come(bodies: list[bytes], data: st.DataObject) -> None:
    stream, frames, found = b"".join(map(framed, bodies)), Frames(), []
    while stream:
        count = data.draw(st.integers(1, len(stream)))
        found += frames.feed(stream[:count])
        stream = stream[count:]
    assert found == bodies


def test_a_length_that_cannot_be_is_a_stream_out_of_step() -> None:
    with pytest.raises(FrameError):
        Frames().feed((LONGEST + 1).to_bytes(4, "big"))


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_refused(body: bytes) -> None:
    with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
        decode(body)


def test_a_message_has_the_same_name_for_ever_and_no_other_has_it() -> None:
    names = {service_id(f"0193 back {number}") for number in range(1_000)}
    assert len(names) == 1_000
    assert {len(name) for name in names} == {10}
    assert service_id("0193") == service_id("0193") == "ccd76dc3da"
