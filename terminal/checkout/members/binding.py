"""Binding a member to the open sale, and taking it off."""

from collections.abc import Mapping

from msgspec.structs import replace

from terminal.checkout.after.messages import AfterNo
from terminal.checkout.deeds.lines import CODE_LIMIT, started
from terminal.checkout.inputs import MemberFound
from terminal.checkout.members.acts.messages import MemberSay
from terminal.checkout.members.count_cards import refusal
from terminal.checkout.members.elsewhere import why_not_asked
from terminal.checkout.members.telling import seen
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import MemberPage, Selling, Tendering
from terminal.checkout.outcome import Applied, Outcome, Permit, Said, reject, say
from terminal.checkout.state import Counter, without_page
from terminal.domain.members.cards import LOST, REPLACED, CardKey, Medium
from terminal.domain.members.member import ACTIVE, BLOCKED, MERGED, Member
from terminal.domain.members.membership import ends_soon, is_over
from terminal.domain.promotions.coupons import ISSUED, AnyCoupon, MemberId
from terminal.domain.sale import Sale
from terminal.domain.text import SafeText, clean, mask
from terminal.ports.members import KnownMember
from terminal.wire import events as ev
from terminal.wire import member_events as mev
from terminal.wire import promotion_events as pev
from terminal.wire.counter.view import Level
from terminal.wire.events import Fact

_WHY_NOT: Mapping[str, No] = {
    LOST: No.CARD_LOST,
    REPLACED: No.CARD_REPLACED,
    "frozen": No.CARD_FROZEN,
    BLOCKED: No.CARD_BLOCKED,
    "expired": No.CARD_EXPIRED,
    "closed": No.CARD_CLOSED,
    MERGED: No.CARD_MERGED,
}


def bind(counter: Counter, answer: MemberFound, permit: Permit) -> Outcome:
    """Bind who was found by a card, a phone number, or picked from a list."""
    if len(answer.found) > 1:
        back = counter.mode if isinstance(counter.mode, Tendering) else Selling()
        now = permit.moment.local_iso
        page = MemberPage(found=answer.found, as_of=answer.as_of, names=answer.names, back=back, now=now)
        return Applied(counter=replace(counter, mode=page, text=""), said=say(Say.SEVERAL_MEMBERS, Level.ATTENTION))
    if is_foreign(counter, answer):
        return reject(AfterNo.WRONG_MEMBER, replace(counter, text=""))
    if answer.found:
        no = unusable(answer.found[0])
        return reject(no, counter) if no is not None else _bind_known(counter, answer, answer.found[0], permit)
    if answer.query.card is not None:
        return _bind_card(counter, answer, answer.query.card, permit)
    return reject(No.NO_SUCH_MEMBER, replace(counter, text=""))


def is_foreign(counter: Counter, answer: MemberFound) -> bool:
    """Whether somebody else than the member of the old sale would buy in an exchange."""
    begun = counter.record.exchange
    if begun is None or begun.member is None:
        return False
    return not answer.found or answer.found[0].row.member.id != begun.member.id


def _bind_known(counter: Counter, answer: MemberFound, known: KnownMember, permit: Permit) -> Applied:
    today = permit.moment.local_iso[:10]
    member = known.row.member
    fact = ev.MemberBound(
        card=_card(counter, answer, member.id),
        device=_device(answer),
        member=member,
        uses=known.row.uses_on(today),
        coupons=known.row.coupons,
        waiting=known.waiting,
        as_of=answer.as_of,
    )
    facts = (*started(counter, permit), *paid_again(counter, member), fact)
    said = _bound_told(member, today) if known.was is None else became_told(known.was, member)
    return Applied(counter=without_page(counter), facts=facts, said=said)


def became_told(was: Member, member: Member) -> Said:
    """Return what is said of who was looked for, and has become another member."""
    return say(MemberSay.BECAME, Level.ATTENTION, was=seen(replace(was, tier="")), who=seen(member))


def _bound_told(member: Member, today: str) -> Said:
    """Return what is said of who was bound: a paid membership that is over, or soon will be, is for the cashier."""
    who = seen(member)
    if is_over(member, today):
        return say(MemberSay.MEMBERSHIP_OVER, Level.ATTENTION, who=who, day=member.paid_until or "")
    if ends_soon(member, today):
        return say(MemberSay.MEMBERSHIP_ENDS, Level.ATTENTION, who=who, day=member.paid_until or "")
    return say(Say.MEMBER_BOUND, who=who)


def renew(counter: Counter, answer: MemberFound, permit: Permit) -> Outcome:
    """Bind the member of a recalled sale with what is known now; one who may not buy any more is taken off."""
    sale = counter.record.sale
    if sale is None or sale.member is None or not answer.found:
        return Applied(counter=counter)
    known = answer.found[0]
    no = unusable(known)
    if no is not None:
        return replace(unbind(counter), said=say(no, Level.ATTENTION))
    bound, gone = _bind_known(counter, answer, known, permit), _gone(sale, known)
    if not gone:
        return replace(bound, said=None)
    facts = (*bound.facts, *(pev.CouponTakenBack(code=coupon.code) for coupon in gone))
    names = clean(", ".join(coupon.name or coupon.code for coupon in gone))
    return replace(bound, facts=facts, said=say(Say.COUPONS_GONE, Level.ATTENTION, name=names))


def _gone(sale: Sale, known: KnownMember) -> tuple[AnyCoupon, ...]:
    """Return the coupons of a sale that its member had when it was put aside, and may not use any more."""
    usable = {coupon.code for coupon in known.row.coupons if coupon.status == ISSUED}
    had = {coupon.code for coupon in sale.member_coupons}
    return tuple(coupon for coupon in sale.coupons if coupon.code in had - usable)


def refresh(counter: Counter, answer: MemberFound) -> Applied:
    """Give the open sale the stored value that its member has now, and what waits for HQ; no price changes for it."""
    sale = counter.record.sale
    if sale is None or sale.member is None or not answer.found:
        return Applied(counter=counter)
    known, member = answer.found[0], sale.member
    stored = known.row.member.stored
    if known.row.member.id != member.id or (stored, known.waiting) == (member.stored, sale.waiting):
        return Applied(counter=counter)
    fact = ev.MemberBound(
        card=sale.member_card or SafeText(""),
        member=replace(member, stored=stored),
        uses=sale.uses,
        coupons=sale.member_coupons,
        waiting=known.waiting,
    )
    return Applied(counter=counter, facts=(fact,))


def _bind_card(counter: Counter, answer: MemberFound, card: CardKey, permit: Permit) -> Outcome:
    """Bind a card of which nothing is known: it still gets the prices of members."""
    number = clean(card.number, limit=CODE_LIMIT)
    facts = (*started(counter, permit), *paid_again(counter), ev.MemberBound(card=number, device=_device(answer)))
    said = say(Say.MEMBER_BOUND, who=mask(number))
    reason = why_not_asked(counter)
    if reason is not None:
        said = say(reason, Level.ATTENTION, card=mask(number))
    elif answer.as_of:
        said = say(Say.CARD_NOT_KNOWN, Level.ATTENTION, card=mask(number))
    return Applied(counter=without_page(counter), facts=facts, said=said)


def unusable(known: KnownMember) -> No | None:
    """Return why a member, or the card by which it was found, may not be used; None if it may."""
    status = known.card_status if known.card_status != ACTIVE else known.row.member.status
    return None if status == ACTIVE else _WHY_NOT.get(status, No.CARD_NOT_ACTIVE)


def unbind(counter: Counter) -> Outcome:
    """Take the member off the sale: it is priced for nobody again."""
    sale, staff = counter.record.sale, counter.record.staff
    if sale is None or staff is None or not sale.is_member:
        return reject(No.NO_MEMBER)
    if counter.record.exchange is not None and counter.record.exchange.member is not None:
        return reject(AfterNo.WRONG_MEMBER)
    facts = (*paid_again(counter), ev.MemberUnbound(staff=staff.number))
    return Applied(counter=without_page(counter), facts=facts, said=say(Say.MEMBER_UNBOUND))


def paid_again(counter: Counter, member: Member | None = None) -> tuple[Fact, ...]:
    """Return the facts by which lines that a count card pays are paid with money again; none if ``member`` has it."""
    sale = counter.record.sale
    if sale is None or refusal(sale, member) is None:
        return ()
    return tuple(mev.CountCardChosen(number=line.number) for line in sale.live_lines if line.count_card is not None)


def _card(counter: Counter, answer: MemberFound, member: MemberId) -> SafeText:
    """Return the card that was presented: now, or before by the same member. A code on a phone is none to keep."""
    if answer.query.card is not None and answer.query.card.medium is not Medium.PHONE:
        return clean(answer.query.card.number, limit=CODE_LIMIT)
    sale = counter.record.sale
    is_same = sale is not None and sale.member is not None and sale.member.id == member
    return SafeText("") if sale is None or not is_same else sale.member_card or SafeText("")


def _device(answer: MemberFound) -> str:
    return "" if answer.query.scan is None else answer.query.scan.device
