"""Claims that a till needs no more go back to HQ, and leases are asked for while a member is seen online."""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.after.drafts import ReasonOfReturn
from terminal.checkout.after.modes import AskedReceipt, FindingReceipt, Returning
from terminal.checkout.claims.asking import stood_on
from terminal.checkout.effects import Effect
from terminal.checkout.inputs import Moment
from terminal.checkout.modes import Back, Confirming, Help, Mode, Prompting, Status
from terminal.checkout.state import Counter, hq_answers
from terminal.domain.members.claims import Claim, ClaimId, terms_for, unspent
from terminal.domain.members.member import Member
from terminal.wire import claim_events as cle
from terminal.wire.asking import DEADLINE_MS, HQ, LeaseAsk, encode_question
from terminal.wire.doorbell import Ask
from terminal.wire.events import Fact, MemberBound
from terminal.wire.shift_events import ShiftClosed

MS_PER_HOUR = 3_600_000


class Kept(Struct, frozen=True, kw_only=True):
    """What is added to a step; ``counter`` has no facts of it folded yet."""

    counter: Counter
    facts: tuple[Fact, ...] = ()
    effects: tuple[Effect, ...] = ()


def keep(counter: Counter, facts: Sequence[Fact], moment: Moment) -> Kept:
    """Return what is given back, and asked for, after a step with these facts. Most steps add nothing.

    A disk that has little room is kept for the sale at hand.
    """
    if counter.low_space:
        return Kept(counter=counter)
    claims = counter.durable.claims
    returned = _returned(counter, facts, moment) if claims.held or claims.asked else ()
    bound = next((fact.member for fact in facts if isinstance(fact, MemberBound)), None)
    if bound is None or not hq_answers(counter):
        return Kept(counter=counter, facts=returned)
    return _leasing(counter, bound, returned, moment)


def _returned(counter: Counter, facts: Iterable[Fact], moment: Moment) -> tuple[Fact, ...]:
    """Return the facts that give claims back, by reason; none that the open sale spends."""
    is_closed = any(isinstance(fact, ShiftClosed) for fact in facts)
    by_reason: dict[cle.GivenBack, list[ClaimId]] = {}
    waiting = {*counter.leasing, *(() if counter.securing is None else (counter.securing.ask,)), *_receipts(counter)}
    for one in counter.durable.claims.asked:
        if one.claim not in waiting:
            lost = cle.GivenBack.NOT_NEEDED if one.receipt else cle.GivenBack.RESTARTED
            by_reason.setdefault(lost, []).append(one.claim)
    kept = stood_on(counter)
    for claim in counter.durable.claims.held:
        if claim.id in kept:
            continue
        reason = _reason(counter, claim, moment, is_closed=is_closed)
        if reason is not None:
            by_reason.setdefault(reason, []).append(claim.id)
    return tuple(cle.ClaimsReturned(claims=tuple(ids), reason=reason) for reason, ids in by_reason.items())


def _receipts(counter: Counter) -> Iterator[ClaimId]:
    """Yield the claim on the receipt of which something may come back now: on its page, or with the open sale."""
    exchange = counter.durable.exchange
    if exchange is not None and exchange.claim is not None:
        yield exchange.claim
    mode: Mode | Back = counter.mode
    while isinstance(mode, Help | Status | Confirming):
        mode = mode.back if isinstance(mode, Confirming) else mode.below
    if isinstance(mode, Prompting) and isinstance(mode.subject, ReasonOfReturn):
        mode = mode.subject.page
    match mode:
        case FindingReceipt(asked=AskedReceipt(id=key)):
            yield ClaimId(key)
        case FindingReceipt(claim=claim) | Returning(claim=claim) if claim is not None:
            yield claim
        case _:
            pass


def _reason(counter: Counter, claim: Claim, moment: Moment, *, is_closed: bool) -> cle.GivenBack | None:
    """Return why a claim is given back; None for one that is still good for something."""
    sale = counter.durable.sale
    if claim.until_ms <= moment.wall_ms:
        return cle.GivenBack.EXPIRED
    if claim.sale is not None and (sale is None or sale.id != claim.sale):
        return cle.GivenBack.NOT_NEEDED
    return cle.GivenBack.SHIFT_CLOSED if is_closed and claim.sale is None else None


def _leasing(counter: Counter, member: Member, returned: tuple[Fact, ...], moment: Moment) -> Kept:
    """Ask for a lease of a member who is there, or for a fresh one when half the time of the old one is over."""
    kept = Kept(counter=counter, facts=returned)
    terms = terms_for(counter.trade.leases, member.tier)
    gone = {claim for fact in returned if isinstance(fact, cle.ClaimsReturned) for claim in fact.claims}
    leases = [
        claim
        for claim in counter.durable.claims.held
        if claim.sale is None and claim.member == member.id and claim.id not in gone
    ]
    is_asked = any(one.member == member.id for one in counter.durable.claims.asked if one.claim in counter.leasing)
    if terms is None or is_asked:
        return kept
    half_ms = moment.wall_ms + terms.hours * MS_PER_HOUR // 2
    if any(claim.until_ms > half_ms for claim in leases):
        return kept
    spent_on = stood_on(counter)
    leases = [claim for claim in leases if claim.id not in spent_on]
    old = tuple(claim.id for claim in leases)
    asked = cle.ClaimAsked(claim=ClaimId(f"{moment.fresh_id}:l"), member=member.id, instead_of=old)
    renewed = (cle.ClaimsReturned(claims=old, reason=cle.GivenBack.RENEWED),) if old else ()
    question = LeaseAsk(id=asked.claim, member=member.id, unspent=tuple(map(unspent, leases)))
    ask = Ask(id=asked.claim, kind=HQ, deadline_ms=DEADLINE_MS, body=encode_question(question))
    return Kept(
        counter=replace(counter, leasing=(*counter.leasing, asked.claim)),
        facts=(*returned, *renewed, asked),
        effects=(ask,),
    )
