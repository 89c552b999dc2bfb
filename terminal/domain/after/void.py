"""Voids: a sale of this shift never was; everything goes back (CHECKOUT 9)."""

from msgspec.structs import replace

from terminal.domain.after.refund import Coming, Desk, Undone, undo
from terminal.domain.after.sold import Sold
from terminal.domain.after.taking import take_all
from terminal.domain.errors import RuleError
from terminal.domain.members.member import Member


def void(sold: Sold, member: Member | None, desk: Desk, *, shift: int | None, approved: bool) -> Undone:
    """Return what a void does; ``shift`` is the open one. Lines that a refund refuses come back as well.

    `RuleError` ``unknown_sale``, ``shift_closed``, ``already_refunded``, ``needs_manager``, in this order.
    """
    if sold.voided:
        raise RuleError(f"{sold.id} is void already", code="unknown_sale")
    if sold.shift != shift:
        raise RuleError("that shift is closed", code="shift_closed", hint="refund it instead")
    if sold.was_refunded:
        raise RuleError("something came back already", code="already_refunded", hint="refund the rest instead")
    if not approved:
        raise RuleError("a void needs a manager", code="needs_manager")
    coming = [Coming(index, line.units, line.net_fen) for index, line in enumerate(sold.lines)]
    given = [(index, part.left_fen) for index, part in enumerate(sold.parts)]
    parts, tenders = take_all(sold.parts, given)
    done = undo(sold, coming, parts, tenders, member, desk)
    return replace(done, sold=replace(done.sold, voided=True), taken=tuple(given))
