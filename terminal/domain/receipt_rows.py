"""Builds the receipt of a finished sale, as rows without a layout."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.document import CODE_DIGEST_DIGITS, Document, digest
from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.invoices import invoice_link
from terminal.domain.members.member import SOON_DAYS, mask_name
from terminal.domain.money import format_fen
from terminal.domain.picture import Picture
from terminal.domain.pricing.cart import PriceReason
from terminal.domain.pricing.sums import PricedLine, price_sale
from terminal.domain.promotions.coupons import standing_refusal
from terminal.domain.receipt import Cut, Divider, Heading, Item, Logo, Note, Pair, QrCode, Receipt, Row
from terminal.domain.receipt_labels import LABELS, Labels, Language
from terminal.domain.sale import Sale, SaleLine, Tender, TenderKind
from terminal.domain.sale_codes import Sign, code_of
from terminal.domain.settings import ShopTexts, spoken
from terminal.domain.text import SafeText, clean, mask, tail

INDENT = "  "


class Issuer(Struct, frozen=True, kw_only=True):
    """Who issues a receipt, and in which words. ``book_label`` names the price book of the sale for people.

    ``approver_name`` is that of who lent the right to what a slip is about, ``salespeople`` are those of the lines.
    """

    identity: Identity
    shop: ShopTexts
    staff_name: SafeText
    approver_name: SafeText = SafeText("")
    salespeople: Mapping[StaffNumber, SafeText] = {}
    logo: Picture | None = None
    book_label: str = ""
    language: Language = Language.ZH


def build_receipt(
    document: Document,
    issuer: Issuer,
    *,
    local_time: str,
    copy: int = 0,
    training: bool = False,
    sign: Sign | None = None,
) -> Receipt:
    """Return the receipt of a sale that was done at ``local_time`` (YYYY-MM-DDTHH:MM:SS); copy n > 0 is marked.

    One of a ``training`` says so above and below, and has no code that a till would take for a sale. Without ``sign``
    the code is a plain one, which finds the sale at its own till and nowhere else.
    """
    labels = LABELS[issuer.language]
    rows: list[Row] = [
        *_head(issuer, labels, copy),
        *_warning(labels, training=training),
        *_identification(document, issuer, labels, local_time),
        Divider(),
        *_items(document, labels),
        Divider(),
        *_totals(document, labels),
        *_tenders(document, labels),
        *_of_member(document, labels),
        Divider(),
        *_foot(document, issuer, labels),
        *_warning(labels, training=training),
        *(() if training else _codes(document, issuer, local_time[:10], sign)),
        Cut(),
    ]
    return Receipt(rows=tuple(rows))


def _codes(document: Document, issuer: Issuer, day: str, sign: Sign | None) -> Iterator[Row]:
    """Yield the code for the e-invoice, where HQ gives a link, and that of the sale; each says which one it is."""
    labels = LABELS[issuer.language]
    if issuer.shop.invoice_url and document.total_fen > 0:
        yield Heading(text=clean(labels.invoice))
        yield QrCode(data=_invoice_link(document, issuer, day))
        yield Heading(text=clean(labels.sale_code))
    yield QrCode(data=code_of(document, issuer.identity, day=day, sign=sign))


def _invoice_link(document: Document, issuer: Issuer, day: str) -> SafeText:
    values = {
        "receipt_no": document.receipt_no,
        "store": issuer.identity.store,
        "till": issuer.identity.till,
        "day": day,
        "total": format_fen(document.total_fen),
        "check": digest(document).hex()[:CODE_DIGEST_DIGITS],
    }
    return invoice_link(issuer.shop.invoice_url, values)


def _head(issuer: Issuer, labels: Labels, copy: int) -> Iterator[Row]:
    shop = issuer.shop
    yield Logo(picture=issuer.logo)
    if shop.name:
        yield Heading(text=shop.name, big=True)
    for text in (shop.address, shop.phone):
        if text:
            yield Heading(text=text)
    if copy:
        yield Heading(text=clean(labels.copy.format(number=copy)), big=True)


def _warning(labels: Labels, *, training: bool) -> Iterator[Row]:
    if training:
        yield Heading(text=clean(labels.training), big=True)


def _identification(document: Document, issuer: Issuer, labels: Labels, local_time: str) -> Iterator[Row]:
    yield _pair(labels.store, issuer.identity.store)
    yield _pair(labels.till, issuer.identity.till)
    yield _pair(labels.receipt, document.receipt_no)
    yield _pair(labels.cashier, f"{document.sale.staff} {issuer.staff_name}")
    people = dict.fromkeys(line.salesperson for line in document.sale.live_lines if line.salesperson is not None)
    if people:
        named = (f"{who} {issuer.salespeople.get(who, '')}".rstrip() for who in people)
        yield _pair(labels.salesperson, ", ".join(named))
    yield _pair(labels.time, local_time.replace("T", " "))
    if document.sale.is_member:
        yield _pair(labels.member, _who(document.sale))


def _who(sale: Sale) -> str:
    """Return the member of a sale, masked: the phone number, else the card or the member's own number; the name."""
    member = sale.member
    number = member.phone if member is not None and member.phone else sale.member_card
    shown = mask(number) if number else "" if member is None else member.id
    return shown if member is None else f"{shown} {mask_name(member.name)}".strip()


def _items(document: Document, labels: Labels) -> Iterator[Row]:
    """Yield the lines, each with what lowered it; what is about all of them together stands below."""
    for row in price_sale(replace(document.sale, coupons=())).lines:
        line = row.line
        yield Item(
            name=line.name,
            code=line.code,
            quantity=clean(_quantity(line)),
            price=clean(format_fen(_unit_price(line))),
            amount=clean(format_fen(row.list_fen)),
        )
        if line.note:
            yield Note(text=clean(f"{INDENT}{line.note}"))
        for label, number in ((labels.batch, line.batch), (labels.serial, line.serial)):
            if number:
                yield Note(text=clean(f"{INDENT}{label} {number}"))
        yield from _reasons(row, document, labels)


def _quantity(line: SaleLine) -> str:
    """Return ``3``, or ``0.856kg``."""
    if line.weight_g is None:
        return str(line.quantity)
    return f"{line.weight_g // 1000}.{line.weight_g % 1000:03d}kg"


def _unit_price(line: SaleLine) -> int:
    """Return the price per piece or kg; a printed price without a weight is its own."""
    if line.printed_fen is not None and (line.unit is Unit.EACH or line.weight_g is None):
        return line.printed_fen
    return line.price_fen


def _reasons(row: PricedLine, document: Document, labels: Labels) -> Iterator[Row]:
    """Yield what lowered a line by itself, or gave it another price, and why."""
    number = row.line.number
    shares = [(use, share) for use in document.applied for share in use.shares if share.line == number]
    if row.reason == PriceReason.MEMBER:
        at_other_prices = sum(share.units for _, share in shares)
        off_fen = (row.list_fen - row.base_fen) * (row.line.units - at_other_prices) // row.line.units
        if off_fen:
            yield _pair(f"{INDENT}{labels.member_price}", format_fen(-off_fen))
    if row.reason == PriceReason.COUNT_CARD:
        yield _pair(f"{INDENT}{labels.by_count_card} {row.line.count_card}", format_fen(row.base_fen - row.list_fen))
    if row.reason == PriceReason.OVERRIDE:
        reason = labels.reasons.get(row.line.override_reason, row.line.override_reason)
        yield _pair(f"{INDENT}{labels.changed_price} {reason}".rstrip(), format_fen(row.base_fen - row.list_fen))
    for use, share in shares:
        if not use.whole:
            yield _pair(f"{INDENT}{use.label}", format_fen(-share.off_fen))
    left_fen = row.base_fen
    for reduction in row.line.reductions:
        off_fen = min(reduction.off_fen, left_fen)
        left_fen -= off_fen
        reason = labels.reasons.get(reduction.reason, reduction.reason)
        yield _pair(f"{INDENT}{reason}", format_fen(-off_fen))


def _totals(document: Document, labels: Labels) -> Iterator[Row]:
    pieces = sum(max(0, line.quantity) for line in document.sale.live_lines)
    yield _pair(labels.pieces, str(pieces))
    yield _pair(labels.subtotal, format_fen(document.gross_fen))
    for use in document.applied:
        if use.whole:
            yield _pair(f"{INDENT}{use.label}", format_fen(-use.off_fen))
    for coupon in document.coupons:
        yield _pair(f"{INDENT}{labels.coupon} {coupon.label}", format_fen(-coupon.off_fen))
    if document.discount_fen:
        yield _pair(labels.discount, format_fen(-document.discount_fen))
    if document.rounding_fen:
        yield _pair(labels.rounding, format_fen(-document.rounding_fen))
    yield _pair(labels.total, format_fen(document.total_fen), strong=True)


def _tenders(document: Document, labels: Labels) -> Iterator[Row]:
    if document.total_fen < 0:
        yield _pair(labels.paid_out, format_fen(-document.total_fen), strong=True)
        return
    for tender in document.tenders:
        yield _pair(_tender_label(tender, labels), format_fen(_handed_over(tender)))
    if any(tender.given_fen is not None for tender in document.tenders):
        yield _pair(labels.change, format_fen(document.change_fen), strong=True)


def _tender_label(tender: Tender, labels: Labels) -> str:
    """Return what a tender is called: with how many points, or the end of the reference on a bank card's slip."""
    more = f"{tender.points:,}" if tender.kind is TenderKind.POINTS else ""
    if tender.kind is TenderKind.CARD:
        more = tail(tender.reference)
    return f"{labels.tenders[tender.kind]} {more}".rstrip()


def _of_member(document: Document, labels: Labels) -> Iterator[Row]:
    """Yield what the member earned, and what there is now; a line for each thing that there is."""
    gain = document.gain
    if gain is None:
        return
    yield Divider()
    balance, used = gain.balance, gain.used - _set_aside(document)
    if gain.earned or used or balance.points:
        if used:
            yield _pair(labels.points_used, f"-{used:,}")
        yield _pair(labels.points_earned, f"+{gain.earned:,}")
        yield _pair(labels.points_balance, f"{balance.points:,}")
    if balance.expiring:
        yield _pair(labels.points_expiring.format(days=SOON_DAYS), f"{balance.expiring:,}")
    if balance.stored.total or any(tender.kind is TenderKind.STORED for tender in document.tenders):
        yield _pair(labels.stored_balance, format_fen(balance.stored.total))
    if document.sale.waiting.total:
        yield _pair(labels.stored_waiting, format_fen(document.sale.waiting.total))
    if balance.paid_until is not None:
        yield _pair(labels.paid_until, balance.paid_until)
    for card, left in balance.counts.items():
        yield _pair(f"{labels.count_card} {card}", str(left))
    yield from _coupons_left(document, labels)


def _coupons_left(document: Document, labels: Labels) -> Iterator[Row]:
    """Yield the coupons that were issued to the member and are good for another sale."""
    sale, used = document.sale, {coupon.code for coupon in document.coupons}
    member = None if sale.member is None else sale.member.id
    for coupon in sale.member_coupons:
        if coupon.code in used or standing_refusal(coupon, member=member, local_time=sale.local_time) is not None:
            continue
        until = "" if coupon.valid_to is None else labels.until.format(day=coupon.valid_to)
        yield _pair(f"{labels.coupon_left} {coupon.name or coupon.code}", until)


def _set_aside(document: Document) -> int:
    """Return the points in the credit of an exchange: they were spent by the sale that it took back."""
    return sum(part.points for tender in document.tenders for part in tender.origin)


def _handed_over(tender: Tender) -> int:
    return tender.amount_fen if tender.given_fen is None else tender.given_fen


def _foot(document: Document, issuer: Issuer, labels: Labels) -> Iterator[Row]:
    for part in document.vat:
        label = labels.vat.format(rate=percent(part.rate_bp), gross=format_fen(part.gross_fen))
        yield _pair(label, format_fen(part.tax_fen))
    book = f"{issuer.book_label} v{document.sale.book_version}"
    yield _pair(labels.book, book.strip())
    rule = spoken(issuer.shop.return_rule, issuer.language)
    if rule:
        yield Note(text=clean(f"{labels.return_rule}: {rule}"))
    for text in issuer.shop.footer:
        yield Heading(text=text)


def percent(rate_bp: int) -> str:
    """Return ``13%``, ``6.5%`` or ``0.25%``."""
    return f"{format_fen(rate_bp).rstrip('0').rstrip('.')}%"


def _pair(label: str, value: str, *, strong: bool = False) -> Pair:
    return Pair(label=clean(label), value=clean(value), strong=strong)
