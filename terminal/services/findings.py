"""What ``guitai doctor`` finds: a row for each thing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from terminal.config.schema import TillConfig


class Level(StrEnum):
    """How a thing is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One result; ``fix`` says what to do unless all is well."""

    name: str
    level: Level
    says: str
    fix: str = ""


Check = Callable[[TillConfig], Iterator[Row]]
