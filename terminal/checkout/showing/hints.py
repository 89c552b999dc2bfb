"""What stands beside the input and in the key line of each mode."""

from collections.abc import Mapping

from terminal.checkout import owed
from terminal.checkout.after import showing as after
from terminal.checkout.after.messages import AfterHint, AfterKey
from terminal.checkout.after.modes import AfterMode
from terminal.checkout.deeds.paying import taking_of
from terminal.checkout.drafts import Need
from terminal.checkout.goods.messages import GoodsHint
from terminal.checkout.inquiries import showing as inquiries
from terminal.checkout.inquiries.messages import AskedHint
from terminal.checkout.inquiries.modes import InquiryMode, ListPage
from terminal.checkout.members.acts.messages import MemberHint, MemberKey
from terminal.checkout.messages import Hint, Key
from terminal.checkout.modes import (
    Completed,
    Confirming,
    HeldList,
    Help,
    Locked,
    MemberForm,
    MemberPage,
    Mode,
    NoBook,
    Paying,
    PriceCheck,
    Prompting,
    Reasons,
    Searching,
    Selling,
    Status,
    Tendering,
)
from terminal.checkout.payments.in_cash import is_for_people
from terminal.checkout.reasons.messages import WhyKey
from terminal.checkout.shifts import showing as shifts
from terminal.checkout.shifts.messages import ShiftHint, ShiftKey
from terminal.checkout.shifts.modes import ShiftMode
from terminal.checkout.state import Counter
from terminal.checkout.store import showing as store
from terminal.checkout.store.messages import StoreHint, StoreKey
from terminal.checkout.store.modes import StoreMode
from terminal.checkout.tendering.messages import TenderHint, TenderKey
from terminal.checkout.tendering.modes import Redeeming
from terminal.wire.counter.view import KeyHint

KeyLine = tuple[KeyHint, ...]


def _line(*keys: tuple[str, Key | AfterKey | StoreKey | ShiftKey | WhyKey | MemberKey | TenderKey]) -> KeyLine:
    return tuple(KeyHint(key=key, message=message.value) for key, message in keys)


_BACK = ("Esc", Key.BACK)
_HELP = ("F1", Key.HELP)
_SELLING = _line(
    _HELP,
    ("F2", Key.QUANTITY),
    ("F3", Key.REDUCE),
    ("F4", Key.MEMBER),
    ("F5", Key.HOLD),
    ("F6", Key.RECALL),
    ("F8", TenderKey.REDEEM),
    ("F9", Key.NO_SALE),
    ("F12", Key.CASH),
    ("F7", AfterKey.RETURN),
    ("Enter", Key.PAY),
    ("-", Key.VOID_LAST),
    ("+", Key.REPEAT),
    ("=", WhyKey.WHY),
    ("F13", Key.REPRINT),
    ("F14", Key.PRICE_CHECK),
    ("F16", Key.LOCK),
    ("F18", Key.STATUS),
    ("F15", Key.TRAINING),
    ("F17", ShiftKey.SHIFT),
    ("F20", StoreKey.STORE),
    ("F22", StoreKey.SALESPERSON),
    ("F19", Key.CANCEL_SALE),
)
_COMPLETED = _line(
    _HELP,
    ("F6", Key.RECALL),
    ("F7", AfterKey.RETURN),
    ("F9", Key.NO_SALE),
    ("F13", Key.REPRINT),
    ("F14", Key.PRICE_CHECK),
    ("F16", Key.LOCK),
    ("F18", Key.STATUS),
)
_APPROVAL = _line(("Enter", Key.ACCEPT), _BACK, _HELP)
_PICKING = _line(("1-9", Key.PICK), _BACK, _HELP)

_KEYS: Mapping[type[Mode], KeyLine] = {
    NoBook: _line(_HELP, ("F18", Key.STATUS)),
    Locked: _line(("Enter", Key.ACCEPT), _BACK, _HELP, ("F18", Key.STATUS)),
    Selling: _SELLING,
    Prompting: _line(("Enter", Key.ACCEPT), _BACK, _HELP),
    Searching: _line(("1-9", Key.PICK), ("Enter", Key.ACCEPT), _BACK, _HELP),
    Tendering: _line(
        ("F12", Key.CASH),
        ("Enter", Key.ACCEPT),
        ("+", Key.NEXT_AMOUNT),
        ("F8", TenderKey.REDEEM),
        ("F10", TenderKey.BANK_CARD),
        ("F11", TenderKey.STORED),
        ("/", Key.REMOVE_TENDER),
        ("=", WhyKey.WHY),
        _BACK,
        _HELP,
        ("Del", Key.CANCEL_SALE),
    ),
    Redeeming: _line(("Enter", Key.ACCEPT), _BACK, _HELP, ("F18", Key.STATUS)),
    Paying: _line(("Esc", Key.CANCEL_PAYMENT), _HELP, ("F18", Key.STATUS)),
    Completed: _COMPLETED,
    HeldList: _line(("1-9", Key.PICK), ("Enter", Key.RECALL), ("Del", Key.VOID_HELD), _BACK, _HELP),
    PriceCheck: _line(("Enter", Key.ACCEPT), _BACK, _HELP),
    **after.KEY_LINES,
    **shifts.KEY_LINES,
    **store.KEY_LINES,
    **inquiries.KEY_LINES,
    Reasons: _line(_BACK, _HELP, ("F18", Key.STATUS)),
    MemberPage: _line(
        ("Enter", Key.BIND),
        ("Del", Key.TAKE_OFF),
        ("F2", MemberKey.TOP_UP),
        ("F3", MemberKey.ISSUE),
        ("F5", MemberKey.REPLACE),
        ("F6", MemberKey.MERGE),
        ("F7", MemberKey.LOST),
        ("F8", MemberKey.COUNT_CARD),
        ("F9", MemberKey.CASH_OUT),
        ("F10", MemberKey.FREEZE),
        ("F11", MemberKey.EDIT),
        ("F12", MemberKey.GIFT),
        _BACK,
        _HELP,
        ("F18", Key.STATUS),
    ),
    MemberForm: _line(("Enter", Key.ACCEPT), _BACK, _HELP),
    Confirming: _line(("Enter", Key.YES), ("Esc", Key.NO), _HELP),
    Help: _line(_BACK),
    Status: _line(_BACK),
}

_HINTS: Mapping[type[Mode], Hint | TenderHint] = {
    NoBook: Hint.NO_BOOK,
    Selling: Hint.SALE,
    Searching: Hint.SEARCH,
    Tendering: Hint.TENDER,
    Redeeming: TenderHint.REDEEM,
    Paying: Hint.PAYING,
    Completed: Hint.COMPLETED,
    HeldList: Hint.HELD,
    PriceCheck: Hint.PRICE_CHECK,
    MemberPage: Hint.MEMBER,
    Reasons: Hint.PAGE,
    Help: Hint.PAGE,
    Status: Hint.PAGE,
}
_NEEDS: Mapping[Need, Hint | StoreHint | TenderHint | GoodsHint] = {
    Need.QUANTITY: Hint.QUANTITY,
    Need.PRICE: Hint.PRICE,
    Need.NEW_PRICE: GoodsHint.NEW_PRICE,
    Need.WEIGHT: Hint.WEIGHT,
    Need.REASON: Hint.REASON,
    Need.REFERENCE: StoreHint.REFERENCE,
    Need.OTHER_STORE: StoreHint.OTHER_STORE,
    Need.SLIP: TenderHint.SLIP,
    Need.BATCH: GoodsHint.BATCH,
    Need.SERIAL: GoodsHint.SERIAL,
}


def key_line(mode: Mode) -> KeyLine:
    """Return the live keys of a mode; always the same object for the same mode."""
    if isinstance(mode, Confirming) and mode.approval:
        return _APPROVAL
    if isinstance(mode, Prompting) and mode.need is Need.REASON:
        return _PICKING
    if isinstance(mode, ListPage):
        return inquiries.list_keys(mode)
    return _KEYS[type(mode)]


AnyHint = Hint | AfterHint | StoreHint | ShiftHint | MemberHint | TenderHint | GoodsHint | AskedHint


def hint(counter: Counter) -> AnyHint:  # noqa: C901, PLR0911, PLR0912 - one row per mode
    """Return what the input is for."""
    mode, last = counter.mode, counter.record.last
    if isinstance(mode, StoreMode):
        return store.hint(mode)
    if isinstance(mode, InquiryMode):
        return inquiries.hint(mode)
    if isinstance(mode, ShiftMode):
        return shifts.hint(counter, mode)
    if isinstance(mode, AfterMode):
        return after.hint(mode)
    if isinstance(mode, MemberForm):
        return MemberHint(f"hint.{mode.at_hand}")
    match mode:
        case Completed() if last is not None:
            owes = owed.hint(last, kinds={device.now.kind for device in counter.devices})
            return Hint.LOW_SPACE if counter.low_space and owes is Hint.COMPLETED else owes
        case Prompting(need=Need.WEIGHT) if counter.weighing.draft is not None:
            return GoodsHint.SCALE
        case Prompting(need=need):
            return _NEEDS[need]
        case Locked() | Confirming(approval=True):
            return Hint.CHECKING if mode.checking else Hint.STAFF if mode.number is None else Hint.PIN
        case Confirming():
            return Hint.CONFIRM
        case Selling() | Tendering() if counter.cut:
            return Hint.RESTARTED
        case Selling() if counter.low_space and counter.record.sale is None:
            return Hint.LOW_SPACE
        case Selling() if counter.record.exchange is not None:
            return AfterHint.EXCHANGE
        case Selling(taking_back=True):
            return Hint.TAKE_BACK
        case Tendering() if taking_of(counter).cash_rest_fen == 0:
            return Hint.TENDER_DONE
        case Status() if any(map(is_for_people, counter.durable.payments)):
            return Hint.PAY_IN_CASH
        case _:
            return _HINTS[type(mode)]
