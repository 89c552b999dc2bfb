"""What a rule does to the units of a basket, and the state that rules hand on to each other."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from terminal.domain.money import spread

USED = -1
"""In `Running.free`: a unit that an item rule has used."""


class Effect(Struct, frozen=True, gc=False):
    """Money off some units, in fen for each, the units that are used up by it, and the sum."""

    units: tuple[int, ...] = ()
    fens: tuple[int, ...] = ()
    used: tuple[int, ...] = ()
    off_fen: int = 0

    @property
    def offs(self) -> Iterable[tuple[int, int]]:
        """Each unit with what is off it."""
        return zip(self.units, self.fens, strict=True)


NOTHING = Effect()


def effect(offs: Iterable[tuple[int, int]], used: Iterable[int] = ()) -> Effect:
    """Return an effect; one that takes nothing off uses nothing."""
    some = [pair for pair in offs if pair[1]]
    if not some:
        return NOTHING
    units, fens = zip(*some, strict=True)
    return Effect(units, fens, tuple(used), sum(fens))


def spread_over(off_fen: int, units: Sequence[int], weights: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Split an amount over units by weight, and name the units."""
    return zip(units, spread(off_fen, weights), strict=True)


class Running:
    """A basket between two rules: ``net`` of each unit, ``free`` = its base, or `USED` once an item rule used it."""

    __slots__ = ("due_fen", "free", "net")

    def __init__(self, net: list[int], free: list[int], due_fen: int) -> None:
        self.net = net
        self.free = free
        self.due_fen = due_fen

    def copy(self) -> "Running":
        """Return the same state, to be changed on its own."""
        return Running(self.net.copy(), self.free.copy(), self.due_fen)

    def become(self, other: "Running") -> None:
        """Take the state of another."""
        self.net[:] = other.net
        self.free[:] = other.free
        self.due_fen = other.due_fen

    def apply(self, done: Effect) -> None:
        """Take an effect."""
        net, free = self.net, self.free
        for unit, off_fen in zip(done.units, done.fens, strict=True):
            net[unit] -= off_fen
        for unit in done.used:
            free[unit] = USED
        self.due_fen -= done.off_fen
