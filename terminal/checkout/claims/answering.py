"""What becomes of what waits for HQ, when it answers, or does not."""

from collections.abc import Mapping
from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after import deeds as after
from terminal.checkout.after.drafts import GiveBack, VoidDone
from terminal.checkout.claims.drafts import FinishSale, Securing
from terminal.checkout.claims.messages import ClaimNo
from terminal.checkout.deeds.ending import complete
from terminal.checkout.inputs import Answered, Moment
from terminal.checkout.members.acts import deeds as members
from terminal.checkout.members.acts.drafts import CashOut, GiveGift, MergeMembers, TakeGiftBack
from terminal.checkout.outcome import Applied, Ignored, Outcome, Permit, Rejected, Turn, reject
from terminal.checkout.payments.course import ahead
from terminal.checkout.payments.starting import begin
from terminal.checkout.state import Counter
from terminal.checkout.tendering import taking
from terminal.checkout.tendering.drafts import ByCode, ByTerminal, SlipOf, TakePoints, TakeStored
from terminal.domain.errors import InputError
from terminal.domain.members.claims import Claim
from terminal.wire import asking
from terminal.wire import claim_events as cle
from terminal.wire.doorbell import Answer
from terminal.wire.events import Fact

_WHY_NOT: Mapping[str, ClaimNo] = {
    asking.No.SET_ASIDE: ClaimNo.SET_ASIDE,
    asking.No.CHANGED: ClaimNo.CHANGED,
    asking.No.STORED_INSUFFICIENT: ClaimNo.SHORT,
    asking.No.POINTS_INSUFFICIENT: ClaimNo.SHORT,
    asking.No.COUNT_CARD_INSUFFICIENT: ClaimNo.SHORT,
    asking.No.COUPON_TAKEN: ClaimNo.COUPON_TAKEN,
}


def is_about_claims(counter: Counter, answer: Answer) -> bool:
    """Whether an answer is to a question about claims that this process has asked."""
    return any(one.claim == answer.id and not one.receipt for one in counter.durable.claims.asked)


def answered(turn: Turn[Answered]) -> Outcome:
    """Take what HQ says of a claim, and go on with what waits for it.

    Without an answer HQ is taken for one that cannot be reached, until it is heard of again.
    """
    counter, answer = turn.counter, turn.cause.answer
    asked = next((one for one in counter.durable.claims.asked if one.claim == answer.id), None)
    if asked is None:
        return Ignored()
    heard = _heard(asked, answer, turn.moment)
    fact: Fact
    if isinstance(heard, Claim):
        fact = cle.ClaimGranted(claim=heard)
    else:
        reason = cle.GivenBack.NO_ANSWER if heard is None else cle.GivenBack.REFUSED
        fact = cle.ClaimsReturned(claims=(asked.claim,), reason=reason)
    leasing = tuple(one for one in counter.leasing if one != asked.claim)
    counter = replace(counter, leasing=leasing, silent=counter.silent or heard is None)
    securing = counter.securing
    if securing is None or securing.ask != asked.claim:
        return Applied(counter=counter, facts=(fact,))
    counter = replace(counter, securing=None)
    if asked.sale is not None and isinstance(heard, str):
        return replace(reject(_WHY_NOT.get(heard, ClaimNo.NOT_ALLOWED), counter), facts=(fact,))
    return _go_on(counter, securing, fact, turn.moment)


def _heard(asked: cle.ClaimAsked, answer: Answer, moment: Moment) -> Claim | str | None:
    """Return the claim that was granted, why it was refused, or None: nothing is known.

    It is spent until as long from now as HQ said, whatever the clocks say.
    """
    if answer.failure is not None:
        return None
    try:
        told = asking.decode_told(answer.body)
    except InputError:
        return None
    match told.reply:
        case asking.Granted(claim=claim) if _is_meant(asked, claim):
            return replace(claim, until_ms=moment.wall_ms + claim.until_ms - told.hq_ms)
        case asking.Refused(reason=reason):
            return reason
        case _:
            return None


def _is_meant(asked: cle.ClaimAsked, claim: Claim) -> bool:
    """Whether a claim is the one that was asked for; of a lease HQ says what there is in it."""
    if (claim.id, claim.member, claim.sale) != (asked.claim, asked.member, asked.sale):
        return False
    return asked.sale is None or (claim.parts, claim.coupons) == (asked.parts, asked.coupons)


def _go_on(counter: Counter, securing: Securing, fact: Fact, moment: Moment) -> Outcome:
    """Try what waited anew, with what is known now; facts are folded once, when all is done."""
    permit = Permit(moment=moment, approver=securing.approver)
    outcome = _done(ahead(counter, (fact,)), securing, permit)
    match outcome:
        case Applied():
            ended = replace(outcome.counter, durable=counter.durable)
            return replace(outcome, counter=ended, facts=(fact, *outcome.facts))
        case Rejected():
            ended = counter if outcome.counter is None else replace(outcome.counter, durable=counter.durable)
            return replace(outcome, counter=ended, facts=(fact, *outcome.facts))
        case Ignored():
            return Applied(counter=counter, facts=(fact,))
        case _:
            assert_never(outcome)


def _done(counter: Counter, securing: Securing, permit: Permit) -> Outcome:  # noqa: PLR0911 - one row a kind
    match securing.waiting:
        case FinishSale(given_fen=given_fen):
            return complete(counter, permit, given_fen=given_fen)
        case TakeStored():
            return taking.take_stored(counter, securing.waiting, permit)
        case TakePoints(points=points):
            return taking.take_points(counter, points, permit)
        case SlipOf():
            return taking.ask_slip(counter, securing.waiting, permit)
        case ByCode() | ByTerminal():
            return begin(counter, securing.waiting, permit)
        case CashOut() | GiveGift() | TakeGiftBack() | MergeMembers():
            return members.do(counter, securing.waiting, permit)
        case GiveBack() | VoidDone():
            return after.do(counter, securing.waiting, permit)
        case _:
            assert_never(securing.waiting)
