import msgspec
import pytest
from msgspec.structs import replace

from terminal.domain.invoices import LONGEST_LINK, LONGEST_TEMPLATE, check_template, invoice_link
from terminal.domain.members.member import Member
from terminal.domain.promotions.coupons import AnyCoupon, CashCoupon, CouponCode, MemberId
from terminal.domain.receipt import Note, QrCode
from terminal.domain.receipt_labels import Language
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import BothTexts, Settings, ShopTexts, spoken
from terminal.domain.text import clean
from tests.unit.domain.baskets import make_line, make_sale
from tests.unit.domain.test_receipt_rows import GAIN, ISSUER, finished, pairs, receipt_of, sample

TEMPLATE = "https://fp.example/i?no={receipt_no}&s={store}&d={day}&t={total}"
VALUES = {"receipt_no": "S01-T03-1-000042", "store": "门 1", "day": "2026-11-23", "total": "12.50"}


def test_a_link_has_the_values_of_the_receipt_and_nothing_that_a_link_may_not_have() -> None:
    link = invoice_link(TEMPLATE, VALUES)
    assert link == "https://fp.example/i?no=S01-T03-1-000042&s=%E9%97%A8%201&d=2026-11-23&t=12.50"


def test_no_link_is_longer_than_the_code_that_fits_on_narrow_paper() -> None:
    named = "{receipt_no}" * 10
    assert len(invoice_link(f"https://fp.example/{named}", {"receipt_no": "门" * 20})) == LONGEST_LINK


@pytest.mark.parametrize("template", ["", TEMPLATE, "https://fp.example/{receipt_no}/{till}/{check}"])
def test_what_makes_a_link_is_taken(template: str) -> None:
    check_template(template)
    assert msgspec.convert({"shop": {"invoice_url": template}}, Settings).shop.invoice_url == template


@pytest.mark.parametrize(
    ("template", "why"),
    [
        ("http://fp.example/{receipt_no}", "no link that begins with https://"),
        ("https://fp.example/发票/{receipt_no}", "no link"),
        ("https://fp.example/a b/{receipt_no}", "no link"),
        ("https://fp.example/\n{receipt_no}", "no link"),
        ("https://fp.example/{phone}{receipt_no}", r"\['phone'\]"),
        ("https://fp.example/{receipt_no", "may name"),
        ("https://fp.example/{receipt_no}}", "may name"),
        ("https://fp.example/{total}", "does not name {receipt_no}"),
        ("https://fp.example/{receipt_no}" + "x" * LONGEST_TEMPLATE, "characters"),
    ],
)
def test_what_makes_no_link_is_refused_with_the_reason(template: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_template(template)
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"shop": {"invoice_url": template}}, Settings)


def test_a_text_of_the_shop_is_said_in_the_language_of_the_paper() -> None:
    both = BothTexts(zh=clean("七日内"), en=clean("within 7 days"))
    assert [spoken(both, language) for language in Language] == ["七日内", "within 7 days"]
    assert [spoken(clean("七日内"), language) for language in Language] == ["七日内", "七日内"]


def test_the_return_rule_stands_below_the_sale() -> None:
    shop = ShopTexts(return_rule=clean("七日内凭小票"))
    assert Note(clean("退换: 七日内凭小票")) in receipt_of(sample(), issuer=replace(ISSUER, shop=shop)).rows
    assert [row for row in receipt_of(sample()).rows if isinstance(row, Note) and "退换" in row.text] == []


def test_where_nothing_was_paid_there_is_nothing_to_be_invoiced() -> None:
    issuer = replace(ISSUER, shop=ShopTexts(invoice_url=TEMPLATE))
    bottles = replace(make_line(1, price_fen=50, quantity=-2), deposit=True)
    codes = [
        row for row in receipt_of(finished(make_sale(bottles), given_fen=None), issuer=issuer).rows if _is_code(row)
    ]
    assert len(codes) == 1
    assert len([row for row in receipt_of(sample(), issuer=issuer).rows if _is_code(row)]) == 2


def _is_code(row: object) -> bool:
    return isinstance(row, QrCode)


def coupon(code: str, **more: object) -> AnyCoupon:
    return CashCoupon(code=CouponCode(code), off=50, **more)  # type: ignore[arg-type]


def test_coupons_that_the_member_may_still_use_stand_there_and_no_others() -> None:
    owned = (
        coupon("C1", name=clean("迎新"), valid_to="2099-12-31"),
        coupon("C2"),
        coupon("USED", status="used"),
        coupon("OLD", valid_to="2020-01-01"),
        coupon("HERS", owner=MemberId("M2")),
    )
    sale = replace(make_sale(make_line(1, price_fen=500)), member=Member(id=MemberId("M1")), member_coupons=owned)
    document = finished(sale, given_fen=500)
    gained = replace(document, gain=replace(GAIN, member=MemberId("M1")))
    shown = [row for row in pairs(receipt_of(gained)) if row[0].startswith("可用优惠券")]
    assert shown == [("可用优惠券 迎新", "至 2099-12-31"), ("可用优惠券 C2", "")]


def test_money_that_a_customer_gets_is_called_so() -> None:
    bottles = replace(make_line(1, price_fen=50, quantity=-5), deposit=True)
    document = finished(make_sale(bottles), given_fen=None)
    assert document.tenders == (Tender(kind=TenderKind.CASH, amount_fen=-250),)
    told = pairs(receipt_of(document))
    assert told[told.index(("合计", "-2.50")) + 1] == ("退给顾客", "2.50")
    assert {"现金", "找零"}.isdisjoint(dict(told))
