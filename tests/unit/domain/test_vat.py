import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.vat import VatAmount, contained_tax, vat_by_rate


@pytest.mark.parametrize(
    ("gross_fen", "rate_bp", "tax_fen"), [(11300, 1300, 1300), (1000, 1300, 115), (-1000, 1300, -115), (500, 0, 0)]
)
def test_tax_is_contained_in_the_gross_and_mirrored(gross_fen: int, rate_bp: int, tax_fen: int) -> None:
    assert contained_tax(gross_fen, rate_bp) == tax_fen


def test_each_rate_is_rounded_once_over_all_its_lines() -> None:
    assert vat_by_rate([(1300, 4), (900, 1090), (1300, 4), (1300, 4)]) == (
        VatAmount(rate_bp=900, gross_fen=1090, tax_fen=90),
        VatAmount(rate_bp=1300, gross_fen=12, tax_fen=1),
    )


def test_a_sale_without_lines_has_no_vat() -> None:
    assert vat_by_rate([]) == ()


@given(st.lists(st.tuples(st.sampled_from((0, 600, 900, 1300)), st.integers(-(10**6), 10**6)), max_size=20))
def test_gross_of_all_rates_is_what_was_paid(nets: list[tuple[int, int]]) -> None:
    parts = vat_by_rate(nets)
    assert sum(part.gross_fen for part in parts) == sum(net for _, net in nets)
    assert [part.rate_bp for part in parts] == sorted({rate for rate, _ in nets})
    assert all(abs(part.tax_fen) <= abs(part.gross_fen) for part in parts)
