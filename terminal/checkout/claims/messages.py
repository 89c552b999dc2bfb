"""Ids of the texts about member value that HQ sets aside; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class ClaimSay(StrEnum):
    """Notices of what happened."""

    ASKING = "notice.asking_hq"


class ClaimNo(StrEnum):
    """Refusals."""

    SET_ASIDE = "error.value_set_aside"
    CHANGED = "error.value_changed"
    SHORT = "error.value_short"
    COUPON_TAKEN = "error.coupon_taken"
    NOT_ALLOWED = "error.value_not_allowed"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


FILLED: Mapping[str, tuple[str, ...]] = {}
IDS = (ClaimSay, ClaimNo)
