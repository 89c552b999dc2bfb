"""What the services log: every field has a place on the list, and a traceback keeps its end."""

import ast
from pathlib import Path

from terminal.services.logs import ALLOWED, MAX_TRACEBACK, MAX_VALUE, keep_allowed

TERMINAL = Path(__file__).parents[3] / "terminal"
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def logged_fields(source: Path) -> set[str]:
    """Return the names of the fields that a module gives to its log."""
    calls = [node for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    return {
        keyword.arg or "**"
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in LEVELS
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "log"
        for keyword in call.keywords
    }


def test_every_field_that_a_service_logs_is_shown() -> None:
    hidden = {str(path.relative_to(TERMINAL)): logged_fields(path) - ALLOWED for path in TERMINAL.rglob("*.py")}
    assert {name: fields for name, fields in hidden.items() if fields} == {}
    assert logged_fields(TERMINAL / "services" / "till.py") == {"reason", "epoch", "store", "till", "error"}


def test_no_module_logs_past_the_list() -> None:
    stray = [path.name for path in TERMINAL.rglob("*.py") if "getLogger(" in path.read_text(encoding="utf-8")]
    assert stray == []


def test_a_long_traceback_keeps_its_end_and_another_value_its_beginning() -> None:
    fields = keep_allowed(None, "error", {"exception": "a" * 9000 + "ValueError: b", "reason": "c" + "d" * 9000})
    assert fields["exception"] == "a" * (MAX_TRACEBACK - 13) + "ValueError: b"
    assert fields["reason"] == "c" + "d" * (MAX_VALUE - 1)
