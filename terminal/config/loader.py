"""Reads a TOML file into one of the Structs of `terminal.config.schema`; every mistake is named with file and key."""

import os
import tomllib
from pathlib import Path
from typing import TypeVar

import msgspec

from terminal.domain.errors import ConfigError
from terminal.wire.mistakes import explained

Config = TypeVar("Config", bound=msgspec.Struct)

FOLDER_VARIABLE = "GUITAI_CONFIG"
FOLDER = "/etc/guitai"
HINT_MISSING = "guitai-provision apply writes it; ./guitai demo makes its own"


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
    told, hint = explained(data, kind, error)
    return ConfigError(f"{path}: {told}", hint=hint)
