"""Ids of the texts about what happens after a sale; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum

from terminal.wire.return_events import ReturnKind


class AfterSay(StrEnum):
    """Notices of what happened."""

    FOUND = "notice.receipt_found"
    FOUND_ALONE = "notice.receipt_found_alone"
    LINE = "notice.return_line"
    ALL = "notice.return_all"
    RETURNED = "notice.returned"
    RETURNED_HERE = "notice.returned_here"
    RETURNED_OFTEN = "notice.returned_often"
    VOIDED = "notice.sale_never_was"
    EXCHANGING = "notice.exchanging"
    EXCHANGED = "notice.exchanged"
    COPYING = "notice.return_copying"
    ASKING = "notice.asking_receipt"
    BY_CODE = "notice.return_by_code"


class AfterNo(StrEnum):
    """Refusals."""

    RECEIPT_HOW = "error.receipt_how"
    NO_SUCH_RECEIPT = "error.no_such_receipt"
    OTHER_TILL = "error.receipt_of_other_till"
    NOTHING_CHOSEN = "error.nothing_chosen"
    NOT_ON_RECEIPT = "error.not_on_receipt"
    WHICH_LINE = "error.return_which_line"
    QTY_EXCEEDS_SOLD = "error.qty_exceeds_sold"
    NOT_RETURNABLE = "error.not_returnable"
    COUNT_CARD_USED = "error.count_card_used"
    OVER_REFUND = "error.over_refund"
    ALREADY_REFUNDED = "error.already_refunded"
    SHIFT_CLOSED = "error.shift_closed"
    VOID_ALREADY = "error.unknown_sale"
    WRONG_MEMBER = "error.wrong_member"
    NO_COUPONS = "error.no_coupons_in_exchange"
    EXCHANGE_OPEN = "error.exchange_open"
    NO_RECEIPT_NEVER = "error.no_receipt_never"
    REFUND_LIMIT = "error.refund_limit"
    REFUND_UNDER_WAY = "error.refund_under_way"
    MEMBER_MERGED = "error.sale_of_merged"
    FORGED = "error.receipt_forged"
    NOT_AT_HQ = "error.receipt_not_at_hq"
    OTHER_SALE = "error.receipt_other_sale"
    HQ_SILENT = "error.receipt_hq_silent"
    CODE_TOO_OLD = "error.receipt_code_too_old"
    AT_ITS_TILL = "error.receipt_at_its_till"
    SET_ASIDE = "error.receipt_set_aside"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class AfterAsk(StrEnum):
    """Questions of a confirmation."""

    REFUND = "ask.refund"
    WITHHELD = "ask.refund_withheld"
    NO_RECEIPT = "ask.no_receipt"
    EXCHANGE = "ask.exchange"
    VOID = "ask.void_done"
    COPY = "ask.copy_receipt"


class AfterHint(StrEnum):
    """What stands beside the input."""

    RECEIPT = "hint.receipt"
    RETURN = "hint.return"
    BARE = "hint.bare_return"
    EXCHANGE = "hint.exchange"
    RETURNED = "hint.returned"


class AfterKey(StrEnum):
    """What a live key does."""

    RETURN = "key.return"
    NO_RECEIPT = "key.no_receipt"
    EXCHANGE = "key.exchange"
    GIVE_BACK = "key.give_back"
    DAMAGED = "key.damaged"
    ALL = "key.return_all"
    ONE_LESS = "key.one_less"
    VOID = "key.void_done"
    COPY = "key.copy_receipt"
    NEXT = "key.next_sale"


class ReturnReason(StrEnum):
    """Why goods come back."""

    QUALITY = "reason.quality"
    UNWANTED = "reason.unwanted"
    MISTAKE = "reason.mistake"
    OTHER = "reason.other_return"


KINDS: Mapping[ReturnKind, str] = {kind: f"return.{kind}" for kind in ReturnKind}
"""What the ways in which goods come back are called."""
FILLED: Mapping[str, tuple[str, ...]] = {
    AfterSay.FOUND: ("receipt_no",),
    AfterSay.FOUND_ALONE: ("receipt_no",),
    AfterSay.LINE: ("name", "quantity", "amount"),
    AfterSay.ALL: ("amount",),
    AfterSay.RETURNED: ("number", "amount", "cash"),
    AfterSay.RETURNED_HERE: ("amount", "cash"),
    AfterSay.RETURNED_OFTEN: ("amount", "cash", "count", "hours"),
    AfterSay.VOIDED: ("receipt_no", "amount", "cash"),
    AfterSay.EXCHANGING: ("amount",),
    AfterSay.EXCHANGED: ("total", "cash"),
    AfterSay.COPYING: ("number", "copy"),
    AfterNo.NO_SUCH_RECEIPT: ("receipt_no",),
    AfterSay.ASKING: ("receipt_no",),
    AfterSay.BY_CODE: ("receipt_no", "amount"),
    AfterNo.OTHER_TILL: ("receipt_no",),
    AfterNo.NOT_AT_HQ: ("receipt_no",),
    AfterNo.OTHER_SALE: ("receipt_no",),
    AfterNo.HQ_SILENT: ("receipt_no",),
    AfterNo.SET_ASIDE: ("receipt_no",),
    AfterNo.CODE_TOO_OLD: ("day", "days"),
    AfterNo.NOT_ON_RECEIPT: ("code",),
    AfterNo.WHICH_LINE: ("name",),
    AfterNo.REFUND_LIMIT: ("limit",),
    AfterAsk.REFUND: ("amount", "receipt_no", "reason"),
    AfterAsk.WITHHELD: ("amount", "withheld", "cash", "receipt_no", "reason"),
    AfterAsk.NO_RECEIPT: ("amount", "reason"),
    AfterAsk.EXCHANGE: ("amount", "receipt_no", "reason"),
    AfterAsk.VOID: ("amount", "receipt_no", "reason"),
    AfterAsk.COPY: ("receipt_no",),
}
IDS = (AfterSay, AfterNo, AfterAsk, AfterHint, AfterKey, ReturnReason, tuple(KINDS.values()))
