"""The paper of a return, for the customer to sign: what came back, and where its money went."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from terminal.checkout.after.messages import ReturnReason
from terminal.domain.catalog import Unit
from terminal.domain.ids import StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import ISSUED
from terminal.domain.receipt import Divider, Item, Row
from terminal.domain.receipt_labels import LABELS, Labels, Language
from terminal.domain.receipt_rows import Issuer, percent
from terminal.domain.slips.slip import approver, cashier, framed, pair
from terminal.domain.slips.stock import quantity_text
from terminal.domain.text import clean
from terminal.wire.return_events import GoodsBack, ReturnKind, SaleReturned


class ReturnLabels(Struct, frozen=True, kw_only=True):
    """One language."""

    titles: Mapping[ReturnKind, str]
    reasons: Mapping[str, str]
    number: str
    receipt: str
    sold_on: str
    reason: str
    damaged: str
    worth: str
    withheld: str
    set_aside: str
    points_returned: str
    points_clawed: str
    points_forfeited: str
    uses: str
    uses_lost: str
    stored: str
    coupon: str
    coupon_over: str
    approved: str
    signature: str


class ReturnSlip(Struct, frozen=True, kw_only=True):
    """One paper; copy n > 0 is marked."""

    fact: SaleReturned
    copy: int = 0

    @property
    def at_ms(self) -> int:
        """When it was done (UTC)."""
        return self.fact.returned_ms

    @property
    def staff(self) -> StaffNumber:
        """Who did it."""
        return self.fact.staff

    @property
    def approved_by(self) -> StaffNumber | None:
        """Who lent the right."""
        return self.fact.approved_by

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels, words = RETURN_LABELS[issuer.language], LABELS[issuer.language]
        mark = f" {words.copy.format(number=self.copy)}" if self.copy else ""
        title = f"{labels.titles[self.fact.kind]}{mark}"
        return framed(issuer, title, local_time, self._body(issuer, labels, words), training=training)

    def _body(self, issuer: Issuer, labels: ReturnLabels, words: Labels) -> Iterator[Row]:
        fact = self.fact
        yield pair(labels.number, fact.number)
        if fact.receipt_no:
            yield pair(labels.receipt, fact.receipt_no)
            yield pair(labels.sold_on, fact.sold_on)
        yield pair(labels.reason, labels.reasons.get(fact.reason, fact.reason))
        yield from cashier(self, issuer, words.cashier)
        yield Divider()
        for line in fact.lines:
            yield from _goods(line, labels)
        yield Divider()
        yield from self._money(labels, words)
        yield from self._of_member(labels, words)
        for card, uses in fact.counts.items():
            yield pair(f"{labels.uses} {card}", f"+{uses}")
        for card, uses in fact.counts_lost.items():
            yield pair(f"{labels.uses_lost} {card}", str(uses))
        for code, status in fact.coupons.items():
            yield pair(labels.coupon if status == ISSUED else labels.coupon_over, code)
        for vat in fact.vat:
            label = words.vat.format(rate=percent(vat.rate_bp), gross=format_fen(-vat.gross_fen))
            yield pair(label, format_fen(-vat.tax_fen))
        yield Divider()
        yield from approver(self, issuer, labels.approved)
        yield pair(labels.signature, "")

    def _money(self, labels: ReturnLabels, words: Labels) -> Iterator[Row]:
        fact = self.fact
        yield pair(labels.worth, format_fen(-fact.amount_fen), strong=True)
        if fact.credit_fen:
            yield pair(labels.set_aside, format_fen(fact.credit_fen))
        if fact.points is not None and fact.points.withheld_fen:
            yield pair(labels.withheld, format_fen(fact.points.withheld_fen))
        for tender in fact.tenders:
            yield pair(words.tenders[tender.kind], format_fen(-tender.amount_fen), strong=True)

    def _of_member(self, labels: ReturnLabels, words: Labels) -> Iterator[Row]:
        points, balance = self.fact.points, self.fact.balance
        if points is not None:
            for label, number in ((labels.points_returned, points.returned), (labels.points_clawed, -points.clawed)):
                if number:
                    yield pair(label, f"{number:+,}")
            if points.forfeited:
                yield pair(labels.points_forfeited, f"{points.forfeited:,}")
        if balance is not None and points is not None:
            yield pair(words.points_balance, f"{balance.points:,}")
        if balance is not None and self.fact.stored is not None:
            yield pair(labels.stored, format_fen(self.fact.stored.total))
            yield pair(words.stored_balance, format_fen(balance.stored.total))


def _goods(line: GoodsBack, labels: ReturnLabels) -> Iterator[Row]:
    is_weighed = line.unit is Unit.KG and line.weight_g is not None
    quantity = quantity_text(line.weight_g or 0, Unit.KG) if is_weighed else str(line.units)
    yield Item(
        name=line.name,
        code=clean(labels.damaged if line.damaged else line.sku),
        quantity=clean(f"-{quantity}" if line.units > 0 else quantity.removeprefix("-")),
        price=clean(_price_of_one(line)),
        amount=clean(format_fen(-line.amount_fen)),
    )


def _price_of_one(line: GoodsBack) -> str:
    """Return what one piece is worth; nothing of weighed goods, and where pieces are not worth the same."""
    pieces = abs(line.units)
    is_even = line.unit is Unit.EACH and pieces and line.amount_fen % pieces == 0
    return format_fen(abs(line.amount_fen) // pieces) if is_even else ""


def _reasons(quality: str, unwanted: str, mistake: str, other: str) -> dict[str, str]:
    words = (quality, unwanted, mistake, other)
    return {reason.removeprefix("reason."): word for reason, word in zip(ReturnReason, words, strict=True)}


RETURN_LABELS: Mapping[Language, ReturnLabels] = {
    Language.ZH: ReturnLabels(
        titles={
            ReturnKind.REFUND: "退货单",
            ReturnKind.VOID: "冲单",
            ReturnKind.EXCHANGE: "换货单",
            ReturnKind.BY_CODE: "凭小票码退货单",
            ReturnKind.NO_RECEIPT: "无小票退货单",
        },
        reasons=_reasons("质量问题", "不想要", "买错", "其他"),
        number="退货单号",
        receipt="原单号",
        sold_on="原单日期",
        reason="原因",
        damaged="破损",
        worth="应退",
        withheld="扣回积分款",
        set_aside="抵换货",
        points_returned="退还积分",
        points_clawed="收回积分",
        points_forfeited="过期积分",
        uses="次卡退回",
        uses_lost="其中已过期",
        stored="退回储值",
        coupon="优惠券可再用",
        coupon_over="优惠券已过期",
        approved="授权",
        signature="顾客签名",
    ),
    Language.EN: ReturnLabels(
        titles={
            ReturnKind.REFUND: "REFUND",
            ReturnKind.VOID: "SALE VOIDED",
            ReturnKind.EXCHANGE: "EXCHANGE",
            ReturnKind.BY_CODE: "REFUND BY CODE",
            ReturnKind.NO_RECEIPT: "REFUND, NO RECEIPT",
        },
        reasons=_reasons("bad quality", "not wanted", "bought by mistake", "other"),
        number="Return",
        receipt="Receipt",
        sold_on="Sold on",
        reason="Reason",
        damaged="damaged",
        worth="REFUND",
        withheld="Kept back for points",
        set_aside="For other goods",
        points_returned="Points back",
        points_clawed="Points taken back",
        points_forfeited="Points that expired",
        uses="Uses back on count card",
        uses_lost="Of these expired",
        stored="Back on the card",
        coupon="Coupon good again",
        coupon_over="Coupon expired",
        approved="Approved by",
        signature="Signature",
    ),
}
