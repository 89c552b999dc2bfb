"""PINs against the hashes of the staff table."""

import pytest

from terminal.checkout.effects import CheckPin
from terminal.checkout.work import PinCheck
from terminal.domain.ids import StaffNumber
from terminal.domain.staff import Role, Staff
from terminal.domain.text import SafeText
from terminal.services import pins
from terminal.services.pins import check_pin

REAL = "$argon2id$v=19$m=19456,t=2,p=1$"


def staff(pin_hash: str) -> Staff:
    return Staff(number=StaffNumber("1001"), name=SafeText("王芳"), role=Role.CASHIER, pin_hash=pin_hash)


@pytest.fixture(scope="module")
def wang() -> Staff:
    from argon2 import PasswordHasher  # noqa: PLC0415 - as the product does

    return staff(PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash("1234"))


def query(pin: str) -> CheckPin:
    return CheckPin(number=StaffNumber("1001"), pin=pin)


def test_right_pin_tells_who_it_is(wang: Staff) -> None:
    assert wang.pin_hash.startswith(REAL)
    found = check_pin(PinCheck(query=query("1234"), staff=wang))
    assert (found.query, found.staff) == (query("1234"), wang)


def test_who_lends_a_right_by_card_needs_no_pin(wang: Staff) -> None:
    by_card = CheckPin(number=StaffNumber("1001"), pin="", approval=True, by_card=True)
    assert check_pin(PinCheck(query=by_card, staff=wang)).staff == wang
    assert check_pin(PinCheck(query=by_card, staff=None)).staff is None


@pytest.mark.parametrize("pin", ["1235", "", "12345", "壹贰叁肆"])
def test_wrong_pin_tells_nobody(wang: Staff, pin: str) -> None:
    assert check_pin(PinCheck(query=query(pin), staff=wang)).staff is None


@pytest.mark.parametrize("pin", ["1234", "", "0000"])
def test_number_that_nobody_has_is_checked_against_a_hash_that_no_pin_has(pin: str) -> None:
    assert pins._NOBODY.startswith(REAL)
    assert check_pin(PinCheck(query=query(pin), staff=None)).staff is None


@pytest.mark.parametrize("pin_hash", ["", "1234", "$argon2id$v=19$m=19456,t=2,p=1$broken"])
def test_hash_that_is_none_lets_nobody_in(pin_hash: str) -> None:
    assert check_pin(PinCheck(query=query("1234"), staff=staff(pin_hash))).staff is None


def test_pin_stands_in_no_text_of_the_question() -> None:
    check = PinCheck(query=query("987654"), staff=None)
    assert "987654" not in f"{check!r} {check.query!r} {check.query}"
