"""What of a code is kept."""

import pytest

from terminal.checkout.codes import is_secret, kept


@pytest.mark.parametrize(
    ("code", "secret"),
    [
        ("6901939621257", False),
        ("2112345012346", False),
        ("SN-0001?", False),
        ("4111111111111111", True),
        ("4111111111111112", False),
        ("62220212345678901231", False),
        ("134567890123456789", True),
        (";6222021234567890=2512?", True),
        ("%B6222^WANG^2512?", True),
    ],
)
def test_pay_codes_stripes_and_bank_numbers_are_secret(code: str, secret: bool) -> None:
    assert is_secret(code) is secret


def test_goods_are_kept_as_they_are_but_safe() -> None:
    assert kept("69\x1d01", hash_key=b"k") == "69\ufffd01"
    assert kept("7" * 100, hash_key=b"k") == "7" * 64


def test_secrets_are_kept_as_kind_length_and_keyed_hash() -> None:
    assert kept("134567890123456789", hash_key=b"k") == "wechat:18:" + kept("134567890123456789", hash_key=b"k")[-16:]
    assert kept("4111111111111111", hash_key=b"k").startswith("card:16:")
    assert kept("1234", hash_key=b"k", secret=True).startswith("typed:4:")
    assert kept("1234", hash_key=b"k", secret=True) != kept("1234", hash_key=b"other", secret=True)


def test_without_a_key_there_is_no_hash() -> None:
    assert kept("4111111111111111", hash_key=b"") == "card:16"
