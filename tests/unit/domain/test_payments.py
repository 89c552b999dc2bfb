import pytest
from msgspec.structs import replace

from terminal.domain.gateways import Answer, AttemptState, Call
from terminal.domain.ids import OrderNumber, SaleId
from terminal.domain.payments import (
    PACES,
    Course,
    Heard,
    Payment,
    Reason,
    checked,
    is_closed,
    moved,
    next_call,
    wait_ms,
    waits_for_people,
)
from terminal.domain.sale import TenderKind
from terminal.domain.text import SafeText

WECHAT = PACES[TenderKind.WECHAT]
STARTED = Payment(
    order=OrderNumber("01"),
    sale_id=SaleId("02"),
    kind=TenderKind.WECHAT,
    amount_fen=1280,
    code=SafeText("wechat:18"),
    state=AttemptState.PENDING,
)
GIVEN_UP = Payment(
    order=OrderNumber("01"),
    sale_id=SaleId("02"),
    kind=TenderKind.WECHAT,
    amount_fen=1280,
    code=SafeText("wechat:18"),
    state=AttemptState.UNKNOWN,
    given_up=Reason.TOO_LONG,
)
PAID = Heard(answer=Answer.OK, paid_fen=1280)
SILENCE = Heard(answer=Answer.TIMEOUT)
FAIL = Heard(answer=Answer.FAIL)


def course(since_start: int = 0, **more: object) -> Course:
    return Course(pace=WECHAT, since_start=since_start, **more)  # type: ignore[arg-type]


def told(payment: Payment) -> tuple[AttemptState, Reason | None]:
    return payment.state, payment.given_up


@pytest.mark.parametrize(
    ("heard", "at", "state", "given_up"),
    [
        (PAID, course(), AttemptState.PAID, None),
        (PAID, course(60_000, cancelling=True), AttemptState.PAID, None),
        (FAIL, course(), AttemptState.DECLINED, None),
        (SILENCE, course(), AttemptState.PENDING, None),
        (SILENCE, course(44_999), AttemptState.PENDING, None),
        (SILENCE, course(45_000), AttemptState.REVERSING, Reason.TOO_LONG),
        (SILENCE, course(14_999, cancelling=True), AttemptState.PENDING, None),
        (SILENCE, course(15_000, cancelling=True), AttemptState.REVERSING, Reason.CANCELLED),
        (Heard(answer=Answer.PENDING, unheard=True), course(14_999), AttemptState.PENDING, None),
        (Heard(answer=Answer.PENDING, unheard=True), course(15_000), AttemptState.REVERSING, Reason.UNHEARD),
        (Heard(answer=Answer.OK, paid_fen=1279), course(), AttemptState.REVERSING, Reason.WRONG_AMOUNT),
        (Heard(answer=Answer.OK), course(), AttemptState.REVERSING, Reason.WRONG_AMOUNT),
    ],
)
def test_what_an_answer_to_a_query_means(
    heard: Heard, at: Course, state: AttemptState, given_up: Reason | None
) -> None:
    assert told(moved(STARTED, Call.QUERY, heard, at)) == (state, given_up)


def test_a_payment_without_an_answer_is_asked_about_before_it_is_reversed() -> None:
    assert told(moved(STARTED, Call.PAY, SILENCE, course(60_000))) == (AttemptState.PENDING, None)


@pytest.mark.parametrize(
    ("call", "heard", "state"),
    [
        (Call.QUERY, PAID, AttemptState.UNKNOWN),
        (Call.QUERY, SILENCE, AttemptState.UNKNOWN),
        (Call.QUERY, FAIL, AttemptState.REVERSED),
        (Call.REVERSE, SILENCE, AttemptState.UNKNOWN),
        (Call.REVERSE, FAIL, AttemptState.UNKNOWN),
        (Call.REVERSE, PAID, AttemptState.REVERSED),
    ],
)
def test_what_was_given_up_ends_reversed_or_not_at_all(call: Call, heard: Heard, state: AttemptState) -> None:
    assert told(moved(GIVEN_UP, call, heard, course(60_000))) == (state, Reason.TOO_LONG)


def test_reversing_goes_on_for_its_time_and_is_unknown_then() -> None:
    reversing = Payment(
        order=STARTED.order,
        sale_id=STARTED.sale_id,
        kind=STARTED.kind,
        amount_fen=1280,
        code=STARTED.code,
        state=AttemptState.REVERSING,
        given_up=Reason.CANCELLED,
    )
    assert moved(reversing, Call.REVERSE, SILENCE, course(60_000, since_reversing=19_999)).state == "reversing"
    assert moved(reversing, Call.REVERSE, SILENCE, course(60_000, since_reversing=20_000)).state == "unknown"
    assert wait_ms(reversing, Call.REVERSE, course(60_000)) == 3_000
    assert wait_ms(reversing, Call.QUERY, course(4_000)) == 11_000


def test_who_does_not_know_whether_it_was_said_asks() -> None:
    created = Payment(
        order=STARTED.order, sale_id=STARTED.sale_id, kind=STARTED.kind, amount_fen=1280, code=STARTED.code
    )
    assert created.state is AttemptState.CREATED
    assert [next_call(created, last) for last in (None, Call.PAY)] == [Call.QUERY, Call.QUERY]
    assert [next_call(GIVEN_UP, last) for last in (None, Call.QUERY, Call.REVERSE)] == [
        Call.QUERY,
        Call.REVERSE,
        Call.QUERY,
    ]


def test_what_ended_without_money_is_checked_as_often_as_the_pace_says() -> None:
    ended = moved(STARTED, Call.QUERY, FAIL, course())
    once = checked(ended, FAIL)
    twice = checked(once, Heard(answer=Answer.PENDING, unheard=True))
    assert [is_closed(one, WECHAT) for one in (ended, once, twice)] == [False, False, True]
    assert checked(ended, SILENCE) == ended
    assert checked(ended, Heard(answer=Answer.OK)) == ended
    found = checked(once, PAID)
    assert (found.found_fen, is_closed(found, WECHAT), next_call(found, None)) == (1280, False, Call.REFUND)


def test_a_refused_refund_is_looked_up_and_then_waits_for_people() -> None:
    owed = replace(STARTED, state=AttemptState.PAID, found_fen=1280, refund="R0")
    assert (owed.is_owed, next_call(owed, None), owed.refund_number) == (True, Call.REFUND, "R0")
    refused = replace(owed, refused=True)
    assert next_call(refused, Call.REFUND) is Call.QUERY
    often = replace(refused, checks=len(WECHAT.refused_ms))
    assert [waits_for_people(one, WECHAT) for one in (owed, refused, often)] == [False, False, True]
    assert not is_closed(often, WECHAT)
    paid = replace(often, in_cash=True, checks=0)
    assert (paid.is_owed, next_call(paid, Call.QUERY), waits_for_people(paid, WECHAT)) == (False, Call.QUERY, False)
    assert [is_closed(replace(paid, checks=checks), WECHAT) for checks in (2, 4)] == [False, True]


def test_money_that_was_taken_for_nothing_has_a_number_of_its_own() -> None:
    assert (STARTED.refund_number, STARTED.key) == ("01R", ("01", ""))


def test_a_lab_waits_less() -> None:
    pace = WECHAT.hurried(10)
    assert (pace.query_ms, pace.window_ms, pace.reverse_from_ms, pace.watch_ms) == (400, 4_500, 1_500, (6_000, 60_000))
    assert (pace.unheard_ms, pace.again_ms, pace.unknown_ms) == (1_500, 6_000, 1_000)
    assert pace.refused_ms == (6_000, 60_000, 360_000, 8_640_000)
