import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError
from terminal.domain.ids import ActionId, SaleId, StaffNumber
from terminal.domain.members.cards import CardKey
from terminal.domain.members.claims import Claim, ClaimId, Drawn, Part
from terminal.domain.members.entries import Account
from terminal.domain.promotions.coupons import MemberId
from terminal.wire import asking
from terminal.wire import claim_events as cle
from terminal.wire import member_events as mev
from terminal.wire.claim_record import ClaimRecord
from terminal.wire.events import EpochBegan, Fact
from terminal.wire.record import TillRecord, apply, encode_record
from terminal.wire.seal import Purpose, seal
from tests.unit.wire.returns import head
from tests.unit.wire_mqtt.signers import SeedSigner

HQ = SeedSigner(1)
KEYS = (HQ.public_key,)
TERMINAL = "S01-T03"
M1, SALE = MemberId("M1"), SaleId("s1")
ONE, TWO = ClaimId("c1"), ClaimId("c2")
TEN = (Part(account=Account.PRINCIPAL, amount=10),)
SIX = (Part(account=Account.PRINCIPAL, amount=6),)
FOUR = (Part(account=Account.PRINCIPAL, amount=4),)
LEASE = Claim(id=ONE, member=M1, until_ms=9, parts=TEN)


def asked(claim: ClaimId = ONE) -> cle.ClaimAsked:
    return cle.ClaimAsked(claim=claim, member=M1)


def record(*facts: Fact) -> ClaimRecord:
    made = TillRecord()
    for fact in facts:
        made = apply(made, fact)
    return made.claims


def test_claim_is_held_from_the_grant_on_until_it_is_given_back() -> None:
    granted = cle.ClaimGranted(claim=LEASE)
    returned = cle.ClaimsReturned(claims=(ONE,), reason=cle.GivenBack.EXPIRED)
    assert record(asked()) == ClaimRecord(asked=(asked(),))
    assert record(asked(), asked(TWO), granted) == ClaimRecord(asked=(asked(TWO),), held=(LEASE,))
    assert record(asked(), granted, returned) == ClaimRecord()


def test_grant_of_what_was_not_asked_or_was_given_back_is_nothing() -> None:
    granted = cle.ClaimGranted(claim=LEASE)
    returned = cle.ClaimsReturned(claims=(ONE,), reason=cle.GivenBack.NO_ANSWER)
    assert record(granted) == ClaimRecord()
    assert record(asked(), returned, granted) == ClaimRecord()
    assert record(asked(), granted, granted).held == (LEASE,)


def test_what_is_spent_of_a_claim_is_gone_and_an_unknown_claim_changes_nothing() -> None:
    def out(*drawn: Drawn) -> mev.CashedOut:
        return mev.CashedOut(act=ActionId("a"), staff=StaffNumber("1"), member=M1, paid_fen=6, drawn=drawn)

    held = (asked(), cle.ClaimGranted(claim=LEASE))
    assert record(*held, out(Drawn(claim=ONE, parts=SIX))).held == (msgspec.structs.replace(LEASE, parts=FOUR),)
    assert record(*held, out(Drawn(claim=ONE, parts=TEN))).held == ()
    assert record(*held, out(Drawn(claim=TWO, parts=TEN))).held == (LEASE,)


def test_claims_of_an_epoch_before_are_given_back_and_never_spent() -> None:
    before = TillRecord(claims=record(asked(), cle.ClaimGranted(claim=LEASE), asked(TWO)))
    after = record(EpochBegan(record=encode_record(before)))
    assert after.held == ()
    assert {one.claim for one in after.asked} == {ONE, TWO}


QUESTIONS: tuple[asking.Question, ...] = (
    asking.MemberAsk(id="q1", card=CardKey(number="88")),
    asking.ReserveAsk(id="q2", member=M1, sale=SALE, parts=TEN, all_of=(Account.BONUS,), unspent=(Drawn(claim=ONE),)),
    asking.LeaseAsk(id="q3", member=M1, unspent=(Drawn(claim=ONE, parts=TEN),)),
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_question_is_read_as_it_was_written(question: asking.Question) -> None:
    assert asking.decode_question(asking.encode_question(question)) == question


def test_question_names_nobody_in_a_log() -> None:
    assert repr(QUESTIONS[0]) == "MemberAsk(q1)"


def test_question_that_is_too_long_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError) as error:
        asking.decode_question(b"\x81" * (asking.MAX_ASK_BYTES + 1))
    assert error.value.code == "batch_oversized"


@given(st.binary(max_size=80))
def test_any_bytes_are_a_question_or_refused(data: bytes) -> None:
    try:
        question = asking.decode_question(data)
    except InputError:
        return
    assert asking.decode_question(asking.encode_question(question)) == question


def told(reply: asking.Reply | None = None) -> asking.Told:
    return asking.Told(terminal=TERMINAL, id="q1", hq_ms=5, reply=reply or asking.Granted(claim=LEASE))


REPLIES: tuple[asking.Reply, ...] = (
    asking.Members(),
    asking.Granted(claim=LEASE),
    asking.Refused(reason=asking.No.SET_ASIDE),
    asking.Refused(reason=asking.No.UNKNOWN_RECEIPT, returns=(head(),)),
)


@pytest.mark.parametrize("reply", REPLIES)
def test_answer_is_read_when_hq_signed_it_for_this_terminal(reply: asking.Reply) -> None:
    sealed = asking.seal_told(told(reply), HQ)
    opened = asking.open_told(sealed, keys=KEYS, terminal=TERMINAL)
    assert opened == told(reply)
    assert asking.decode_told(asking.encode_told(opened)) == opened


def refusal(data: bytes, *, terminal: str = TERMINAL) -> str:
    with pytest.raises(InputError) as error:
        asking.open_told(data, keys=KEYS, terminal=terminal)
    return error.value.code


def test_answer_that_is_not_hqs_or_not_for_us_is_refused() -> None:
    body = asking.encode_told(told())
    assert refusal(asking.seal_told(told(), HQ), terminal="S01-T04") == "reply_foreign"
    assert refusal(asking.seal_told(told(), SeedSigner(2))) == "forged"
    assert refusal(seal(body, purpose=Purpose.MEMBERS, signer=HQ)) == "forged"
    assert refusal(seal(b"\x01", purpose=Purpose.REPLY, signer=HQ)) == "batch_malformed"
    assert refusal(bytes(2 << 20)) == "batch_oversized"
