"""Ids of the texts about the work of a store beside selling; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class StoreSay(StrEnum):
    """Notices of what happened."""

    CAME = "notice.came"
    WENT = "notice.went"


class StoreNo(StrEnum):
    """Refusals."""

    CAME_ALREADY = "error.came_already"
    WENT_ALREADY = "error.went_already"
    COMING_FIRST = "error.coming_first"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class StoreHint(StrEnum):
    """What stands beside the input."""

    STORE = "hint.store"
    ATTENDANCE = "hint.attendance"


class StoreKey(StrEnum):
    """What a live key does."""

    STORE = "key.store"


class StoreEntry(StrEnum):
    """What stands on the menu of the store, in its order."""

    ATTENDANCE = "store.attendance"
    TECHNICIAN = "store.technician"


FILLED: Mapping[str, tuple[str, ...]] = {
    StoreSay.CAME: ("name", "time"),
    StoreSay.WENT: ("name", "time"),
    StoreNo.CAME_ALREADY: ("name", "time"),
    StoreNo.WENT_ALREADY: ("name", "time"),
}
IDS = (StoreSay, StoreNo, StoreHint, StoreKey, StoreEntry)
