"""What the examples of facts are made of, and a short day at a till."""

from msgspec.structs import replace

from terminal.domain.after.refund import PointsBack, Return
from terminal.domain.after.sold import PaidPart, Sold, SoldLine
from terminal.domain.catalog import Unit
from terminal.domain.document import Document, finish
from terminal.domain.ids import ActionId, HoldId, OrderNumber, SaleId, Sku, StaffNumber
from terminal.domain.members.cards import CardKey, Medium
from terminal.domain.members.claims import ClaimId, Drawn, Part
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import Balance, CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.sale import Reduction, Sale, SaleLine, Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode
from terminal.domain.shifts import OpenShift, Shift
from terminal.domain.stock import AdjustReason, DocumentId, DocumentKind, StockDocument, StockLine
from terminal.domain.text import SafeText, clean
from terminal.domain.vat import VatAmount
from terminal.wire import events as ev
from terminal.wire import return_events as rev
from terminal.wire.documents import completion
from terminal.wire.returning import sealed
from tests.unit.domain.baskets import make_line, make_sale, make_weighed

SALE = SaleId("01931f0e7a5b7c3d8e4f000000000001")
ORDER = OrderNumber("01931f0e7a5b7c3d8e4f000000000003")
HOLD = HoldId("01931f0e7a5b7c3d8e4f000000000002")
WANG = StaffNumber("1024")
ZHAO = StaffNumber("1031")
REDUCTION = Reduction(off_fen=100, reason=SafeText("破损"))
ZHANG = Member(
    id=MemberId("M1"),
    tier="gold",
    points=PointsAccount(lots=(Lot(40, "2026-12-31"),)),
    stored=StoredValue(principal=8_000, bonus=620),
    spend=46_180,
    counts={CountCardId("WASH"): CountCard(sku=Sku("WASH"), left=3, until="2027-01-31")},
    birthday="11-23",
    name=clean("张**"),
    phone=clean("138****6021"),
)
DOCUMENT = StockDocument(
    id=DocumentId("01931f0e7a5b7c3d8e4f000000000009"),
    kind=DocumentKind.COUNT,
    staff=WANG,
    reference=clean("N77"),
    reason=AdjustReason.LOST,
    lines=(
        StockLine(
            sku=Sku("A1"),
            name=clean("散装苹果"),
            code=clean("12345"),
            quantity=4200,
            price_fen=1196,
            unit=Unit.KG,
            book=5000,
        ),
    ),
)
ACT = ActionId("act:01931f0e7a5b7c3d8e4f000000000003")
CARD = CardKey(number="04a1b2c3d4e5f6", medium=Medium.NFC, format="uid")
ENTRIES = (Entry(member=ZHANG.id, account=Account.PRINCIPAL, amount=10_000),)
PARTS = (Part(account=Account.POINTS, amount=100, expires="2026-12-31"),)
DRAWN = (Drawn(claim=ClaimId("r1"), parts=PARTS),)
REPORT = OpenShift(
    sums=Shift(
        number=17,
        float_fen=50_000,
        moves_fen=-200_000,
        sales_count=3,
        sales_fen=470_450,
        refund_count=1,
        refunds_fen=10_000,
        void_count=1,
        topups_fen=5_000,
        by_tender={TenderKind.CASH: 460_450, TenderKind.VOUCHER: 5_000},
        payments={TenderKind.CASH: 3},
    ),
    day="2026-11-23",
    opened_ms=1_795_000_000_000,
    staff=ZHAO,
    people=(WANG, ZHAO),
    no_sales=2,
    lines_voided=9,
    sales_dropped=1,
    reductions=3,
)
VOUCHER = Tender(kind=TenderKind.VOUCHER, amount_fen=200)
RETURNED = sealed(
    rev.SaleReturned(
        act=ACT,
        kind=rev.ReturnKind.EXCHANGE,
        number="S01-T03-1-R00007",
        count=7,
        staff=WANG,
        reason=clean("质量"),
        amount_fen=6_290,
        lines=(
            rev.GoodsBack(
                line=1,
                sku=Sku("A1"),
                name=clean("散装苹果"),
                units=1,
                amount_fen=6_290,
                unit=Unit.KG,
                weight_g=856,
                shelf=856,
                damaged=True,
            ),
        ),
        local_time="2026-11-24T10:30:00",
        returned_ms=1_795_050_000_000,
        sale_id=SALE,
        receipt_no="S01-T02-3-000042",
        sold_on="2026-11-23",
        terminal="S01-T02",
        epoch=3,
        tenders=(Tender(kind=TenderKind.CASH, amount_fen=2_000),),
        taken=(rev.PartTaken(0, 2_000), rev.PartTaken(0, 4_290)),
        credit_fen=4_290,
        bought_by=SaleId("01931f0e7a5b7c3d8e4f000000000011"),
        vat=(VatAmount(rate_bp=900, gross_fen=6_290, tax_fen=519),),
        member=replace(ZHANG, name=clean(""), phone=clean(""), birthday=None),
        entries=ENTRIES,
        balance=Balance(points=-22),
        points=PointsBack(returned=100, forfeited=1, clawed=62, withheld_fen=22),
        stored=StoredValue(principal=1, bonus=2),
        counts={CountCardId("WASH"): 1},
        counts_lost={CountCardId("WASH"): 1},
        coupons={CouponCode("C1"): "issued"},
        rules=("HALF2",),
        commission={ZHAO: -63},
        rules_version=5,
        code="GT2|S01-T04",
        payments={TenderKind.CASH: 1},
        drawn=DRAWN,
        shift=17,
        approved_by=ZHAO,
    )
)


BEGUN = rev.ExchangeBegan(
    act=ACT,
    staff=WANG,
    reason=clean("尺寸"),
    receipt_no="S01-T02-3-000042",
    sold=Sold(
        id=SALE,
        lines=(SoldLine(number=1, sku=Sku("A1"), units=2, net_fen=700, vat_bp=1300),),
        parts=(PaidPart(kind=TenderKind.CASH, amount_fen=700, left_fen=700),),
        total_fen=700,
    ),
    lines=(make_line(1, quantity=2),),
    returns=(Return(line=1, units=2, damaged=True),),
    coupons=(CashCoupon(code=CouponCode("C1"), off=500),),
    member=replace(ZHANG, name=clean(""), phone=clean(""), birthday=None),
    terminal="S01-T02",
    epoch=3,
    approved_by=ZHAO,
    claim=ClaimId("r2"),
)


def full_line() -> SaleLine:
    return replace(
        make_weighed(1),
        member_price_fen=990,
        printed_fen=1024,
        vat_bp=900,
        category="fruit/apple",
        discountable=False,
        open_price=True,
        note=clean("袋装"),
        reductions=(REDUCTION,),
        voided=True,
    )


def paid_document() -> Document:
    sale = make_sale(make_line(1, quantity=3), make_weighed(2), vouchers_fen=(200,))
    priced = price_sale(sale)
    wallet = Wallet(today="2026-11-23", rounding=Rounding(mode=RoundingMode.DOWN, unit=10))
    paid = Taking.begin(priced.due_fen, wallet, sale.tenders).finish(2000)
    return finish(sale, priced, paid, receipt_no="S01-T03-1-000042")


def started(sale: Sale) -> ev.SaleStarted:
    return ev.SaleStarted(
        sale_id=sale.id,
        staff=sale.staff,
        book_version=sale.book_version,
        local_time=sale.local_time,
        started_ms=sale.started_ms,
    )


def facts_of(document: Document) -> tuple[ev.Fact, ...]:
    """Return what the journal of a paid sale says: start, lines, vouchers, end."""
    sale = document.sale
    return (
        started(sale),
        *(ev.LineAdded(line=line) for line in sale.lines),
        *(ev.TenderAdded(sale_id=sale.id, tender=tender) for tender in sale.tenders),
        completion(document, receipt_count=1, completed_ms=1_795_000_200_000),
    )
