"""Codes on phones: what they say, what is no code, and why one is not good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import RuleError
from terminal.domain.members.cards import CardKey, Medium, check_bindable
from terminal.domain.members.phone_codes import (
    AHEAD_MS,
    KEPT_MS,
    LIFE_MS,
    CodeFault,
    CodeKey,
    PhoneCode,
    UsedCode,
    fault_of,
    is_phone_code,
    is_used,
    make_phone_code,
    read_phone_code,
    remembered,
)
from terminal.domain.promotions.coupons import MemberId

OLD, NEW = CodeKey(6, b"o" * 32), CodeKey(7, b"n" * 32)
KEYS = (OLD, NEW)
MADE_MS = 1_795_000_000_000
M1 = MemberId("M000001")
TILLS_OWN = MemberId("0190f3a2b4c5d6e7f8091a2b3c4d5e6f")


def code(member: MemberId = M1, *, made_ms: int = MADE_MS, key: CodeKey = NEW) -> PhoneCode:
    read = read_phone_code(make_phone_code(member, made_ms=made_ms, key=key))
    assert read is not None
    return read


def test_a_code_is_as_the_docs_say() -> None:
    text = make_phone_code(M1, made_ms=MADE_MS, key=NEW)
    assert text == "GM1A4A2D3SWLYAAOTJQGAYDAMBRFD4EQAZZAVWUPO4G"
    assert (len(text), len(make_phone_code(TILLS_OWN, made_ms=MADE_MS, key=NEW))) == (43, 58)


@given(
    member=st.from_regex(r"[A-Za-z0-9_.-]{1,32}", fullmatch=True) | st.from_regex(r"[0-9a-f]{32}", fullmatch=True),
    made_ms=st.integers(0, 2**48 - 1),
    number=st.integers(0, 255),
)
def test_a_code_says_who_when_and_by_which_key(member: str, made_ms: int, number: int) -> None:
    text = make_phone_code(MemberId(member), made_ms=made_ms, key=CodeKey(number, b"k" * 32))
    for shown in (text, text.lower(), text.swapcase()):
        read = read_phone_code(shown)
        assert read is not None
        assert (read.member, read.made_ms, read.key) == (member, made_ms, number)


@pytest.mark.parametrize("member", ["", "M" * 33])
def test_a_number_that_fits_into_no_code_is_refused(member: str) -> None:
    with pytest.raises(ValueError, match="are no number of a member"):
        make_phone_code(MemberId(member), made_ms=1, key=NEW)


GOOD = make_phone_code(M1, made_ms=MADE_MS, key=NEW)


@pytest.mark.parametrize(
    ("text", "has_shape"),
    [
        ("6901939621257", False),
        ("GM1", False),
        (GOOD[:-1] + "1", False),
        (GOOD + "A" * 60, False),
        (GOOD[:-1], True),
        (GOOD + "A", True),
        ("GM1" + "A" * 34, True),
        ("GM1" + "A" * 33, True),
        (make_phone_code(MemberId("M\x7f"), made_ms=1, key=NEW)[:11] + "7" * 30, True),
    ],
)
def test_what_is_no_code_says_nothing(text: str, *, has_shape: bool) -> None:
    assert is_phone_code(text) is has_shape
    assert read_phone_code(text) is None


@given(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", min_size=31, max_size=80))
def test_whatever_has_the_shape_is_read_or_not(digits: str) -> None:
    read = read_phone_code("GM1" + digits)
    assert read is None or fault_of(read, KEYS, now_ms=read.made_ms) is not None


def test_a_code_is_good_for_a_minute_by_either_key() -> None:
    for key in KEYS:
        for now_ms in (MADE_MS - AHEAD_MS, MADE_MS, MADE_MS + LIFE_MS):
            assert fault_of(code(key=key), KEYS, now_ms=now_ms) is None
    assert fault_of(code(), KEYS, now_ms=MADE_MS + LIFE_MS + 1) is CodeFault.OLD
    assert fault_of(code(), KEYS, now_ms=MADE_MS - AHEAD_MS - 1) is CodeFault.EARLY


def test_without_its_key_a_code_is_not_good() -> None:
    assert fault_of(code(), (), now_ms=MADE_MS) is CodeFault.NO_KEY
    assert fault_of(code(), (OLD,), now_ms=MADE_MS) is CodeFault.OTHER_KEY
    assert fault_of(code(), (CodeKey(NEW.number, b"x" * 32),), now_ms=MADE_MS) is CodeFault.FORGED


def test_a_used_code_is_remembered_as_long_as_another_could_be_taken_for_it() -> None:
    first, later = code(), code(made_ms=MADE_MS + KEPT_MS + 1)
    used = remembered((), UsedCode(first.digest, first.made_ms))
    assert (is_used(first, used), is_used(later, used)) == (True, False)
    used = remembered(used, UsedCode(later.digest, later.made_ms))
    assert used == (UsedCode(later.digest, later.made_ms),)
    assert is_used(first, used), "it is older than all that is remembered"


def test_neither_a_key_nor_a_code_is_told_by_what_is_logged() -> None:
    assert (repr(NEW), repr(code())) == ("CodeKey(7)", "PhoneCode(7)")


def test_a_code_on_a_phone_is_no_card_that_could_be_bound() -> None:
    with pytest.raises(RuleError) as refused:
        check_bindable(CardKey(number=GOOD, medium=Medium.PHONE))
    assert refused.value.code == "card_random"
