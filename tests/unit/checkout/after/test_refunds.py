"""Goods come back with their receipt: found, chosen, given back, on paper, counted once."""

import pytest
from msgspec.structs import replace

from terminal.checkout.after.drafts import AfterAction, CopyReceipt, CopyReturn, Exchange, GiveBack, VoidDone
from terminal.checkout.after.messages import AfterAsk, AfterHint, AfterNo, AfterSay
from terminal.checkout.after.modes import FindingReceipt, Returned, Returning
from terminal.checkout.deeds.gate import perform, request
from terminal.checkout.effects import PulseDrawer
from terminal.checkout.inputs import ReceiptReported, SpaceChanged
from terminal.checkout.messages import No
from terminal.checkout.modes import Completed, Selling
from terminal.checkout.outcome import Permit, Rejected
from terminal.checkout.shifts.messages import ShiftNo
from terminal.checkout.state import is_finished
from terminal.domain.document import CODE_MARK
from terminal.domain.ids import ActionId
from terminal.domain.sale import TenderKind
from terminal.domain.staff import Grant, Right, Role
from terminal.domain.text import SafeText
from terminal.ports.devices import PrintOutcome, PrintResult
from terminal.wire import events as ev
from terminal.wire import return_events as rev
from terminal.wire.counter.panels import ConfirmPanel
from terminal.wire.device_events import SlipActed
from terminal.wire.returning import digest_of
from tests.unit.checkout.after.desk import (
    CASHIER,
    OPEN_SHIFT,
    SENIOR,
    SUPERVISOR,
    give_back,
    on_receipt,
    only,
    papers,
    shop,
    sold,
    till,
)
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    SETTINGS,
    UNKNOWN,
    WATER,
    WECHAT,
    Shop,
)
from tests.unit.checkout.shown import asked, page

RECEIPT = "S01-T03-1-000001"
CODE = f"{CODE_MARK}|S01-T03|{RECEIPT}|1940|0123456789abcdef"


def test_scanned_goods_come_back_for_cash() -> None:
    bench = on_receipt(sold())
    bench.scan(COLA)
    bench.scan(COLA)
    bench.scan(CHIPS)
    assert [row[4:6] for row in page(bench).rows] == [("2", "7.00"), ("", ""), ("1", "6.90")]
    bench.effects.clear()
    fact = give_back(bench)
    assert (fact.kind, fact.number, fact.count, fact.amount_fen) == (rev.ReturnKind.REFUND, "S01-T03-1-R00001", 1, 1390)
    assert [(line.line, line.units, line.amount_fen, line.shelf) for line in fact.lines] == [
        (1, 2, 700, 2),
        (3, 1, 690, 1),
    ]
    assert [(one.kind, one.amount_fen) for one in fact.tenders] == [(TenderKind.CASH, 1390)]
    assert (fact.receipt_no, fact.reason, fact.staff, fact.approved_by) == (RECEIPT, "quality", "9002", None)
    assert fact.digest == digest_of(fact)
    assert [effect for effect in bench.effects if isinstance(effect, PulseDrawer)]
    assert [paper.fact for paper in papers(bench)] == [fact]
    assert (bench.mode, bench.notice) == (Returned(), AfterSay.RETURNED)
    assert bench.counter.notice.params == {"number": fact.number, "amount": "13.90", "cash": "13.90"}


def test_of_goods_that_never_come_back_all_is_nothing() -> None:
    bench = till(CASHIER)
    bench.write("36")
    bench.press("enter", "f12")
    on_receipt(bench).press("f5")
    assert (bench.notice, page(bench).rows[0][4]) == (AfterNo.NOT_RETURNABLE, "")


def test_what_is_back_does_not_come_back_again() -> None:
    bench = on_receipt(sold())
    bench.scan(CHIPS)
    give_back(bench)
    bench.press("enter", "f7", "enter")
    assert page(bench).rows[2][3] == "1"
    assert bench.scan(CHIPS)
    assert bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    bench.press("f5")
    fact = give_back(bench)
    assert (fact.count, fact.amount_fen) == (2, 1250)
    bench.press("enter", "f7", "enter", "f5")
    assert bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    assert sum(one.amount_fen for one in bench.facts if isinstance(one, rev.SaleReturned)) == 1940


@pytest.mark.parametrize("typed", ["1", "000001", "1-1", "s01-t03-1-000001"])
def test_a_receipt_is_found_by_its_number_or_the_end_of_it(typed: str) -> None:
    bench = sold()
    bench.press("enter", "f7", *typed, "enter")
    assert isinstance(bench.mode, Returning)
    assert (bench.notice, bench.mode.found.completed.receipt_no) == (AfterSay.FOUND_ALONE, RECEIPT)


def test_a_number_typed_before_the_key_is_looked_for_at_once() -> None:
    bench = sold()
    bench.press("enter", "1", "f7")
    assert isinstance(bench.mode, Returning)


@pytest.mark.parametrize(
    ("typed", "no"),
    [("77", AfterNo.NO_SUCH_RECEIPT), ("s01-t09-1-000001", AfterNo.OTHER_TILL), ("", AfterNo.RECEIPT_HOW)],
)
def test_a_receipt_that_is_not_there_is_told(typed: str, no: AfterNo) -> None:
    bench = till()
    bench.press("f7", *typed, "enter")
    assert (bench.mode, bench.notice) == (FindingReceipt(), no)


def test_the_code_of_a_receipt_opens_its_page_also_where_goods_are_sold() -> None:
    for keys in (("enter",), ("enter", "f7"), ()):
        bench = sold()
        bench.press(*keys)
        (told,) = bench.scan(CODE)
        assert isinstance(told, ev.ScanHandled)
        assert (told.outcome, told.reason) == (ev.ScanOutcome.APPLIED, "shown")
        assert isinstance(bench.mode, Returning)


def test_the_code_of_a_receipt_is_refused_over_an_open_sale() -> None:
    bench = sold()
    bench.scan(COLA)
    bench.scan(CODE)
    assert (bench.notice, bench.mode) == (No.SALE_OPEN, Selling())


def test_the_code_of_another_receipt_shows_that_one() -> None:
    bench = sold()
    bench.scan(WATER)
    bench.press("f12", "f7", "enter", "+")
    bench.scan(CODE)
    assert isinstance(bench.mode, Returning)
    assert (bench.mode.found.completed.receipt_no, bench.mode.chosen) == (RECEIPT, ())


def test_keys_choose_more_and_fewer_of_the_selected_line() -> None:
    bench = on_receipt(sold())
    bench.press("2", "+")
    assert page(bench).rows[0][4] == "2"
    bench.press("-")
    assert page(bench).rows[0][4] == "1"
    bench.press("3", "f2")
    assert page(bench).rows[0][4] == "3"
    bench.press("+")
    assert bench.notice == AfterNo.QTY_EXCEEDS_SOLD
    bench.press("0", "f2", "down", "+", "end", "home", "down", "-")
    assert [row[4] for row in page(bench).rows] == ["", "", ""]
    bench.press("-")
    assert bench.notice == AfterNo.NOTHING_CHOSEN
    bench.press("f12")
    assert bench.notice == AfterNo.NOTHING_CHOSEN


def test_a_typed_code_chooses_and_what_makes_no_number_is_refused() -> None:
    bench = on_receipt(sold())
    bench.press(*"11", "enter")
    assert page(bench).rows[0][4] == "1"
    bench.press(*"1.5", "f2")
    assert bench.notice == No.BAD_QUANTITY
    bench.press(".", "+")
    assert bench.notice == No.BAD_QUANTITY
    bench.press("5", "f12")
    assert bench.notice == No.FINISH_FIRST


def test_goods_that_are_not_on_the_receipt_are_refused() -> None:
    bench = on_receipt(sold())
    bench.scan(UNKNOWN)
    assert (bench.notice, bench.counter.notice.params) == (AfterNo.NOT_ON_RECEIPT, {"code": UNKNOWN})
    bench.scan(WECHAT)
    assert bench.notice == No.NOT_GOODS


def test_goods_that_no_book_knows_any_more_are_known_by_their_code() -> None:
    bench = on_receipt(sold())
    bench.shops = {1: Shop(articles=())}
    bench.scan(COLA)
    assert page(bench).rows[0][4] == "1"


def test_damaged_goods_do_not_go_back_on_the_shelf() -> None:
    bench = on_receipt(sold())
    bench.press("f3")
    assert bench.notice == AfterNo.NOTHING_CHOSEN
    bench.press("2", "+", "f3")
    assert page(bench).rows[0][6] == "return.damaged"
    bench.press("f5")
    fact = give_back(bench)
    assert [(line.shelf, line.damaged) for line in fact.lines] == [(0, True), (1, False), (1, False)]


def test_an_article_that_never_comes_back_is_refused_and_passed_over() -> None:
    bench = till()
    bench.write("36", "enter")
    bench.scan(COLA)
    bench.press("f12", "f7", "enter")
    assert page(bench).rows[0][6] == "return.not_back"
    bench.press("+")
    assert bench.notice == AfterNo.NOT_RETURNABLE
    bench.press("f5")
    assert [line.line for line in give_back(bench).lines] == [2]


def test_a_cashier_needs_somebody_with_the_right_and_both_stand_in_the_fact() -> None:
    bench = on_receipt(sold(CASHIER))
    bench.scan(COLA)
    bench.press("f12", "2")
    assert asked(bench) == (AfterAsk.REFUND, True)
    bench.approve()
    fact = only(bench, rev.SaleReturned)
    assert (fact.staff, fact.approved_by, fact.reason) == ("1001", "2001", "unwanted")


@pytest.mark.parametrize(("key", "question"), [("f12", AfterAsk.REFUND), ("f6", AfterAsk.EXCHANGE)])
def test_a_limit_is_not_passed_in_small_steps(key: str, question: AfterAsk) -> None:
    limited = Grant(role=Role.SENIOR, right=Right.REFUND, limit_fen=1_000)
    others = (grant for grant in SETTINGS.rights if (grant.role, grant.right) != (limited.role, limited.right))
    bench = on_receipt(sold(SENIOR, shops=shop(rights=(*others, limited))))
    bench.write("2", "f2")
    assert give_back(bench).amount_fen == 700
    on_receipt(bench)
    bench.scan(CHIPS)
    bench.press(key, "1")
    assert asked(bench) == (question, True)


def test_a_senior_gives_back_up_to_an_amount() -> None:
    bench = till(SENIOR)
    bench.press(*"34", "enter", "enter", "f12", "f7", "enter", "+", "f12", "1")
    assert asked(bench) == (AfterAsk.REFUND, True)
    bench = on_receipt(sold(SENIOR))
    bench.press("f5", "f12", "1")
    assert asked(bench) == (AfterAsk.REFUND, False)
    bench.press("escape")
    assert isinstance(bench.mode, Returning)
    assert not bench.of_kind(rev.SaleReturned)


def test_leaving_forgets_what_was_chosen_and_a_half_made_return_is_not_finished() -> None:
    bench = on_receipt(sold())
    assert is_finished(bench.counter)
    bench.press("+")
    assert not is_finished(bench.counter)
    bench.press("f12", "escape")
    assert isinstance(bench.mode, Returning)
    bench.press("5", "escape", "escape", "f7", "enter")
    assert isinstance(bench.mode, Returning)
    assert bench.mode.chosen == ()


def test_the_next_sale_begins_with_a_scan_and_ends_the_page() -> None:
    bench = on_receipt(sold())
    bench.press("f5")
    give_back(bench)
    bench.scan(COLA)
    assert (bench.mode, bench.quantities) == (Selling(), [1])
    returned = bench.counter.record.returned
    assert returned is not None
    assert not returned.on_screen


def test_the_page_of_a_done_return_comes_back_after_a_restart() -> None:
    bench = on_receipt(sold())
    bench.press("f5")
    fact = give_back(bench)
    again = Bench(record=bench.counter.durable)
    assert (again.mode, page(again).lines[0].params["number"]) == (Returned(), fact.number)
    again.press("f9", "escape")
    assert again.mode == Returned()
    again.press("enter")
    assert Bench(record=again.counter.durable).mode == Selling()


def test_a_receipt_is_done_after_a_return_and_has_its_own_page() -> None:
    bench = on_receipt(sold())
    bench.press("f5")
    give_back(bench)
    bench.scan(COLA)
    bench.press("f12")
    assert bench.mode == Completed()
    assert Bench(record=bench.counter.durable).mode == Completed()


def test_copies_of_the_paper_need_a_right_once_it_is_there() -> None:
    bench = on_receipt(sold(CASHIER))
    bench.scan(COLA)
    bench.press("f12", "1")
    bench.approve()
    fact = only(bench, rev.SaleReturned)
    bench.press("f13")
    assert only(bench, rev.ReturnReprinted) == rev.ReturnReprinted(act=fact.act, copy=1, staff="1001")  # type: ignore[arg-type]
    action = ActionId(f"slip:{fact.act}:1")
    bench.send(ReceiptReported(PrintOutcome(action=action, result=PrintResult.PRINTED, detail="")))
    assert only(bench, SlipActed).result == "printed"
    bench.press("f13")
    assert asked(bench) == (AfterAsk.COPY, True)
    bench.approve()
    assert [paper.copy for paper in papers(bench)] == [0, 1, 2]


def test_a_copy_of_any_receipt_is_marked_counted_and_needs_a_right() -> None:
    bench = sold(CASHIER)
    bench.scan(WATER)
    bench.press("f12", "f7", "1", "enter", "f13")
    assert asked(bench) == (AfterAsk.COPY, True)
    bench.approve()
    bench.press("f13")
    bench.approve()
    copies = [fact for fact in bench.facts if isinstance(fact, ev.ReprintRequested)]
    assert [(fact.copy, fact.approved_by) for fact in copies] == [(1, "2001"), (2, "2001")]
    first = bench.of_kind(ev.SaleCompleted)[0]
    assert isinstance(first, ev.SaleCompleted)
    assert {fact.sale_id for fact in copies} == {first.sale_id}
    assert isinstance(bench.mode, Returning)


def test_nothing_comes_back_in_a_training_without_room_or_without_a_shift() -> None:
    bench = sold()
    bench.press("enter", "f15", "enter", "f7")
    assert bench.notice == No.NOT_IN_TRAINING
    bench = sold()
    bench.press("enter")
    bench.send(SpaceChanged(low=True))
    bench.press("f7")
    assert bench.notice == No.LOW_SPACE
    bench = till(shops=shop(shift_required=True))
    bench.press("f7")
    assert bench.notice == ShiftNo.NO_SHIFT


def test_room_that_is_gone_meanwhile_stops_a_return() -> None:
    bench = on_receipt(sold())
    bench.press("f5", "f12", "1")
    bench.send(SpaceChanged(low=True))
    bench.press("enter")
    assert (bench.notice, bench.of_kind(rev.SaleReturned)) == (No.LOW_SPACE, [])


def test_a_refund_lowers_the_shift() -> None:
    bench = till()
    bench.press(*OPEN_SHIFT)
    bench.scan(COLA)
    bench.press("f12", "f7", "enter", "f5")
    assert give_back(bench).shift == 1
    shift = bench.counter.record.shift
    assert shift is not None
    assert (shift.sums.refund_count, shift.sums.refunds_fen, shift.sums.cash_expected_fen) == (1, 350, 0)


def test_a_whole_sale_that_came_to_nothing_opens_no_drawer() -> None:
    bench = till()
    bench.write("35", "enter")
    bench.press("f12", "f7", "enter", "f5")
    bench.effects.clear()
    assert give_back(bench).tenders == ()
    assert not [effect for effect in bench.effects if isinstance(effect, PulseDrawer)]


def test_more_than_is_left_of_the_tenders_is_not_given_back() -> None:
    bench = on_receipt(sold())
    mode = bench.mode
    assert isinstance(mode, Returning)
    parts = tuple(replace(part, left_fen=100) for part in mode.found.sold.parts)
    short = replace(mode.found, sold=replace(mode.found.sold, parts=parts))
    bench.counter = replace(bench.counter, mode=replace(mode, found=short))
    bench.press("f5")
    assert page(bench).foot[0].message == "error.over_refund"
    for key in ("f12", "f6"):
        bench.press(key)
        assert (bench.notice, type(bench.mode)) == (AfterNo.OVER_REFUND, Returning)
    assert bench.counter.record.exchange is None


@pytest.mark.parametrize(
    "action", [GiveBack(SafeText("x")), VoidDone(SafeText("x")), Exchange(SafeText("x")), CopyReceipt(), CopyReturn()]
)
def test_what_is_done_without_its_page_is_refused(action: AfterAction) -> None:
    bench = till()
    outcomes = (
        request(bench.counter, action, bench.moment()),
        perform(bench.counter, action, Permit(moment=bench.moment())),
    )
    assert {outcome.no for outcome in outcomes if isinstance(outcome, Rejected)} == {AfterNo.NOTHING_CHOSEN}
    nobody = perform(Bench().counter, action, Permit(moment=bench.moment()))
    assert isinstance(nobody, Rejected)
    assert nobody.no is No.LOCKED


def test_hints_and_help_are_of_the_page() -> None:
    bench = sold()
    hints = []
    for keys in (("f7",), ("enter",), ("f5", "f12", "1", "enter")):
        bench.press(*keys)
        assert bench.view is not None
        hints.append(bench.view.input.hint)
    assert hints == [AfterHint.RECEIPT, AfterHint.RETURN, AfterHint.RETURNED]


def test_no_number_of_a_person_is_in_what_a_log_says_of_the_page() -> None:
    assert repr(on_receipt(sold()).mode) == f"Returning({RECEIPT})"


def test_a_sale_that_was_looked_up_comes_back_with_one_key() -> None:
    for keys in (("f7",), ("enter", "f7")):
        bench = sold(SUPERVISOR)
        bench.press("enter", "f20", "4", "1", *keys)
        assert isinstance(bench.mode, Returning)
        assert bench.mode.found.completed.receipt_no == RECEIPT
    bench = sold(SUPERVISOR)
    bench.press("enter", "f20", "4", "1")
    bench.send(SpaceChanged(low=True))
    bench.press("f7")
    assert bench.notice == No.LOW_SPACE


@pytest.mark.parametrize(("key", "question"), [("f12", "ask.refund"), ("f6", "ask.exchange"), ("f19", "ask.void_done")])
def test_who_is_asked_for_the_right_sees_what_for(key: str, question: str) -> None:
    bench = on_receipt(sold(CASHIER))
    bench.press("+", key, "1")
    assert bench.view is not None
    panel = bench.view.panel
    assert isinstance(panel, ConfirmPanel)
    assert (panel.question, panel.params["reason"]) == (question, "reason.quality")
    assert panel.params["receipt_no"].startswith("S01-")
