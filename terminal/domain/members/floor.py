"""Stored value that a till spends without a lease and without HQ: bounded by sale, by card and day, by outage.

Nothing is set aside for it, so that it may overdraw a member: what is at risk is no more than these bounds.
"""

from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from terminal.domain.paying import OfflineLimits
from terminal.domain.promotions.coupons import MemberId

FRESH = timedelta(hours=24)
"""Balances that are older are not believed."""
SALES_OF_AN_OUTAGE = 10
"""Of so many sales at their limit an outage has, where HQ does not say."""


class Floor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was spent so: by member on the local ``day``, and by all since HQ could be asked last.

    ``as_of`` is the local time of the newest balances that HQ sent, as a member was bound last; empty = not known.
    """

    day: str = ""
    of_day: dict[MemberId, int] = {}
    outage_fen: int = 0
    as_of: str = ""

    def spent(self, member: MemberId, fen: int, day: str) -> "Floor":
        """Return it after a sale of a member on a day."""
        of_day = self.of_day if day == self.day else {}
        of_day = {**of_day, member: of_day.get(member, 0) + fen}
        return replace(self, day=day, of_day=of_day, outage_fen=self.outage_fen + fen)

    def ended(self) -> "Floor":
        """Return it when HQ can be asked again; what a member spent today stays counted."""
        return replace(self, outage_fen=0)

    def left_fen(self, limits: OfflineLimits, member: MemberId, local_time: str) -> int:
        """Return how much a sale of a member that began at a local time may spend so; never below 0."""
        if self.as_of and datetime.fromisoformat(local_time) - datetime.fromisoformat(self.as_of) > FRESH:
            return 0
        per_sale = limits.stored_per_sale
        per_day = per_sale if limits.stored_per_day is None else limits.stored_per_day
        per_outage = per_sale * SALES_OF_AN_OUTAGE if limits.stored_per_outage is None else limits.stored_per_outage
        today_fen = self.of_day.get(member, 0) if local_time[:10] == self.day else 0
        return max(0, min(per_sale, per_day - today_fen, per_outage - self.outage_fen))
