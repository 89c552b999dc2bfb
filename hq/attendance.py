"""Who came and who went: the clockings of all tills of a store, put together."""

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from terminal.wire.store_events import Clocked


class Attendance(Struct, frozen=True, kw_only=True):
    """Somebody was at work; ``came`` or ``went`` is empty where nobody clocked it. Times are local to the second."""

    store: str
    staff: str
    name: str
    came: str = ""
    went: str = ""

    @property
    def minutes(self) -> int | None:
        """How long that was; None = nobody knows."""
        if not self.came or not self.went:
            return None
        return int((datetime.fromisoformat(self.went) - datetime.fromisoformat(self.came)).total_seconds()) // 60


def attendances(clockings: Iterable[tuple[str, Clocked]]) -> list[Attendance]:
    """Return who was at work when, by the local times of their clockings; each comes with its store."""
    done: list[Attendance] = []
    there: dict[tuple[str, str], Attendance] = {}
    for store, one in sorted(clockings, key=lambda each: (each[1].local_time, each[0], each[1].staff)):
        key = (store, one.staff)
        if one.coming:
            done += [there.pop(key)] if key in there else []
            there[key] = Attendance(store=store, staff=one.staff, name=one.name, came=one.local_time)
        else:
            begun = there.pop(key, Attendance(store=store, staff=one.staff, name=one.name))
            done.append(Attendance(store=store, staff=one.staff, name=one.name, came=begun.came, went=one.local_time))
    return sorted((*done, *there.values()), key=lambda each: (each.came or each.went, each.store, each.staff))
