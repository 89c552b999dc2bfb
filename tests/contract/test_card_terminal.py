"""The contract of `CardTerminal`, on a TCP port and on a serial one, with every fault of a bank's terminal."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.card_terminal.terminal import PAN, CardTerminal
from terminal.config.schema import DeviceConfig
from terminal.ports.devices import DeviceKind, DeviceState, LinkState
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.gateway import (
    CARD,
    OrderState,
    Pay,
    Query,
    Refund,
    Reply,
    Request,
    Reverse,
    decode_reply,
    encode_request,
)
from tests.contract.bench import Bench

ORDER, OTHER = "0193" + "a" * 28, "0193" + "b" * 28
PATIENT_MS, SHORT_MS = 8_000, 400
Cable = TcpCable | PtyCable
CABLES: dict[str, Callable[[CardTerminal], Cable]] = {"tcp": TcpCable, "serial": PtyCable}


class Rig:
    """A terminal on a cable, and a till's driver at the other end."""

    def __init__(self, terminal: CardTerminal, cable: Cable) -> None:
        self.terminal = terminal
        self.cable = cable
        self.asked = 0

    def bench(self) -> Bench:
        return Bench(DeviceConfig(name="bank", driver="nexo", address=self.cable.address, settings={"sale_id": "T03"}))

    async def ask(self, bench: Bench, request: Request, *, within_ms: int = PATIENT_MS) -> Answer:
        terminal = bench.devices.card_terminal
        assert terminal is not None
        self.asked += 1
        ask = Ask(id=f"{self.asked}", kind=CARD, deadline_ms=within_ms, body=encode_request(request))
        answer = await terminal.answer(ask)
        assert answer.id == ask.id
        return answer

    async def hear(self, bench: Bench, request: Request, *, within_ms: int = PATIENT_MS) -> Reply:
        answer = await self.ask(bench, request, within_ms=within_ms)
        assert answer.failure is None
        assert PAN.encode() not in answer.body
        return decode_reply(answer.body)


@contextmanager
def rig_on(kind: str) -> Iterator[Rig]:
    terminal = CardTerminal()
    with CABLES[kind](terminal) as cable:
        yield Rig(terminal, cable)


@pytest.fixture(params=CABLES)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    with rig_on(str(request.param)) as made:
        yield made


def pay(order: str = ORDER, amount: int = 1_280) -> Pay:
    return Pay(id="p", order=order, terminal="S01-T03", channel="card", code="", amount=amount, currency="CNY")


def query(order: str = ORDER) -> Query:
    return Query(id="q", order=order)


async def opened(bench: Bench) -> None:
    await bench.until_status("bank", link=LinkState.OPEN, state=DeviceState.IDLE)


async def test_card_is_charged_once_and_its_number_stays_in_the_driver(rig: Rig) -> None:
    async with rig.bench() as bench:
        await opened(bench)
        assert bench.statuses("bank")[-1].kind is DeviceKind.CARD_TERMINAL
        reply = await rig.hear(bench, pay())
        again = await rig.hear(bench, query())
    assert (reply.state, reply.amount, reply.number, reply.order) == (OrderState.PAID, 1_280, "000000000001", ORDER)
    assert (reply.id, reply.reason) == ("p", "CUP 622202******1234")
    assert (again.state, again.amount) == (OrderState.PAID, 1_280)
    assert [(one.order, one.charges) for one in rig.terminal.charges()] == [(ORDER, [1_280])]


async def test_declined_card_is_not_charged(rig: Rig) -> None:
    rig.terminal.script("decline")
    async with rig.bench() as bench:
        await opened(bench)
        reply = await rig.hear(bench, pay())
        reversed_ = await rig.hear(bench, Reverse(id="r", order=ORDER))
    assert (reply.state, reply.reason) == (OrderState.DECLINED, "Refusal")
    assert reversed_.state is OrderState.DECLINED
    assert rig.terminal.charges()[0].held == 0


async def test_customer_who_takes_long_is_waited_for(rig: Rig) -> None:
    rig.terminal.script("wait")
    async with rig.bench() as bench:
        await opened(bench)
        answer = await rig.ask(bench, pay(), within_ms=SHORT_MS)
        assert answer.failure is Failure.TIMEOUT
        assert (await rig.hear(bench, query())).state is OrderState.PENDING
        rig.terminal.present()
        assert (await rig.hear(bench, query())).state is OrderState.PAID
    assert rig.terminal.charges()[0].charges == [1_280]


async def test_cancelled_payment_is_aborted_and_takes_nothing(rig: Rig) -> None:
    rig.terminal.script("wait")
    async with rig.bench() as bench:
        await opened(bench)
        await rig.ask(bench, pay(), within_ms=SHORT_MS)
        first = await rig.hear(bench, Reverse(id="r", order=ORDER))
        then = await rig.hear(bench, Reverse(id="r", order=ORDER))
    assert (first.state, then.state) == (OrderState.PENDING, OrderState.DECLINED)
    assert rig.terminal.charges()[0].held == 0


async def test_charge_that_nobody_was_told_of_is_found_by_a_till_that_knows_nothing_any_more(rig: Rig) -> None:
    rig.terminal.script("silent")
    async with rig.bench() as bench:
        await opened(bench)
        answer = await rig.ask(bench, pay(), within_ms=SHORT_MS)
    assert answer.failure is Failure.TIMEOUT
    async with rig.bench() as restarted:
        await opened(restarted)
        reply = await rig.hear(restarted, query())
    assert (reply.state, reply.amount) == (OrderState.PAID, 1_280)
    assert [one.charges for one in rig.terminal.charges()] == [[1_280]]


async def test_torn_cable_leaves_a_charge_that_is_found_when_it_is_back(rig: Rig) -> None:
    rig.terminal.script("silent")
    async with rig.bench() as bench:
        await opened(bench)
        asking = asyncio.create_task(rig.ask(bench, pay()))
        await bench.until(lambda: len(rig.terminal.charges()) == 1)
        await asyncio.to_thread(rig.cable.unplug)
        assert (await asking).failure is Failure.TIMEOUT
        absent = await rig.ask(bench, pay(OTHER))
        assert absent.failure in {Failure.NOT_SENT, Failure.TIMEOUT}
        await bench.until_status("bank", link=LinkState.ABSENT)
        await asyncio.to_thread(rig.cable.plug)
        await opened(bench)
        reply = await rig.hear(bench, query())
        unheard = await rig.hear(bench, query(OTHER))
    assert (reply.state, unheard.state) == (OrderState.PAID, OrderState.NONE)
    assert [one.order for one in rig.terminal.charges()] == [ORDER]


async def test_amount_that_was_not_asked_for_is_told_as_it_is(rig: Rig) -> None:
    rig.terminal.script("wrong_amount")
    async with rig.bench() as bench:
        await opened(bench)
        assert (await rig.hear(bench, pay())).amount == 1


@pytest.mark.parametrize("script", ["twice", "other_order", "garbage"])
async def test_what_is_no_answer_to_the_question_is_none(rig: Rig, script: str) -> None:
    rig.terminal.script(script)
    async with rig.bench() as bench:
        await opened(bench)
        answer = await rig.ask(bench, pay())
        then = await rig.hear(bench, query())
    assert (answer.failure, decode_reply(answer.body).state) == (None, OrderState.PAID)
    assert then.state is OrderState.PAID
    assert rig.terminal.charges()[0].charges == [1_280]


async def test_request_that_got_lost_is_known_to_be_unheard(rig: Rig) -> None:
    rig.terminal.script("lost")
    async with rig.bench() as bench:
        await opened(bench)
        answer = await rig.ask(bench, pay(), within_ms=SHORT_MS)
        found = await rig.hear(bench, query())
        undone = await rig.hear(bench, Reverse(id="r", order=ORDER))
    assert (answer.failure, found.state, undone.state) == (Failure.TIMEOUT, OrderState.NONE, OrderState.DECLINED)


async def test_reversal_gives_all_back_once_and_is_never_taken_for_a_payment_again(rig: Rig) -> None:
    async with rig.bench() as bench:
        await opened(bench)
        await rig.hear(bench, pay())
        assert (await rig.hear(bench, Reverse(id="r", order=ORDER))).state is OrderState.REVERSED
        assert (await rig.hear(bench, Reverse(id="r", order=ORDER))).state is OrderState.REVERSED
        assert (await rig.hear(bench, query())).state is OrderState.REVERSED
    async with rig.bench() as restarted:
        await opened(restarted)
        assert (await rig.hear(restarted, query())).state is OrderState.REVERSED
    assert (rig.terminal.charges()[0].returned, rig.terminal.charges()[0].held) == (1_280, 0)


async def test_reversal_that_was_made_and_not_told_is_not_made_twice(rig: Rig) -> None:
    rig.terminal.script("silent_reversal")
    async with rig.bench() as bench:
        await opened(bench)
        await rig.hear(bench, pay())
        silent = await rig.ask(bench, Reverse(id="r", order=ORDER), within_ms=SHORT_MS)
        again = await rig.hear(bench, Reverse(id="r", order=ORDER))
    assert (silent.failure, again.state) == (Failure.TIMEOUT, OrderState.REVERSED)
    assert rig.terminal.charges()[0].returned == 1_280


async def test_parts_of_a_payment_go_back_once_for_each_number_of_a_refund(rig: Rig) -> None:
    async with rig.bench() as bench:
        await opened(bench)
        number = (await rig.hear(bench, pay())).number
        first = Refund(id="f", order=ORDER, refund="act1R0", amount=300, number=number)
        assert (await rig.hear(bench, first)).state is OrderState.REFUNDED
        assert (await rig.hear(bench, first)).state is OrderState.REFUNDED
        nameless = Refund(id="g", order=ORDER, refund="act2R0", amount=200)
        assert (await rig.hear(bench, nameless)).state is OrderState.REFUNDED
        asked = await rig.hear(bench, Query(id="q", order=ORDER, refund="act1R0"))
        unknown = await rig.hear(bench, Query(id="q", order=ORDER, refund="act9R0"))
    assert (asked.state, unknown.state) == (OrderState.REFUNDED, OrderState.NONE)
    assert rig.terminal.charges()[0].returned == 500


async def test_refund_that_is_refused_each_time_is_told_so(rig: Rig) -> None:
    rig.terminal.script("no_reversal")
    async with rig.bench() as bench:
        await opened(bench)
        number = (await rig.hear(bench, pay())).number
        refused = await rig.hear(bench, Refund(id="f", order=ORDER, refund="x", amount=300, number=number))
        stands = await rig.hear(bench, Reverse(id="r", order=ORDER))
    assert (refused.state, stands.state) == (OrderState.DECLINED, OrderState.PAID)
    assert (stands.amount, stands.number) == (1_280, number)
    assert rig.terminal.charges()[0].held == 1_280


async def test_of_a_payment_that_another_terminal_charged_nothing_goes_back(rig: Rig) -> None:
    async with rig.bench() as bench:
        await opened(bench)
        await rig.hear(bench, pay(OTHER))
        refused = await rig.hear(bench, Refund(id="f", order=ORDER, refund="x", amount=300))
    assert (refused.state, refused.reason) == (OrderState.DECLINED, "unknown_payment")
    assert rig.terminal.charges()[0].held == 1_280


async def test_mute_terminal_is_unknown_and_one_without_a_cable_was_never_asked(rig: Rig) -> None:
    async with rig.bench() as bench:
        assert (await rig.ask(bench, pay(OTHER))).failure is Failure.NOT_SENT
        await opened(bench)
        rig.terminal.set_faults(mute=True)
        mute = await rig.ask(bench, pay(), within_ms=SHORT_MS)
        unsaid = await rig.ask(bench, query(), within_ms=SHORT_MS)
    assert (mute.failure, unsaid.failure) == (Failure.TIMEOUT, Failure.TIMEOUT)


async def test_stream_out_of_step_is_a_lost_link_that_comes_back(rig: Rig) -> None:
    async with rig.bench() as bench:
        await opened(bench)
        rig.terminal.set_faults(garbage=b"\xff" * 8)
        answer = await rig.ask(bench, pay(), within_ms=SHORT_MS)
        rig.terminal.heal()
        await bench.until_status("bank", link=LinkState.ABSENT)
        await opened(bench)
        found = await rig.hear(bench, query())
    assert (answer.failure, found.state) == (Failure.TIMEOUT, OrderState.PAID)


async def test_question_that_is_none_goes_nowhere(rig: Rig) -> None:
    async with rig.bench() as bench:
        await opened(bench)
        terminal = bench.devices.card_terminal
        assert terminal is not None
        answer = await terminal.answer(Ask(id="1", kind=CARD, deadline_ms=100, body=b"?"))
    assert answer.failure is Failure.NO_ROUTE
