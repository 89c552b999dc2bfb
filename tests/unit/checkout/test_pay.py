"""Paying: cash, quick amounts, vouchers, rounding."""

import pytest
from msgspec.structs import replace

from terminal.checkout.effects import Effect, PrintReceipt, PulseDrawer, Sound
from terminal.checkout.messages import Hint
from terminal.checkout.modes import Completed, Confirming, Selling, Tendering
from terminal.domain.document import digest, disagreements
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn
from terminal.ports.devices import Tone
from terminal.wire.counter.panels import CompletedPanel, QuickCash, TenderPanel, TenderRow
from terminal.wire.documents import document_of
from terminal.wire.events import SaleCompleted, ScanHandled, TenderAdded, TenderRemoved
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    MEMBER_CARD,
    WATER,
    WECHAT,
)


def completed(bench: Bench) -> SaleCompleted:
    fact = bench.facts[-1]
    assert isinstance(fact, SaleCompleted)
    return fact


def acts(bench: Bench) -> list[Effect]:
    return [effect for effect in bench.effects if isinstance(effect, PulseDrawer | PrintReceipt)]


def panel(bench: Bench) -> TenderPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, TenderPanel)
    return bench.view.panel


def test_f12_alone_is_exact_cash_and_ends_the_sale_in_one_step() -> None:
    bench = selling()
    bench.scan(COLA)
    sale = bench.counter.record.sale
    (fact,) = bench.press("f12")
    assert isinstance(fact, SaleCompleted)
    assert sale is not None
    assert (fact.sale_id, fact.receipt_no, fact.total_fen) == (sale.id, "S01-T03-1-000001", 350)
    assert fact.tenders == (Tender(kind=TenderKind.CASH, amount_fen=350, given_fen=350),)
    pulse, receipt = acts(bench)
    assert pulse == PulseDrawer(f"drawer:{sale.id}")  # type: ignore[arg-type]
    assert isinstance(receipt, PrintReceipt)
    assert (receipt.action, receipt.sale, receipt.completed, receipt.copy) == (f"print:{sale.id}:0", sale, fact, 0)
    assert [effect for effect in bench.effects if isinstance(effect, Sound)][-1] == Sound(Tone.MONEY)


def test_the_document_of_a_sale_agrees_with_its_digest() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan("2112345012346")
    bench.scan(MEMBER_CARD)
    sale = bench.counter.record.sale
    bench.write("50", "f12")
    fact = completed(bench)
    assert sale is not None
    document = document_of(sale, fact)
    assert fact.digest == digest(document)
    assert disagreements(document) == ()
    assert sum(fact.net_fen) == fact.total_fen == sum(tender.amount_fen for tender in fact.tenders)


def test_amount_before_the_cash_key_gives_change() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("100", "f12")
    assert completed(bench).change_fen == 9650
    assert bench.view is not None
    assert bench.view.panel == CompletedPanel(
        receipt_no="S01-T03-1-000001", total="3.50", given="100.00", change="96.50"
    )


def test_too_little_cash_is_refused_with_what_is_missing() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("2", "f12")
    assert (bench.notice, bench.counter.notice.params) == ("error.underpaid", {"missing": "1.50"})
    assert bench.mode == Selling()


@pytest.mark.parametrize("text", ["1..5", "-", "1.555"])
def test_nonsense_is_no_cash(text: str) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    bench.counter = replace(bench.counter, text=text)
    bench.press("f12")
    assert (bench.notice, bench.counter.text) == ("error.bad_amount", "")


def test_a_barcode_before_the_cash_key_is_a_scan_never_money() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    facts = bench.write(WATER, "f12")
    assert bench.due == "5.50"
    assert bench.mode == Selling()
    assert [fact.device for fact in facts if hasattr(fact, "device")] == ["keyboard"]


def test_a_barcode_before_the_voucher_key_is_a_scan_too() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write(WATER, "f8")
    assert bench.due == "5.50"


@pytest.mark.parametrize(("typed", "is_asked"), [("103.49", False), ("103.5", True), ("1111", True), ("3.5", False)])
def test_change_of_a_whole_note_is_asked_about(typed: str, is_asked: bool) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    bench.write(typed, "enter")
    assert bench.mode.name == ("confirm" if is_asked else "completed")


def test_a_shop_that_counts_no_notes_asks_above_its_limit_only() -> None:
    bench = with_settings(denominations_fen=())
    bench.scan(COLA)
    bench.write("1111", "f12")
    assert bench.mode.name == "completed"


def test_much_cash_is_asked_again() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("5000", "f12")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.params) == (
        "ask.cash_given",
        (("amount", "5000.00"), ("change", "4996.50")),
    )
    bench.press("escape")
    assert bench.mode.name == "sale"
    bench.write("5000", "f12", "enter")
    assert completed(bench).change_fen == 499_650


def test_quick_cash_is_chosen_with_plus_and_arrows() -> None:
    bench = selling()
    bench.write("4*")
    bench.scan(COLA)
    bench.press("enter")
    assert panel(bench).quick[:2] == (QuickCash(amount="14.00", exact=True), QuickCash(amount="20.00"))
    bench.press("+")
    assert panel(bench).selected == 1
    bench.press("up", "up")
    assert panel(bench).selected == len(panel(bench).quick) - 1
    bench.press("down", "down", "enter")
    assert completed(bench).change_fen == 600


def test_typed_amount_and_enter_in_the_tender_is_cash() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter", "5", "enter")
    assert completed(bench).change_fen == 150


def test_voucher_pays_a_part_and_cash_the_rest() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("2", "f8")
    voucher = Tender(kind=TenderKind.VOUCHER, amount_fen=200)
    sale = bench.counter.record.sale
    assert sale is not None
    assert bench.facts[-1] == TenderAdded(sale_id=sale.id, tender=voucher)
    assert panel(bench).rows == (TenderRow(kind="tender.voucher", amount="2.00"),)
    assert (panel(bench).due, panel(bench).remaining) == ("3.50", "1.50")
    bench.press("f12")
    assert completed(bench).tenders == (voucher, Tender(kind=TenderKind.CASH, amount_fen=150, given_fen=150))


def test_vouchers_that_cover_all_end_the_sale_without_cash_or_drawer() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("3.5", "f8")
    assert (panel(bench).quick, panel(bench).remaining) == ((), "0.00")
    assert bench.view is not None
    assert bench.view.input.hint == Hint.TENDER_DONE
    bench.press("+")
    assert bench.notice == "error.key_not_here"
    bench.press("enter")
    assert completed(bench).tenders == (Tender(kind=TenderKind.VOUCHER, amount_fen=350),)
    assert [type(effect) for effect in acts(bench)] == [PrintReceipt]


def test_a_sale_of_nothing_is_completed_without_cash() -> None:
    bench = selling()
    bench.write("35", "enter")
    bench.press("f12")
    assert (completed(bench).total_fen, completed(bench).tenders) == (0, ())
    assert [type(effect) for effect in acts(bench)] == [PrintReceipt]


def test_a_voucher_above_the_rest_is_refused() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("4", "f8")
    assert (bench.notice, bench.counter.notice.params) == ("error.over_tender", {"limit": "3.50"})
    bench.write("0", "f8")
    assert bench.notice == "error.bad_amount"


def test_a_voucher_without_a_sale_is_refused() -> None:
    bench = selling()
    bench.write("4", "f8")
    assert (bench.notice, bench.counter.notice.params) == ("error.empty_sale", {})


@pytest.mark.parametrize("key", ["/", "backspace"])
def test_the_last_tender_is_given_back(key: str) -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8")
    bench.write("2", "f8")
    bench.press(key)
    assert isinstance(bench.facts[-1], TenderRemoved)
    assert panel(bench).remaining == "2.50"


def test_backspace_edits_first() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8")
    bench.write("25")
    bench.press("backspace")
    assert bench.counter.text == "2"


def test_nothing_is_added_to_a_sale_that_is_partly_paid() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8")
    bench.scan(CHIPS)
    bench.scan(MEMBER_CARD)
    bench.press("5", "escape")
    assert bench.counter.text == ""
    bench.press("escape")
    assert bench.rejections() == [("partly_paid", "tender"), ("partly_paid", "tender")]
    assert (bench.mode, bench.notice) == (Tendering(), "error.partly_paid")


def test_member_in_the_tender_changes_what_is_due() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    bench.scan(MEMBER_CARD)
    assert (panel(bench).due, bench.mode) == ("3.00", Tendering())


def test_without_an_uplink_a_pay_code_is_refused_and_kept_as_a_hash_only() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    (fact,) = bench.scan(WECHAT)
    assert isinstance(fact, ScanHandled)
    assert (fact.reason, fact.state, fact.code[:10]) == ("no_way_to_host", "tender", "wechat:18:")


def test_a_second_f12_does_nothing() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12")
    count = len(bench.facts)
    bench.press("f12", "f12")
    assert (len(bench.facts), bench.mode) == (count, Completed())


def test_the_next_scan_starts_a_new_sale() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("f12")
    bench.scan(WATER)
    bench.press("f12")
    assert completed(bench).receipt_no == "S01-T03-1-000002"
    assert completed(bench).receipt_count == 2


def rounded(mode: RoundingMode, on: RoundingOn) -> Bench:
    bench = with_settings(rounding=Rounding(mode=mode, unit=100, on=on))
    bench.scan(COLA)
    return bench


def test_a_rounded_total_is_what_is_asked_and_recorded() -> None:
    bench = rounded(RoundingMode.DOWN, RoundingOn.TOTAL)
    assert bench.due == "3.00"
    bench.press("f12")
    assert (completed(bench).total_fen, completed(bench).rounding_fen, completed(bench).net_fen) == (300, 50, (300,))


def test_cash_rounding_shows_when_cash_is_taken() -> None:
    bench = rounded(RoundingMode.DOWN, RoundingOn.CASH)
    assert bench.due == "3.50"
    bench.press("enter")
    assert (panel(bench).due, panel(bench).remaining, panel(bench).rounding) == ("3.50", "3.00", "-0.50")
    bench.press("f12")
    assert (completed(bench).total_fen, completed(bench).rounding_fen) == (300, 50)


@pytest.mark.parametrize("mode", RoundingMode)
def test_a_voucher_of_what_is_due_is_taken_and_nothing_is_rounded(mode: RoundingMode) -> None:
    bench = rounded(mode, RoundingOn.CASH)
    bench.write("4", "f8")
    assert (bench.notice, bench.counter.notice.params) == ("error.over_tender", {"limit": "3.50"})
    bench.write("3.5", "f8")
    assert (panel(bench).remaining, panel(bench).rounding) == ("0.00", "0.00")
    bench.press("f12")
    assert (completed(bench).total_fen, completed(bench).rounding_fen) == (350, 0)
    assert completed(bench).tenders == (Tender(kind=TenderKind.VOUCHER, amount_fen=350),)


@pytest.mark.parametrize(("mode", "total_fen", "cash"), [(RoundingMode.DOWN, 300, ()), (RoundingMode.UP, 400, (100,))])
def test_only_what_vouchers_leave_for_cash_is_rounded(
    mode: RoundingMode, total_fen: int, cash: tuple[int, ...]
) -> None:
    bench = rounded(mode, RoundingOn.CASH)
    bench.write("3", "f8")
    assert panel(bench).remaining == f"{sum(cash) / 100:.2f}"
    bench.press("enter")
    done = completed(bench)
    assert (done.total_fen, done.rounding_fen) == (total_fen, 350 - total_fen)
    assert tuple(tender.amount_fen for tender in done.tenders) == (300, *cash)


def test_a_rest_that_rounds_to_nothing_can_still_be_paid_by_voucher() -> None:
    bench = rounded(RoundingMode.DOWN, RoundingOn.CASH)
    bench.write("3", "f8")
    bench.write("0.5", "f8", "enter")
    assert (completed(bench).total_fen, completed(bench).rounding_fen) == (350, 0)


def test_cash_where_nothing_is_left_to_pay_goes_back() -> None:
    bench = rounded(RoundingMode.DOWN, RoundingOn.CASH)
    bench.write("3.5", "f8")
    bench.write("8", "f12")
    assert (bench.notice, bench.counter.notice.params) == ("error.nothing_to_pay", {"given": "8.00"})
    bench.press("0", "f12")
    assert (completed(bench).change_fen, bench.mode) == (0, Completed())


@pytest.mark.parametrize("keys", [("f12",), ("enter",), ("8", "f12")])
def test_a_voucher_above_the_total_that_an_older_till_took_has_to_go_back(keys: tuple[str, ...]) -> None:
    bench = rounded(RoundingMode.UP, RoundingOn.CASH)
    sale = bench.counter.record.sale
    assert sale is not None
    voucher = Tender(kind=TenderKind.VOUCHER, amount_fen=400)
    taken = replace(bench.counter.record, sale=replace(sale, tenders=(voucher,)))
    bench = Bench(record=taken, shops=bench.shops)
    assert bench.mode == Tendering()
    bench.press("escape", *keys)
    assert (bench.notice, bench.counter.notice.params) == ("error.over_tender", {"limit": "3.50"})
    bench.press("backspace", "f12")
    assert completed(bench).total_fen == 400


@pytest.mark.parametrize(
    ("keys", "strokes"),
    [(("f12",), 1), (("1", "0", "0", "f12"), 4), (("enter", "enter"), 2)],
)
def test_keystrokes_of_a_sale(keys: tuple[str, ...], strokes: int) -> None:
    bench = selling()
    for _ in range(10):
        bench.scan(COLA)
    bench.press(*keys)
    assert (len(keys), bench.mode) == (strokes, Completed())


def test_keystrokes_of_three_of_the_same_and_of_a_void() -> None:
    bench = selling()
    bench.press("3", "*")
    bench.scan(COLA)
    assert bench.quantities == [3]
    bench.scan(WATER)
    bench.press("2", "+")
    assert bench.quantities == [3, 1, 2]
    bench.press("-")
    assert bench.quantities == [3, 1]


def test_the_change_is_shown_before_the_money_is_taken() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("enter")
    assert (panel(bench).given, panel(bench).change) == ("", "")
    bench.write("20")
    assert (panel(bench).given, panel(bench).change) == ("20.00", "16.50")
    bench.press("escape")
    bench.press("+")
    assert panel(bench).given == panel(bench).quick[1].amount
