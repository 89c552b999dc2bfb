"""The product and a second shop, which was written from the text alone, tell the same of the same days."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lab.cases.compare import differences
from lab.cases.invent import invent_case
from lab.cases.player import play_case
from lab.cases.schema import Case, Json
from tests.unit.lab.cases.second.shop import SecondShop

RULES = {
    "spend_off": ("id", "type", "priority", "min", "off"),
    "points_mult": ("id", "type", "mult_bp"),
    "topup_bonus": ("id", "type", "min", "bonus", "repeat"),
}
COUPON = ("type", "status", "off", "min", "to")


def plain_day(seed: int) -> Json:
    """An invented case with no more of prices and gateways than the second shop knows."""
    case: Any = invent_case(seed)
    rules = [rule for rule in case["rules"] if rule["type"] in RULES and "tiers" not in rule]
    case["rules"] = [{key: rule[key] for key in RULES[rule["type"]] if key in rule} for rule in rules]
    coupons = {code: one for code, one in case["coupons"].items() if one["type"] == "cash"}
    case["coupons"] = {code: {key: one[key] for key in COUPON if key in one} for code, one in coupons.items()}
    weighed = {sku for sku, article in case["catalog"].items() if article.get("unit") == "kg"}
    case["steps"] = [step for step in case["steps"] if step["op"] != "stocktake" or step["sku"] not in weighed]
    for step in case["steps"]:
        for part, unknown in (("lines", "override"), ("tenders", "script")):
            for one in step.get(part, ()):
                if isinstance(one, dict):
                    one.pop(unknown, None)
    return case  # type: ignore[no-any-return]


@given(st.integers(0, 2**32))
def test_a_day_is_told_alike_by_the_product_and_by_a_second_shop(seed: int) -> None:
    case: Any = plain_day(seed)
    second = SecondShop(case)
    expected = [second.play(step) for step in case["steps"]]
    assert differences(expected, play_case(msgspec.convert(case, Case)), "day") == []
