"""Ids of the texts about what a till knows; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class AskedNo(StrEnum):
    """Refusals."""

    SEARCH_HOW = "error.search_how"
    SALE_GONE = "error.sale_gone"
    SEVERAL_MEMBERS = "error.several_members"
    NO_MORE = "error.no_more"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class AskedHint(StrEnum):
    """What stands beside the input."""

    MENU = "hint.inquiry"
    LIST = "hint.list"
    SALES = "hint.search_sales"
    MEMBER = "hint.search_member"


class AskedKey(StrEnum):
    """What a live key does, for the key line."""

    SEARCH = "key.search"


class DeedText(StrEnum):
    """What was done, or what became of it."""

    SALE = "deed.sale"
    REFUND = "deed.refund"
    VOID = "deed.void"
    EXCHANGE = "deed.exchange"
    NO_RECEIPT = "deed.no_receipt"
    REGISTERED = "deed.registered"
    EDITED = "deed.edited"
    CARD = "deed.card"
    CARD_STATUS = "deed.card_status"
    MEMBER_STATUS = "deed.member_status"
    TOPPED_UP = "deed.topped_up"
    CASHED_OUT = "deed.cashed_out"
    GIFT = "deed.gift"
    COUPON_ISSUED = "deed.coupon_issued"
    GIFT_BACK = "deed.gift_back"
    MERGED = "deed.merged"
    DRAWER = "deed.drawer"
    CASH_IN = "deed.cash_in"
    CASH_OUT = "deed.cash_out"
    CASH_DROP = "deed.cash_drop"
    REFUND_IN_CASH = "deed.refund_in_cash"
    CAME_BACK = "deed.came_back"
    VOIDED = "deed.voided"
    MIXED = "deed.mixed"


FILLED: Mapping[str, tuple[str, ...]] = {}
IDS = (AskedNo, AskedHint, AskedKey, DeedText)
