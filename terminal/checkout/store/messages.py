"""Ids of the texts about the work of a store beside selling; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum

from terminal.domain.promotions.store_values import MEASURES
from terminal.domain.stock import AdjustReason, DocumentKind


class StoreSay(StrEnum):
    """Notices of what happened."""

    CAME = "notice.came"
    WENT = "notice.went"
    STOCK_BEGUN = "notice.stock_begun"
    STOCK_LINE = "notice.stock_line"
    STOCK_REMOVED = "notice.stock_removed"
    STOCK_BOOKED = "notice.stock_booked"
    STOCK_DROPPED = "notice.stock_dropped"
    STOCK_STAYS = "notice.stock_stays"
    INSPECTED = "notice.inspected"
    SOLD_BY = "notice.sold_by"
    SOLD_BY_NOBODY = "notice.sold_by_nobody"
    SLIP_PRINTING = "notice.slip_printing"
    VALUE_SET = "notice.value_set"


class StoreNo(StrEnum):
    """Refusals."""

    CAME_ALREADY = "error.came_already"
    WENT_ALREADY = "error.went_already"
    COMING_FIRST = "error.coming_first"
    WEIGHT_FIRST = "error.weight_first"
    EMPTY_DOCUMENT = "error.empty_document"
    NO_DOCUMENT = "error.no_document"
    DOCUMENT_OPEN = "error.document_open"
    OTHER_STORE_FIRST = "error.other_store_first"
    OWN_STORE = "error.own_store"
    NO_SLIP = "error.no_slip"
    SALESPERSON_HOW = "error.salesperson_how"
    NO_SUCH_STAFF = "error.no_such_staff"
    NO_TASKS = "error.no_tasks"
    TASK_DONE = "error.task_done"
    TOO_MANY_POINTS = "error.too_many_points"
    NO_CAMPAIGNS = "error.no_campaigns"
    VALUE_FIRST = "error.value_first"
    VALUE_SAME = "error.value_same"
    VALUE_BOUNDS = "error.value_bounds"
    VALUE_SENSELESS = "error.value_senseless"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class StoreAsk(StrEnum):
    """Questions of a confirmation."""

    STOCK_BEGIN = "ask.stock_begin"
    STOCK_BOOK = "ask.stock_book"
    STOCK_COUNT = "ask.stock_count"
    STOCK_DROP = "ask.stock_drop"
    INSPECT = "ask.inspect"
    SALESPERSON = "ask.salesperson"
    SET_VALUE = "ask.set_value"


class StoreHint(StrEnum):
    """What stands beside the input."""

    STORE = "hint.store"
    ATTENDANCE = "hint.attendance"
    STOCK = "hint.stock"
    REFERENCE = "hint.reference"
    OTHER_STORE = "hint.other_store"
    TASKS = "hint.tasks"
    POINTS = "hint.points"
    REMARK = "hint.remark"
    VALUE = "hint.value"
    WHY = "hint.why"


class StoreKey(StrEnum):
    """What a live key does."""

    STORE = "key.store"
    BOOK = "key.book"
    DROP = "key.drop"
    SALESPERSON = "key.salesperson"
    HQ_VALUE = "key.hq_value"


class StoreEntry(StrEnum):
    """What stands on the menu of the store, in its order."""

    STOCK = "store.stock"
    ATTENDANCE = "store.attendance"
    INSPECTION = "store.inspection"
    INQUIRY = "store.inquiry"
    CAMPAIGNS = "store.campaigns"
    TECHNICIAN = "store.technician"


class ValueReason(StrEnum):
    """Why a store sets something of a campaign."""

    CLEARANCE = "reason.clearance"
    COMPETITION = "reason.competition"
    ASKED = "reason.asked"
    CORRECTION = "reason.correction"


KINDS: Mapping[DocumentKind, str] = {kind: f"stock.{kind}" for kind in DocumentKind}
"""What kinds of documents are called."""
REASONS: Mapping[AdjustReason, str] = {reason: f"reason.{reason}" for reason in AdjustReason}
"""Why stock is adjusted."""
FILLED: Mapping[str, tuple[str, ...]] = {
    StoreSay.CAME: ("name", "time"),
    StoreSay.WENT: ("name", "time"),
    StoreSay.STOCK_BEGUN: ("result",),
    StoreSay.STOCK_LINE: ("name", "quantity"),
    StoreSay.STOCK_REMOVED: ("name",),
    StoreSay.STOCK_BOOKED: ("result", "number"),
    StoreSay.STOCK_DROPPED: ("result",),
    StoreSay.STOCK_STAYS: ("result",),
    StoreSay.INSPECTED: ("name", "points", "most"),
    StoreSay.SOLD_BY: ("line", "name"),
    StoreSay.SOLD_BY_NOBODY: ("line",),
    StoreSay.SLIP_PRINTING: ("number", "copy"),
    StoreNo.CAME_ALREADY: ("name", "time"),
    StoreNo.WENT_ALREADY: ("name", "time"),
    StoreNo.NO_SUCH_STAFF: ("number",),
    StoreNo.TASK_DONE: ("name",),
    StoreNo.TOO_MANY_POINTS: ("most",),
    StoreSay.VALUE_SET: ("name", "detail", "value"),
    StoreNo.VALUE_SAME: ("value",),
    StoreNo.VALUE_BOUNDS: ("lowest", "highest"),
    StoreAsk.SET_VALUE: ("name", "detail", "value"),
    StoreAsk.INSPECT: ("name",),
    StoreAsk.STOCK_BEGIN: ("result",),
    StoreAsk.STOCK_BOOK: ("result", "lines", "amount"),
    StoreAsk.STOCK_COUNT: ("lines", "differing", "amount"),
    StoreAsk.STOCK_DROP: ("result", "lines"),
}
PARAMS = tuple(f"param.{name}" for name in sorted(MEASURES))
"""What parameters of rules are called."""
_WORDS = (*KINDS.values(), *REASONS.values(), *PARAMS)
IDS = (StoreSay, StoreNo, StoreAsk, StoreHint, StoreKey, StoreEntry, ValueReason, _WORDS)
