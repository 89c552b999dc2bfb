from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.text import is_safe
from terminal.drivers.scanner.symbology import Symbol, classify, has_check_digit, is_gs1
from tests.vectors import vector


def scanned(name: str) -> str:
    given_input: dict[str, Any] = vector(name)["input"]
    return str(given_input["text"]) if "text" in given_input else bytes.fromhex(given_input["hex"]).decode()


@pytest.mark.parametrize(
    "name", ["scan-ean13", "scan-ean8", "scan-upca", "scan-upce", "scan-aim-E0", "scan-aim-C1", "scan-ws"]
)
def test_gtin_of_vector_is_told(name: str) -> None:
    assert classify(scanned(name)).gtin == vector(name)["expect"]["gtin"]


@pytest.mark.parametrize("name", ["scan-aim-E0", "scan-aim-C1", "scan-aim-d2-GS"])
def test_aim_identifier_of_vector_is_told_without_its_bracket(name: str) -> None:
    assert f"]{classify(scanned(name)).aim}" == vector(name)["expect"]["aim"]


@pytest.mark.parametrize("name", ["scan-aim-C1", "scan-aim-d2-GS", "scan-noaim-GS", "scan-leading-GS"])
def test_element_strings_of_vector_are_told(name: str) -> None:
    assert dict(classify(scanned(name)).gs1) == vector(name)["expect"]["gs1"]


def test_elements_of_a_digital_link_are_told() -> None:
    symbol = classify(scanned("scan-dl"))
    assert dict(symbol.gs1) == vector("scan-dl")["expect"]["gs1_digital_link"]
    assert symbol.gtin == "06901234567892"


@pytest.mark.parametrize("name", ["scan-ean13-badcd", "scan-paren", "scan-ambig21"])
def test_code_that_a_vector_refuses_is_a_plain_code(name: str) -> None:
    assert "error" in vector(name)["expect"]
    assert classify(scanned(name)) == Symbol(data=scanned(name))


def test_ean8_is_no_element_string() -> None:
    assert classify("96385074") == Symbol(data="96385074", gtin="96385074")


def test_digits_of_a_code_128_are_no_gtin() -> None:
    assert classify("]C06901234567892") == Symbol(data="6901234567892", aim="C0")


def test_wrong_check_digit_in_an_element_string_is_no_gtin() -> None:
    symbol = classify("]C10106901234567890")
    assert (symbol.gtin, symbol.gs1) == (None, (("01", "06901234567890"),))


def test_broken_element_strings_tell_nothing() -> None:
    assert classify("]C10199") == Symbol(data="0199", aim="C1")


def test_ordinary_address_is_text() -> None:
    assert classify("https://example.com/a") == Symbol(data="https://example.com/a")


@pytest.mark.parametrize("text", ["]", "]E", "]é0X", "]0EX", "]E-X"])
def test_bracket_that_begins_no_aim_identifier_belongs_to_the_data(text: str) -> None:
    assert classify(text) == Symbol(data=text)


def test_price_and_count_of_element_strings_stay_as_scanned() -> None:
    assert classify("]C1392212345\x1d3722").gs1 == (("3922", "12345"), ("37", "22"))


def test_control_and_bidi_characters_are_replaced_and_gs_stays() -> None:
    assert classify("]d1A\x1b[2J\u202eB\x1dC").data == "A\ufffd[2J\ufffdB\x1dC"


def test_code_is_known_to_need_the_parser_before_it_is_asked() -> None:
    texts = ("]C1010", "1\x1d2", " https://example.com", "6901234567892", "]d1A\x1dB")
    assert [is_gs1(text) for text in texts] == [True, True, True, False, False]


@pytest.mark.parametrize("digits", ["6901234567892", "96385074", "036000291452", "00012345678905"])
def test_right_check_digit_is_right_and_every_other_is_wrong(digits: str) -> None:
    others = [digits[:-1] + last for last in "0123456789" if last != digits[-1]]
    assert has_check_digit(digits)
    assert not any(has_check_digit(other) for other in others)


@given(st.text(st.sampled_from("0123456789\x1dABC()]C1d2Q3https:/.org?=&%é\x00\u202e"), max_size=80))
def test_any_text_gives_safe_data(text: str) -> None:
    symbol = classify(text)
    assert all(is_safe(part) for part in symbol.data.split("\x1d"))
    assert all(is_safe(value) for _, value in symbol.gs1)


@given(
    st.text(st.sampled_from("0123456789\x1dAB/"), max_size=40), st.sampled_from(["]C1", "]d2", "]Q3", "https://a/01/"])
)
def test_any_gs1_text_is_parsed_or_refused(text: str, prefix: str) -> None:
    symbol = classify(prefix + text)
    assert symbol.gtin is None or has_check_digit(symbol.gtin)
