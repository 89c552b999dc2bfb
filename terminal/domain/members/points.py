"""Points: lots that expire, debts, what a sale earns and what points are worth (CHECKOUT 8 and 9)."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import replace

from terminal.domain.money import BASIS

NEVER = "9999-12-31"
"""Sorts after every date: where a lot without an expiry stands."""


class Clawback(StrEnum):
    """What happens if points that are to be taken back were spent: the balance falls below 0, or money is kept back."""

    NEGATIVE = "negative"
    WITHHOLD = "withhold"


class Validity(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long points are good: so many days, or until the end of the so-many-th year after this one; exactly one."""

    days: Annotated[int, Meta(ge=0)] | None = None
    year_end_plus: Annotated[int, Meta(ge=0)] | None = None

    def __post_init__(self) -> None:
        if (self.days is None) is (self.year_end_plus is None):
            raise ValueError("needs either days or year_end_plus")

    def expiry(self, local_time: str) -> str:
        """Return the last day of points that are earned now."""
        today = date.fromisoformat(local_time[:10])
        if self.days is not None:
            return (today + timedelta(days=self.days)).isoformat()
        return f"{today.year + (self.year_end_plus or 0):04d}-12-31"


class PointsProgram(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How points are earned and redeemed. ``tier_mult_bp`` is what a tier earns more, 10000 = as much as others."""

    fen_per_point: Annotated[int, Meta(ge=1)] = 100
    tier_mult_bp: dict[str, Annotated[int, Meta(ge=0)]] = {}
    no_earn_tenders: frozenset[str] = frozenset({"points"})
    redeem_fen_per_100: Annotated[int, Meta(ge=1)] = 100
    redeem_step: Annotated[int, Meta(ge=1)] = 100
    redeem_max_bp: Annotated[int, Meta(ge=0)] = BASIS
    clawback: Clawback = Clawback.NEGATIVE
    validity: Validity | None = None

    def earned(self, base_fen: int, mult_bp: int) -> int:
        """Return the points for an amount."""
        return max(0, base_fen) * mult_bp // (BASIS * self.fen_per_point)

    def expiry(self, local_time: str) -> str | None:
        """Return the last day of points that are earned now; None = they are good for ever."""
        return None if self.validity is None else self.validity.expiry(local_time)

    def worth_fen(self, points: int) -> int:
        """Return what points pay for."""
        return points * self.redeem_fen_per_100 // 100

    def most_for(self, amount_fen: int) -> int:
        """Return the most points that are worth no more than an amount."""
        return max(0, ((amount_fen + 1) * 100 - 1) // self.redeem_fen_per_100)


class Lot(Struct, frozen=True):
    """Points that expire together, at the end of a date; None = never."""

    points: int
    expires: str | None = None


class PointsAccount(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The points of a member: lots by expiry (one for each date, none empty), and what was taken beyond them."""

    lots: tuple[Lot, ...] = ()
    debt: int = 0

    def balance(self, today: str) -> int:
        """Return what may be redeemed; negative = a debt."""
        return sum(lot.points for lot in self.live(today)) - self.debt

    def live(self, today: str) -> tuple[Lot, ...]:
        """Return the lots that are still good, by expiry; one that never expires is the last."""
        return tuple(lot for lot in self.lots if not expired(lot.expires, today))

    def gain(self, points: int, expires: str | None) -> "PointsAccount":
        """Return the account with more points; a debt is paid first."""
        paid = min(points, self.debt)
        return replace(self.with_lot(expires, points - paid), debt=self.debt - paid)

    def redeem(self, points: int, today: str) -> tuple["PointsAccount", tuple[Lot, ...]]:
        """Return the account without some points, and the lots they came from: the earliest expiry first.

        What the lots do not hold becomes a debt.
        """
        account, taken = self, []
        for lot in self.live(today):
            part = min(points, lot.points)
            if part:
                account = account.with_lot(lot.expires, -part)
                taken.append(Lot(part, lot.expires))
                points -= part
        return replace(account, debt=account.debt + points), tuple(taken)

    def without(self, lots: tuple[Lot, ...]) -> "PointsAccount":
        """Return the account without these lots; what one of them does not hold becomes a debt."""
        account = self
        for lot in lots:
            held = next((own.points for own in account.lots if own.expires == lot.expires), 0)
            part = min(lot.points, held)
            account = replace(account.with_lot(lot.expires, -part), debt=account.debt + lot.points - part)
        return account

    def take_back(self, points: int, expires: str | None, today: str) -> "PointsAccount":
        """Return the account without points that a sale earned: from its own lot first."""
        own = next((lot.points for lot in self.live(today) if lot.expires == expires), 0)
        part = min(points, own)
        return self.with_lot(expires, -part).redeem(points - part, today)[0]

    def give_back(self, lots: tuple[Lot, ...], today: str) -> tuple["PointsAccount", int]:
        """Return the account with lots put back as they were, and how many points were lost: their lot is expired."""
        account, lost = self, 0
        for lot in lots:
            if expired(lot.expires, today):
                lost += lot.points
            else:
                account = account.gain(lot.points, lot.expires)
        return account, lost

    def merged(self, other: "PointsAccount", today: str) -> "PointsAccount":
        """Return both accounts in one; lots pay debts, but for those that are over."""
        account = replace(self, debt=0)
        for lot in other.lots:
            account = account.with_lot(lot.expires, lot.points)
        return account.redeem(self.debt + other.debt, today)[0]

    def settled(self) -> "PointsAccount":
        """Return the account with its debt paid from its lots as far as they go."""
        account, debt = replace(self, debt=0), self.debt
        for lot in self.lots:
            part = min(debt, lot.points)
            account, debt = account.with_lot(lot.expires, -part), debt - part
        return replace(account, debt=debt)

    def with_lot(self, expires: str | None, points: int) -> "PointsAccount":
        """Return the account with points added to, or taken from, the lot of a date."""
        by_date = {lot.expires: lot.points for lot in self.lots}
        by_date[expires] = by_date.get(expires, 0) + points
        lots = [Lot(left, day) for day, left in by_date.items() if left]
        return replace(self, lots=tuple(sorted(lots, key=lambda lot: lot.expires or NEVER)))


def expired(expires: str | None, today: str) -> bool:
    """Whether a lot is over; it is good until the end of its date. ``today`` is a date."""
    return expires is not None and expires < today
