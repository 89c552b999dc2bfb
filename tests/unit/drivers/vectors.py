"""The vectors of tests/golden/vectors.json by id."""

import json
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "golden" / "vectors.json"


@cache
def _by_id() -> dict[str, dict[str, Any]]:
    return {vector["id"]: vector for vector in json.loads(_FILE.read_text(encoding="utf-8"))["vectors"]}


def vector(name: str) -> dict[str, Any]:
    """Return one vector; ``KeyError`` when the file has none of this id."""
    return _by_id()[name]


def expected_bytes(name: str) -> bytes:
    """Return the bytes that a vector of kind ``encode`` or ``negative`` expects."""
    return bytes.fromhex(vector(name)["expect"]["hex"])
