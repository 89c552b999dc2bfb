"""Why a line costs what it does: amounts that add up, what was refused, what nearly fired."""

from msgspec.structs import replace

from terminal.checkout.inputs import LinkReported
from terminal.checkout.messages import No
from terminal.checkout.modes import Reasons, Selling
from terminal.checkout.outcome import Ignored, Turn
from terminal.checkout.reasons import showing
from terminal.checkout.reasons.messages import NearText, Why
from terminal.checkout.reasons.page import scan
from terminal.domain.ids import Sku
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import price_sale
from terminal.domain.promotions.conditions import Scope, Who, WhoKind
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.promotions.kinds import (
    AddOn,
    AnyRule,
    Gift,
    MemberPercent,
    NthOff,
    QtyBreak,
    QtyPrice,
    RuleId,
    SpecialPrice,
    SpendOff,
)
from terminal.domain.sale import Entry, Sale, SaleLine
from terminal.domain.text import SafeText
from terminal.ports.devices import Scan
from terminal.wire.counter.panels import Line, ReasonsPanel, TenderPanel, WhyRow
from terminal.wire.doorbell import LinkChanged
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
    Rules,
)

HALF = NthOff(
    id=RuleId("HALF"), name=SafeText("第二件半价"), n=2, pay_bp=5000, scope=Scope(skus=frozenset({Sku("COLA")}))
)
OVER = SpendOff(id=RuleId("OVER"), name=SafeText("满减"), min=1000, off=200)
TWO = CashCoupon(code=CouponCode("C100000001"), name=SafeText("迎新"), off=100)
MIN = replace(TWO, code=CouponCode("C100000003"), name=SafeText("满百"), min=700)
SETTINGS = {"coupon_codes": [{"prefix": "C1", "length": 10}]}


def bench(*rules: AnyRule) -> Bench:
    till = selling(rules={1: Rules(rules, (TWO, MIN), SETTINGS)}, offer_rules=1)
    till.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    return till


def page(till: Bench) -> ReasonsPanel:
    assert till.view is not None
    panel = till.view.panel
    assert isinstance(panel, ReasonsPanel)
    return panel


def rows(till: Bench) -> list[tuple[str, str]]:
    return [(row.message, row.amount) for row in page(till).rows]


def near(till: Bench) -> list[str]:
    return [line.message for line in page(till).near]


def hint(till: Bench) -> Line | None:
    assert till.view is not None
    panel = till.view.panel
    assert isinstance(panel, TenderPanel)
    return panel.near


def test_page_says_what_made_the_price_and_the_amounts_add_up() -> None:
    till = bench(HALF, OVER)
    for code in (COLA, COLA, CHIPS):
        till.scan(code)
    till.scan(TWO.code)
    till.press("up", "=")
    assert till.mode == Reasons()
    panel = page(till)
    assert (panel.number, panel.code, panel.name, panel.book, panel.rules) == ("2", COLA, "可口可乐", "1", "1")
    assert rows(till) == [
        (Why.LIST, "3.50"),
        (Why.RULE, "-1.75"),
        (Why.WHOLE, "-0.29"),
        (Why.COUPON, "-0.14"),
        (Why.DUE, "1.32"),
    ]
    assert panel.rows[0].params == {"detail": "3.50 x 1"}
    assert panel.rows[1].params == {"rule": "第二件半价", "id": "HALF"}
    assert panel.rows[3].params == {"coupon": "迎新"}
    till.press("f12")


def test_prices_of_members_and_of_rules_and_reductions_have_their_rows() -> None:
    special = SpecialPrice(id=RuleId("S"), prices={Sku("WATER"): 150}, limit=1)
    till = bench(special)
    till.scan(COLA)
    till.write("2*")
    till.scan(WATER)
    till.write("0.50", "f3", "1")
    till.scan(MEMBER_CARD)
    till.write("1=")
    assert rows(till) == [(Why.LIST, "3.50"), (Why.MEMBER, "-0.50"), (Why.DUE, "3.00")]
    assert page(till).rows[1].params == {"detail": "3.00 x 1"}
    till.press("down")
    assert rows(till) == [(Why.LIST, "4.00"), (Why.RULE, "-0.50"), (Why.BY_HAND, "-0.50"), (Why.DUE, "3.00")]
    assert page(till).rows[1].params == {"rule": "S", "id": "S"}


def test_refused_coupon_stands_there_with_the_reason() -> None:
    till = bench()
    till.scan(COLA)
    till.scan(CHIPS)
    till.scan(MIN.code)
    till.write("2-", "=")
    refused = page(till).rows[-2]
    assert refused == WhyRow(message=Why.REFUSED, params={"coupon": "满百", "reason": No.COUPON_BELOW_MIN.value})


def test_line_that_was_taken_back_says_so() -> None:
    till = bench(OVER)
    till.scan(COLA)
    till.scan(CHIPS)
    till.write("1-", "=", "up")
    assert rows(till) == [(Why.VOIDED, "")]
    assert near(till) == []


def test_only_lines_that_are_there_are_explained() -> None:
    till = bench()
    till.press("=")
    assert (till.notice, till.mode) == (No.EMPTY_SALE, Selling())
    till.scan(COLA)
    till.write("7=")
    assert (till.notice, till.mode, till.counter.text) == (No.UNKNOWN_LINE, Selling(), "")
    till.write("0.5=")
    assert till.notice == No.UNKNOWN_LINE
    till.counter = replace(till.counter, selected=0)
    till.press("f21")
    assert page(till).number == "1"


def test_page_goes_back_to_where_it_was_opened_and_a_scan_happens_there() -> None:
    till = bench()
    till.scan(COLA)
    till.press("enter", "=")
    assert (till.mode.name, page(till).number) == ("reasons", "1")
    till.press("=")
    assert till.mode.name == "tender"
    till.press("=")
    till.scan(CHIPS)
    assert (till.mode, len(till.quantities)) == (Selling(), 2)
    till.press("enter", *"1", "f8", "=")
    till.scan(CHIPS)
    assert (till.notice, till.mode.name, len(till.quantities)) == (No.PARTLY_PAID, "tender", 2)


def test_amount_that_stands_typed_on_the_tender_page_stays() -> None:
    till = bench()
    till.scan(COLA)
    till.press("enter", *"100", "=")
    assert (till.notice, till.mode.name, till.counter.text) == (No.KEY_NOT_HERE, "tender", "100")


def test_what_nearly_fired_stands_under_the_lines_that_it_is_about() -> None:
    till = bench(HALF, replace(OVER, min=1100, off=200))
    till.scan(COLA)
    till.scan(CHIPS)
    till.press("=")
    assert page(till).near == (Line(message=NearText.AMOUNT, params={"rule": "满减", "amount": "0.60", "off": "2.00"}),)
    till.press("up")
    assert near(till) == [NearText.AMOUNT, NearText.PIECES, NearText.MEMBER_PRICE]
    assert page(till).near[1].params == {"rule": "第二件半价", "pieces": "1"}
    assert page(till).near[2].params == {"price": "3.00"}


def test_every_way_of_being_near_has_its_text() -> None:
    till = bench(
        QtyPrice(id=RuleId("Q"), sku=Sku("CHIPS"), breaks=(QtyBreak(min_qty=2, price=600),)),
        Gift(id=RuleId("G"), buy_qty=1, gift_sku=Sku("WATER")),
        Gift(id=RuleId("H"), buy_qty=1, gift_sku=Sku("COLA"), gift_qty=2, scope=Scope(skus=frozenset({Sku("CHIPS")}))),
        AddOn(id=RuleId("A"), min=1200, prices={Sku("WATER"): 10}),
        MemberPercent(id=RuleId("M"), pay_bp=9000),
    )
    till.scan(COLA)
    till.scan(CHIPS)
    till.press("=")
    said = {line.params["rule"]: (line.message, line.params) for line in page(till).near}
    assert said == {
        "Q": (NearText.PIECES_OFF, {"rule": "Q", "pieces": "1", "off": "0.90"}),
        "G": (NearText.ARTICLE, {"rule": "G", "pieces": "2", "article": "WATER"}),
        "H": (NearText.ARTICLE, {"rule": "H", "pieces": "1", "article": "可口可乐"}),
        "A": (NearText.AMOUNT_FOR, {"rule": "A", "amount": said["A"][1]["amount"]}),
        "M": (NearText.MEMBER, {"rule": "M"}),
    }


def test_tender_page_has_one_line_of_what_is_nearest_until_something_is_paid() -> None:
    till = bench(HALF, replace(OVER, min=1100))
    till.scan(COLA)
    till.scan(CHIPS)
    assert till.counter.near == ()
    till.press("enter")
    nearest = till.counter.near
    assert hint(till) == Line(message=NearText.AMOUNT, params={"rule": "满减", "amount": "0.60", "off": "2.00"})
    till.press("+")
    assert till.counter.near is nearest
    till.scan(TWO.code)
    assert till.counter.near is not nearest
    till.press(*"1", "f8")
    assert hint(till) is None
    till.press("/")
    assert hint(till) is not None
    till.press("escape")
    assert till.counter.near == ()


def test_without_rules_there_is_no_hint() -> None:
    till = selling()
    till.scan(COLA)
    till.press("enter")
    assert hint(till) is None


def test_goods_without_discounts_and_prices_of_labels_say_so() -> None:
    line = SaleLine(number=1, sku=Sku("A"), name=SafeText("a"), code=SafeText("1"), price_fen=200, entry=Entry.SCAN)
    till = bench()
    till.scan(COLA)
    sale = till.counter.record.sale
    assert sale is not None
    for changed, expected in (
        (replace(line, discountable=False), [(Why.LIST, "2.00"), (Why.NO_DISCOUNT, ""), (Why.DUE, "2.00")]),
        (replace(line, printed_fen=150), [(Why.LIST, "1.50"), (Why.PRINTED, "0.00"), (Why.DUE, "1.50")]),
        (replace(line, override_fen=150), [(Why.LIST, "2.00"), (Why.OVERRIDE, "-0.50"), (Why.DUE, "1.50")]),
        (
            replace(line, count_card=SafeText("C")),
            [(Why.LIST, "2.00"), (Why.COUNT_CARD, "-2.00"), (Why.DUE, "0.00")],
        ),
    ):
        shown = explained(till, replace(sale, lines=(changed,)))
        assert [(row.message, row.amount) for row in shown.rows] == expected


def explained(till: Bench, sale: Sale) -> ReasonsPanel:
    durable = replace(till.counter.durable, sale=sale)
    return showing.reasons(replace(till.counter, durable=durable, priced=price_sale(sale), selected=1))


def test_page_without_a_sale_is_empty_and_its_scan_means_nothing_elsewhere() -> None:
    till = bench()
    assert showing.reasons(till.counter) == ReasonsPanel()
    turn = Turn(counter=till.counter, cause=Scan(device="gun", data=SafeText(COLA), at_ms=0), moment=till.moment())
    assert scan(turn) == Ignored()


def test_rule_for_members_only_is_near_for_others() -> None:
    till = bench(replace(OVER, min=100, who=Who(kind=WhoKind.MEMBER)))
    till.scan(CHIPS)
    till.press("=")
    assert near(till) == [NearText.MEMBER]
    assert format_fen(690) == "6.90"
