"""A bank's terminal by itself: what stands on its screen, and what its customer does."""

import json
import struct

import pytest

from simulators.card_terminal.terminal import CardTerminal, Script

ORDER = "0193"


def said(terminal: CardTerminal, body: dict[str, object]) -> list[dict[str, object]]:
    """Tell the terminal something in one piece, and return its answers."""
    told = json.dumps({"SaleToPOIRequest": body}).encode()
    return answers(terminal.receive(struct.pack(">I", len(told)) + told))


def answers(data: bytes) -> list[dict[str, object]]:
    found = []
    while data:
        (length,) = struct.unpack_from(">I", data)
        found.append(json.loads(data[4 : 4 + length])["SaleToPOIResponse"])
        data = data[4 + length :]
    return found


def header(category: str, service: str) -> dict[str, str]:
    return {"MessageCategory": category, "ServiceID": service, "SaleID": "T", "POIID": "P"}


def payment(service: str = "s1", yuan: float = 12.8) -> dict[str, object]:
    return {
        "MessageHeader": header("Payment", service),
        "PaymentRequest": {
            "SaleData": {"SaleTransactionID": {"TransactionID": ORDER, "TimeStamp": ""}},
            "PaymentTransaction": {"AmountsReq": {"Currency": "CNY", "RequestedAmount": yuan}},
        },
    }


def test_it_charges_each_time_that_it_is_told_to_pay() -> None:
    terminal = CardTerminal()
    (first,) = said(terminal, payment())
    said(terminal, payment())
    assert first["MessageHeader"] == {
        **header("Payment", "s1"),
        "MessageClass": "Service",
        "MessageType": "Response",
        "ProtocolVersion": "3.0",
    }
    (charge,) = terminal.charges()
    assert (charge.charges, charge.held) == ([1_280, 1_280], 2_560)


def test_its_screen_says_whom_it_waits_for_and_what_came_of_the_last() -> None:
    terminal = CardTerminal()
    terminal.script("wait", "decline")
    assert terminal.told() == "next wait, no payment yet"
    assert said(terminal, payment()) == []
    assert terminal.told() == "next decline, waits for a card over 12.80"
    terminal.present()
    assert [answer["MessageHeader"] for answer in answers(terminal.collect())] != []
    assert terminal.told() == "next decline, last 12.80, held 12.80"


def test_a_customer_who_gives_up_pays_nothing() -> None:
    terminal = CardTerminal()
    terminal.script("wait")
    said(terminal, payment())
    terminal.cancel()
    (answer,) = answers(terminal.collect())
    assert answer["PaymentResponse"] == {
        "Response": {"Result": "Failure", "ErrorCondition": "Cancel"},
        "SaleData": {"SaleTransactionID": {"TransactionID": ORDER, "TimeStamp": "2026-11-23T10:00:00Z"}},
    }


def test_what_comes_next_is_chosen_one_after_the_other() -> None:
    terminal = CardTerminal()
    chosen = [terminal.next_script() for _ in Script]
    assert chosen == [*list(Script)[1:], Script.APPROVE]
    assert terminal.told() == "no payment yet"


def test_a_reversal_of_nothing_is_refused() -> None:
    terminal = CardTerminal()
    reversal = {"OriginalPOITransaction": {"POITransactionID": {"TransactionID": "9", "TimeStamp": ""}}}
    (answer,) = said(terminal, {"MessageHeader": header("Reversal", "r"), "ReversalRequest": reversal})
    assert answer["ReversalResponse"] == {"Response": {"Result": "Failure", "ErrorCondition": "NotFound"}}


def test_a_script_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="toast"):
        CardTerminal().script("toast")
