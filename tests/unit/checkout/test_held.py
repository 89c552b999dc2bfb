"""Sales put aside, recalled at the present book's prices, dropped."""

from msgspec.structs import replace

from terminal.checkout.effects import PrintSlip
from terminal.checkout.inputs import BookOffered
from terminal.checkout.modes import Confirming, HeldList, Selling
from terminal.domain.catalog import Article, Terms
from terminal.domain.slips.hold import HoldSlip
from terminal.wire.counter.panels import HeldPanel, HeldRow
from terminal.wire.events import HeldVoided, SaleHeld, SaleRecalled
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    WATER,
    Shop,
    article,
)


def held_one() -> Bench:
    bench = selling()
    bench.write("2*")
    bench.scan(COLA)
    bench.scan(WATER)
    bench.press("f5")
    return bench


def priced(sku: str, price_fen: int) -> tuple[Article, ...]:
    return tuple(replace(one, price_fen=price_fen) if one.sku == sku else one for one in ARTICLES)


def test_a_held_sale_has_an_owner_and_a_label() -> None:
    bench = held_one()
    fact = bench.facts[-1]
    assert isinstance(fact, SaleHeld)
    assert (fact.owner, fact.label, bench.notice) == ("1001", "G01", "notice.held")
    assert (bench.counter.record.sale, bench.counter.rows, bench.due) == (None, (), "0.00")


def test_recalled_line_has_the_present_terms_of_its_article() -> None:
    bench = held_one()
    terms = Terms(earns=False, returnable=False)
    bench.shops[1] = Shop(articles=tuple(replace(one, terms=terms) if one.sku == "COLA" else one for one in ARTICLES))
    bench.press("f6", "enter")
    assert bench.counter.record.sale is not None
    assert [(line.sku, line.earns, line.returnable) for line in bench.counter.record.sale.lines] == [
        ("COLA", False, False),
        ("WATER", True, True),
    ]


def test_the_list_shows_the_latest_first() -> None:
    bench = held_one()
    bench.now_ms += 60_000
    bench.scan(MEMBER_CARD)
    bench.scan(COLA)
    bench.press("f5", "f6")
    assert bench.view is not None
    assert isinstance(bench.view.panel, HeldPanel)
    rows = bench.view.panel.rows
    assert rows[0].label == "G02"
    assert (rows[0].member, rows[0].amount) == ("****456", "3.00")
    assert rows[1] == HeldRow(
        label="G01", time=rows[1].time, owner="1001 王芳", pieces="3", amount="9.00", member="", first="可口可乐"
    )


def test_the_owner_recalls_the_same_sale() -> None:
    bench = held_one()
    sale_id = bench.counter.record.held[0].sale.id
    bench.press("f6", "enter")
    fact = bench.facts[-1]
    assert isinstance(fact, SaleRecalled)
    assert (fact.sale_id, fact.staff, fact.approved_by) == (sale_id, "1001", None)
    assert (bench.due, bench.notice, bench.mode, bench.counter.selected) == (
        "9.00",
        "notice.recalled",
        Selling(),
        2,
    )
    bench.press("f12")
    assert bench.counter.record.held == ()


def test_a_digit_and_arrows_highlight() -> None:
    bench = held_one()
    for _ in range(2):
        bench.scan(WATER)
        bench.press("f5")
    bench.press("f6", "3")
    assert bench.mode == HeldList(selected=2)
    bench.press("home", "up", "down", "end", "down", "enter")
    assert bench.due == "9.00"


def test_a_recalled_sale_has_the_prices_of_now() -> None:
    bench = held_one()
    bench.shops[2] = Shop(version=2, articles=priced("COLA", 400))
    bench.send(BookOffered(2))
    bench.press("f6", "enter")
    fact = bench.facts[-1]
    assert isinstance(fact, SaleRecalled)
    assert (fact.book_version, bench.due) == (2, "10.00")
    assert (bench.notice, bench.counter.notice.params) == (
        "notice.recalled_repriced",
        {"label": "G01", "before": "9.00", "after": "10.00"},
    )


def test_what_no_book_prices_keeps_its_price_over_a_recall() -> None:
    bench = selling()
    bench.scan("2312345012999")
    bench.write("31", "enter")
    bench.write("5", "enter")
    bench.scan(UNKNOWN)
    bench.write("7", "enter")
    bench.scan(COLA)
    bench.press("-", "f5")
    bench.shops[2] = Shop(version=2, articles=priced("APPLES", 9999))
    bench.send(BookOffered(2))
    bench.press("f6", "enter")
    assert bench.due == "24.99"
    assert bench.view is not None
    assert [row.voided for row in bench.view.lines] == [False, False, False, True]


def test_a_reduction_that_was_told_stays_over_a_recall_though_the_article_takes_none_any_more() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f3", "2")
    bench.press("f5")
    bench.shops[2] = Shop(version=2, articles=(article("COLA", "可口可乐", 350, discountable=False),))
    bench.send(BookOffered(2))
    bench.press("f6", "enter")
    assert (bench.counter.record.book_version, bench.due) == (2, "2.50")
    bench.write("1", "f3")
    assert bench.notice == "error.not_discountable"


def test_an_article_that_is_gone_keeps_its_old_price() -> None:
    bench = held_one()
    bench.shops[2] = Shop(version=2, articles=())
    bench.send(BookOffered(2))
    bench.press("f6", "enter")
    assert (bench.due, bench.notice) == ("9.00", "notice.recalled")


def test_anothers_sale_needs_the_right() -> None:
    bench = held_one()
    bench.press("f16")
    bench.sign_in("1002")
    bench.press("f6", "enter")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.params) == ("ask.recall_other", (("label", "G01"), ("owner", "1001 王芳")))
    bench.press("escape")
    assert bench.mode.name == "held"
    bench.press("enter")
    bench.approve()
    fact = bench.facts[-1]
    assert isinstance(fact, SaleRecalled)
    assert (fact.staff, fact.approved_by, bench.due) == ("1002", "2001", "9.00")


def test_a_held_sale_is_dropped_with_a_right_and_a_yes() -> None:
    bench = held_one()
    bench.scan(WATER)
    bench.press("f5", "f6", "delete")
    assert bench.mode.name == "prompt"
    bench.press("1")
    assert bench.mode.name == "confirm"
    bench.approve()
    fact = bench.facts[-1]
    assert isinstance(fact, HeldVoided)
    assert (fact.staff, fact.approved_by, bench.notice) == ("1001", "2001", "notice.held_voided")
    assert (fact.reason, bench.mode) == ("customer_left", HeldList())
    bench.press("delete", "escape")
    assert bench.mode == HeldList()
    bench.press("delete", "9")
    assert bench.notice == "error.no_choice"
    bench.press("4")
    bench.approve()
    assert (bench.counter.record.held, bench.mode.name) == ((), "sale")


def test_held_sales_survive_a_restart() -> None:
    bench = held_one()
    again = Bench(record=bench.counter.durable)
    again.press("f6", "enter")
    assert again.due == "9.00"


def test_only_one_sale_is_open() -> None:
    bench = held_one()
    bench.scan(COLA)
    bench.press("f6")
    assert bench.notice == "error.sale_open"


def test_a_recall_through_all_answers_of_the_book_lets_nothing_in_between() -> None:
    bench = held_one()
    bench.press("f6")
    bench.chunk("enter", *COLA, "enter")
    assert bench.quantities == [2, 1, 1]


def test_labels_are_never_used_again() -> None:
    bench = held_one()
    bench.press("f6", "enter", "f5")
    assert bench.counter.record.held[0].label == "G02"


def paper_of(bench: Bench) -> HoldSlip:
    (printed,) = [effect for effect in bench.effects if isinstance(effect, PrintSlip)]
    assert isinstance(printed.slip, HoldSlip)
    return printed.slip


def test_a_sale_that_is_put_aside_prints_a_paper_with_its_code() -> None:
    bench = held_one()
    slip = paper_of(bench)
    (held,) = bench.counter.record.held
    assert (slip.label, slip.lines, slip.due_fen, slip.staff) == ("G01", 2, 900, "1001")
    assert str(slip.code) == f"GH1|S01-T03|{held.hold_id}"


def test_the_code_of_the_paper_recalls_its_sale_from_selling_and_from_the_list() -> None:
    for keys in ((), ("f6",)):
        bench = held_one()
        bench.press(*keys)
        bench.scan(str(paper_of(bench).code))
        assert (bench.due, bench.notice, bench.mode.name) == ("9.00", "notice.recalled", "sale")
        assert bench.counter.record.held == ()


def test_a_paper_of_a_sale_that_is_gone_or_of_another_till_recalls_nothing() -> None:
    bench = held_one()
    code = paper_of(bench).code
    bench.scan(str(replace(code, terminal="S01-T09")))
    assert (bench.notice, bench.rejections()[-1][0]) == ("error.held_elsewhere", "held_elsewhere")
    bench.scan(str(code))
    bench.press("f12", "escape")
    bench.scan(str(code))
    assert bench.notice == "error.not_held"
    bench.scan(COLA)
    bench.scan(str(code))
    assert bench.notice == "error.sale_open"


def test_the_paper_of_anothers_sale_needs_the_right_too() -> None:
    bench = held_one()
    code = str(paper_of(bench).code)
    bench.press("f16")
    bench.sign_in("1002")
    bench.scan(code)
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == "ask.recall_other"
