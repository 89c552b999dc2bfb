"""News of devices: they come, go, fail; receipts and drawers end one way or another; the disk fills and empties."""

from msgspec.structs import replace

from terminal.checkout import owed
from terminal.checkout.coming_up import FIRST_WORDS
from terminal.checkout.device_words import DETAILS
from terminal.checkout.inputs import (
    DeviceReported,
    DrawerReported,
    ReceiptReported,
    ScanFaulted,
    ScreenFaulted,
    SpaceChanged,
)
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Completed
from terminal.checkout.outcome import Applied, Ignored, Outcome, Said, Turn, reject, say
from terminal.checkout.shifts.messages import ShiftSay
from terminal.checkout.state import Counter, KnownDevice
from terminal.domain.ids import ActionId, SaleId
from terminal.domain.text import SafeText
from terminal.ports.devices import DeviceKind, DeviceState, DeviceStatus, LinkState, PrintResult
from terminal.wire import device_events as dev
from terminal.wire import events as ev
from terminal.wire.counter.view import Level
from terminal.wire.record import apply

SLIP = "slip:"
"""Beginning of the id of a paper that is no receipt of a sale."""
_OF_SALES = (DeviceKind.PRINTER, DeviceKind.DRAWER)
AKIN = {
    "no_answer": "device_timeout",
    "stalled": "device_timeout",
    "no_end_mark": "device_timeout",
    "partly_taken": "device_timeout",
    "printer_busy": "device_busy",
    "interrupted": "device_absent",
}
"""Codes of drivers that people are told in the words of another one."""


def reported(turn: Turn[DeviceReported]) -> Outcome:
    """Keep how a device is now; what is more than busy or idle is a fact, and what matters to the cashier is said."""
    counter, status = turn.counter, turn.cause.status
    known = next((one for one in counter.devices if one.now.name == status.name), None)
    told = known.told if known is not None else None
    if known is not None and known.now == status:
        return Ignored()
    if status.link is LinkState.OPENING or _weight(status) == _weight(told):
        return Applied(counter=_with(counter, KnownDevice(now=status, told=told)))
    fact = dev.DeviceChanged(
        name=status.name, device=status.kind, link=status.link, state=status.state, detail=status.detail
    )
    changed = _with(counter, KnownDevice(now=status, told=status))
    first_words_stand = told is None and changed.notice.message in FIRST_WORDS
    return Applied(counter=changed, facts=(fact,), said=None if first_words_stand else _said(changed, status, told))


def _with(counter: Counter, device: KnownDevice) -> Counter:
    name = device.now.name
    if all(one.now.name != name for one in counter.devices):
        return replace(counter, devices=(*counter.devices, device))
    return replace(counter, devices=tuple(device if one.now.name == name else one for one in counter.devices))


def _weight(status: DeviceStatus | None) -> tuple[LinkState, bool, str] | None:
    """Return what of a status is worth a fact: busy and idle are the same."""
    return None if status is None else (status.link, status.state is DeviceState.ERROR, status.detail)


def _said(counter: Counter, status: DeviceStatus, told: DeviceStatus | None) -> Said | None:
    """Say what is wrong with a device, or that it is well again; what a done sale owes for it comes first."""
    device = f"device.{status.kind.value}"
    if _is_noteworthy(status):
        code = status.detail or ("device_absent" if status.link is LinkState.ABSENT else "device_failed")
        owing = _owing(counter, status, detail_id(code))
        return owing or say(Say.DEVICE_LOST, Level.ATTENTION, device=device, detail=detail_id(code))
    if told is not None and _is_noteworthy(told):
        return replace(say(Say.DEVICE_BACK, device=device), quiet=True)
    return None


def _owing(counter: Counter, status: DeviceStatus, detail: str) -> Said | None:
    """Return what the page of a done sale goes on to say while its printer or drawer is at fault."""
    last = counter.record.last
    if last is None or not isinstance(counter.mode, Completed) or status.kind not in _OF_SALES:
        return None
    return owed.told(last, detail=detail)


def _is_noteworthy(status: DeviceStatus) -> bool:
    """Whether the cashier must know: a fault, or a detail that comes before one; an open drawer is neither."""
    return _is_bad(status) or (bool(status.detail) and status.kind is not DeviceKind.DRAWER)


def _is_bad(status: DeviceStatus) -> bool:
    return status.link in (LinkState.ABSENT, LinkState.FAILED) or status.state is DeviceState.ERROR


def known_detail(detail: str) -> str:
    """Return the code that the tables of texts have for what a device reported; one without kin is a failure."""
    code = AKIN.get(detail, detail) or "none"
    return code if f"detail.{code}" in DETAILS else "device_failed"


def detail_id(detail: str) -> str:
    """Return the message id of a detail that a device reported."""
    return f"detail.{known_detail(detail)}"


def shown_detail(status: DeviceStatus) -> str:
    """Return the code of what a screen says of a device beside its state; how a drawer stands is no fault."""
    if not status.detail or (status.kind is DeviceKind.DRAWER and status.link is LinkState.OPEN):
        return status.detail
    return known_detail(status.detail)


def receipt_reported(turn: Turn[ReceiptReported]) -> Outcome:
    """Keep what became of a receipt. One that is not known to be on paper is told, and never sent again by itself."""
    outcome = turn.cause.outcome
    sale_id, copy = _of_receipt(outcome.action)
    if sale_id is None:
        return _slip_reported(turn)
    fact = dev.ReceiptActed(
        action=outcome.action, sale_id=sale_id, copy=copy, result=outcome.result, detail=outcome.detail
    )
    said = None
    if outcome.result.value in owed.NOT_ON_PAPER:
        said = _receipt_said(turn.counter, fact)
    return Applied(counter=turn.counter, facts=(fact,), said=said)


def _slip_reported(turn: Turn[ReceiptReported]) -> Outcome:
    """Keep what became of a paper that is no receipt; that it is not known to be there is told."""
    outcome = turn.cause.outcome
    if not outcome.action.startswith(SLIP):
        return Ignored()
    fact = dev.SlipActed(action=outcome.action, result=outcome.result, detail=outcome.detail)
    said = None
    if outcome.result.value in owed.NOT_ON_PAPER:
        said = say(ShiftSay.SLIP_NOT_PRINTED, Level.ATTENTION, detail=detail_id(outcome.detail))
    return Applied(counter=turn.counter, facts=(fact,), said=said)


def _receipt_said(counter: Counter, fact: dev.ReceiptActed) -> Said | None:
    """Say what became of a receipt, and with the original what became of the drawer."""
    last, detail = apply(counter.record, fact).last, detail_id(fact.detail)
    if last is None or last.sale.id != fact.sale_id:
        message = Say.RECEIPT_UNKNOWN if fact.result == PrintResult.UNKNOWN else Say.RECEIPT_NOT_PRINTED
        return say(message, Level.ATTENTION, receipt_no="", detail=detail)
    return owed.told(last, detail=detail) if fact.copy == 0 else owed.receipt_told(last, detail=detail)


def _of_receipt(action: ActionId) -> tuple[SaleId | None, int]:
    """Return sale and copy of a print job's id."""
    match action.split(":"):
        case ["print", sale_id, copy] if copy.isdecimal():
            return SaleId(sale_id), int(copy)
        case _:
            return None, 0


def drawer_reported(turn: Turn[DrawerReported]) -> Outcome:
    """Keep what became of a pulse; a drawer that did not open is told."""
    outcome = turn.cause.outcome
    sale_id = None
    match outcome.action.split(":"):
        case ["drawer", _, _]:
            pass
        case ["drawer", of_sale]:
            sale_id = SaleId(of_sale)
        case _:
            return Ignored()
    fact = dev.DrawerActed(action=outcome.action, result=outcome.result, detail=outcome.detail, sale_id=sale_id)
    return Applied(counter=turn.counter, facts=(fact,), said=_drawer_said(turn.counter, fact))


def _drawer_said(counter: Counter, fact: dev.DrawerActed) -> Said | None:
    """Say what became of a pulse that did not open, and with that of a sale what became of its receipt."""
    last, detail = apply(counter.record, fact).last, detail_id(fact.detail)
    if fact.result in owed.SHUT and last is not None and last.sale.id == fact.sale_id:
        return owed.told(last, detail=detail)
    return owed.drawer_told(fact.result, detail=detail)


def scan_faulted(turn: Turn[ScanFaulted]) -> Outcome:
    """A code that is not whole is never an article: scan again."""
    fault = turn.cause.fault
    fact = ev.ScanHandled(
        device=fault.device,
        code=SafeText(""),
        outcome=ev.ScanOutcome.REJECTED,
        reason=fault.kind,
        state=turn.counter.mode.name,
    )
    return replace(reject(No.SCAN_AGAIN, detail=detail_id(fault.kind)), facts=(fact,))


def screen_faulted(turn: Turn[ScreenFaulted]) -> Outcome:
    """The screen survived an error of its own: say so; the sale is not touched."""
    return Applied(counter=turn.counter, said=say(Say.SCREEN_FAULT, Level.ATTENTION))


def space_changed(turn: Turn[SpaceChanged]) -> Outcome:
    """Keep whether the disk has room for another sale, and say it in either case."""
    low = turn.cause.low
    said = say(Say.SPACE_LOW, Level.ATTENTION) if low else say(Say.SPACE_BACK)
    return Applied(counter=replace(turn.counter, low_space=low), said=said)
