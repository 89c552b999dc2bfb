"""The shared vectors of bytes and meanings (tests/golden/vectors.json), by id."""

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[2] / "golden" / "vectors.json"


@lru_cache(maxsize=1)
def _by_id() -> dict[str, Any]:
    return {vector["id"]: vector for vector in json.loads(_FILE.read_text(encoding="utf-8"))["vectors"]}


def vector(name: str) -> Any:
    """The vector of an id, as the file has it."""
    return _by_id()[name]
