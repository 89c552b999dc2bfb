"""Search, price check, help, status, reprint."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.modes import Completed, Help, Searching, Selling, Status
from terminal.ports.devices import PrintResult
from terminal.tui.text import en, zh
from terminal.wire.counter.panels import Choice, HelpPanel, PriceCheckPanel, SearchPanel, StatusPanel
from terminal.wire.events import LineAdded, QuantityChanged, ReprintRequested, SaleCompleted
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    APPLES_PLU,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    WATER,
)


def search(bench: Bench) -> SearchPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, SearchPanel)
    return bench.view.panel


def sold(bench: Bench) -> list[SaleCompleted]:
    return [fact for fact in bench.facts if isinstance(fact, SaleCompleted)]


def test_letters_find_articles_and_a_digit_picks() -> None:
    bench = selling()
    bench.write("S")
    assert search(bench).rows == (
        Choice(pick="1", code="31", name="熟食", price="0.00"),
        Choice(pick="2", code="32", name="散装肉", price="0.00"),
    )
    bench.write("z")
    assert [row.name for row in search(bench).rows] == ["散装肉"]
    assert bench.view is not None
    assert bench.view.input.text == "sz"
    bench.press("backspace", "backspace")
    assert bench.mode == Selling()
    bench.write("l")
    bench.press("1")
    fact = bench.facts[-1]
    assert isinstance(fact, LineAdded)
    assert (fact.line.sku, fact.line.entry, fact.line.code, fact.device) == ("CHIPS", "search", "13", "")


def test_the_quantity_goes_through_the_search() -> None:
    bench = selling()
    bench.write("3*k")
    assert bench.view is not None
    assert bench.view.input.text == "3*k"
    bench.press("enter")
    assert bench.quantities == [3]


def test_leaving_a_search_gives_the_quantity_back() -> None:
    bench = selling()
    bench.write("3*k")
    bench.press("escape")
    bench.scan(COLA)
    assert bench.quantities == [3]


def test_arrows_move_in_the_list() -> None:
    bench = selling()
    bench.write("s")
    bench.press("up", "down", "down")
    assert search(bench).selected == 1
    bench.press("enter")
    assert bench.mode.name == "prompt"


def test_nothing_found_is_said_and_a_pick_is_refused() -> None:
    bench = selling()
    bench.write("q")
    assert (bench.notice, bench.counter.notice.params) == ("notice.nothing_found", {"query": "q"})
    bench.press("down")
    assert bench.notice == "error.no_choice"
    bench.press("1")
    assert bench.notice == "error.no_choice"


def test_a_scan_closes_the_search_and_adds() -> None:
    bench = selling()
    bench.write("2*k")
    bench.scan(WATER)
    assert bench.quantities == [2]


def test_taking_back_goes_through_the_search() -> None:
    bench = selling()
    bench.write("2*")
    bench.scan(COLA)
    bench.write("0-k")
    bench.press("1")
    assert bench.facts[-1] == QuantityChanged(number=1, quantity=1)


def price(bench: Bench) -> PriceCheckPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, PriceCheckPanel)
    return bench.view.panel


def test_price_check_shows_and_sells_nothing() -> None:
    bench = selling()
    bench.press("f14")
    assert price(bench) == PriceCheckPanel()
    bench.scan(COLA)
    assert price(bench) == PriceCheckPanel(code=COLA, name="可口可乐", price="3.50", member_price="3.00", unit="each")
    bench.write(APPLES_PLU, "enter")
    assert (price(bench).price, price(bench).unit, price(bench).member_price) == ("11.96", "kg", "")
    bench.press("enter")
    bench.write("lssp")
    bench.press("1")
    assert (price(bench).name, price(bench).code) == ("乐事薯片", "13")
    assert bench.counter.record.sale is None
    bench.press("5", "escape", "escape")
    assert bench.mode == Selling()


def test_price_check_of_what_is_not_on_file() -> None:
    bench = selling()
    bench.press("f14")
    bench.scan(UNKNOWN)
    assert (price(bench).found, price(bench).code, bench.notice) == (False, UNKNOWN, "error.unknown_item")


def test_a_search_in_the_price_check_comes_back_to_it() -> None:
    bench = selling()
    bench.press("f14")
    bench.write("kk")
    assert isinstance(bench.mode, Searching)
    bench.scan(WATER)
    assert price(bench).name == "农夫山泉"
    bench.write("k")
    bench.press("escape")
    assert bench.mode.name == "price_check"


def test_a_member_card_in_the_price_check_is_shown_only() -> None:
    bench = selling()
    bench.press("f14")
    bench.scan(MEMBER_CARD)
    assert (bench.notice, bench.counter.record.sale) == ("notice.member_card", None)


def test_help_is_about_what_is_below() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter", "f1")
    assert bench.view is not None
    assert bench.view.panel == HelpPanel(topic="tender")
    assert isinstance(bench.mode, Help)
    bench.press("escape")
    assert bench.mode.name == "tender"


def test_status_shows_the_journal_and_the_version() -> None:
    bench = selling()
    bench.counter = replace(bench.counter, version="1.2")
    bench.press("f18")
    assert isinstance(bench.mode, Status)
    assert bench.view is not None
    assert bench.view.panel == StatusPanel(journal_seq=len(bench.facts), version="1.2")


def test_a_copy_is_marked_counted_and_needs_a_right() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12")
    bench.printed()
    bench.press("f13")
    assert bench.mode.name == "confirm"
    bench.approve()
    fact = bench.facts[-1]
    assert isinstance(fact, ReprintRequested)
    assert (fact.copy, fact.staff, fact.approved_by) == (1, "1001", "2001")
    job = bench.effects[-1]
    assert isinstance(job, PrintReceipt)
    assert (job.copy, job.action) == (1, f"print:{fact.sale_id}:1")
    assert bench.counter.notice.params == {"receipt_no": "S01-T03-1-000001", "copy": "1"}


@pytest.mark.parametrize("result", [PrintResult.NOT_STARTED, PrintResult.UNKNOWN])
def test_a_receipt_that_did_not_come_out_is_printed_again_by_the_cashier(result: PrintResult) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12")
    bench.printed(result, "paper_out")
    bench.press("f13", "f13")
    assert [fact.copy for fact in bench.facts if isinstance(fact, ReprintRequested)] == [1, 2]
    assert bench.mode == Completed()


@pytest.mark.parametrize("texts", [zh.TEXTS, en.TEXTS], ids=["zh", "en"])
@pytest.mark.parametrize("row", [1, 2], ids=["with a scanner", "with the keyboard"])
def test_exactly_the_three_keys_of_the_help_page_sell(texts: Mapping[str, str], row: int) -> None:
    keys = texts["help.sale"].splitlines()[row].split()[:3]
    bench = selling()
    for count, key in enumerate(keys):
        assert sold(bench) == [], f"sold after {count} keys"
        if key in ("扫商品", "scan"):
            bench.scan(COLA)
        else:
            bench.press(key.lower())
    assert [(done.total_fen, done.change_fen) for done in sold(bench)] == [(350, 0)]
    assert any(isinstance(effect, PulseDrawer) for effect in bench.effects)
    assert any(isinstance(effect, PrintReceipt) for effect in bench.effects)
