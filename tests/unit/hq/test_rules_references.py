"""What rules name and nothing has: refused where the file says so itself, told where only the goods know."""

from pathlib import Path

import pytest

from hq.errors import RulesFileError
from hq.rules.file import read_rules
from tests.unit.hq.commands import run, run_json

GOODS = "sku,name,price,category\n1,茶,3.50,饮料/茶\n2,杯,9.00,日用\n"
TIERS = 'settings.tiers = [{id = "basic", min_spend = 0}, {id = "gold", min_spend = 1}]\n'
KNOWN = """
[settings]
coupon_codes = [{ prefix = "C", length = 2 }]
tiers = [{id = "basic", min_spend = 0}, {id = "gold", min_spend = 1}]
memberships = [{sku = "%(sku)s", tier = "gold", days = 365}]
points_gifts = [{sku = "%(sku)s", points = 5}]
points_coupons = [{points = 5, coupon = {type = "exchange", code = "P", sku = "%(sku)s"}}]
points = {tier_mult_bp = {"%(tier)s" = 12000}}
commission = {cats = {"%(cat)s" = 100}}
leases = {any = {hours = 1}, "%(tier)s" = {hours = 2}}
[[rules]]
id = "A"
name = "A"
type = "line_off"
off = 1
who = {tiers = ["%(tier)s"]}
scope = {skus = ["%(sku)s"], cats = ["%(cat)s"], not_skus = ["%(sku)s"], not_cats = ["%(cat)s"]}
[[rules]]
id = "B"
name = "B"
type = "special_price"
prices = {"%(sku)s" = 1}
[[rules]]
id = "C"
name = "C"
type = "bundle"
items = {"%(sku)s" = 1}
price = 1
[[rules]]
id = "D"
name = "D"
type = "gift"
buy_qty = 1
gift_sku = "%(sku)s"
[[rules]]
id = "E"
name = "E"
type = "qty_price"
sku = "%(sku)s"
breaks = [{min_qty = 2, price = 1}]
[[rules]]
id = "F"
name = "F"
type = "add_on"
min = 1
prices = {"%(sku)s" = 1}
[[rules]]
id = "G"
name = "G"
type = "member_percent"
pay_bp = {"%(tier)s" = 9000}
[coupons.C1]
type = "exchange"
sku = "%(sku)s"
"""


@pytest.fixture
def goods(state: Path, tmp_path: Path) -> Path:
    (tmp_path / "shop.csv").write_text(GOODS, encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "shop.csv")) == 0
    return state


def warnings(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], **names: str) -> object:
    path = tmp_path / "rules.toml"
    path.write_text(KNOWN % names, encoding="utf-8")
    return run_json(state, capsys, "publish-rules", str(path))["warnings"]


@pytest.mark.parametrize("category", ["饮料", "饮料/茶", "日用"])
def test_what_is_there_is_not_told(
    goods: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], category: str
) -> None:
    assert warnings(goods, tmp_path, capsys, sku="1", cat=category, tier="gold") == []


def test_each_name_that_nothing_has_is_told_with_rule_and_key(
    goods: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = warnings(goods, tmp_path, capsys, sku="99", cat="饮", tier="黑卡")
    tiers, number = "'黑卡' is not in [[settings.tiers]]", "no article has the number '99'"
    category = "no article has the category '饮', or one below it"
    assert told == [
        f"rule A: who.tiers: {tiers}",
        f"rule G: pay_bp: {tiers}",
        f"settings: points.tier_mult_bp: {tiers}",
        f"settings: leases: {tiers}",
        f"rule A: scope.skus: {number}",
        f"rule A: scope.not_skus: {number}",
        f"rule A: scope.cats: {category}",
        f"rule A: scope.not_cats: {category}",
        f"rule B: prices: {number}",
        f"rule C: items: {number}",
        f"rule D: gift_sku: {number}",
        f"rule E: sku: {number}",
        f"rule F: prices: {number}",
        f"coupon C1: sku: {number}",
        f"settings: memberships: {number}",
        f"settings: points_gifts: {number}",
        f"settings: points_coupons P: sku: {number}",
        f"settings: commission.cats: {category}",
    ]


def test_goods_of_one_store_count_for_rules_of_all(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "shop.csv").write_text(GOODS, encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "shop.csv"), "--store", "S01", "--new-store") == 0
    assert warnings(state, tmp_path, capsys, sku="1", cat="饮料", tier="gold") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            TIERS + 'settings.memberships = [{sku = "9", tier = "black", days = 1}]',
            "rules.toml: settings: memberships: 9: 'black' is no tier; [[settings.tiers]] has basic, gold",
        ),
        (
            'settings.memberships = [{sku = "9", tier = "black", days = 1}]',
            "rules.toml: settings: memberships: 9: 'black' is no tier; [[settings.tiers]] has none",
        ),
        (
            TIERS + "settings.memberships = [" + ", ".join(['{sku = "9", tier = "gold", days = 1}'] * 2) + "]",
            "rules.toml: settings: memberships: 9 comes twice",
        ),
    ],
)  # fmt: skip
def test_what_a_file_contradicts_itself_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RulesFileError) as refused:
        read_rules(path, doubts=[])
    assert str(refused.value).startswith(told)
