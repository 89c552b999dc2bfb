"""What a sale or a return says of itself must follow from the rows before it: its number, its shift, who did it."""

import re
from collections.abc import Iterator

from terminal.wire.events import SaleCompleted
from terminal.wire.record import TillRecord
from terminal.wire.return_events import ReturnKind, SaleReturned


def misnamed(fact: SaleCompleted | SaleReturned, before: TillRecord, *, place: tuple[str, int]) -> Iterator[str]:
    """Yield in words what does not follow.

    ``before`` is the till's record without the fact, ``place`` the terminal and the epoch of its journal. One that an
    earlier epoch told already keeps the number that it had there; without any shift before, every shift is believed.
    """
    terminal, epoch = place
    if isinstance(fact, SaleCompleted):
        if before.sale is not None and before.sale.id != fact.sale_id:
            yield f"it ends sale {before.sale.id}"
        if not _is_own(fact, terminal, epoch):
            yield f"its number is {fact.receipt_no}, its count {fact.receipt_count}"
        yield from _counted_before(fact.receipt_no, fact.receipt_count, before.receipts_done, place)
    else:
        if not fact.number.endswith(f"-R{fact.count:05d}"):
            yield f"its number is {fact.number}, its count {fact.count}"
        yield from _counted_before(fact.number, fact.count, before.returns_done, place)
        yield from _by_another(fact, before)
    shift = None if before.shift is None else before.shift.number
    if before.shifts.done and fact.shift not in {None, shift}:
        yield f"it says shift {fact.shift} instead of {shift}"


def _is_own(fact: SaleCompleted, terminal: str, epoch: int) -> bool:
    """Whether the number of a sale is that of its count, in this epoch or an earlier one."""
    match = re.fullmatch(
        rf"{re.escape(terminal)}-([1-9]\d{{0,18}})-{fact.receipt_count:06d}", fact.receipt_no, re.ASCII
    )
    return match is not None and int(match[1]) <= epoch


def _counted_before(number: str, count: int, done: int, place: tuple[str, int]) -> Iterator[str]:
    """Yield that a number of this journal was given before."""
    if count <= done and number.startswith(f"{place[0]}-{place[1]}-"):
        yield f"its number is {number}, and {done} were done before"


def _by_another(fact: SaleReturned, before: TillRecord) -> Iterator[str]:
    """Yield that somebody else was signed in; an exchange is who began it."""
    if fact.kind is ReturnKind.EXCHANGE:
        staff = None if before.exchange is None else before.exchange.staff
    else:
        staff = None if before.staff is None else before.staff.number
    if staff is not None and fact.staff != staff:
        yield f"it says cashier {fact.staff} instead of {staff}"
