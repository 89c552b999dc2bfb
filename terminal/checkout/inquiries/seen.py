"""What a fact of the journal says to people who look it up; of people nothing but numbers and masks."""

from collections.abc import Iterable, Mapping

from terminal.checkout.inquiries.messages import DeedText
from terminal.checkout.messages import PARAMS
from terminal.domain.members.entries import Account, Entry
from terminal.domain.money import format_fen
from terminal.domain.shifts import MoveKind
from terminal.wire import member_events as mev
from terminal.wire.events import Fact, NoSaleOpened, SaleCompleted
from terminal.wire.payment_events import RefundPaidInCash
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.shift_events import CashMoved

OF_KIND: Mapping[type[Fact], DeedText] = {
    SaleCompleted: DeedText.SALE,
    NoSaleOpened: DeedText.DRAWER,
    RefundPaidInCash: DeedText.REFUND_IN_CASH,
    mev.MemberRegistered: DeedText.REGISTERED,
    mev.MemberEdited: DeedText.EDITED,
    mev.CardIssued: DeedText.CARD,
    mev.CardStatusSet: DeedText.CARD_STATUS,
    mev.MemberStatusSet: DeedText.MEMBER_STATUS,
    mev.ToppedUp: DeedText.TOPPED_UP,
    mev.CashedOut: DeedText.CASHED_OUT,
    mev.GiftGiven: DeedText.GIFT,
    mev.CouponIssued: DeedText.COUPON_ISSUED,
    mev.GiftTakenBack: DeedText.GIFT_BACK,
    mev.MembersMerged: DeedText.MERGED,
}
OF_RETURN: Mapping[ReturnKind, DeedText] = {
    ReturnKind.REFUND: DeedText.REFUND,
    ReturnKind.VOID: DeedText.VOID,
    ReturnKind.EXCHANGE: DeedText.EXCHANGE,
    ReturnKind.BY_CODE: DeedText.REFUND,
    ReturnKind.NO_RECEIPT: DeedText.NO_RECEIPT,
}
OF_CASH: Mapping[MoveKind, DeedText] = {
    MoveKind.IN: DeedText.CASH_IN,
    MoveKind.OUT: DeedText.CASH_OUT,
    MoveKind.DROP: DeedText.CASH_DROP,
}


def what(fact: Fact) -> str:
    """Return the id of what was done."""
    match fact:
        case SaleReturned(kind=kind):
            return OF_RETURN[kind]
        case CashMoved(kind=moved):
            return OF_CASH[moved]
        case _:
            return OF_KIND[type(fact)]


def number_of(fact: Fact) -> str:
    """Return the number on the paper of it; of some there is none."""
    match fact:
        case SaleCompleted(receipt_no=number) | SaleReturned(number=number) | RefundPaidInCash(return_no=number):
            return number
        case _:
            return ""


def amount_of(fact: Fact) -> str:
    """Return the money of it as text; of some there is none."""
    match fact:
        case SaleCompleted(total_fen=fen):
            return format_fen(fen)
        case SaleReturned(amount_fen=fen) | mev.CashedOut(paid_fen=fen) | RefundPaidInCash(amount_fen=fen):
            return format_fen(-fen)
        case mev.ToppedUp(amount_fen=fen) | CashMoved(amount_fen=fen):
            return format_fen(fen)
        case _:
            return ""


def gift_of(fact: Fact) -> str:
    """Return what was got for points, or taken back."""
    match fact:
        case mev.GiftGiven(name=name) | mev.GiftTakenBack(name=name):
            return name
        case mev.CouponIssued(coupon=coupon):
            return coupon.name or coupon.code
        case _:
            return ""


def coupons_of(fact: Fact) -> tuple[str, ...]:
    """Return the coupons of a fact as people know them: by name, else by code."""
    match fact:
        case SaleCompleted(coupons=used):
            return tuple(one.label for one in used)
        case SaleReturned(coupons=statuses):
            return tuple(statuses)
        case mev.CouponIssued() | mev.GiftTakenBack():
            return (gift_of(fact),)
        case _:
            return ()


def off_of(fact: Fact) -> str:
    """Return what the coupons of a sale took off, as text; of all else nothing."""
    return format_fen(-sum(one.off_fen for one in fact.coupons)) if isinstance(fact, SaleCompleted) else ""


def staff_of(fact: Fact) -> str:
    """Return who did it; a sale says that in its first fact."""
    match fact:
        case SaleReturned() | CashMoved() | NoSaleOpened() | RefundPaidInCash():
            return fact.staff
        case mev.GiftGiven() | mev.CouponIssued() | mev.GiftTakenBack():
            return fact.staff
        case _:
            return ""


def reason_of(fact: Fact) -> str:
    """Return the id of why goods came back, cash moved, or the drawer was opened; a shop's own words as they are."""
    if not isinstance(fact, SaleReturned | CashMoved | NoSaleOpened):
        return ""
    known = f"reason.{fact.reason}"
    return known if known in PARAMS else fact.reason


def points_of(fact: Fact) -> str:
    """Return by how much points changed, with a sign; nothing for not at all."""
    entries = _entries(fact)
    return _signed(_sum(entries, Account.POINTS) - _sum(entries, Account.DEBT))


def stored_of(fact: Fact) -> str:
    """Return by how much stored value changed, with a sign; nothing for not at all."""
    entries = _entries(fact)
    fen = _sum(entries, Account.PRINCIPAL) + _sum(entries, Account.BONUS)
    return f"+{format_fen(fen)}" if fen > 0 else format_fen(fen) if fen else ""


def uses_of(fact: Fact) -> str:
    """Return by how many uses count cards changed, with a sign; nothing for not at all."""
    return _signed(_sum(_entries(fact), Account.USES))


def _entries(fact: Fact) -> tuple[Entry, ...]:
    match fact:
        case SaleCompleted() | SaleReturned() | mev.ToppedUp() | mev.CashedOut() | mev.MembersMerged():
            return fact.entries
        case mev.GiftGiven() | mev.CouponIssued() | mev.GiftTakenBack():
            return fact.entries
        case _:
            return ()


def _sum(entries: Iterable[Entry], account: Account) -> int:
    return sum(entry.amount for entry in entries if entry.account is account)


def _signed(amount: int) -> str:
    return f"{amount:+,}" if amount else ""
