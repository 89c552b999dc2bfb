"""A finished sale as one immutable document, its digest, and what HQ checks in it."""

import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec
from msgspec import Struct

from terminal.domain.commission import commissions
from terminal.domain.completing import Closing, MemberGain, gained
from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.members.claims import Drawn, summed
from terminal.domain.members.entries import Place
from terminal.domain.paying import Paid, Taking, Wallet
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import PricedSale, check_line, net_amounts, price_sale, settle, shopping_of
from terminal.domain.pricing.uses import CouponUse, RuleUse, coupon_uses, rule_uses
from terminal.domain.promotions.rule_set import NO_RULES, RuleSet
from terminal.domain.sale import Sale, SaleLine, Tender, TenderKind
from terminal.domain.settings import Rounding
from terminal.domain.spent import spent_rightly
from terminal.domain.text import SafeText, clean
from terminal.domain.trade import TradeSettings
from terminal.domain.vat import VatAmount, vat_by_rate

FORMAT = 1
"""First element of what is hashed: another list of columns gets another number."""
CODE_MARK = "GT1"
CODE_DIGEST_DIGITS = 16


class Document(Struct, frozen=True, kw_only=True):
    """A finished sale. ``net_fen`` has one amount for each live line of ``sale``, in order, after rounding.

    Their sum is ``total_fen``, and so is the sum of ``tenders``. ``change_fen`` is what the cashier gives back.
    ``shift`` is the number of the one in which it was done.
    """

    sale: Sale
    receipt_no: str
    gross_fen: int
    discount_fen: int
    rounding_fen: int
    total_fen: int
    change_fen: int
    net_fen: tuple[int, ...]
    tenders: tuple[Tender, ...]
    vat: tuple[VatAmount, ...]
    applied: tuple[RuleUse, ...] = ()
    coupons: tuple[CouponUse, ...] = ()
    shift: int | None = None
    by_priority: bool = False
    """There were too many ways to combine rules: their priority decided."""
    gain: MemberGain | None = None
    commission: dict[StaffNumber, int] = {}
    """What salespeople earned by it."""
    drawn: tuple[Drawn, ...] = ()
    """What HQ had set aside for it."""


class Under(Struct, frozen=True, kw_only=True):
    """What holds while sales are done: rules, settings of trade, the number of the shift."""

    rules: RuleSet = NO_RULES
    trade: TradeSettings = TradeSettings()
    shift: int | None = None


NOTHING_HOLDS = Under()


def finish(sale: Sale, priced: PricedSale, paid: Paid, *, receipt_no: str, under: Under = NOTHING_HOLDS) -> Document:
    """Return the document of a sale that is paid, and was priced with the rules that hold."""
    net_fen = net_amounts(priced, paid.total_fen)
    return Document(
        sale=sale,
        receipt_no=receipt_no,
        gross_fen=priced.gross_fen,
        discount_fen=priced.discount_fen,
        rounding_fen=priced.due_fen - paid.total_fen,
        total_fen=paid.total_fen,
        change_fen=paid.change_fen,
        net_fen=net_fen,
        tenders=paid.tenders,
        vat=_vat(sale.live_lines, net_fen),
        applied=rule_uses(priced.basket, under.rules),
        coupons=coupon_uses(priced.basket, {coupon.code: coupon for coupon in sale.coupons}),
        shift=under.shift,
        by_priority=not priced.basket.exact,
        gain=_gain(sale, priced, paid, under),
        commission=_commission(sale.live_lines, net_fen, under.trade),
    )


def _commission(lines: Iterable[SaleLine], nets: Iterable[int], trade: TradeSettings) -> dict[StaffNumber, int]:
    """Return what salespeople earn by lines; nothing where HQ set no rates."""
    if trade.commission is None:
        return {}
    sold = ((line.salesperson, line.category, net_fen) for line, net_fen in zip(lines, nets, strict=True))
    return commissions(trade.commission, sold)


def _gain(sale: Sale, priced: PricedSale, paid: Paid, under: Under) -> MemberGain | None:
    """Return what a sale did to its member; None for a sale of nobody."""
    closing = Closing(
        id=sale.id, shopping=shopping_of(sale), rules=under.rules, settings=under.trade, member=sale.member
    )
    return gained(priced.basket, paid, closing)


def _vat(lines: Iterable[SaleLine], nets: Iterable[int]) -> tuple[VatAmount, ...]:
    return vat_by_rate((line.vat_bp, net_fen) for line, net_fen in zip(lines, nets, strict=True))


def digest(document: Document) -> bytes:
    """Return the SHA-256 of a document: a MessagePack array of named columns, the same at the till and at HQ."""
    return hashlib.sha256(_encoder.encode(_columns(document))).digest()


_encoder = msgspec.msgpack.Encoder()


def _columns(document: Document) -> tuple[object, ...]:
    """Return what the digest covers. Columns are named one by one, so that a new field changes no old digest."""
    sale = document.sale
    return (
        FORMAT,
        sale.id,
        document.receipt_no,
        sale.staff,
        sale.book_version,
        sale.local_time,
        sale.member_card,
        tuple(_line_columns(line) for line in sale.live_lines),
        document.net_fen,
        document.gross_fen,
        document.discount_fen,
        document.rounding_fen,
        document.total_fen,
        tuple(_tender_columns(tender) for tender in document.tenders),
        document.change_fen,
        tuple((part.rate_bp, part.gross_fen, part.tax_fen) for part in document.vat),
        *_later_columns(document),
    )


def _later_columns(document: Document) -> tuple[object, ...]:
    """Return the columns about rules, coupons and the shift, by name; none where there are none, as in older sales."""
    more = (
        ("rules", document.sale.rules_version),
        (
            "applied",
            tuple((use.id, use.off_fen, use.name, use.whole, use.limited, use.shares) for use in document.applied),
        ),
        ("by_priority", document.by_priority),
        ("coupons", tuple((use.code, use.off_fen, use.name, use.shares) for use in document.coupons)),
        ("shift", document.shift),
        ("member", None if document.gain is None else _gain_columns(document.gain)),
        ("sold by", tuple((line.number, line.salesperson) for line in document.sale.live_lines if line.salesperson)),
        ("commission", tuple(sorted(document.commission.items()))),
    )
    return tuple(column for column in more if column[1])


def _gain_columns(gain: MemberGain) -> tuple[object, ...]:
    entries = tuple(
        (one.member, one.account, one.amount, one.expires, one.card, one.sku, one.value) for one in gain.entries
    )
    return (gain.member, gain.earned, gain.used, gain.expires, gain.mult_bp, entries)


def _line_columns(line: SaleLine) -> tuple[object, ...]:
    """Return the columns of a line; what few lines have is added by name, so that others stay as they were."""
    override = None if line.override_fen is None else (line.override_fen, line.override_reason)
    more = (("batch", line.batch), ("serial", line.serial), ("override", override))
    return (
        line.number,
        line.sku,
        line.name,
        line.code,
        line.unit,
        line.quantity,
        line.weight_g,
        line.price_fen,
        line.member_price_fen,
        line.printed_fen,
        line.vat_bp,
        line.discountable,
        line.note,
        tuple((reduction.off_fen, reduction.reason) for reduction in line.reductions),
        *(column for column in more if column[1]),
    )


def _tender_columns(tender: Tender) -> tuple[object, ...]:
    """Return the columns of a tender. What it has beyond its amount is added by name, so that cash stays as it was."""
    lots = tuple((lot.points, lot.expires) for lot in tender.lots)
    stored = None if tender.stored is None else (tender.stored.principal, tender.stored.bonus)
    more = (
        ("stored", stored),
        ("lots", lots),
        ("origin", tuple(map(_tender_columns, tender.origin))),
        ("order", tender.order),
        ("reference", tender.reference),
    )
    return (tender.kind, tender.amount_fen, tender.given_fen, *(column for column in more if column[1]))


def sale_code(document: Document, identity: Identity) -> SafeText:
    """Return what the QR code of a receipt says: mark, terminal, receipt number, total in fen, start of the digest."""
    start = digest(document).hex()[:CODE_DIGEST_DIGITS]
    parts = (CODE_MARK, identity.terminal, document.receipt_no, str(document.total_fen), start)
    return clean("|".join(parts))


class Disagreement(StrEnum):
    """What does not follow from the lines of a document."""

    GROSS = "gross"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    NET = "net"
    TENDERS = "tenders"
    CHANGE = "change"
    SPENT = "spent"
    """Points, or stored value, are not worth what they paid, or are not there."""
    VAT = "vat"
    RULES = "rules"
    COUPONS = "coupons"
    MEMBER = "member"
    COMMISSION = "commission"


def disagreements(
    document: Document,
    rounding: Rounding | None = None,
    *,
    pricer: Pricer | None = None,
    trade: TradeSettings | None = None,
) -> tuple[Disagreement, ...]:
    """Price the lines of a document again, and return what it says otherwise; none for a right one.

    Without the ``rounding`` that held, any total is believed that due and rounding come to. Without a ``pricer`` with
    the rules of its version, what rules and coupons took off is believed, as far as the sums go; without the settings
    of ``trade``, what the sale did to its member. `InputError` for lines
    that `check_line` refuses.
    """
    for line in document.sale.live_lines:
        check_line(line)
    if pricer is None and (document.sale.rules_version or document.coupons):
        return _disagreeing({**_of_money(document), Disagreement.NET: sum(document.net_fen) == document.total_fen})
    rules = NO_RULES if pricer is None else pricer.rules
    priced = price_sale(document.sale, pricer=pricer)
    known = {coupon.code: coupon for coupon in document.sale.coupons}
    return _disagreeing(
        {
            **_of_prices(document, priced, rounding),
            **_of_money(document),
            Disagreement.RULES: (document.applied, document.by_priority)
            == (rule_uses(priced.basket, rules), not priced.basket.exact),
            Disagreement.COUPONS: document.coupons == coupon_uses(priced.basket, known),
            Disagreement.SPENT: trade is None
            or spent_rightly(
                document.tenders, priced.due_fen, _wallet_of(document.sale, trade), _set_aside_for(document)
            ),
            Disagreement.MEMBER: trade is None
            or document.gain == _gain_again(document, priced, Under(rules=rules, trade=trade)),
            Disagreement.COMMISSION: trade is None or document.commission == _commission_again(document, trade),
        }
    )


def _set_aside_for(document: Document) -> dict[Place, int]:
    return summed(part for one in document.drawn for part in one.parts)


def _wallet_of(sale: Sale, trade: TradeSettings) -> Wallet:
    """Return what decided about the tenders of a sale; what may be spent offline is the till's to know."""
    return Wallet(
        today=sale.local_time[:10],
        member=sale.member,
        program=trade.points,
        stored=trade.stored,
        rounding=trade.rounding,
    )


def _gain_again(document: Document, priced: PricedSale, under: Under) -> MemberGain | None:
    """Return what a sale did to its member, from what was known of the member before, and from its tenders."""
    wallet = Wallet(today=document.sale.local_time[:10], member=document.sale.member)
    taking = Taking.begin(priced.due_fen, wallet, document.tenders)
    paid = Paid(total_fen=document.total_fen, tenders=document.tenders, member=taking.member)
    return _gain(document.sale, priced, paid, under)


def _commission_again(document: Document, trade: TradeSettings) -> dict[StaffNumber, int]:
    """Return what salespeople earned by the nets; nothing where those make no sense."""
    lines = document.sale.live_lines
    return _commission(lines, document.net_fen, trade) if len(lines) == len(document.net_fen) else {}


def _disagreeing(checks: Mapping[Disagreement, bool]) -> tuple[Disagreement, ...]:
    return tuple(kind for kind in Disagreement if not checks.get(kind, True))


def _of_prices(document: Document, priced: PricedSale, rounding: Rounding | None) -> dict[Disagreement, bool]:
    """Compare what lines and rules come to."""
    total_fen = document.total_fen
    is_asked, nets_agree = True, sum(document.net_fen) == total_fen
    if rounding is not None:
        noncash_fen = sum(tender.amount_fen for tender in document.tenders if tender.kind is not TenderKind.CASH)
        asked = settle(priced, rounding, noncash_fen=noncash_fen)
        is_asked, nets_agree = total_fen == asked.total_fen, document.net_fen == asked.net_fen
    return {
        Disagreement.GROSS: document.gross_fen == priced.gross_fen,
        Disagreement.DISCOUNT: document.discount_fen == priced.discount_fen,
        Disagreement.ROUNDING: is_asked and document.rounding_fen == priced.due_fen - total_fen,
        Disagreement.NET: len(document.net_fen) == len(document.sale.live_lines) and nets_agree,
    }


def _of_money(document: Document) -> dict[Disagreement, bool]:
    """Compare what follows from the nets, whatever they came from."""
    lines = document.sale.live_lines
    change_fen = sum(
        tender.given_fen - tender.amount_fen for tender in document.tenders if tender.given_fen is not None
    )
    return {
        Disagreement.TENDERS: sum(tender.amount_fen for tender in document.tenders) == document.total_fen,
        Disagreement.CHANGE: document.change_fen == change_fen,
        Disagreement.VAT: len(document.net_fen) == len(lines) and document.vat == _vat(lines, document.net_fen),
    }
