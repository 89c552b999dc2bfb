"""What every table of ``state.db`` is that follows from the facts of the journal."""

from collections.abc import Sequence
from typing import ClassVar, Protocol

from terminal.wire.events import Fact
from terminal.wire.record import TillRecord


class Projection(Protocol):
    """One or a few tables, told of every fact of their kinds when it is durable, and again after a restart."""

    name: ClassVar[str]
    """Another shape of the tables gets another name: then all is told anew."""
    tables: ClassVar[Sequence[str]]
    """Statements that make what is not there."""
    kinds: ClassVar[frozenset[type[Fact]]]
    """The facts that it is told of."""

    def take(self, seq: int, fact: Fact, before: TillRecord, after: TillRecord) -> None:
        """Take one fact, with the record around it. What is told twice under the same sequence counts once."""
