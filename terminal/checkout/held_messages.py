"""Ids of the texts about sales that were put aside; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class HeldNo(StrEnum):
    """Refusals."""

    NOTHING_HELD = "error.nothing_held"
    NOTHING_OF_MEMBER = "error.nothing_of_member"
    NOT_HELD = "error.not_held"
    HELD_ELSEWHERE = "error.held_elsewhere"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class HeldReason(StrEnum):
    """Why a held sale is dropped."""

    LEFT = "reason.customer_left"
    TWICE = "reason.rung_up_twice"
    ERROR = "reason.error"
    OTHER = "reason.other"


FILLED: Mapping[str, tuple[str, ...]] = {HeldNo.HELD_ELSEWHERE: ("terminal",)}
IDS = (HeldNo, HeldReason)
