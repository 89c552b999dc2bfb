"""The words on papers that are no receipts of sales, per language."""

from msgspec import Struct

from terminal.domain.receipt_labels import Language
from terminal.domain.shifts import MoveKind, ReportKind


class SlipLabels(Struct, frozen=True, kw_only=True):
    """One language. What has braces is filled: ``number``, ``value``, ``pieces``, ``count``."""

    reports: dict[ReportKind, str]
    moves: dict[MoveKind, str]
    reasons: dict[str, str]
    shift: str
    day: str
    opened: str
    printed: str
    people: str
    sales: str
    refunds: str
    voids: str
    net_sales: str
    topups: str
    float: str
    cash_moves: str
    cash_expected: str
    counted: str
    over: str
    short: str
    even: str
    denomination: str
    no_sales: str
    lines_voided: str
    sales_dropped: str
    reductions: str
    prices_changed: str
    held: str
    journal: str
    amount: str
    reason: str
    approved: str
    signed_by: str
    signature: str


SLIP_LABELS: dict[Language, SlipLabels] = {
    Language.ZH: SlipLabels(
        reports={ReportKind.X: "X 报表 (不清零)", ReportKind.Z: "Z 报表", ReportKind.DAY: "当日汇总"},
        moves={MoveKind.IN: "放入现金", MoveKind.OUT: "支取现金", MoveKind.DROP: "存入保险箱"},
        reasons={
            "change": "换零钱",
            "expense": "店内支出",
            "correction": "更正",
            "full": "钱箱满额",
            "other": "其他",
        },
        shift="班次",
        day="营业日",
        opened="开班",
        printed="打印",
        people="当班",
        sales="收银 {count} 单",
        refunds="退货 {count} 单",
        voids="冲单",
        net_sales="净额",
        topups="充值减退卡",
        float="备用金",
        cash_moves="现金进出",
        cash_expected="应有现金",
        counted="实点现金",
        over="长款",
        short="短款",
        even="相符",
        denomination="{value} x {pieces}",
        no_sales="无收款开钱箱",
        lines_voided="删商品行",
        sales_dropped="整单取消",
        reductions="减价",
        prices_changed="改价",
        held="留下挂单",
        journal="流水",
        amount="金额",
        reason="原因",
        approved="授权",
        signed_by="签名密钥",
        signature="签名 ______________",
    ),
    Language.EN: SlipLabels(
        reports={ReportKind.X: "X REPORT (no reset)", ReportKind.Z: "Z REPORT", ReportKind.DAY: "DAY SUMMARY"},
        moves={MoveKind.IN: "CASH IN", MoveKind.OUT: "CASH OUT", MoveKind.DROP: "SAFE DROP"},
        reasons={
            "change": "change money",
            "expense": "expense",
            "correction": "correction",
            "full": "drawer full",
            "other": "other",
        },
        shift="Shift",
        day="Business date",
        opened="Opened",
        printed="Printed",
        people="Staff",
        sales="{count} sales",
        refunds="{count} refunds",
        voids="Voided sales",
        net_sales="Net sales",
        topups="Top-ups less cash-outs",
        float="Float",
        cash_moves="Cash moves",
        cash_expected="Cash expected",
        counted="Cash counted",
        over="OVER",
        short="SHORT",
        even="Agrees",
        denomination="{value} x {pieces}",
        no_sales="Drawer without a sale",
        lines_voided="Lines voided",
        sales_dropped="Sales cancelled",
        reductions="Reductions",
        prices_changed="Changed prices",
        held="Held sales left",
        journal="Journal",
        amount="Amount",
        reason="Reason",
        approved="Approved by",
        signed_by="Signed by key",
        signature="Signature ______________",
    ),
}
