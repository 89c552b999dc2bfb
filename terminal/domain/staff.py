"""Who stands at the till, and what they may do."""

import hashlib
from enum import StrEnum

from msgspec import Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.text import SafeText


class Role(StrEnum):
    """Ranks of people, lowest first."""

    CASHIER = "cashier"
    SENIOR = "senior"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    TECHNICIAN = "technician"


class Right(StrEnum):
    """What may be done; each right has a limit per role (`Settings.rights`)."""

    SELL = "sell"
    VOID_LINE = "void_line"
    VOID_SALE = "void_sale"
    REDUCE_LINE = "reduce_line"
    CHANGE_PRICE = "change_price"
    SELL_UNKNOWN = "sell_unknown"
    RECALL_OTHERS = "recall_others"
    NO_SALE = "no_sale"
    REPRINT = "reprint"
    TRAINING = "training"
    OPEN_SHIFT = "open_shift"
    CLOSE_SHIFT = "close_shift"
    SHIFT_REPORT = "shift_report"
    MOVE_CASH = "move_cash"
    DROP_CASH = "drop_cash"
    STOCK = "stock"
    ADJUST_STOCK = "adjust_stock"
    INSPECT = "inspect"
    REGISTER_MEMBER = "register_member"
    ISSUE_CARD = "issue_card"
    BLOCK_CARD = "block_card"
    FREEZE_MEMBER = "freeze_member"
    TOP_UP = "top_up"
    CASH_OUT = "cash_out"
    MERGE_MEMBERS = "merge_members"
    SET_SALESPERSON = "set_salesperson"
    SPEND_STORED = "spend_stored"
    EDIT_MEMBER = "edit_member"
    GIVE_GIFT = "give_gift"
    TAKE_GIFT_BACK = "take_gift_back"
    DEPOSIT_BACK = "deposit_back"
    REFUND = "refund"
    VOID_DONE = "void_done"
    NO_RECEIPT = "no_receipt"
    REFUND_IN_CASH = "refund_in_cash"
    SET_RULE = "set_rule"


class Staff(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A row of the signed staff table. ``pin_hash`` is an argon2id string (m=19 MiB, t=2, p=1)."""

    number: StaffNumber
    name: SafeText
    role: Role
    pin_hash: str


class Grant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role has a right, up to an amount (fen) where the right is about money; None = without limit."""

    role: Role
    right: Right
    limit_fen: int | None = None


_OF_MANAGERS = {
    Right.CASH_OUT: 10_000,
    **dict.fromkeys((Right.VOID_DONE, Right.NO_RECEIPT, Right.REFUND_IN_CASH, Right.SET_RULE)),
}
"""What only managers may do, and up to which amount: the law lets a shop pay out little of what is on a card."""
_OF_SUPERVISORS = (Right.BLOCK_CARD, Right.FREEZE_MEMBER, Right.MERGE_MEMBERS, Right.TAKE_GIFT_BACK)
_SENIORS_LIMITS = {
    Right.REDUCE_LINE: 20_000,
    Right.CHANGE_PRICE: 20_000,
    Right.ADJUST_STOCK: 50_000,
    Right.SPEND_STORED: 200_000,
    Right.REFUND: 50_000,
}
DEFAULT_GRANTS: tuple[Grant, ...] = tuple(
    Grant(role=role, right=right, limit_fen=limit)
    for role, rights in {
        Role.CASHIER: {
            **dict.fromkeys((Right.SELL, Right.VOID_LINE, Right.OPEN_SHIFT, Right.CLOSE_SHIFT, Right.DROP_CASH)),
            **dict.fromkeys(
                (Right.REGISTER_MEMBER, Right.ISSUE_CARD, Right.TOP_UP, Right.SET_SALESPERSON, Right.GIVE_GIFT)
            ),
            Right.REDUCE_LINE: 5_000,
            Right.SELL_UNKNOWN: 10_000,
            Right.SPEND_STORED: 50_000,
            Right.DEPOSIT_BACK: 5_000,
        },
        Role.SENIOR: {
            right: _SENIORS_LIMITS.get(right)
            for right in Right
            if right not in _OF_MANAGERS and right not in _OF_SUPERVISORS
        },
        Role.SUPERVISOR: dict.fromkeys(right for right in Right if right not in _OF_MANAGERS),
        Role.MANAGER: {right: _OF_MANAGERS.get(right) for right in Right},
    }.items()
    for right, limit in rights.items()
)


def card_digest(code: str) -> str:
    """Return what a book keeps of the code on a staff card: SHA-256 in hexadecimal."""
    return hashlib.sha256(code.encode(errors="replace")).hexdigest()


def may(grants: tuple[Grant, ...], *, role: Role, right: Right, amount_fen: int = 0) -> bool:
    """Whether a role may use a right for an amount."""
    return any(
        grant.role is role and grant.right is right and (grant.limit_fen is None or amount_fen <= grant.limit_fen)
        for grant in grants
    )


def limit_of(grants: tuple[Grant, ...], right: Right) -> int | None:
    """Return the amount (fen) above which nobody may use a right, 0 if nobody has it at all; None = any amount."""
    limits = [grant.limit_fen for grant in grants if grant.right is right]
    return None if None in limits else max((limit for limit in limits if limit is not None), default=0)
