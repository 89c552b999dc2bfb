"""The way to the payment host, with the simulated host at the other end."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from simulators.payment_host.control import PAYMENT_SOCKET, PaymentHostClient
from simulators.payment_host.host import PaymentHost
from terminal.config.schema import GatewayConfig
from terminal.domain.errors import ConfigError, UplinkError
from terminal.services.uplink import gateway_address
from terminal.uplink.asker import NotSentError
from terminal.uplink.gateway import Gateway, GatewayAddress
from terminal.wire.gateway import OrderState, Pay, Query, Refund, Reply, Request, Reverse, decode_reply, encode_request
from tests.unit.wire_mqtt.certificates import Authority

CODE = "1345678901234567"


@pytest.fixture
def host(tmp_path: Path) -> Iterator[PaymentHost]:
    with PaymentHost(tmp_path) as running:
        yield running


def gateway(host: PaymentHost) -> Gateway:
    name, port = host.address
    return Gateway(GatewayAddress(host=name, port=port))


def pay(order: str = "a1", ending: str = "99") -> Pay:
    return Pay(
        id="1", order=order, terminal="S01-T03", channel="wechat", code=CODE + ending, amount=1280, currency="CNY"
    )


async def asked(gateway: Gateway, request: Request) -> Reply:
    async with asyncio.timeout(5):
        return decode_reply(await gateway.ask(encode_request(request)))


async def test_every_call_of_the_protocol_is_understood(host: PaymentHost) -> None:
    till = gateway(host)
    paid = await asked(till, pay())
    assert (paid.state, paid.amount, paid.number != "") == (OrderState.PAID, 1280, True)
    refund = Refund(id="2", order="a1", refund="r1", amount=280)
    assert (await asked(till, refund)).state is OrderState.REFUNDED
    assert (await asked(till, Query(id="3", order="a1"))).amount == 1000
    assert (await asked(till, Reverse(id="4", order="a1"))).state is OrderState.REVERSED


@pytest.mark.parametrize("ending", ["08", "09"])
async def test_only_the_line_that_answers_is_an_answer(host: PaymentHost, ending: str) -> None:
    assert (await asked(gateway(host), pay(ending=ending))).state is OrderState.PAID


@pytest.mark.parametrize("ending", ["04", "10"])
async def test_garbage_and_silence_are_no_answer(host: PaymentHost, ending: str) -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await gateway(host).ask(encode_request(pay(ending=ending)))


async def test_line_that_is_cut_may_have_been_heard(host: PaymentHost) -> None:
    with pytest.raises(UplinkError) as caught:
        await asked(gateway(host), pay(ending="11"))
    assert caught.value.code == "no_reply"


async def test_host_that_hangs_up_may_have_heard(host: PaymentHost, tmp_path: Path) -> None:
    PaymentHostClient(tmp_path / PAYMENT_SOCKET).line("down")
    with pytest.raises(UplinkError) as caught:
        await asked(gateway(host), pay())
    assert caught.value.code == "no_reply"


async def test_line_without_an_end_is_no_answer() -> None:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * 10_000)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    with pytest.raises(UplinkError) as caught:
        await asked(Gateway(GatewayAddress(host=host, port=port)), pay())
    server.close()
    assert caught.value.code == "no_reply"


async def test_where_nobody_listens_nothing_is_sent() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NotSentError):
            await asked(Gateway(GatewayAddress(host="127.0.0.1", port=closed.getsockname()[1])), pay())


async def test_connection_that_does_not_come_about_sends_nothing() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        address = GatewayAddress(host="127.0.0.1", port=full.getsockname()[1])
        with pytest.raises(NotSentError):
            await asked(Gateway(address, connect_s=0.2), pay())
        for one in waiting:
            one.close()


async def test_body_that_is_no_request_is_not_sent(host: PaymentHost) -> None:
    with pytest.raises(NotSentError):
        await gateway(host).ask(b"{}")


async def test_host_without_a_certificate_hears_nothing(host: PaymentHost, tmp_path: Path) -> None:
    name, port = host.address
    tls = ssl.create_default_context(cafile=str(Authority(tmp_path).file))
    with pytest.raises(NotSentError):
        await asked(Gateway(GatewayAddress(host=name, port=port, tls=tls), connect_s=0.5), pay())
    assert PaymentHostClient(tmp_path / PAYMENT_SOCKET).orders() == ()


async def test_host_with_a_certificate_is_asked_over_tls(host: PaymentHost, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own, till = authority.issue("host"), authority.issue("till")
    inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(authority.file))
    inside.load_cert_chain(own.cert, own.key)
    inside.verify_mode = ssl.CERT_REQUIRED

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner = await asyncio.open_connection(*host.address)
        inner.write(await reader.readline())
        writer.write(await inner_reader.readline())
        await writer.drain()
        inner.close()
        await inner.wait_closed()
        writer.close()

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=inside)
    name, port = server.sockets[0].getsockname()
    config = GatewayConfig(
        host=name, port=port, ca_file=str(authority.file), cert_file=str(till.cert), key_file=str(till.key)
    )
    assert (await asked(Gateway(gateway_address(config)), pay())).state is OrderState.PAID
    server.close()


def test_certificates_that_cannot_be_read_are_an_error_of_the_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigError):
        gateway_address(GatewayConfig(host="h", port=1, ca_file=str(tmp_path / "no.pem")))


def test_payment_code_is_never_logged() -> None:
    assert CODE not in repr(pay())
