"""What the last done sale still owes: its receipt on paper, its drawer open. And how that is told."""

from terminal.checkout.messages import Hint, Say
from terminal.checkout.outcome import Said, say
from terminal.domain.ids import SaleId
from terminal.ports.devices import DeviceKind, DrawerResult, PrintResult
from terminal.wire.counter.view import Level
from terminal.wire.record import DoneSale

NOT_ON_PAPER = frozenset({PrintResult.NOT_STARTED.value, PrintResult.UNKNOWN.value})
NO_PRINTER = "detail.no_printer"
NO_DRAWER = "detail.no_drawer"
_KNOWN_SHUT = frozenset({DrawerResult.STUCK.value, DrawerResult.FAILED.value})
SHUT = _KNOWN_SHUT | {DrawerResult.UNKNOWN.value}
DRAWER_RETRY_S = 300
"""Seconds in which the drawer of a done sale may be opened by its cashier, where HQ does not say."""


def owes_receipt(last: DoneSale) -> bool:
    """Whether the receipt is known not to be whole on paper."""
    return last.printed in NOT_ON_PAPER


def owes_drawer(last: DoneSale) -> bool:
    """Whether the drawer is known not to have opened."""
    return last.drawer in SHUT


def makes_up_for(last: DoneSale, *, now_ms: int, retry_s: int | None) -> SaleId | None:
    """Return the last sale, if its cashier may open the drawer for it without anybody's right.

    It took cash, its drawer is known not to have opened (not only unknown), and all that a short while ago.
    """
    longest_s = DRAWER_RETRY_S if retry_s is None else retry_s
    in_time = 0 <= now_ms - last.completed.completed_ms <= longest_s * 1000
    return last.sale.id if in_time and last.has_cash and last.drawer in _KNOWN_SHUT else None


def told(last: DoneSale, *, detail: str) -> Said | None:
    """Return what the cashier must know of a done sale; ``detail`` is the id of the newest reason."""
    if detail == NO_PRINTER:
        return say(Say.NO_PRINTER, Level.ATTENTION)
    if owes_receipt(last) and owes_drawer(last):
        return say(Say.RECEIPT_AND_DRAWER, Level.ATTENTION, result=f"result.{last.printed}", detail=detail)
    if owes_receipt(last):
        return receipt_told(last, detail=detail)
    return drawer_told(last.drawer, detail=detail)


def receipt_told(last: DoneSale, *, detail: str) -> Said:
    """Return what is said of a receipt that is not on paper."""
    message = Say.RECEIPT_UNKNOWN if last.printed == PrintResult.UNKNOWN else Say.RECEIPT_NOT_PRINTED
    return say(message, Level.ATTENTION, receipt_no=last.completed.receipt_no, detail=detail)


def drawer_told(result: str, *, detail: str) -> Said | None:
    """Return what is said of a pulse."""
    if detail == NO_DRAWER:
        return say(Say.NO_DRAWER, Level.ATTENTION)
    if result == DrawerResult.STUCK:
        return say(Say.DRAWER_STUCK, Level.ATTENTION)
    return say(Say.DRAWER_FAILED, Level.ATTENTION, detail=detail) if result in SHUT else None


def hint(last: DoneSale, *, kinds: set[DeviceKind]) -> Hint:
    """Return what stands beside the input while the page of the done sale is open; ``kinds`` of devices are there."""
    match owes_receipt(last) and DeviceKind.PRINTER in kinds, owes_drawer(last) and DeviceKind.DRAWER in kinds:
        case True, True:
            return Hint.OWES_BOTH
        case True, False:
            return Hint.OWES_RECEIPT
        case False, True:
            return Hint.OWES_DRAWER
        case _:
            return Hint.COMPLETED
