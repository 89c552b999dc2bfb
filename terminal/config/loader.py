"""Reads a TOML file into one of the Structs of `terminal.config.schema`; every mistake is named with file and key."""

import difflib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from terminal.domain.errors import ConfigError

Config = TypeVar("Config", bound=msgspec.Struct)

FOLDER_VARIABLE = "GUITAI_CONFIG"
FOLDER = "/etc/guitai"
HINT_MISSING = "guitai-provision apply writes it; ./guitai demo makes its own"
_AT = " - at `$"


def config_file(service: str) -> Path:
    """Return where a service's file lies: in ``$GUITAI_CONFIG``, else in ``/etc/guitai``."""
    return Path(os.environ.get(FOLDER_VARIABLE) or FOLDER) / f"{service}.toml"


def load(path: Path, kind: type[Config], *, where_from: str = HINT_MISSING) -> Config:
    """Return the configuration in ``path``.

    `ConfigError` names the file and: ``where_from`` it comes (missing), line and column (not TOML), the nearest
    known key (unknown key, also a nested one), or key and expected type (wrong or missing value).
    """
    data = _read(path, where_from)
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise _explain(path, data, kind, error) from None


def _read(path: Path, where_from: str) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such file", hint=where_from) from None
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}", hint="check the owner and the group of the file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}", hint="correct the place that is named") from error


def _explain(path: Path, data: object, kind: type[msgspec.Struct], error: msgspec.ValidationError) -> ConfigError:
    for key, known in unknown_keys(data, kind):
        name = key.rpartition(".")[2]
        near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}?" if near else f"known here: {', '.join(sorted(known))}"
        return ConfigError(f"{path}: unknown key {key}", hint=hint)
    reason, _, where = str(error).partition(_AT)
    key = where.rstrip("`").lstrip(".")
    return ConfigError(f"{path}: {key}: {reason}" if key else f"{path}: {reason}", hint="correct this key")


def unknown_keys(data: object, kind: object, prefix: str = "") -> Iterator[tuple[str, list[str]]]:
    """Yield each key (dotted, with ``[index]``) that ``kind`` does not know, with the keys that it knows there."""
    from msgspec import inspect  # noqa: PLC0415 - only a wrong file pays for it

    shape = kind if isinstance(kind, inspect.Type) else inspect.type_info(kind)
    if isinstance(shape, inspect.StructType) and isinstance(data, dict):
        fields = {field.encode_name: field.type for field in shape.fields}
        for key, value in data.items():
            if key in fields:
                yield from unknown_keys(value, fields[key], f"{prefix}{key}.")
            else:
                yield f"{prefix}{key}", list(fields)
    elif isinstance(shape, inspect.VarTupleType | inspect.ListType) and isinstance(data, list):
        for index, item in enumerate(data):
            yield from unknown_keys(item, shape.item_type, f"{prefix.rstrip('.')}[{index}].")
    elif isinstance(shape, inspect.UnionType):
        for member in shape.types:
            yield from unknown_keys(data, member, prefix)
