"""The settings of a price book."""

import sqlite3

from terminal.domain.settings import Settings
from terminal.wire.files.values import read_values, value_rows

CAME_LATER = frozenset(
    {
        "logo",
        "member_cards",
        "approval_hint",
        "drawer_retry_s",
        "rights",
        "shift_required",
        "denominations_fen",
        "inspections",
        "inspection_tasks",
        "staff_cards",
        "staff_max_days",
        "consent",
        "watch",
        "till_keys",
        "code_keys",
    }
)
"""Settings that tills of the first release do not know, or of which they do not know all values (``rights``)."""
_UNSET = Settings()


def setting_rows(settings: Settings) -> list[tuple[object, ...]]:
    """Return the rows (name, value) of the settings, in the order of their names.

    What came later and is not set has no row: a till that does not know the setting yet can read the book.
    """
    values = {name: getattr(settings, name) for name in Settings.__struct_fields__}
    unset = {name for name in CAME_LATER if values[name] == getattr(_UNSET, name)}
    return value_rows({name: value for name, value in values.items() if name not in unset})


def read_settings(connection: sqlite3.Connection) -> Settings:
    """Return the settings; `BookInvalidError` for one that is unknown, does not decode, or would command a screen."""
    return read_values(connection, Settings)[0]
