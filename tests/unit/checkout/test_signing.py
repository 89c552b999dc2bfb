"""Number and PIN: signing in, lockouts, locking, lending a right."""

import pytest

from terminal.checkout.effects import CheckPin
from terminal.checkout.inputs import PinChecked
from terminal.checkout.modes import Completed, Confirming, Locked, Selling, Tendering
from terminal.domain.ids import StaffNumber
from terminal.domain.settings import BothTexts
from terminal.domain.staff import Right, Role, card_digest
from terminal.domain.text import SafeText
from terminal.wire.counter.panels import ConfirmPanel, LoginPanel
from terminal.wire.events import LineVoided, SaleVoided, ScanHandled, SignInRefused, StaffSignedIn, StaffSignedOut
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
    with_settings,
    without_right,
)
from tests.unit.checkout.memory_shop import (
    COLA,
    SETTINGS,
    UNKNOWN,
    Shop,
)


def shown(bench: Bench) -> tuple[LoginPanel, str, str]:
    assert bench.view is not None
    assert isinstance(bench.view.panel, LoginPanel)
    return bench.view.panel, bench.view.input.text, bench.view.input.hint


def test_number_then_pin_signs_in() -> None:
    bench = Bench()
    assert shown(bench)[0].step == "number"
    bench.write("1001", "enter")
    bench.write("1234")
    panel, text, hint = shown(bench)
    assert (panel.step, panel.staff, text, hint) == ("pin", "1001", "****", "hint.pin")
    bench.press("enter")
    assert (shown(bench)[0].checking, shown(bench)[2]) == (True, "hint.checking")
    (fact,) = bench.check_pin()
    assert isinstance(fact, StaffSignedIn)
    assert (fact.staff, fact.name, fact.role, bench.mode) == ("1001", "王芳", Role.CASHIER, Selling())


def test_the_pin_is_in_no_fact_no_view_and_no_repr() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.write("87654321")
    assert "87654321" not in repr(bench.counter)
    assert "87654321" not in repr(bench.view)
    bench.press("enter")
    assert "87654321" not in repr(bench.counter)
    assert "87654321" not in repr(bench.effects)
    bench.check_pin()
    assert "87654321" not in repr(bench.facts)


def test_a_scanned_pin_is_kept_as_a_hash_only() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.chunk(*"87654321", "enter")
    assert bench.rejections() == [("locked", "locked")]
    assert "87654321" not in repr(bench.facts)


@pytest.mark.parametrize("key", ["f1", "f18"])
@pytest.mark.parametrize("typed", [(), ("1001", "enter")], ids=["number", "pin"])
def test_a_pin_that_is_typed_at_a_page_is_kept_as_a_hash_only(key: str, typed: tuple[str, ...]) -> None:
    bench = Bench()
    bench.press(*"".join(typed[:1]), *typed[1:], key)
    (fact,) = bench.chunk(*"246810", "enter")
    assert isinstance(fact, ScanHandled)
    assert (fact.reason, fact.code[:8]) == ("not_here", "typed:6:")
    assert "246810" not in repr(bench.facts)


def test_a_pin_of_an_approval_that_is_typed_at_the_help_is_kept_as_a_hash_only() -> None:
    bench = without_right(Right.VOID_LINE)
    bench.scan(COLA)
    bench.write("-2001", "enter", "f1")
    (fact,) = bench.chunk(*"246810", "enter")
    assert isinstance(fact, ScanHandled)
    assert (fact.state, fact.code[:8]) == ("help", "typed:6:")


def test_a_pin_that_is_typed_without_a_book_is_kept_as_a_hash_only() -> None:
    bench = Bench(offer=None)
    (fact,) = bench.chunk(*"246810", "enter")
    assert isinstance(fact, ScanHandled)
    assert (fact.state, fact.code[:8]) == ("no_book", "typed:6:")


def test_goods_that_are_scanned_at_the_help_of_a_sale_are_kept_as_they_are() -> None:
    bench = selling()
    bench.press("f1")
    (fact,) = bench.scan(COLA)
    assert isinstance(fact, ScanHandled)
    assert fact.code == COLA


def carded(*, without: Right | None = None) -> Bench:
    cards = {card_digest("BOSS20010001"): StaffNumber("2001"), card_digest("WANG10010001"): StaffNumber("1001")}
    rights = tuple(grant for grant in SETTINGS.rights if grant.role is not Role.CASHIER or grant.right is not without)
    return with_settings(staff_cards=cards, rights=rights)


def test_a_staff_card_is_a_number_at_sign_in_and_the_pin_comes_next() -> None:
    bench = carded()
    bench.press("f16")
    (fact,) = bench.scan("WANG10010001")
    assert isinstance(fact, ScanHandled)
    assert (fact.code[:6], shown(bench)[0].step, shown(bench)[0].staff) == ("typed:", "pin", "1001")
    bench.scan("BOSS20010001")
    assert shown(bench)[0].staff == "1001"
    bench.write("1234", "enter")
    assert isinstance(bench.check_pin()[0], StaffSignedIn)


def test_a_staff_card_lends_a_right_without_a_pin_and_both_names_are_kept() -> None:
    bench = carded(without=Right.VOID_LINE)
    bench.scan(COLA)
    bench.press("-")
    bench.scan("BOSS20010001")
    (fact,) = bench.check_pin()
    assert isinstance(fact, LineVoided)
    assert fact.approved_by == "2001"
    assert "BOSS20010001" not in repr(bench.facts)


def test_a_card_of_nobody_or_of_somebody_without_the_right_lends_nothing() -> None:
    bench = carded(without=Right.VOID_LINE)
    bench.scan(COLA)
    bench.press("-")
    bench.scan("BOSS20010002")
    assert bench.notice == "error.finish_first"
    bench.scan("WANG10010001")
    assert bench.check_pin() == []
    assert bench.notice == "error.no_right"


def test_a_staff_card_opens_no_lockout() -> None:
    bench = carded()
    bench.press("f16")
    for _ in range(3):
        bench.sign_in("1001", "0000")
    bench.scan("WANG10010001")
    assert bench.notice == "error.locked_out"


def test_failures_in_a_row_lock_the_number_out_also_over_a_restart() -> None:
    bench = Bench()
    for _ in range(3):
        bench.sign_in("1001", "0000")
    refused = [fact for fact in bench.facts if isinstance(fact, SignInRefused)]
    assert [(fact.failures, fact.until_ms > 0) for fact in refused] == [(1, False), (2, False), (3, True)]
    assert (bench.notice, bench.counter.notice.params) == ("error.locked_out", {"minutes": "5"})
    again = Bench(record=bench.counter.durable, now_ms=bench.now_ms + 60_000)
    again.write("1001", "enter")
    assert (again.notice, again.counter.notice.params) == ("error.locked_out", {"minutes": "4"})
    assert again.mode == Locked()
    again.now_ms += 300_000
    again.sign_in("1001", "0000")
    last = again.facts[-1]
    assert isinstance(last, SignInRefused)
    assert (last.failures, last.until_ms) == (1, 0)
    again.sign_in()
    assert again.counter.record.lockouts == {}


def test_another_number_is_not_locked_out() -> None:
    bench = Bench()
    for _ in range(3):
        bench.sign_in("1001", "0000")
    bench.sign_in("1002")
    assert bench.mode == Selling()


def test_an_unknown_number_counts_like_a_wrong_pin() -> None:
    bench = Bench()
    bench.write("7777", "enter")
    bench.write("1", "enter")
    bench.check_pin()
    fact = bench.facts[-1]
    assert isinstance(fact, SignInRefused)
    assert (fact.staff, fact.reason, bench.notice) == ("7777", "wrong_pin", "error.wrong_pin")


def test_the_demo_shows_who_may_approve_and_nobody_else_does() -> None:
    hint = BothTexts(zh=SafeText("主管 2001"), en=SafeText("supervisor 2001"))
    for show, shown_as in ((True, {"zh": "主管 2001", "en": "supervisor 2001"}), (False, {})):
        bench = with_settings(show_sign_in=show, approval_hint=hint)
        bench.scan(COLA)
        bench.press("f19")
        assert bench.view is not None
        assert isinstance(bench.view.panel, ConfirmPanel)
        assert (bench.view.panel.approval, bench.view.panel.hint) == (True, shown_as)


def test_a_plain_question_has_no_hint_of_an_approver() -> None:
    bench = with_settings(show_sign_in=True, approval_hint=SafeText("2001"))
    bench.write("100*")
    bench.scan(COLA)
    assert bench.view is not None
    assert isinstance(bench.view.panel, ConfirmPanel)
    assert (bench.view.panel.approval, bench.view.panel.hint) == (False, {})


def test_somebody_without_the_right_to_sell_does_not_sign_in() -> None:
    bench = Bench()
    bench.sign_in("9001")
    assert (bench.notice, bench.facts) == ("error.no_right", bench.facts)
    assert bench.mode == Locked()


def test_escape_goes_back_step_by_step() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.press("5", "escape")
    assert bench.mode == Locked(number=StaffNumber("1001"))
    bench.press("escape")
    assert bench.mode == Locked()
    bench.press("escape", "enter")
    assert bench.mode == Locked()


def test_keys_mean_nothing_while_the_pin_is_checked_and_a_late_answer_neither() -> None:
    bench = Bench()
    bench.write("1001", "enter")
    bench.write("1234", "enter")
    bench.press("5", "enter")
    assert bench.counter.text == ""
    bench.press("escape")
    assert bench.check_pin() == []
    assert bench.mode == Locked()


def test_numbers_have_an_end() -> None:
    bench = Bench()
    bench.write("1" * 30)
    assert len(bench.counter.text) == 12


def test_locking_keeps_the_sale_for_another_cashier() -> None:
    bench = selling()
    bench.scan(COLA)
    assert bench.press("f16") == [StaffSignedOut(staff=StaffNumber("1001"))]
    assert shown(bench)[0].has_sale
    bench.sign_in("1002")
    assert (bench.due, bench.notice, bench.counter.notice.params) == ("3.50", "notice.sale_of", {"staff": "1001"})
    assert bench.counter.record.sale is not None
    assert bench.counter.record.sale.staff == "1001"


def test_locking_a_sale_that_is_partly_paid_comes_back_to_paying() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1", "f8")
    bench.press("f16")
    bench.sign_in()
    assert bench.mode == Tendering()


@pytest.mark.parametrize(
    ("hint", "shown_as"),
    [
        (SafeText("1001 / 1234"), {"zh": "1001 / 1234", "en": "1001 / 1234"}),
        (BothTexts(zh=SafeText("工号 1001"), en=SafeText("number 1001")), {"zh": "工号 1001", "en": "number 1001"}),
    ],
)
def test_the_demo_shows_number_and_pin_in_each_language(hint: BothTexts | SafeText, shown_as: dict[str, str]) -> None:
    bench = with_settings(show_sign_in=True, sign_in_hint=hint)
    bench.press("f16")
    assert shown(bench)[0].hint == shown_as


def test_a_hint_that_is_not_to_be_shown_is_not() -> None:
    bench = with_settings(sign_in_hint=SafeText("1001 / 1234"))
    bench.press("f16")
    assert shown(bench)[0].hint == {}


def voiding() -> Bench:
    bench = selling()
    bench.scan(COLA)
    bench.press("f19")
    return bench


def test_somebody_with_the_right_approves_and_is_named() -> None:
    bench = voiding()
    assert bench.view is not None
    assert bench.view.panel == ConfirmPanel(
        question="ask.void_sale", params={"total": "3.50"}, approval=True, step="number"
    )
    bench.write("2001", "enter")
    bench.write("9999")
    assert (bench.view.input.text, bench.view.input.hint) == ("****", "hint.pin")
    bench.press("enter")
    (fact,) = bench.check_pin()
    assert isinstance(fact, SaleVoided)
    assert (fact.staff, fact.approved_by, fact.total_fen) == ("1001", "2001", 350)
    query = next(effect for effect in reversed(bench.effects) if isinstance(effect, CheckPin))
    assert (query.approval, bench.mode) == (True, Selling())


def test_somebody_without_the_right_does_not_approve() -> None:
    bench = voiding()
    bench.approve("1002", "2345")
    assert (bench.notice, bench.mode.name) == ("error.no_right", "confirm")


def test_wrong_pins_of_an_approval_are_counted() -> None:
    bench = voiding()
    for _ in range(3):
        bench.approve("2001", "1")
    assert bench.notice == "error.locked_out"
    bench.write("2001", "enter")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.number is None


def test_no_to_an_approval_leaves_everything_as_it_was() -> None:
    bench = voiding()
    bench.write("2001", "enter")
    bench.press("escape", "escape")
    assert (bench.mode, bench.due) == (Selling(), "3.50")


def test_a_supervisor_voids_a_sale_with_one_yes() -> None:
    bench = Bench().sign_in("2001")
    bench.scan(COLA)
    bench.press("f19", "7")
    assert bench.view is not None
    assert (bench.view.input.text, bench.view.input.hint) == ("", "hint.confirm")
    bench.press("enter")
    fact = bench.facts[-1]
    assert isinstance(fact, SaleVoided)
    assert fact.approved_by is None


def test_a_sale_without_live_lines_is_dropped_without_a_right() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("-", "f19")
    assert isinstance(bench.facts[-1], SaleVoided)


def test_an_approval_outlives_help() -> None:
    bench = voiding()
    bench.write("2001", "enter")
    bench.write("99")
    bench.press("f1")
    assert bench.view is not None
    assert bench.view.input.text == ""
    bench.press("escape")
    bench.write("99", "enter")
    bench.check_pin()
    assert isinstance(bench.facts[-1], SaleVoided)


@pytest.mark.parametrize("number", ["1001", "2001"])
def test_an_answer_about_another_number_means_nothing(number: str) -> None:
    bench = Bench()
    bench.write("1002", "enter")
    bench.write("1", "enter")
    query = CheckPin(number=StaffNumber(number), pin="1")
    assert bench.send(PinChecked(query=query, staff=Shop().staff(StaffNumber(number)))) == []


def test_approved_goods_whose_sale_was_emptied_are_still_sold() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.write("500", "enter")
    bench.approve()
    assert bench.due == "500.00"
    bench.press("f12")
    assert bench.mode == Completed()
