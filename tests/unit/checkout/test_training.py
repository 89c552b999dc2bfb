"""Practising: it looks and feels like the real thing, and nothing of it ever counts."""

from msgspec.structs import replace

from terminal.checkout.counter import step
from terminal.checkout.deeds import training
from terminal.checkout.effects import PrintReceipt, PulseDrawer
from terminal.checkout.held_messages import HeldNo
from terminal.checkout.inputs import BookOffered, ReceiptReported
from terminal.checkout.messages import Ask, No, Say
from terminal.checkout.modes import Completed, Confirming, Locked, Selling
from terminal.checkout.outcome import Permit, Rejected
from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.staff import Right, Role
from terminal.ports.devices import PrintOutcome, PrintResult
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from terminal.wire.record import apply
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    WATER,
    Shop,
)
from tests.unit.checkout.table_cells import CELLS, OTHERWISE, SILENT
from tests.unit.checkout.test_table import PRESSED, SCANNED, told_of

CASHIER, SUPERVISOR = StaffNumber("1001"), StaffNumber("2001")


def training_till() -> Bench:
    bench = selling()
    bench.press("f15")
    bench.approve()
    return bench


def practised(bench: Bench) -> list[ev.Fact]:
    return [ev.bare(fact) for fact in bench.facts if isinstance(fact, ev.InTraining)]


def test_a_cashier_needs_somebody_with_the_right_to_begin() -> None:
    bench = selling()
    bench.press("f15")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval) == (Ask.TRAINING, True)
    bench.approve()
    assert bench.of_kind(sev.TrainingBegan) == [sev.TrainingBegan(staff=CASHIER, approved_by=SUPERVISOR)]
    assert (bench.notice, bench.mode.name, bench.counter.is_training) == (Say.TRAINING_BEGAN, "sale", True)


def test_who_has_the_right_is_asked_once_more() -> None:
    bench = Bench().sign_in("2001")
    bench.press("f15")
    assert not bench.counter.is_training
    bench.press("enter")
    assert bench.of_kind(sev.TrainingBegan) == [sev.TrainingBegan(staff=SUPERVISOR)]


def test_it_does_not_begin_over_an_open_sale() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f15")
    assert (bench.notice, bench.mode) == (No.SALE_OPEN, Selling())


def test_every_page_says_that_it_is_training() -> None:
    bench = training_till()
    for keys in ((), ("f1",), ("f1", "f14"), ("f16",)):
        bench.press(*keys)
        assert bench.view is not None
        assert bench.view.header.training


def test_all_that_is_done_stands_in_facts_of_training() -> None:
    bench = training_till()
    before = len(bench.facts)
    bench.scan(COLA)
    bench.scan(WATER, double=True)
    bench.press("-")
    bench.scan(COLA)
    bench.press("f12", "f13")
    bench.scan(WATER)
    bench.press("f5")
    assert all(isinstance(fact, ev.InTraining) for fact in bench.facts[before:])
    assert {type(fact) for fact in practised(bench)} >= {
        *(ev.SaleStarted, ev.LineAdded, ev.ScanHandled, ev.LineVoided, ev.SaleCompleted, ev.ReprintRequested),
        ev.SaleHeld,
    }


def test_a_practised_sale_has_a_number_of_its_own_and_the_real_ones_go_on_without_a_gap() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12", "escape", "f15")
    bench.approve()
    bench.scan(COLA)
    bench.press("f12")
    (completed,) = [fact for fact in practised(bench) if isinstance(fact, ev.SaleCompleted)]
    assert (completed.receipt_no, completed.receipt_count) == ("TRAIN-S01-T03-1-000001", 1)
    bench.press("f15", "enter")
    bench.scan(COLA)
    bench.press("f12")
    real = [fact.receipt_no for fact in bench.facts if isinstance(fact, ev.SaleCompleted)]
    assert real == ["S01-T03-1-000001", "S01-T03-1-000002"]


def test_the_numbers_of_trainings_go_on_from_one_to_the_next() -> None:
    bench = training_till()
    bench.scan(COLA)
    bench.press("f12", "f15", "enter", "f15")
    bench.approve()
    bench.scan(COLA)
    bench.press("f12")
    done = [fact.receipt_no for fact in practised(bench) if isinstance(fact, ev.SaleCompleted)]
    assert done == ["TRAIN-S01-T03-1-000001", "TRAIN-S01-T03-1-000002"]


def test_paper_is_marked_and_the_drawer_stays_shut() -> None:
    bench = training_till()
    bench.effects.clear()
    bench.scan(COLA)
    bench.press("f12", "f13")
    assert [effect.training for effect in bench.effects if isinstance(effect, PrintReceipt)] == [True, True]
    assert [effect for effect in bench.effects if isinstance(effect, PulseDrawer)] == []


def test_the_drawer_is_not_opened_without_a_sale_either() -> None:
    bench = training_till()
    bench.press("f9")
    assert (bench.notice, bench.mode) == (No.NOT_IN_TRAINING, Selling())


def test_what_was_held_for_real_is_out_of_reach_and_comes_back_behind_it() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f5", "f15")
    bench.approve()
    bench.press("f6")
    assert bench.notice == HeldNo.NOTHING_HELD
    bench.scan(WATER)
    bench.press("f5", "f15", "enter", "f6")
    assert [held.sale.lines[0].sku for held in bench.counter.record.held] == ["COLA"]


def test_what_is_held_or_open_in_a_training_goes_with_it() -> None:
    bench = training_till()
    bench.scan(WATER)
    bench.press("f5")
    bench.scan(COLA)
    bench.press("f15")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval) == (Ask.TRAINING_END, False)
    bench.press("enter")
    assert (bench.notice, bench.counter.is_training, bench.counter.rows) == (Say.TRAINING_ENDED, False, ())
    bench.press("f6")
    assert bench.notice == HeldNo.NOTHING_HELD


def test_it_goes_on_when_its_end_is_not_confirmed_also_in_front_of_the_money() -> None:
    bench = training_till()
    bench.scan(COLA)
    bench.press("enter", "f15", "escape")
    assert (bench.mode.name, bench.counter.is_training) == ("tender", True)


def test_nothing_of_a_training_changes_what_is_real() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12", "escape", "f15")
    bench.approve()
    before = replace(bench.counter.durable, training=None)
    bench.scan(WATER)
    bench.press("f5", "f6", "enter", "f12", "f13")
    bench.scan(COLA)
    bench.press("f19")
    bench.approve()
    assert replace(bench.counter.durable, training=None) == before


def test_a_restart_in_a_training_stays_in_it() -> None:
    bench = training_till()
    bench.scan(COLA)
    bench.press("f12")
    bench.scan(WATER)
    again = Bench(record=bench.counter.durable)
    assert (again.counter.is_training, again.notice, again.mode) == (True, Say.TRAINING_GOES_ON, Selling())
    assert [row.code for row in again.counter.rows] == [WATER]
    again.press("f12")
    assert again.notice == No.RESTARTED
    again.press("escape", "f12")
    assert [type(fact).__name__ for fact in practised(again)] == ["SaleCompleted"]


def test_a_restart_on_the_page_of_a_practised_sale_wonders_about_its_paper_and_not_about_the_drawer() -> None:
    bench = training_till()
    bench.scan(COLA)
    bench.press("f12")
    again = Bench(record=bench.counter.durable)
    last = again.counter.record.last
    assert last is not None
    assert (again.mode, last.printed, last.drawer) == (Completed(), "unknown", "")


def test_the_journal_alone_tells_it_all() -> None:
    bench = training_till()
    bench.scan(COLA)
    bench.press("f5", "f6", "enter", "f12")
    record = bench.start
    for fact in bench.facts:
        record = apply(record, ev.decode_fact(ev.encode_fact(fact)))
    assert record == bench.counter.durable


def test_people_change_at_a_till_in_training() -> None:
    bench = training_till()
    bench.press("f16")
    assert bench.mode == Locked()
    bench.sign_in("1002")
    assert bench.counter.record.staff == bench.counter.durable.staff
    assert (bench.counter.is_training, bench.counter.record.staff.number) == (True, "1002")  # type: ignore[union-attr]


def test_a_new_book_decides_in_the_training_and_behind_it() -> None:
    bench = training_till()
    bench.shops[2] = Shop(version=2)
    bench.send(BookOffered(2))
    assert (bench.counter.record.book_version, bench.counter.durable.book_version) == (2, 2)


def test_paper_of_a_real_sale_that_ends_while_somebody_is_trained_is_known_for_real() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12", "escape", "f15")
    bench.approve()
    last = bench.counter.durable.last
    assert last is not None
    outcome = PrintOutcome(action=ActionId(f"print:{last.sale.id}:0"), result=PrintResult.PRINTED, detail="")
    bench.send(ReceiptReported(outcome))
    assert bench.counter.durable.last == replace(last, printed="printed")


def test_paper_of_a_practised_sale_that_ends_behind_the_training_changes_nothing() -> None:
    bench = training_till()
    bench.scan(COLA)
    bench.press("f12")
    last = bench.counter.record.last
    assert last is not None
    bench.press("f15", "enter")
    before = bench.counter.durable
    outcome = PrintOutcome(action=ActionId(f"print:{last.sale.id}:0"), result=PrintResult.PRINTED, detail="")
    bench.send(ReceiptReported(outcome))
    assert bench.counter.durable == before


def test_two_practised_sales_of_one_read_have_ids_of_their_own() -> None:
    bench = training_till()
    bench.chunk(*COLA, "enter", "f12", *WATER, "enter", "f12")
    ids = [fact.sale_id for fact in practised(bench) if isinstance(fact, ev.SaleCompleted)]
    assert len(set(ids)) == 2


def test_every_cell_of_the_sale_is_the_same_in_a_training_but_for_its_facts() -> None:
    others = {"f9": ("sale", "error.not_in_training", ""), "f15": ("confirm", "", "")}
    for event in (*SCANNED, *PRESSED):
        bench = training_till()
        bench.scan(COLA)
        serial = bench.counter.notice.serial
        facts = SCANNED[event](bench) if event in SCANNED else bench.press(event)
        said = bench.notice if bench.counter.notice.serial != serial else ""
        told = " ".join(told_of(ev.bare(fact)) for fact in facts)
        otherwise = "" if event in SILENT else OTHERWISE["sale"]
        expected = others.get(event) or CELLS["sale"].get(event, ("sale", otherwise, ""))
        assert (bench.mode.name, said, told) == expected, event


def test_begin_and_end_refuse_where_nobody_should_call_them() -> None:
    moment = Bench().moment()
    nobody, seller, trainee = Bench().counter, selling(), training_till().counter
    seller.scan(COLA)
    for counter, no in ((nobody, No.LOCKED), (seller.counter, No.SALE_OPEN), (trainee, No.SALE_OPEN)):
        outcome = training.begin(counter, Permit(moment=moment))
        assert isinstance(outcome, Rejected)
        assert outcome.no is no
    for counter, no in ((nobody, No.LOCKED), (seller.counter, No.KEY_NOT_HERE)):
        ended = training.end(counter)
        assert isinstance(ended, Rejected)
        assert ended.no is no


def test_cashiers_have_not_the_right_and_seniors_have() -> None:
    grants = {(grant.role, grant.right) for grant in Shop().settings.rights}
    assert (Role.CASHIER, Right.TRAINING) not in grants
    assert (Role.SENIOR, Right.TRAINING) in grants


def test_a_fact_is_of_the_till_or_of_work() -> None:
    assert not set(ev.OfTill.__args__) & set(ev.OfWork.__args__)
    assert set(ev.OfTill.__args__) | set(ev.OfWork.__args__) | {ev.InTraining} == set(ev.Fact.__args__)


def test_a_step_without_training_wraps_nothing() -> None:
    bench = selling()
    taken = step(bench.counter, BookOffered(1), bench.moment())
    assert not taken.begins_a_sale
    assert [type(fact) for fact in bench.facts if isinstance(fact, ev.InTraining)] == []
