"""Writes configuration as TOML that reads back to an equal value."""

import json
from collections.abc import Iterator, Mapping, Sequence

import msgspec

_Table = Mapping[str, object]


def dump(config: msgspec.Struct) -> str:
    """Return the TOML of a Struct: values first, then tables; keys without a value (``None``) are left out."""
    table: Mapping[str, object] = msgspec.to_builtins(config)
    return dump_table(table)


def dump_table(table: Mapping[str, object]) -> str:
    """Return the TOML of a table, as `tomllib` reads one of text, numbers, booleans, arrays and tables."""
    return "\n".join(_lines(table, path="")) + "\n"


def _lines(table: _Table, *, path: str) -> Iterator[str]:
    tables: list[tuple[str, _Table]] = []
    rows: list[tuple[str, Sequence[_Table]]] = []
    for key, value in table.items():
        if isinstance(value, Mapping):
            tables.append((key, value))
        elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
            rows.append((key, value))
        elif value is not None:
            yield f"{key} = {_value(value)}"
    for key, inner in tables:
        yield from ("", f"[{path}{key}]")
        yield from _lines(inner, path=f"{path}{key}.")
    for key, many in rows:
        for inner in many:
            yield from ("", f"[[{path}{key}]]")
            yield from _lines(inner, path=f"{path}{key}.")


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(item) for item in value)}]"
    # TOML's basic strings, numbers and booleans are written like JSON's, but for the one control character DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
