"""Looks words up: an id and its parameters become a text in the language of the screen."""

from collections.abc import Mapping
from string import Formatter

from terminal.tui.text.en import TEXTS as EN
from terminal.tui.text.zh import TEXTS as ZH

LANGUAGES: Mapping[str, Mapping[str, str]] = {"zh": ZH, "en": EN}
CARRY_IDS = frozenset({"reason", "detail", "device", "result"})
"""Parameters that carry an id of the tables themselves."""

UNKNOWN = "article.unknown"
"""What goods that are not on file are called; in Chinese as `terminal.domain.settings.UnknownArticle` calls them."""


class Texts:
    """One language's texts. An id that no table has is shown as itself, never an error."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "zh"
        self._texts = LANGUAGES[self.language]

    def other(self) -> "Texts":
        """Return the next language's texts."""
        names = list(LANGUAGES)
        return Texts(names[(names.index(self.language) + 1) % len(names)])

    def has(self, message: str) -> bool:
        """Whether the table has this id."""
        return message in self._texts

    def say(self, message: str, params: Mapping[str, str] | None = None) -> str:
        """Return the text of an id. A parameter that is missing stays visible as its name in braces."""
        pattern = self._texts.get(message, message)
        if not params:
            return pattern
        return "".join(self._filled(literal, name, params) for literal, name, _, _ in Formatter().parse(pattern))

    def article(self, name: str) -> str:
        """Return the name of an article; the department of goods that are not on file has one in each language."""
        return self.say(UNKNOWN) if name == ZH[UNKNOWN] else name

    def lines(self, message: str) -> list[str]:
        """Return a text of several lines."""
        return self.say(message).split("\n")

    def _filled(self, literal: str, name: str | None, params: Mapping[str, str]) -> str:
        if name is None:
            return literal
        value = params.get(name)
        if value is None:
            return f"{literal}{{{name}}}"
        if name == "name":
            return literal + self.article(value)
        return literal + (self._texts.get(value, value) if name in CARRY_IDS else value)
