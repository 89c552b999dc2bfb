"""Tenders before they are taken: they may wait for a reference, a yes, or somebody with the right."""

from msgspec import Struct

from terminal.domain.barcode import PayChannel
from terminal.domain.text import SafeText


class TakeStored(Struct, frozen=True):
    """Take stored value of the sale's member."""

    amount_fen: int


class TakePoints(Struct, frozen=True):
    """Take points of the sale's member."""

    points: int


class TakeCard(Struct, frozen=True):
    """Take what the bank's own terminal has charged; ``reference`` stands on its slip."""

    amount_fen: int
    reference: SafeText


class SlipOf(Struct, frozen=True):
    """The reference of a bank card's slip is asked for."""

    amount_fen: int


class ByCode(Struct, frozen=True, kw_only=True):
    """A customer's code is about to be paid with."""

    channel: PayChannel
    code: str
    amount_fen: int

    def __repr__(self) -> str:
        """A code is never logged."""
        return f"ByCode({self.channel}, {self.amount_fen})"


class ByTerminal(Struct, frozen=True):
    """A bank card is about to be charged by the bank's own terminal, which the till tells the amount."""

    amount_fen: int


TenderAction = TakeStored | TakeCard
