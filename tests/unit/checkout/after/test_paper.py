"""The paper of a return says what came back, where its money went, and what it did to the member."""

import pytest
from msgspec.structs import replace

from terminal.checkout.after.paper import RETURN_LABELS, ReturnSlip
from terminal.domain.catalog import Unit
from terminal.domain.ids import Identity
from terminal.domain.receipt import Heading, Item, Pair, Row
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer
from terminal.domain.settings import ShopTexts
from terminal.domain.text import clean
from terminal.wire.return_events import ReturnKind
from tests.unit.wire.examples import (
    RETURNED,
)
from tests.unit.wire.returns import HEAD

WHO = Identity(store="S01", till="T03", epoch=1)


def rows(slip: ReturnSlip, language: Language = Language.ZH) -> list[Row]:
    issuer = Issuer(identity=WHO, shop=ShopTexts(), staff_name=clean("王芳"), language=language)
    return list(slip.rows(issuer, "2026-11-24T10:30:00", training=False))


def pairs(slip: ReturnSlip) -> dict[str, str]:
    return {str(row.label): str(row.value) for row in rows(slip) if isinstance(row, Pair)}


def test_everything_that_a_return_did_stands_on_its_paper() -> None:
    said = pairs(ReturnSlip(fact=RETURNED))
    assert said == {
        "门店": "S01",
        "收银机": "T03",
        "时间": "2026-11-24 10:30:00",
        "退货单号": "S01-T03-1-R00007",
        "原单号": "S01-T02-3-000042",
        "原单日期": "2026-11-23",
        "原因": "质量",
        "收银员": "1024 王芳",
        "应退": "-62.90",
        "抵换货": "42.90",
        "扣回积分款": "0.22",
        "现金": "-20.00",
        "退还积分": "+100",
        "收回积分": "-62",
        "过期积分": "1",
        "积分余额": "-22",
        "退回储值": "0.03",
        "储值余额": "0.00",
        "次卡退回 WASH": "+1",
        "其中已过期 WASH": "1",
        "优惠券可再用": "C1",
        "含增值税 9% (-62.90)": "-5.19",
        "授权": "1031",
        "顾客签名": "",
    }


def test_goods_stand_with_minus_and_what_is_damaged() -> None:
    (item,) = (row for row in rows(ReturnSlip(fact=RETURNED)) if isinstance(row, Item))
    assert (item.quantity, item.price, item.amount, item.code) == ("-0.856kg", "", "-62.90", "破损")
    bottle = replace(RETURNED.lines[0], units=-2, amount_fen=-100, unit=Unit.EACH, weight_g=None, damaged=False)
    (item,) = (row for row in rows(ReturnSlip(fact=replace(RETURNED, lines=(bottle,)))) if isinstance(row, Item))
    assert (item.quantity, item.price, item.amount, item.code) == ("2", "0.50", "1.00", "A1")
    uneven = replace(bottle, units=3, amount_fen=100)
    (item,) = (row for row in rows(ReturnSlip(fact=replace(RETURNED, lines=(uneven,)))) if isinstance(row, Item))
    assert (item.quantity, item.price, item.amount) == ("-3", "", "-1.00")


@pytest.mark.parametrize("kind", list(ReturnKind))
@pytest.mark.parametrize("language", list(Language))
def test_a_copy_is_marked_in_every_language(language: Language, kind: ReturnKind) -> None:
    slip = ReturnSlip(fact=replace(HEAD, kind=kind), copy=2)
    headings = [row.text for row in rows(slip, language) if isinstance(row, Heading)]
    mark = {Language.ZH: "补打/COPY 2", Language.EN: "COPY 2"}[language]
    assert headings == [f"{RETURN_LABELS[language].titles[kind]} {mark}"]
    assert (slip.staff, slip.at_ms) == (HEAD.staff, HEAD.returned_ms)


def test_what_did_not_happen_does_not_stand_there() -> None:
    said = pairs(ReturnSlip(fact=HEAD))
    assert [label for label in ("原单号", "积分余额", "授权", "抵换货") if label in said] == []
    assert said["原因"] == "质量"
