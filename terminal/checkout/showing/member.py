"""Members as screens show them: beside the totals, on their page, in the list of held sales."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from terminal.checkout.effects import MemberTask
from terminal.checkout.handlers.typing import PICKS, amount_of
from terminal.checkout.members.acts.form import FROZEN, offered_cards
from terminal.checkout.members.acts.gift_form import last_given
from terminal.checkout.members.acts.money import bonus_of
from terminal.checkout.members.acts.papers import consent_of
from terminal.checkout.members.binding import unusable
from terminal.checkout.members.telling import card_seen, points_text, seen
from terminal.checkout.modes import FORMS, FormField, MemberForm, MemberPage
from terminal.checkout.state import Counter
from terminal.domain.ids import Sku
from terminal.domain.members.cards import LOST
from terminal.domain.members.gifts import Offer, PointsCoupon
from terminal.domain.members.member import ACTIVE, BLOCKED, MERGED, Member, balance_of, expiring_lots, mask_name
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import next_tier
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import AnyCoupon, standing_refusal
from terminal.domain.sale import Sale
from terminal.domain.text import SafeText, clean, mask
from terminal.domain.trade import TradeSettings
from terminal.ports.members import KnownMember
from terminal.wire.counter import panels
from terminal.wire.counter.view import Totals


def with_member(totals: Totals, sale: Sale, trade: TradeSettings) -> Totals:
    """Return the totals of a sale with its member beside them."""
    member = sale.member
    if member is None:
        return replace(totals, member=short(sale)) if sale.is_member else totals
    today = sale.local_time[:10]
    balance = balance_of(member, today)
    usable = sum(_is_usable(coupon, member, sale.local_time) for coupon in sale.member_coupons)
    return replace(
        totals,
        member=seen(member),
        points=points_text(balance.points),
        worth=_worth(balance.points, trade),
        stored=format_fen(balance.stored.total),
        counts=str(sum(held.left for held in member.counts.values() if _is_good(held.until, today))),
        coupons=str(usable) if usable else "",
    )


def _worth(points: int, trade: TradeSettings) -> str:
    """Return what points pay in whole steps; empty where they pay nothing."""
    program = trade.points
    if program is None or points < program.redeem_step:
        return ""
    return format_fen(program.worth_fen(points // program.redeem_step * program.redeem_step))


def short(sale: Sale) -> str:
    """Return the number of a sale's member in a list: masked, empty for nobody."""
    if sale.member is not None and sale.member.phone:
        return mask(sale.member.phone)
    return mask(sale.member_card) if sale.member_card else ""


def member_panel(counter: Counter, page: MemberPage) -> panels.MemberPanel:
    """Return the page of members."""
    chosen = page.found[page.selected] if page.found else None
    return panels.MemberPanel(
        asked_for=page.asked_for,
        rows=tuple(_line(known, page.now[:10]) for known in page.found),
        selected=page.selected,
        details=None if chosen is None else _details(counter, page, chosen),
        as_of=page.as_of[5:16].replace("T", " "),
        fault=page.fault,
    )


def form_panel(counter: Counter, form: MemberForm) -> panels.PagePanel:
    """Return a form: whom it is about, what was entered, and the field at hand; or the cards to choose from."""
    known = form.page.chosen
    who = "" if known is None or form.task is MemberTask.REGISTER else seen(known.row.member)
    head = panels.Line(message=f"member_form.{form.task}", params={"who": who} if who else {})
    if form.at_hand is FormField.OLD_CARD and known is not None:
        cards = enumerate(offered_cards(known), start=1)
        rows = tuple((str(pick), card_seen(card.key), f"member_card.{card.status}") for pick, card in cards)
        return panels.PagePanel(page="member_cards", lines=(head,), rows=rows)
    if form.at_hand is FormField.GIFT and known is not None:
        return _gifts(counter, form, known, head)
    values = (*(_entered(form, field, text) for field, text in zip(FORMS[form.task], form.entered, strict=False)), "")
    names = (f"field.{field}" for field in FORMS[form.task])
    return panels.PagePanel(
        page="member_form",
        lines=(head, *_beside_the_form(counter, form)),
        rows=tuple(zip(names, (*values, *("" for _ in FORMS[form.task])), strict=False)),
        selected=len(form.entered),
    )


def _gifts(counter: Counter, form: MemberForm, known: KnownMember, head: panels.Line) -> panels.PagePanel:
    """Return what there is for points, and which of it the member has enough for."""
    balance = known.row.member.points.balance(form.page.now[:10])
    points = panels.Line(message="member_form.points", params={"points": points_text(balance)})
    rows = tuple(
        (str(pick), gift.label, points_text(gift.points), _note(gift, balance))
        for pick, gift in enumerate(counter.trade.offers[: len(PICKS)], start=1)
    )
    return panels.PagePanel(page="member_gifts", lines=(head, points), rows=rows, foot=tuple(_last(counter, form)))


def _note(gift: Offer, balance: int) -> str:
    if gift.points > balance:
        return "member_gift.too_few"
    return "member_gift.coupon" if isinstance(gift, PointsCoupon) else ""


def _last(counter: Counter, form: MemberForm) -> Iterator[panels.Line]:
    """Yield what may be taken back."""
    given = last_given(counter, form)
    if given is not None:
        yield panels.Line(message="member_gift.back", params={"name": given.name, "points": points_text(given.points)})


def _beside_the_form(counter: Counter, form: MemberForm) -> Iterator[panels.Line]:
    known = form.page.chosen
    if form.task is MemberTask.REGISTER:
        yield panels.Line(message="member_form.consent", params={"version": consent_of(counter)})
    elif form.at_hand is FormField.GIVEN and known is not None:
        bonus_fen = bonus_of(counter, known, amount_of(form.entered[-1]) or 0, now=form.page.now)
        if bonus_fen:
            yield panels.Line(message="member_form.bonus", params={"amount": format_fen(bonus_fen)})


def _entered(form: MemberForm, field: FormField, text: str) -> str:
    """Return a value as it may be seen."""
    if not text:
        return "-"
    match field:
        case FormField.OLD_CARD if form.page.chosen is not None:
            return card_seen(offered_cards(form.page.chosen)[PICKS.find(text)].key)
        case FormField.PHONE | FormField.CARD:
            return mask(clean(text))
        case FormField.NAME:
            return mask_name(text)
        case FormField.AMOUNT | FormField.GIVEN:
            return format_fen(amount_of(text) or 0)
        case _:
            return text


def _line(known: KnownMember, today: str) -> panels.MemberLine:
    member = known.row.member
    return panels.MemberLine(
        who=" ".join(filter(None, (member.phone or member.id, member.name))),
        tier=member.tier,
        points=points_text(member.points.balance(today)),
        stored=format_fen(member.stored.total),
        mark="" if member.status == ACTIVE else f"member_mark.{_MARKS.get(member.status, 'other')}",
    )


_MARKS = {MERGED: "merged", FROZEN: "frozen", BLOCKED: "blocked"}


def _details(counter: Counter, page: MemberPage, known: KnownMember) -> panels.MemberDetails:
    member, today, sale = known.row.member, page.now[:10], counter.record.sale
    no, above = unusable(known), next_tier(counter.trade.tiers, member.tier, member.spend)
    return panels.MemberDetails(
        who=seen(member),
        tier=member.tier,
        status="" if no is None else no.value,
        lost=tuple(card_seen(card.key) for card in known.row.cards if card.status == LOST),
        birthday=member.birthday or "",
        points=points_text(member.points.balance(today)),
        worth=_worth(member.points.balance(today), counter.trade),
        stored=format_fen(member.stored.total),
        waiting="" if known.waiting == StoredValue() else format_fen(known.waiting.total),
        expiring=tuple((points_text(lot.points), lot.expires or "") for lot in expiring_lots(member, today)),
        counts=tuple(_counts(member, page.names, today)),
        coupons=tuple(_coupons(known.row.coupons, member, page.now)),
        next_tier="" if above is None else above.id,
        missing="" if above is None else format_fen(above.min_spend - member.spend),
        paid_until=member.paid_until or "",
        bound=sale is not None and sale.member is not None and sale.member.id == member.id,
    )


def _counts(member: Member, names: dict[Sku, SafeText], today: str) -> Iterator[panels.CountLine]:
    for held in member.counts.values():
        if _is_good(held.until, today):
            yield panels.CountLine(name=names.get(held.sku, held.sku), left=str(held.left), until=held.until or "")


def _coupons(coupons: Iterable[AnyCoupon], member: Member, now: str) -> Iterator[panels.CouponLine]:
    for coupon in coupons:
        if _is_usable(coupon, member, now):
            yield panels.CouponLine(name=coupon.name or coupon.code, until=coupon.valid_to or "")


def _is_usable(coupon: AnyCoupon, member: Member, now: str) -> bool:
    return standing_refusal(coupon, member=member.id, local_time=now) is None


def _is_good(until: str | None, today: str) -> bool:
    return until is None or today <= until
