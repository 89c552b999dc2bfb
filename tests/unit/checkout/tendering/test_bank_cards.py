"""Bank cards through the bank's own terminal: its slip has the reference."""

import pytest

from terminal.checkout.modes import Completed, Confirming, Prompting, Tendering
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.wire.counter.panels import PromptPanel, TenderPanel, TenderRow
from terminal.wire.events import TenderAdded, TenderRemoved
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
)
from tests.unit.checkout.tendering.tender_bench import done, online, settling

SLIP = "100234567890"


def paid_by_card(*amount: str) -> Bench:
    bench = settling(selling(), chips=10, member="")
    bench.press(*amount, "f10", *SLIP, "enter")
    return bench


def test_f10_asks_for_the_reference_of_the_slip_and_ends_the_sale() -> None:
    bench = settling(selling(), chips=10, member="")
    bench.press("f10")
    assert bench.view is not None
    assert bench.view.panel == PromptPanel(what="slip", code="69.00")
    bench.write(SLIP, "enter")
    assert done(bench).tenders == (Tender(kind=TenderKind.CARD, amount_fen=6_900, reference=clean(SLIP)),)
    assert bench.mode == Completed()


def test_an_amount_before_the_key_is_a_part_and_the_slip_is_seen_by_its_end() -> None:
    bench = paid_by_card("2", "0")
    assert bench.view is not None
    assert isinstance(bench.view.panel, TenderPanel)
    assert bench.view.panel.rows == (TenderRow(kind="tender.card", amount="20.00", note="****7890"),)
    assert bench.view.panel.remaining == "49.00"
    bench.press("f12")
    assert [one.kind for one in done(bench).tenders] == [TenderKind.CARD, TenderKind.CASH]


def test_it_works_without_hq() -> None:
    bench = online(settling(chips=10), now=False)
    bench.press("f10", *SLIP, "enter")
    assert bench.mode == Completed()


@pytest.mark.parametrize("reference", ["", "123", "1" * 21])
def test_what_is_no_reference_is_asked_for_again(reference: str) -> None:
    bench = settling(selling(), chips=10, member="")
    bench.press("f10", *reference, "enter")
    assert (bench.notice, bench.counter.text) == ("error.slip_how", "")
    assert isinstance(bench.mode, Prompting)


def test_letters_of_a_reference_are_capitals_and_a_barcode_is_a_reference_here() -> None:
    bench = settling(selling(), chips=10, member="")
    bench.write("20", "f10")
    bench.write("ab12", "enter")
    bench.write("20", "f10")
    bench.write(WATER, "enter")
    added = bench.of_kind(TenderAdded)
    assert [getattr(fact, "tender", None) for fact in added] == [
        Tender(kind=TenderKind.CARD, amount_fen=2_000, reference=clean("AB12")),
        Tender(kind=TenderKind.CARD, amount_fen=2_000, reference=clean(WATER)),
    ]


def test_a_slip_pays_once_in_a_sale_and_not_again_in_the_next() -> None:
    bench = paid_by_card("2", "0")
    bench.press(*"10", "f10", *SLIP, "enter")
    assert (bench.notice, bench.mode) == ("error.slip_taken", Tendering())
    bench.press("f12")
    bench.scan(COLA)
    bench.press("f10", *SLIP, "enter")
    assert (bench.notice, bench.mode) == ("error.slip_taken", Tendering())


def test_nothing_that_is_scanned_is_a_reference_or_changes_the_sale() -> None:
    bench = settling(selling(), chips=10, member="")
    bench.press("f10")
    for code in (COLA, MEMBER_CARD, SLIP):
        bench.scan(code)
    assert bench.rejections() == [("finish_first", "prompt")] * 3
    assert bench.quantities == [10]


def test_escape_goes_back_to_the_tender_page_and_nothing_is_taken() -> None:
    bench = settling(selling(), chips=10, member="")
    bench.press("f10", "1", "escape", "escape")
    assert (bench.mode, bench.of_kind(TenderAdded)) == (Tendering(), [])


@pytest.mark.parametrize(
    ("keys", "said"), [(("7", "0", "f10"), "error.over_tender"), ((".", "f10"), "error.bad_amount")]
)
def test_what_a_card_cannot_pay_is_refused_before_it_is_charged(keys: tuple[str, ...], said: str) -> None:
    bench = settling(selling(), chips=10, member="")
    bench.press(*keys)
    assert (bench.notice, bench.mode) == (said, Tendering())


def test_a_barcode_before_the_key_is_a_scan() -> None:
    bench = settling(selling(), member="")
    bench.write(WATER, "f10")
    assert bench.due == "8.90"


def test_when_nothing_is_left_no_card_is_charged() -> None:
    bench = settling(selling(), member="")
    bench.write("6.9", "f8")
    bench.press("f10")
    assert (bench.notice, bench.counter.notice.params) == ("error.over_tender", {"limit": "0.00"})


def test_a_card_is_given_back_only_when_the_cashier_says_that_its_slip_was_voided() -> None:
    bench = paid_by_card("2", "0")
    bench.press("/")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.params) == (
        "ask.slip_voided",
        (("amount", "20.00"), ("reference", "****7890")),
    )
    bench.press("escape")
    assert bench.of_kind(TenderRemoved) == []
    bench.press("/", "enter")
    assert [type(fact) for fact in bench.of_kind(TenderRemoved)] == [TenderRemoved]
    assert bench.mode.name == "tender"


def test_it_is_one_key_and_the_reference_out_of_the_sale() -> None:
    bench = selling()
    bench.scan(CHIPS)
    bench.press("f10", *"123456", "enter")
    assert done(bench).total_fen == 690
