"""``guitai-hq store``: the work of stores beside selling, as their tills told it."""

from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from hq.attendance import attendances
from hq.commands.opening import opened_store
from hq.commands.output import print_json, print_table
from hq.store.port import Store
from terminal.wire.store_events import Clocked
from terminal.wire.topics import store_of

FIRST, LAST = "0000-01-01", "9999-12-31"
FactT = TypeVar("FactT", bound=Struct)


class Asked(Struct, frozen=True, kw_only=True):
    """Which store (empty = all) and which business date (None = all) is asked about."""

    store: str = ""
    date: str | None = None


def facts_of(store: Store, kind: type[FactT], asked: Asked) -> list[tuple[str, FactT]]:
    """Return facts of a kind with their terminals; one that cannot be read is passed over (an alarm named it)."""
    first, last = (FIRST, LAST) if asked.date is None else (asked.date, asked.date)
    rows = store.journals.of_store_work(kind.__name__, store=asked.store, first=first, last=last)
    found = []
    for terminal, row in rows:
        with suppress(msgspec.DecodeError):
            found.append((terminal, msgspec.msgpack.decode(row.body, type=kind)))
    return found


def show_attendance(state_dir: Path, asked: Asked, *, as_json: bool) -> int:
    """Print who was at work, when, and for how long."""
    with opened_store(state_dir) as store:
        clockings = facts_of(store, Clocked, asked)
    rows = attendances((store_of(terminal), one) for terminal, one in clockings)
    if as_json:
        print_json({"attendance": [{**msgspec.to_builtins(one), "minutes": one.minutes} for one in rows]})
        return 0
    print_table(
        ("store", "staff", "name", "came", "left", "hours"),
        [(one.store, one.staff, one.name, _time(one.came), _time(one.went), _hours(one.minutes)) for one in rows],
    )
    return 0


def _time(local: str) -> str:
    return local[:16].replace("T", " ") or "-"


def _hours(minutes: int | None) -> str:
    return "-" if minutes is None else f"{minutes // 60}:{minutes % 60:02d}"
