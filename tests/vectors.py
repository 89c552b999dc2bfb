"""The shared vectors of bytes and meanings (tests/golden/vectors.json), by id."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parent / "golden" / "vectors.json"


@lru_cache(maxsize=1)
def vectors() -> dict[str, dict[str, Any]]:
    """Return all vectors by id."""
    return {vector["id"]: vector for vector in json.loads(_FILE.read_text(encoding="utf-8"))["vectors"]}


def vector(name: str) -> dict[str, Any]:
    """Return the vector of an id, as the file has it."""
    return vectors()[name]


def expected_bytes(name: str) -> bytes:
    """Return the bytes that a vector expects."""
    return bytes.fromhex(vector(name)["expect"]["hex"])
