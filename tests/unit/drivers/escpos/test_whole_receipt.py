"""All that a receipt says, on paper of 58 and 80 mm, in each language."""

import re

import pytest
import qrcode
from msgspec.structs import replace
from qrcode.constants import ERROR_CORRECT_L

from simulators.escpos.printer import EscposPrinter
from terminal.domain.completing import MemberGain
from terminal.domain.document import Document, finish
from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.invoices import LONGEST_LINK
from terminal.domain.members.member import Balance, CountCardId, Member
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.sums import price_sale
from terminal.domain.pricing.uses import CouponUse, RuleUse, Share
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import RuleId
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer, build_receipt
from terminal.domain.sale import Reduction, Tender, TenderKind
from terminal.domain.settings import BothTexts, Rounding, RoundingMode, ShopTexts
from terminal.domain.text import clean
from terminal.drivers.escpos.encoder import Style, encode_receipt
from tests.unit.domain.baskets import make_line, make_sale, make_weighed

IDENTITY = Identity(store="S01", till="T03", epoch=1)
SHOP = ShopTexts(
    name=clean("鲜美超市"),
    address=clean("人民路 1 号"),
    phone=clean("010-1234"),
    footer=(clean("谢谢惠顾 Thank you"),),
    return_rule=BothTexts(zh=clean("七日内凭小票"), en=clean("within 7 days")),
    invoice_url="https://fp.example/i?no={receipt_no}&t={total}&c={check}",
)
MINE = MemberId("M1")


def document() -> Document:
    reduced = replace(make_weighed(2), reductions=(Reduction(off_fen=100, reason=clean("破损")),))
    coupons = tuple(
        CashCoupon(code=CouponCode(code), name=clean(name), off=50, owner=MINE, valid_to="2026-12-31")
        for code, name in (("C1", "迎新券"), ("C2", "满50减5"))
    )
    sale = replace(
        make_sale(replace(make_line(1, price_fen=500, quantity=2), salesperson=StaffNumber("3007")), reduced),
        member=Member(id=MINE, name=clean("王小芳"), phone=clean("13812346021")),
        member_coupons=coupons,
        coupons=coupons[:1],
    )
    priced = price_sale(replace(sale, coupons=()))
    rounding = Rounding(mode=RoundingMode.DOWN, unit=10)
    done = finish(
        sale,
        priced,
        Taking.begin(priced.due_fen, Wallet(today="2026-11-23", rounding=rounding)).finish(5_000),
        receipt_no="S01-T03-1-000042",
    )
    rule = RuleUse(
        id=RuleId("HALF"), off_fen=250, shares=(Share(line=1, units=2, off_fen=250),), name=clean("第二件半价")
    )
    points = Tender(kind=TenderKind.POINTS, amount_fen=100, lots=(Lot(100),))
    return replace(
        done,
        applied=(rule,),
        coupons=(CouponUse(code=CouponCode("C1"), off_fen=50, shares=(), name=clean("迎新券")),),
        tenders=(points, *done.tenders),
        gain=MemberGain(
            member=MINE,
            earned=26,
            used=100,
            balance=Balance(
                points=1_266, expiring=240, stored=StoredValue(principal=8_620), counts={CountCardId("WASH"): 2}
            ),
        ),
    )


def printed(language: Language, columns: int, *, training: bool = False, shop: ShopTexts = SHOP) -> EscposPrinter:
    issuer = Issuer(identity=IDENTITY, shop=shop, staff_name=clean("王芳"), book_label="20261123.2", language=language)
    receipt = build_receipt(document(), issuer, local_time="2026-11-23T19:31:05", copy=1, training=training)
    printer = EscposPrinter(columns=columns)
    printer.receive(b"".join(encode_receipt(receipt, Style(columns=columns, logo=False))))
    assert printer.incidents == ()
    return printer


COMMON = ("鲜美超市", "人民路1号", "010-1234", "S01", "T03", "S01-T03-1-000042", "王芳", "3007", "2026-11-2319:31:05")
LINES = ("商品1", "2x5.00", "10.00", "第二件半价-2.50", "0.856kgx11.96", "10.24", "迎新券-0.50", "谢谢惠顾")
SAID = {
    Language.ZH: (
        *("补打/COPY1", "单号", "收银员", "导购", "会员138****6021王**", "破损-1.00", "件数3", "原价20.24", "优惠-"),
        *("抹零-0.04", "合计19.20", "积分1001.00", "现金50.00", "找零30.80", "使用积分-100", "本次积分+26"),
        *("积分余额1,266", "30天内到期积分240", "储值余额86.20", "次卡剩余WASH2", "可用优惠券满50减5至2026-12-31"),
        *("含增值税13%", "价格表20261123.2v12", "退换:七日内凭小票", "扫码开电子发票", "退换货扫此码"),
    ),
    Language.EN: (
        *("COPY1", "Receipt", "Cashier", "Salesperson", "Member138****6021王**", "Damaged-1.00", "Pieces3"),
        *("Subtotal20.24", "Discount-", "Rounding-0.04", "TOTAL19.20", "Points1001.00", "Cash50.00", "Change30.80"),
        *("Pointsused-100", "Pointsearned+26", "Points1,266", "Pointsoverwithin30days240", "Storedvalue86.20"),
        *("CountcardWASH2", "Coupontouse满50减5until2026-12-31", "incl.VAT13%", "Pricebook20261123.2v12"),
        *("Returns:within7days", "Scanforthee-invoice", "Scanforreturns"),
    ),
}


@pytest.mark.parametrize("columns", [32, 48])
@pytest.mark.parametrize("language", Language)
def test_everything_that_a_customer_may_ask_for_stands_on_the_paper(language: Language, columns: int) -> None:
    (paper,) = printed(language, columns).receipts
    text = re.sub(r"\s", "", paper.text())
    assert [one for one in (*COMMON, *LINES, *SAID[language]) if one not in text] == []
    assert max(len(line) for line in paper.lines()) <= columns


@pytest.mark.parametrize("language", Language)
def test_no_word_of_the_till_is_in_another_language(language: Language) -> None:
    (paper,) = printed(language, 48).receipts
    others = {Language.ZH: ("Total", "TOTAL", "Points", "Change"), Language.EN: ("合计", "补打", "积分", "券:", "破损")}
    assert [word for word in others[language] if word in paper.text()] == []


def test_the_invoice_has_its_code_and_the_sale_its_own() -> None:
    (paper,) = printed(Language.ZH, 32).receipts
    invoice, sale = paper.qr_codes()
    assert re.fullmatch(r"https://fp\.example/i\?no=S01-T03-1-000042&t=19\.20&c=[0-9a-f]{16}", invoice)
    assert sale.split("|")[-1] == invoice[-16:]


def test_without_a_link_of_hq_and_in_a_training_there_is_no_code_for_an_invoice() -> None:
    (paper,) = printed(Language.ZH, 32, shop=replace(SHOP, invoice_url="")).receipts
    assert (len(paper.qr_codes()), "退换货扫此码" in paper.text()) == (1, False)
    (paper,) = printed(Language.ZH, 32, training=True).receipts
    assert (paper.qr_codes(), "发票" in paper.text()) == ([], False)


def test_the_longest_link_fits_on_the_narrow_paper() -> None:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_L)
    code.add_data(b"x" * LONGEST_LINK, optimize=0)
    code.make()
    assert code.modules_count * 6 <= 384
