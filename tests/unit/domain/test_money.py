import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError
from terminal.domain.money import Money, format_fen, half_up, parse_fen, pay, spread, spread_runs

weights = st.lists(st.integers(0, 10_000), min_size=1, max_size=30).filter(any)
amounts = st.integers(-1_000_000, 1_000_000)


@pytest.mark.parametrize(
    ("fen", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (123_450, "1234.50"), (-123_450, "-1234.50")]
)
def test_money_is_written_with_two_decimals(fen: int, text: str) -> None:
    assert format_fen(fen) == text
    assert str(Money(fen)) == text


@pytest.mark.parametrize(
    ("text", "fen"),
    [("12", 1200), ("12.", 1200), ("12.5", 1250), ("12.50", 1250), (".5", 50), ("-.05", -5), ("-3.07", -307), ("0", 0)],
)
def test_typed_money_is_read(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    "text", ["", ".", "-", "1.234", "1,5", "１２", "1e3", "+5", " 5", "5\n", "1234567890123", "nan"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_fen(text)
    assert caught.value.code == "bad_amount"


@given(st.integers(-(10**14) + 1, 10**14 - 1))
def test_money_that_was_written_is_read_back(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


@given(st.text(max_size=20))
def test_any_text_is_an_amount_or_an_input_error(text: str) -> None:
    try:
        fen = parse_fen(text)
    except InputError:
        return
    assert parse_fen(format_fen(fen)) == fen


@pytest.mark.parametrize(("top", "bottom", "rounded"), [(5, 2, 3), (-5, 2, -3), (4, 3, 1), (0, 7, 0), (1, 3, 0)])
def test_halves_are_rounded_up_and_mirrored(top: int, bottom: int, rounded: int) -> None:
    assert half_up(top, bottom) == rounded


@given(st.integers(-(10**9), 10**9), st.integers(1, 10**6))
def test_rounding_is_never_off_by_more_than_a_half(top: int, bottom: int) -> None:
    assert 2 * abs(half_up(top, bottom) * bottom - top) <= bottom


def test_a_customer_pays_a_share_in_basis_points() -> None:
    assert pay(995, 5000) == 498
    assert pay(995, 0) == 0


def test_missing_fen_go_to_the_largest_remainders_and_then_to_the_earlier() -> None:
    assert spread(100, [1, 1, 1]) == [34, 33, 33]
    assert spread(10, [5, 3, 0, 2]) == [5, 3, 0, 2]
    assert spread(-1, [50, 50, 100]) == [0, 0, -1]


@given(amounts, weights)
def test_the_parts_of_a_split_are_the_whole(amount: int, shares: list[int]) -> None:
    parts = spread(amount, shares)
    assert sum(parts) == amount
    assert [-part for part in parts] == spread(-amount, shares)
    assert all(
        abs(part * sum(shares) - amount * weight) < sum(shares) for part, weight in zip(parts, shares, strict=True)
    )


@given(amounts, st.lists(st.tuples(st.integers(1, 9), st.integers(0, 500)), min_size=1, max_size=8))
def test_a_split_over_runs_is_the_split_over_their_entries(amount: int, runs: list[tuple[int, int]]) -> None:
    entries = [weight for count, weight in runs for _ in range(count)]
    if not any(entries):
        runs[0] = (1, 1)
        entries = [weight for count, weight in runs for _ in range(count)]
    singles = iter(spread(amount, entries))
    assert spread_runs(amount, runs) == [sum(next(singles) for _ in range(count)) for count, _ in runs]


def test_nothing_to_split_needs_no_weights() -> None:
    assert spread(0, []) == []
    assert spread(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize("shares", [[], [0, 0], [3, -1]])
def test_an_amount_without_sound_weights_is_refused(shares: list[int]) -> None:
    with pytest.raises(InputError) as caught:
        spread(5, shares)
    assert caught.value.code == "bad_weights"
    with pytest.raises(InputError):
        spread_runs(5, [(1, share) for share in shares])
