"""The steps of a basket, and where to go on after an interruption."""

import pytest

from lab.chaos.steps import PresentVoucher, Reduce, ScanGoods, SellOpen, ShowCard, next_step, steps_of
from lab.operator import Seen
from lab.replay.codes import label_code, member_code, open_code
from lab.replay.data import Label
from terminal.wire.counter.panels import SalePanel, TenderPanel, TenderRow
from terminal.wire.counter.view import LineView, Totals
from tests.integration.chaos.data import OPEN, basket, book_line, open_line


def seen(*amounts: str, member: str = "", vouchers: int = 0) -> Seen:
    lines = [
        LineView(number=number, code="", name="", quantity="1", price=amount, amount=amount)
        for number, amount in enumerate(amounts, 1)
    ]
    rows = (TenderRow(kind="voucher", amount="1.00"),) * vouchers
    panel = TenderPanel(due="0.00", remaining="0.00", rows=rows) if vouchers else SalePanel()
    return Seen(lines=lines, totals=Totals(member=member), panel=panel)


def test_plain_scans_go_four_at_a_time_and_the_card_is_shown_behind_the_first_of_them() -> None:
    steps = steps_of(basket(5, *(book_line(1) for _ in range(5))))
    assert steps == (
        ScanGoods(codes=(label_code(Label(1)),) * 4, first=1),
        ShowCard(code=member_code(5)),
        ScanGoods(codes=(label_code(Label(1)),), first=5),
    )


def test_an_open_price_is_reduced_by_the_coupon() -> None:
    steps = steps_of(basket(5, open_line(500, coupon_fen=20)))
    assert steps == (
        SellOpen(code=open_code(OPEN), number=1, price="5.00"),
        Reduce(number=1, off="0.20", reason="1", left="4.80"),
        ShowCard(code=member_code(5)),
    )


def test_a_quantity_that_is_none_stands_behind_the_price() -> None:
    steps = steps_of(basket(5, open_line(300, quantity=250)))
    assert steps[0] == SellOpen(code=open_code(OPEN), number=1, price="3.00*250")


def test_a_coupon_of_the_first_line_counts_before_the_card_and_of_the_second_behind_it() -> None:
    steps = steps_of(basket(5, book_line(1, coupon_fen=50), book_line(1, coupon_fen=50)))
    assert [step for step in steps if isinstance(step, Reduce)] == [
        Reduce(number=1, off="0.50", reason="1", left="1.49"),
        Reduce(number=2, off="0.50", reason="1", left="1.00"),
    ]


def test_vouchers_come_last() -> None:
    assert steps_of(basket(5, book_line(2, quantity=2, maker_fen=100)))[-1] == PresentVoucher(amount="1.00")


def test_nothing_to_scan_has_no_steps() -> None:
    assert steps_of(basket(5)) == ()


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (seen(), 0),
        (seen("5.00"), 1),
        (seen("4.80"), 2),
        (seen("4.80", member="98"), 3),
        (seen("4.80", "1.50", "1.50", member="98"), 3),
        (seen("4.80", "1.50", "1.50", "1.50", "1.50", member="98"), 4),
        (seen("4.80", "1.50", "1.50", "1.50", "1.50", member="98", vouchers=1), 5),
    ],
)
def test_goes_on_behind_the_last_step_that_is_shown(shown: Seen, expected: int) -> None:
    entered = basket(5, open_line(500, coupon_fen=20), *(book_line(1) for _ in range(3)), book_line(1, maker_fen=100))
    assert next_step(steps_of(entered), shown) == expected


def test_a_reduction_before_a_group_that_is_only_partly_there_is_not_made_again() -> None:
    entered = basket(5, open_line(500), open_line(100, coupon_fen=33), *(book_line(1) for _ in range(4)))
    steps = steps_of(entered)
    assert isinstance(steps[next_step(steps, seen("5.00", "0.67", "1.50", member="98"))], ScanGoods)
