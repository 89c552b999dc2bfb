"""Who sold a line."""

import pytest
from msgspec.structs import replace

from terminal.checkout.deeds.gate import perform
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming
from terminal.checkout.outcome import Permit, Rejected
from terminal.checkout.store.drafts import SetSalesperson
from terminal.checkout.store.messages import StoreAsk, StoreNo, StoreSay
from terminal.domain.commission import CommissionRates
from terminal.domain.ids import StaffNumber
from terminal.domain.staff import Right, Role
from terminal.domain.text import clean
from terminal.domain.trade import TradeSettings
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    without_right,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
    Shop,
)

ZHAO = StaffNumber("1002")


def two_lines() -> Bench:
    bench = selling()
    bench.scan(COLA)
    bench.scan(WATER)
    return bench


def sold_by(bench: Bench) -> list[StaffNumber | None]:
    sale = bench.counter.record.sale
    return [] if sale is None else [line.salesperson for line in sale.lines]


def test_a_staff_number_and_the_key_say_who_sold_the_selected_line() -> None:
    bench = two_lines()
    bench.press("up")
    assert bench.write("1002", "f22") == [sev.SalespersonSet(number=1, salesperson=ZHAO)]
    assert (sold_by(bench), bench.notice, bench.counter.selected) == ([ZHAO, None], StoreSay.SOLD_BY, 1)
    assert bench.counter.notice.params == {"line": "1", "name": "赵强"}
    assert bench.view is not None
    assert "tag.sold_by" in bench.view.lines[0].tags


def test_nought_says_that_it_was_nobody_in_particular() -> None:
    bench = two_lines()
    bench.write("1002", "f22")
    bench.write("0", "f22")
    assert (sold_by(bench), bench.notice) == ([None, None], StoreSay.SOLD_BY_NOBODY)


def test_a_line_that_is_repeated_was_sold_by_the_same_person() -> None:
    bench = two_lines()
    bench.write("1002", "f22")
    bench.press("+")
    assert sold_by(bench) == [None, ZHAO, ZHAO]


@pytest.mark.parametrize(
    ("typed", "no"), [("7777", StoreNo.NO_SUCH_STAFF), ("3*", StoreNo.NO_SUCH_STAFF), ("", StoreNo.SALESPERSON_HOW)]
)
def test_who_is_no_staff_is_refused(typed: str, no: StoreNo) -> None:
    bench = two_lines()
    bench.write(typed, "f22")
    assert (bench.notice, sold_by(bench), bench.counter.text) == (no, [None, None], "")


def test_without_a_line_there_is_nothing_to_be_sold() -> None:
    bench = selling()
    bench.write("1002", "f22")
    assert (bench.notice, bench.counter.text) == (No.EMPTY_SALE, "")
    bench.scan(COLA)
    bench.press("-")
    bench.counter = replace(bench.counter, selected=1)
    bench.write("1002", "f22")
    assert bench.notice == No.UNKNOWN_LINE


def test_cashiers_have_the_right_unless_hq_takes_it() -> None:
    grants = {(grant.role, grant.right) for grant in Shop().settings.rights}
    assert (Role.CASHIER, Right.SET_SALESPERSON) in grants
    bench = without_right(Right.SET_SALESPERSON)
    bench.scan(COLA)
    bench.write("1002", "f22")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == StoreAsk.SALESPERSON
    bench.approve()
    assert sold_by(bench) == [ZHAO]


def test_commission_of_a_done_sale_stands_in_its_fact() -> None:
    bench = two_lines()
    trade = TradeSettings(commission=CommissionRates(default_bp=500))
    bench.counter = replace(bench.counter, trade=trade)
    bench.write("1002", "f22")
    bench.press("f12")
    (completed,) = bench.of_kind(ev.SaleCompleted)
    assert isinstance(completed, ev.SaleCompleted)
    assert completed.commission == {ZHAO: 10}


def test_a_line_that_is_gone_is_refused() -> None:
    bench = selling()
    action = SetSalesperson(3, ZHAO, clean("赵强"))
    outcome = perform(bench.counter, action, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.UNKNOWN_LINE
