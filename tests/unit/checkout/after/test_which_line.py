"""Of several lines of an article the very piece comes back that was sold by the code; else the cashier says which."""

from terminal.checkout.after.messages import AfterNo
from tests.unit.checkout.after.desk import give_back, on_receipt, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    APPLES_PLU,
    COLA,
)
from tests.unit.checkout.shown import page


def label(weight_g: int) -> str:
    """Return the code of a scale's label of apples."""
    digits = f"21{APPLES_PLU}{weight_g:05d}"
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


BIG, SMALL = label(2_000), label(200)


def two_bags() -> Bench:
    """Return a till that sold 2.000 kg of apples for 23.92 and 0.200 kg for 2.39, on the page of the receipt."""
    bench = till()
    bench.scan(BIG)
    bench.scan(SMALL)
    bench.press("f12")
    return on_receipt(bench)


def test_the_label_that_is_scanned_is_the_bag_that_comes_back() -> None:
    bench = two_bags()
    bench.scan(SMALL)
    fact = give_back(bench)
    assert [(line.line, line.weight_g, line.amount_fen) for line in fact.lines] == [(2, 200, 239)]


def test_the_same_label_again_does_not_bring_the_other_bag_back() -> None:
    bench = two_bags()
    bench.scan(SMALL)
    bench.scan(SMALL)
    assert bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    assert [row[4] for row in page(bench).rows] == ["", "1"]


def test_a_code_that_was_not_sold_chooses_no_line_while_they_cost_differently() -> None:
    bench = two_bags()
    bench.write(APPLES_PLU, "enter")
    assert (bench.notice, bench.counter.notice.params) == (AfterNo.WHICH_LINE, {"name": "红富士苹果"})
    assert [row[4] for row in page(bench).rows] == ["", ""]
    bench.press("down", "+")
    assert [row[4:6] for row in page(bench).rows] == [("", ""), ("1", "2.39")]


def test_the_only_bag_that_is_left_needs_no_choice() -> None:
    bench = two_bags()
    bench.scan(BIG)
    bench.write(APPLES_PLU, "enter")
    assert [row[4] for row in page(bench).rows] == ["1", "1"]


def test_open_prices_of_one_article_are_chosen_by_the_cashier() -> None:
    bench = till()
    for price in ("5.00", "9.00"):
        bench.write("31", "enter")
        bench.write(price, "enter")
    bench.press("f12")
    on_receipt(bench)
    bench.write("31", "enter")
    assert bench.notice == AfterNo.WHICH_LINE
    assert [row[4] for row in page(bench).rows] == ["", ""]


def test_a_line_that_was_sold_by_another_code_at_the_same_price_comes_back_as_well() -> None:
    bench = till()
    bench.scan(COLA)
    bench.write("11", "enter")
    bench.press("f12")
    on_receipt(bench)
    bench.scan(COLA)
    bench.scan(COLA)
    assert [row[4] for row in page(bench).rows] == ["1", "1"]
