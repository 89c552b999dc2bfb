"""Looks at a done sale with HQ's own eyes: whether its document follows from its lines, and is what a shop sells.

Whatever it finds is told, and never changes what the till wrote.
"""

from hq.config import Bounds
from hq.store.port import AlarmKind
from terminal.domain.document import Document, digest, disagreements
from terminal.domain.money import format_fen
from terminal.wire.events import SaleCompleted

Finding = tuple[AlarmKind, str]
"""What to look at, and in words what is odd."""


class Examiner:
    """One thread uses it."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()

    def differences(self, document: Document, completed: SaleCompleted) -> list[Finding]:
        """Return where HQ comes to something else than the till: none for a right sale."""
        found = [(AlarmKind.TOTALS, f"{kind} differs") for kind in disagreements(document)]
        if digest(document) != completed.digest:
            found.insert(0, (AlarmKind.DIGEST, "the digest differs"))
        return found

    def oddities(self, document: Document) -> list[Finding]:
        """Return what is right as a sum, and yet no sale of a supermarket."""
        bound_fen = self._bounds.sale_fen
        amounts = {"gross": document.gross_fen, "total": document.total_fen, "change": document.change_fen}
        return [
            (AlarmKind.AMOUNT, f"{name} {format_fen(fen)} is beyond {format_fen(bound_fen)}")
            for name, fen in amounts.items()
            if abs(fen) > bound_fen
        ]
