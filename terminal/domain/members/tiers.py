"""Tiers: a member rises by what is spent, and is reviewed from time to time (CHECKOUT 8 and 10)."""

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct


class Tier(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tier, and what must be spent to reach it, in fen."""

    id: str
    min_spend: Annotated[int, Meta(ge=0)]


def risen(tiers: Sequence[Tier], tier: str, spend_fen: int) -> str:
    """Return the tier after a sale: the highest that is reached, never lower than the present one."""
    rank = reached(tiers, spend_fen)
    return tiers[rank].id if rank is not None and rank > place(tiers, tier) else tier


def reviewed(tiers: Sequence[Tier], tier: str, spend_fen: int, *, max_drop: int) -> str:
    """Return the tier after a review: the highest that is reached, but at most so many steps down."""
    lowest = max(0, place(tiers, tier) - max_drop)
    return tiers[max(lowest, reached(tiers, spend_fen) or 0)].id if tiers else tier


def next_tier(tiers: Sequence[Tier], tier: str, spend_fen: int) -> Tier | None:
    """Return the tier that more spending reaches next; None for who has the highest."""
    above = tiers[place(tiers, tier) + 1 :] if known(tiers, tier) else tiers
    return next((one for one in above if one.min_spend > spend_fen), None)


def higher(tiers: Sequence[Tier], one: str, other: str) -> str:
    """Return the higher of two tiers; one that is not in the list is the lowest."""
    return other if place(tiers, other) > place(tiers, one) or (not known(tiers, one) and known(tiers, other)) else one


def reached(tiers: Sequence[Tier], spend_fen: int) -> int | None:
    """Return the rank of the highest tier whose amount is reached; None if there is none."""
    ranks = [rank for rank, tier in enumerate(tiers) if tier.min_spend <= spend_fen]
    return ranks[-1] if ranks else None


def place(tiers: Sequence[Tier], tier: str) -> int:
    """Return the rank of a tier; one that is not in the list counts as the lowest."""
    return next((rank for rank, one in enumerate(tiers) if one.id == tier), 0)


def known(tiers: Sequence[Tier], tier: str) -> bool:
    """Whether a tier is in the list."""
    return any(one.id == tier for one in tiers)
