import re
from enum import StrEnum
from pathlib import Path
from string import Formatter
from unicodedata import east_asian_width

import pytest
from rich.cells import cell_len

from terminal.checkout import marks, messages
from terminal.checkout.handlers.typing import HIGHEST_COUNT, amount_of, count_of, grams_of
from terminal.checkout.marks import Tag
from terminal.checkout.messages import PARAMS, Ask, Hint, Key, No, NoSaleReason, Say
from terminal.checkout.payments import messages as payments
from terminal.checkout.store import messages as store
from terminal.domain.money import HIGHEST_AMOUNT_FEN, format_fen
from terminal.domain.receipt_labels import LABELS, Language
from terminal.domain.sale import TenderKind
from terminal.domain.settings import UnknownArticle
from terminal.tui.keymap import DESKTOP_NAMES
from terminal.tui.text.table import COMMON, LANGUAGES, Texts
from terminal.wire.counter.view import Level

ZH, EN = LANGUAGES["zh"], LANGUAGES["en"]


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_ids_with_the_same_parameters() -> None:
    assert {key: names(text) for key, text in ZH.items()} == {key: names(text) for key, text in EN.items()}


TERMINAL = Path(messages.__file__).parents[1]
TABLES = (TERMINAL / "tui" / "text", Path(messages.__file__), Path(marks.__file__))
MEMBERS: dict[str, StrEnum] = {
    str(one): one
    for kind in (Say, No, Ask, Hint, Key, Tag, *payments.IDS, *store.IDS)
    for one in kind
    if isinstance(one, StrEnum)
}


OFFERED = frozenset({*NoSaleReason, *COMMON.values()})
"""Lists that are shown as a whole."""


def sources() -> str:
    """Return the source of the terminal without the tables of texts and the list of ids."""
    paths = [path for path in TERMINAL.rglob("*.py") if not {path, path.parent} & set(TABLES)]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


class Named:
    """What a source names: texts as they are spelled, and members of lists."""

    def __init__(self, source: str) -> None:
        self.spelled = set(re.findall(r"""["']([\w.]+)["']""", source))
        self.members = set(re.findall(r"\b(?=(\w+\.\w+)\b)", source))

    def uses(self, name: str) -> bool:
        """Whether an id is named: as it stands, as a member of a list, or by its last part (``help.{topic}``)."""
        member = MEMBERS.get(name)
        if member is not None and f"{type(member).__name__}.{member.name}" in self.members:
            return True
        return name in self.spelled or name.rpartition(".")[2] in self.spelled


def test_every_text_is_used() -> None:
    named = Named(sources())
    assert [name for name in ZH if name not in OFFERED and not named.uses(name)] == []


def test_text_that_nobody_names_is_found() -> None:
    named = Named('say(Say.HELD), say("held.title"), f"help.{topic}", topic = "sale"')
    names = ("notice.held", "held.title", "help.sale", "held.gone", "notice.recalled")
    assert [name for name in names if not named.uses(name)] == ["held.gone", "notice.recalled"]


def test_everything_that_the_counter_says_has_its_words_and_its_parameters() -> None:
    assert {message: names(ZH[message]) for message in PARAMS} == {
        message: set(names) for message, names in PARAMS.items()
    }


@pytest.mark.parametrize("texts", [ZH, EN], ids=["zh", "en"])
def test_no_text_has_a_character_of_unclear_width(texts: dict[str, str]) -> None:
    assert [text for text in texts.values() if any(east_asian_width(char) == "A" for char in text)] == []


@pytest.mark.parametrize("texts", [ZH, EN], ids=["zh", "en"])
def test_labels_of_keys_and_marks_are_short(texts: dict[str, str]) -> None:
    assert max(cell_len(texts[key]) for key in (*Key, *store.StoreKey)) <= 8
    assert max(cell_len(texts[tag]) for tag in Tag) <= 2


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("keys", [{}, DESKTOP_NAMES], ids=["till", "desktop"])
def test_no_line_of_a_page_is_wider_than_the_smallest_screen(language: str, keys: dict[str, str]) -> None:
    texts = Texts(language, keys=keys)
    assert [line for message in ZH for line in texts.lines(message) if cell_len(line) > 78] == []


def test_keys_are_called_as_the_keyboard_has_them_in_every_language() -> None:
    params = {"receipt_no": "1"}
    desktop = Texts("zh", keys=DESKTOP_NAMES)
    assert desktop.say("notice.receipt_unconfirmed", params) == "小票 1 未确认, Alt+R补打"
    assert desktop.say("completed.reprint", {"result": "x"}) == "小票: x, 按 Alt+R 补打"
    assert desktop.other().say("notice.receipt_unconfirmed", params) == "receipt 1 not confirmed; Alt+R prints a copy"
    assert (desktop.key("F18"), desktop.key("F12"), Texts("zh").key("F18")) == ("Alt+S", "F12", "F18")


LONGEST = {"receipt_no": "S0001-T03-1-000001", "result": "result.unknown", "device": "device.printer", "minutes": "99"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("detail", [name for name in PARAMS if name.startswith("detail.")])
@pytest.mark.parametrize("keys", [{}, DESKTOP_NAMES], ids=["till", "desktop"])
def test_what_is_said_of_receipt_drawer_and_devices_fits_one_row(
    language: str, detail: str, keys: dict[str, str]
) -> None:
    texts, params = Texts(language, keys=keys), LONGEST | {"detail": detail}
    notices = [name for name in PARAMS if name.startswith(("notice.", "error."))]
    told = [name for name in notices if set(PARAMS[name]) <= set(params)]
    rows = [f" {texts.say('level.attention')} {texts.say(name, params)} " for name in told]
    assert [row for row in rows if cell_len(row) > 80] == []


@pytest.mark.parametrize("level", Level)
def test_every_level_has_a_prefix(level: Level) -> None:
    assert Texts("zh").has(f"level.{level}")


def test_parameters_fill_a_text() -> None:
    assert Texts("en").say("error.underpaid", {"missing": "3.40"}) == "3.40 is missing"


def test_id_that_no_table_has_is_shown_as_itself() -> None:
    assert Texts("zh").say("error.of_a_newer_till", {"x": "1"}) == "error.of_a_newer_till"


def test_parameter_that_is_missing_stays_visible() -> None:
    assert Texts("en").say("error.underpaid", {"other": "1"}) == "{missing} is missing"


def test_parameter_with_braces_is_plain_text() -> None:
    assert Texts("en").say("error.unknown_item", {"code": "{name}%s"}) == "unknown article {name}%s"


def test_parameter_that_carries_an_id_is_translated() -> None:
    params = {"device": "device.printer", "detail": "detail.paper_out"}
    assert Texts("zh").say("notice.device_lost", params) == "小票机: 缺纸"
    assert Texts("en").say("notice.device_lost", params) == "printer: out of paper"


def test_other_parameters_are_never_translated() -> None:
    assert Texts("en").say("notice.held", {"label": "key.help"}) == "sale held as key.help"


def test_language_that_nobody_speaks_here_is_chinese() -> None:
    assert Texts("tlh").language == "zh"


def test_next_language_comes_round() -> None:
    assert Texts("zh").other().language == "en"
    assert Texts("en").other().language == "zh"


@pytest.mark.parametrize("language", list(Language))
def test_screen_and_paper_have_one_word_for_rounding_change_and_voucher(language: Language) -> None:
    texts, paper = Texts(language.value), LABELS[language]
    assert texts.say("tender.rounding", {"rounding": "-0.04"}) == f"{paper.rounding} -0.04"
    assert texts.say("tender.voucher") == paper.tenders[TenderKind.VOUCHER]
    assert texts.say("tender.change").lower().startswith(paper.change.lower())


def test_department_of_goods_not_on_file_speaks_the_language_of_the_screen() -> None:
    name = UnknownArticle().name
    assert [Texts(language).article(name) for language in ("zh", "en")] == ["未登记商品", "article not on file"]
    assert Texts("en").say("notice.line_voided", {"name": name, "number": "3"}).count("article not on file") == 1
    assert Texts("en").article("可口可乐") == "可口可乐"


@pytest.mark.parametrize("texts", [ZH, EN], ids=["zh", "en"])
def test_refusal_of_a_number_says_the_highest_that_is_taken(texts: dict[str, str]) -> None:
    highest = {
        No.BAD_QUANTITY: (count_of, str(HIGHEST_COUNT), str(HIGHEST_COUNT + 1)),
        No.BAD_AMOUNT: (amount_of, format_fen(HIGHEST_AMOUNT_FEN), format_fen(HIGHEST_AMOUNT_FEN + 1)),
        No.BAD_WEIGHT: (grams_of, "9999.999", "10000"),
    }
    for no, (read, most, more) in highest.items():
        assert most in texts[no]
        assert (read(most) is not None, read(more)) == (True, None)
