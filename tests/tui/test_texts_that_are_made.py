"""Every id of a text that the terminal writes down, or puts together, has its words."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from terminal.checkout import messages
from terminal.checkout.effects import MemberTask
from terminal.checkout.modes import FORMS, FormField
from terminal.domain.members.cards import LOST
from terminal.domain.members.member import ACTIVE
from terminal.domain.sale import TenderKind
from terminal.domain.shifts import MoveKind, ReportKind
from terminal.domain.stock import DocumentKind
from terminal.ports.devices import DeviceKind, WeightState
from terminal.tui.text.table import LANGUAGES
from terminal.wire.counter.view import Level
from terminal.wire.return_events import ReturnKind

ZH = LANGUAGES["zh"]
SPACES = {name.partition(".")[0] for name in ZH}
TERMINAL = Path(messages.__file__).parents[1]
TEXTS = TERMINAL / "tui" / "text"
FILES = re.compile(r".*\.(toml|db|lock|sock)|article\.sku|stock\.1")
"""Names of files, of a column and of a saved state, which look like ids."""
ID = re.compile(r"[a-z_]+(\.[a-z_0-9]+)+")
BEGINNING = re.compile(r"[a-z_]+(\.[a-z_]+)*\.")

PICKED = {FormField.OLD_CARD, FormField.GIFT}
FIELDS = {field for form in FORMS.values() for field in form if len(form) > 1 or field not in PICKED}
ENDS: dict[str, Iterable[str]] = {
    "cash_move.": MoveKind,
    "device.": DeviceKind,
    "field.": FIELDS,
    "give.": set(TenderKind) - {TenderKind.CREDIT},
    "hint.": FIELDS | PICKED,
    "level.": Level,
    "member_card.": (ACTIVE, LOST),
    "member_form.": set(MemberTask) - {MemberTask.CASH_OUT, MemberTask.FREEZE},
    "member_mark.": ("merged", "frozen", "blocked", "other"),
    "prompt.scale.": (*WeightState, "wait", "empty", "same", "net"),
    "report.title.": ReportKind,
    "return.": ReturnKind,
    "stock.": DocumentKind,
    "tender.": TenderKind,
}
"""What may stand behind the beginning of an id."""
OPEN = {
    *("detail.", "device.long.", "device.short.", "device.state.", "error.", "help.", "how.", "inquiry.", "list.none."),
    *("member.fault.", "page.", "param.", "paying.", "payment.", "prompt.", "prompt.how.", "reason.", "result."),
    *("screen.", "unit.", "uplink."),
}
"""Beginnings whose ends no one type names; each has at least one text."""


def trees() -> Iterator[ast.Module]:
    for path in TERMINAL.rglob("*.py"):
        if TEXTS not in path.parents:
            yield ast.parse(path.read_text(encoding="utf-8"))


def written(tree: ast.Module) -> Iterator[str]:
    """Yield the ids that stand in a source as they are."""
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts:
            text = node.value
            if ID.fullmatch(text) and text.partition(".")[0] in SPACES and not FILES.fullmatch(text):
                yield text


def begun(tree: ast.Module) -> Iterator[str]:
    """Yield the beginnings of the ids that a source puts together."""
    for node in ast.walk(tree):
        first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
        text = first.value if isinstance(first, ast.Constant) else None
        if isinstance(text, str) and BEGINNING.fullmatch(text) and text.partition(".")[0] in SPACES:
            yield text


def test_every_id_that_is_written_down_has_its_words() -> None:
    assert sorted({name for tree in trees() for name in written(tree) if name not in ZH}) == []


def test_every_beginning_is_known_here() -> None:
    assert {name for tree in trees() for name in begun(tree)} == ENDS.keys() | OPEN
    assert [name for name in OPEN if not any(text.startswith(name) for text in ZH)] == []


@pytest.mark.parametrize("beginning", ENDS)
def test_every_id_that_is_put_together_has_its_words(beginning: str) -> None:
    assert sorted(f"{beginning}{end}" for end in ENDS[beginning] if f"{beginning}{end}" not in ZH) == []


def test_an_id_without_words_is_found() -> None:
    tree = ast.parse('say("field.no_such"); say(f"field.{x}"); say("field.phone"); open("uplink.db")')
    assert ([name for name in written(tree) if name not in ZH], list(begun(tree))) == (["field.no_such"], ["field."])
