"""Views as a till shows them: a small basket, and every panel over it."""

import msgspec

from terminal.wire.counter import panels as wire
from terminal.wire.counter.view import (
    DeviceView,
    Header,
    InputLine,
    KeyHint,
    Level,
    LineView,
    Notice,
    Totals,
    UplinkView,
    View,
)

ARTICLES = (
    ("6921168509256", "农夫山泉饮用天然水550ml", "2", "2.00", "4.00", ()),
    ("6901939621257", "可口可乐汽水330ml罐装", "1", "3.50", "3.50", ("tag.reduced",)),
    ("6924743915763", "乐事原味薯片75g", "3", "6.90", "20.70", ()),
    ("2100123008568", "散装红富士苹果", "0.856kg", "11.96", "10.24", ("tag.weighed",)),
    ("6907992512570", "伊利纯牛奶250ml*24盒整箱装", "1", "69.90", "62.90", ("tag.member", "tag.reduced")),
    ("6902265360100", "海天金标生抽酱油1.9L", "1", "21.80", "21.80", ()),
    ("6922255451427", "怡宝纯净水555ml", "6", "1.80", "10.80", ()),
)
KEYS = (
    ("f1", "key.help"),
    ("f2", "key.quantity"),
    ("f3", "key.reduce"),
    ("f5", "key.hold"),
    ("f6", "key.recall"),
    ("f9", "key.no_sale"),
    ("f13", "key.reprint"),
    ("f12", "key.cash"),
)


def line(number: int) -> LineView:
    """Return one line; the articles come round again."""
    code, name, quantity, price, amount, tags = ARTICLES[(number - 1) % len(ARTICLES)]
    return LineView(number=number, code=code, name=name, quantity=quantity, price=price, amount=amount, tags=tags)


def sale(count: int = 7, *, panel: wire.Panel | None = None) -> View:
    """Return a sale of ``count`` lines with the last one selected."""
    return View(
        header=Header(
            store="018",
            till="03",
            staff_number="1024",
            staff_name="王芳",
            receipt_no="0003-20251121-0187",
            clock="19:30",
            shop="好邻居超市",
        ),
        totals=Totals(pieces="15", lines=count, gross="140.94", discount="-7.00", due="133.94", member="138****6021"),
        notice=Notice(
            serial=1,
            level=Level.OK,
            message="notice.line_added",
            params={"name": "怡宝纯净水555ml", "quantity": "6", "amount": "10.80"},
        ),
        input=InputLine(text="6*"),
        devices=tuple(
            DeviceView(name=f"{kind}1", kind=kind, link="open", state="idle")
            for kind in ("scanner", "printer", "drawer")
        ),
        uplink=UplinkView(state="online", queue=0, book_version=3, book_label="2025-11-21"),
        panel=panel or wire.SalePanel(),
        keys=tuple(KeyHint(key, message) for key, message in KEYS),
        lines=tuple(line(number) for number in range(1, count + 1)),
        selected=count - 1,
    )


PANELS: dict[str, wire.Panel] = {
    "sale": wire.SalePanel(),
    "no_book": wire.NoBookPanel(reason="book_torn"),
    "login": wire.LoginPanel(hint={"zh": "1024 / 2468", "en": "1024 / 2468"}, has_sale=True),
    "login_pin": wire.LoginPanel(step="pin", staff="1024", checking=True),
    "prompt_price": wire.PromptPanel(what="price", about="无档商品", code="6900000000007"),
    "prompt_reason": wire.PromptPanel(what="reason", choices=("临期", "包装破损", "员工优惠")),
    "search": wire.SearchPanel(
        query="kl",
        rows=tuple(
            wire.Choice(pick=str(number), code="6901939621257", name=f"可口可乐汽水{number}L", price=f"{number}.50")
            for number in range(1, 10)
        ),
        selected=1,
    ),
    "search_none": wire.SearchPanel(query="zz"),
    "tender": wire.TenderPanel(
        due="133.94",
        remaining="133.94",
        quick=(
            wire.QuickCash(amount="133.94", exact=True),
            wire.QuickCash(amount="134.00"),
            wire.QuickCash(amount="140.00"),
            wire.QuickCash(amount="150.00"),
            wire.QuickCash(amount="200.00"),
        ),
    ),
    "tender_change": wire.TenderPanel(
        due="133.94",
        remaining="33.94",
        rounding="-0.04",
        rows=(wire.TenderRow(kind="tender.voucher", amount="-100.00"),),
        quick=(wire.QuickCash(amount="33.94", exact=True), wire.QuickCash(amount="50.00")),
        selected=1,
        given="50.00",
        change="16.06",
    ),
    "tender_voucher": wire.TenderPanel(
        due="133.94",
        remaining="33.94",
        rows=(wire.TenderRow(kind="tender.voucher", amount="-100.00"),),
        quick=(wire.QuickCash(amount="33.94", exact=True), wire.QuickCash(amount="50.00")),
    ),
    "completed": wire.CompletedPanel(
        receipt_no="0003-20251121-0187", total="133.94", given="200.00", change="66.06", printed="printed"
    ),
    "held": wire.HeldPanel(
        rows=(
            wire.HeldRow(
                label="G07",
                time="19:21",
                owner="1024 王芳",
                pieces="6",
                amount="58.40",
                member="138****6021",
                first="乐事原味薯片75g",
            ),
            wire.HeldRow(
                label="G06",
                time="19:02",
                owner="1024 王芳",
                pieces="23",
                amount="312.75",
                member="",
                first="金龙鱼大豆油5L",
            ),
        ),
        selected=0,
    ),
    "held_none": wire.HeldPanel(),
    "price_check": wire.PriceCheckPanel(),
    "price_check_found": wire.PriceCheckPanel(
        code="6901939621257", name="可口可乐汽水330ml罐装", price="3.50", member_price="3.20", unit="each"
    ),
    "price_check_unknown": wire.PriceCheckPanel(code="6900000000007", found=False),
    "confirm": wire.ConfirmPanel(question="ask.void_sale", params={"total": "133.94"}),
    "confirm_approval": wire.ConfirmPanel(
        question="ask.reduce", params={"name": "可口可乐", "amount": "1.00"}, approval=True, step="pin"
    ),
    "help_sale": wire.HelpPanel(topic="sale"),
    "help_other": wire.HelpPanel(topic="status"),
    "status": wire.StatusPanel(journal_seq=1204, version="0.1.0"),
}
"""One of each kind of panel, and the states that look different."""


TYPED = {
    "login": ("1024", "hint.staff"),
    "login_pin": ("****", "hint.pin"),
    "tender": ("", "hint.tender"),
    "completed": ("", "hint.completed"),
    "held": ("", "hint.held"),
    "search": ("", "hint.search"),
    "prompt": ("12.5", "hint.price"),
    "price_check": ("", "hint.price_check"),
    "confirm": ("", "hint.confirm"),
    "help": ("", "hint.help"),
    "status": ("", "hint.status"),
    "no_book": ("", "hint.no_book"),
}
"""What stands in the input row under a panel, by its tag."""
PANEL_KEYS = {
    "login": (("f1", "key.help"), ("enter", "key.accept"), ("f18", "key.status")),
    "tender": (
        ("f1", "key.help"),
        ("f8", "key.voucher"),
        ("f12", "key.cash"),
        ("enter", "key.accept"),
        ("/", "key.remove_tender"),
        ("esc", "key.back"),
    ),
    "held": (("f1", "key.help"), ("enter", "key.accept"), ("del", "key.void_held"), ("esc", "key.back")),
}


def shown_with(view: View, panel: wire.Panel) -> View:
    """Return the view with a panel over it, and what a till would say beside it."""
    tag = str(panel.__struct_config__.tag)
    text, hint = TYPED.get(tag, (view.input.text, view.input.hint))
    keys = PANEL_KEYS.get(tag)
    changed = msgspec.structs.replace(view, panel=panel, input=InputLine(text=text, hint=hint))
    if tag == "login":
        empty = Header(store="018", till="03", clock="19:30", shop="好邻居超市")
        changed = msgspec.structs.replace(changed, header=empty, notice=Notice(), lines=(), selected=-1)
    if keys is None:
        return changed
    return msgspec.structs.replace(changed, keys=tuple(KeyHint(key, message) for key, message in keys))
