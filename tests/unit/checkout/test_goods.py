"""Goods that want more than a scan: the stop list, numbers of batches and pieces, services, deposits given back."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import PulseDrawer
from terminal.checkout.modes import Completed, Confirming, Prompting, Selling
from terminal.domain.catalog import Article, Terms, Tracking
from terminal.domain.sale import SaleLine
from terminal.domain.settings import Limits
from terminal.domain.staff import Right
from terminal.domain.text import SafeText
from terminal.wire.counter.panels import CompletedPanel, PriceCheckPanel, PromptPanel, TenderPanel
from terminal.wire.events import LineAdded, SaleCompleted
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    COLA,
    SETTINGS,
    WATER,
    Shop,
    article,
)

PHONE = article("PHONE", "手机", 99_900, plu="41", terms=Terms(tracking=Tracking.SERIAL))
MILK = article("MILK", "奶粉", 26_800, plu="42", terms=Terms(tracking=Tracking.BATCH))
BOTTLE = article("BOTTLE", "空瓶", 50, plu="43", deposit=True, min_age=18)
DELIVERY = article("DELIVERY", "送货", 1_500, plu="44", terms=Terms(service=True))
BANK = article("BANK", "充电宝", 9_900, plu="45", terms=Terms(recalled=SafeText("电池过热")))
GOODS = (*ARTICLES, PHONE, MILK, BOTTLE, DELIVERY, BANK)


def shop(*others: Article, **settings: object) -> Bench:
    articles = tuple({one.sku: one for one in (*GOODS, *others)}.values())
    changed = replace(SETTINGS, limits=Limits(line_fen=10_000_000), **settings)
    return selling(shops={1: Shop(articles=articles, settings=changed)})


def lines(bench: Bench) -> tuple[SaleLine, ...]:
    sale = bench.counter.record.sale
    return () if sale is None else sale.live_lines


def type_code(bench: Bench, plu: str) -> None:
    bench.write(plu, "enter")


def give_back(bench: Bench, pieces: str = "") -> None:
    bench.write("0", "-")
    bench.write(f"{pieces}43", "enter")


# --- the stop list ---------------------------------------------------------------------------------------------------


def test_goods_on_the_stop_list_are_refused_with_the_reason() -> None:
    bench = shop()
    type_code(bench, "45")
    assert (bench.notice, lines(bench)) == ("error.recalled", ())
    assert bench.counter.notice.params == {"name": "充电宝", "why": "电池过热"}


def test_held_line_that_is_on_the_stop_list_by_now_is_not_sold_and_told() -> None:
    bench = shop()
    bench.scan(COLA)
    bench.scan(WATER)
    bench.press("f5")
    cola = next(one for one in ARTICLES if one.sku == "COLA")
    stopped = replace(cola, terms=Terms(recalled=SafeText("过期")))
    bench.shops[1] = Shop(articles=tuple(stopped if one is cola else one for one in ARTICLES))
    bench.press("f6", "enter")
    assert [line.sku for line in lines(bench)] == ["WATER"]
    assert (bench.notice, bench.counter.notice.params["name"]) == ("notice.recalled_without", "可口可乐")


def test_price_check_says_that_goods_are_not_sold_any_more() -> None:
    bench = shop()
    bench.press("f14")
    type_code(bench, "45")
    assert bench.view is not None
    assert isinstance(bench.view.panel, PriceCheckPanel)
    assert (bench.view.panel.recalled, bench.notice) == ("电池过热", "notice.recalled_goods")


# --- numbers of batches and pieces -----------------------------------------------------------------------------------


def test_number_of_a_piece_is_typed_and_stands_in_the_line() -> None:
    bench = shop()
    type_code(bench, "41")
    assert bench.view is not None
    assert bench.view.panel == PromptPanel(what="serial", about="手机", code="41")
    assert (bench.view.input.hint, bench.notice) == ("hint.serial", "notice.serial_needed")
    bench.write("sn-1/7", "enter")
    assert [(line.serial, line.batch) for line in lines(bench)] == [("SN-1/7", "")]


def test_number_of_a_batch_holds_for_all_pieces_of_a_line() -> None:
    bench = shop()
    bench.write("3*42", "enter")
    bench.scan("L20251101")
    bench.press("+")
    assert [(line.batch, line.quantity) for line in lines(bench)] == [("L20251101", 3), ("L20251101", 1)]


def test_scanned_number_is_the_value_and_has_its_outcome() -> None:
    bench = shop()
    type_code(bench, "41")
    facts = bench.scan("SN7")
    assert [type(fact).__name__ for fact in facts] == ["SaleStarted", "LineAdded", "ScanHandled"]
    assert lines(bench)[0].serial == "SN7"


@pytest.mark.parametrize("code", [COLA, "8800123456"])
def test_barcode_or_card_is_never_the_number_of_a_piece(code: str) -> None:
    bench = shop()
    type_code(bench, "41")
    bench.scan(code)
    assert (bench.notice, lines(bench)) == ("error.serial_first", ())
    assert isinstance(bench.mode, Prompting)


def test_code_of_gs1_brings_the_number_along() -> None:
    bench = shop(replace(next(one for one in ARTICLES if one.sku == "COLA"), terms=PHONE.terms))
    fields = (("01", f"0{COLA}"), ("21", "A77"))
    bench.scan_gs1(fields)
    assert [line.serial for line in lines(bench)] == ["A77"]
    bench.scan_gs1(fields)
    assert (bench.notice, bench.counter.notice.params) == ("error.serial_twice", {"number": "A77"})


def test_code_of_gs1_scanned_for_the_number_is_read_for_it() -> None:
    bench = shop()
    type_code(bench, "42")
    bench.scan_gs1((("01", f"0{COLA}"), ("10", "LOT9")))
    assert [line.batch for line in lines(bench)] == ["LOT9"]


def test_one_number_is_sold_once_in_a_sale() -> None:
    bench = shop()
    for _ in range(2):
        type_code(bench, "41")
        bench.write("7", "enter")
    assert (bench.notice, len(lines(bench))) == ("error.serial_twice", 1)
    bench.write("8", "enter")
    assert [line.serial for line in lines(bench)] == ["7", "8"]


def test_piece_with_a_number_is_one_piece() -> None:
    bench = shop()
    bench.write("2*41", "enter")
    assert (bench.notice, lines(bench)) == ("error.serial_one", ())
    type_code(bench, "41")
    bench.write("7", "enter")
    bench.press("+")
    assert bench.notice == "error.not_repeatable"
    bench.write("2", "f2")
    assert (bench.notice, bench.quantities) == ("error.serial_one", [1])


def test_nothing_is_no_number_and_esc_gives_the_article_up() -> None:
    bench = shop()
    type_code(bench, "42")
    bench.press("enter")
    assert bench.notice == "error.batch_first"
    bench.press("escape")
    assert (bench.mode, lines(bench)) == (Selling(), ())


def test_signs_belong_to_numbers_of_goods_only() -> None:
    bench = shop()
    type_code(bench, "31")
    bench.press("-")
    assert bench.notice == "error.finish_first"


# --- services --------------------------------------------------------------------------------------------------------


def test_service_is_sold_and_says_so_in_its_line() -> None:
    bench = shop()
    type_code(bench, "44")
    assert [(line.sku, line.service) for line in lines(bench)] == [("DELIVERY", True)]


def test_service_is_in_no_document_of_stock() -> None:
    bench = shop(rights=())
    bench = Bench(shops={1: Shop(articles=GOODS)}).sign_in("2001")
    bench.press("f20", "1", "1", "enter")
    type_code(bench, "44")
    assert bench.notice == "error.service"


# --- deposits --------------------------------------------------------------------------------------------------------


def test_deposits_are_given_back_as_a_line_below_zero() -> None:
    bench = shop()
    bench.scan(COLA)
    give_back(bench, "3*")
    cola, bottle = lines(bench)
    assert (cola.quantity, bottle.quantity, bottle.deposit, bench.due) == (1, -3, True, "2.00")
    assert (bench.mode, bench.counter.notice.dropped) == (Selling(), "")
    assert bench.view is not None
    shown = bench.view.lines[-1]
    assert (bench.view.totals.pieces, shown.quantity, shown.amount, shown.tags) == ("1", "-3", "-1.50", ())


def test_scanned_bottles_are_given_back_too_and_no_age_is_asked() -> None:
    bench = shop(replace(next(one for one in ARTICLES if one.sku == "WATER"), deposit=True, min_age=18))
    bench.write("0", "-")
    bench.write("2*")
    (_, added) = bench.scan(WATER)
    assert isinstance(added, LineAdded)
    assert (added.line.quantity, added.device, bench.counter.notice.dropped) == (-2, "gun", "")


def test_deposit_that_is_in_the_sale_is_taken_out_of_it() -> None:
    bench = shop()
    bench.write("2*43", "enter", "enter")
    give_back(bench)
    assert bench.quantities == [1]
    give_back(bench)
    give_back(bench)
    assert bench.quantities == [-1]


def test_deposits_beyond_the_limit_of_the_right_need_somebody_who_has_it() -> None:
    bench = shop()
    give_back(bench, "90*")
    assert bench.quantities == [-90]
    bench = shop()
    give_back(bench, "101*")
    mode = bench.mode
    assert isinstance(mode, Confirming)
    assert (mode.question, mode.approval, dict(mode.params)["amount"]) == ("ask.deposit_back", True, "50.50")
    bench.approve()
    fact = bench.facts[-1]
    assert isinstance(fact, LineAdded)
    assert (fact.line.quantity, fact.approved_by) == (-101, "2001")


def test_deposits_of_the_whole_sale_count_toward_the_limit() -> None:
    bench = shop()
    bench.scan(COLA)
    give_back(bench, "99*")
    give_back(bench, "2*")
    mode = bench.mode
    assert isinstance(mode, Confirming)
    assert (mode.question, mode.approval) == ("ask.deposit_back", True)
    bench.press("escape")
    give_back(bench)
    assert bench.quantities == [1, -99, -1]


def test_repeated_and_changed_deposits_count_toward_the_limit() -> None:
    bench = shop()
    give_back(bench, "60*")
    bench.press("+")
    bench.write("40", "f2")
    assert bench.quantities == [-60, -40]
    bench.press("+")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.approval
    bench.press("escape")
    bench.write("41", "f2")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.approval, bench.quantities) == (True, [-60, -40])


def test_without_the_right_nobody_gives_deposits_back() -> None:
    rights = tuple(grant for grant in SETTINGS.rights if grant.right is not Right.DEPOSIT_BACK)
    bench = shop(rights=rights)
    give_back(bench)
    assert (bench.notice, bench.quantities) == ("error.no_right", [])


def test_corrections_of_a_deposit_stay_below_zero() -> None:
    bench = shop()
    give_back(bench, "2*")
    bench.press("+")
    assert bench.quantities == [-2, -1]
    bench.write("5", "f2")
    assert bench.quantities == [-2, -5]
    bench.press("*")
    bench.write("4", "enter")
    assert bench.quantities == [-2, -4]
    bench.press("-")
    assert bench.quantities == [-2]


def test_more_deposits_than_the_limit_are_asked_about_again_by_whoever_has_the_right() -> None:
    bench = selling(shops={1: Shop(articles=GOODS, settings=replace(SETTINGS, limits=Limits(quantity=20)))})
    give_back(bench, "21*")
    assert isinstance(bench.mode, Confirming)
    assert not bench.mode.approval
    bench.press("enter")
    assert bench.quantities == [-21]


def test_goods_that_are_no_deposit_are_never_given_back_so() -> None:
    bench = shop()
    bench.write("0", "-")
    bench.scan(COLA)
    assert (bench.notice, lines(bench)) == ("error.not_in_sale", ())


def test_sale_of_deposits_alone_pays_cash_out_of_the_drawer() -> None:
    bench = shop()
    give_back(bench, "4*")
    bench.press("enter")
    assert bench.view is not None
    assert isinstance(bench.view.panel, TenderPanel)
    assert (bench.view.panel.due, bench.view.panel.change, bench.view.panel.quick) == ("-2.00", "2.00", ())
    bench.press("f12")
    assert bench.mode == Completed()
    done = bench.facts[-1]
    assert isinstance(done, SaleCompleted)
    assert (done.total_fen, [tender.amount_fen for tender in done.tenders], done.change_fen) == (-200, [-200], 0)
    assert any(isinstance(effect, PulseDrawer) for effect in bench.effects)
    assert isinstance(bench.view.panel, CompletedPanel)
    assert (bench.view.panel.total, bench.view.panel.given, bench.view.panel.change) == ("-2.00", "", "2.00")
    assert (bench.notice, bench.counter.notice.params) == ("notice.paid_out", {"change": "2.00"})


def test_cash_is_not_taken_for_deposits_alone() -> None:
    bench = shop()
    give_back(bench)
    bench.write("10", "f12")
    assert bench.notice == "error.nothing_to_pay"


def test_goods_and_deposits_of_the_same_worth_cost_nothing() -> None:
    bench = shop()
    bench.scan(WATER)
    give_back(bench, "4*")
    bench.press("f12")
    done = bench.facts[-1]
    assert isinstance(done, SaleCompleted)
    assert (done.total_fen, done.tenders) == (0, ())
