"""What of a member's value a till may take now."""

from msgspec.structs import replace

from terminal.checkout.state import Counter, hq_answers
from terminal.domain.paying import OfflineLimits


def may_spend(counter: Counter) -> OfflineLimits | None:
    """Return what may be taken of points, stored value and coupons without HQ; None: HQ can be asked, all of it."""
    return None if hq_answers(counter) else offline_limits(counter)


def offline_limits(counter: Counter) -> OfflineLimits:
    """Return what may be taken without HQ now: of stored value what the day, the outage and old balances leave."""
    limits, sale = counter.trade.offline, counter.record.sale
    if counter.is_training or sale is None or sale.member is None or not limits.stored_per_sale:
        return limits
    left_fen = counter.durable.claims.floor.left_fen(limits, sale.member.id, sale.local_time)
    return replace(limits, stored_per_sale=left_fen)
