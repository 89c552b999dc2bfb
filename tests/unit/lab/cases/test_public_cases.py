"""The worked cases that everybody has, and those of the benchmarks."""

from pathlib import Path

import pytest

from lab.cases.compare import differences
from lab.cases.player import play_case
from lab.cases.reading import read_cases
from lab.cases.schema import Case

CASES = Path(__file__).parents[3] / "golden" / "cases"


@pytest.mark.parametrize("case", read_cases(CASES / "public.json"), ids=lambda case: case.id)
def test_a_public_case_comes_out_as_expected(case: Case) -> None:
    assert differences(list(case.expect), play_case(case), case.id) == []


@pytest.mark.parametrize("case", read_cases(CASES / "found.json"), ids=lambda case: case.id)
def test_a_case_that_once_was_wrong_comes_out_as_expected(case: Case) -> None:
    assert differences(list(case.expect), play_case(case), case.id) == []


@pytest.mark.parametrize("case", read_cases(CASES / "after_sale.json"), ids=lambda case: case.id)
def test_a_case_that_was_worked_out_on_paper_comes_out_as_expected(case: Case) -> None:
    """Tenders, points, what comes back, exchanges, members, shifts and stock, each sentence of CHECKOUT 8 to 10."""
    assert differences(list(case.expect), play_case(case), case.id) == []


@pytest.mark.parametrize("case", read_cases(CASES / "pricing.json"), ids=lambda case: case.id)
def test_a_basket_that_was_worked_out_on_paper_comes_out_as_expected(case: Case) -> None:
    """Lines, codes, conditions, every kind of rule, groups, coupons, rounding, VAT, tenders: CHECKOUT 1 to 7."""
    assert differences(list(case.expect), play_case(case), case.id) == []


@pytest.mark.parametrize("case", read_cases(CASES / "third_reader.json"), ids=lambda case: case.id)
def test_a_case_where_sentences_meet_comes_out_as_expected(case: Case) -> None:
    """Midnight and limits, best choice and coupons, credits that carry points, undecided payments."""
    assert differences(list(case.expect), play_case(case), case.id) == []


@pytest.mark.parametrize("name", ["bench_100", "bench_1000", "bench_200x1000"])
def test_a_basket_of_the_benchmarks_comes_out_as_expected(name: str) -> None:
    (case,) = read_cases(CASES / f"{name}.json")
    assert differences(list(case.expect), play_case(case), case.id) == []
