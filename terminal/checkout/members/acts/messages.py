"""Ids of the texts about what is done for members; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class MemberSay(StrEnum):
    """Notices of what happened."""

    REGISTERED = "notice.member_registered"
    BECAME = "notice.member_became"
    CARD_ISSUED = "notice.card_issued"
    CARD_LOST = "notice.card_reported_lost"
    CARD_FOUND = "notice.card_found"
    FROZEN = "notice.member_frozen"
    FREED = "notice.member_freed"
    TOPPED_UP = "notice.topped_up"
    CASHED_OUT = "notice.cashed_out"
    MERGED = "notice.members_merged"
    MEMBERSHIP_ENDS = "notice.membership_ends"
    MEMBERSHIP_OVER = "notice.membership_over"
    EDITED = "notice.member_edited"
    GIFT_GIVEN = "notice.gift_given"
    COUPON_ISSUED = "notice.coupon_issued"
    GIFT_BACK = "notice.gift_back"
    ASKING_HQ = "notice.asking_hq"
    CARD_OFFLINE = "notice.card_offline"
    CARD_SILENT = "notice.card_silent"
    COUNT_CARD_USED = "notice.count_card_used"
    COUNT_CARD_LEFT = "notice.count_card_left"


class MemberNo(StrEnum):
    """Refusals."""

    MEMBER_FIRST = "error.member_first"
    PHONE_FIRST = "error.phone_first"
    BAD_PHONE = "error.bad_phone"
    PHONE_TAKEN = "error.phone_taken"
    BAD_BIRTHDAY = "error.bad_birthday"
    BAD_REFERRAL = "error.bad_referral"
    CARD_FIRST = "error.card_first"
    NOT_A_CARD = "error.not_a_card"
    CARD_TAKEN = "error.card_taken"
    CARD_RANDOM = "error.card_random"
    CODE_NO_KEY = "error.code_no_key"
    CODE_OTHER_KEY = "error.code_other_key"
    CODE_FORGED = "error.code_forged"
    CODE_OLD = "error.code_old"
    CODE_EARLY = "error.code_early"
    CODE_USED = "error.code_used"
    CODE_CLOCK = "error.code_clock"
    NO_CARD = "error.no_card"
    TOP_UP_HOW = "error.top_up_how"
    GIVEN_TOO_LITTLE = "error.given_too_little"
    STORED_LIMIT = "error.stored_limit"
    NAME_NEEDED = "error.name_needed"
    NOTHING_STORED = "error.nothing_stored"
    NEEDS_HQ = "error.needs_hq"
    SEVERAL_OTHERS = "error.several_others"
    MERGE_CONFLICT = "error.merge_conflict"
    NOT_TO_BE_MERGED = "error.not_to_be_merged"
    MEMBERSHIP_OF_NOBODY = "error.membership_of_nobody"
    NOTHING_TO_EDIT = "error.nothing_to_edit"
    NOT_KNOWN_OFFLINE = "error.not_known_offline"
    NOT_KNOWN_SILENT = "error.not_known_silent"
    NO_GIFTS = "error.no_gifts"
    NO_GIFT_BACK = "error.no_gift_back"
    COUPON_IN_SALE = "error.coupon_in_sale"
    COUPON_OF_MEMBER = "error.coupon_of_member"
    TOO_FEW_POINTS = "error.too_few_points"
    NO_COUNT_CARD = "error.no_count_card"
    COUNT_CARD_INSUFFICIENT = "error.count_card_insufficient"
    COUNT_CARD_OF_NOBODY = "error.count_card_invalid"
    COUNT_CARD_EXPIRED = "error.count_card_expired"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class MemberAsk(StrEnum):
    """Questions of a confirmation."""

    CONSENT = "ask.consent"
    ISSUE_CARD = "ask.issue_card"
    CARD_LOST = "ask.card_lost"
    CARD_FOUND = "ask.card_found"
    FREEZE = "ask.freeze"
    FREE = "ask.free"
    TOP_UP = "ask.top_up"
    TOP_UP_CASH = "ask.top_up_cash"
    CASH_OUT = "ask.cash_out"
    MERGE = "ask.merge"
    EDIT = "ask.edit_member"
    GIFT = "ask.gift"
    GIFT_BACK = "ask.gift_back"


class MemberHint(StrEnum):
    """What stands beside the input."""

    PHONE = "hint.phone"
    NAME = "hint.name"
    BIRTHDAY = "hint.birthday"
    CARD = "hint.card"
    OLD_CARD = "hint.old_card"
    AMOUNT = "hint.top_up"
    GIVEN = "hint.given"
    OTHER = "hint.other"
    GIFT = "hint.gift"
    REFERRAL = "hint.referral"


class MemberKey(StrEnum):
    """What a live key does."""

    TOP_UP = "key.top_up"
    ISSUE = "key.issue_card"
    REPLACE = "key.replace_card"
    MERGE = "key.merge"
    LOST = "key.card_lost"
    CASH_OUT = "key.cash_out"
    FREEZE = "key.freeze"
    COUNT_CARD = "key.count_card"
    EDIT = "key.edit_member"
    GIFT = "key.gift"


FILLED: Mapping[str, tuple[str, ...]] = {
    MemberSay.REGISTERED: ("who",),
    MemberSay.BECAME: ("was", "who"),
    MemberSay.CARD_ISSUED: ("card", "who"),
    MemberSay.CARD_LOST: ("card",),
    MemberSay.CARD_FOUND: ("card",),
    MemberSay.FROZEN: ("who",),
    MemberSay.FREED: ("who",),
    MemberSay.TOPPED_UP: ("amount", "bonus", "change"),
    MemberSay.CASHED_OUT: ("amount",),
    MemberSay.MERGED: ("who",),
    MemberSay.EDITED: ("who",),
    MemberSay.MEMBERSHIP_ENDS: ("who", "day"),
    MemberSay.MEMBERSHIP_OVER: ("who", "day"),
    MemberSay.GIFT_GIVEN: ("name", "points"),
    MemberSay.COUPON_ISSUED: ("name", "points"),
    MemberSay.GIFT_BACK: ("name", "points"),
    MemberSay.CARD_OFFLINE: ("card",),
    MemberSay.CARD_SILENT: ("card",),
    MemberNo.TOO_FEW_POINTS: ("points",),
    MemberNo.CODE_OLD: ("seconds",),
    MemberNo.CODE_EARLY: ("seconds",),
    MemberSay.COUNT_CARD_USED: ("name", "left"),
    MemberSay.COUNT_CARD_LEFT: ("name",),
    MemberNo.STORED_LIMIT: ("limit",),
    MemberNo.NAME_NEEDED: ("limit",),
    MemberAsk.CONSENT: ("who", "version"),
    MemberAsk.ISSUE_CARD: ("card", "who"),
    MemberAsk.CARD_LOST: ("card",),
    MemberAsk.CARD_FOUND: ("card",),
    MemberAsk.FREEZE: ("who",),
    MemberAsk.FREE: ("who",),
    MemberAsk.TOP_UP: ("amount", "who"),
    MemberAsk.TOP_UP_CASH: ("amount", "who", "given", "change"),
    MemberAsk.CASH_OUT: ("amount", "bonus", "who"),
    MemberAsk.MERGE: ("gone", "into"),
    MemberAsk.EDIT: ("who",),
    MemberAsk.GIFT: ("name", "points", "who"),
    MemberAsk.GIFT_BACK: ("name", "points", "who"),
}
IDS = (MemberSay, MemberNo, MemberAsk, MemberHint, MemberKey)
