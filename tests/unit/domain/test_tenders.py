import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError, RuleError, UnderpaidError
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.settings import Settings
from terminal.domain.tenders import cash_fen, pay_cash, quick_cash, take_voucher


def test_cash_above_the_amount_due_gives_change() -> None:
    assert pay_cash(1354, 2000) == (Tender(kind=TenderKind.CASH, amount_fen=1354, given_fen=2000), 646)


def test_exact_cash_gives_none() -> None:
    assert pay_cash(1354, 1354) == (Tender(kind=TenderKind.CASH, amount_fen=1354, given_fen=1354), 0)


def test_too_little_cash_says_what_is_missing() -> None:
    with pytest.raises(UnderpaidError) as caught:
        pay_cash(1354, 1000)
    assert (caught.value.code, caught.value.short_fen) == ("underpaid", 354)


@pytest.mark.parametrize("due_fen", [0, -5])
def test_no_cash_is_taken_when_nothing_is_due(due_fen: int) -> None:
    with pytest.raises(InputError):
        pay_cash(due_fen, 100)


def test_a_voucher_is_recorded_without_change() -> None:
    assert take_voucher(1354, 1354) == Tender(kind=TenderKind.VOUCHER, amount_fen=1354)


def test_a_voucher_above_the_rest_is_refused() -> None:
    with pytest.raises(RuleError) as caught:
        take_voucher(1354, 1355)
    assert caught.value.code == "over_tender"


@pytest.mark.parametrize("amount_fen", [0, -1])
def test_a_voucher_of_nothing_is_refused(amount_fen: int) -> None:
    with pytest.raises(InputError):
        take_voucher(1354, amount_fen)


@pytest.mark.parametrize(
    ("due_fen", "choices"),
    [
        (1354, (1354, 1400, 1500, 2000, 5000, 10000)),
        (12340, (12340, 12500, 13000, 14000, 15000, 20000)),
        (2000, (2000, 5000, 10000)),
        (0, (0,)),
    ],
)
def test_quick_cash_is_exact_and_then_what_notes_cover_it(due_fen: int, choices: tuple[int, ...]) -> None:
    assert quick_cash(due_fen, Settings().quick_cash_fen) == choices


@given(st.integers(0, 10**7), st.lists(st.integers(1, 50_000), max_size=10))
def test_quick_cash_always_covers_what_is_due(due_fen: int, notes: list[int]) -> None:
    choices = quick_cash(due_fen, notes)
    assert choices[0] == due_fen
    assert list(choices) == sorted(set(choices))
    assert len(choices) <= 6


def test_money_of_some_tenders_is_their_cash_without_the_change() -> None:
    voucher, (cash, change_fen) = take_voucher(1600, 500), pay_cash(1100, 2000)
    assert (cash_fen([voucher, cash]), change_fen) == (1100, 900)
    assert cash_fen([voucher]) == cash_fen([]) == 0
