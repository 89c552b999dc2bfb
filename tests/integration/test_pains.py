"""The list of pains in docs/operations.md: every test that it names is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def named_tests() -> list[tuple[str, str]]:
    return NAMED.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8"))


def functions(path: Path) -> set[str]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_test_that_the_list_of_pains_names_exists() -> None:
    named = named_tests()
    assert len(named) > 20
    assert [(file, name) for file, name in named if name not in functions(ROOT / file)] == []


def test_every_test_of_a_pain_stands_in_the_list() -> None:
    files = sorted((ROOT / "tests" / "integration").glob("test_*.py"))
    pains = {name for file in files for name in functions(file) if name.startswith("test_pain_")}
    assert pains == {name for _, name in named_tests() if name.startswith("test_pain_")}
