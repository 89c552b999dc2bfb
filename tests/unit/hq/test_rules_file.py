"""Files of rules as people write them, and `guitai-hq publish-rules`."""

import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from hq.errors import RulesFileError
from hq.rules.file import read_rules
from terminal.domain.promotions.coupons import CashCoupon, CouponCode, MemberId, PercentCoupon
from terminal.domain.promotions.kinds import NthOff
from terminal.domain.settings import Rounding, RoundingMode
from terminal.domain.text import SafeText
from terminal.wire.files.streams import Stream
from terminal.wire.rules.opening import OpenRules
from terminal.wire.updates import BookState, Report
from tests.unit.hq.commands import opened, run, run_json

RULES = """\
label = "spring"
[settings]
rounding = { mode = "down", unit = 10 }
coupon_codes = [{ prefix = "C", length = 10 }]
[[rules]]
id = "HALF2"
type = "nth_off"
name = "第二件半价"
n = 2
pay_bp = 5000
scope = { cats = ["饮料"] }
[coupons.C000000001]
type = "cash"
off = 500
[[batches]]
codes = "codes.csv"
type = "percent"
pay_bp = 9000
"""
CODES = "code,owner\nC000000002,\nC000000003,M17\n"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, encoding="utf-8")
    (tmp_path / "codes.csv").write_text(CODES, encoding="utf-8")
    return path


def test_file_of_rules_is_read(rules: Path) -> None:
    content = read_rules(rules, doubts=[])
    (half,) = content.rules
    assert isinstance(half, NthOff)
    assert (content.label, half.name, half.pay_bp) == ("spring", "第二件半价", 5000)
    assert list(content.coupons) == [
        CashCoupon(code=CouponCode("C000000001"), off=500),
        PercentCoupon(code=CouponCode("C000000002"), pay_bp=9000),
        PercentCoupon(code=CouponCode("C000000003"), pay_bp=9000, owner=MemberId("M17")),
    ]
    assert set(content.settings) == {"rounding", "coupon_codes"}


def test_json_says_the_same_with_the_words_of_a_case_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text(json.dumps({"rules": [{"id": "A", "type": "line_off", "off": 5}], "coupons": {}}))
    assert [rule.id for rule in read_rules(path, doubts=[]).rules] == ["A"]


@pytest.mark.parametrize(
    ("old", "new", "told", "hint"),
    [
        ("pay_bp = 5000", "pay_pb = 5000", "rules.toml: rule HALF2: unknown key pay_pb", "did you mean pay_bp?"),
        ("n = 2", "n = 0", "rules.toml: rule HALF2: n: Expected `int` >= 1", "correct this key"),
        ('"nth_off"', '"nth_of"', "rules.toml: rule HALF2: type: Invalid value 'nth_of'", "did you mean nth_off?"),
        ("off = 500\n", "of = 500\n", "rules.toml: coupon C000000001: unknown key of", "did you mean off?"),
        ("rounding =", "roundin =", "rules.toml: settings: unknown key roundin", "did you mean rounding?"),
        ("[[rules]]", "[[rule]]", "rules.toml: unknown key rule", "did you mean rules?"),
        ("[coupons.C", "[coupons.D", "rules.toml: coupon D000000001: no till would know it", 'prefix = "D0"'),
        ('codes = "codes.csv"', "", "rules.toml: a batch names no file of codes", 'codes = "codes.csv"'),
        ('"codes.csv"', '"none.csv"', "there is no", ""),
        ('id = "HALF2"', "", "rules.toml: rule None: Object missing required field `id`", ""),
        ('id = "HALF2"', 'id = ""', "rules.toml: rule '' comes twice, or has no id", ""),
        ("第二件", "第\\u001b件", "rules.toml: HALF2: '\\u7b2c\\x1b\\u4ef6", ""),
        ("[settings]", "[settings", "rules.toml: ", ""),
    ],
)
def test_mistake_is_told_with_file_rule_and_key(rules: Path, old: str, new: str, told: str, hint: str) -> None:
    rules.write_text(RULES.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesFileError) as caught:
        list(read_rules(rules, doubts=[]).coupons)
    assert told in str(caught.value)
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        ("C000000002\n", "codes.csv line 1: columns are"),
        ("code,colour\nC000000002,red\n", "codes.csv line 1: columns are"),
        ("code\nC 2\n", "codes.csv line 2: 'C 2' is no code"),
        ("code\nC000000002,M1\n", "codes.csv line 2: 'C000000002' is no code"),
        ("code,owner\nC000000002,M\x1b\n", "codes.csv line 2"),
        ('code\n"C0', "codes.csv line 1: unexpected end of data"),
        (b"code\n\xff\n", "codes.csv is not UTF-8"),
    ],
)
def test_mistake_among_codes_is_told_with_its_line(rules: Path, codes: str | bytes, told: str) -> None:
    (rules.parent / "codes.csv").write_bytes(codes if isinstance(codes, bytes) else codes.encode())
    with pytest.raises(RulesFileError) as caught:
        list(read_rules(rules, doubts=[]).coupons)
    assert told in str(caught.value)


def test_folder_in_the_place_of_a_file_is_told(rules: Path) -> None:
    with pytest.raises(RulesFileError, match="Is a directory"):
        read_rules(rules.parent, doubts=[])
    (rules.parent / "codes.csv").unlink()
    (rules.parent / "codes.csv").mkdir()
    with pytest.raises(RulesFileError, match="Is a directory"):
        list(read_rules(rules, doubts=[]).coupons)
    with pytest.raises(RulesFileError, match="there is no"):
        read_rules(rules.parent / "none.toml", doubts=[])


def test_what_may_be_a_slip_is_told(rules: Path) -> None:
    more = "[settings.rule_overrides.HALF2]\npay_bp = 1\n"
    named = RULES.replace('name = "第二件半价"\n', "").replace(
        'prefix = "C", length = 10', 'prefix = "69", length = 13'
    )
    rules.write_text(named.replace("[[rules]]", f"{more}[[rules]]"), encoding="utf-8")
    doubts: list[str] = []
    read_rules(rules, doubts=doubts)
    assert doubts == [
        "rule HALF2 has no name: screen and receipt show its id",
        "rule_overrides: HALF2.pay_bp is not the shop's to set, or out of bounds: it is ignored",
        "coupons 69 of 13 digits: goods of makers may have such a code",
    ]


def test_what_no_store_can_set_is_told(rules: Path) -> None:
    bounds = "store_may_set = { pay_b = [1, 2], scope = [1, 2], pay_bp = [7000, 4000], n = [2, 3] }"
    rules.write_text(RULES.replace("n = 2", f"n = 2\n{bounds}"), encoding="utf-8")
    doubts: list[str] = []
    read_rules(rules, doubts=doubts)
    assert doubts == [
        "rule HALF2: store_may_set: pay_b is no whole number of this rule: no store can set it",
        "rule HALF2: store_may_set: scope is no whole number of this rule: no store can set it",
        "rule HALF2: store_may_set: pay_bp has nothing from 7000 to 4000: no store can set it",
    ]


def test_published_rules_are_signed_and_numbered_apart_from_prices(
    state: Path, tmp_path: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    goods = (tmp_path / "goods.csv").read_text(encoding="utf-8").splitlines()
    drinks = "\n".join((f"{goods[0]},category", *(f"{line},饮料/茶" for line in goods[1:])))
    (tmp_path / "goods.csv").write_text(drinks + "\n", encoding="utf-8")
    assert run(state, "publish", str(tmp_path / "goods.csv")) == 0
    capsys.readouterr()
    assert run(state, "publish-rules", str(rules)) == 0
    assert capsys.readouterr().out == "rules 1 (spring), 1 rules, 3 coupons, for all stores\n"
    answer = run_json(state, capsys, "publish-rules", str(rules), "--store", "S01", "--new-store", "--label", "x")
    assert wanted(answer) == {"version": 2, "label": "x", "rules": 1, "coupons": 3, "audience": "s/S01"}
    with closing(OpenRules(state / "books" / "rules-2.db", version=2)) as found:
        assert found.trade.settings.rounding == Rounding(mode=RoundingMode.DOWN, unit=10)
        assert found.coupon("C000000003") is not None
        assert found.rules.by_id["HALF2"].name == SafeText("第二件半价")


def wanted(answer: Mapping[str, object]) -> dict[str, object]:
    return {key: answer[key] for key in ("version", "label", "rules", "coupons", "audience")}


def test_rules_without_sense_publish_nothing_and_use_up_no_number(
    state: Path, rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(RULES.replace("C000000001", "C000000002"), encoding="utf-8")
    assert run(state, "publish-rules", str(rules)) == 2
    assert capsys.readouterr().err == "guitai-hq: coupon C000000002 comes twice\n"
    assert not list((state / "books").glob("rules-*"))
    rules.write_text(RULES.replace('name = "第二件半价"\n', ""), encoding="utf-8")
    assert run(state, "publish-rules", str(rules)) == 0
    assert "warning: rule HALF2 has no name" in capsys.readouterr().out
    assert run(state, "publish-rules", str(rules), "--store", "S09") == 2
    assert "HQ knows no store S09" in capsys.readouterr().err
    assert run(state, "publish-rules", str(rules), "--label", "x" * 81) == 2


def test_tills_that_use_the_rules_are_waited_for(state: Path, rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = opened(state)
    for name, rules_of in (("S01-T01", BookState.ACTIVE), ("S01-T02", BookState.READY)):
        store.tills.set_online(name, store="S01", online=True, at_ms=1)
        report = Report(stream=Stream.RULES, ver=1, state=rules_of)
        store.tills.set_book(name, report, store="S01", at_ms=1)
    store.close()
    assert run(state, "publish-rules", str(rules), "--wait", "0.01") == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "warning: no goods are published yet: whether articles and categories are there was not looked up",
        "S01-T01: uses rules 1",
        "S01-T02: has rules 1; an open sale keeps its own, the next one has the new",
    ]
