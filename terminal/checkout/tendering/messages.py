"""Ids of the texts about tenders that are no cash; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class TenderSay(StrEnum):
    """Notices of what happened."""

    TAKEN = "notice.tender_taken"
    POINTS_TAKEN = "notice.points_taken"
    BY_HAND = "notice.card_by_hand"


class TenderNo(StrEnum):
    """Refusals."""

    MEMBER_CARD_FIRST = "error.member_card_first"
    OFFLINE = "error.offline_nothing"
    OFFLINE_VALUE = "error.offline_value"
    NO_STORED = "error.no_stored"
    STORED_INSUFFICIENT = "error.stored_insufficient"
    NO_POINTS = "error.no_points"
    POINTS_STEP = "error.points_step"
    POINTS_INSUFFICIENT = "error.points_insufficient"
    POINTS_OVER_LIMIT = "error.points_over_limit"
    POINTS_HOW = "error.points_how"
    NOTHING_TO_REDEEM = "error.nothing_to_redeem"
    SLIP_HOW = "error.slip_how"
    SLIP_TAKEN = "error.slip_taken"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class TenderAsk(StrEnum):
    """Questions of a confirmation."""

    MUCH_STORED = "ask.much_stored"
    SLIP_VOIDED = "ask.slip_voided"


class TenderHint(StrEnum):
    """What stands beside the input."""

    SLIP = "hint.slip"
    REDEEM = "hint.redeem"


class TenderKey(StrEnum):
    """What a live key does."""

    REDEEM = "key.redeem"
    BANK_CARD = "key.bank_card"
    STORED = "key.stored"


FILLED: Mapping[str, tuple[str, ...]] = {
    TenderSay.TAKEN: ("tender", "amount"),
    TenderSay.POINTS_TAKEN: ("points", "amount"),
    TenderNo.OFFLINE_VALUE: ("limit",),
    TenderNo.STORED_INSUFFICIENT: ("limit",),
    TenderNo.POINTS_STEP: ("step",),
    TenderNo.POINTS_INSUFFICIENT: ("limit",),
    TenderNo.POINTS_OVER_LIMIT: ("limit",),
    TenderAsk.MUCH_STORED: ("amount", "who"),
    TenderAsk.SLIP_VOIDED: ("amount", "reference"),
}
IDS = (TenderSay, TenderNo, TenderAsk, TenderHint, TenderKey)
