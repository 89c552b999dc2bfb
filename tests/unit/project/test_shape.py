"""House rules that a machine can check and ruff does not."""

import ast
import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from terminal.services.till import VERSION

ROOT = Path(__file__).parents[3]
WORLDS = ("terminal", "simulators", "hq", "provisioning", "lab")
SOURCES = sorted(path for world in (*WORLDS, "tests") for path in (ROOT / world).rglob("*.py"))
EVERYTHING = {"Exception", "BaseException"}
MAY_CATCH_ALL = {
    "hq/service.py",  # one message that breaks the collector is put aside, and the journals of all tills go on
    "terminal/drivers/supervisor.py",
    "terminal/services/desk_thread.py",  # hands whatever a job raised to the one who waits for it
    "terminal/tui/app.py",  # the screen's last resort
    "terminal/tui/guarded.py",  # the same for what one widget draws
    "terminal/uplink/pump.py",
}
MAY_SAY_ANY = ("terminal/drivers/", "terminal/offline/")
"""Where foreign libraries and SQLite hand over what nobody has typed."""
LOCKS = ("requirements.lock", "requirements-lab.lock", "requirements-replay.lock", "requirements-dev.lock")
PIN = re.compile(r"^([a-z0-9_.-]+)==([^ ;\\]+)", re.MULTILINE)


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def names_all(kind: ast.expr | None) -> bool:
    """Whether this, behind ``except`` or in ``suppress(…)``, is every error, also as one of several."""
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(one is None or getattr(one, "id", "") in EVERYTHING for one in kinds)


def swallows_all(node: ast.AST) -> bool:
    """Whether it catches everything and does not raise it (or another error) again."""
    if isinstance(node, ast.ExceptHandler):
        return names_all(node.type) and not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"suppress", "contextlib.suppress"}:
        return any(names_all(kind) for kind in node.args)
    return False


def says_any(node: ast.AST) -> bool:
    """Whether it brings the type `Any` into a module."""
    if isinstance(node, ast.ImportFrom):
        return node.module == "typing" and any(alias.name == "Any" for alias in node.names)
    return isinstance(node, ast.Attribute) and ast.unparse(node) in {"typing.Any", "t.Any"}


def pins(lock: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / lock).read_text(encoding="utf-8")))


def test_a_package_file_is_empty() -> None:
    assert [name(path) for path in SOURCES if path.name == "__init__.py" and path.stat().st_size] == []


def test_a_file_stays_under_about_400_lines() -> None:
    lengths = {
        name(path): path.read_text(encoding="utf-8").count("\n") for path in SOURCES if "tests" not in path.parts
    }
    assert {file: lines for file, lines in lengths.items() if lines > 420} == {}


def test_no_module_is_named_after_nothing() -> None:
    empty_names = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}
    assert [name(path) for path in SOURCES if path.stem in empty_names] == []


def test_systemd_is_a_folder_of_units_and_no_package() -> None:
    assert list((ROOT / "systemd").rglob("*.py")) == []


def test_all_is_caught_only_where_a_service_must_go_on() -> None:
    trees = {name(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
    product = {file: tree for file, tree in trees.items() if not file.startswith("tests/")}
    catching = {file for file, tree in product.items() if any(swallows_all(node) for node in ast.walk(tree))}
    assert catching == MAY_CATCH_ALL


def test_any_is_said_only_where_what_is_foreign_comes_in() -> None:
    saying = {
        name(path)
        for path in SOURCES
        if any(says_any(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert {file for file in saying if not file.startswith((*MAY_SAY_ANY, "tests/"))} == set()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from typing import Any, Final", True),
        ("import typing\nx: typing.Any = 1", True),
        ("from typing import Final\nx: object = 1", False),
    ],
)
def test_what_says_any_is_found(code: str, *, expected: bool) -> None:
    assert any(says_any(node) for node in ast.walk(ast.parse(code))) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("try: f()\nexcept Exception: pass", True),
        ("try: f()\nexcept (OSError, Exception): pass", True),
        ("try: f()\nexcept: pass", True),
        ("with contextlib.suppress(BaseException): f()", True),
        ("with suppress(OSError): f()", False),
        ("try: f()\nexcept BaseException:\n    g()\n    raise", False),
        ("try: f()\nexcept OSError: pass", False),
    ],
)
def test_what_catches_all_is_found(code: str, *, expected: bool) -> None:
    assert any(swallows_all(node) for node in ast.walk(ast.parse(code))) is expected


def test_every_python_is_started_so_that_it_imports_nothing_from_where_it_stands() -> None:
    naming = [
        name(path)
        for path in SOURCES
        if not name(path).startswith("tests/") and "sys.executable" in path.read_text(encoding="utf-8")
    ]
    assert naming == ["lab/supervise.py"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host_and_hashes_every_pin(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [block.splitlines()[0] for block in blocks if block.strip() and "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(("smaller", "larger"), list(pairwise(LOCKS)))
def test_each_lock_holds_the_one_before_it(smaller: str, larger: str) -> None:
    assert pins(smaller).items() <= pins(larger).items()


def test_every_dependency_stands_in_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = {
        "requirements.lock": project["project"]["dependencies"],
        "requirements-lab.lock": [*extras["hq"], *extras["lab"]],
        "requirements-replay.lock": extras["replay"],
        "requirements-dev.lock": project["dependency-groups"]["dev"],
    }
    for lock, dependencies in wanted.items():
        names = {re.split(r"[\[<>=!;~ ]", dependency)[0].lower() for dependency in dependencies}
        assert names - set(pins(lock)) == set(), lock


def test_the_till_tells_the_version_that_the_package_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION


def test_evdev_comes_as_one_package_or_the_other() -> None:
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "platform_machine == 'x86_64'" in text.partition("evdev-binary==")[2].splitlines()[0]
    assert "platform_machine != 'x86_64'" in text.partition("\nevdev==")[2].splitlines()[0]
