"""Steps of the store: what comes back, members and their money, shifts and stock (CHECKOUT 9 and 10)."""

from msgspec.structs import replace

from lab.cases import shapes
from lab.cases.lines import find_article
from lab.cases.schema import (
    CashMove,
    Cashout,
    Merge,
    Receive,
    Refund,
    RefundNoReceipt,
    SetStatus,
    ShiftClose,
    ShiftOpen,
    ShowMember,
    Stocktake,
    TierReview,
    Topup,
    Void,
    XReport,
)
from lab.cases.selling import Turn, returns, tender_kind
from lab.cases.shop import Shop
from terminal.domain.after.no_receipt import worth_without_receipt
from terminal.domain.after.refund import refund
from terminal.domain.after.void import void
from terminal.domain.errors import InputError, RuleError
from terminal.domain.gateways import CODE_PAYMENTS
from terminal.domain.ids import Sku
from terminal.domain.members.member import MERGED, check_active
from terminal.domain.members.stored import StoredValue
from terminal.domain.members.tiers import reviewed
from terminal.domain.members.topping import bonus_for, merge, top_up
from terminal.domain.promotions.rule_set import is_active
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.stock import DocumentKind, StockLine, moved
from terminal.domain.text import SafeText

Result = shapes.Result
MONEY = CODE_PAYMENTS | {TenderKind.CASH}
"""What stored value may be bought with."""


def refund_step(shop: Shop, step: Refund, turn: Turn) -> Result:
    """Goods come back."""
    sold = shop.sale(step.of)
    done = refund(sold, returns(sold, step.lines), shop.owner(sold), shop.desk(turn.at))
    levels = shop.take_back(done)
    return {"status": "done", **shapes.undone(done, turn.today), **levels}


def void_step(shop: Shop, step: Void, turn: Turn) -> Result:
    """A sale never was."""
    sold = shop.sale(step.of)
    approved = step.approved_by_manager
    done = void(sold, shop.owner(sold), shop.desk(turn.at), shift=shop.shift_number, approved=approved)
    levels = shop.take_back(done)
    return {"status": "voided", **shapes.undone(done, turn.today), **levels}


def refund_no_receipt(shop: Shop, step: RefundNoReceipt, turn: Turn) -> Result:  # noqa: ARG001
    """Goods come back without a receipt, in cash."""
    if not step.approved_by_manager:
        raise RuleError("without a receipt a manager says yes", code="needs_manager")
    if not step.lines:
        raise InputError("nothing comes back")
    amount_fen, moved = 0, dict[Sku, int]()
    for given in step.lines:
        article, _ = find_article(given, shop.setup)
        amount_fen += worth_without_receipt(article, article.terms, given.qty)
        if not given.damaged:
            moved[article.sku] = moved.get(article.sku, 0) + given.qty
    if amount_fen > shop.setup.settings.no_receipt_max:
        raise RuleError(f"{amount_fen} without a receipt", code="refund_limit")
    cash = [Tender(kind=TenderKind.CASH, amount_fen=amount_fen)] if amount_fen else []
    if shop.shift is not None:
        shop.shift = shop.shift.refunded(amount_fen, cash)
    return {"status": "done", "amount": amount_fen, "tenders": shapes.tenders(cash), **shop.move_stock(moved)}


def topup(shop: Shop, step: Topup, turn: Turn) -> Result:
    """Put money on a card."""
    member = shop.member(step.member)
    check_active(member)
    kind = tender_kind(step.tender)
    if kind not in MONEY:
        raise InputError(f"a top-up by {kind} makes money from nothing")
    if step.offline:
        raise RuleError("top-ups need HQ", code="offline_limit")
    shopping = shop.shopping(member, turn.at)
    bonus_fen = bonus_for(step.amount, (rule for rule in shop.setup.rules.topup_bonus if is_active(rule, shopping)))
    member = top_up(member, step.amount, bonus_fen, shop.setup.settings.stored)
    shop.members[member.id] = member
    if shop.shift is not None:
        shop.shift = shop.shift.topped_up(step.amount, kind)
    value = member.stored
    return {"status": "done", "bonus_given": bonus_fen, "principal": value.principal, "bonus": value.bonus}


def cashout(shop: Shop, step: Cashout, turn: Turn) -> Result:  # noqa: ARG001
    """Pay the principal of a card out; its bonus is lost."""
    member = shop.member(step.member)
    check_active(member)
    if not step.approved_by_manager:
        raise RuleError("a cash-out needs a manager", code="needs_manager")
    value = member.stored
    shop.members[member.id] = replace(member, stored=StoredValue())
    if shop.shift is not None:
        shop.shift = shop.shift.topped_up(-value.principal, TenderKind.CASH)
    return {"status": "done", "paid_out": value.principal, "bonus_forfeited": value.bonus}


def show_member(shop: Shop, step: ShowMember, turn: Turn) -> Result:
    """Show a member, whatever the card's status."""
    return {"status": "done", **shapes.member(shop.member(step.member), turn.today)}


def set_status(shop: Shop, step: SetStatus, turn: Turn) -> Result:  # noqa: ARG001
    """Report a card lost, found, blocked."""
    member = shop.member(step.member)
    if member.status == MERGED:
        check_active(member)
    shop.members[member.id] = replace(member, status=step.status)
    return {"status": "done"}


def merge_step(shop: Shop, step: Merge, turn: Turn) -> Result:
    """Two members become one."""
    settings = shop.setup.settings
    merged, left = merge(
        shop.member(step.into),
        shop.member(step.gone),
        stored=settings.stored,
        tiers=settings.tiers,
        today=turn.today,
    )
    shop.merged(merged, left)
    shape = shapes.member(merged, turn.today)
    return {"status": "done", **{key: shape[key] for key in ("tier", "points", "principal", "bonus")}}


def tier_review(shop: Shop, step: TierReview, turn: Turn) -> Result:  # noqa: ARG001
    """Review all active members."""
    settings = shop.setup.settings
    tiers = {}
    for member in [member for member in shop.members.values() if member.status == "active"]:
        tier = reviewed(settings.tiers, member.tier, member.spend, max_drop=settings.tier_max_drop)
        tiers[member.id] = tier
        shop.members[member.id] = replace(member, tier=tier, spend=0)
    return {"status": "done", "tiers": tiers}


def shift_open(shop: Shop, step: ShiftOpen, turn: Turn) -> Result:  # noqa: ARG001
    """Open a shift with the float."""
    if shop.shift is not None:
        raise RuleError("a shift is open", code="shift_already_open")
    shop.next_shift(step.float_fen)
    return {"status": "done"}


def cash_move(shop: Shop, step: CashMove, turn: Turn) -> Result:  # noqa: ARG001
    """Put cash in, or take it out."""
    shop.shift = shop.open_shift().moved(step.amount)
    return {"status": "done"}


def x_report(shop: Shop, step: XReport, turn: Turn) -> Result:  # noqa: ARG001
    """Read the open shift."""
    return {"status": "done", **shapes.report(shop.open_shift())}


def shift_close(shop: Shop, step: ShiftClose, turn: Turn) -> Result:  # noqa: ARG001
    """Count the drawer and end the shift."""
    shift = shop.open_shift()
    shop.shift = None
    over_fen = step.counted - shift.cash_expected_fen
    counted = {"counted": step.counted, "over_short": over_fen, "z_no": shift.number}
    return {"status": "done", **shapes.report(shift), **counted}


def receive(shop: Shop, step: Receive, turn: Turn) -> Result:  # noqa: ARG001
    """Goods come in."""
    return {"status": "done", **_book(shop, _line(shop, step.sku, step.qty), DocumentKind.RECEIVE)}


def stocktake(shop: Shop, step: Stocktake, turn: Turn) -> Result:  # noqa: ARG001
    """Goods are counted on the shelf."""
    line = _line(shop, step.sku, step.counted)
    line = replace(line, book=shop.stock.get(line.sku, 0))
    levels = _book(shop, line, DocumentKind.COUNT)
    return {"status": "done", "variance": line.variance, "variance_value": line.variance_fen, **levels}


def _book(shop: Shop, line: StockLine, kind: DocumentKind) -> Result:
    shop.stock.setdefault(line.sku, 0)
    return shop.move_stock({line.sku: moved(kind, line).on_hand})


def _line(shop: Shop, given: str, quantity: int) -> StockLine:
    article = shop.setup.articles.get(Sku(given))
    if article is None:
        raise RuleError(f"{given} is not on file", code="unknown_item")
    return StockLine(
        sku=article.sku,
        name=article.name,
        code=SafeText(article.sku),
        quantity=quantity,
        price_fen=article.price_fen,
        unit=article.unit,
    )
