"""What of a member's value a till may spend: with HQ what it sets aside, without it what it set aside before."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from terminal.checkout.claims.asking import NOBODY, Need, held_for, secured
from terminal.checkout.claims.drafts import FinishSale, Waiting
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Permit, Rejected, reject
from terminal.checkout.state import Counter, hq_answers
from terminal.checkout.tendering.spending import offline_limits
from terminal.domain.members.claims import (
    Claim,
    Drawn,
    Part,
    drawn,
    held_in,
    limited,
    missing,
    parts_between,
    parts_of,
    parts_of_sale,
    summed,
)
from terminal.domain.members.entries import Account, Place
from terminal.domain.paying import OfflineLimits, Taking
from terminal.domain.pricing.sums import PricedSale
from terminal.domain.promotions.coupons import AnyCoupon, MemberId
from terminal.domain.sale import Sale, Tender


def need_to_finish(sale: Sale, priced: PricedSale, *tenders: Tender) -> Need:
    """Return all that a sale spends: by its tenders, and more, by uses of count cards, coupons that lower it."""
    parts = parts_of_sale((*sale.tenders, *tenders), sale.live_lines)
    coupons = tuple(one.code for one in priced.basket.coupons if one.refusal is None)
    return Need(member=_member(sale), sale=sale.id, parts=parts, coupons=coupons)


def coming_back(counter: Counter) -> dict[Place, int]:
    """Return the uses of count cards that an exchange gives back before its sale takes any: HQ hears both at once."""
    sale, buyer = counter.record.sale, taking_of(counter).member
    if sale is None or sale.member is None or buyer is None:
        return {}
    return summed(part for part in parts_between(buyer, sale.member) if part.account is Account.USES)


def _with_exchange(counter: Counter, need: Need) -> Need:
    """Return what is to be set aside beside what an exchange gives back."""
    back = coming_back(counter)
    return replace(need, parts=parts_of(_less(summed(need.parts), back))) if back else need


def _member(sale: Sale) -> MemberId:
    return NOBODY if sale.member is None else sale.member.id


def spending_of(counter: Counter, *, now_ms: int = 0) -> Taking:
    """Return how far the open sale is paid, with what of its member may be spent now; 0: for a look, not to take it.

    While HQ cannot be asked that is what it leased to this till, if there is a lease; else what its rules say of
    offline. The tenders are the same as in `taking_of`.
    """
    taking, sale = taking_of(counter), counter.record.sale
    if sale is None or taking.member is None or hq_answers(counter) or counter.is_training:
        return taking
    spent = parts_of_sale(sale.tenders, ())
    claims = held_for(counter, Need(member=_member(sale), sale=sale.id), now_ms=now_ms)
    live = tuple(claim for claim in claims if claim.until_ms > now_ms)
    if not live:
        return taking
    left = _less(held_in(live), _taken_of(live, drawn(claims, spent)))
    return replace(taking, member=limited(taking.member, left), wallet=replace(taking.wallet, offline=None))


def leased_until_ms(counter: Counter, sale: Sale) -> int:
    """Return until when (UTC) what HQ set aside of a sale's member may be spent here; 0 = nothing was."""
    claims = held_for(counter, Need(member=_member(sale), sale=sale.id), now_ms=0)
    return max((claim.until_ms for claim in claims), default=0)


def may_use(counter: Counter, sale: Sale, coupon: AnyCoupon) -> bool:
    """Whether a sale with a coupon could end now: HQ can be asked, it set the coupon aside, or its rules allow it."""
    if hq_answers(counter) or counter.is_training or counter.trade.offline.coupons:
        return True
    claims = held_for(counter, Need(member=_member(sale), sale=sale.id), now_ms=0)
    return any(coupon.code in claim.coupons for claim in claims)


def _taken_of(live: Iterable[Claim], spent: Iterable[Drawn]) -> dict[Place, int]:
    ids = {claim.id for claim in live}
    return summed(part for one in spent if one.claim in ids for part in one.parts)


def _less(held: Mapping[Place, int], spent: Mapping[Place, int]) -> dict[Place, int]:
    return {place: max(0, amount - spent.get(place, 0)) for place, amount in held.items()}


def comes_first(counter: Counter, waiting: Waiting, permit: Permit, *tenders: Tender) -> Applied | Rejected | None:
    """Return what comes before a tender that is not cash: the question to HQ, or why the sale could not end with it.

    Coupons and uses of count cards are set aside before money moves that only others can give back. None: go on.
    """
    sale, priced = counter.record.sale, counter.priced
    if sale is None or priced is None:
        return None
    return _lacking(counter, _with_exchange(counter, need_to_finish(sale, priced, *tenders)), waiting, permit)


def drawn_by(
    counter: Counter, sale: Sale, priced: PricedSale, waiting: FinishSale, permit: Permit
) -> tuple[Drawn, ...] | Applied | Rejected:
    """Return what a sale that ends draws of claims; the question to HQ when something is not set aside yet.

    Without HQ only what its rules say of offline is spent without a claim.
    """
    need = _with_exchange(counter, need_to_finish(sale, priced))
    if counter.is_training or not (need.parts or need.coupons):
        return ()
    lacking = _lacking(counter, need, waiting, permit)
    if lacking is not None:
        return lacking
    return drawn(held_for(counter, need, now_ms=permit.moment.wall_ms), need.parts, need.coupons)


def _lacking(counter: Counter, need: Need, waiting: Waiting, permit: Permit) -> Applied | Rejected | None:
    """Return the question to HQ about what is not set aside, or why it cannot be spent without HQ."""
    if counter.is_training:
        return None
    if hq_answers(counter):
        return secured(counter, need, waiting, permit)
    claims = held_for(counter, need, now_ms=permit.moment.wall_ms)
    parts, coupons = missing(claims, need.parts, need.coupons)
    if coupons and not counter.trade.offline.coupons:
        return reject(No.COUPON_OFFLINE, replace(counter, text=""))
    if not _may_go_unclaimed(parts, offline_limits(counter)):
        return reject(MemberNo.NEEDS_HQ, replace(counter, text=""))
    return None


def _may_go_unclaimed(parts: Iterable[Part], offline: OfflineLimits) -> bool:
    """Whether the rules let a till spend this without a claim, as long as HQ cannot be asked."""
    amounts = dict.fromkeys(Account, 0)
    for part in parts:
        amounts[part.account] += part.amount
    stored_fen = amounts[Account.PRINCIPAL] + amounts[Account.BONUS]
    if amounts[Account.USES] or (amounts[Account.POINTS] and not offline.points):
        return False
    return stored_fen <= offline.stored_per_sale
