"""Facts about shifts: from the float to the count of the drawer.

``number`` counts the shifts of a till for ever, over epochs; the Z report of a shift has the same number. ``act`` is
made on the till and names what was done, so that it is safe to repeat. ``approved_by`` names who lent the right.
"""

from msgspec import Struct

from terminal.domain.ids import ActionId, HoldId, StaffNumber
from terminal.domain.shifts import Counted, MoveKind, OpenShift, ReportKind
from terminal.domain.text import SafeText


class ShiftOpened(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A shift began with ``float_fen`` in the drawer; all that happens in it is of the business date ``day``."""

    number: int
    float_fen: int
    day: str
    staff: StaffNumber
    opened_ms: int
    approved_by: StaffNumber | None = None


class CashMoved(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Cash went into the drawer, or (negative) out of it, without a sale."""

    act: ActionId
    kind: MoveKind
    amount_fen: int
    reason: SafeText
    staff: StaffNumber
    approved_by: StaffNumber | None = None


class ShiftHandedOver(Struct, frozen=True, kw_only=True, tag=True):
    """``staff`` gave the drawer away in the midst of a shift: who signs in next answers for it."""

    number: int
    staff: StaffNumber


class ShiftReported(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Somebody looked at sums and printed them: of the open shift, of the day, or (a copy) of the last Z report."""

    act: ActionId
    number: int
    staff: StaffNumber
    kind: ReportKind = ReportKind.X
    approved_by: StaffNumber | None = None


class ShiftClosed(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """The drawer was counted, and the shift is over: this is its Z report, ``report`` its sums as the till has them.

    ``over_short_fen`` is what was counted less what should be there. ``head_hash`` is that of the row before this one
    (``head_seq`` of ``head_epoch``): it stands on the paper, so the paper vouches for the whole journal up to here.
    ``held`` are sales that were left for the next shift. ``signature`` is the till's, by its ``key`` (public, 32
    bytes), over what `terminal.wire.statements` says of this fact; both are empty at a till that has no key.
    """

    number: int
    report: OpenShift
    counted: tuple[Counted, ...]
    counted_fen: int
    expected_fen: int
    over_short_fen: int
    head_epoch: int
    head_seq: int
    head_hash: bytes
    staff: StaffNumber
    closed_ms: int
    held: tuple[HoldId, ...] = ()
    approved_by: StaffNumber | None = None
    key: bytes = b""
    signature: bytes = b""


OfShifts = ShiftOpened | CashMoved | ShiftHandedOver | ShiftReported | ShiftClosed
