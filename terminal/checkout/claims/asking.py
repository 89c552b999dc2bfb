"""Asking HQ to set something of a member aside, before it is spent."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from terminal.checkout.claims.drafts import Securing, Waiting
from terminal.checkout.claims.messages import ClaimSay
from terminal.checkout.modes import Paying, Tendering
from terminal.checkout.outcome import Applied, Permit, say
from terminal.checkout.state import Counter
from terminal.domain.ids import SaleId
from terminal.domain.members.claims import Claim, ClaimId, Part, alive, drawn, missing, parts_of_sale, unspent
from terminal.domain.members.entries import Account
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.wire import claim_events as cle
from terminal.wire.asking import DEADLINE_MS, HQ, ReserveAsk, encode_question
from terminal.wire.doorbell import Ask
from terminal.wire.events import Fact

NOBODY = MemberId("")


class Need(Struct, frozen=True, kw_only=True):
    """What an act is about to spend of a member (or, with coupons alone, of nobody).

    ``all_of`` are accounts of which it is everything. ``sale`` is that of the act.
    """

    member: MemberId
    sale: SaleId
    parts: tuple[Part, ...] = ()
    coupons: tuple[CouponCode, ...] = ()
    all_of: tuple[Account, ...] = ()


def held_for(counter: Counter, need: Need, *, now_ms: int) -> tuple[Claim, ...]:
    """Return the claims of this till that an act may spend, those of its own sale first.

    One that ran out is still good for what the open sale spends of it already (`stood_on`).
    """
    fitting, kept = alive(counter.durable.claims.held, need.member, sale=need.sale, now_ms=0), stood_on(counter)
    return tuple(claim for claim in fitting if claim.until_ms > now_ms or claim.id in kept)


def stood_on(counter: Counter) -> frozenset[ClaimId]:
    """Return the claims that the open sale stands on: they are not given back under it.

    They pay for tenders and count cards, or hold coupons that lower it, once others have paid some of it. HQ frees
    nothing before the journal says so, so they may be spent however late the sale ends.
    """
    sale = counter.durable.sale
    if sale is None:
        return frozenset()
    is_paid = bool(sale.tenders) or counter.durable.undecided(sale.id) is not None
    coupons = (coupon.code for coupon in sale.coupons) if is_paid else ()
    member = None if sale.member is None else sale.member.id
    claims = alive(counter.durable.claims.held, member, sale=sale.id, now_ms=0)
    spent = drawn(claims, parts_of_sale(sale.tenders, sale.live_lines), coupons)
    return frozenset(one.claim for one in spent)


def secured(counter: Counter, need: Need, waiting: Waiting, permit: Permit) -> Applied | None:
    """Return None when all that an act needs is set aside for this till; else the question to HQ, and what waits.

    While a lease of the member is asked for, that is waited for: it may be enough.
    """
    now_ms = permit.moment.wall_ms
    parts, coupons = missing(held_for(counter, need, now_ms=now_ms), need.parts, need.coupons)
    if counter.is_training or not (parts or coupons):
        return None
    lease = next((one.claim for one in _leases_asked(counter) if one.member == need.member), None)
    if lease is not None:
        return _waits(counter, lease, waiting, permit)
    return _asked(counter, replace(need, parts=parts, coupons=coupons), waiting, permit)


def all_secured(counter: Counter, need: Need, waiting: Waiting, permit: Permit) -> Applied | Claim:
    """Return the claim on all that a member has; else the question to HQ.

    What this till has of the member goes back with it: nothing else may be set aside.
    """
    for claim in counter.durable.claims.held:
        if claim.alone and claim.member == need.member and claim.parts == need.parts:
            return claim
    lease = next((one.claim for one in _leases_asked(counter) if one.member == need.member), None)
    if lease is not None:
        return _waits(counter, lease, waiting, permit)
    return _asked(counter, need, waiting, permit)


def _leases_asked(counter: Counter) -> tuple[cle.ClaimAsked, ...]:
    return tuple(one for one in counter.durable.claims.asked if one.claim in counter.leasing)


def _waits(counter: Counter, ask: ClaimId, waiting: Waiting, permit: Permit) -> Applied:
    securing = Securing(ask=ask, waiting=waiting, approver=permit.approver)
    mode = Tendering() if isinstance(counter.mode, Paying) else counter.mode
    return Applied(
        counter=replace(counter, securing=securing, mode=mode, text=""),
        said=replace(say(ClaimSay.ASKING), quiet=True),
    )


def _asked(counter: Counter, need: Need, waiting: Waiting, permit: Permit) -> Applied:
    now_ms = permit.moment.wall_ms
    kept = stood_on(counter)
    ended = tuple(
        claim
        for claim in counter.durable.claims.held
        if claim.member == need.member and (need.all_of or claim.until_ms <= now_ms) and claim.id not in kept
    )
    gone = tuple(claim.id for claim in ended)
    asked = cle.ClaimAsked(
        claim=ClaimId(f"{permit.moment.fresh_id}:r"),
        member=need.member,
        sale=need.sale,
        parts=need.parts,
        coupons=need.coupons,
        all_of=need.all_of,
        instead_of=gone,
    )
    reason = cle.GivenBack.RENEWED if need.all_of else cle.GivenBack.EXPIRED
    returned: tuple[Fact, ...] = (cle.ClaimsReturned(claims=gone, reason=reason),) if gone else ()
    waits = _waits(counter, asked.claim, waiting, permit)
    return replace(waits, facts=(*returned, asked), effects=(_question(asked, need, ended),))


def _question(asked: cle.ClaimAsked, need: Need, ended: Iterable[Claim]) -> Ask:
    question = ReserveAsk(
        id=asked.claim,
        member=asked.member,
        sale=need.sale,
        parts=asked.parts,
        coupons=asked.coupons,
        all_of=asked.all_of,
        unspent=tuple(map(unspent, ended)),
    )
    return Ask(id=asked.claim, kind=HQ, deadline_ms=DEADLINE_MS, body=encode_question(question))
