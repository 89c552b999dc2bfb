"""Papers name people by number and name: who did it, and who lent the right."""

from terminal.checkout.composing import Composer
from terminal.checkout.effects import PrintReceipt, PrintSlip
from terminal.domain.ids import Identity
from terminal.domain.receipt import Pair
from terminal.domain.receipt_labels import Language
from terminal.domain.staff import Right
from terminal.ports.catalog import Catalog
from tests.unit.checkout.after.desk import CASHIER, OPEN_SHIFT, on_receipt, sold
from tests.unit.checkout.counter_bench import (
    selling,
    without_right,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
    Shop,
)
from tests.unit.checkout.test_asking import Noon


def said(effect: PrintSlip, book: Catalog | None) -> dict[str, str]:
    """Return the pairs of a paper that is composed with a book."""
    composer = Composer(Identity(store="S01", till="T03", epoch=1), Language.ZH, Noon())
    rows = composer.slip(effect, book).rows
    return {str(row.label): str(row.value) for row in rows if isinstance(row, Pair)}


def lent() -> PrintSlip:
    """Return the paper of a cola that a cashier gave back with the right of a supervisor."""
    bench = on_receipt(sold(CASHIER))
    bench.scan(COLA)
    bench.press("f12", "1")
    bench.approve()
    return next(effect for effect in bench.effects if isinstance(effect, PrintSlip))


def test_the_paper_of_a_return_names_both_people() -> None:
    effect = lent()
    names = said(effect, Shop())
    assert (names["收银员"], names["授权"]) == ("1001 王芳", "2001 李主管")


def test_a_receipt_names_the_salespeople() -> None:
    bench = selling()
    for code, who in ((COLA, "1002"), (WATER, "1003")):
        bench.scan(code)
        bench.write(who, "f22")
    bench.press("f12")
    (effect,) = (effect for effect in bench.effects if isinstance(effect, PrintReceipt))
    composer = Composer(Identity(store="S01", till="T03", epoch=1), Language.ZH, Noon())
    rows = composer.receipt(effect, Shop()).rows
    assert [row.value for row in rows if isinstance(row, Pair) and row.label == "导购"] == ["1002 赵强, 1003 周组长"]


def test_without_a_book_numbers_stand_alone() -> None:
    effect = lent()
    names = said(effect, None)
    assert (names["收银员"], names["授权"]) == ("1001", "2001")


def test_a_z_report_names_who_lent_the_right_to_close() -> None:
    bench = without_right(Right.CLOSE_SHIFT)
    bench.press(*OPEN_SHIFT, "f17", "7", "f12", "enter")
    bench.approve()
    (*_, effect) = (effect for effect in bench.effects if isinstance(effect, PrintSlip))
    assert said(effect, Shop())["授权"] == "2001 李主管"
