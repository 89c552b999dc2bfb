"""Documents of stock at the till: pick, scan, correct, book."""

import pytest
from msgspec.structs import replace

from terminal.checkout.deeds.gate import perform
from terminal.checkout.effects import PrintSlip
from terminal.checkout.messages import No
from terminal.checkout.modes import Confirming, Selling
from terminal.checkout.outcome import Permit, Rejected
from terminal.checkout.store.drafts import BeginDocument, BookDocument, DropDocument, StoreAction
from terminal.checkout.store.messages import StoreAsk, StoreNo, StoreSay
from terminal.checkout.store.modes import StockMenu, StockPage
from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku, StaffNumber
from terminal.domain.slips.stock import StockSlip
from terminal.domain.staff import Right, Role
from terminal.domain.stock import AdjustReason, DocumentKind, StockLine
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire import store_events as sev
from terminal.wire.counter.panels import PagePanel
from terminal.wire.record import apply
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_shop import (
    APPLES_PLU,
    CHIPS,
    COLA,
    UNKNOWN,
    WATER,
    WECHAT,
    Shop,
)
from tests.unit.checkout.stock_bench import APPLE_LABEL, KINDS, begun, booked, keeper, lines


@pytest.mark.parametrize("kind", DocumentKind)
def test_each_kind_is_begun_filled_and_booked(kind: DocumentKind) -> None:
    bench = begun(kind)
    bench.write("24*")
    bench.scan(COLA)
    bench.scan(WATER)
    bench.press("f12")
    if kind is DocumentKind.ADJUST:
        bench.press("3")
    bench.press("enter")
    fact = booked(bench)
    assert (fact.document.kind, fact.number, fact.count, fact.staff) == (kind, "S01-T03-1-K00001", 1, "2001")
    assert [(line.sku, line.quantity) for line in fact.document.lines] == [("COLA", 24), ("WATER", 1)]
    assert fact.document.reason == (AdjustReason.LOST if kind is DocumentKind.ADJUST else None)
    assert fact.document.reference == ("S02" if kind.names_a_store else "")
    assert (bench.notice, bench.mode.name, bench.counter.record.store.document) == (
        StoreSay.STOCK_BOOKED,
        "stock_menu",
        None,
    )


def test_an_article_that_comes_again_is_added_to_its_line() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(COLA)
    bench.scan(CHIPS)
    bench.write("5*")
    bench.scan(COLA)
    assert lines(bench) == [("COLA", 6), ("CHIPS", 1)]
    assert bench.mode == StockPage(selected=0)


def test_typed_codes_and_pinyin_find_articles_too() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.write("3*12", "enter")
    bench.write("2*k", "enter")
    assert lines(bench) == [("WATER", 3), ("COLA", 2)]
    bench.write("4*k", "escape")
    assert (bench.mode.name, bench.counter.text) == ("stock", "4*")


def test_weighed_goods_come_by_label_or_with_typed_kilograms() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(APPLE_LABEL)
    bench.write(f"12.5*{APPLES_PLU}", "enter")
    assert lines(bench) == [("APPLES", 1234 + 12_500)]
    bench.write(APPLES_PLU, "enter")
    assert bench.notice == StoreNo.WEIGHT_FIRST
    bench.scan("2312345012999")
    assert bench.notice == StoreNo.WEIGHT_FIRST
    assert lines(bench) == [("APPLES", 13_734)]


def test_what_is_no_article_is_refused_and_the_document_stays() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(COLA)
    for code, no in ((UNKNOWN, No.UNKNOWN_ITEM), (WECHAT, No.NOT_GOODS), ("6901939621250", No.BAD_BARCODE)):
        bench.scan(code)
        assert (bench.notice, lines(bench)) == (no, [("COLA", 1)])
    bench.write("0.5*")
    bench.scan(COLA)
    assert (bench.notice, lines(bench)) == (No.BAD_QUANTITY, [("COLA", 1)])


@pytest.mark.parametrize("typed", ["0*", "3*4*", "*"])
def test_a_quantity_that_is_none_is_refused(typed: str) -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.write(typed, "enter")
    assert bench.notice in (No.BAD_QUANTITY, StoreNo.EMPTY_DOCUMENT)
    assert lines(bench) == []


def test_a_scan_behind_a_half_typed_code_drops_it_and_is_taken() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.write("77")
    bench.scan(COLA)
    assert (lines(bench), bench.counter.text, bench.counter.notice.dropped) == ([("COLA", 1)], "", "77")
    bench.write("3*7")
    bench.scan(COLA)
    assert (bench.notice, lines(bench)) == (No.BAD_QUANTITY, [("COLA", 1)])


def test_lines_are_corrected() -> None:
    bench = begun(DocumentKind.RECEIVE)
    for code in (COLA, WATER, CHIPS):
        bench.scan(code)
    bench.press("up")
    bench.write("12", "f2")
    assert lines(bench) == [("COLA", 1), ("WATER", 12), ("CHIPS", 1)]
    bench.write("3", "+")
    bench.press("+")
    assert lines(bench)[1] == ("WATER", 16)
    bench.press("delete")
    assert lines(bench) == [("COLA", 1), ("CHIPS", 1)]
    bench.write("1", "-")
    assert lines(bench) == [("CHIPS", 1)]
    bench.press("-")
    assert lines(bench) == []
    for key in ("-", "delete", "f2", "+", "f12", "enter"):
        bench.press(key)
        assert bench.notice == StoreNo.EMPTY_DOCUMENT
    bench.scan(COLA)
    bench.write("7", "-")
    assert bench.notice == No.UNKNOWN_LINE


def test_weighed_lines_are_corrected_in_kilograms() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(APPLE_LABEL)
    bench.write("2.5", "f2")
    bench.write("0.5", "+")
    bench.press("+")
    assert lines(bench) == [("APPLES", 4000)]
    bench.write("x", "f2")
    bench.press("escape")
    for typed in ("0", "*"):
        bench.write(typed, "f2")
    assert lines(bench) == [("APPLES", 4000)]


def test_a_quantity_beyond_all_stores_is_refused() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.write("9999*")
    bench.scan(COLA)
    for _ in range(3):
        bench.write("9999", "+")
    assert lines(bench) == [("COLA", 4 * 9999)]
    line = StockLine(sku=Sku("COLA"), name=clean("x"), code=clean("x"), quantity=99_999_990, price_fen=1)
    for fact in (sev.StockLineSet(line=line),):
        bench.counter = replace(bench.counter, durable=apply(bench.counter.durable, fact))
    bench.write("10", "+")
    assert (bench.notice, lines(bench)) == (No.BAD_QUANTITY, [("COLA", 99_999_990)])
    bench.write("x", "+")


def test_a_step_that_is_no_number_is_refused() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(COLA)
    bench.write("3*", "+")
    assert (bench.notice, lines(bench)) == (No.BAD_QUANTITY, [("COLA", 1)])


def test_the_selection_moves_by_line_page_and_to_the_ends() -> None:
    bench = begun(DocumentKind.RECEIVE)
    for code in ("11", "12", "13", "34"):
        bench.write(code, "enter")
    at = []
    for key in ("up", "home", "down", "end", "down", "pageup", "up", "pagedown"):
        bench.press(key)
        assert isinstance(bench.mode, StockPage)
        at.append(bench.mode.selected)
    assert at == [2, 0, 1, 3, 3, 0, 0, 3]


# --- rights, notes, stores -----------------------------------------------------------------------------------------


def test_a_cashier_needs_somebody_with_the_right_to_begin() -> None:
    bench = selling()
    bench.press("f20", "1", KINDS[DocumentKind.FREEZE])
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == StoreAsk.STOCK_BEGIN
    bench.approve()
    (fact,) = bench.of_kind(sev.StockBegun)
    assert isinstance(fact, sev.StockBegun)
    assert (fact.approved_by, fact.document.staff) == ("2001", "1001")
    assert bench.mode.name == "stock"


def test_default_grants_of_stock() -> None:
    grants = {(grant.role, grant.right): grant.limit_fen for grant in Shop().settings.rights}
    assert (Role.CASHIER, Right.STOCK) not in grants
    assert (Role.CASHIER, Right.ADJUST_STOCK) not in grants
    assert (grants[Role.SENIOR, Right.STOCK], grants[Role.SENIOR, Right.ADJUST_STOCK]) == (None, 50_000)


def test_a_question_answered_with_no_leads_back_to_the_page() -> None:
    bench = begun(DocumentKind.FREEZE)
    bench.scan(COLA)
    bench.press("f12", "escape")
    assert (bench.mode.name, lines(bench)) == ("stock", [("COLA", 1)])
    other = selling()
    other.press("f20", "1", KINDS[DocumentKind.FREEZE], "escape")
    assert other.mode == StockMenu()


def test_the_delivery_note_is_typed_or_scanned_or_left_out() -> None:
    for keys, reference in ((("a", "7"), "A7"), (("d", "n", "-", "7", "/", "2"), "DN-7/2"), ((), "")):
        bench = keeper()
        bench.press(KINDS[DocumentKind.RECEIVE], *keys, "enter")
        assert bench.counter.record.store.document is not None
        assert bench.counter.record.store.document.reference == reference
    bench = keeper()
    bench.press(KINDS[DocumentKind.SUPPLIER_RETURN])
    bench.scan("NOTE-2026-11")
    assert (bench.counter.text, bench.mode.name) == ("NOTE-2026-11", "prompt")
    bench.press("enter")
    assert bench.counter.record.store.document is not None
    assert bench.counter.record.store.document.reference == "NOTE-2026-11"


def test_a_transfer_names_the_other_store() -> None:
    bench = keeper()
    bench.press(KINDS[DocumentKind.TRANSFER_OUT], "enter")
    assert (bench.notice, bench.mode.name) == (StoreNo.OTHER_STORE_FIRST, "prompt")
    bench.scan(COLA)
    assert (bench.notice, bench.counter.text) == (No.FINISH_FIRST, "")
    bench.write("s01", "enter")
    assert (bench.notice, bench.counter.text) == (StoreNo.OWN_STORE, "")
    bench.write("s02", "enter")
    assert bench.counter.record.store.document is not None
    assert bench.counter.record.store.document.reference == "S02"


def test_a_digit_that_stands_for_nothing_is_refused() -> None:
    bench = keeper()
    bench.press("0")
    assert (bench.notice, bench.mode) == (No.NO_CHOICE, StockMenu())


def test_letters_are_for_notes_and_stores_alone() -> None:
    bench = selling()
    bench.press("3", "1", "enter", "a")
    assert bench.notice == No.FINISH_FIRST


# --- it stays, it goes ----------------------------------------------------------------------------------------------


def test_a_document_stays_while_customers_are_served_and_over_a_restart() -> None:
    bench = begun(DocumentKind.COUNT)
    bench.scan(COLA)
    bench.press("escape")
    assert (bench.notice, bench.mode) == (StoreSay.STOCK_STAYS, Selling())
    bench.scan(WATER)
    bench.press("f12")
    again = Bench(record=bench.counter.durable)
    again.press("escape", "f20", "1")
    assert (again.mode, lines(again)) == (StockPage(selected=0), [("COLA", 1)])


def test_escape_clears_what_is_typed_first() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.write("77", "escape")
    assert (bench.mode, bench.counter.text) == (StockPage(), "")


def test_what_stands_typed_is_not_booked_over() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(COLA)
    bench.write("5", "f12")
    assert (bench.notice, bench.mode.name) == (No.FINISH_FIRST, "stock")


def test_a_document_is_dropped_after_a_question() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(COLA)
    bench.press("f19")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.question == StoreAsk.STOCK_DROP
    bench.press("enter")
    assert (bench.notice, bench.counter.record.store.document) == (StoreSay.STOCK_DROPPED, None)
    assert bench.of_kind(sev.StockBooked) == []


# --- paper ------------------------------------------------------------------------------------------------------------


def slips(bench: Bench) -> list[PrintSlip]:
    return [effect for effect in bench.effects if isinstance(effect, PrintSlip)]


def test_a_booked_document_is_printed_and_printed_again_with_a_mark() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.scan(COLA)
    bench.press("f12", "enter", "f13", "f13")
    fact = booked(bench)
    marks = [effect.slip.copy for effect in slips(bench) if isinstance(effect.slip, StockSlip)]
    assert marks == [0, 1, 2]
    assert [effect.action for effect in slips(bench)] == [f"slip:{fact.document.id}:{copy}" for copy in (0, 1, 2)]
    assert [one.copy for one in bench.facts if isinstance(one, sev.SlipRequested)] == [1, 2]
    assert bench.view is not None
    assert isinstance(bench.view.panel, PagePanel)
    assert bench.view.panel.foot[0].params["number"] == fact.number


def test_numbers_count_up_over_documents() -> None:
    bench = begun(DocumentKind.FREEZE)
    for _ in range(2):
        bench.scan(COLA)
        bench.press("f12", "enter", KINDS[DocumentKind.FREEZE])
    assert [fact.number for fact in bench.facts if isinstance(fact, sev.StockBooked)] == [
        "S01-T03-1-K00001",
        "S01-T03-1-K00002",
    ]


def test_what_is_booked_in_a_training_is_only_practised() -> None:
    bench = Bench().sign_in("2001")
    bench.press("f20", "1", KINDS[DocumentKind.FREEZE])
    bench.scan(WATER)
    bench.press("escape", "f15", "enter", "f20", "1", KINDS[DocumentKind.FREEZE])
    bench.scan(COLA)
    bench.press("f12", "enter")
    assert bench.of_kind(sev.StockBooked) == []
    (fact,) = [ev.bare(one) for one in bench.facts if isinstance(ev.bare(one), sev.StockBooked)]
    assert isinstance(fact, sev.StockBooked)
    assert fact.number == "TRAIN-S01-T03-1-K00001"
    assert [effect.training for effect in slips(bench)] == [True]
    bench.press("escape", "f15", "enter")
    assert lines(bench) == [("WATER", 1)]


# --- where nobody calls --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "no"),
    [
        (BookDocument(), StoreNo.EMPTY_DOCUMENT),
        (DropDocument(), StoreNo.NO_DOCUMENT),
    ],
)
def test_without_a_document_there_is_nothing_to_be_done(action: StoreAction, no: StoreNo) -> None:
    bench = keeper()
    outcome = perform(bench.counter, action, Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is no
    nobody = perform(Bench().counter, action, Permit(moment=bench.moment()))
    assert isinstance(nobody, Rejected)
    assert nobody.no is No.LOCKED


def test_a_second_document_is_not_begun() -> None:
    bench = begun(DocumentKind.FREEZE)
    outcome = perform(bench.counter, BeginDocument(DocumentKind.COUNT), Permit(moment=bench.moment()))
    assert isinstance(outcome, Rejected)
    assert outcome.no is StoreNo.DOCUMENT_OPEN


@pytest.mark.parametrize("key", ["-", "delete", "f2", "+", "f12", "f19", "up", "enter"])
def test_a_page_without_a_document_refuses_and_shows_nothing(key: str) -> None:
    bench = keeper()
    bench.counter = replace(bench.counter, mode=StockPage())
    assert bench.press(key) == []
    assert bench.view is not None
    assert bench.counter.record.store.document is None


def test_an_article_for_a_document_that_is_gone_is_refused() -> None:
    bench = keeper()
    bench.counter = replace(bench.counter, mode=StockPage())
    bench.scan(COLA)
    assert (bench.notice, bench.mode) == (StoreNo.NO_DOCUMENT, StockMenu())


def test_the_row_of_an_article_shows_quantity_price_and_worth() -> None:
    bench = begun(DocumentKind.RECEIVE)
    bench.write("24*")
    bench.scan(COLA)
    bench.scan(APPLE_LABEL)
    assert bench.view is not None
    assert isinstance(bench.view.panel, PagePanel)
    assert bench.view.panel.rows == (
        ("1", COLA, "可口可乐", "24", "3.50", "84.00"),
        ("2", APPLE_LABEL, "红富士苹果", "1.234kg", "11.96", "14.76"),
    )
    assert bench.view.panel.foot[0].params == {"lines": "2", "amount": "98.76"}
    document = bench.counter.record.store.document
    assert document is not None
    assert [line.unit for line in document.lines] == [Unit.EACH, Unit.KG]
    assert document.staff == StaffNumber("2001")
