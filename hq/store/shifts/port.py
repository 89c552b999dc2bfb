"""What HQ keeps of the shifts that tills closed."""

from typing import Protocol

from msgspec import Struct

from terminal.wire.shift_events import ShiftClosed


class ShiftRow(Struct, frozen=True, kw_only=True):
    """A Z report as the till wrote it, and where it stands; ``is_right`` says whether HQ came to the same sums."""

    terminal: str
    epoch: int
    seq: int
    is_right: bool
    closed: ShiftClosed

    @property
    def place(self) -> tuple[str, int, int]:
        """The row of a journal in which it stands: terminal, epoch, sequence."""
        return self.terminal, self.epoch, self.seq


class Shifts(Protocol):
    """The closed shifts."""

    def add(self, shift: ShiftRow) -> bool:
        """Keep a Z report; False when another one of this till has its number already: both are kept."""

    def newest(self, *, terminal: str | None = None, day: str | None = None, limit: int = 100) -> list[ShiftRow]:
        """Return Z reports, of a terminal or a business date, the newest first."""

    def has(self, place: tuple[str, int, int]) -> bool:
        """Whether a row of a journal is kept as a Z report."""
