"""The demo's promotions and coupons: a newcomer meets each of them with goods that the demo has."""

import csv
from pathlib import Path

from hq.rules.file import read_rules
from lab.demo.shop import COUPONS_FILE, GOODS_FILE, RULES_FILE
from simulators.bench.goods import load_goods
from terminal.domain.barcode import has_valid_check_digit
from terminal.domain.promotions.conditions import lineage
from terminal.domain.promotions.kinds import StagedRule
from terminal.wire.rules.building import build_rules
from terminal.wire.rules.checking import check_rules


def test_rules_of_the_demo_are_published_without_a_warning(tmp_path: Path) -> None:
    doubts: list[str] = []
    build_rules(tmp_path / "rules-1.db", read_rules(RULES_FILE, doubts=doubts))
    summary = check_rules(tmp_path / "rules-1.db")
    assert (doubts, summary.rules, summary.coupons) == ([], 4, 11)


def test_every_rule_of_the_demo_is_about_goods_of_the_demo() -> None:
    with GOODS_FILE.open(encoding="utf-8", newline="") as file:
        categories = {above for row in csv.DictReader(file) for above in lineage(row["category"])}
    rules = [rule for rule in read_rules(RULES_FILE, doubts=[]).rules if isinstance(rule, StagedRule)]
    assert [rule.id for rule in rules if not rule.scope.cats <= categories] == []


def test_coupons_of_the_demo_are_listed_on_the_bench_with_codes_that_can_be_typed() -> None:
    coupons = [coupon for coupon in read_rules(RULES_FILE, doubts=[]).coupons if coupon.owner is None]
    listed = load_goods(COUPONS_FILE)
    assert [good.code for good in listed] == [coupon.code for coupon in coupons]
    assert all(has_valid_check_digit(coupon.code) for coupon in coupons)


def test_gifts_for_points_are_goods_of_the_demo() -> None:
    with GOODS_FILE.open(encoding="utf-8", newline="") as file:
        skus = {row["sku"] for row in csv.DictReader(file)}
    gifts = read_rules(RULES_FILE, doubts=[]).settings["points_gifts"]
    assert isinstance(gifts, tuple)
    assert {gift["sku"] for gift in gifts} <= skus
