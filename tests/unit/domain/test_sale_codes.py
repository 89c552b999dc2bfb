"""The code of a receipt: what it says, and what a signature is over."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from terminal.domain.document import digest, sale_code
from terminal.domain.ids import Identity
from terminal.domain.paying import cash_fen
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.sale_codes import LONGEST_CODE, SaleCode, code_of, is_sale_code, read_sale_code
from tests.unit.domain.test_document import example

WHO = Identity(store="S01", till="T03", epoch=1)
DAY = "2026-11-23"


def sign(message: bytes) -> bytes:
    """Sixty-four bytes that follow from a message, as those of a signature do."""
    return hashlib.sha512(message).digest()


CODE = code_of(example(), WHO, day=DAY, sign=sign)


def test_a_signed_code_says_what_the_plain_one_does_the_day_and_the_cash() -> None:
    fields = CODE.split("|")
    assert fields[:-1] == ["GT2", *sale_code(example(), WHO).split("|")[1:], DAY, str(cash_fen(example().tenders))]
    assert fields[-1] == fields[-1].upper()
    assert len(fields[-1]) == 103


def test_a_till_without_a_key_writes_the_plain_code() -> None:
    assert code_of(example(), WHO, day=DAY) == sale_code(example(), WHO)


def test_a_signed_code_is_read_back_with_what_was_signed() -> None:
    code = read_sale_code(CODE)
    assert code is not None
    assert (code.terminal, code.receipt_no, code.total_fen) == ("S01-T03", "S01-T03-1-000042", example().total_fen)
    assert digest(example()).hex().startswith(code.digest)
    assert (code.day, code.cash_fen) == (DAY, cash_fen(example().tenders))
    assert code.signature == sign(code.signed)


def test_a_plain_code_is_read_back_without_a_signature() -> None:
    code = read_sale_code(sale_code(example(), WHO))
    assert code is not None
    assert (code.receipt_no, code.day, code.signed, code.signature) == ("S01-T03-1-000042", "", b"", b"")
    assert code.cash_fen == 0


def test_what_was_paid_otherwise_is_no_cash_in_the_code() -> None:
    card = Tender(kind=TenderKind.CARD, amount_fen=1000)
    cash = Tender(kind=TenderKind.CASH, amount_fen=370)
    code = read_sale_code(code_of(replace(example(), tenders=(card, cash)), WHO, day=DAY, sign=sign))
    assert code is not None
    assert (code.total_fen, code.cash_fen) == (1370, 370)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6907992512570",
        "GT2",
        CODE[:-1],
        f"{CODE}A",
        CODE.replace("GT2|", "GT1|"),
        CODE.replace("GT2|", "GT3|"),
        CODE.replace("|1370|", "|13.70|"),
        CODE.replace("|1370|", "|١٣٧٠|"),
        CODE.replace(DAY, "yesterday"),
        CODE.replace(f"|{DAY}|", f"|{DAY}|much"),
        CODE.replace(f"|{DAY}|", f"|{DAY}|1|"),
        CODE.replace("S01-T03|", "S01/T03|"),
        CODE[:-1] + "=",
        CODE[:-1] + "1",
        "GT1|" * 100,
        CODE + " " * LONGEST_CODE,
    ],
)
def test_what_is_no_code_of_a_sale_is_none(text: str) -> None:
    assert read_sale_code(text) is None


@pytest.mark.parametrize("char", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
def test_a_signature_is_written_in_one_way(char: str) -> None:
    other = read_sale_code(CODE[:-1] + char)
    assert char == CODE[-1] or other is None or other.signature != sign(other.signed)


def test_a_code_is_known_by_its_beginning() -> None:
    assert is_sale_code(CODE)
    assert is_sale_code("GT1|what")
    assert not is_sale_code("GT12|what")
    assert not is_sale_code("6907992512570")


@given(st.text(max_size=80) | st.text(alphabet="GT12|0123456789ABCDEF-", max_size=200))
def test_any_text_is_read_or_none(text: str) -> None:
    code = read_sale_code(text)
    assert code is None or is_sale_code(text)


@given(st.integers(0, len(CODE) - 1), st.characters())
def test_a_changed_character_changes_what_is_signed_or_the_signature(at: int, char: str) -> None:
    code = read_sale_code(CODE[:at] + char + CODE[at + 1 :])
    assert char == CODE[at] or code is None or code.signature != sign(code.signed)


@pytest.mark.parametrize(
    ("sold_on", "day", "is_good"),
    [
        ("2026-11-23", "2026-11-23", True),
        ("2026-11-23", "2026-12-27", True),
        ("2026-11-23", "2026-12-28", False),
        ("2026-11-24", "2026-11-23", False),
        ("2026-11-31", "2026-12-01", False),
        ("", "2026-12-01", False),
    ],
)
def test_a_code_alone_is_good_for_so_many_days(sold_on: str, day: str, is_good: bool) -> None:
    code = SaleCode(terminal="S01-T03", receipt_no="S01-T03-1-000001", total_fen=1, digest="0" * 16, day=sold_on)
    assert code.is_good_on(day) is is_good
