from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.barcode import (
    BadCode,
    CodeReading,
    GoodsCode,
    LabelCode,
    MemberCode,
    ean_check_digit,
    has_valid_check_digit,
    looks_like_barcode,
    pay_code_channel,
    read_code,
)
from terminal.domain.catalog import CardFormat, CheckDigit, LabelField, LabelFormat, LabelPart
from tests.vectors import vector

PLU = LabelField(part=LabelPart.PLU, digits=5)
WEIGHT = LabelField(part=LabelPart.WEIGHT, digits=5, decimals=3)
AMOUNT = LabelField(part=LabelPart.AMOUNT, digits=5, decimals=2)
WEIGHT_21 = LabelFormat(prefix="21", length=13, fields=(PLU, WEIGHT))
PRICE_23 = LabelFormat(prefix="23", length=13, fields=(PLU, AMOUNT))
BOTH_27 = LabelFormat(prefix="27", length=18, fields=(PLU, WEIGHT, AMOUNT), check=CheckDigit.NONE)
TURNED_27 = LabelFormat(prefix="27", length=18, fields=(PLU, AMOUNT, WEIGHT), check=CheckDigit.NONE)
CHECKED_27 = LabelFormat(prefix="27", length=18, fields=(PLU, WEIGHT, AMOUNT))


def text_of(vector_id: str) -> str:
    return str(vector(vector_id)["input"]["text"])


def reading_of(vector_id: str) -> LabelCode:
    """Return the reading that a vector expects; it has grams or kilograms, fen or yuan."""
    expect = vector(vector_id)["expect"]
    weight_g, amount_fen = expect.get("weight_g"), expect.get("price_minor")
    if "weight_kg" in expect:
        weight_g = int(Decimal(expect["weight_kg"]) * 1000)
    if "amount" in expect:
        amount_fen = int(Decimal(expect["amount"]) * 100)
    return LabelCode(plu=expect["plu"], weight_g=weight_g, amount_fen=amount_fen)


@pytest.mark.parametrize(
    ("vector_id", "label"),
    [("label-w21", WEIGHT_21), ("label-p23", PRICE_23), ("label-18-m0", BOTH_27), ("label-18-m1", TURNED_27)],
)
def test_scale_labels_of_the_vectors_are_read(vector_id: str, label: LabelFormat) -> None:
    assert read_code(text_of(vector_id), (label,)) == reading_of(vector_id)


def test_a_code_that_is_both_a_label_and_a_pay_code_is_what_it_is_asked_for_as() -> None:
    text = text_of("pay-vs-label18")
    label, pay_code = vector("pay-vs-label18")["expect"]["ambiguous"]
    assert label.startswith("scale-label-18 (flag 27)")
    assert isinstance(read_code(text, (BOTH_27,)), LabelCode)
    channel = pay_code_channel(text)
    assert channel is not None
    assert pay_code.startswith(f"{channel} 18 digits")


@pytest.mark.parametrize("vector_id", ["label-18-m0", "label-18-m1"])
def test_labels_with_a_vendors_own_last_digit_are_refused_where_the_check_is_ean(vector_id: str) -> None:
    assert read_code(text_of(vector_id), (CHECKED_27,)) == BadCode("bad_barcode")


PAY_CODES = ("pay-0", "pay-1", "pay-2", "pay-3", "pay-4", "pay-5", "pay-6", "pay-7", "pay-8", "pay-unionpay")


@pytest.mark.parametrize("vector_id", PAY_CODES)
def test_pay_codes_of_the_vectors_have_their_channel(vector_id: str) -> None:
    channel, *_ = vector(vector_id)["expect"]["channel"].split()
    assert (pay_code_channel(text_of(vector_id)) or "unknown") == channel


@pytest.mark.parametrize("text", ["", "13456789012345678９", "134567890123456789\n", "a" * 18])
def test_other_texts_are_no_pay_codes(text: str) -> None:
    assert pay_code_channel(text) is None


def test_an_altered_label_is_refused() -> None:
    assert read_code("2112345012347", (WEIGHT_21,)) == BadCode("bad_barcode")
    assert read_code("27A234501234008640", (BOTH_27,)) == BadCode("bad_barcode")


def test_a_label_of_another_length_is_an_ordinary_code() -> None:
    assert read_code("21123450123460", (WEIGHT_21,)) == BadCode("bad_barcode")
    assert read_code("21A", (WEIGHT_21,)) == GoodsCode(("21A",))


def test_the_format_with_the_longest_prefix_reads_a_label() -> None:
    wide = LabelFormat(prefix="2", length=13, fields=(LabelField(part=LabelPart.PLU, digits=11),))
    for labels in ((wide, WEIGHT_21), (WEIGHT_21, wide)):
        assert read_code("2112345012346", labels) == LabelCode(plu="12345", weight_g=1234)


def test_decimals_beyond_fen_are_rounded_half_up() -> None:
    fine = LabelFormat(prefix="28", length=9, fields=(PLU, LabelField(part=LabelPart.AMOUNT, digits=1, decimals=3)))
    code = f"28{'00001'}{'5'}"
    assert read_code(f"{code}{ean_check_digit(code)}", (fine,)) == LabelCode(plu="00001", amount_fen=1)


@pytest.mark.parametrize(
    ("code", "forms"),
    [
        ("6921168509256", ("6921168509256",)),
        ("036000291452", ("036000291452", "0036000291452")),
        ("0036000291452", ("0036000291452", "036000291452")),
        ("00036000291452", ("00036000291452", "0036000291452", "036000291452")),
        ("06921168509256", ("06921168509256", "6921168509256")),
        ("16921168509253", ("16921168509253",)),
        ("96385074", ("96385074",)),
        ("12345", ("12345",)),
        ("1234567890", ("1234567890",)),
        ("AB-99", ("AB-99",)),
    ],
)
def test_ordinary_codes_are_looked_up_as_they_stand_and_as_the_same_gtin(code: str, forms: tuple[str, ...]) -> None:
    assert read_code(code, (WEIGHT_21,)) == GoodsCode(forms)


@pytest.mark.parametrize("code", ["6921168509257", "036000291453", "96385075", "06921168509257", ""])
def test_an_ordinary_code_with_a_wrong_check_digit_is_bad(code: str) -> None:
    assert read_code(code, ()) == BadCode("bad_barcode")


def test_a_prefix_of_the_first_release_is_a_card_at_any_length() -> None:
    assert read_code("8800012345678", (), member_prefixes=("M", "88")) == MemberCode("8800012345678")
    assert read_code("7", (), member_prefixes=("88",)) == GoodsCode(("7",))


CARDS = (CardFormat(prefix="88", length=10), CardFormat(prefix="M", length=6))


@pytest.mark.parametrize(
    ("code", "reading"),
    [
        ("8800123456", MemberCode("8800123456")),
        ("M12345", MemberCode("M12345")),
        ("8801234567893", GoodsCode(("8801234567893",))),
        ("M1234", GoodsCode(("M1234",))),
        ("88001234;6", GoodsCode(("88001234;6",))),
    ],
)
def test_a_members_card_is_told_by_its_prefix_and_length(code: str, reading: CodeReading) -> None:
    assert read_code(code, (), cards=CARDS) == reading


def test_check_digits_are_those_of_known_codes() -> None:
    assert [ean_check_digit(data) for data in ("692116850925", "03600029145", "9638507", "0692116850925")] == [
        6,
        2,
        4,
        6,
    ]


@given(st.text("0123456789", min_size=1, max_size=17), st.integers(1, 9))
def test_one_wrong_digit_at_the_end_is_always_found(data: str, wrong_by: int) -> None:
    right = ean_check_digit(data)
    assert has_valid_check_digit(f"{data}{right}")
    assert not has_valid_check_digit(f"{data}{(right + wrong_by) % 10}")


@pytest.mark.parametrize(
    ("text", "barcode"),
    [("6921168509256", True), ("96385074", True), ("6921168509257", False), ("20", False), ("0", False), ("", False)],
)
def test_a_number_that_is_a_barcode_is_never_money(text: str, barcode: bool) -> None:
    assert looks_like_barcode(text) is barcode


def test_digits_of_other_scripts_are_no_barcode() -> None:
    assert not looks_like_barcode("６９２１１６８５０９２５６")
    assert read_code("６９２１１６８５０９２５６", ()) == GoodsCode(("６９２１１６８５０９２５６",))


@given(st.text(max_size=20))
def test_any_text_has_a_reading(code: str) -> None:
    reading = read_code(code, (WEIGHT_21, PRICE_23, BOTH_27), member_prefixes=("88",))
    assert isinstance(reading, LabelCode | GoodsCode | MemberCode | BadCode)


@given(st.sampled_from(["21", "23", "27", "88", "6", ""]), st.text("0123456789", max_size=18))
def test_any_digits_have_a_reading(prefix: str, digits: str) -> None:
    reading = read_code(prefix + digits, (WEIGHT_21, PRICE_23, BOTH_27), member_prefixes=("88",))
    if isinstance(reading, GoodsCode):
        assert reading.forms[0] == prefix + digits


def test_a_member_card_is_letters_and_digits() -> None:
    assert read_code("990001", (), member_prefixes=("99",)) == MemberCode("990001")
    assert isinstance(read_code("99999*;drop", (), member_prefixes=("99",)), GoodsCode)
