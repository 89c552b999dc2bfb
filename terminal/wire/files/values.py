"""The settings in a signed file: a row each, its value as JSON. Texts that would command a screen are refused."""

import sqlite3
from collections.abc import Iterator, Mapping
from typing import TypeVar

import msgspec

from terminal.domain.errors import BookInvalidError
from terminal.domain.text import is_safe

Settings = TypeVar("Settings", bound=msgspec.Struct)


def value_rows(values: Mapping[str, object]) -> list[tuple[object, ...]]:
    """Return the rows (name, value) of settings, in the order of their names."""
    return [(name, _encoder.encode(values[name]).decode()) for name in sorted(values)]


def read_values(connection: sqlite3.Connection, kind: type[Settings]) -> tuple[Settings, frozenset[str]]:
    """Return the settings, and the names of those that the file has.

    `BookInvalidError` for one that is unknown, does not decode, or would command a screen.
    """
    rows = connection.execute("SELECT name, value FROM setting ORDER BY name").fetchall()
    try:
        values = {name: msgspec.Raw(value.encode()) for name, value in rows}
        settings = msgspec.json.decode(msgspec.json.encode(values), type=kind)
    except msgspec.DecodeError as error:
        raise BookInvalidError(f"a setting of the book is wrong: {error}") from error
    unsafe = unsafe_text(settings)
    if unsafe is not None:
        raise BookInvalidError(f"a setting of the book has text that is not safe: {unsafe!a:.80}")
    return settings, frozenset(values)


def unsafe_text(value: object) -> str | None:
    """Return the first text inside a value that is not safe for screen and paper; None if there is none."""
    return next((text for text in _texts(msgspec.to_builtins(value)) if not is_safe(text)), None)


def _texts(value: object) -> Iterator[str]:
    """Yield every text inside dictionaries (keys, too), lists and tuples."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _texts(key)
            yield from _texts(part)
    elif isinstance(value, list | tuple | frozenset):
        for part in value:
            yield from _texts(part)


_encoder = msgspec.json.Encoder(order="deterministic")
