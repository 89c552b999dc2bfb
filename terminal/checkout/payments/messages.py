"""Ids of the texts about payments by code; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class PaySay(StrEnum):
    """Notices of what happened."""

    STARTED = "notice.payment_started"
    CARD_STARTED = "notice.card_started"
    CARD_NOT_SENT = "notice.card_not_sent"
    TAKEN = "notice.payment_taken"
    DECLINED = "notice.payment_declined"
    NOT_SENT = "notice.payment_not_sent"
    NO_HOST = "notice.no_payment_host"
    REVERSING = "notice.payment_reversing"
    REVERSED = "notice.payment_reversed"
    WRONG_AMOUNT = "notice.payment_wrong_amount"
    UNKNOWN = "notice.payment_unknown"
    KEPT = "notice.payment_kept"
    FOUND = "notice.payment_found"
    RETURNED = "notice.payment_returned"
    NOT_RETURNED = "notice.payment_not_returned"
    CAME_LATE = "notice.refund_came_late"
    IN_CASH = "notice.refund_in_cash"
    CANCELLING = "notice.payment_cancelling"
    ASKING = "notice.payment_asking"
    OPEN = "notice.payment_open"
    SAME_CODE = "notice.same_code"
    SCAN_QUEUED = "notice.scan_queued"


NEWS_OF_MONEY = frozenset(
    {
        PaySay.FOUND,
        PaySay.RETURNED,
        PaySay.NOT_RETURNED,
        PaySay.CAME_LATE,
        PaySay.DECLINED,
        PaySay.REVERSED,
    }
)
"""They stand for their time, whatever the cashier does meanwhile, and whatever scan waited for the payment to end."""


class PayNo(StrEnum):
    """Refusals."""

    UNDECIDED = "error.payment_undecided"
    UNDER_WAY = "error.payment_under_way"
    NO_WAY_TO_HOST = "error.no_way_to_host"
    NO_TERMINAL = "error.no_terminal"
    QUEUE_FULL = "error.queue_full"
    NOT_REFUSED = "error.refund_not_refused"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class PayAsk(StrEnum):
    """Questions of a confirmation."""

    IN_CASH = "ask.refund_in_cash"


_PLAIN = frozenset({PaySay.CANCELLING, PaySay.ASKING, PaySay.SAME_CODE})
FILLED: Mapping[str, tuple[str, ...]] = {
    **{message: ("tender", "amount") for message in PaySay if message not in _PLAIN},
    PaySay.WRONG_AMOUNT: ("tender", "paid", "amount"),
    PaySay.SCAN_QUEUED: ("count",),
    PayAsk.IN_CASH: ("tender", "amount", "receipt_no"),
}
IDS = (PaySay, PayNo, PayAsk)
