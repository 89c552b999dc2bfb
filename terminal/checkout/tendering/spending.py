"""What of a member's value a till may take now."""

from terminal.checkout.state import Counter, hq_answers
from terminal.domain.paying import OfflineLimits


def may_spend(counter: Counter) -> OfflineLimits | None:
    """Return what may be taken of points, stored value and coupons without HQ; None: HQ can be asked, all of it."""
    return None if hq_answers(counter) else counter.trade.offline
