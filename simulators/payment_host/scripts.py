"""What a payment host does with an order, when it does not simply tell the truth.

A script is a row of acts for each kind of call; once it is used up, the host does what it is asked, and says how it is.
The last two digits of a customer's code name one of `BY_ENDING`, unless the control socket gave that code another.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct


class Say(StrEnum):
    """What is answered; ``PENDING`` only until the order is closed."""

    TRUTH = "truth"
    NOTHING = "nothing"
    PENDING = "pending"
    DECLINED = "declined"
    REVERSED = "reversed"


class Form(StrEnum):
    """How an answer comes."""

    PLAIN = "plain"
    TWICE = "twice"
    OTHER_ORDER = "other_order"
    """An answer for another order comes first."""
    GARBAGE = "garbage"
    """Bytes that are no answer come instead."""
    CUT = "cut"
    """The connection ends in the middle of the answer."""


class Act(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One answer. ``does``: the call is carried out before it is answered, whatever is said then.

    ``pays``, of a query: the customer, who was asked for a password, has paid meanwhile.
    """

    say: Say = Say.TRUTH
    does: bool = True
    pays: bool = False
    reason: str = ""
    late_ms: int = 0
    form: Form = Form.PLAIN


class Script(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Acts by call. ``charge``: another amount than was asked is taken.

    ``late_charge_ms``: so long after a reversal was acknowledged the customer is charged nevertheless.
    ``refund_amount``: another amount than was asked goes back. ``late_refund_ms``: so long after a refund was refused
    it is made nevertheless.
    """

    pay: tuple[Act, ...] = ()
    query: tuple[Act, ...] = ()
    reverse: tuple[Act, ...] = ()
    refund: tuple[Act, ...] = ()
    charge: int | None = None
    late_charge_ms: int | None = None
    late_refund_ms: int | None = None
    refund_amount: int | None = None


HONEST = Script()
_SILENT = Act(say=Say.NOTHING, does=False)
_CHARGED_IN_SILENCE = Act(say=Say.NOTHING)
_WAITING = Act(say=Say.PENDING, does=False)
_NO_REFUND = Act(say=Say.DECLINED, does=False, reason="ACCOUNT_CLOSED")
_ALL_WAITING = (_WAITING,) * 50

NAMED: Mapping[str, Script] = {
    "paid": HONEST,
    "declined": Script(pay=(Act(say=Say.DECLINED, does=False),)),
    "pending": Script(pay=(_WAITING,), query=(_WAITING, _WAITING, Act(pays=True))),
    "never": Script(pay=(_WAITING,), query=_ALL_WAITING),
    "timeout": Script(pay=(_SILENT,), query=_ALL_WAITING),
    "paid_then_timeout": Script(pay=(_CHARGED_IN_SILENCE,), query=(Act(say=Say.NOTHING),)),
    "late_after_reverse": Script(pay=(_WAITING,), query=_ALL_WAITING, late_charge_ms=2000),
    "wrong_amount": Script(charge=1),
    "twice": Script(pay=(Act(form=Form.TWICE),)),
    "other_order": Script(pay=(Act(form=Form.OTHER_ORDER),)),
    "garbage": Script(pay=(Act(form=Form.GARBAGE),)),
    "cut": Script(pay=(Act(form=Form.CUT),)),
    "slow": Script(pay=(Act(late_ms=3000),)),
    "unknown": Script(pay=(_SILENT,), query=(_SILENT,) * 10, reverse=(_SILENT,) * 8),
    "refund_refused": Script(refund=(_NO_REFUND,) * 50),
    "refund_late": Script(refund=(_NO_REFUND,) * 50, late_refund_ms=2000),
    "refund_then_timeout": Script(refund=(Act(say=Say.NOTHING),)),
    "refund_wrong_amount": Script(refund_amount=1),
    "refund_twice": Script(refund=(Act(form=Form.TWICE),)),
}
"""Scripts by name, for command lines and tests."""

BY_ENDING: Mapping[str, str] = {
    "01": "declined",
    "02": "pending",
    "03": "never",
    "04": "timeout",
    "05": "paid_then_timeout",
    "06": "late_after_reverse",
    "07": "wrong_amount",
    "08": "twice",
    "09": "other_order",
    "10": "garbage",
    "11": "cut",
    "12": "slow",
    "13": "unknown",
    "14": "refund_refused",
    "15": "refund_late",
    "16": "refund_then_timeout",
    "17": "refund_twice",
    "18": "refund_wrong_amount",
}
"""The script of a code that ends with these digits; any other code is paid."""


def script_of(code: str) -> Script:
    """Return the script that the ending of a code names."""
    return NAMED[BY_ENDING.get(code[-2:], "paid")]
