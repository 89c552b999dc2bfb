"""Stock-taking at the till: what is counted against what should be there."""

from msgspec.structs import replace

from terminal.checkout.effects import FindStock
from terminal.checkout.inputs import StockFound
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Selling
from terminal.checkout.store.messages import StoreAsk
from terminal.domain.ids import Sku
from terminal.domain.stock import DocumentKind, Level
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    WATER,
)
from tests.unit.checkout.stock_bench import begun, booked, lines


def test_a_count_is_compared_with_what_should_be_there() -> None:
    bench = begun(DocumentKind.COUNT)
    bench.stock = {Sku("COLA"): Level(on_hand=5), Sku("WATER"): Level(on_hand=1, frozen=9)}
    bench.write("3*")
    bench.scan(COLA)
    bench.scan(WATER)
    bench.scan(CHIPS)
    bench.press("f12")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, dict(bench.mode.params)) == (
        StoreAsk.STOCK_COUNT,
        {"lines": "3", "differing": "2", "amount": "-0.10"},
    )
    bench.press("enter")
    assert [(line.book, line.variance) for line in booked(bench).document.lines] == [(5, -2), (1, 0), (0, 1)]


def test_in_a_count_nothing_may_be_there() -> None:
    bench = begun(DocumentKind.COUNT)
    bench.scan(COLA)
    bench.write("0", "f2")
    assert lines(bench) == [("COLA", 0)]
    other = begun(DocumentKind.RECEIVE)
    other.scan(COLA)
    other.write("0", "f2")
    assert (other.notice, lines(other)) == (No.BAD_QUANTITY, [("COLA", 1)])


def test_a_variance_above_the_limit_of_a_role_needs_somebody_else() -> None:
    bench = Bench().sign_in("1003")
    bench.press("f20", "1", "7")
    bench.write("34", "enter")
    bench.press("f12")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.approval
    bench.approve()
    assert (booked(bench).staff, booked(bench).approved_by) == ("1003", "2001")


def test_an_answer_about_stock_that_nobody_waits_for_means_nothing() -> None:
    bench = begun(DocumentKind.COUNT)
    bench.scan(COLA)
    query = FindStock((Sku("COLA"),))
    before = bench.counter
    assert bench.send(StockFound(query=query, levels={})) == []
    assert bench.counter == before
    away = replace(bench.counter, mode=Selling(), asked=query)
    bench.counter = away
    assert bench.send(StockFound(query=query, levels={})) == []
    assert bench.mode == Selling()
