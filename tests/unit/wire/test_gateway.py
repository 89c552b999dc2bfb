import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.payment_host import protocol
from terminal.wire.gateway import (
    LONGEST_LINE,
    OrderState,
    Pay,
    Query,
    Refund,
    Reply,
    Request,
    Reverse,
    decode_reply,
    decode_request,
    encode_request,
)

REQUESTS: tuple[Request, ...] = (
    Pay(id="1", order="a1", terminal="S01-T03", channel="wechat", code="13", amount=1280, currency="CNY"),
    Query(id="2", order="a1"),
    Query(id="5", order="a1", refund="r1"),
    Reverse(id="3", order="a1"),
    Refund(id="4", order="a1", refund="r1", amount=1280),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: type(request).__name__)
def test_the_simulated_host_understands_what_the_till_says(request_: Request) -> None:
    heard = msgspec.json.decode(encode_request(request_), type=protocol.Request)
    assert msgspec.to_builtins(heard) == msgspec.to_builtins(request_)
    assert decode_request(encode_request(request_)) == request_


@pytest.mark.parametrize("state", OrderState)
def test_the_till_understands_what_the_simulated_host_says(state: OrderState) -> None:
    said = protocol.Answer(id="1", order="a1", state=protocol.State(state), amount=5, number="42", reason="x")
    assert decode_reply(msgspec.json.encode(said) + b"\n") == Reply(
        v=1, id="1", order="a1", state=state, amount=5, number="42", reason="x"
    )
    assert protocol.LONGEST_LINE == LONGEST_LINE


def test_a_reply_may_have_more_fields_one_day() -> None:
    assert decode_reply(b'{"v":2,"id":"1","order":"a","state":"none","more":1}').state is OrderState.NONE


def test_a_question_about_an_order_names_no_refund() -> None:
    assert b"refund" not in encode_request(Query(id="2", order="a1"))


@given(st.binary(max_size=200))
def test_nonsense_is_refused(body: bytes) -> None:
    for decode in (decode_request, decode_reply):
        with pytest.raises((msgspec.DecodeError, UnicodeDecodeError)):
            decode(body)
