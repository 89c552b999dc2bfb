"""What salespeople earn by the lines they sold (CHECKOUT 8)."""

from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.money import BASIS, half_up
from terminal.domain.promotions.conditions import lineage


class CommissionRates(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Basis points of what is paid for a line: of the longest category that matches, else the default."""

    default_bp: Annotated[int, Meta(ge=0)] = 0
    cats: dict[str, Annotated[int, Meta(ge=0)]] = {}

    def rate_bp(self, category: str) -> int:
        """Return the rate of an article's category."""
        return next((self.cats[above] for above in reversed(lineage(category)) if above in self.cats), self.default_bp)


def commissions(rates: CommissionRates, lines: Iterable[tuple[StaffNumber | None, str, int]]) -> dict[StaffNumber, int]:
    """Return the fen of each salesperson of lines (salesperson, category, net), rounded once for each person."""
    sums: dict[StaffNumber, int] = {}
    for person, category, net_fen in lines:
        if person is not None:
            sums[person] = sums.get(person, 0) + net_fen * rates.rate_bp(category)
    return {person: half_up(total, BASIS) for person, total in sums.items()}
