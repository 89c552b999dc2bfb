"""The paper of a sale that was put aside."""

import pytest

from terminal.domain.ids import HoldId, Identity, StaffNumber
from terminal.domain.receipt import Heading, Note, Pair, QrCode
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.settings import ShopTexts
from terminal.domain.slips.hold import HoldCode, HoldSlip, hold_code
from terminal.domain.text import clean

CODE = HoldCode("S01-T03", HoldId("0193" + "a" * 28))


@pytest.mark.parametrize("language", Language)
def test_paper_has_label_amount_and_the_code_that_recalls_it(language: Language) -> None:
    slip = HoldSlip(label="G07", code=CODE, lines=3, due_fen=12_850, staff=StaffNumber("1001"), at_ms=1)
    issuer = Issuer(
        identity=Identity(store="S01", till="T03", epoch=1),
        shop=ShopTexts(name=clean("桂台超市")),
        language=language,
        staff_name=clean("王芳"),
    )
    rows = list(slip.rows(issuer, "2026-11-23T10:00:00", training=False))
    assert [row.text for row in rows if isinstance(row, Heading)][2] == "G07"
    pairs = [row.value for row in rows if isinstance(row, Pair)]
    assert pairs[-3:] == ["1001 王芳", "3", "128.50"]
    assert [row.data for row in rows if isinstance(row, QrCode)] == [str(CODE)]
    assert any(isinstance(row, Note) for row in rows)


def test_a_code_says_which_sale_and_where() -> None:
    assert hold_code(str(CODE)) == CODE
    for other in ("", "GH1|S01-T03|xyz", f"{CODE}x", f"GT1|S01-T03|{CODE.hold_id}"):
        assert hold_code(other) is None
