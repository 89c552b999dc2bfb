"""Every vector that was given is asserted by a test, or its family has no driver yet."""

import ast
from functools import lru_cache
from pathlib import Path

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
    "scale-8217": "toledo-8217",
    "scale-sma": "sma",
}
"""A family leaves this list when its driver lands; then each of its ids needs a test."""


@lru_cache(maxsize=1)
def named() -> frozenset[str]:
    """Return every text of the tests' sources that may be an id; documentation is none, it holds blanks."""
    sources = (path for path in TESTS.rglob("*.py") if path != Path(__file__))
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in sources)
    return frozenset(
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def test_every_id_of_a_family_with_a_driver_is_asserted_by_a_test() -> None:
    due = {name: vector["device"] for name, vector in vectors().items() if vector["device"] not in LATER}
    assert set(due.values()) == {"scanner", "scale-label", "paycode", "printer-bytes", "printer-status"}
    assert {name: family for name, family in due.items() if name not in named()} == {}


def test_a_family_whose_driver_has_landed_waits_no_longer() -> None:
    assert {family: driver for family, driver in LATER.items() if driver in known_drivers()} == {}


def test_no_family_waits_that_the_vectors_do_not_have() -> None:
    assert set(LATER) <= {vector["device"] for vector in vectors().values()}
