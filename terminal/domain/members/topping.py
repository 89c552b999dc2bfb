"""Top-ups with their bonus, cash-outs, and two members that become one (CHECKOUT 10)."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from terminal.domain.errors import InputError, RuleError
from terminal.domain.members.member import MERGED, Member, check_active
from terminal.domain.members.membership import merged_membership
from terminal.domain.members.stored import StoredRules, StoredValue
from terminal.domain.members.tiers import Tier, higher
from terminal.domain.promotions.kinds import TopupBonus


def bonus_for(amount_fen: int, rules: Iterable[TopupBonus]) -> int:
    """Return the best bonus that rules (all active) give for a top-up."""
    return max((_bonus(rule, amount_fen) for rule in rules), default=0)


def _bonus(rule: TopupBonus, amount_fen: int) -> int:
    reached = [(tier.min, tier.bonus) for tier in rule.steps if tier.min <= amount_fen]
    if not reached:
        return 0
    min_fen, bonus_fen = max(reached)
    return amount_fen // min_fen * bonus_fen if rule.repeat else bonus_fen


def top_up(member: Member, amount_fen: int, bonus_fen: int, stored: StoredRules) -> Member:
    """Return a member with more stored value.

    `RuleError` ``stored_limit`` above what a card may hold, ``name_needed`` for so much of somebody without a name.
    """
    if amount_fen < 1:
        raise InputError(f"a top-up of {amount_fen}")
    if amount_fen >= stored.name_from and not member.name:
        raise RuleError(f"{amount_fen} from {stored.name_from} on by nobody with a name", code="name_needed")
    value = member.stored + StoredValue(principal=amount_fen, bonus=bonus_fen)
    _check_limit(member, value, stored)
    return replace(member, stored=value)


def most_of(member: Member, stored: StoredRules) -> int:
    """Return what a member may hold, in fen: less, if nobody knows the name."""
    return stored.max_balance if member.name else min(stored.max_balance, stored.max_nameless)


def _check_limit(member: Member, value: StoredValue, stored: StoredRules) -> None:
    most = most_of(member, stored)
    if value.total > most:
        raise RuleError(f"{value.total} on a card that may hold {most}", code="stored_limit")


def merge(
    into: Member, gone: Member, *, stored: StoredRules, tiers: Sequence[Tier], today: str
) -> tuple[Member, Member]:
    """Return the member that two become on a day, and what is left of the other.

    `RuleError` ``card_<status>`` (``into`` is not active, or ``gone`` was merged before), ``merge_conflict`` (the same
    member, or the same count card on both sides), ``stored_limit``, in this order.
    """
    check_active(into)
    if gone.status == MERGED:
        raise RuleError(f"{gone.id} was merged before", code="card_merged")
    if into.id == gone.id or not into.counts.keys().isdisjoint(gone.counts):
        raise RuleError(f"{gone.id} cannot go into {into.id}", code="merge_conflict")
    value = into.stored + gone.stored
    _check_limit(into, value, stored)
    paid_tier, paid_until = merged_membership(into, gone, today, tiers)
    merged = replace(
        into,
        points=into.points.merged(gone.points, today),
        stored=value,
        spend=into.spend + gone.spend,
        counts={**into.counts, **gone.counts},
        tier=higher(tiers, into.own, gone.own),
        own_tier=None,
        paid_tier=paid_tier,
        paid_until=paid_until,
    )
    return merged, Member(id=gone.id, tier=gone.own, status=MERGED, birthday=gone.birthday)
