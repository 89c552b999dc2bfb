import socket
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, Self

import msgspec
import pytest

from simulators.client import SimulatorError, SimulatorGoneError
from simulators.payment_host.control import PAYMENT_SOCKET, PaymentHostClient
from simulators.payment_host.host import PaymentHost
from simulators.payment_host.scripts import BY_ENDING, NAMED, Act, Say, Script

PAGE = Path(__file__).parents[4] / "docs/payments.md"
PAID = "134567890123456799"
WAIT_S = 5.0
_ids = count(1)


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PaymentHost]:
    with PaymentHost(tmp_path) as running:
        yield running


@pytest.fixture
def client(host: PaymentHost, tmp_path: Path) -> PaymentHostClient:
    assert host.address[1] > 0
    return PaymentHostClient(tmp_path / PAYMENT_SOCKET)


class Till:
    """The other end of the line: writes a request, reads lines."""

    def __init__(self, host: PaymentHost) -> None:
        self._socket = socket.create_connection(host.address, timeout=WAIT_S)
        self._lines = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._lines.close()
        self._socket.close()

    def send(self, do: str, order: str, **more: object) -> str:
        number = str(next(_ids))
        request = {"v": 1, "id": number, "do": do, "order": order, **more}
        self._socket.sendall(msgspec.json.encode(request) + b"\n")
        return number

    def line(self) -> bytes:
        return self._lines.readline()

    def hears_nothing(self) -> bool:
        self._socket.settimeout(0.1)
        try:
            return not self._lines.readline()
        except TimeoutError:
            return True

    def ask(self, do: str, order: str, **more: object) -> dict[str, Any]:
        number = self.send(do, order, **more)
        answer = msgspec.json.decode(self.line())
        assert (answer["id"], answer["order"], answer["v"]) == (number, order, 1)
        return dict(answer)

    def pay(self, order: str, code: str = PAID, amount: int = 1280) -> dict[str, Any]:
        return self.ask("pay", order, **paying(code, amount))


def paying(code: str, amount: int = 1280) -> dict[str, object]:
    return {"terminal": "S01-T03", "channel": "wechat", "code": code, "amount": amount}


def told(answer: dict[str, Any]) -> tuple[str, int]:
    return answer["state"], answer["amount"]


def test_a_code_is_charged_once_and_every_query_says_so(host: PaymentHost, client: PaymentHostClient) -> None:
    with Till(host) as till:
        first = till.pay("a1")
        assert told(first) == ("paid", 1280)
        assert first["number"].startswith("SIM")
        assert told(till.ask("query", "a1")) == ("paid", 1280)
        assert told(till.ask("query", "a2")) == ("none", 0)
    (order, _) = client.orders()
    assert (order.charges, order.held, order.channel, order.calls) == ((1280,), 1280, "wechat", {"pay": 1, "query": 1})


def test_a_till_that_pays_twice_with_one_number_is_seen(host: PaymentHost, client: PaymentHostClient) -> None:
    with Till(host) as till:
        till.pay("a1")
        till.pay("a1")
    assert client.orders()[0].charges == (1280, 1280)


def test_what_is_reversed_goes_back_and_is_never_paid_again(host: PaymentHost, client: PaymentHostClient) -> None:
    with Till(host) as till:
        till.pay("a1")
        assert told(till.ask("reverse", "a1")) == ("reversed", 0)
        assert told(till.ask("reverse", "never heard of")) == ("reversed", 0)
        assert told(till.pay("never heard of")) == ("reversed", 0)
    first, second = client.orders()
    assert (first.held, first.returned, second.charges) == (0, 1280, ())


def test_the_same_refund_moves_money_once(host: PaymentHost, client: PaymentHostClient) -> None:
    with Till(host) as till:
        till.pay("a1")
        for _ in range(2):
            assert told(till.ask("refund", "a1", refund="r1", amount=1000)) == ("refunded", 1000)
        assert told(till.ask("query", "a1")) == ("paid", 280)
        assert told(till.ask("refund", "a1", refund="r2", amount=1000)) == ("declined", 0)
    assert client.orders()[0].returned == 1000


def test_a_refund_is_refused_however_often_it_is_asked_for(host: PaymentHost, client: PaymentHostClient) -> None:
    with Till(host) as till:
        till.pay("a1", "134567890123456714")
        for _ in range(2):
            assert told(till.ask("refund", "a1", refund="r1", amount=1000)) == ("declined", 0)
        assert told(till.ask("query", "a1", refund="r1")) == ("declined", 0)
        assert told(till.ask("query", "a1")) == ("paid", 1280)
    assert client.orders()[0].held == 1280


def test_a_refused_refund_is_made_later_all_the_same_once_and_over_a_restart(tmp_path: Path) -> None:
    with PaymentHost(tmp_path) as host, Till(host) as till:
        till.pay("a1", "134567890123456715")
        for _ in range(2):
            assert told(till.ask("refund", "a1", refund="r1", amount=1000)) == ("declined", 0)
    with PaymentHost(tmp_path) as host, Till(host) as till:
        deadline = time.monotonic() + 10
        while told(till.ask("query", "a1", refund="r1")) != ("refunded", 1000):
            assert time.monotonic() < deadline
        assert PaymentHostClient(tmp_path / PAYMENT_SOCKET).orders()[0].returned == 1000


@pytest.mark.parametrize("ending", ["16", "17"])
def test_a_refund_that_is_told_badly_is_made_once(host: PaymentHost, client: PaymentHostClient, ending: str) -> None:
    with Till(host) as till:
        till.pay("a1", f"1345678901234567{ending}")
        till.send("refund", "a1", refund="r1", amount=1000)
        assert till.hears_nothing() is (ending == "16")
    with Till(host) as till:
        assert told(till.ask("query", "a1", refund="r1")) == ("refunded", 1000)
    assert client.orders()[0].returned == 1000


def test_a_refund_of_another_amount_is_told_as_it_was_made(host: PaymentHost) -> None:
    with Till(host) as till:
        till.pay("a1", "134567890123456718")
        for _ in range(2):
            assert told(till.ask("refund", "a1", refund="r1", amount=1000)) == ("refunded", 1)
        assert told(till.ask("query", "a1", refund="r1")) == ("refunded", 1)


def test_declined_and_pending_then_paid(host: PaymentHost) -> None:
    with Till(host) as till:
        assert told(till.pay("a1", "134567890123456701")) == ("declined", 0)
        assert told(till.ask("query", "a1")) == ("declined", 0)
        assert told(till.pay("a2", "134567890123456702")) == ("pending", 0)
        said = [told(till.ask("query", "a2")) for _ in range(4)]
    assert said == [("pending", 0), ("pending", 0), ("paid", 1280), ("paid", 1280)]


@pytest.mark.parametrize(("ending", "charges"), [("04", ()), ("05", (1280,)), ("13", ())])
def test_silence_with_and_without_the_money(
    host: PaymentHost, client: PaymentHostClient, ending: str, charges: tuple[int, ...]
) -> None:
    with Till(host) as till:
        till.send("pay", "a1", **paying(f"1345678901234567{ending}"))
        assert till.hears_nothing()
    assert client.orders()[0].charges == charges


def test_a_charge_comes_after_its_reversal_was_acknowledged(host: PaymentHost, client: PaymentHostClient) -> None:
    client.script(PAID, Script(pay=(Act(say=Say.PENDING, does=False),), late_charge_ms=0))
    with Till(host) as till:
        assert told(till.pay("a1")) == ("pending", 0)
        assert told(till.ask("reverse", "a1")) == ("reversed", 0)
        assert told(till.ask("query", "a1")) == ("paid", 1280)
        assert told(till.ask("reverse", "a1")) == ("reversed", 0)
        assert told(till.ask("query", "a1")) == ("reversed", 0)
    assert (client.orders()[0].charges, client.orders()[0].held) == ((1280,), 0)


def test_another_amount_is_charged_and_told(host: PaymentHost, client: PaymentHostClient) -> None:
    with Till(host) as till:
        assert told(till.pay("a1", "134567890123456707")) == ("paid", 1)
    assert client.orders()[0].held == 1


def test_answers_that_are_none(host: PaymentHost) -> None:
    with Till(host) as till:
        till.send("pay", "a1", **paying("134567890123456708"))
        assert till.line() == till.line() != b""
        till.send("pay", "a2", **paying("134567890123456709"))
        other, own = msgspec.json.decode(till.line()), msgspec.json.decode(till.line())
        assert (other["order"], own["order"], own["state"]) == ("f" * 32, "a2", "paid")
        till.send("pay", "a3", **paying("134567890123456710"))
        with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
            msgspec.json.decode(till.line())
        till.send("pay", "a4", **paying("134567890123456711"))
        assert not till.line().endswith(b"\n")
    with Till(host) as till:
        assert [told(till.ask("query", order)) for order in ("a3", "a4")] == [("paid", 1280)] * 2


def test_an_answer_may_come_late(host: PaymentHost, client: PaymentHostClient) -> None:
    client.script(PAID, Script(pay=(Act(late_ms=50),)))
    with Till(host) as till:
        assert told(till.pay("a1")) == ("paid", 1280)


def test_the_line_may_be_mute_or_down(host: PaymentHost, client: PaymentHostClient) -> None:
    client.line("mute")
    with Till(host) as till:
        till.send("pay", "a1", **paying(PAID))
        assert till.hears_nothing()
    client.line("down")
    with Till(host) as till:
        assert till.hears_nothing()
    client.line("up")
    with Till(host) as till:
        assert told(till.ask("query", "a1")) == ("none", 0)


def test_nonsense_ends_the_connection(host: PaymentHost) -> None:
    with Till(host) as till:
        till.send("dance", "a1")
        assert till.line() == b""


def test_a_host_that_was_killed_knows_everything_again(tmp_path: Path) -> None:
    client = PaymentHostClient(tmp_path / PAYMENT_SOCKET)
    with PaymentHost(tmp_path) as host, Till(host) as till:
        client.script(PAID, "pending")
        till.pay("a1")
        till.ask("query", "a1")
        before = client.orders()
    with (tmp_path / "payments.jsonl").open("ab") as ledger:
        ledger.write(b'{"at_ms":1,"do":"pay","order":"torn"')
    with PaymentHost(tmp_path) as host, Till(host) as till:
        assert client.orders() == before
        said = [told(till.ask("query", "a1")) for _ in range(2)]
    assert said == [("pending", 0), ("paid", 1280)]


def test_what_cannot_be_set_is_said(client: PaymentHostClient, tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="no script 'x'; known: cut, declined"):
        client.script(PAID, "x")
    with pytest.raises(SimulatorError, match="no line 'x'"):
        client.line("x")
    with pytest.raises(SimulatorGoneError, match="no payment host"):
        PaymentHostClient(tmp_path / "nowhere").orders()


def test_every_ending_stands_on_the_page_with_its_script() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert [name for ending, name in BY_ENDING.items() if f"| `{ending}` | `{name}` |" not in text] == []
    assert set(NAMED) == {*BY_ENDING.values(), "paid"}


def test_a_client_ends_the_host(tmp_path: Path) -> None:
    with PaymentHost(tmp_path) as host:
        assert not host.wait(0)
        PaymentHostClient(tmp_path / PAYMENT_SOCKET).stop()
        assert host.wait(WAIT_S)
