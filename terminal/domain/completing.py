"""A sale is paid: what it sold, and what it did to the member, the coupons and the shelf (CHECKOUT 6 to 8)."""

from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.after.sold import Sold, SoldLine, paid_parts, sold_line
from terminal.domain.commission import commissions
from terminal.domain.errors import RuleError
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.members.card_sales import CardLine, sold_cards, with_bought
from terminal.domain.members.entries import Entry, entries_between
from terminal.domain.members.member import Balance, CountCardId, Member, balance_of
from terminal.domain.members.membership import as_of, joined, joined_until
from terminal.domain.members.points import PointsProgram
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import risen
from terminal.domain.money import BASIS
from terminal.domain.paying import Paid
from terminal.domain.pricing.engine import PricedBasket
from terminal.domain.pricing.sums import rounded_nets
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.promotions.rule_set import RuleSet, Shopping, is_active
from terminal.domain.sale import SaleLine, TenderKind
from terminal.domain.trade import TradeSettings
from terminal.domain.vat import VatAmount, vat_by_rate


class PointsOf(Struct, frozen=True, kw_only=True):
    """What a sale earned and spent in points."""

    earned: int
    used: int


class Completed(Struct, frozen=True, kw_only=True):
    """A done sale. ``net_fen`` has one amount for each line, in sum the total; ``member`` is as it stands after it.

    ``stock`` is what left the shelf, in pieces or grams.
    """

    sold: Sold
    net_fen: tuple[int, ...]
    vat: tuple[VatAmount, ...]
    member: Member | None
    points: PointsOf | None = None
    stored_used: StoredValue | None = None
    commission: dict[StaffNumber, int] = {}
    stock: dict[Sku, int] = {}


class MemberGain(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a sale did to its member: points, and all other changes as ledger entries; ``balance`` is what there is now.

    Points earned at ``mult_bp`` went to the lot that expires at ``expires`` (None = never).
    """

    member: MemberId
    earned: int = 0
    used: int = 0
    expires: str | None = None
    mult_bp: int = 0
    entries: tuple[Entry, ...] = ()
    balance: Balance = Balance()


class Closing(Struct, frozen=True, kw_only=True):
    """What a sale is closed under. ``member`` is as it was before anything was paid."""

    id: SaleId
    shopping: Shopping
    rules: RuleSet
    settings: TradeSettings
    member: Member | None = None
    shift: int | None = None


def check_count_cards(lines: Iterable[SaleLine], member: Member | None, today: str) -> None:
    """Refuse lines that a count card cannot pay.

    `RuleError` ``count_card_invalid`` (not this member's, or for another article), ``count_card_expired``,
    ``count_card_insufficient``.
    """
    wanted: dict[CountCardId, int] = {}
    for line in lines:
        if line.count_card is None or line.voided:
            continue
        card = CountCardId(line.count_card)
        held = member.counts.get(card) if member is not None else None
        if held is None or held.sku != line.sku:
            raise RuleError(f"{card} does not pay {line.sku}", code="count_card_invalid")
        if held.until is not None and today > held.until:
            raise RuleError(f"{card} was good until {held.until}", code="count_card_expired")
        wanted[card] = wanted.get(card, 0) + line.units
        if wanted[card] > held.left:
            raise RuleError(f"{card} has {held.left} left", code="count_card_insufficient")


def vat_of(lines: Sequence[SaleLine], nets: Sequence[int]) -> tuple[VatAmount, ...]:
    """Return gross and tax by rate of the lines that were not voided."""
    return vat_by_rate((line.vat_bp, net) for line, net in zip(lines, nets, strict=True) if not line.voided)


def complete(basket: PricedBasket, paid: Paid, closing: Closing) -> Completed:
    """Return a done sale and all that it did."""
    nets = rounded_nets(basket, paid.total_fen)
    lines = tuple(sold_line(line, net) for line, net in zip(basket.lines, nets, strict=True) if not line.voided)
    sold = Sold(
        id=closing.id,
        lines=lines,
        parts=paid_parts(paid.tenders),
        total_fen=paid.total_fen,
        day=closing.shopping.local_time[:10],
        member=None if closing.member is None else closing.member.id,
        coupons=tuple(one.code for one in basket.coupons if one.refusal is None),
        rules=_rules_used(basket, closing.rules),
        special_units=_special_units(basket, closing.rules),
        shift=closing.shift,
    )
    rates = closing.settings.commission
    done = Completed(
        sold=sold,
        net_fen=nets,
        vat=vat_of(basket.lines, nets),
        member=paid.member,
        stored_used=paid.stored_used,
        commission={}
        if rates is None
        else commissions(rates, ((line.salesperson, line.category, line.net_fen) for line in lines)),
        stock=stock_moved(lines),
    )
    return done if paid.member is None else _credited(done, paid.member, paid, closing)


def gained(basket: PricedBasket, paid: Paid, closing: Closing) -> MemberGain | None:
    """Return what a done sale did to its member; None for a sale of nobody."""
    before = closing.member
    if before is None:
        return None
    done = complete(basket, paid, closing)
    after = done.member or before
    return MemberGain(
        member=before.id,
        earned=done.sold.earned,
        used=sum(part.points for part in done.sold.parts),
        expires=done.sold.points_expire,
        mult_bp=done.sold.mult_bp,
        entries=entries_between(before, after, today=done.sold.day),
        balance=balance_of(after, done.sold.day),
    )


def _credited(done: Completed, member: Member, paid: Paid, closing: Closing) -> Completed:
    """Give the member what the sale earned, and take the uses of count cards."""
    settings = closing.settings
    for line in done.sold.lines:
        if line.count_card is not None:
            member = member.with_card(line.count_card, -line.units)
    program = settings.points
    if program is not None:
        done = _earned(done, program, closing)
        expires = done.sold.points_expire
        member = replace(member, points=member.points.gain(done.sold.earned, expires))
        used = sum(tender.points for tender in paid.tenders if tender.kind is TenderKind.POINTS)
        done = replace(done, points=PointsOf(earned=done.sold.earned, used=used))
    spend = member.spend + paid.total_fen
    day, tiers, bought = done.sold.day, settings.tiers, [(line.sku, line.units) for line in done.sold.lines]
    raised = replace(member, spend=spend, tier=risen(tiers, member.own, spend), own_tier=None)
    cards = [CardLine(line.number, line.sku, line.units) for line in done.sold.lines]
    raised = with_bought(raised, done.sold.id, cards, settings.count_cards, today=day)
    after = joined(raised, bought, settings.memberships, today=day, tiers=tiers)
    given = ((card, held.left) for card, held in after.counts.items() if card not in member.counts)
    sold = replace(
        done.sold,
        joined=joined_until(member, after.paid_until, day=day),
        cards=sold_cards(done.sold.id, given, {line.number: line.units for line in done.sold.lines}),
    )
    return replace(done, sold=sold, member=as_of(after, day, tiers))


def _earned(done: Completed, program: PointsProgram, closing: Closing) -> Completed:
    mult_bp = multiplier(program, closing.rules, closing.shopping)
    points = program.earned(done.sold.earning_base(program.no_earn_tenders), mult_bp)
    expires = program.expiry(closing.shopping.local_time)
    return replace(done, sold=replace(done.sold, earned=points, mult_bp=mult_bp, points_expire=expires))


def multiplier(program: PointsProgram, rules: RuleSet, shopping: Shopping) -> int:
    """Return the highest multiplier of the tier and of all rules that are active, in basis points."""
    tier = "" if shopping.shopper is None else shopping.shopper.tier
    active = (rule.mult_bp for rule in rules.points_mult if is_active(rule, shopping))
    return max(program.tier_mult_bp.get(tier, BASIS), *active, 0)


def _rules_used(basket: PricedBasket, rules: RuleSet) -> tuple[str, ...]:
    """Return the ids of all rules that were applied: those that set a base, then those that took something off."""
    by_price = dict.fromkeys(by for by in basket.set_by if by in rules.by_id)
    return (*by_price, *(one.rule.id for one in basket.applied))


def _special_units(basket: PricedBasket, rules: RuleSet) -> dict[tuple[str, Sku], int]:
    """Return how many units of each article were bought at the price of each rule."""
    units: dict[tuple[str, Sku], int] = {}
    for line, start, end in zip(basket.lines, basket.starts, basket.starts[1:], strict=False):
        for by in basket.set_by[start:end]:
            if by in rules.by_id:
                units[by, line.sku] = units.get((by, line.sku), 0) + 1
    return units


def stock_moved(lines: Iterable[SoldLine]) -> dict[Sku, int]:
    """Return what lines took off the shelf, in pieces or grams."""
    stock: dict[Sku, int] = {}
    for line in lines:
        stock[line.sku] = stock.get(line.sku, 0) + line.units * line.stock
    return stock
