import inspect
import unicodedata
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain import errors
from terminal.domain.errors import PosError, UnderpaidError
from terminal.domain.ids import Identity, receipt_number, uuid7
from terminal.domain.text import SafeText, clean, is_safe, mask

IDENTITY = Identity(store="S01", till="T03", epoch=1)


def test_a_till_is_named_by_store_and_till() -> None:
    assert IDENTITY.terminal == "S01-T03"
    assert receipt_number(IDENTITY, 42) == "S01-T03-1-000042"


@given(st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=10))
def test_ids_are_uuids_of_version_7_that_carry_their_time(unix_ms: int, random: bytes) -> None:
    made = uuid.UUID(bytes=uuid7(unix_ms=unix_ms, random=random))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == unix_ms


def test_an_id_keeps_all_other_random_bits() -> None:
    assert uuid7(unix_ms=0x0123456789AB, random=b"\xff" * 10).hex() == "0123456789ab7fffbfffffffffffffff"
    assert uuid7(unix_ms=0x0123456789AB, random=b"\x00" * 10).hex() == "0123456789ab70008000000000000000"


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("plain 123", "plain 123"),
        ("农夫山泉", "农夫山泉"),
        ("a\x1b[2Jb", "a\ufffd[2Jb"),
        ("\u202eevil", "\ufffdevil"),
        ("zero\u200bwidth", "zero\ufffdwidth"),
        ("line\nbreak\u2028", "line\ufffdbreak\ufffd"),
        ("e\u0301", "\u00e9"),
        ("\ud800", "\ufffd"),
        ("\x1d(01)", "\ufffd(01)"),
    ],
)
def test_foreign_text_is_made_safe(raw: str, safe: str) -> None:
    assert clean(raw) == safe


def test_long_text_is_cut() -> None:
    assert clean("x" * 300) == "x" * 200
    assert clean("泉" * 300, limit=7) == "泉" * 7


any_text = st.text(st.characters(exclude_categories=()), max_size=60)


@given(any_text, st.integers(0, 40))
def test_cleaned_text_is_safe_within_its_limit_and_clean_already(raw: str, limit: int) -> None:
    safe = clean(raw, limit=limit)
    assert is_safe(safe)
    assert len(safe) <= limit
    assert clean(safe, limit=limit) == safe
    assert all(unicodedata.category(char)[0] != "C" for char in safe)


@pytest.mark.parametrize("text", ["\x00", "a\u202e", "e\u0301", "\u2029"])
def test_text_that_was_not_cleaned_is_told(text: str) -> None:
    assert not is_safe(text)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("13812346021", "138****6021"), ("88000123456", "880****3456"), ("123456", "****56"), ("1", "****")],
)
def test_card_and_phone_numbers_are_masked(number: str, shown: str) -> None:
    assert mask(SafeText(number)) == shown


ERRORS = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PosError)]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_is_drawn_in_the_tree_under_its_parent(kind: type[PosError]) -> None:
    tree = inspect.getdoc(errors) or ""
    assert kind.__name__ in tree
    assert kind is PosError or tree.index(kind.__bases__[0].__name__) < tree.index(kind.__name__)


def test_no_two_errors_share_a_code_but_a_family_and_its_usual_case() -> None:
    codes = [kind.code for kind in ERRORS if kind is not errors.BookInvalidError]
    assert len(codes) == len(set(codes))


def test_an_error_says_its_code_when_it_has_no_message() -> None:
    assert str(PosError()) == "error"
    assert str(PosError(code="paper_out")) == "paper_out"


def test_code_and_hint_of_one_error_change_no_other() -> None:
    special = errors.RuleError("no line 7", code="unknown_line", hint="choose a line")
    assert (special.code, special.hint, str(special)) == ("unknown_line", "choose a line", "no line 7")
    assert (errors.RuleError.code, errors.RuleError.hint) == ("refused", "")


def test_an_underpaid_error_is_a_refusal_with_an_amount() -> None:
    error = UnderpaidError(short_fen=354)
    assert isinstance(error, errors.RuleError)
    assert (error.code, error.short_fen) == ("underpaid", 354)
