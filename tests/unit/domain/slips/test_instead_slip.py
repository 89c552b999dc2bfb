"""The paper of cash in place of a refund that the payment host refused."""

import pytest

from terminal.domain.ids import Identity, OrderNumber, StaffNumber
from terminal.domain.receipt import Heading, Pair, Row
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.sale import TenderKind
from terminal.domain.settings import ShopTexts
from terminal.domain.slips.instead import INSTEAD_LABELS, InsteadSlip
from terminal.domain.text import clean, is_safe


def rows_of(language: Language, *, receipt_no: str = "S01-T03-1-000042", return_no: str = "R7") -> list[Row]:
    slip = InsteadSlip(
        kind=TenderKind.WECHAT,
        amount_fen=1280,
        order=OrderNumber("0a"),
        receipt_no=receipt_no,
        return_no=return_no,
        staff=StaffNumber("1001"),
        at_ms=5,
        approved_by=StaffNumber("9002"),
    )
    issuer = Issuer(
        identity=Identity(store="S01", till="T03", epoch=1),
        shop=ShopTexts(name=clean("鲜美超市")),
        staff_name=clean("王芳"),
        approver_name=clean("钱经理"),
        language=language,
    )
    return list(slip.rows(issuer, "2026-11-23T19:50:00", training=False))


def values(rows: list[Row]) -> list[str]:
    return [row.value for row in rows if isinstance(row, Pair)]


@pytest.mark.parametrize("language", Language)
def test_it_names_both_people_the_receipt_and_what_was_paid(language: Language) -> None:
    rows = rows_of(language)
    assert Heading(text=clean(INSTEAD_LABELS[language].title), big=True) in rows
    assert {"1001 王芳", "9002 钱经理", "S01-T03-1-000042", "R7", "0a", "12.80"} <= set(values(rows))
    assert is_safe(repr(rows))


def test_money_that_was_taken_for_nothing_has_neither_receipt_nor_return() -> None:
    whole, bare = rows_of(Language.ZH), rows_of(Language.ZH, receipt_no="", return_no="")
    assert len(whole) - len(bare) == 2
