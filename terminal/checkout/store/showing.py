"""What the screen shows of the store's work: pages of one kind, the key line, and what stands beside the input."""

from typing import assert_never

from terminal.checkout.messages import Hint, Key
from terminal.checkout.modes import Mode
from terminal.checkout.state import Counter
from terminal.checkout.store.menu import ENTRIES
from terminal.checkout.store.messages import StoreHint
from terminal.checkout.store.modes import Attending, StoreMenu, StoreMode
from terminal.wire.counter import panels
from terminal.wire.counter.view import KeyHint
from terminal.wire.store_events import Clocked

KeyLine = tuple[KeyHint, ...]


def _line(*keys: tuple[str, Key]) -> KeyLine:
    return tuple(KeyHint(key=key, message=message.value) for key, message in keys)


_BACK = ("Esc", Key.BACK)
_HELP = ("F1", Key.HELP)
KEY_LINES: dict[type[Mode], KeyLine] = {
    StoreMenu: _line(("1-9", Key.PICK), _BACK, _HELP),
    Attending: _line(("1-2", Key.PICK), ("Enter", Key.ACCEPT), _BACK, _HELP),
}


def hint(mode: StoreMode) -> Hint | StoreHint:
    """Return what the input is for."""
    match mode:
        case StoreMenu():
            return StoreHint.STORE
        case Attending(coming=None):
            return StoreHint.ATTENDANCE
        case Attending():
            return Hint.CHECKING if mode.checking else Hint.STAFF if mode.number is None else Hint.PIN
        case _:
            assert_never(mode)


def panel(counter: Counter, mode: StoreMode) -> panels.PagePanel:
    """Return the page of a mode."""
    match mode:
        case StoreMenu():
            rows = tuple((str(number), entry.value) for number, entry in enumerate(ENTRIES, start=1))
            return panels.PagePanel(page="store", rows=rows)
        case Attending():
            return _attendance(counter, mode)
        case _:
            assert_never(mode)


def _attendance(counter: Counter, mode: Attending) -> panels.PagePanel:
    today = [one for one in counter.durable.clockings if one.local_time.startswith(mode.today)]
    step = "attendance.which"
    if mode.coming is not None:
        step = "attendance.coming" if mode.coming else "attendance.going"
    return panels.PagePanel(
        page="attendance",
        lines=(panels.Line(message=step, params={"day": mode.today}),),
        rows=tuple(map(_clocking, today)),
        selected=len(today) - 1,
    )


def _clocking(one: Clocked) -> tuple[str, ...]:
    way = "attendance.came" if one.coming else "attendance.went"
    return one.local_time[11:16], one.staff, one.name, way
