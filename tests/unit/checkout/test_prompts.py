"""Values that are asked for: prices, weights, reasons; limits that ask again; goods that are not on file."""

import pytest

from terminal.checkout.inputs import LookedUp
from terminal.checkout.modes import Confirming, Prompting, Selling
from terminal.domain.ids import StaffNumber
from terminal.domain.sale import Entry, Reduction
from terminal.domain.settings import Limits
from terminal.domain.staff import Right
from terminal.wire.counter.panels import ConfirmPanel, PromptPanel
from terminal.wire.events import LineAdded, LineReduced, MemberBound, NoSaleOpened, QuantityChanged, ScanHandled
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
    without_right,
)
from tests.unit.checkout.memory_shop import (
    APPLES_PLU,
    COLA,
    MEMBER_CARD,
    UNKNOWN,
    WATER,
    Shop,
    article,
)

DELI = "31"
MEAT = "32"


def line_of(bench: Bench) -> LineAdded:
    fact = bench.facts[-1]
    assert isinstance(fact, LineAdded)
    return fact


def prompt(bench: Bench) -> PromptPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, PromptPanel)
    return bench.view.panel


def test_open_price_goods_ask_for_the_price() -> None:
    bench = selling()
    bench.write(DELI, "enter")
    assert prompt(bench) == PromptPanel(what="price", about="熟食", code=DELI)
    bench.write("12.5", "enter")
    assert (line_of(bench).line.price_fen, line_of(bench).line.open_price, bench.due) == (1250, True, "12.50")


def test_open_price_per_kilogram_asks_for_price_and_weight() -> None:
    bench = selling()
    bench.write(MEAT, "enter")
    bench.write("40", "enter")
    assert prompt(bench).what == "weight"
    bench.write(".5", "enter")
    assert (line_of(bench).line.weight_g, bench.due) == (500, "20.00")


def test_loose_goods_ask_for_their_weight() -> None:
    bench = selling()
    bench.write(APPLES_PLU, "enter")
    for nonsense in ("0", ".", "1.2.3", ""):
        bench.write(nonsense, "enter")
        assert bench.notice == "error.bad_weight"
    bench.write("0.856", "enter")
    assert bench.due == "10.24"


def test_quantity_goes_with_an_open_price() -> None:
    bench = selling()
    bench.write(f"3*{DELI}", "enter")
    bench.write("2", "enter")
    assert (bench.quantities, bench.due) == ([3], "6.00")


def test_a_price_may_be_nothing() -> None:
    bench = selling()
    bench.write(DELI, "enter")
    bench.write("0", "enter")
    assert line_of(bench).line.price_fen == 0


def test_goods_not_on_file_are_sold_at_an_open_price_and_keep_their_barcode() -> None:
    bench = selling()
    assert bench.scan(UNKNOWN) == []
    assert (prompt(bench).about, prompt(bench).code) == ("未登记商品", UNKNOWN)
    (started, added) = bench.write("5", "enter")
    assert isinstance(added, LineAdded)
    assert (added.line.entry, added.line.code, added.line.sku, added.device) == (
        Entry.UNKNOWN,
        UNKNOWN,
        "UNKNOWN",
        "gun",
    )
    assert started.__class__.__name__ == "SaleStarted"


def test_goods_not_on_file_above_the_limit_need_somebody_with_the_right() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.write("100.01", "enter")
    assert bench.view is not None
    assert bench.view.panel == ConfirmPanel(
        question="ask.sell_unknown", params={"amount": "100.01"}, approval=True, step="number"
    )
    bench.approve()
    assert (line_of(bench).approved_by, line_of(bench).device) == ("2001", "gun")


def test_more_of_goods_not_on_file_need_the_right_too() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.write("60", "enter")
    bench.press("+")
    assert line_of(bench).line.entry is Entry.UNKNOWN
    bench.write("2+")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.approval


def test_many_goods_not_on_file_ask_for_the_right_and_the_quantity_at_once() -> None:
    bench = selling()
    bench.write(f"200*{UNKNOWN}", "enter")
    bench.write("1", "enter")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval) == ("ask.quantity", True)


def test_without_the_right_goods_not_on_file_are_refused() -> None:
    bench = without_right(Right.SELL_UNKNOWN)
    bench.scan(UNKNOWN)
    assert bench.rejections() == [("unknown_item", "sale")]


def test_leaving_the_prompt_ends_the_scan_as_cancelled() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.press("5", "escape", "escape")
    assert bench.rejections() == [("cancelled", "prompt")]
    assert bench.mode == Selling()


def test_a_scan_closes_the_prompt_with_what_is_typed() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.write("5")
    facts = bench.scan(COLA)
    assert [(fact.line.sku, fact.device) for fact in facts if isinstance(fact, LineAdded)] == [
        ("UNKNOWN", "gun"),
        ("COLA", "gun"),
    ]
    assert bench.due == "8.50"


@pytest.mark.parametrize("typed", ["", ".", "500"])
def test_a_scan_is_refused_while_the_prompt_has_no_value_that_ends_it(typed: str) -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.write(typed)
    bench.scan(COLA)
    assert isinstance(bench.mode, Prompting)
    assert (bench.rejections(), bench.counter.text) == ([("finish_first", "prompt")], typed)


def test_a_typed_barcode_is_no_price() -> None:
    bench = selling()
    bench.write(DELI, "enter")
    facts = bench.write(COLA, "enter")
    assert [fact.reason for fact in facts if isinstance(fact, ScanHandled)] == ["finish_first"]
    assert isinstance(bench.mode, Prompting)


def test_a_member_card_is_bound_while_a_price_is_asked_for() -> None:
    bench = selling()
    bench.write(DELI, "enter", "7")
    bench.scan(MEMBER_CARD)
    assert isinstance(bench.facts[-1], MemberBound)
    bench.press("enter")
    assert bench.due == "7.00"


def test_quantity_above_the_limit_is_asked_again() -> None:
    bench = selling()
    bench.write("100*")
    assert bench.scan(COLA) == []
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.params) == ("ask.quantity", (("name", "可口可乐"), ("quantity", "100")))
    bench.press("5", "enter")
    assert (line_of(bench).device, bench.quantities) == ("gun", [100])


def test_no_to_a_limit_ends_the_scan_as_cancelled() -> None:
    bench = selling()
    bench.write("100*")
    bench.scan(COLA)
    bench.press("escape")
    assert (bench.rejections(), bench.mode) == ([("cancelled", "confirm")], Selling())


def test_changing_to_a_quantity_above_the_limit_is_asked_again() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f2")
    bench.write("", "enter")
    assert bench.notice == "error.bad_quantity"
    bench.write("150", "enter")
    assert isinstance(bench.mode, Confirming)
    bench.press("enter")
    assert bench.facts[-1] == QuantityChanged(number=1, quantity=150)


def test_a_dear_line_is_asked_again() -> None:
    bench = selling()
    bench.write("34", "enter")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == "ask.line_amount"


def test_a_heavy_line_is_asked_again() -> None:
    bench = with_settings(limits=Limits(weight_g=1000))
    bench.scan("2112345012346")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.params[1]) == ("ask.weight", ("weight", "1.234kg"))


def test_a_line_is_reduced_with_a_reason() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1.2", "f3")
    assert prompt(bench).choices == ("优惠券", "破损", "临期", "价签不符")
    bench.press("2")
    assert bench.facts[-1] == LineReduced(
        number=1,
        reduction=Reduction(off_fen=120, reason=bench.counter.settings.reduction_reasons[1]),
        approved_by=StaffNumber("1001"),
    )
    assert bench.due == "2.30"


def test_a_line_is_sold_at_a_share_of_its_price() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("90/")
    bench.press("1")
    assert bench.due == "3.15"
    for nonsense in ("5/", "100/", "x/"):
        bench.counter = selling().counter if nonsense == "x/" else bench.counter
        bench.write(nonsense)
        assert bench.notice in ("error.percent_how", "error.key_not_here")
        bench.press("escape")


def test_the_key_line_of_a_choice_offers_digits_and_no_enter() -> None:
    bench = selling()
    bench.press("f9")
    assert bench.view is not None
    assert [key.key for key in bench.view.keys] == ["1-9", "Esc", "F1"]


@pytest.mark.parametrize("key", ["9", "0", "."])
def test_a_reason_that_is_not_offered_is_refused(key: str) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f3")
    bench.press(key)
    assert bench.notice == "error.no_choice"
    bench.press("enter")
    assert isinstance(bench.mode, Prompting)


def test_no_more_is_taken_off_than_the_line_costs() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("3.51", "f3")
    assert (bench.notice, bench.counter.notice.params) == ("error.above_line", {"limit": "3.50"})
    bench.write("0", "f3")
    assert bench.notice == "error.bad_amount"


@pytest.mark.parametrize("keys", [("1", "f3"), ("9", "0", "/")])
def test_article_that_takes_no_discount_takes_no_reduction_either(keys: tuple[str, ...]) -> None:
    bench = selling(shops={1: Shop(articles=(article("COLA", "可口可乐", 350, discountable=False),))})
    bench.scan(COLA)
    assert bench.press(*keys) == []
    assert (bench.mode, bench.counter.text) == (Selling(), "")
    assert (bench.notice, bench.due) == ("error.not_discountable", "3.50")


def test_reductions_above_the_limit_need_approval_also_in_small_steps() -> None:
    bench = selling()
    bench.write("30*")
    bench.scan(COLA)
    bench.write("30", "f3", "1")
    bench.write("30", "f3", "1")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval) == ("ask.reduce", True)
    bench.approve()
    fact = bench.facts[-1]
    assert isinstance(fact, LineReduced)
    assert (fact.approved_by, bench.due) == ("2001", "45.00")


def test_the_drawer_opens_without_a_sale_for_a_reason_and_with_the_right() -> None:
    bench = selling()
    bench.press("f9")
    assert prompt(bench).choices == ("reason.change", "reason.count", "reason.other", "reason.shut")
    bench.press("2")
    assert isinstance(bench.mode, Confirming)
    (fact,) = bench.approve()
    assert isinstance(fact, NoSaleOpened)
    assert (fact.staff, fact.approved_by, fact.reason) == ("1001", "2001", "count")
    assert fact.action.startswith("drawer:none:")


def test_a_supervisor_opens_the_drawer_without_asking() -> None:
    bench = Bench().sign_in("2001")
    bench.press("f9", "1")
    fact = bench.facts[-1]
    assert isinstance(fact, NoSaleOpened)
    assert (fact.staff, fact.approved_by) == ("2001", None)


def test_an_answer_that_nobody_waits_for_means_nothing() -> None:
    bench = selling()
    bench.scan(COLA)
    before = bench.counter
    queries = [effect for effect in bench.effects if effect.__class__.__name__ == "LookUp"]
    assert bench.send(LookedUp(query=queries[-1], reason="unknown_item")) == []  # type: ignore[arg-type]
    assert bench.counter == before


def test_a_scan_with_a_quantity_prefix_that_the_article_cannot_have_is_refused() -> None:
    bench = selling()
    bench.write("1.5*")
    bench.scan(WATER)
    bench.write("1.5*")
    bench.scan(UNKNOWN)
    assert bench.rejections() == [("bad_quantity", "sale"), ("unknown_item", "sale")]
