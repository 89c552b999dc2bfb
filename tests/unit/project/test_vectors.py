"""Every vector that was given is asserted by a test, or its family has no driver yet."""

import ast
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from terminal.drivers.registry import known_drivers
from tests.vectors import vectors

TESTS = Path(__file__).parents[2]
LATER = {
    # As of 2026-11-23: device families of the vectors, and the name that their driver will have in the registry.
    "pn532": "pn532",
    "mifare-classic": "pn532",
    "iso14443a": "pn532",
    "type2": "pn532",
    "em4100": "em4100",
    "em4100-serial": "em4100",
    "msr": "msr",
    "idcard": "idcard",
    "idcard-sdt": "idcard",
    "display-led8": "led8",
    "display-cd5220": "cd5220",
    "scale-sma": "sma",
}
"""A family leaves this list when its driver lands; then each of its ids needs a test."""


READERS = frozenset({"vector", "expected_bytes"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a test and everything of its module that it names hold: texts, and names."""

    texts: frozenset[str]
    names: frozenset[str]

    def asserts(self, name: str) -> bool:
        """Whether it reads a vector by the one reader and looks at the side that says what is right.

        That is ``expect``; where ``expect`` is a sentence for people, it is the transcript in ``input``.
        """
        wanted = "input" if isinstance(vectors()[name]["expect"], str) else "expect"
        right_side = wanted in self.texts or (wanted == "expect" and "expected_bytes" in self.names)
        return name in self.texts and bool(self.names & READERS) and right_side


def reading_of(node: ast.AST, module: dict[str, ast.AST], seen: set[str]) -> Reading:
    """Walk through a definition and, once each, through the definitions of its module that it names."""
    parts = list(ast.walk(node))
    texts = {part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    names = {part.id for part in parts if isinstance(part, ast.Name)}
    for name in sorted(names & module.keys() - seen):
        seen.add(name)
        inner = reading_of(module[name], module, seen)
        texts |= inner.texts
        names |= inner.names
    return Reading(frozenset(texts), frozenset(names))


def definitions(tree: ast.Module) -> dict[str, ast.AST]:
    """Return the functions and the constants of a module by name."""
    found: dict[str, ast.AST] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign):
            found |= {target.id: node.value for target in node.targets if isinstance(target, ast.Name)}
    return found


def asserting_tests(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the tests that assert something."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [
        node
        for node in functions
        if node.name.startswith("test_") and any(isinstance(part, ast.Assert) for part in ast.walk(node))
    ]


@lru_cache(maxsize=1)
def asserted() -> frozenset[str]:
    """Return the ids that a test asserts. Read from the sources, so that every process of xdist sees all of them."""
    ids: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        source = path.read_text(encoding="utf-8")
        if path == Path(__file__) or "tests.vectors" not in source:
            continue
        tree = ast.parse(source)
        module = definitions(tree)
        for test in asserting_tests(tree):
            reading = reading_of(test, module, {test.name})
            ids |= {name for name in vectors().keys() & reading.texts if reading.asserts(name)}
    return frozenset(ids)


def test_every_id_of_a_family_with_a_driver_is_asserted_by_a_test() -> None:
    due = {name: vector["device"] for name, vector in vectors().items() if vector["device"] not in LATER}
    families = {"scanner", "scale-label", "scale-8217", "paycode", "printer-bytes", "printer-status"}
    assert set(due.values()) == families
    assert {name: family for name, family in due.items() if name not in asserted()} == {}


@pytest.mark.parametrize(
    "test",
    [
        'def test_a() -> None:\n    assert "pay-0" == "pay-0"',
        'def test_a() -> None:\n    assert vector("pay-0")["input"]["text"]',
        'def test_a() -> None:\n    vector("pay-0")["expect"]',
    ],
)
def test_an_id_that_is_only_mentioned_only_an_input_or_not_asserted_does_not_count(test: str) -> None:
    readings = [reading_of(node, {}, set()) for node in asserting_tests(ast.parse(test))]
    assert not any(reading.asserts("pay-0") for reading in readings)


def test_a_family_whose_driver_has_landed_waits_no_longer() -> None:
    assert {family: driver for family, driver in LATER.items() if driver in known_drivers()} == {}


def test_no_family_waits_that_the_vectors_do_not_have() -> None:
    assert set(LATER) <= {vector["device"] for vector in vectors().values()}
