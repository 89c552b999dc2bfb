import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.completing import MemberGain
from terminal.domain.document import Document, Under, finish, sale_code
from terminal.domain.ids import Identity, Sku, StaffNumber
from terminal.domain.members.member import Balance, CountCardId, Member
from terminal.domain.members.points import Lot
from terminal.domain.members.stored import StoredValue
from terminal.domain.money import format_fen, parse_fen
from terminal.domain.paying import Taking, Wallet
from terminal.domain.picture import Picture
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.sums import price_sale, settle
from terminal.domain.promotions.conditions import Scope
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId
from terminal.domain.promotions.kinds import NthOff, RuleId, SpecialPrice, SpendOff
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.receipt import Cut, Divider, Heading, Item, Logo, Note, Pair, QrCode, Receipt
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.receipt_rows import Issuer, build_receipt
from terminal.domain.sale import Reduction, Sale, Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn, ShopTexts
from terminal.domain.text import clean, is_safe
from tests.unit.domain.baskets import make_line, make_sale, make_weighed, roundings, sales

WASH = CountCardId("WASH")
IDENTITY = Identity(store="S01", till="T03", epoch=1)
SHOP = ShopTexts(
    name=clean("鲜美超市"),
    address=clean("人民路 1 号"),
    phone=clean("010-1234"),
    footer=(clean("谢谢惠顾"), clean("七天退换")),
)
ISSUER = Issuer(identity=IDENTITY, shop=SHOP, staff_name=clean("王芳"), book_label="20261123.2")


def finished(sale: Sale, *, given_fen: int | None, rounding: Rounding | None = None) -> Document:
    priced = price_sale(sale)
    wallet = Wallet(today=sale.local_time[:10], rounding=rounding or Rounding())
    paid = Taking.begin(priced.due_fen, wallet, sale.tenders).finish(given_fen)
    return finish(sale, priced, paid, receipt_no="S01-T03-1-000042")


def sample() -> Document:
    reduced = (
        Reduction(off_fen=100, reason=clean("破损")),
        Reduction(off_fen=5_000, reason=clean("优惠券")),
    )
    sale = make_sale(
        make_line(1, price_fen=199, member_price_fen=150, quantity=3),
        replace(make_weighed(2), reductions=reduced, note=clean("袋装")),
        replace(make_line(3), voided=True),
        card="13812346021",
        vouchers_fen=(200,),
    )
    return finished(sale, given_fen=2000, rounding=Rounding(mode=RoundingMode.DOWN, unit=10))


def receipt_of(document: Document, *, issuer: Issuer = ISSUER, copy: int = 0) -> Receipt:
    return build_receipt(document, issuer, local_time="2026-11-23T19:31:05", copy=copy)


def pairs(receipt: Receipt) -> list[tuple[str, str]]:
    return [(row.label, row.value) for row in receipt.rows if isinstance(row, Pair)]


def test_logo_of_the_shop_stands_above_all() -> None:
    logo = Picture(width_bytes=1, data=b"\x18\x24")
    rows = receipt_of(sample(), issuer=replace(ISSUER, logo=logo)).rows
    assert rows[:2] == (Logo(picture=logo), Heading(clean("鲜美超市"), big=True))


def test_a_receipt_stands_row_by_row() -> None:
    document = sample()
    assert receipt_of(document).rows == (
        Logo(),
        Heading(clean("鲜美超市"), big=True),
        Heading(clean("人民路 1 号")),
        Heading(clean("010-1234")),
        Pair(clean("门店"), clean("S01")),
        Pair(clean("收银机"), clean("T03")),
        Pair(clean("单号"), clean("S01-T03-1-000042")),
        Pair(clean("收银员"), clean("1024 王芳")),
        Pair(clean("时间"), clean("2026-11-23 19:31:05")),
        Pair(clean("会员"), clean("138****6021")),
        Divider(),
        Item(clean("商品1"), clean("690111"), clean("3"), clean("1.99"), clean("5.97")),
        Pair(clean("  会员价"), clean("-1.47")),
        Item(clean("散装红富士苹果"), clean("2100123008568"), clean("0.856kg"), clean("11.96"), clean("10.24")),
        Note(clean("  袋装")),
        Pair(clean("  破损"), clean("-1.00")),
        Pair(clean("  优惠券"), clean("-9.24")),
        Divider(),
        Pair(clean("件数"), clean("4")),
        Pair(clean("原价"), clean("16.21")),
        Pair(clean("优惠"), clean("-11.71")),
        Pair(clean("合计"), clean("4.50"), strong=True),
        Pair(clean("代金券"), clean("2.00")),
        Pair(clean("现金"), clean("20.00")),
        Pair(clean("找零"), clean("17.50"), strong=True),
        Divider(),
        Pair(clean("含增值税 13% (4.50)"), clean("0.52")),
        Pair(clean("价格表"), clean("20261123.2 v12")),
        Heading(clean("谢谢惠顾")),
        Heading(clean("七天退换")),
        QrCode(sale_code(document, IDENTITY)),
        Cut(),
    )


def test_an_english_receipt_has_english_labels_and_the_same_figures() -> None:
    chinese, english = receipt_of(sample()), receipt_of(sample(), issuer=replace(ISSUER, language=Language.EN))
    assert ("TOTAL", "4.50") in pairs(english)
    assert [value for _, value in pairs(chinese)] == [value for _, value in pairs(english)]


def test_a_copy_is_marked_above_the_sale() -> None:
    rows = receipt_of(sample(), copy=2).rows
    assert rows[4] == Heading(clean("补打/COPY 2"), big=True)
    assert (*rows[:4], *rows[5:]) == receipt_of(sample()).rows


@pytest.mark.parametrize(
    ("mode", "total", "rounding"), [(RoundingMode.DOWN, "12.30", "-0.04"), (RoundingMode.UP, "12.40", "0.06")]
)
def test_rounding_is_shown_with_its_sign(mode: RoundingMode, total: str, rounding: str) -> None:
    document = finished(make_sale(make_line(price_fen=1234)), given_fen=2000, rounding=Rounding(mode=mode, unit=10))
    shown = dict(pairs(receipt_of(document)))
    assert (shown["合计"], shown["抹零"]) == (total, rounding)


def test_a_plain_sale_without_shop_texts_shows_only_what_there_is() -> None:
    document = finished(make_sale(make_line(price_fen=500), vouchers_fen=(500,)), given_fen=None)
    bare = Issuer(identity=IDENTITY, shop=ShopTexts(), staff_name=clean("王芳"))
    receipt = receipt_of(document, issuer=bare)
    assert not [row for row in receipt.rows if isinstance(row, Heading)]
    assert {"优惠", "抹零", "找零", "会员"} & {label for label, _ in pairs(receipt)} == set()
    assert ("价格表", "v12") in pairs(receipt)


@pytest.mark.parametrize(
    ("printed_fen", "weight_g", "shown"),
    [
        (864, None, ("1", "8.64", "8.64")),
        (864, 1234, ("1.234kg", "11.96", "8.64")),
        (None, 50, ("0.050kg", "11.96", "0.60")),
    ],
)
def test_weighed_goods_show_weight_and_price_per_kg_where_they_are_known(
    printed_fen: int | None, weight_g: int | None, shown: tuple[str, str, str]
) -> None:
    line = replace(make_weighed(weight_g=weight_g), printed_fen=printed_fen)
    item = next(row for row in receipt_of(finished(make_sale(line), given_fen=9999)).rows if isinstance(row, Item))
    assert (item.quantity, item.price, item.amount) == shown


def test_a_printed_price_of_a_counted_article_is_its_price() -> None:
    line = replace(make_line(price_fen=199), printed_fen=864)
    item = next(row for row in receipt_of(finished(make_sale(line), given_fen=9999)).rows if isinstance(row, Item))
    assert (item.quantity, item.price, item.amount) == ("1", "8.64", "8.64")


@pytest.mark.parametrize(("rate_bp", "text"), [(1300, "13%"), (650, "6.5%"), (25, "0.25%"), (0, "0%"), (1000, "10%")])
def test_rates_are_written_without_needless_decimals(rate_bp: int, text: str) -> None:
    document = finished(make_sale(replace(make_line(price_fen=100), vat_bp=rate_bp)), given_fen=100)
    assert f"含增值税 {text} (1.00)" in dict(pairs(receipt_of(document)))


@pytest.mark.parametrize("language", Language)
def test_every_language_names_every_tender(language: Language) -> None:
    assert set(LABELS[language].tenders) == set(TenderKind)


@given(sales(), roundings, st.sampled_from(Language))
@example(
    make_sale(make_line(price_fen=1)),
    Rounding(mode=RoundingMode.DOWN, unit=5, on=RoundingOn.CASH),
    Language.ZH,
).via("cash that rounds to nothing is still cash that is offered")
@example(
    make_sale(replace(make_line(price_fen=200, quantity=2), count_card="C1"), make_line(2)), Rounding(), Language.ZH
).via("what a count card pays is named")
def test_the_figures_of_a_receipt_add_up(sale: Sale, rounding: Rounding, language: Language) -> None:
    total_fen = settle(price_sale(sale), rounding).total_fen
    document = finished(sale, given_fen=total_fen, rounding=rounding)
    receipt = receipt_of(document, issuer=replace(ISSUER, language=language))
    items_fen = sum(parse_fen(row.amount) for row in receipt.rows if isinstance(row, Item))
    reasons_fen = sum(parse_fen(value) for label, value in pairs(receipt) if label.startswith("  "))
    rounded_fen = sum(parse_fen(value) for label, value in pairs(receipt) if label == LABELS[language].rounding)
    assert format_fen(items_fen + reasons_fen + rounded_fen) == dict(pairs(receipt))[LABELS[language].total]


@given(sales(), st.text(max_size=20))
def test_every_text_of_a_receipt_is_safe_and_it_is_read_back_as_written(sale: Sale, name: str) -> None:
    total_fen = price_sale(sale).due_fen
    issuer = replace(ISSUER, staff_name=clean(name))
    receipt = receipt_of(finished(sale, given_fen=total_fen or None), issuer=issuer)
    texts = [text for row in receipt.rows for text in msgspec.structs.astuple(row) if isinstance(text, str)]
    assert [text for text in texts if not is_safe(text)] == []
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(receipt), type=Receipt) == receipt


def test_a_receipt_of_a_training_says_so_above_and_below_and_is_no_proof_of_a_sale() -> None:
    rows = build_receipt(sample(), ISSUER, local_time="2026-11-23T19:31:05", training=True).rows
    marks = [index for index, row in enumerate(rows) if row == Heading(text=clean("训练 TRAINING"), big=True)]
    assert (len(marks), rows[marks[1] + 1 :]) == (2, (Cut(),))
    assert all(not isinstance(row, Pair) for row in rows[: marks[0]])
    assert [row for row in rows if isinstance(row, QrCode)] == []


HALF = NthOff(id=RuleId("HALF"), name=clean("第二件半价"), n=2, pay_bp=5000, scope=Scope(skus=frozenset({Sku("A1")})))
CHEAP = SpecialPrice(id=RuleId("CHEAP"), name=clean("限时特价"), prices={Sku("A2"): 100}, limit=1)
OVER = SpendOff(id=RuleId("OVER"), name=clean("满10减1"), min=1000, off=100)
PRICER = Pricer(RuleSet((HALF, CHEAP, OVER)))


def with_rules() -> Document:
    lines = (
        make_line(1, price_fen=400, quantity=2),
        make_line(2, price_fen=300, member_price_fen=280, quantity=3),
    )
    coupon = CashCoupon(code=CouponCode("C1"), name=clean("迎新"), off=50)
    sale = replace(make_sale(*lines, card="13812346021"), coupons=(coupon,), rules_version=3)
    priced = price_sale(sale, pricer=PRICER)
    taking = Taking.begin(priced.due_fen, Wallet(today="2026-11-23"))
    paid = taking.finish(taking.cash_rest_fen)
    return finish(sale, priced, paid, receipt_no="S01-T03-1-000042", under=Under(rules=PRICER.rules))


def test_receipt_shows_each_discount_with_the_short_name_of_its_rule_and_the_coupons() -> None:
    shown = pairs(receipt_of(with_rules()))
    start = shown.index(("  第二件半价", "-2.00"))
    assert shown[start : start + 9] == [
        ("  第二件半价", "-2.00"),
        ("  会员价", "-0.40"),
        ("  限时特价", "-2.00"),
        ("件数", "5"),
        ("原价", "17.00"),
        ("  满10减1", "-1.00"),
        ("  优惠券 迎新", "-0.50"),
        ("优惠", "-5.90"),
        ("合计", "11.10"),
    ]


def test_receipt_names_the_count_card_that_pays_for_a_line() -> None:
    sale = make_sale(replace(make_line(price_fen=200, quantity=2), count_card="C1"), make_line(2, price_fen=300))
    shown = pairs(receipt_of(finished(sale, given_fen=300)))
    start = shown.index(("  用次卡 C1", "-4.00"))
    rest = [("件数", "3"), ("原价", "7.00"), ("优惠", "-4.00"), ("合计", "3.00")]
    assert shown[start + 1 : start + 5] == rest


def test_copy_of_a_receipt_shows_the_same_discounts_in_english_too() -> None:
    document = with_rules()
    assert pairs(receipt_of(document, copy=2)) == pairs(receipt_of(document))
    english = replace(ISSUER, language=Language.EN)
    assert ("  Coupon 迎新", "-0.50") in pairs(receipt_of(document, issuer=english))


def test_member_price_that_no_unit_has_is_not_shown() -> None:
    line = make_line(2, price_fen=300, member_price_fen=280)
    sale = make_sale(line, card="13812346021")
    priced = price_sale(sale, pricer=PRICER)
    taking = Taking.begin(priced.due_fen, Wallet(today="2026-11-23"))
    paid = taking.finish(taking.cash_rest_fen)
    document = finish(sale, priced, paid, receipt_no="1", under=Under(rules=PRICER.rules))
    shown = pairs(receipt_of(document))
    assert ("  限时特价", "-2.00") in shown
    assert "  会员价" not in dict(shown)


# --- members ---------------------------------------------------------------------------------------------------------

GAIN = MemberGain(
    member=MemberId("M1"),
    earned=26,
    used=1_100,
    balance=Balance(
        points=1_266,
        expiring=240,
        stored=StoredValue(principal=8_000, bonus=620),
        counts={WASH: 2},
        paid_until="2027-11-23",
    ),
)


def of_member(member: Member, gain: MemberGain | None, *, language: Language = Language.ZH) -> list[tuple[str, str]]:
    sale = replace(make_sale(make_line(1, price_fen=500)), member=member)
    document = replace(finished(sale, given_fen=500), gain=gain)
    return pairs(receipt_of(document, issuer=replace(ISSUER, language=language)))


def test_a_receipt_has_the_member_masked_with_what_was_earned_and_what_there_is() -> None:
    rows = of_member(Member(id=MemberId("M1"), name=clean("王小芳"), phone=clean("13812346021")), GAIN)
    assert ("会员", "138****6021 王**") in rows
    assert rows[rows.index(("使用积分", "-1,100")) :][:7] == [
        ("使用积分", "-1,100"),
        ("本次积分", "+26"),
        ("积分余额", "1,266"),
        ("30天内到期积分", "240"),
        ("储值余额", "86.20"),
        ("会籍至", "2027-11-23"),
        ("次卡剩余 WASH", "2"),
    ]


def test_what_a_member_does_not_have_takes_no_row() -> None:
    rows = of_member(Member(id=MemberId("M7")), MemberGain(member=MemberId("M7")), language=Language.EN)
    assert ("Member", "M7") in rows
    labels = {label for label, _ in rows}
    assert labels.isdisjoint({"Points earned", "Points used", "Points", "Stored value", "Points over within 30 days"})


def test_a_member_without_a_number_to_be_seen_is_called_by_the_card() -> None:
    sale = replace(make_sale(make_line(1), card="8800123456"), member=Member(id=MemberId("M1"), name=clean("李*")))
    assert ("会员", "****456 李*") in pairs(receipt_of(finished(sale, given_fen=199)))


def test_salespeople_stand_on_the_receipt_once_each() -> None:
    lines = (replace(make_line(number), salesperson=StaffNumber(who)) for number, who in ((1, "7"), (2, "9"), (3, "7")))
    sold = finished(make_sale(*lines, make_line(4)), given_fen=9000)
    assert ("导购", "7, 9") in pairs(receipt_of(sold))
    assert "导购" not in dict(pairs(receipt_of(sample())))


def test_numbers_of_batches_and_pieces_stand_under_their_goods() -> None:
    lines = (replace(make_line(1), batch=clean("L2025")), replace(make_line(2), serial=clean("SN7")), make_line(3))
    sold = finished(make_sale(*lines), given_fen=9000)
    notes = [row.text for row in receipt_of(sold).rows if isinstance(row, Note)]
    assert [note.strip() for note in notes if "号" in note] == ["批号 L2025", "序列号 SN7"]


def test_deposits_given_back_stand_below_zero_and_count_as_no_pieces() -> None:
    bottle = replace(make_line(2, price_fen=50, quantity=-12), deposit=True)
    sold = finished(make_sale(make_line(1), bottle), given_fen=None)
    rows = receipt_of(sold).rows
    assert [(row.quantity, row.amount) for row in rows if isinstance(row, Item)] == [("1", "1.99"), ("-12", "-6.00")]
    told = dict(pairs(receipt_of(sold)))
    assert (told["件数"], told["合计"], told["退给顾客"]) == ("1", "-4.01", "4.01")


def test_tenders_say_their_points_and_the_end_of_a_slip_and_a_card_that_is_empty_now_is_told() -> None:
    tenders = (
        Tender(kind=TenderKind.POINTS, amount_fen=100, lots=(Lot(10_000),)),
        Tender(kind=TenderKind.STORED, amount_fen=50, stored=StoredValue(principal=50)),
        Tender(kind=TenderKind.CARD, amount_fen=50, reference=clean("100234567890")),
    )
    document = replace(with_rules(), tenders=tenders, gain=MemberGain(member=MemberId("M1"), used=10_000))
    rows = pairs(receipt_of(document))
    assert [row for row in rows if row[0].startswith(("积分 ", "储值", "银行卡"))] == [
        ("积分 10,000", "1.00"),
        ("储值卡", "0.50"),
        ("银行卡 ****7890", "0.50"),
        ("储值余额", "0.00"),
    ]


@pytest.mark.parametrize(
    ("override_fen", "reason", "row"),
    [(150, "价签不符", ("  改价 价签不符", "-1.00")), (230, "", ("  改价", "0.60"))],
)
def test_another_price_of_a_line_stands_below_it_with_its_reason(
    override_fen: int, reason: str, row: tuple[str, str]
) -> None:
    line = replace(make_line(1, price_fen=200, quantity=2), override_fen=override_fen, override_reason=clean(reason))
    assert row in pairs(receipt_of(finished(make_sale(line), given_fen=1_000)))
