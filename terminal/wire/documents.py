"""Between the document of a sale, the fact that completes it, and what is left of it: one way, for till and HQ."""

from msgspec.structs import replace

from terminal.domain.after.sold import Sold, paid_parts, sold_line
from terminal.domain.completing import MemberGain
from terminal.domain.document import Document, digest
from terminal.domain.ids import Sku
from terminal.domain.members.card_sales import SoldCard, sold_cards
from terminal.domain.members.entries import Account, paid_of
from terminal.domain.members.member import Balance
from terminal.domain.members.membership import Joined, joined_until
from terminal.domain.sale import Sale
from terminal.wire.events import SaleCompleted


def completion(document: Document, *, receipt_count: int, completed_ms: int) -> SaleCompleted:
    """Return the fact of a finished sale, with its digest. ``receipt_count`` counts the done sales of the epoch."""
    gain = document.gain
    completed = SaleCompleted(
        sale_id=document.sale.id,
        receipt_no=document.receipt_no,
        receipt_count=receipt_count,
        book_version=document.sale.book_version,
        gross_fen=document.gross_fen,
        discount_fen=document.discount_fen,
        rounding_fen=document.rounding_fen,
        total_fen=document.total_fen,
        change_fen=document.change_fen,
        net_fen=document.net_fen,
        tenders=document.tenders,
        vat=document.vat,
        digest=digest(document),
        completed_ms=completed_ms,
        applied=document.applied,
        coupons=document.coupons,
        shift=document.shift,
        by_priority=document.by_priority,
        commission=document.commission,
        drawn=document.drawn,
    )
    if gain is None:
        return completed
    return replace(
        completed,
        member=gain.member,
        points_earned=gain.earned,
        points_used=gain.used,
        points_expire=gain.expires,
        mult_bp=gain.mult_bp,
        entries=gain.entries,
        balance=gain.balance,
    )


def gain_of(completed: SaleCompleted) -> MemberGain | None:
    """Return what a done sale did to its member; None for a sale of nobody."""
    if completed.member is None:
        return None
    return MemberGain(
        member=completed.member,
        earned=completed.points_earned,
        used=completed.points_used,
        expires=completed.points_expire,
        mult_bp=completed.mult_bp,
        entries=completed.entries,
        balance=Balance() if completed.balance is None else completed.balance,
    )


def document_of(sale: Sale, completed: SaleCompleted) -> Document:
    """Return the document of a done sale, as its facts tell it."""
    return Document(
        sale=sale,
        receipt_no=completed.receipt_no,
        gross_fen=completed.gross_fen,
        discount_fen=completed.discount_fen,
        rounding_fen=completed.rounding_fen,
        total_fen=completed.total_fen,
        change_fen=completed.change_fen,
        net_fen=completed.net_fen,
        tenders=completed.tenders,
        vat=completed.vat,
        applied=completed.applied,
        coupons=completed.coupons,
        shift=completed.shift,
        commission=completed.commission,
        by_priority=completed.by_priority,
        gain=gain_of(completed),
        drawn=completed.drawn,
    )


def sold_of(sale: Sale, completed: SaleCompleted) -> Sold:
    """Return a sale as it stood when it was done: what can come back of it."""
    lines = zip(sale.live_lines, completed.net_fen, strict=True)
    return Sold(
        id=sale.id,
        lines=tuple(sold_line(line, net_fen) for line, net_fen in lines),
        parts=paid_parts(completed.tenders),
        total_fen=completed.total_fen,
        day=sale.local_time[:10],
        member=completed.member,
        earned=completed.points_earned,
        mult_bp=completed.mult_bp,
        points_expire=completed.points_expire,
        coupons=tuple(use.code for use in completed.coupons),
        rules=tuple(use.id for use in completed.applied),
        special_units=_special_units(sale, completed),
        joined=_joined(sale, completed),
        cards=_cards(sale, completed),
        shift=completed.shift,
    )


def _joined(sale: Sale, completed: SaleCompleted) -> Joined | None:
    """Return what the sale did to the paid membership of its member."""
    if sale.member is None:
        return None
    paid = (paid_of(entry.value) for entry in completed.entries if entry.account is Account.PAID_UNTIL)
    until, _ = next(paid, (None, ""))
    return joined_until(sale.member, until, day=sale.local_time[:10])


def _cards(sale: Sale, completed: SaleCompleted) -> dict[int, SoldCard]:
    """Return the count cards that the lines of the sale made."""
    uses = (entry for entry in completed.entries if entry.account is Account.USES)
    given = ((entry.card, entry.amount) for entry in uses if entry.card is not None)
    return sold_cards(sale.id, given, {line.number: line.units for line in sale.live_lines})


def _special_units(sale: Sale, completed: SaleCompleted) -> dict[tuple[str, Sku], int]:
    """Return how many units of each article were bought at the price of each rule."""
    skus = {line.number: line.sku for line in sale.live_lines}
    units: dict[tuple[str, Sku], int] = {}
    for use in completed.applied:
        for share in use.shares:
            if share.units and share.line in skus:
                key = (use.id, skus[share.line])
                units[key] = units.get(key, 0) + share.units
    return units
