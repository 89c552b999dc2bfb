"""A sale of this shift never was: a manager says so, everything goes back, and rules may be used again."""

from msgspec.structs import replace

from terminal.checkout.after.messages import AfterAsk, AfterNo, AfterSay
from terminal.checkout.after.modes import Returned
from terminal.domain.pricing.uses import RuleUse, Share
from terminal.domain.promotions.kinds import LineOff, RuleId
from terminal.domain.sale import TenderKind
from terminal.wire import events as ev
from terminal.wire import return_events as rev
from tests.unit.checkout.after.desk import CASHIER, OPEN_SHIFT, SUPERVISOR, give_back, on_receipt, only, sold, till
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    Rules,
)
from tests.unit.checkout.shown import asked

OFF = LineOff(id=RuleId("OFF"), off=50, total_limit=1)


def void(bench: Bench) -> rev.SaleReturned:
    bench.press("f19", "3", "enter")
    return only(bench, rev.SaleReturned)


def test_a_manager_voids_the_whole_sale() -> None:
    bench = on_receipt(sold())
    fact = void(bench)
    assert (fact.kind, fact.amount_fen, fact.reason) == (rev.ReturnKind.VOID, 1940, "mistake")
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [(TenderKind.CASH, 1940)]
    assert (bench.mode, bench.notice) == (Returned(), AfterSay.VOIDED)
    bench.press("enter", "f7", "enter")
    assert bench.notice == AfterNo.VOID_ALREADY


def test_others_need_a_manager() -> None:
    for staff in (CASHIER, SUPERVISOR):
        bench = on_receipt(sold(staff))
        bench.press("f19", "3")
        assert asked(bench) == (AfterAsk.VOID, True)
        bench.approve("2001", "9999")
        assert not bench.of_kind(rev.SaleReturned)
        bench.approve("9002", "1111")
        assert only(bench, rev.SaleReturned).approved_by == "9002"


def test_a_void_takes_its_sale_out_of_the_shift() -> None:
    bench = till()
    bench.press(*OPEN_SHIFT)
    bench.scan(COLA)
    bench.press("f12", "f7", "enter")
    void(bench)
    shift = bench.counter.record.shift
    assert shift is not None
    sums = shift.sums
    assert (sums.sales_count, sums.sales_fen, sums.void_count, sums.cash_expected_fen) == (0, 0, 1, 0)


def test_a_sale_of_a_closed_shift_is_not_voided() -> None:
    bench = till()
    bench.press(*OPEN_SHIFT)
    bench.scan(COLA)
    bench.press("f12", "enter", "f17", "7", "f12", "enter", "escape", "f7", "enter", "f19")
    assert bench.notice == AfterNo.SHIFT_CLOSED


def test_without_shifts_a_sale_of_another_day_is_not_voided() -> None:
    bench = sold()
    (done,) = bench.of_kind(ev.SaleStarted)
    assert isinstance(done, ev.SaleStarted)
    bench.facts[bench.facts.index(done)] = replace(done, local_time="2026-11-22T10:00:00")
    on_receipt(bench)
    bench.press("f19")
    assert bench.notice == AfterNo.SHIFT_CLOSED


def test_a_sale_of_which_something_came_back_is_not_voided() -> None:
    bench = on_receipt(sold())
    bench.scan(COLA)
    give_back(bench)
    bench.press("enter", "f7", "enter", "f19")
    assert bench.notice == AfterNo.ALREADY_REFUNDED


def test_a_rule_that_only_so_many_may_use_is_free_again_after_a_void_and_not_after_a_refund() -> None:
    for undo, off in ((void, "3.00"), (lambda bench: bench.press("f5", "f12", "1", "enter"), "3.50")):
        bench = till(rules={1: Rules((OFF,))}, offer_rules=1)
        bench.scan(COLA)
        bench.press("f12")
        assert only(bench, ev.SaleCompleted).applied == (
            RuleUse(id=OFF.id, off_fen=50, shares=(Share(1, 50),), limited=True),
        )
        on_receipt(bench)
        undo(bench)
        bench.scan(COLA)
        assert bench.due == off
