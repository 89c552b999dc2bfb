"""One Chinese word for one idea: the glossary of docs/architecture.md says which, and which not."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
GLOSSARY = ROOT / "docs" / "architecture.md"
CHAPTER = "\n## Words\n"
ROW = re.compile(r"^\| (?P<idea>[^|]+) \| (?P<words>[^|]+) \| (?P<rejected>[^|]+) \| [^|]+ \|$", re.MULTILINE)
HEADINGS = 2
FOLDERS = ("terminal", "simulators", "hq", "provisioning", "lab/demo", "lab/pictures")
PAGES = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
SOURCES = sorted(
    {*PAGES, *(path for folder in FOLDERS for end in ("py", "toml") for path in (ROOT / folder).rglob(f"*.{end}"))}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Idea:
    """A row of the glossary: the words for one idea, and those that are not used for it."""

    name: str
    words: tuple[str, ...]
    rejected: tuple[str, ...]


def glossary() -> list[Idea]:
    rows = list(ROW.finditer(GLOSSARY.read_text(encoding="utf-8").split(CHAPTER)[1]))[HEADINGS:]
    return [Idea(name=row["idea"], words=listed(row["words"]), rejected=listed(row["rejected"])) for row in rows]


def listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("、")) if cell != "–" else ()


IDEAS = glossary()
WORDS = tuple(chain.from_iterable(idea.words for idea in IDEAS))


def found(text: str, rejected: Iterable[str], *, words: Iterable[str] = WORDS) -> list[str]:
    """Return the rejected words in a text that are no part of a word of the glossary there."""
    return [one for one in rejected if one in _without(text, (word for word in words if one in word))]


def _without(text: str, words: Iterable[str]) -> str:
    for word in words:
        text = text.replace(word, " ")
    return text


def text_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return text.split(CHAPTER)[0] if path == GLOSSARY else text


@pytest.mark.parametrize("idea", [idea for idea in IDEAS if idea.rejected], ids=lambda idea: str(idea.name))
def test_no_text_uses_another_word_for_an_idea(idea: Idea) -> None:
    used = {str(path.relative_to(ROOT)): found(text_of(path), idea.rejected) for path in SOURCES}
    assert {name: words for name, words in used.items() if words} == {}


def test_no_word_means_two_ideas_or_is_used_and_rejected() -> None:
    every = [*WORDS, *chain.from_iterable(idea.rejected for idea in IDEAS)]
    assert sorted(word for word in set(every) if every.count(word) > 1) == []


def test_the_words_that_were_mixed_are_decided() -> None:
    decided = {idea.name: idea.words for idea in IDEAS}
    assert decided["price book"] == ("价格表",)
    assert decided["journal"] == ("流水",)
    assert decided["voucher"] == ("代金券",)
    assert decided["rounding"] == ("抹零",)


@pytest.mark.parametrize(
    ("text", "words"),
    [("价格本 {version}", ["价格本"]), ("收券 10.00", ["券"]), ("代金券 10.00", []), ("代金券或礼券", ["券"])],
)
def test_rejected_word_is_found_unless_it_is_part_of_a_chosen_one(text: str, words: list[str]) -> None:
    assert found(text, ("价格本", "券")) == words


@pytest.mark.parametrize("name", ["terminal/tui/text/zh.py", "terminal/domain/receipt_labels.py", "README.md"])
def test_what_people_read_is_among_the_sources(name: str) -> None:
    assert ROOT / name in SOURCES
