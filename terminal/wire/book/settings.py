"""The settings in a book: a row each, its value as JSON."""

import sqlite3
from collections.abc import Iterator

import msgspec

from terminal.domain.errors import BookInvalidError
from terminal.domain.settings import Settings
from terminal.domain.text import is_safe

CAME_LATER = frozenset({"logo", "member_cards", "approval_hint", "drawer_retry_s"})
"""Settings that tills of the first release do not know."""
UNSET = (None, ())


def setting_rows(settings: Settings) -> list[tuple[object, ...]]:
    """Return the rows (name, value) of the settings, in the order of their names.

    What came later and is not set has no row: a till that does not know the setting yet can read the book.
    """
    values = {name: getattr(settings, name) for name in sorted(Settings.__struct_fields__)}
    rows = {name: value for name, value in values.items() if value not in UNSET or name not in CAME_LATER}
    return [(name, msgspec.json.encode(value).decode()) for name, value in rows.items()]


def read_settings(connection: sqlite3.Connection) -> Settings:
    """Return the settings; `BookInvalidError` for one that is unknown, does not decode, or would command a screen."""
    rows = connection.execute("SELECT name, value FROM setting ORDER BY name").fetchall()
    try:
        values = {name: msgspec.Raw(value.encode()) for name, value in rows}
        settings = msgspec.json.decode(msgspec.json.encode(values), type=Settings)
    except msgspec.DecodeError as error:
        raise BookInvalidError(f"a setting of the book is wrong: {error}") from error
    for text in _texts(msgspec.to_builtins(settings)):
        if not is_safe(text):
            raise BookInvalidError(f"a setting of the book has text that is not safe: {text!a:.80}")
    return settings


def _texts(value: object) -> Iterator[str]:
    """Yield every text inside dictionaries, lists and tuples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)
