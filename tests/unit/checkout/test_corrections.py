"""Correcting: voids, taking back by scanning, repeats, other quantities, the selection."""

import pytest

from terminal.checkout.modes import Confirming, Selling
from terminal.domain.ids import StaffNumber
from terminal.domain.sale import Entry
from terminal.domain.staff import Grant, Right, Role
from terminal.wire.events import LineAdded, LineVoided, QuantityChanged
from tests.unit.checkout.counter_bench import (
    selling,
    with_settings,
    without_right,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    SETTINGS,
    UNKNOWN,
    WATER,
)


def test_minus_voids_the_last_line_that_is_left() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(WATER)
    bench.press("-", "-")
    assert [fact.number for fact in bench.facts if isinstance(fact, LineVoided)] == [2, 1]
    assert (bench.quantities, bench.due, bench.counter.selected) == ([], "0.00", 0)


def test_number_and_minus_voids_that_line() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(WATER)
    bench.write("1-")
    assert bench.due == "2.00"
    bench.write("1-")
    assert bench.notice == "error.unknown_line"
    bench.write("9-")
    assert bench.notice == "error.unknown_line"


def test_voided_line_keeps_its_place_on_the_screen() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(WATER)
    bench.write("1-")
    assert bench.view is not None
    first, second = bench.view.lines
    assert (first.voided, first.amount, first.tags) == (True, "0.00", ("tag.voided",))
    assert (second.voided, second.amount) == (False, "2.00")


def test_delete_voids_the_selected_line() -> None:
    bench = selling()
    for code in (COLA, WATER, CHIPS):
        bench.scan(code)
    bench.press("up", "delete")
    assert bench.due == "10.40"


def test_taking_back_by_scanning_takes_one_piece_of_the_latest_line() -> None:
    bench = selling()
    bench.write("3*")
    bench.scan(COLA)
    bench.write("0-")
    assert bench.mode == Selling(taking_back=True)
    (fact,) = bench.scan(COLA)
    assert fact == QuantityChanged(number=1, quantity=2, device="gun")
    assert bench.mode == Selling()


def test_taking_the_last_piece_back_voids_the_line() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("0-")
    (fact,) = bench.scan(COLA)
    assert fact == LineVoided(number=1, device="gun")


def test_taking_back_a_label_takes_the_line_of_that_label() -> None:
    bench = selling()
    bench.scan("2312345012999")
    bench.scan("2112345012346")
    bench.write("0-")
    (fact,) = bench.scan("2312345012999")
    assert fact == LineVoided(number=1, device="gun")


def test_what_is_not_in_the_sale_cannot_be_taken_back() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("0-")
    bench.scan(WATER)
    bench.write("0-")
    bench.scan(UNKNOWN)
    assert bench.rejections() == [("not_in_sale", "sale"), ("not_in_sale", "sale")]


def test_taking_back_a_typed_code_names_no_device() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("0-", *COLA, "enter")
    assert bench.facts[-1] == LineVoided(number=1)


def test_escape_ends_taking_back() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("0-")
    bench.press("5", "escape")
    assert (bench.mode, bench.counter.text) == (Selling(taking_back=True), "")
    bench.press("escape")
    assert bench.mode == Selling()


def test_plus_repeats_the_last_line() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.press("+")
    bench.write("5+")
    assert (bench.quantities, bench.due) == ([1, 1, 5], "24.50")
    added = bench.facts[-1]
    assert isinstance(added, LineAdded)
    assert (added.line.entry, added.device) == (Entry.REPEAT, "")


def test_a_weighed_line_is_not_repeated() -> None:
    bench = selling()
    bench.scan("2112345012346")
    bench.press("+")
    assert bench.notice == "error.not_repeatable"


def test_plus_with_nonsense_is_refused() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.write("1.5+")
    assert bench.notice == "error.bad_quantity"


def test_f2_changes_the_selected_line() -> None:
    bench = selling()
    bench.scan(COLA)
    bench.scan(WATER)
    bench.press("home")
    bench.write("4", "f2")
    assert bench.quantities == [4, 1]
    bench.press("f2")
    bench.write("2", "enter")
    assert bench.quantities == [2, 1]
    bench.write("0", "f2")
    assert bench.notice == "error.bad_quantity"


def test_selection_moves_by_lines_pages_and_ends() -> None:
    bench = selling()
    for _ in range(30):
        bench.scan(COLA)
    seen = []
    for key in ("up", "pageup", "home", "up", "down", "pagedown", "end", "down"):
        bench.press(key)
        seen.append(bench.counter.selected)
    assert seen == [29, 18, 1, 1, 2, 13, 30, 30]


def test_without_the_right_a_line_is_not_voided_by_the_cashier_alone() -> None:
    bench = without_right(Right.VOID_LINE)
    bench.scan(COLA)
    bench.press("-")
    assert isinstance(bench.mode, Confirming)
    assert bench.mode.approval
    bench.approve()
    assert bench.facts[-1] == LineVoided(number=1, approved_by=StaffNumber("2001"))


def test_without_the_right_nothing_is_taken_back() -> None:
    bench = without_right(Right.VOID_LINE)
    bench.scan(COLA)
    bench.write("0-")
    bench.scan(COLA)
    assert bench.rejections() == [("no_right", "sale")]


@pytest.mark.parametrize("keys", [("1", "f2"), ("f2", "1", "enter")])
def test_without_the_right_no_piece_of_a_line_is_taken_off_by_the_cashier_alone(keys: tuple[str, ...]) -> None:
    bench = without_right(Right.VOID_LINE)
    bench.write("9*")
    bench.scan(COLA)
    bench.press(*keys)
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval, bench.quantities) == ("ask.fewer", True, [9])
    assert dict(bench.mode.params) == {"name": "可口可乐", "pieces": "8"}
    bench.approve()
    assert bench.facts[-1] == QuantityChanged(number=1, quantity=1, approved_by=StaffNumber("2001"))


def test_pieces_are_taken_off_up_to_the_limit_of_the_right() -> None:
    limit = Grant(role=Role.CASHIER, right=Right.VOID_LINE, limit_fen=1_000)
    others = tuple(one for one in SETTINGS.rights if (one.role, one.right) != (Role.CASHIER, Right.VOID_LINE))
    bench = with_settings(rights=(limit, *others))
    bench.write("9*")
    bench.scan(COLA)
    bench.write("7", "f2")
    assert bench.facts[-1] == QuantityChanged(number=1, quantity=7)
    bench.write("4", "f2")
    assert (bench.mode.name, bench.quantities) == ("confirm", [7])


def test_more_pieces_need_no_right_to_void() -> None:
    bench = without_right(Right.VOID_LINE)
    bench.scan(COLA)
    bench.write("2", "f2")
    bench.press("+")
    assert bench.quantities == [2, 1]


def test_who_approves_more_of_an_unknown_article_is_named() -> None:
    bench = selling()
    bench.scan(UNKNOWN)
    bench.write("60", "enter")
    bench.write("3", "f2")
    assert isinstance(bench.mode, Confirming)
    assert (bench.mode.question, bench.mode.approval) == ("ask.sell_unknown", True)
    bench.approve()
    assert bench.facts[-1] == QuantityChanged(number=1, quantity=3, approved_by=StaffNumber("2001"))
    bench.write("2", "f2")
    assert bench.facts[-1] == QuantityChanged(number=1, quantity=2)
