"""What of a member's value a till may spend: with HQ what it sets aside, without it what it set aside before."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.claims.asking import NOBODY, Need, held_for, secured
from terminal.checkout.claims.drafts import FinishSale, Waiting
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.members.acts.messages import MemberNo
from terminal.checkout.messages import No
from terminal.checkout.outcome import Applied, Permit, Rejected, reject
from terminal.checkout.state import Counter, hq_answers
from terminal.domain.members.claims import Drawn, drawn, held_in, limited, missing, parts_of_sale, summed
from terminal.domain.members.entries import Account, Place
from terminal.domain.paying import Taking
from terminal.domain.pricing.sums import PricedSale
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Sale, Tender


def need_of(sale: Sale, *tenders: Tender) -> Need:
    """Return what the tenders of a sale, and more, spend of its member."""
    return Need(member=_member(sale), sale=sale.id, parts=parts_of_sale((*sale.tenders, *tenders), ()))


def need_to_finish(sale: Sale, priced: PricedSale) -> Need:
    """Return all that a sale spends: by its tenders, uses of count cards, coupons that lower it."""
    parts = parts_of_sale(sale.tenders, sale.live_lines)
    coupons = tuple(one.code for one in priced.basket.coupons if one.refusal is None)
    return Need(member=_member(sale), sale=sale.id, parts=parts, coupons=coupons)


def _member(sale: Sale) -> MemberId:
    return NOBODY if sale.member is None else sale.member.id


def spending_of(counter: Counter) -> Taking:
    """Return how far the open sale is paid, with what of its member may be spent now.

    While HQ cannot be asked that is what it leased to this till, if there is a lease; else what its rules say of
    offline. The tenders are the same as in `taking_of`.
    """
    taking, sale = taking_of(counter), counter.record.sale
    if sale is None or taking.member is None or hq_answers(counter) or counter.is_training:
        return taking
    need = need_of(sale)
    claims = held_for(counter, need)
    if not claims:
        return taking
    left = _less(held_in(claims), summed(need.parts))
    return replace(taking, member=limited(taking.member, left), wallet=replace(taking.wallet, offline=None))


def _less(held: Mapping[Place, int], spent: Mapping[Place, int]) -> dict[Place, int]:
    return {place: max(0, amount - spent.get(place, 0)) for place, amount in held.items()}


def asks_first(counter: Counter, tender: Tender, waiting: Waiting, permit: Permit) -> Applied | None:
    """Return the question to HQ that must be answered before a tender is taken; None when it may be taken now."""
    sale = counter.record.sale
    if sale is None or not hq_answers(counter):
        return None
    return secured(counter, need_of(sale, tender), waiting, permit)


def drawn_by(
    counter: Counter, sale: Sale, priced: PricedSale, waiting: FinishSale, permit: Permit
) -> tuple[Drawn, ...] | Applied | Rejected:
    """Return what a sale that ends draws of claims; the question to HQ when something is not set aside yet.

    Without HQ only what its rules say of offline is spent without a claim.
    """
    need = need_to_finish(sale, priced)
    if counter.is_training or not (need.parts or need.coupons):
        return ()
    if hq_answers(counter):
        asking = secured(counter, need, waiting, permit)
        if asking is not None:
            return asking
    claims = held_for(counter, need, now_ms=permit.moment.wall_ms)
    parts, coupons = missing(claims, need.parts, need.coupons)
    if coupons and not counter.trade.offline.coupons:
        return reject(No.COUPON_OFFLINE, replace(counter, text=""))
    if any(part.account is Account.USES for part in parts):
        return reject(MemberNo.NEEDS_HQ, replace(counter, text=""))
    return drawn(claims, need.parts, need.coupons)
