"""The page about case files names every step and key that the player knows, and no other."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from msgspec import Struct

from lab.cases.compare import differences
from lab.cases.player import play_case
from lab.cases.reading import read_cases
from lab.cases.schema import AnyStep, CatalogEntry, Line, MemberEntry, ReturnLine, Step, TenderOffer

PAGE = Path(__file__).parents[3] / "docs" / "cases.md"
PARTS = {
    "a line": Line,
    "a tender": TenderOffer,
    "a return": ReturnLine,
    "an article": CatalogEntry,
    "a member": MemberEntry,
}


def rows(heading: str) -> dict[str, str]:
    """Return the rows of the table with a heading: first cell, second cell."""
    (table,) = re.findall(
        rf"^\| {heading} \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    )
    return {
        cells[0].strip().strip("`"): cells[1] for line in table.splitlines() if (cells := line.strip("|").split("|"))
    }


def keys(cell: str) -> set[str]:
    return set(re.findall(r"`(\w+)`", cell))


def encoded(kind: type[Struct], without: Iterable[str] = ()) -> set[str]:
    return {field.encode_name for field in msgspec.structs.fields(kind)} - set(without)


def test_every_step_stands_there_with_its_keys() -> None:
    common = encoded(Step)
    known = {str(kind.__struct_config__.tag): encoded(kind, common) for kind in get_args(AnyStep)}
    assert {op: keys(cell) for op, cell in rows("op").items()} == known


@pytest.mark.parametrize(("part", "kind"), PARTS.items())
def test_every_key_of_a_part_stands_there(part: str, kind: type[Struct]) -> None:
    assert keys(rows("in")[part]) == encoded(kind)


def test_its_example_is_true(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "example.json"
    path.write_text(example, encoding="utf-8")
    (case,) = read_cases(path)
    assert differences([*case.expect], play_case(case), case.id) == []
