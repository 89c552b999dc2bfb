"""The words on a receipt, per language. The language of the paper is set apart from the screen's."""

from enum import StrEnum

from msgspec import Struct

from terminal.domain.sale import TenderKind


class Language(StrEnum):
    """Languages of the paper."""

    ZH = "zh"
    EN = "en"


class Labels(Struct, frozen=True, kw_only=True):
    """One language. ``copy`` is filled with the number of the copy, ``vat`` with the rate, ``gross`` with an amount.

    ``reasons`` are the words for the reasons of reductions that hold where HQ names no others.
    """

    copy: str
    training: str
    store: str
    till: str
    receipt: str
    cashier: str
    time: str
    member: str
    member_price: str
    changed_price: str
    salesperson: str
    coupon: str
    pieces: str
    subtotal: str
    discount: str
    rounding: str
    total: str
    change: str
    vat: str
    book: str
    points_earned: str
    points_used: str
    points_balance: str
    points_expiring: str
    stored_balance: str
    stored_waiting: str
    count_card: str
    by_count_card: str
    paid_until: str
    batch: str
    serial: str
    paid_out: str
    coupon_left: str
    until: str
    return_rule: str
    invoice: str
    sale_code: str
    reasons: dict[str, str]
    tenders: dict[TenderKind, str]


LABELS: dict[Language, Labels] = {
    Language.ZH: Labels(
        copy="补打/COPY {number}",
        training="训练 TRAINING",
        store="门店",
        till="收银机",
        receipt="单号",
        cashier="收银员",
        time="时间",
        member="会员",
        member_price="会员价",
        changed_price="改价",
        salesperson="导购",
        coupon="优惠券",
        pieces="件数",
        subtotal="原价",
        discount="优惠",
        rounding="抹零",
        total="合计",
        change="找零",
        vat="含增值税 {rate} ({gross})",
        book="价格表",
        points_earned="本次积分",
        points_used="使用积分",
        points_balance="积分余额",
        points_expiring="{days}天内到期积分",
        stored_balance="储值余额",
        stored_waiting="待入账",
        count_card="次卡剩余",
        by_count_card="用次卡",
        paid_until="会籍至",
        batch="批号",
        serial="序列号",
        paid_out="退给顾客",
        coupon_left="可用优惠券",
        until="至 {day}",
        return_rule="退换",
        invoice="扫码开电子发票",
        sale_code="退换货扫此码",
        reasons={},
        tenders={
            TenderKind.CASH: "现金",
            TenderKind.VOUCHER: "代金券",
            TenderKind.CARD: "银行卡",
            TenderKind.WECHAT: "微信",
            TenderKind.ALIPAY: "支付宝",
            TenderKind.UNIONPAY: "云闪付",
            TenderKind.STORED: "储值卡",
            TenderKind.POINTS: "积分",
            TenderKind.CREDIT: "退货款",
        },
    ),
    Language.EN: Labels(
        copy="COPY {number}",
        training="TRAINING",
        store="Store",
        till="Till",
        receipt="Receipt",
        cashier="Cashier",
        time="Time",
        member="Member",
        member_price="Member price",
        changed_price="Changed price",
        salesperson="Salesperson",
        coupon="Coupon",
        pieces="Pieces",
        subtotal="Subtotal",
        discount="Discount",
        rounding="Rounding",
        total="TOTAL",
        change="Change",
        vat="incl. VAT {rate} ({gross})",
        book="Price book",
        points_earned="Points earned",
        points_used="Points used",
        points_balance="Points",
        points_expiring="Points over within {days} days",
        stored_balance="Stored value",
        stored_waiting="On the way",
        count_card="Count card",
        by_count_card="By count card",
        paid_until="Membership until",
        batch="Batch",
        serial="Serial no.",
        paid_out="Paid out",
        coupon_left="Coupon to use",
        until="until {day}",
        return_rule="Returns",
        invoice="Scan for the e-invoice",
        sale_code="Scan for returns",
        reasons={"优惠券": "Coupon", "破损": "Damaged", "临期": "Close to its date", "价签不符": "Price tag differs"},
        tenders={
            TenderKind.CASH: "Cash",
            TenderKind.VOUCHER: "Voucher",
            TenderKind.CARD: "Bank card",
            TenderKind.WECHAT: "WeChat Pay",
            TenderKind.ALIPAY: "Alipay",
            TenderKind.UNIONPAY: "UnionPay",
            TenderKind.STORED: "Stored value",
            TenderKind.POINTS: "Points",
            TenderKind.CREDIT: "Goods returned",
        },
    ),
}
