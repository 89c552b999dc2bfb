"""Results of steps in the shapes of a case file (CHECKOUT 1).

Where a key applies only sometimes, it is told whenever there is somebody of whom it can be told: who does not expect it
does not look at it.
"""

from collections.abc import Iterable, Mapping

from terminal.domain.after.refund import Undone
from terminal.domain.completing import Completed
from terminal.domain.ids import Sku
from terminal.domain.members.member import Member, mask_name
from terminal.domain.members.points import PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.pricing.engine import PricedBasket
from terminal.domain.sale import Tender
from terminal.domain.shifts import Shift
from terminal.domain.vat import VatAmount

Result = dict[str, object]


def vat(amounts: Iterable[VatAmount]) -> Result:
    """Gross and tax by rate."""
    return {str(one.rate_bp): {"gross": one.gross_fen, "tax": one.tax_fen} for one in amounts}


def basket(priced: PricedBasket, total_fen: int, nets: Iterable[int], amounts: Iterable[VatAmount]) -> Result:
    """Keys of CHECKOUT 4 to 6."""
    lines = zip(priced.by_line(priced.list_fen), priced.by_line(priced.base_fen), nets, strict=True)
    return {
        "gross": priced.gross_fen,
        "due": priced.due_fen,
        "discount": priced.gross_fen - priced.due_fen,
        "rounding": priced.due_fen - total_fen,
        "total": total_fen,
        "lines": [{"list": list_fen, "base": base, "net": net} for list_fen, base, net in lines],
        "rules": [{"id": one.rule.id, "off": one.effect.off_fen} for one in priced.applied],
        "coupons": [
            {"code": one.code, "ok": True, "off": one.effect.off_fen}
            if one.refusal is None
            else {"code": one.code, "ok": False, "reason": str(one.refusal)}
            for one in priced.coupons
        ],
        "vat": vat(amounts),
    }


def tender(one: Tender) -> Result:
    """A recorded tender; a credit with its shares."""
    shape: Result = {"type": str(one.kind), "amount": one.amount_fen}
    if one.origin:
        shape["from"] = [tender(part) for part in one.origin]
    return shape


def tenders(some: Iterable[Tender]) -> list[Result]:
    """Recorded tenders in order."""
    return [tender(one) for one in some]


def points(account: PointsAccount, today: str, **moved: int) -> Result:
    """What moved, the balance, and the lots by expiry."""
    lots = [{"points": lot.points, "expires": lot.expires} for lot in account.live(today)]
    return {**moved, "balance": account.balance(today), "lots": lots}


def stored(value: StoredValue, moved: StoredValue | None, how: str) -> Result:
    """What moved of a card (``how``: used, returned), and what is on it."""
    parts = moved or StoredValue()
    return {
        f"principal_{how}": parts.principal,
        f"bonus_{how}": parts.bonus,
        "principal": value.principal,
        "bonus": value.bonus,
    }


def sale(done: Completed, today: str) -> Result:
    """What a sale adds for its member and its salespeople."""
    shape: Result = {}
    member = done.member
    if member is not None:
        shape["tier"] = member.tier
        if done.points is not None:
            moved = done.points
            shape["points"] = points(member.points, today, earned=moved.earned, used=moved.used)
        shape["stored"] = stored(member.stored, done.stored_used, "used")
        shape["counts"] = {card: held.left for card, held in member.counts.items()}
    shape["commission"] = dict(done.commission)
    return shape


def undone(done: Undone, today: str) -> Result:
    """A refund, a void, or the return of an exchange."""
    shape: Result = {
        "amount": done.amount_fen,
        "lines": [{"line": one.line, "qty": one.units, "amount": one.amount_fen} for one in done.lines],
        "tenders": tenders(done.tenders),
        "vat": vat(done.vat),
    }
    member = done.member
    if member is not None:
        shape |= _member_after(done, member, today)
    if done.coupons:
        shape["coupons"] = [{"code": code, "status": status} for code, status in done.coupons.items()]
    shape["commission"] = dict(done.commission)
    return shape


def _member_after(done: Undone, member: Member, today: str) -> Result:
    shape: Result = {"tier": member.tier}
    if done.points is not None:
        moved = {
            "returned": done.points.returned,
            "clawed": done.points.clawed,
            "forfeited": done.points.forfeited,
            "withheld": done.points.withheld_fen,
        }
        shape["points"] = points(member.points, today, **moved)
    shape["stored"] = stored(member.stored, done.stored, "returned")
    shape["counts"] = {card: member.counts[card].left for card in done.counts if card in member.counts}
    shape["counts_lost"] = dict(done.counts_lost)
    return shape


def stock(levels: Mapping[Sku, int], low: Mapping[Sku, int | None]) -> Result:
    """Stock of the articles touched, and which of them are low."""
    if not levels:
        return {}
    short = sorted(sku for sku, level in levels.items() if (least := low.get(sku)) is not None and level <= least)
    return {"stock": dict(levels), "low_stock": short}


def member(one: Member, today: str) -> Result:
    """A member as the till shows one, under masks."""
    return {
        "tier": one.tier,
        "points": one.points.balance(today),
        "principal": one.stored.principal,
        "bonus": one.stored.bonus,
        "name": mask_name(one.name),
        "phone": f"{one.phone[:3]}****{one.phone[-4:]}" if one.phone else "",
        "lots": points(one.points, today)["lots"],
    }


def report(shift: Shift) -> Result:
    """The sums of a shift."""
    return {
        "sales_count": shift.sales_count,
        "sales": shift.sales_fen,
        "refund_count": shift.refund_count,
        "refunds": shift.refunds_fen,
        "void_count": shift.void_count,
        "net_sales": shift.net_sales_fen,
        "topups": shift.topups_fen,
        "by_tender": {str(kind): fen for kind, fen in shift.by_tender.items()},
        "cash_expected": shift.cash_expected_fen,
    }
