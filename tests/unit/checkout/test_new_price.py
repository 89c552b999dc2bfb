"""F3 alone: another price of one piece, or of one kg, for a line that is in the sale (改价)."""

from collections.abc import Iterable

import pytest
from msgspec.structs import replace

from terminal.checkout.deeds.gate import perform
from terminal.checkout.drafts import ChangePrice, Need, ReasonOfPrice
from terminal.checkout.goods.messages import GoodsNo
from terminal.checkout.handlers import new_price
from terminal.checkout.inputs import BookOffered
from terminal.checkout.keys import Press
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Prompting, Selling
from terminal.checkout.outcome import Permit, Rejected, Turn
from terminal.domain.ids import StaffNumber
from terminal.domain.sale import SaleLine
from terminal.domain.staff import Right
from terminal.domain.text import SafeText
from terminal.wire.counter.panels import PagePanel, PromptPanel, ReasonsPanel
from terminal.wire.events import LineAdded
from terminal.wire.store_events import LinePriceChanged
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    ARTICLES,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    Shop,
    article,
)

BOTTLE = article("BOTTLE", "空瓶", 50, plu="43", deposit=True)


def supervised(*goods: object) -> Bench:
    """Return a bench with a supervisor signed in, who has the right."""
    return Bench(**({"shops": {1: Shop(articles=(*ARTICLES, *goods))}} if goods else {})).sign_in("2001")  # type: ignore[arg-type]


def with_cola(quantity: str = "") -> Bench:
    bench = supervised()
    bench.write(quantity)
    bench.scan(COLA)
    return bench


def line_of(bench: Bench) -> SaleLine:
    sale = bench.counter.record.sale
    assert sale is not None
    return sale.lines[0]


def asked(bench: Bench) -> Confirming:
    assert isinstance(bench.mode, Confirming)
    return bench.mode


def tags(bench: Bench) -> Iterable[str]:
    assert bench.view is not None
    return bench.view.lines[0].tags


@pytest.mark.parametrize(("typed", "due"), [("3.1", "6.20"), ("4", "8.00")])
def test_a_line_gets_another_price_up_or_down_with_a_reason(typed: str, due: str) -> None:
    bench = with_cola("2*")
    bench.press("f3")
    assert bench.view is not None
    assert isinstance(bench.view.panel, PromptPanel)
    assert (bench.view.panel.what, bench.view.panel.about, bench.view.input.hint) == (
        "new_price",
        "可口可乐",
        "hint.new_price",
    )
    bench.write(typed, "enter")
    bench.press("4")
    fact = bench.facts[-1]
    assert isinstance(fact, LinePriceChanged)
    assert (fact.number, fact.reason, fact.approved_by) == (1, "价签不符", "2001")
    assert (bench.due, bench.mode, bench.notice) == (due, Selling(), "notice.price_changed")
    assert bench.view.lines[0].price == f"{float(typed):.2f}"
    assert list(tags(bench)) == ["tag.price_changed"]


def test_enter_alone_brings_the_price_of_the_article_back_and_needs_no_right() -> None:
    bench = with_cola()
    bench.press("f3", "enter")
    assert bench.notice == "error.new_price_first"
    bench.write("3", "enter", "1")
    bench.press("f16")
    bench.sign_in("1001")
    bench.press("f3", "enter")
    assert bench.facts[-1] == LinePriceChanged(
        number=1, price_fen=None, reason=SafeText(""), approved_by=StaffNumber("1001")
    )
    assert (bench.due, bench.notice, list(tags(bench))) == ("3.50", "notice.price_back", [])


def test_a_cashier_needs_somebody_with_the_right_who_sees_both_prices_and_the_reason() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f3")
    bench.write("3", "enter", "2")
    confirming = asked(bench)
    assert (confirming.question, confirming.approval) == ("ask.new_price", True)
    assert dict(confirming.params) == {"name": "可口可乐", "before": "3.50", "price": "3.00", "reason": "破损"}
    bench.approve()
    fact = bench.facts[-1]
    assert isinstance(fact, LinePriceChanged)
    assert (fact.approved_by, bench.due) == ("2001", "3.00")


def test_more_pieces_at_another_price_need_the_right_again() -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write("3", "enter", "2")
    bench.press("f16")
    bench.sign_in("1001")
    bench.write("9", "f2")
    assert (asked(bench).question, asked(bench).approval) == ("ask.new_price", True)
    bench.press("escape")
    bench.write("150", "f2")
    assert (asked(bench).question, asked(bench).approval) == ("ask.quantity", True)


def test_whoever_has_the_right_is_not_asked_about_more_pieces() -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write("3", "enter", "2")
    bench.write("9", "f2")
    assert bench.due == "27.00"


@pytest.mark.parametrize("typed", ["0", "1000.01"])
def test_nothing_and_a_dear_line_are_asked_about_once_more(typed: str) -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write(typed, "enter", "1")
    assert (asked(bench).question, asked(bench).approval) == ("ask.new_price", False)
    bench.press("enter")
    assert bench.due == f"{float(typed):.2f}"


def test_no_member_price_and_no_repeated_line_has_it() -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write("3.4", "enter", "1")
    bench.scan(MEMBER_CARD)
    assert bench.due == "3.40"
    bench.press("+")
    added = bench.facts[-1]
    assert isinstance(added, LineAdded)
    assert (added.line.override_fen, added.line.override_reason, bench.due) == (None, "", "6.40")


def test_a_reduction_stays_and_comes_off_the_new_price() -> None:
    bench = with_cola()
    bench.write("1", "f3", "1")
    bench.press("f3")
    bench.write("3", "enter", "1")
    assert (bench.due, list(tags(bench))) == ("2.00", ["tag.price_changed", "tag.reduced"])


def test_weighed_goods_have_a_price_of_one_kg() -> None:
    bench = supervised()
    bench.scan("2112345012346")
    bench.press("f3")
    bench.write("10", "enter", "3")
    assert (bench.due, line_of(bench).override_fen) == ("12.34", 1_000)


def test_a_label_without_a_weight_and_a_typed_price_take_no_other() -> None:
    bench = supervised()
    bench.scan("2312345012999")
    bench.press("f3")
    assert bench.notice == "error.price_no_weight"
    bench.write("31", "enter")
    bench.write("5", "enter")
    bench.press("f3")
    assert bench.notice == "error.price_is_typed"
    bench.scan(UNKNOWN)
    bench.write("7", "enter")
    bench.press("f3")
    assert (bench.notice, bench.mode) == ("error.price_is_typed", Selling())


def test_a_printed_price_of_a_piece_is_what_was_before() -> None:
    bench = supervised(article("CAKE", "蛋糕", 900, plu="54321"))
    bench.scan("2354321012999")
    bench.press("f3")
    bench.write("0", "enter", "1")
    assert dict(asked(bench).params)["before"] == "12.99"


def test_goods_without_discounts_are_sold_at_a_higher_price_only() -> None:
    bench = supervised(article("GIN", "白酒", 9_900, plu="44", discountable=False))
    bench.write("44", "enter")
    bench.press("f3")
    bench.write("98.99", "enter")
    assert (bench.notice, isinstance(bench.mode, Prompting)) == ("error.not_discountable", True)
    bench.write("100", "enter", "4")
    assert bench.due == "100.00"


def test_deposits_that_come_back_are_paid_out_at_another_price() -> None:
    bench = supervised(BOTTLE)
    bench.scan(COLA)
    bench.write("0-")
    bench.write("43", "enter")
    bench.press("f3")
    bench.write("0.2", "enter", "1")
    assert bench.due == "3.30"


def test_more_deposits_back_at_another_price_need_the_right_again() -> None:
    bench = supervised(BOTTLE)
    bench.write("0-")
    bench.write("43", "enter")
    bench.press("f3")
    bench.write("20", "enter", "1")
    bench.press("f16")
    bench.sign_in("1001")
    bench.write("2", "f2")
    assert (asked(bench).question, asked(bench).approval) == ("ask.deposit_back", True)
    bench.approve()
    assert bench.due == "-40.00"


@pytest.mark.parametrize("typed", [".", "1.234"])
def test_what_is_no_amount_is_refused_and_asked_again(typed: str) -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write(typed, "enter")
    assert (bench.notice, bench.counter.text, isinstance(bench.mode, Prompting)) == ("error.bad_amount", "", True)


def test_a_held_sale_keeps_the_price_over_a_recall_and_another_book() -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write("3", "enter", "1")
    bench.press("f5")
    bench.shops[2] = Shop(version=2, articles=(article("COLA", "可口可乐", 500),))
    bench.send(BookOffered(2))
    bench.press("f6", "enter")
    assert (bench.due, line_of(bench).price_fen, line_of(bench).override_reason) == ("3.00", 500, "优惠券")


def test_why_it_costs_that_stands_with_the_reason() -> None:
    bench = with_cola()
    bench.press("f3")
    bench.write("3", "enter", "2")
    bench.press("=")
    assert bench.view is not None
    assert isinstance(bench.view.panel, ReasonsPanel)
    row = bench.view.panel.rows[1]
    assert (row.message, row.amount) == ("why.override", "-0.50")
    assert row.params == {"detail": "3.00 x 1", "reason": "破损"}


def test_a_line_that_a_count_card_pays_takes_no_other_price() -> None:
    bench = with_cola()
    sale = bench.counter.record.sale
    assert sale is not None
    line = replace(line_of(bench), count_card=SafeText("C1"))
    outcome = new_price.ask(bench.counter, line)
    assert isinstance(outcome, Rejected)
    assert outcome.no is GoodsNo.PRICE_OF_CARD


def test_a_line_that_is_gone_takes_none() -> None:
    bench = with_cola()
    turn = Turn(counter=replace(bench.counter, text="5"), cause=Press("enter"), moment=bench.moment())
    outcome = new_price.take(turn, 9)
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.UNKNOWN_LINE
    back = perform(bench.counter, ChangePrice(1, None), Permit(moment=bench.moment()))
    assert isinstance(back, Rejected)
    assert back.no is GoodsNo.NEW_PRICE_FIRST


def test_escape_leaves_the_price_as_it_is() -> None:
    bench = with_cola()
    bench.press("f3", "escape")
    bench.press("f3")
    bench.write("3", "enter")
    assert isinstance(bench.mode, Prompting)
    assert (bench.mode.need, bench.mode.subject) == (Need.REASON, ReasonOfPrice(1, 300))
    bench.press("escape")
    assert (bench.mode.name, bench.due) == ("sale", "3.50")


def test_nobody_has_the_right_in_a_shop_whose_book_gives_it_to_none() -> None:
    settings = Shop().settings
    without = tuple(grant for grant in settings.rights if grant.right is not Right.CHANGE_PRICE)
    bench = selling(shops={1: Shop(settings=replace(settings, rights=without))})
    bench.scan(COLA)
    bench.press("f3")
    bench.write("3", "enter", "1")
    assert (bench.notice, bench.due) == ("error.no_right", "3.50")


def test_the_report_of_a_day_counts_changed_prices() -> None:
    bench = supervised()
    bench.press("f17")
    bench.write("500", "enter")
    bench.scan(COLA)
    bench.press("f3")
    bench.write("3", "enter", "1")
    bench.press("f12", "enter", "f17", "5")
    assert bench.view is not None
    assert isinstance(bench.view.panel, PagePanel)
    assert ("report.prices_changed", "1", "") in bench.view.panel.rows
