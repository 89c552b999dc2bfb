"""Ids of every text that the counter says, with the parameters that fill it. The words are the screens' tables.

A parameter named ``reason``, ``detail``, ``device``, ``result`` or ``tender`` carries an id of this list itself; the
others are safe text. `PARAMS` has every id that a screen must know; a test compares it with the tables.
"""

from collections.abc import Mapping
from enum import StrEnum

from terminal.checkout import device_words
from terminal.checkout import held_messages as held
from terminal.checkout.after import messages as after
from terminal.checkout.claims import messages as claims
from terminal.checkout.goods import messages as goods
from terminal.checkout.inquiries import messages as inquiries
from terminal.checkout.marks import Tag
from terminal.checkout.members.acts import messages as members
from terminal.checkout.payments import messages as payments
from terminal.checkout.reasons import messages as reasons
from terminal.checkout.shifts import messages as shifts
from terminal.checkout.store import messages as store
from terminal.checkout.tendering import messages as tendering
from terminal.domain.sale import TenderKind


class Say(StrEnum):
    """Notices of what happened."""

    LINE_ADDED = "notice.line_added"
    LINE_VOIDED = "notice.line_voided"
    QUANTITY_CHANGED = "notice.quantity_changed"
    LINE_REDUCED = "notice.line_reduced"
    MEMBER_BOUND = "notice.member_bound"
    MEMBER_UNBOUND = "notice.member_unbound"
    MEMBER_CARD = "notice.member_card"
    MEMBER_SHOWN = "notice.member_shown"
    CARD_NOT_KNOWN = "notice.card_not_known"
    SEVERAL_MEMBERS = "notice.several_members"
    TAKE_BACK = "notice.take_back"
    HELD = "notice.held"
    RECALLED = "notice.recalled"
    RECALLED_REPRICED = "notice.recalled_repriced"
    HELD_VOIDED = "notice.held_voided"
    SALE_VOIDED = "notice.sale_voided"
    EMPTY_DROPPED = "notice.empty_dropped"
    COMPLETED = "notice.completed"
    PAID_OUT = "notice.paid_out"
    COMPLETED_OFTEN = "notice.completed_often"
    COMPLETED_OWN_CARD = "notice.completed_own_card"
    SIGNED_IN = "notice.signed_in"
    SIGNED_OUT = "notice.signed_out"
    SALE_OF = "notice.sale_of"
    VOUCHER_TAKEN = "notice.voucher_taken"
    TENDER_REMOVED = "notice.tender_removed"
    DRAWER_OPENING = "notice.drawer_opening"
    REPRINTING = "notice.reprinting"
    RECEIPT_NOT_PRINTED = "notice.receipt_not_printed"
    RECEIPT_UNKNOWN = "notice.receipt_unknown"
    RESTARTED = "notice.restarted"
    EPOCH_BEGAN = "notice.epoch_began"
    CLOCK_DOUBTED = "notice.clock_doubted"
    CLOCK_MENDED = "notice.clock_mended"
    RESTARTED_DONE = "notice.restarted_done"
    TYPE_ANEW = "notice.type_anew"
    RECEIPT_UNCONFIRMED = "notice.receipt_unconfirmed"
    DRAWER_UNCONFIRMED = "notice.drawer_unconfirmed"
    BOTH_UNCONFIRMED = "notice.both_unconfirmed"
    RECEIPT_AND_DRAWER = "notice.receipt_and_drawer"
    DRAWER_FAILED = "notice.drawer_failed"
    NO_PRINTER = "notice.no_printer"
    NO_DRAWER = "notice.no_drawer"
    DRAWER_STUCK = "notice.drawer_stuck"
    DEVICE_LOST = "notice.device_lost"
    DEVICE_BACK = "notice.device_back"
    BOOK_CHANGED = "notice.book_changed"
    BOOK_REFUSED = "notice.book_refused"
    RULES_CHANGED = "notice.rules_changed"
    RULES_REFUSED = "notice.rules_refused"
    RULES_LOST = "notice.rules_lost"
    RULES_IGNORE = "notice.rules_ignore"
    COUPON_ACCEPTED = "notice.coupon_accepted"
    COUPON_TAKEN_BACK = "notice.coupon_taken_back"
    RECALLED_WITHOUT = "notice.recalled_without"
    COUPONS_GONE = "notice.coupons_gone"
    SPACE_LOW = "notice.space_low"
    SPACE_BACK = "notice.space_back"
    LINK_FORKED = "notice.link_forked"
    LINK_BEHIND = "notice.link_behind"
    UNKNOWN_ARTICLE = "notice.unknown_article"
    PRICE_NEEDED = "notice.price_needed"
    WEIGHT_NEEDED = "notice.weight_needed"
    PRICE_SHOWN = "notice.price_shown"
    NOTHING_FOUND = "notice.nothing_found"
    SCREEN_FAULT = "notice.screen_fault"
    NO_ENTER = "notice.no_enter"
    PASTED = "notice.pasted"
    TYPED_DROPPED = "notice.typed_dropped"
    TRAINING_BEGAN = "notice.training_began"
    TRAINING_ENDED = "notice.training_ended"
    TRAINING_GOES_ON = "notice.training_goes_on"


class No(StrEnum):
    """Refusals: the red bar with the reason."""

    UNKNOWN_ITEM = "error.unknown_item"
    BAD_BARCODE = "error.bad_barcode"
    BAD_TYPED = "error.bad_typed"
    NOT_GOODS = "error.not_goods"
    BOOK_UNREADABLE = "error.book_unreadable"
    NO_BOOK = "error.no_book"
    LOCKED = "error.locked"
    LOCKED_OUT = "error.locked_out"
    WRONG_PIN = "error.wrong_pin"
    NO_RIGHT = "error.no_right"
    ABOVE_RIGHTS = "error.above_rights"
    STAFF_TOO_OLD = "error.staff_too_old"
    UNKNOWN_LINE = "error.unknown_line"
    BAD_QUANTITY = "error.bad_quantity"
    NOT_COUNTED = "error.not_counted"
    BAD_AMOUNT = "error.bad_amount"
    BAD_WEIGHT = "error.bad_weight"
    EMPTY_SALE = "error.empty_sale"
    SALE_OPEN = "error.sale_open"
    PARTLY_PAID = "error.partly_paid"
    PAY_FIRST = "error.pay_first"
    FINISH_FIRST = "error.finish_first"
    NOT_HERE = "error.not_here"
    KEY_NOT_HERE = "error.key_not_here"
    LEAVE_FIRST = "error.leave_first"
    SALE_DONE = "error.sale_done"
    NO_CHOICE = "error.no_choice"
    YES_OR_NO = "error.yes_or_no"
    TOO_LONG = "error.too_long"
    NUMBER_FIRST = "error.number_first"
    PIN_FIRST = "error.pin_first"
    CODE_FIRST = "error.code_first"
    PERCENT_HOW = "error.percent_how"
    VOUCHER_HOW = "error.voucher_how"
    NO_SUCH_MEMBER = "error.no_such_member"
    NO_MEMBER = "error.no_member"
    MEMBER_HOW = "error.member_how"
    CARD_LOST = "error.card_lost"
    CARD_REPLACED = "error.card_replaced"
    CARD_FROZEN = "error.card_frozen"
    CARD_BLOCKED = "error.card_blocked"
    CARD_EXPIRED = "error.card_expired"
    CARD_CLOSED = "error.card_closed"
    CARD_MERGED = "error.card_merged"
    CARD_NOT_ACTIVE = "error.card_not_active"
    LATER_TECHNICIAN = "error.later_technician"
    UNDERPAID = "error.underpaid"
    OVER_TENDER = "error.over_tender"
    NOTHING_TO_PAY = "error.nothing_to_pay"
    NO_TENDER = "error.no_tender"
    NOT_REPEATABLE = "error.not_repeatable"
    NOT_IN_SALE = "error.not_in_sale"
    ABOVE_LINE = "error.above_line"
    NOT_DISCOUNTABLE = "error.not_discountable"
    LOW_SPACE = "error.low_space"
    SCAN_AGAIN = "error.scan_again"
    DOUBLE = "error.double"
    NOT_IN_TRAINING = "error.not_in_training"
    NO_LAST_SALE = "error.no_last_sale"
    CANCELLED = "error.cancelled"
    RESTARTED = "error.restarted"
    DISK_FULL = "error.disk_full"
    JOURNAL_FAILED = "error.journal_failed"
    JOURNAL_BROKEN = "error.journal_broken"
    SCHEMA_TOO_NEW = "error.schema_too_new"
    COUPON_UNKNOWN = "error.coupon_unknown"
    COUPON_USED = "error.coupon_used"
    COUPON_UNUSABLE = "error.coupon_unusable"
    COUPON_NOT_YET_VALID = "error.coupon_not_yet_valid"
    COUPON_EXPIRED = "error.coupon_expired"
    COUPON_WRONG_OWNER = "error.coupon_wrong_owner"
    COUPON_NOT_COMBINABLE = "error.coupon_not_combinable"
    COUPON_TWICE = "error.coupon_twice"
    COUPON_NO_GOODS = "error.coupon_no_goods"
    COUPON_BELOW_MIN = "error.coupon_below_min"
    COUPON_OFFLINE = "error.coupon_offline"
    RULES_UNREADABLE = "error.rules_unreadable"
    BOOK_FORGED = "error.book_forged"
    BOOK_TORN = "error.book_torn"
    BOOK_INVALID = "error.book_invalid"
    BOOK_MISSING = "error.book_missing"
    BOOK_MALFORMED = "error.book_malformed"
    BOOK_UNSIGNED = "error.book_unsigned"
    BOOK_AUDIENCE = "error.book_audience"
    BOOK_REPLAYED = "error.book_replayed"
    BOOK_OLDER = "error.book_older"
    BOOK_EXPIRED = "error.book_expired"
    BOOK_TRUNCATED = "error.book_truncated"
    BOOK_FLIPPED = "error.book_flipped"
    BOOK_OVERSIZED = "error.book_oversized"
    BOOK_UNSUPPORTED = "error.book_unsupported"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it: ``unknown_item``."""
        return self.value.removeprefix("error.")


_OfSales = held.HeldNo | goods.GoodsNo | inquiries.AskedNo | store.StoreNo | after.AfterNo
_OfMembers = members.MemberNo | tendering.TenderNo | claims.ClaimNo
AnyNo = No | _OfSales | _OfMembers | payments.PayNo | shifts.ShiftNo


class Ask(StrEnum):
    """Questions of a confirmation."""

    QUANTITY = "ask.quantity"
    LINE_AMOUNT = "ask.line_amount"
    WEIGHT = "ask.weight"
    AGE = "ask.age"
    CASH_GIVEN = "ask.cash_given"
    VOID_SALE = "ask.void_sale"
    VOID_HELD = "ask.void_held"
    VOID_LINE = "ask.void_line"
    FEWER = "ask.fewer"
    RECALL_OTHER = "ask.recall_other"
    REDUCE = "ask.reduce"
    NO_SALE = "ask.no_sale"
    REPRINT = "ask.reprint"
    REVERSE_PAYMENT = "ask.reverse_payment"
    SELL_UNKNOWN = "ask.sell_unknown"
    TRAINING = "ask.training"
    TRAINING_END = "ask.training_end"


_OfMore = shifts.ShiftAsk | store.StoreAsk | members.MemberAsk | tendering.TenderAsk | payments.PayAsk
AnyAsk = Ask | after.AfterAsk | goods.GoodsAsk | _OfMore


class Hint(StrEnum):
    """What stands beside the input."""

    SALE = "hint.sale"
    TAKE_BACK = "hint.take_back"
    RESTARTED = "hint.restarted"
    STAFF = "hint.staff"
    PIN = "hint.pin"
    CHECKING = "hint.checking"
    QUANTITY = "hint.quantity"
    PRICE = "hint.price"
    WEIGHT = "hint.weight"
    REASON = "hint.reason"
    SEARCH = "hint.search"
    TENDER = "hint.tender"
    TENDER_DONE = "hint.tender_done"
    PAYING = "hint.paying"
    COMPLETED = "hint.completed"
    OWES_BOTH = "hint.owes_both"
    OWES_RECEIPT = "hint.owes_receipt"
    OWES_DRAWER = "hint.owes_drawer"
    HELD = "hint.held"
    PRICE_CHECK = "hint.price_check"
    MEMBER = "hint.member"
    CONFIRM = "hint.confirm"
    LOW_SPACE = "hint.low_space"
    NO_BOOK = "hint.no_book"
    PAGE = "hint.page"
    PAY_IN_CASH = "hint.pay_in_cash"


class Key(StrEnum):
    """What a live key does, for the key line."""

    HELP = "key.help"
    QUANTITY = "key.quantity"
    REDUCE = "key.reduce"
    MEMBER = "key.member"
    BIND = "key.bind"
    TAKE_OFF = "key.take_off"
    HOLD = "key.hold"
    RECALL = "key.recall"
    NO_SALE = "key.no_sale"
    CASH = "key.cash"
    PAY = "key.pay"
    REPRINT = "key.reprint"
    PRICE_CHECK = "key.price_check"
    TRAINING = "key.training"
    LOCK = "key.lock"
    STATUS = "key.status"
    CANCEL_SALE = "key.cancel_sale"
    VOID_LAST = "key.void_last"
    REPEAT = "key.repeat"
    BACK = "key.back"
    ACCEPT = "key.accept"
    NEXT_AMOUNT = "key.next_amount"
    REMOVE_TENDER = "key.remove_tender"
    CANCEL_PAYMENT = "key.cancel_payment"
    VOID_HELD = "key.void_held"
    PICK = "key.pick"
    YES = "key.yes"
    NO = "key.no"


class NoSaleReason(StrEnum):
    """Why the drawer is opened without a sale."""

    CHANGE = "reason.change"
    COUNT = "reason.count"
    OTHER = "reason.other"
    SHUT = "reason.shut"


TENDERS = tuple(f"tender.{kind.value}" for kind in TenderKind)
_FILLED: Mapping[str, tuple[str, ...]] = {
    Say.LINE_ADDED: ("name", "quantity", "amount"),
    Say.LINE_VOIDED: ("name", "number"),
    Say.QUANTITY_CHANGED: ("name", "quantity"),
    Say.LINE_REDUCED: ("name", "amount"),
    Say.MEMBER_BOUND: ("who",),
    Say.MEMBER_CARD: ("card",),
    Say.MEMBER_SHOWN: ("who", "points", "stored"),
    Say.CARD_NOT_KNOWN: ("card",),
    Say.HELD: ("label",),
    Say.RECALLED: ("label",),
    Say.RECALLED_REPRICED: ("label", "before", "after"),
    Say.HELD_VOIDED: ("label",),
    Say.SALE_VOIDED: ("total",),
    Say.COMPLETED: ("total", "change"),
    Say.PAID_OUT: ("change",),
    Say.COMPLETED_OFTEN: ("total", "change", "count", "minutes"),
    Say.COMPLETED_OWN_CARD: ("total", "change"),
    Say.SIGNED_IN: ("name",),
    Say.SALE_OF: ("staff",),
    Say.VOUCHER_TAKEN: ("amount",),
    Say.TENDER_REMOVED: ("amount",),
    Say.REPRINTING: ("receipt_no", "copy"),
    Say.RECEIPT_NOT_PRINTED: ("receipt_no", "detail"),
    Say.RECEIPT_UNKNOWN: ("receipt_no", "detail"),
    Say.EPOCH_BEGAN: ("epoch",),
    Say.CLOCK_MENDED: ("date",),
    Say.NO_ENTER: ("code",),
    Say.RESTARTED_DONE: ("receipt_no", "change"),
    Say.RECEIPT_UNCONFIRMED: ("receipt_no",),
    Say.DRAWER_UNCONFIRMED: ("receipt_no",),
    Say.BOTH_UNCONFIRMED: ("receipt_no",),
    Say.RECEIPT_AND_DRAWER: ("result", "detail"),
    Say.DRAWER_FAILED: ("detail",),
    Say.DEVICE_LOST: ("device", "detail"),
    Say.DEVICE_BACK: ("device",),
    Say.BOOK_CHANGED: ("label",),
    Say.BOOK_REFUSED: ("version", "reason"),
    Say.RULES_CHANGED: ("label",),
    Say.RULES_REFUSED: ("version", "reason"),
    Say.RULES_LOST: ("label",),
    Say.RULES_IGNORE: ("label", "values"),
    Say.COUPON_ACCEPTED: ("name", "amount"),
    Say.COUPON_TAKEN_BACK: ("name",),
    Say.RECALLED_WITHOUT: ("label", "name"),
    Say.COUPONS_GONE: ("name",),
    No.COUPON_NOT_YET_VALID: ("date",),
    No.COUPON_EXPIRED: ("date",),
    No.COUPON_BELOW_MIN: ("amount",),
    Say.UNKNOWN_ARTICLE: ("code",),
    Say.PRICE_NEEDED: ("name",),
    Say.WEIGHT_NEEDED: ("name",),
    Say.PRICE_SHOWN: ("name", "amount"),
    Say.NOTHING_FOUND: ("query",),
    Say.TYPED_DROPPED: ("text",),
    No.UNKNOWN_ITEM: ("code",),
    No.LOCKED_OUT: ("minutes",),
    No.UNDERPAID: ("missing",),
    No.OVER_TENDER: ("limit",),
    No.NOTHING_TO_PAY: ("given",),
    No.ABOVE_LINE: ("limit",),
    No.ABOVE_RIGHTS: ("limit",),
    No.STAFF_TOO_OLD: ("days",),
    No.SCAN_AGAIN: ("detail",),
    Ask.QUANTITY: ("name", "quantity"),
    Ask.LINE_AMOUNT: ("name", "amount"),
    Ask.WEIGHT: ("name", "weight"),
    Ask.AGE: ("name", "age"),
    Ask.CASH_GIVEN: ("amount", "change"),
    Ask.NO_SALE: ("reason",),
    Ask.VOID_SALE: ("total",),
    Ask.VOID_HELD: ("label",),
    Ask.VOID_LINE: ("name", "number"),
    Ask.FEWER: ("name", "pieces"),
    Ask.RECALL_OTHER: ("label", "owner"),
    Ask.REDUCE: ("name", "amount", "reason"),
    Ask.REVERSE_PAYMENT: ("tender", "amount"),
    Ask.REPRINT: ("receipt_no",),
    Ask.SELL_UNKNOWN: ("amount",),
    **goods.FILLED,
    **held.FILLED,
    **inquiries.FILLED,
    **after.FILLED,
    **payments.FILLED,
    **reasons.FILLED,
    **store.FILLED,
    **shifts.FILLED,
    **members.FILLED,
    **tendering.FILLED,
    **claims.FILLED,
}

_OTHERS = (*held.IDS, *payments.IDS, *reasons.IDS, *store.IDS, *shifts.IDS, *members.IDS, *tendering.IDS, *claims.IDS)
MORE = (*device_words.IDS, *after.IDS, *goods.IDS, *inquiries.IDS, *_OTHERS)
PARAMS: Mapping[str, tuple[str, ...]] = {
    str(name): _FILLED.get(name, ())
    for names in (Say, No, Ask, Hint, Key, Tag, NoSaleReason, TENDERS, *MORE)
    for name in names
}
"""Every id with the names of its parameters."""


def refusal(code: str, *, otherwise: No = No.JOURNAL_FAILED) -> No:
    """Return the refusal of an error's code; one that no table knows is what its kind of error is called."""
    try:
        return No(f"error.{code}")
    except ValueError:
        return otherwise
