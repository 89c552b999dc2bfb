"""Tenders before they are taken: they may wait for a reference, a yes, or somebody with the right."""

from msgspec import Struct

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


TenderAction = TakeStored | TakeCard
