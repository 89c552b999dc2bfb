"""Rules files: what goes in comes out; what is wrong is named, and leaves nothing behind."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terminal.domain.errors import BookError, BookInvalidError, BookTornError
from terminal.domain.promotions.kinds import SpendOff
from terminal.domain.settings import Rounding, RoundingMode
from terminal.domain.text import SafeText
from terminal.wire.files.streams import Stream
from terminal.wire.rules.building import RulesContent, build_rules
from terminal.wire.rules.checking import check_rules
from terminal.wire.rules.opening import OpenRules
from terminal.wire.whole import checked_rows
from tests.unit.wire_book.books import change, patch
from tests.unit.wire_rules.rules import CHEAP, CONTENT, COUPONS, FIVE, HALF, SPEND

UP = Rounding(mode=RoundingMode.UP, unit=5)


def test_rules_and_coupons_come_out_as_they_went_in(rules: Path) -> None:
    with closing(OpenRules(rules, version=7)) as found:
        by_id = found.rules.by_id
        assert (by_id["HALF2"], by_id["CHEAP"], len(by_id)) == (HALF, CHEAP, 3)
        assert tuple(found.coupon(coupon.code) for coupon in COUPONS) == COUPONS
        assert found.coupon("C999999999") is None
        assert (found.version, found.label) == (7, "spring")


def test_what_the_shop_sets_of_a_rule_holds(rules: Path) -> None:
    with closing(OpenRules(rules, version=7)) as found:
        assert found.rules.by_id["SPEND"] == msgspec.structs.replace(SPEND, priority=5)


def test_setting_that_the_file_names_decides_and_another_does_not(tmp_path: Path, rules: Path) -> None:
    with closing(OpenRules(rules, version=7)) as found:
        assert found.trade.beside(UP).rounding == Rounding(mode=RoundingMode.DOWN, unit=10)
    build_rules(tmp_path / "x.db", replace(CONTENT, settings={}))
    with closing(OpenRules(tmp_path / "x.db", version=1)) as found:
        assert found.trade.beside(UP).rounding == UP


def test_the_same_content_gives_the_same_bytes_whatever_its_order(tmp_path: Path, rules: Path) -> None:
    again = tmp_path / "again.db"
    build_rules(again, replace(CONTENT, rules=(HALF, CHEAP, SPEND), coupons=tuple(reversed(COUPONS))))
    assert again.read_bytes() == rules.read_bytes()


def test_what_coupons_have_in_common_stands_once(tmp_path: Path) -> None:
    many = [msgspec.structs.replace(FIVE, code=f"C{number:09d}") for number in range(5000)]
    build_rules(tmp_path / "x.db", replace(CONTENT, coupons=many))
    assert check_rules(tmp_path / "x.db").coupons == 5000
    assert (tmp_path / "x.db").stat().st_size < 5000 * 40


def test_rules_are_counted(rules: Path) -> None:
    summary = check_rules(rules)
    assert (summary.label, summary.rules, summary.coupons) == ("spring", 3, 4)
    assert checked_rows(rules, Stream.RULES) == 7


def test_file_without_anything_is_a_rules_file(tmp_path: Path) -> None:
    build_rules(tmp_path / "x.db", RulesContent(label="none"))
    assert checked_rows(tmp_path / "x.db", Stream.RULES) == 0


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"rules": (HALF, HALF)}, "rule ('HALF2'"),
        ({"coupons": (FIVE, FIVE)}, "coupon C100000001 comes twice"),
    ],
)
def test_what_comes_twice_is_named_and_leaves_no_file(tmp_path: Path, wrong: dict[str, object], named: str) -> None:
    with pytest.raises(BookInvalidError) as caught:
        build_rules(tmp_path / "x.db", replace(CONTENT, **wrong))  # type: ignore[arg-type]
    assert named in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def rule(**changed: object) -> str:
    """Return the statement that puts another rule, which no honest builder would make, in the place of one."""
    body = msgspec.msgpack.encode({**msgspec.to_builtins(HALF), **changed})
    return f"UPDATE rule SET body = x'{body.hex()}' WHERE id = 'HALF2'"  # noqa: S608 - hexadecimal digits


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("CREATE TABLE more(x)", "schema of the rules file differs"),
        ("DELETE FROM coupon WHERE code = 'C100000001'", "3 rows in coupon and says 4"),
        (rule(type="magic"), "rule HALF2: Invalid value 'magic'"),
        (rule(colour="red"), "rule HALF2: Object contains unknown"),
        (rule(m=3), "rule HALF2: 3 of 2 pieces"),
        (rule(id="OTHER"), "rule HALF2 says that it is OTHER"),
        (rule(name="a\x1b[2J"), "has text that is not safe"),
        ("UPDATE rule SET body = x'80' WHERE id = 'HALF2'", "rule HALF2: "),
        ("UPDATE terms SET body = x'80' WHERE id = 1", "a coupon: "),
        ("UPDATE coupon SET terms = 99 WHERE code = 'C300000001'", "'C300000001' is a coupon without terms"),
        ("UPDATE coupon SET status = char(27) WHERE code = 'C300000001'", "character that no code has"),
        ("UPDATE coupon SET code = '' WHERE code = 'C300000001'", "character that no code has"),
        ("INSERT INTO setting VALUES('colour', '1')", "unknown field `colour`"),
    ],
)
def test_file_whose_content_breaks_the_schema_is_invalid(rules: Path, statement: str, named: str) -> None:
    change(rules, statement)
    with pytest.raises(BookInvalidError) as caught:
        check_rules(rules)
    assert named in str(caught.value)


def test_rule_without_sense_keeps_a_file_from_being_opened(rules: Path) -> None:
    change(rules, rule(colour="red"))
    with pytest.raises(BookInvalidError, match="rule HALF2"):
        OpenRules(rules, version=7)


def test_price_book_is_no_rules_file(rules: Path) -> None:
    patch(rules, 68, b"GTBK")
    with pytest.raises(BookInvalidError, match="no rules file"):
        check_rules(rules)


def test_coupon_of_a_damaged_file_is_told(rules: Path) -> None:
    with closing(OpenRules(rules, version=7)) as found:
        found._connection.close()
        found._connection = sqlite3.connect(":memory:")
        with pytest.raises(BookTornError, match="no such table"):
            found.coupon("C1")
        found._connection.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(offset=st.integers(0, 1 << 16), data=st.binary(min_size=1, max_size=40), cut=st.integers(0, 1 << 16))
def test_damaged_file_is_refused_or_still_whole_but_never_anything_else(
    rules: Path, offset: int, data: bytes, cut: int
) -> None:
    whole = rules.read_bytes()
    damaged = bytearray(whole)
    at = offset % len(whole)
    damaged[at : at + len(data)] = data
    victim = rules.with_name("victim.db")
    victim.write_bytes(damaged[: len(whole) - (cut % len(whole) if cut % 2 else 0)])
    try:
        summary = check_rules(victim)
    except BookError:
        return
    assert summary.rules == 3


def test_name_of_a_rule_may_be_chinese(tmp_path: Path) -> None:
    named = SpendOff(id=HALF.id, name=SafeText("满100减20"), min=10000, off=2000)
    build_rules(tmp_path / "x.db", RulesContent(label="", rules=(named,)))
    with closing(OpenRules(tmp_path / "x.db", version=1)) as found:
        assert found.rules.rules == (named,)
