"""No word of the till stands in another language than the one that was chosen."""

import re
from collections.abc import Iterator, Mapping

import msgspec
import pytest

from terminal.checkout.after.paper import RETURN_LABELS
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.settings import Settings
from terminal.domain.slips.instead import INSTEAD_LABELS
from terminal.domain.slips.labels import SLIP_LABELS
from terminal.domain.slips.member import MEMBER_LABELS
from terminal.domain.slips.stock import STOCK_LABELS
from terminal.tui.text.table import COMMON, LANGUAGES, Texts

ZH, EN = LANGUAGES["zh"], LANGUAGES["en"]
CHINESE = re.compile(r"[\u2e80-\u9fff\u3000-\u303f\uff00-\uffef]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
KEYS = frozenset({"Alt", "Back", "Ctrl", "Del", "Enter", "Esc", "PgDn", "PgUp", "Shift"})
SAME_EVERYWHERE = KEYS | {"OK", "guitai", "doctor", "English", "kkkl"}
"""Keys, commands, what is typed, and the language that the other one is called by."""
BESIDE = re.compile(r"\[[^\[\]A-Za-z]+ [A-Z ]+\]|(?<=[\u4e00-\u9fff]) (?:[A-Z]+ ?)+$")
"""The heading of a page, or of an amount, in capitals behind the Chinese one, as in the manual."""
PAPERS = (LABELS, RETURN_LABELS, INSTEAD_LABELS, SLIP_LABELS, MEMBER_LABELS, STOCK_LABELS)
ON_PAPER = {"补打/COPY {number}", "训练 TRAINING"}
"""Marks that nobody may take for a receipt, in whatever language they read."""


def said(labels: object) -> Iterator[str]:
    """Yield all texts of a table of labels."""
    if isinstance(labels, str):
        yield labels
    elif isinstance(labels, Mapping):
        for one in labels.values():
            yield from said(one)
    elif isinstance(labels, msgspec.Struct):
        yield from said({name: getattr(labels, name) for name in labels.__struct_fields__})


def foreign_words(text: str) -> list[str]:
    """Return the English words of a Chinese text."""
    bare = re.sub(r"\{\w+\}|F\d+", "", text).rstrip()
    words = ENGLISH.findall(BESIDE.sub("", bare))
    return [word for word in words if word not in SAME_EVERYWHERE]


def test_no_english_word_stands_on_the_chinese_screen() -> None:
    assert {name: words for name, text in ZH.items() if (words := foreign_words(text))} == {}


def test_nothing_chinese_stands_on_the_english_screen_but_the_name_of_the_other_language() -> None:
    assert [name for name, text in EN.items() if CHINESE.search(text)] == ["help.language"]


@pytest.mark.parametrize("labels", PAPERS)
def test_papers_are_in_one_language(labels: Mapping[Language, object]) -> None:
    assert [text for text in said(labels[Language.EN]) if CHINESE.search(text)] == []
    assert [text for text in said(labels[Language.ZH]) if foreign_words(text) and text not in ON_PAPER] == []


def test_reasons_of_reductions_that_hold_where_hq_names_none_are_said_in_every_language() -> None:
    assert set(Settings().reduction_reasons) == set(COMMON) == set(LABELS[Language.EN].reasons)
    english = [Texts("en").choice(reason) for reason in Settings().reduction_reasons]
    assert [word for word in english if CHINESE.search(word)] == []
    assert [Texts("zh").choice(reason) for reason in Settings().reduction_reasons] == list(Settings().reduction_reasons)
    assert Texts("en").choice("店长特批") == "店长特批"


def test_a_foreign_word_is_found() -> None:
    assert foreign_words("按 Enter 收下 cash") == ["cash"]
    assert foreign_words("[退货 REFUND]") == foreign_words("应付 DUE") == foreign_words("按 F12 {amount}") == []
