"""The list of what is to be ordered, behind the documents of stock."""

from msgspec.structs import replace

from terminal.checkout.effects import Inquire
from terminal.checkout.inputs import Inquired
from terminal.checkout.inquiries.modes import ListPage
from terminal.checkout.inquiries.questions import Search, Topic
from terminal.checkout.store.modes import StockMenu
from terminal.domain.catalog import Terms
from terminal.domain.ids import Sku
from terminal.domain.stock import Level
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    Shop,
)
from tests.unit.checkout.shown import page

LOW = {"COLA": 24, "WATER": 12, "APPLES": 5_000, "CHIPS": 10}
SHOP = Shop(
    articles=tuple(replace(one, terms=Terms(low_stock=LOW[one.sku])) if one.sku in LOW else one for one in ARTICLES)
)


def listed(**stock: int) -> Bench:
    bench = Bench(shops={1: SHOP}, stock={Sku(sku): Level(on_hand=level) for sku, level in stock.items()})
    bench.sign_in("2001").press("f20", "1", "9")
    return bench


def test_what_is_at_its_low_stock_or_below_is_listed_by_number() -> None:
    bench = listed(WATER=-3, COLA=24, APPLES=4_999, CHIPS=11, BEER=0)
    assert page(bench).rows == (
        ("1", "APPLES", "红富士苹果", "4.999kg", "5.000kg"),
        ("2", "COLA", "可口可乐", "24", "24"),
        ("3", "WATER", "农夫山泉", "-3", "12"),
    )
    assert (page(bench).page, page(bench).lines, page(bench).selected) == ("list_low_stock", (), 0)


def test_of_what_was_never_moved_here_nothing_is_known() -> None:
    bench = listed()
    assert [line.message for line in page(bench).lines] == ["list.none.low_stock"]
    assert (page(bench).rows, page(bench).selected) == ((), -1)


def test_keys_that_find_or_open_something_are_named_where_there_is_something() -> None:
    bench = listed(COLA=1)
    assert bench.view is not None
    assert [key.key for key in bench.view.keys] == ["Esc", "F1"]


def test_rows_are_walked_through_and_the_page_is_left_for_the_documents() -> None:
    bench = listed(WATER=1, COLA=1, APPLES=1)
    bench.press("down", "down", "down")
    assert page(bench).selected == 2
    bench.press("pageup")
    assert page(bench).selected == 0
    bench.press("end", "up")
    assert page(bench).selected == 1
    bench.press("escape")
    assert bench.mode == StockMenu()


def test_book_that_cannot_be_read_is_told() -> None:
    bench = listed()
    query = Inquire(question=Search(topic=Topic.LOW_STOCK))
    bench.counter = replace(bench.counter, asked=query)
    bench.send(Inquired(query=query, fault="book_torn"))
    assert [line.message for line in page(bench).lines] == ["error.book_torn"]


def test_answer_that_comes_when_the_page_is_left_changes_nothing() -> None:
    bench = listed(COLA=1)
    bench.press("escape")
    query = Inquire(question=Search(topic=Topic.LOW_STOCK))
    bench.counter = replace(bench.counter, asked=query)
    bench.send(Inquired(query=query))
    assert (bench.mode, bench.counter.asked) == (StockMenu(), None)


def test_nothing_is_listed_without_a_book() -> None:
    bench = Bench(shops={})
    query = Inquire(question=Search(topic=Topic.LOW_STOCK))
    bench.counter = replace(bench.counter, mode=ListPage(search=Search(topic=Topic.LOW_STOCK)), asked=query)
    bench.send(Inquired(query=query, fault="no_book"))
    assert [line.message for line in page(bench).lines] == ["error.no_book"]
