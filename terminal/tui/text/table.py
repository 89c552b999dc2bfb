"""Looks words up: an id and its parameters become a text in the language of the screen."""

import re
from collections.abc import Mapping
from string import Formatter

from terminal.tui.text.claims_en import TEXTS as CLAIMS_EN
from terminal.tui.text.claims_zh import TEXTS as CLAIMS_ZH
from terminal.tui.text.en import TEXTS as EN
from terminal.tui.text.goods_en import TEXTS as GOODS_EN
from terminal.tui.text.goods_zh import TEXTS as GOODS_ZH
from terminal.tui.text.inquiries_en import TEXTS as INQUIRIES_EN
from terminal.tui.text.inquiries_zh import TEXTS as INQUIRIES_ZH
from terminal.tui.text.members_en import TEXTS as MEMBERS_EN
from terminal.tui.text.members_zh import TEXTS as MEMBERS_ZH
from terminal.tui.text.payments_en import TEXTS as PAYMENTS_EN
from terminal.tui.text.payments_zh import TEXTS as PAYMENTS_ZH
from terminal.tui.text.promotions_en import TEXTS as PROMOTIONS_EN
from terminal.tui.text.promotions_zh import TEXTS as PROMOTIONS_ZH
from terminal.tui.text.returns_en import TEXTS as RETURNS_EN
from terminal.tui.text.returns_zh import TEXTS as RETURNS_ZH
from terminal.tui.text.shifts_en import TEXTS as SHIFTS_EN
from terminal.tui.text.shifts_zh import TEXTS as SHIFTS_ZH
from terminal.tui.text.signing_en import TEXTS as SIGNING_EN
from terminal.tui.text.signing_zh import TEXTS as SIGNING_ZH
from terminal.tui.text.store_en import TEXTS as STORE_EN
from terminal.tui.text.store_zh import TEXTS as STORE_ZH
from terminal.tui.text.tenders_en import TEXTS as TENDERS_EN
from terminal.tui.text.tenders_zh import TEXTS as TENDERS_ZH
from terminal.tui.text.zh import TEXTS as ZH

LANGUAGES: Mapping[str, Mapping[str, str]] = {
    "zh": {
        **ZH,
        **CLAIMS_ZH,
        **GOODS_ZH,
        **INQUIRIES_ZH,
        **MEMBERS_ZH,
        **PAYMENTS_ZH,
        **PROMOTIONS_ZH,
        **RETURNS_ZH,
        **STORE_ZH,
        **SHIFTS_ZH,
        **SIGNING_ZH,
        **TENDERS_ZH,
    },
    "en": {
        **EN,
        **CLAIMS_EN,
        **GOODS_EN,
        **INQUIRIES_EN,
        **MEMBERS_EN,
        **PAYMENTS_EN,
        **PROMOTIONS_EN,
        **RETURNS_EN,
        **STORE_EN,
        **SHIFTS_EN,
        **SIGNING_EN,
        **TENDERS_EN,
    },
}
FUNCTION_KEY = re.compile(r"(?<![A-Za-z0-9])F\d+(?!\d)")
CARRY_IDS = frozenset({"reason", "detail", "device", "result", "tender", "state"})
"""Parameters that carry an id of the tables themselves."""

COMMON = {ZH[name]: name for name in ("reduction.coupon", "reduction.damaged", "reduction.date", "reduction.tag")}
"""Reasons of reductions that hold where HQ names no others, as `terminal.domain.settings` has them, and their ids."""
UNKNOWN = "article.unknown"
"""What goods that are not on file are called; in Chinese as `terminal.domain.settings.UnknownArticle` calls them."""


class Texts:
    """One language's texts. An id that no table has is shown as itself, never an error.

    ``keys`` are function keys that this keyboard calls otherwise: ``{"F13": "Alt+R"}``.
    """

    def __init__(self, language: str, *, keys: Mapping[str, str] | None = None) -> None:
        self.language = language if language in LANGUAGES else "zh"
        self._keys = keys or {}
        self._texts = LANGUAGES[self.language]
        if self._keys:
            self._texts = {
                message: FUNCTION_KEY.sub(lambda found: self.key(found[0]), text)
                for message, text in self._texts.items()
            }

    def other(self) -> "Texts":
        """Return the next language's texts."""
        names = list(LANGUAGES)
        return Texts(names[(names.index(self.language) + 1) % len(names)], keys=self._keys)

    def key(self, name: str) -> str:
        """Return what this keyboard calls a key."""
        return self._keys.get(name, name)

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

    def choice(self, text: str) -> str:
        """Return one of the reasons that are offered: an id, words of the shop, or those where HQ names none."""
        return self.say(COMMON.get(text, text))

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
        return literal + (self.choice(value) if name in CARRY_IDS else value)
