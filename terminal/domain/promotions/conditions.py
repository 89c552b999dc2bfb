"""When a rule holds: its articles, its time, who it is for, and how often it may be used (CHECKOUT 4.1 to 4.3)."""

import re
from calendar import isleap
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, TypeVar

from msgspec import Meta, Struct, field

from terminal.domain.ids import Sku

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)
_HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00", re.ASCII)
_BIRTHDAY = re.compile(r"\d\d-\d\d", re.ASCII)
_LEAP_DAY = "02-29"


class Scope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which articles: those named, or of a category or one below it; all, if neither is named. ``not_`` excludes."""

    skus: frozenset[Sku] = frozenset()
    cats: frozenset[str] = frozenset()
    not_skus: frozenset[Sku] = frozenset()
    not_cats: frozenset[str] = frozenset()

    @property
    def is_open(self) -> bool:
        """Whether it names no article and no category, and so takes in all that is not excluded."""
        return not self.skus and not self.cats

    def covers(self, sku: Sku, category: str) -> bool:
        """Whether an article is in scope."""
        if sku in self.not_skus:
            return False
        above = lineage(category)
        if not self.not_cats.isdisjoint(above):
            return False
        return self.is_open or sku in self.skus or not self.cats.isdisjoint(above)


EVERYTHING = Scope()


@lru_cache(maxsize=4096)
def lineage(category: str) -> tuple[str, ...]:
    """Return a category and all above it: ``a/b/c`` → ``a``, ``a/b``, ``a/b/c``."""
    parts = category.split("/")
    return tuple("/".join(parts[: depth + 1]) for depth in range(len(parts)))


class When(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    rename={"start": "from", "end": "to"},
):
    """At which local times; all parts that are given must hold.

    ``from`` and ``to`` are inclusive, a bare date is the whole day; ``hours`` are windows with an exclusive end, one
    whose start is later than its end goes over midnight. Weekdays count from Monday = 1. `ValueError` for a text that
    is no time.
    """

    start: str | None = None
    end: str | None = None
    weekdays: frozenset[Annotated[int, Meta(ge=1, le=7)]] | None = None
    days: frozenset[Annotated[int, Meta(ge=1, le=31)]] | None = None
    hours: tuple[tuple[str, str], ...] | None = None

    def __post_init__(self) -> None:
        for moment in filter(None, (self.start, self.end)):
            if _MOMENT.fullmatch(moment) is None:
                raise ValueError(f"{moment!r} is no date, and no time like 2026-03-18T10:00:00")
        for hour in (hour for window in self.hours or () for hour in window):
            if _HOUR.fullmatch(hour) is None:
                raise ValueError(f"{hour!r} is no time of the day like 09:30")

    def holds(self, local_time: str) -> bool:
        """Whether it holds at a local time ``YYYY-MM-DDTHH:MM:SS``."""
        return (
            self._in_period(local_time)
            and (self.weekdays is None or date.fromisoformat(local_time[:10]).isoweekday() in self.weekdays)
            and (self.days is None or int(local_time[8:10]) in self.days)
            and (self.hours is None or any(_within(local_time[11:16], *window) for window in self.hours))
        )

    def _in_period(self, local_time: str) -> bool:
        if self.start is not None and local_time < self.start:
            return False
        return self.end is None or local_time[: len(self.end)] <= self.end


def _within(hour: str, start: str, end: str) -> bool:
    if start <= end:
        return start <= hour < end
    return hour >= start or hour < end


class WhoKind(StrEnum):
    """Members, others, or both."""

    ANY = "any"
    MEMBER = "member"
    NONMEMBER = "nonmember"


class BirthdaySpan(StrEnum):
    """How long a birthday lasts."""

    DAY = "day"
    MONTH = "month"


class Shopper(Struct, frozen=True, kw_only=True):
    """What rules ask of a member: tier, and birthday as ``MM-DD``. A customer without a card is no shopper (None)."""

    tier: str = ""
    birthday: str | None = None


class Who(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """For whom; all parts that are given must hold. A tier or a birthday asks for a member."""

    kind: WhoKind = WhoKind.ANY
    tiers: frozenset[str] | None = None
    birthday: BirthdaySpan | None = None

    def holds(self, shopper: Shopper | None, local_time: str) -> bool:
        """Whether it holds for a member, or for somebody without a card (None), on the day of a local time."""
        if shopper is None:
            return self.kind is not WhoKind.MEMBER and self.tiers is None and self.birthday is None
        if self.kind is WhoKind.NONMEMBER or (self.tiers is not None and shopper.tier not in self.tiers):
            return False
        return self.birthday is None or has_birthday(shopper.birthday, self.birthday, local_time)


def has_birthday(birthday: str | None, span: BirthdaySpan, local_time: str) -> bool:
    """Whether a birthday ``MM-DD`` is on this day, or in this month; 29 February falls on the 28th in common years."""
    if birthday is None or _BIRTHDAY.fullmatch(birthday) is None:
        return False
    if span is BirthdaySpan.MONTH:
        return birthday[:2] == local_time[5:7]
    if birthday == _LEAP_DAY and not isleap(int(local_time[:4])):
        birthday = "02-28"
    return birthday == local_time[5:10]


class Period(StrEnum):
    """Over what a member's uses are counted."""

    DAY = "day"
    EVER = "ever"


class MemberLimit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How many done sales of one member may have a rule applied, today or ever."""

    times: Annotated[int, Meta(ge=0)]
    per: Period


class Uses(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How often rules were applied in done sales: by anybody, by this member ever and today.

    ``units_today`` counts what this member bought today at the price of a rule, by (rule id, article).
    """

    total: dict[str, int] = field(default_factory=dict)
    member_ever: dict[str, int] = field(default_factory=dict)
    member_today: dict[str, int] = field(default_factory=dict)
    units_today: dict[tuple[str, Sku], int] = field(default_factory=dict)

    def plus(self, other: "Uses") -> "Uses":
        """Return the sums of what two places counted."""
        return Uses(
            total=_sums(self.total, other.total),
            member_ever=_sums(self.member_ever, other.member_ever),
            member_today=_sums(self.member_today, other.member_today),
            units_today=_sums(self.units_today, other.units_today),
        )

    def by_member(self, rule_id: str, period: Period) -> int:
        """Return how many sales of the member had a rule applied."""
        counts = self.member_today if period is Period.DAY else self.member_ever
        return counts.get(rule_id, 0)


KeyT = TypeVar("KeyT")


def _sums(one: Mapping[KeyT, int], other: Mapping[KeyT, int]) -> dict[KeyT, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in {**one, **other}}


NO_USES = Uses()
