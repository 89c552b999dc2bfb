"""What the inner layers stand on: lists of what is allowed, since import-linter forbids only what it is told."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
VALUES = frozenset(
    {
        *(
            "base64",
            "binascii",
            "abc",
            "bisect",
            "calendar",
            "collections",
            "dataclasses",
            "datetime",
            "enum",
            "functools",
            "hashlib",
            "itertools",
            "math",
        ),
        *("msgspec", "operator", "re", "typing", "unicodedata"),
    }
)
"""Nothing that knows a file, a socket, a clock, chance or another process."""
MAY_IMPORT = {
    "terminal/domain": VALUES | {"hmac"},
    "terminal/ports": VALUES,
    "terminal/checkout": VALUES | {"hmac"},
    "terminal/wire": sys.stdlib_module_names - {"importlib"} | {"msgspec"},
}
"""Folder → packages besides our own, whose order import-linter keeps."""
MAY_IMPORT_TOO = {
    "terminal/wire/box.py": {"cryptography"},
    "terminal/wire/envelope.py": {"zstandard"},
    "terminal/wire/key_file.py": {"cryptography"},
    "terminal/wire/mqtt.py": {"paho"},
    "terminal/wire/seal.py": {"cryptography"},
}
FILES = [(folder, path) for folder in MAY_IMPORT for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(code: str) -> set[str]:
    """Return the top-level packages that a module imports anywhere; a relative import is ``.``, a hidden one ``?``."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Import(names=names):
                found |= {alias.name.partition(".")[0] for alias in names}
            case ast.ImportFrom(level=0, module=str(module)):
                found.add(module.partition(".")[0])
            case ast.ImportFrom():
                found.add(".")
            case ast.Name(id="__import__"):
                found.add("?")
    return found


@pytest.mark.parametrize(("folder", "path"), FILES, ids=[str(path.relative_to(ROOT)) for _, path in FILES])
def test_an_inner_layer_stands_on_what_is_allowed(folder: str, path: Path) -> None:
    allowed = MAY_IMPORT[folder] | MAY_IMPORT_TOO.get(str(path.relative_to(ROOT)), set()) | {"terminal"}
    assert imported(path.read_text(encoding="utf-8")) - allowed == set()


def test_every_exception_is_used() -> None:
    used = {file: imported((ROOT / file).read_text(encoding="utf-8")) for file in MAY_IMPORT_TOO}
    assert {file: packages & used[file] for file, packages in MAY_IMPORT_TOO.items()} == MAY_IMPORT_TOO


@pytest.mark.parametrize(
    ("code", "packages"),
    [
        ("import structlog", {"structlog"}),
        ("import os.path as p, socket", {"os", "socket"}),
        ("from paho.mqtt import client", {"paho"}),
        ("def f():\n    import random", {"random"}),
        ("if TYPE_CHECKING:\n    from peewee import Model", {"peewee"}),
        ("from . import vat", {"."}),
        ("from .vat import rate", {"."}),
        ("__import__('socket')", {"?"}),
        ("x = 1", set()),
    ],
)
def test_every_import_is_found(code: str, packages: set[str]) -> None:
    assert imported(code) == packages
