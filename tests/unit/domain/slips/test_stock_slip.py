"""The paper of a document of stock."""

import pytest
from msgspec.structs import replace

from terminal.domain.catalog import Unit
from terminal.domain.ids import Identity, Sku, StaffNumber
from terminal.domain.receipt import Cut, Heading, Item, Logo, Pair, Row
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.settings import ShopTexts
from terminal.domain.slips.stock import STOCK_LABELS, StockSlip, quantity_text
from terminal.domain.stock import AdjustReason, DocumentId, DocumentKind, Level, StockDocument, StockLine
from terminal.domain.text import clean, is_safe

ISSUER = Issuer(
    identity=Identity(store="S01", till="T03", epoch=1),
    shop=ShopTexts(name=clean("鲜美超市")),
    staff_name=clean("王芳"),
    approver_name=clean("李主管"),
)
LINES = (
    StockLine(sku=Sku("COLA"), name=clean("可口可乐"), code=clean("6901"), quantity=24, price_fen=350),
    StockLine(sku=Sku("APPLES"), name=clean("苹果"), code=clean("12345"), quantity=1234, price_fen=1196, unit=Unit.KG),
)


def slip(kind: DocumentKind, *, reference: str = "", reason: AdjustReason | None = None, copy: int = 0) -> StockSlip:
    document = StockDocument(
        id=DocumentId("d"), kind=kind, staff=StaffNumber("1001"), reference=clean(reference), reason=reason, lines=LINES
    )
    return StockSlip(
        document=document,
        number="S01-T03-1-K00007",
        staff=StaffNumber("1001"),
        at_ms=5,
        approved_by=StaffNumber("2001"),
        copy=copy,
    )


def rows_of(one: StockSlip, language: Language = Language.ZH, *, training: bool = False) -> list[Row]:
    return list(one.rows(replace(ISSUER, language=language), "2026-11-23T19:50:00", training=training))


def pairs(rows: list[Row]) -> dict[str, str]:
    return {row.label: row.value for row in rows if isinstance(row, Pair)}


def test_it_says_what_came_how_much_and_what_that_is_worth() -> None:
    rows = rows_of(slip(DocumentKind.RECEIVE, reference="N77"))
    assert Heading(text=clean("收货单"), big=True) in rows
    assert [(row.name, row.quantity, row.price, row.amount) for row in rows if isinstance(row, Item)] == [
        ("可口可乐", "24", "3.50", "84.00"),
        ("苹果", "1.234kg", "11.96", "14.76"),
    ]
    said = pairs(rows)
    assert (said["单据号"], said["送货单"], said["经办"], said["授权"]) == (
        "S01-T03-1-K00007",
        "N77",
        "1001 王芳",
        "2001 李主管",
    )
    assert (said["行数"], said["金额"], said["时间"]) == ("2", "98.76", "2026-11-23 19:50:00")
    assert (rows[0], rows[-1]) == (Logo(picture=None), Cut())


def test_a_transfer_names_the_other_store_and_an_adjustment_its_reason() -> None:
    assert pairs(rows_of(slip(DocumentKind.TRANSFER_OUT, reference="S02")))["对方门店"] == "S02"
    adjusted = pairs(rows_of(slip(DocumentKind.ADJUST, reason=AdjustReason.LOST)))
    assert adjusted["原因"] == "丢失"
    assert "送货单" not in adjusted


def test_a_count_says_what_should_be_there_and_what_is_missing() -> None:
    one = slip(DocumentKind.COUNT)
    document = one.document.compared({Sku("COLA"): Level(on_hand=25)})
    rows = rows_of(replace(one, document=document, approved_by=None))
    told = [(row.label, row.value, row.strong) for row in rows if isinstance(row, Pair)]
    assert ("  账面", "25", False) in told
    assert ("  差异", "-1  -3.50", True) in told
    assert ("  差异", "1.234kg  14.76", True) in told
    assert ("差异", "11.26", True) in told
    assert "授权" not in pairs(rows)


def test_a_copy_is_marked() -> None:
    assert Heading(text=clean("收货单 补打/COPY 2"), big=True) in rows_of(slip(DocumentKind.RECEIVE, copy=2))


def test_one_of_a_training_says_so_twice() -> None:
    rows = rows_of(slip(DocumentKind.RECEIVE), training=True)
    assert rows.count(Heading(text=clean("训练 TRAINING"), big=True)) == 2


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("language", Language)
def test_each_kind_has_its_words_in_each_language(kind: DocumentKind, language: Language) -> None:
    rows = rows_of(slip(kind, reference="x", reason=AdjustReason.FOUND), language)
    assert Heading(text=clean(STOCK_LABELS[language].kinds[kind]), big=True) in rows
    assert all(is_safe(row.value) for row in rows if isinstance(row, Pair))
    assert set(STOCK_LABELS[language].reasons) == set(AdjustReason)


@pytest.mark.parametrize(
    ("quantity", "unit", "text"),
    [(3, "each", "3"), (-3, "each", "-3"), (856, "kg", "0.856kg"), (-1050, "kg", "-1.050kg"), (0, "kg", "0.000kg")],
)
def test_quantities_are_pieces_or_kilograms(quantity: int, unit: str, text: str) -> None:
    assert quantity_text(quantity, Unit(unit)) == text


def test_a_shop_without_a_name_has_papers_too() -> None:
    rows = list(slip(DocumentKind.COUNT).rows(replace(ISSUER, shop=ShopTexts()), "2026-11-23T19:50:00", training=False))
    assert rows[1] == Heading(text=clean("盘点单"), big=True)
