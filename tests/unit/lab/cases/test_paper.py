"""The engine beside a plain reader of the same text."""

import math
from collections import Counter
from typing import Any

import msgspec
from hypothesis import assume, given
from hypothesis import strategies as st

from lab.cases.compare import differences
from lab.cases.invent import invent_case
from lab.cases.player import play_case
from lab.cases.schema import Case
from tests.unit.lab.cases.paper import quote_on_paper
from tests.unit.lab.cases.paper_till import Refused, sale_on_paper

MOST_WAYS = 400
"""More ways take the plain reader too long."""
AMOUNTS = frozenset({"price", "member_price", "off", "min", "override", "max_off"})
Json = dict[str, Any]
seeds = st.integers(0, 2**32)


def quotes(seed: int) -> Json:
    """Return an invented case whose baskets are all asked for; members and codes that are no good are left out."""
    case: Json = invent_case(seed)
    for member in case["members"].values():
        member.pop("status", None)
    steps = [step | {"op": "quote", "offline": False} for step in case["steps"] if step["op"] in {"sale", "quote"}]
    return case | {"steps": [step for step in steps if not any("count_card" in line for line in step["lines"])]}


def ways(case: Json) -> int:
    groups = Counter(rule["group"] for rule in case["rules"] if "group" in rule)
    return math.prod(count + 1 for count in groups.values())


def cheap(case: Json) -> Json:
    """Return a case with amounts of a few fen: so many are equal, and rounding counts."""
    return {key: cheap_part(key, part) for key, part in case.items()}


def cheap_part(key: str, value: Any) -> Any:
    if key in AMOUNTS and isinstance(value, int):
        return 1 + value % 9
    if key == "prices":
        return {sku: price % 9 for sku, price in value.items()}
    if isinstance(value, dict):
        return cheap(value)
    if isinstance(value, list):
        parts = [cheap_part("", part) for part in value]
        return [part | {"min": 4 * place} if is_step(part) else part for place, part in enumerate(parts)]
    return value


def is_step(value: Any) -> bool:
    """Whether it is one of the steps of a rule: those have different minimums."""
    return isinstance(value, dict) and "min" in value and "type" not in value


def compare(case: Json) -> None:
    """Ask for the price of all baskets on paper and of the engine."""
    assume(case["steps"] and ways(case) <= MOST_WAYS)
    expected = [quote_on_paper(case, step) for step in case["steps"]]
    assert differences(expected, play_case(msgspec.convert(case, Case)), "quote") == []


@given(seeds)
def test_a_basket_costs_what_it_costs_on_paper(seed: int) -> None:
    compare(quotes(seed))


@given(seeds)
def test_a_basket_of_equal_and_tiny_amounts_costs_what_it_costs_on_paper(seed: int) -> None:
    compare(cheap(quotes(seed)))


def compare_sales(case: Json) -> None:
    """Sell each basket as the first one of the shop, on paper and by the engine."""
    assume(case["steps"] and ways(case) <= MOST_WAYS)
    for step in case["steps"]:
        sale: Json = step | {"op": "sale", "id": "T", "tenders": [plain(one) for one in step.get("tenders", [])]}
        (got,) = play_case(msgspec.convert(case | {"steps": [sale]}, Case))
        try:
            expected = sale_on_paper(case, sale)
        except Refused as refused:
            expected = {"status": "error", "error": str(refused)}
        assert differences(expected, got, "sale") == []


def plain(tender: Json) -> Json:
    """Return a tender whose gateway answers well."""
    return {key: value for key, value in tender.items() if key != "script"}


@given(seeds)
def test_a_sale_is_paid_and_booked_as_on_paper(seed: int) -> None:
    compare_sales(quotes(seed))


@given(seeds)
def test_a_sale_of_equal_and_tiny_amounts_is_paid_and_booked_as_on_paper(seed: int) -> None:
    compare_sales(cheap(quotes(seed)))
