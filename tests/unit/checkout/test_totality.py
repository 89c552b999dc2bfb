"""No handler and no action raises, also where nobody calls it: in a mode that is not its own, without a sale."""

import pytest
from msgspec.structs import replace

from terminal.checkout.counter import step
from terminal.checkout.deeds.gate import perform, request
from terminal.checkout.deeds.lines import started
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.drafts import (
    Action,
    AddLine,
    ChangePrice,
    ChangeQuantity,
    Draft,
    Need,
    OpenDrawer,
    QuantityOf,
    ReasonOfDrawer,
    Recall,
    ReduceLine,
    RepeatLine,
    Reprint,
    TakeCash,
    VoidHeld,
    VoidLine,
    VoidSale,
)
from terminal.checkout.effects import FindArticles, LookUp, Purpose
from terminal.checkout.held_messages import HeldNo
from terminal.checkout.inputs import ArticlesFound, LookedUp
from terminal.checkout.keys import Press
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, HeldList, Prompting, Recalling, Selling
from terminal.checkout.outcome import Applied, Ignored, Outcome, Permit, Rejected, Turn
from terminal.checkout.state import initial
from terminal.checkout.table import KEYS
from terminal.checkout.tendering.taking import take_voucher
from terminal.domain.catalog import Unit
from terminal.domain.ids import HoldId, Sku
from terminal.domain.sale import Entry, Reduction
from terminal.domain.text import SafeText
from terminal.wire.record import TillRecord
from tests.unit.checkout.counter_bench import (
    IDENTITY,
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    Shop,
    article,
)
from tests.unit.checkout.test_table import MODES

KG = article("KG", "散装", 100, unit=Unit.KG)
QUERY = LookUp(purpose=Purpose.SELL, entry=Entry.SCAN, code=COLA)
NOTHING = HoldId("none")
REFUSED: dict[str, tuple[Action, No | HeldNo]] = {
    "a line without its weight": (AddLine(Draft(query=QUERY, article=KG)), No.BAD_QUANTITY),
    "no pieces": (AddLine(Draft(query=replace(QUERY, quantity=0), article=None)), No.BAD_QUANTITY),
    "repeat": (RepeatLine(1, 1), No.UNKNOWN_LINE),
    "quantity": (ChangeQuantity(1, 1), No.UNKNOWN_LINE),
    "reduce": (ReduceLine(1, Reduction(off_fen=1, reason=SafeText("x"))), No.UNKNOWN_LINE),
    "price": (ChangePrice(1, 5), No.UNKNOWN_LINE),
    "void": (VoidLine(1), No.UNKNOWN_LINE),
    "void sale": (VoidSale(), No.EMPTY_SALE),
    "cash": (TakeCash(100), No.EMPTY_SALE),
    "reprint": (Reprint(), No.NO_LAST_SALE),
    "recall": (Recall(NOTHING), HeldNo.NOTHING_HELD),
    "void held": (VoidHeld(NOTHING), HeldNo.NOTHING_HELD),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_action_on_what_is_not_there_is_refused(name: str) -> None:
    action, no = REFUSED[name]
    bench = Bench().sign_in("2001")
    outcomes = (
        request(bench.counter, action, bench.moment()),
        perform(bench.counter, action, Permit(moment=bench.moment())),
    )
    refusals = [outcome.no for outcome in outcomes if isinstance(outcome, Rejected)]
    assert refusals
    assert set(refusals) == {no}


def test_nobody_signed_in_opens_no_drawer() -> None:
    bench = Bench()
    outcome = perform(bench.counter, OpenDrawer(SafeText("count")), Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.LOCKED


def test_a_till_without_book_or_staff_starts_no_sale() -> None:
    bench = Bench(offer=None)
    assert started(bench.counter, Permit(moment=bench.moment())) == ()
    taking = taking_of(bench.counter)
    assert (taking.total_fen, taking.cash_rest_fen) == (0, 0)


def test_a_voucher_of_nothing_for_nothing_is_refused() -> None:
    bench = selling()
    outcome = take_voucher(bench.counter, 0, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is No.EMPTY_SALE


def test_no_more_is_taken_off_than_a_line_costs_also_when_it_was_approved() -> None:
    bench = selling()
    bench.scan(COLA)
    action = ReduceLine(1, Reduction(off_fen=351, reason=SafeText("x")))
    outcome = perform(bench.counter, action, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert (outcome.no, outcome.params) == (No.ABOVE_LINE, (("limit", "3.50"),))


@pytest.mark.parametrize("mode", MODES)
def test_no_key_handler_raises_in_another_mode(mode: str) -> None:
    counter = replace(MODES[mode]().counter, text="5")
    moment = Bench(offer=None).moment()
    for handlers in KEYS.values():
        for kind, handler in handlers.items():
            name = {"digit": "1", "letter": "k"}.get(kind, kind)
            for text in ("", "5"):
                turn = Turn(counter=replace(counter, text=text), cause=Press(name), moment=moment)
                outcome: Outcome = handler(turn)
                assert isinstance(outcome, Applied | Rejected | Ignored)


def test_an_answer_to_a_recall_outside_the_list_means_nothing() -> None:
    bench = selling()
    query = LookUp(purpose=Purpose.RECALL, entry=Entry.SCAN, sku="COLA")
    asked = replace(bench.counter, asked=query)
    taken = step(asked, LookedUp(query=query, reason="unknown_item"), bench.moment())
    assert (taken.facts, taken.counter.asked, taken.counter.mode) == ((), None, Selling())


def test_articles_for_no_search_mean_nothing() -> None:
    bench = selling()
    query = FindArticles(initials="k")
    taken = step(replace(bench.counter, asked=query), ArticlesFound(query=query, articles=()), bench.moment())
    assert (taken.facts, taken.counter.asked) == ((), None)


def test_a_recall_of_what_was_dropped_meanwhile_is_refused() -> None:
    bench = selling()
    query = LookUp(purpose=Purpose.RECALL, entry=Entry.SCAN, sku="COLA")
    bench.scan(COLA)
    sale = bench.counter.record.sale
    assert sale is not None
    mode = HeldList(recalling=Recalling(hold_id=NOTHING, done=(), left=sale.lines))
    counter = replace(selling().counter, mode=mode, asked=query)
    taken = step(counter, LookedUp(query=query, article=Shop().article("COLA")), bench.moment())
    assert taken.counter.notice.message == HeldNo.NOTHING_HELD


def test_an_approved_line_that_makes_no_sense_is_refused() -> None:
    bench = selling()
    draft = Draft(query=replace(QUERY, quantity=0), article=None)
    mode = Confirming(action=AddLine(draft), question="ask.sell_unknown", approval=True, back=Selling())
    bench.counter = replace(bench.counter, mode=mode)
    bench.approve()
    assert bench.notice == No.BAD_QUANTITY


def test_a_prompt_about_nothing_it_can_take_ignores_enter_and_digits() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.counter = replace(bench.counter, mode=Prompting(need=Need.QUANTITY, subject=ReasonOfDrawer()), text="4")
    bench.press("enter")
    bench.counter = replace(bench.counter, mode=Prompting(need=Need.REASON, subject=QuantityOf(1)), text="")
    bench.press("1")
    assert (bench.mode.name, bench.quantities) == ("prompt", [1])


def test_a_book_without_a_book_answers_no_book() -> None:
    bench = selling()
    counter = replace(bench.counter, asked=QUERY)
    taken = step(counter, LookedUp(query=QUERY, reason="no_book"), bench.moment())
    assert taken.counter.notice.message == No.NO_BOOK


def test_a_counter_comes_up_with_an_empty_record() -> None:
    counter = initial(IDENTITY, TillRecord(), version="1.2")
    assert (counter.version, counter.rows, counter.selected, counter.notice.message) == ("1.2", (), 0, "")
    assert Sku("KG") == KG.sku
