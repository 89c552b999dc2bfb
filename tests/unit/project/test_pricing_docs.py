"""The pages about pricing: every example comes out as it says, every kind has its page, every parameter its row."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec import Struct
from msgspec.inspect import Field, StructType, Type, UnionType, VarTupleType, type_info

from lab.cases.compare import differences
from lab.cases.player import play_case
from lab.cases.schema import Case, CaseFile
from terminal.domain.members.member import CountCard
from terminal.domain.promotions.coupons import AnyCoupon, CashCoupon, Coupon, ExchangeCoupon, PercentCoupon
from terminal.domain.promotions.kinds import AnyRule, Rule
from terminal.domain.trade import TradeSettings

DOCS = Path(__file__).parents[3] / "docs"
MAIN = DOCS / "pricing.md"
PAGES = [MAIN, *sorted((DOCS / "pricing").glob("*.md"))]
KINDS: tuple[type[Rule], ...] = get_args(AnyRule)
COUPONS: tuple[type[Coupon], ...] = get_args(AnyCoupon)
EXAMPLE = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `([\w.\[\]]+)` \| ([^|]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)
SECTION = re.compile(r"^#+ ", re.MULTILINE)
CHINESE_NAME = re.compile(r"# [^`]*[\u4e00-\u9fff][^`]* · `?\w")


def examples(page: Path) -> list[Case]:
    found = EXAMPLE.findall(page.read_text(encoding="utf-8"))
    return [msgspec.convert(case, Case) for text in found for case in msgspec.json.decode(text, type=CaseFile).cases]


CASES = [case for page in PAGES for case in examples(page)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_an_example_comes_out_as_its_page_says(case: Case) -> None:
    assert len(case.expect) == len(case.steps)
    assert differences(list(case.expect), play_case(case), case.id) == []


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.stem)
def test_a_page_has_a_chinese_name_and_one_to_three_examples(page: Path) -> None:
    assert CHINESE_NAME.match(page.read_text(encoding="utf-8"))
    assert 1 <= len(examples(page)) <= 3


def test_every_example_has_its_own_id_and_says_what_is_to_pay_or_to_happen() -> None:
    ids = [case.id for case in CASES]
    assert len(set(ids)) == len(ids)
    assert [case.id for case in CASES if not all(expected.keys() - {"lines"} for expected in case.expect)] == []


def test_an_example_with_another_amount_is_seen_to_be_wrong() -> None:
    case = CASES[0]
    wrong = json.loads(json.dumps(case.expect).replace('"due": ', '"due": 1'))
    assert differences(wrong, play_case(case), case.id) != []


def tag(struct: type[Struct]) -> str:
    return str(struct.__struct_config__.tag)


def shown(field: Field) -> str:
    """Return how a table shows the default of a parameter."""
    if field.required:
        return "needed"
    default = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    plain = msgspec.to_builtins(default, enc_hook=repr)
    if isinstance(default, Struct) or plain in (None, "", (), [], {}):
        return "none"
    if isinstance(plain, list):
        return ", ".join(f"`{one}`" for one in plain)
    return f"`{plain}`" if isinstance(plain, str) else json.dumps(plain)


def struct_in(found: Type) -> StructType | None:
    """Return the struct that a parameter is, may be, or is a list of."""
    match found:
        case StructType():
            return found
        case VarTupleType(item_type=item):
            return struct_in(item)
        case UnionType(types=types):
            return next((struct for one in types if (struct := struct_in(one)) is not None), None)
        case _:
            return None


def rows_of(struct: type[Struct], but: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Return name and default of each parameter of a struct and of the structs in it; coupons have their own page."""
    info = type_info(struct)
    assert isinstance(info, StructType)
    yield from _rows(info, "", but)


def _rows(info: StructType, prefix: str, but: frozenset[str]) -> Iterator[tuple[str, str]]:
    for field in info.fields:
        if field.name in but:
            continue
        name = f"{prefix}{field.encode_name}"
        yield name, shown(field)
        inner = struct_in(field.type)
        if inner is not None and not issubclass(inner.cls, Coupon):
            mark = "[]." if isinstance(field.type, VarTupleType) else "."
            yield from _rows(inner, f"{name}{mark}", frozenset())


def table(text: str) -> list[tuple[str, str]]:
    return [(name, default.strip()) for name, _, default in ROW.findall(text)]


def section(page: Path, heading: str) -> str:
    text = page.read_text(encoding="utf-8")
    return next(part for part in SECTION.split(text) if part.startswith(heading))


@pytest.mark.parametrize("kind", KINDS, ids=tag)
def test_every_kind_of_rule_has_a_page_that_names_exactly_its_parameters(kind: type[Rule]) -> None:
    page = DOCS / "pricing" / f"{tag(kind)}.md"
    common = frozenset(Rule.__struct_fields__) - ({"limit"} if kind.takes_limit else frozenset())
    assert f"`{tag(kind)}`" in page.read_text(encoding="utf-8").splitlines()[0]
    assert sorted(table(page.read_text(encoding="utf-8"))) == sorted(rows_of(kind, common))


@pytest.mark.parametrize("kind", COUPONS, ids=tag)
def test_every_kind_of_coupon_has_a_section_that_names_exactly_its_parameters(kind: type[Coupon]) -> None:
    common = frozenset(Coupon.__struct_fields__)
    text = next(
        part for part in SECTION.split((DOCS / "pricing/coupons.md").read_text("utf-8")) if f"`{tag(kind)}`\n" in part
    )
    assert table(text) == [*rows_of(kind, common)]


def test_what_all_coupons_have_stands_on_their_page() -> None:
    assert {CashCoupon, PercentCoupon, ExchangeCoupon} == set(COUPONS)
    named = [name for name, _ in table(section(DOCS / "pricing/coupons.md", "What every coupon has"))]
    assert named == [name for name, _ in rows_of(Coupon) if not name.startswith("scope.")]


def test_what_all_rules_have_and_all_settings_stand_on_the_main_page() -> None:
    assert table(section(MAIN, "What every rule has")) == [*rows_of(Rule)]
    assert table(section(MAIN, "Settings")) == [*rows_of(TradeSettings)]


def test_what_a_count_card_has_stands_on_its_page() -> None:
    assert table((DOCS / "pricing/count_cards.md").read_text("utf-8")) == [*rows_of(CountCard)]


def test_the_main_page_leads_to_every_page_and_other_pages_lead_to_it() -> None:
    text = MAIN.read_text(encoding="utf-8")
    assert [page.name for page in PAGES[1:] if f"](pricing/{page.name})" not in text] == []
    assert "](docs/pricing.md)" in (DOCS.parent / "README.md").read_text(encoding="utf-8")
