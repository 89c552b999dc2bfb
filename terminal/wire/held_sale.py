"""A sale that waits: whose it is, and what people call it."""

from msgspec import Struct

from terminal.domain.ids import HoldId, StaffNumber
from terminal.domain.sale import Sale
from terminal.domain.text import SafeText


class HeldSale(Struct, frozen=True, kw_only=True):
    """A sale that was put aside."""

    hold_id: HoldId
    label: str
    owner: StaffNumber
    held_ms: int
    sale: Sale
    owner_name: SafeText = SafeText("")
    """Empty in a record that an older till saved."""
    due_fen: int | None = None

    @property
    def owned_by(self) -> str:
        """Number and name of whose it is, for people."""
        return f"{self.owner} {self.owner_name}".strip()
