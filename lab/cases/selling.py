"""Steps that price a basket, and those that are paid (CHECKOUT 7 and 10)."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from lab.cases import shapes
from lab.cases.gateway import Payments, ScriptedTender, charge
from lab.cases.lines import read_lines
from lab.cases.schema import Basket, Exchange, Quote, Resume, ReturnLine, Sale, Suspend, TenderOffer
from lab.cases.shop import Shop
from terminal.domain.after.exchange import exchange
from terminal.domain.after.refund import Return, all_left, counted
from terminal.domain.after.sold import Sold
from terminal.domain.completing import Closing, Completed, check_count_cards, complete, vat_of
from terminal.domain.errors import InputError, RuleError
from terminal.domain.gateways import Attempt
from terminal.domain.ids import SaleId
from terminal.domain.members.member import Member
from terminal.domain.paying import Offer, Paid, Wallet, pay_mixed
from terminal.domain.pricing.engine import PricedBasket
from terminal.domain.pricing.redeeming import Presenting
from terminal.domain.pricing.sums import amount_asked, rounded_nets
from terminal.domain.promotions.coupons import CouponCode
from terminal.domain.sale import TenderKind

_MAX = "max"


class Turn(Struct, frozen=True, kw_only=True):
    """When a step is played, and the attempts of its tenders that an earlier try left (None = it was not called)."""

    at: str
    before: Sequence[Attempt | None] = ()

    @property
    def today(self) -> str:
        """The day of the step."""
        return self.at[:10]


def quote(shop: Shop, step: Quote, turn: Turn) -> shapes.Result:
    """What a basket would cost; nothing is rounded that only cash would be."""
    basket = price(shop, step, turn)
    return {"status": "priced", **_basket(shop, basket, _asked(shop, basket))}


def sale(shop: Shop, step: Sale, turn: Turn) -> shapes.Result:
    """A sale that is paid at once."""
    basket = price(shop, step, turn)
    member = shop.customer(step.member)
    paid = pay_mixed(basket.due_fen, offers(step.tenders), _wallet(shop, step, turn, member))
    payments = _charge(shop, step.tenders, turn)
    done = complete(basket, paid, _closing(shop, step, turn, member))
    levels = shop.take_sale(done, paid.tenders)
    return {**_basket(shop, basket, paid.total_fen), **_sold(done, paid, payments, turn), **levels}


def suspend(shop: Shop, step: Suspend, turn: Turn) -> shapes.Result:
    """Hold a basket: it must be one that can be priced."""
    key = step.id or ""
    if key in shop.held:
        return {"status": "held", "replayed": True}
    price(shop, step, turn)
    shop.held[key] = step
    return {"status": "held"}


def resume(shop: Shop, step: Resume, turn: Turn) -> shapes.Result:
    """Sell a held basket at the prices of now; it stays held if that fails."""
    held = shop.held.get(step.of)
    if held is None:
        raise RuleError(f"nothing is held as {step.of}", code="unknown_held")
    whole = Sale(
        id=step.id,
        offline=step.offline,
        approved_by_manager=step.approved_by_manager or held.approved_by_manager,
        lines=held.lines,
        member=held.member if step.member is None else step.member,
        coupons=held.coupons if step.coupons is None else step.coupons,
        tenders=step.tenders,
    )
    done = sale(shop, whole, turn)
    del shop.held[step.of]
    return done


def exchange_step(shop: Shop, step: Exchange, turn: Turn) -> shapes.Result:
    """Goods come back and pay for others."""
    sold = shop.sale(step.of)
    owner = shop.owner(sold)
    coming = counted(sold, returns(sold, step.returns))
    if owner is not None and step.member not in {None, owner.id}:
        raise RuleError(f"the sale is {owner.id}'s", code="wrong_member")
    bought = replace(step, member=step.member if owner is None else owner.id, coupons=())
    basket = price(shop, bought, turn, cards_checked=False)
    back = exchange(sold, coming, _asked(shop, basket), owner, shop.desk(turn.at))
    buyer = shop.customer(bought.member) if owner is None else back.returned.member
    check_count_cards(basket.lines, buyer, turn.today)
    paid = pay_mixed(basket.due_fen, offers(step.tenders), _wallet(shop, step, turn, buyer), credit=back.credit)
    payments = _charge(shop, step.tenders, turn)
    done = complete(basket, paid, _closing(shop, bought, turn, buyer))
    before = shop.take_back(back.returned)
    after = shop.take_sale(done, paid.tenders)
    return {
        "status": "done",
        "credit": back.credit_fen,
        "returned": {"status": "done", **shapes.undone(back.returned, turn.today), **before},
        "sale": {**_basket(shop, basket, paid.total_fen), **_sold(done, paid, payments, turn), **after},
    }


def price(shop: Shop, step: Basket, turn: Turn, *, cards_checked: bool = True) -> PricedBasket:
    """Return what the lines of a step cost its member, after the checks that come before anything.

    An exchange checks count cards later: what comes back may give them the uses that they need.
    """
    member = shop.customer(step.member)
    if step.offline and step.coupons and not shop.setup.settings.offline.coupons:
        raise RuleError("coupons offline", code="offline_limit")
    lines = read_lines(step.lines, shop.setup, approved=step.approved_by_manager)
    if cards_checked:
        check_count_cards(lines, member, turn.today)
    coupons = Presenting(
        codes=tuple(CouponCode(code) for code in step.coupons),
        known=shop.coupons,
        member=None if member is None else member.id,
    )
    return shop.pricer.price(lines, shop.shopping(member, turn.at), coupons)


def returns(sold: Sold, lines: Sequence[ReturnLine] | str) -> tuple[Return, ...]:
    """Return what comes back of a sale; "all" is all that is left of what may come back."""
    if isinstance(lines, str):
        return all_left(sold)
    return tuple(Return(line=one.line, units=one.qty, damaged=one.damaged) for one in lines)


def offers(tenders: Sequence[TenderOffer]) -> list[Offer]:
    """Return tenders as the product takes them; `InputError` for a kind that nobody offers."""
    return [_offer(tender) for tender in tenders]


def _offer(given: TenderOffer) -> Offer:
    kind = tender_kind(given.type)
    amount = given.points if kind is TenderKind.POINTS else given.amount
    if amount == _MAX and kind in {TenderKind.STORED, TenderKind.POINTS}:
        return Offer(kind=kind)
    if not isinstance(amount, int):
        raise InputError(f"{kind} of {amount}")
    return Offer(kind=kind, amount=amount)


def tender_kind(text: str) -> TenderKind:
    """Return a kind of tender that a customer may offer; `InputError` for any other."""
    if text not in set(TenderKind) - {TenderKind.CREDIT}:
        raise InputError(f"no tender {text!r}")
    return TenderKind(text)


def _asked(shop: Shop, basket: PricedBasket) -> int:
    """Return the total that is asked as long as nobody pays cash."""
    return amount_asked(basket.due_fen, shop.setup.settings.rounding, noncash_fen=basket.due_fen)


def _basket(shop: Shop, basket: PricedBasket, total_fen: int) -> shapes.Result:
    nets = rounded_nets(basket, total_fen)
    shape = shapes.basket(basket, total_fen, nets, vat_of(basket.lines, nets))
    errors = shop.setup.override_errors
    return {**shape, "override_errors": [*errors]} if errors else shape


def _sold(done: Completed, paid: Paid, payments: Payments, turn: Turn) -> shapes.Result:
    shape = {
        "status": "done",
        "tenders": shapes.tenders(paid.tenders),
        "change": paid.change_fen,
        **shapes.sale(done, turn.today),
    }
    return {**shape, "payments": payments} if payments else shape


def _closing(shop: Shop, step: Basket, turn: Turn, member: Member | None) -> Closing:
    return Closing(
        id=SaleId(step.id or ""),
        shopping=shop.shopping(shop.customer(step.member), turn.at),
        rules=shop.setup.rules,
        settings=shop.setup.settings,
        member=member,
        shift=shop.shift_number,
    )


def _wallet(shop: Shop, step: Basket, turn: Turn, member: Member | None) -> Wallet:
    settings = shop.setup.settings
    return Wallet(
        today=turn.today,
        member=member,
        program=settings.points,
        stored=settings.stored,
        rounding=settings.rounding,
        offline=settings.offline if step.offline else None,
    )


def _charge(shop: Shop, tenders: Sequence[TenderOffer], turn: Turn) -> Payments:
    """Call the gateways of scripted tenders."""
    before, tries = turn.before or [None] * len(tenders), shop.setup.settings.pay
    return charge(
        [
            ScriptedTender(tender_kind(one.type), one.script, tries, attempt)
            for one, attempt in zip(tenders, before, strict=True)
        ]
    )
