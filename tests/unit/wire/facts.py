"""One example of every fact, with all its fields said, and a short day at a till."""

from msgspec.structs import replace

from terminal.domain.after.refund import PointsBack, Return
from terminal.domain.after.sold import PaidPart, Sold, SoldLine
from terminal.domain.catalog import Unit
from terminal.domain.document import Document, finish
from terminal.domain.gateways import Answer, AttemptState, Call
from terminal.domain.ids import ActionId, HoldId, OrderNumber, SaleId, Sku, StaffNumber
from terminal.domain.inspections import Rating
from terminal.domain.members.cards import CardKey, Medium
from terminal.domain.members.claims import Claim, ClaimId, Drawn, Part
from terminal.domain.members.entries import Account, Entry
from terminal.domain.members.member import Balance, CountCard, CountCardId, Member
from terminal.domain.members.points import Lot, PointsAccount
from terminal.domain.members.stored import StoredValue
from terminal.domain.paying import Taking, Wallet
from terminal.domain.payments import Reason
from terminal.domain.pricing.sums import price_sale
from terminal.domain.pricing.uses import CouponUse, RuleUse, Share
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import RuleId
from terminal.domain.sale import Reduction, Sale, SaleLine, Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode
from terminal.domain.shifts import Counted, MoveKind, OpenShift, ReportKind, Shift
from terminal.domain.staff import Role
from terminal.domain.stock import AdjustReason, DocumentId, DocumentKind, StockDocument, StockLine
from terminal.domain.text import SafeText, clean
from terminal.domain.vat import VatAmount
from terminal.domain.watching import WatchKind
from terminal.wire import claim_events as cle
from terminal.wire import clock_events as cev
from terminal.wire import device_events as dev
from terminal.wire import events as ev
from terminal.wire import key_events as kev
from terminal.wire import member_events as mev
from terminal.wire import payment_events as pay
from terminal.wire import promotion_events as pev
from terminal.wire import return_events as rev
from terminal.wire import shift_events as she
from terminal.wire import store_events as sev
from terminal.wire.documents import completion
from terminal.wire.record import TillRecord, encode_record
from terminal.wire.returning import sealed
from terminal.wire.watch_events import MisuseNoticed
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


FACTS: tuple[ev.Fact, ...] = (
    ev.TillStarted(version="0.1.0", recovered_lines=3),
    ev.EpochBegan(record=encode_record(TillRecord(receipts_done=41))),
    cev.ClockDoubted(machine_ms=5, last_ms=1_795_000_000_000),
    cev.ClockMended(machine_ms=1_795_000_300_000, was_ms=1_795_000_100_000, now_ms=1_795_000_300_000),
    kev.TillKeyFailed(reason="key_missing"),
    ev.BookActivated(version=12, sha256="ab" * 32, label="20261123.2"),
    ev.BookRefused(version=13, reason="book_forged"),
    pev.RulesActivated(version=5, sha256="cd" * 32, label="spring", ignored=("HALF.pay_bp",)),
    pev.RuleValueSet(
        rule="M20",
        param="off",
        value=2_500,
        before=2_000,
        name=clean("满百减"),
        reason=clean("competition"),
        rules_version=5,
        staff=WANG,
        local_time="2026-11-23T08:10:00",
        set_ms=1_795_000_000_000,
        approved_by=ZHAO,
    ),
    pev.RulesRefused(version=6, reason="book_torn"),
    ev.StaffSignedIn(staff=WANG, name=clean("王芳"), role=Role.CASHIER),
    ev.StaffSignedOut(staff=WANG),
    ev.SignInRefused(staff=clean("1024"), reason="wrong_pin", failures=5, until_ms=1_795_000_300_000),
    sev.TrainingBegan(staff=WANG, approved_by=ZHAO),
    sev.TrainingEnded(staff=WANG),
    sev.Clocked(staff=WANG, name=clean("王芳"), coming=True, local_time="2026-11-23T08:02:11"),
    sev.StockBegun(document=replace(DOCUMENT, lines=()), approved_by=ZHAO),
    sev.StockLineSet(line=DOCUMENT.lines[0], device="scanner1"),
    sev.StockLineRemoved(sku=Sku("A1")),
    sev.StockDropped(document=DOCUMENT.id, staff=WANG),
    sev.StockBooked(
        document=DOCUMENT,
        number="S01-T03-1-K00001",
        count=1,
        staff=WANG,
        local_time="2026-11-23T19:50:00",
        at_ms=1_795_000_400_000,
        approved_by=ZHAO,
    ),
    sev.SlipRequested(document=DOCUMENT.id, copy=1, staff=WANG),
    sev.SalespersonSet(number=1, salesperson=ZHAO),
    sev.InspectionDone(
        task="opening:2026-11-23",
        inspection="opening",
        name=clean("开店检查"),
        due="2026-11-23",
        staff=WANG,
        ratings=(Rating(text=clean("灯全亮"), points=8, most=10),),
        local_time="2026-11-23T07:50:00",
        remark=clean("灯坏一盏"),
        approved_by=ZHAO,
    ),
    ev.InTraining(fact=ev.SaleVoided(sale_id=SALE, staff=WANG, total_fen=1234)),
    ev.SaleStarted(
        sale_id=SALE,
        staff=WANG,
        book_version=12,
        local_time="2026-11-23T19:30:00",
        started_ms=1_795_000_000_000,
        rules_version=5,
        uses=Uses(total={"SODA": 9}),
    ),
    ev.ScanHandled(
        device="scanner1", code=clean("6901"), outcome=ev.ScanOutcome.REJECTED, reason="unknown_item", state="sale"
    ),
    ev.LineAdded(line=full_line(), device="scanner1", approved_by=ZHAO),
    ev.LineVoided(number=1, device="scanner1", approved_by=ZHAO),
    ev.QuantityChanged(number=1, quantity=4, device="scanner1", approved_by=ZHAO),
    ev.LineReduced(number=1, reduction=REDUCTION, approved_by=ZHAO),
    sev.LinePriceChanged(number=1, price_fen=310, reason=clean("价签不符"), approved_by=ZHAO),
    ev.MemberBound(
        card=clean("8800001"),
        device="scanner1",
        member=ZHANG,
        uses=Uses(member_today={"SODA": 1}, units_today={("SODA", Sku("A1")): 2}),
        coupons=(CashCoupon(code=CouponCode("C1"), off=500, owner=ZHANG.id),),
        waiting=StoredValue(principal=3_000),
        as_of="2026-11-23T09:02:00",
    ),
    ev.MemberUnbound(staff=WANG),
    mev.CountCardChosen(number=1, card=CountCardId("WASH")),
    mev.MemberRegistered(
        act=ACT,
        staff=WANG,
        member=ZHANG,
        consent="2026-01",
        consent_ms=1_795_000_000_000,
        card=CARD,
        referral=clean("R77"),
        approved_by=ZHAO,
    ),
    mev.MemberEdited(
        act=ACT,
        staff=WANG,
        member=ZHANG.id,
        phone=clean("13900001111"),
        name=clean("张三"),
        birthday="02-29",
        approved_by=ZHAO,
    ),
    mev.GiftGiven(
        act=ACT,
        staff=WANG,
        member=ZHANG.id,
        sku=Sku("CUP"),
        name=clean("杯子"),
        points=500,
        entries=ENTRIES,
        approved_by=ZHAO,
        drawn=DRAWN,
        article=clean("保温杯500ml"),
    ),
    mev.CouponIssued(
        act=ACT,
        staff=WANG,
        member=ZHANG.id,
        coupon=CashCoupon(code=CouponCode("P9F"), off=500, owner=ZHANG.id, valid_to="2026-12-22"),
        points=500,
        entries=ENTRIES,
        approved_by=ZHAO,
        drawn=DRAWN,
    ),
    mev.GiftTakenBack(
        act=ACT,
        staff=WANG,
        member=ZHANG.id,
        undoes=ActionId("act:1"),
        name=clean("杯子"),
        points=500,
        sku=Sku("CUP"),
        article=clean("陶瓷杯"),
        coupon=CouponCode("P9F"),
        entries=ENTRIES,
        approved_by=ZHAO,
        drawn=DRAWN,
    ),
    mev.CardIssued(act=ACT, staff=WANG, member=ZHANG.id, card=CARD, replaces=CardKey(number="88"), approved_by=ZHAO),
    mev.CardStatusSet(act=ACT, staff=WANG, member=ZHANG.id, card=CARD, status="lost", approved_by=ZHAO),
    mev.MemberStatusSet(act=ACT, staff=WANG, member=ZHANG.id, status="frozen", entries=ENTRIES, approved_by=ZHAO),
    mev.ToppedUp(
        act=ACT,
        staff=WANG,
        member=ZHANG.id,
        amount_fen=10_000,
        tender=Tender(kind=TenderKind.CASH, amount_fen=10_000, given_fen=10_000),
        bonus_fen=1_000,
        change_fen=500,
        entries=ENTRIES,
        approved_by=ZHAO,
    ),
    mev.CashedOut(
        act=ACT,
        staff=WANG,
        member=ZHANG.id,
        paid_fen=8_000,
        forfeited_fen=620,
        entries=ENTRIES,
        approved_by=ZHAO,
        drawn=DRAWN,
    ),
    mev.MembersMerged(
        act=ACT,
        staff=WANG,
        into=ZHANG.id,
        gone=MemberId("M2"),
        entries=ENTRIES,
        approved_by=ZHAO,
        drawn=DRAWN,
    ),
    ev.SaleHeld(hold_id=HOLD, sale_id=SALE, label="G07", owner=WANG, held_ms=1_795_000_100_000, due_fen=1234),
    ev.SaleRecalled(
        hold_id=HOLD,
        sale_id=SALE,
        staff=ZHAO,
        book_version=13,
        local_time="2026-11-23T19:40:00",
        lines=(full_line(),),
        approved_by=ZHAO,
        rules_version=6,
        uses=Uses(total={"SODA": 9}),
        coupons=(CashCoupon(code=CouponCode("C1"), off=500),),
    ),
    pev.CouponPresented(coupon=CashCoupon(code=CouponCode("C1"), off=500), device="scanner1"),
    pev.CouponTakenBack(code=CouponCode("C1"), device="scanner1"),
    ev.HeldVoided(hold_id=HOLD, sale_id=SALE, staff=WANG, approved_by=ZHAO, reason=clean("customer_left")),
    ev.SaleVoided(sale_id=SALE, staff=WANG, total_fen=1234, approved_by=ZHAO, by_itself=True),
    ev.TenderAdded(sale_id=SALE, tender=VOUCHER, approved_by=ZHAO),
    ev.TenderRemoved(sale_id=SALE),
    replace(
        completion(paid_document(), receipt_count=42, completed_ms=1_795_000_200_000),
        applied=(
            RuleUse(
                id=RuleId("HALF2"), name=clean("半价"), off_fen=9, shares=(Share(1, 9, 1),), whole=True, limited=True
            ),
        ),
        by_priority=True,
        coupons=(CouponUse(code=CouponCode("C1"), name=clean("迎新"), off_fen=5, shares=(Share(1, 5),)),),
        member=ZHANG.id,
        points_earned=26,
        points_used=100,
        points_expire="2027-12-31",
        mult_bp=20_000,
        entries=ENTRIES,
        balance=Balance(points=40, expiring=7, stored=ZHANG.stored, tier="gold", counts={CountCardId("WASH"): 3}),
        shift=17,
        commission={ZHAO: 12},
        drawn=DRAWN,
    ),
    ev.DoneSaleLeft(sale_id=SALE),
    dev.DrawerActed(action=ActionId("drawer:1"), result="opened", detail="pin2", sale_id=SALE),
    dev.ReceiptActed(action=ActionId("print:1"), sale_id=SALE, copy=1, result="unknown", detail="paper_out"),
    ev.ReprintRequested(action=ActionId("print:2"), sale_id=SALE, copy=2, staff=WANG, approved_by=ZHAO),
    RETURNED,
    BEGUN,
    rev.ReturnLeft(act=ACT),
    rev.ReturnReprinted(act=ACT, copy=1, staff=WANG, approved_by=ZHAO),
    ev.NoSaleOpened(action=ActionId("drawer:2"), staff=WANG, reason=clean("换零"), approved_by=ZHAO, makes_up_for=SALE),
    she.ShiftOpened(
        number=17, float_fen=50_000, day="2026-11-23", staff=WANG, opened_ms=1_795_000_000_000, approved_by=ZHAO
    ),
    she.CashMoved(act=ACT, kind=MoveKind.DROP, amount_fen=-200_000, reason=clean("满额"), staff=WANG, approved_by=ZHAO),
    she.ShiftHandedOver(number=17, staff=WANG),
    she.ShiftReported(act=ACT, number=17, staff=WANG, kind=ReportKind.Z, approved_by=ZHAO),
    she.ShiftClosed(
        number=17,
        report=REPORT,
        counted=(Counted(10_000, 31), Counted(50, 5)),
        counted_fen=310_250,
        expected_fen=310_450,
        over_short_fen=-200,
        head_epoch=1,
        head_seq=4711,
        head_hash=bytes(32),
        staff=WANG,
        closed_ms=1_795_040_000_000,
        held=(HOLD,),
        approved_by=ZHAO,
        key=bytes([7]) * 32,
        signature=bytes([9]) * 64,
    ),
    dev.SlipActed(action=ActionId("slip:z:17"), result="not_started", detail="paper_out"),
    pay.PaymentStarted(
        order=ORDER,
        sale_id=SALE,
        kind=TenderKind.WECHAT,
        amount_fen=1280,
        code=clean("wechat:18:9f86d081884c7d65"),
        staff=WANG,
        started_ms=1_795_000_000_000,
        local_time="2026-11-23T19:30:00",
    ),
    pay.PaymentAnswered(
        order=ORDER,
        call=Call.QUERY,
        answer=Answer.OK,
        state=AttemptState.PAID,
        paid_fen=1280,
        reason=clean("x"),
    ),
    pay.PaymentGivenUp(order=ORDER, sale_id=SALE, reason=Reason.WRONG_AMOUNT, paid_fen=1, staff=WANG),
    pay.PaymentSettled(
        order=ORDER,
        sale_id=SALE,
        state=AttemptState.PAID,
        amount_fen=1280,
        number=clean("4200"),
        reason=clean("x"),
    ),
    pay.PaymentChecked(order=ORDER, closed=True, refund=f"{ORDER}R"),
    pay.PaymentFound(order=ORDER, sale_id=SALE, found_fen=1280),
    pay.PaymentReturned(order=ORDER, sale_id=SALE, amount_fen=1280, refund=f"{ORDER}R"),
    pay.RefundRefused(
        order=ORDER,
        sale_id=SALE,
        refund=f"{ORDER}R0",
        kind=TenderKind.WECHAT,
        amount_fen=1280,
        reason=clean("ACCOUNT_CLOSED"),
    ),
    pay.RefundPaidInCash(
        act=ActionId("instead:1"),
        order=ORDER,
        sale_id=SALE,
        refund=f"{ORDER}R0",
        kind=TenderKind.WECHAT,
        amount_fen=1280,
        staff=WANG,
        paid_ms=1_795_000_000_000,
        receipt_no="S01-T03-1-000042",
        return_no="S01-T03-1-R00007",
        approved_by=WANG,
    ),
    pay.RefundCameLate(order=ORDER, sale_id=SALE, refund=f"{ORDER}R0", kind=TenderKind.WECHAT, amount_fen=1280),
    MisuseNoticed(kind=WatchKind.OWN_CARD, sale_id=SALE, number="R1", staff=WANG, member=ZHANG.id, count=6, minutes=10),
    mev.PhoneCodeUsed(member=ZHANG.id, digest="5b1c" * 8, key=3, made_ms=1_795_000_000_000, device="gun"),
    cle.ClaimAsked(
        claim=ClaimId("r1"),
        member=ZHANG.id,
        sale=SALE,
        parts=PARTS,
        coupons=(CouponCode("C1"),),
        all_of=(Account.POINTS,),
        instead_of=(ClaimId("r0"),),
        receipt="S01-T03-1-000042",
    ),
    cle.ClaimGranted(
        claim=Claim(
            id=ClaimId("r1"),
            member=ZHANG.id,
            until_ms=1_795_001_800_000,
            parts=PARTS,
            coupons=(CouponCode("C1"),),
            sale=SALE,
            alone=True,
        )
    ),
    cle.ClaimsReturned(claims=(ClaimId("r1"),), reason=cle.GivenBack.EXPIRED),
    cle.OutageEnded(spent_fen=500),
    pay.ScanQueued(device="scanner1", code=clean("6901"), gtin="6901", gs1=(("310", "1.234 kg"),)),
    dev.DeviceChanged(name="printer", device="printer", link="open", state="error", detail="cover_open"),
)


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
