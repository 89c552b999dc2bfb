"""Signatures of HQ."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from terminal.domain.errors import InputError
from terminal.wire.seal import Purpose, Sealed, seal, unseal, unverified_body
from tests.unit.wire_mqtt.signers import SeedSigner

SIGNER = SeedSigner()
DATA = seal(b"body", purpose=Purpose.ANSWER, signer=SIGNER)


def refusal(data: bytes, *, purpose: Purpose = Purpose.ANSWER, keys: tuple[bytes, ...] = (SIGNER.public_key,)) -> str:
    with pytest.raises(InputError) as caught:
        unseal(data, purpose=purpose, keys=keys)
    return caught.value.code


def test_body_comes_back_when_a_pinned_key_signed_it() -> None:
    keys = (SeedSigner(2).public_key, SIGNER.public_key)
    assert unseal(DATA, purpose=Purpose.ANSWER, keys=keys) == b"body"


def test_signature_of_another_purpose_is_forged() -> None:
    assert refusal(DATA, purpose=Purpose.MANIFEST) == "forged"


def test_key_that_is_not_pinned_is_forged() -> None:
    assert refusal(DATA, keys=()) == "forged"
    assert refusal(DATA, keys=(SeedSigner(2).public_key,)) == "forged"


def test_key_id_of_a_pinned_key_alone_does_not_help() -> None:
    enemy = seal(b"body", purpose=Purpose.ANSWER, signer=SeedSigner(2))
    sealed = msgspec.msgpack.decode(enemy, type=Sealed)
    claimed = msgspec.structs.replace(sealed, key_id=SIGNER.public_key[:8])
    assert refusal(msgspec.msgpack.encode(claimed)) == "forged"


def test_missing_signature_is_named_unsigned() -> None:
    assert refusal(msgspec.msgpack.encode(Sealed(b"body", SIGNER.public_key[:8], b""))) == "unsigned"


@given(st.integers(0, len(DATA) * 8 - 1))
def test_every_flipped_bit_is_refused(bit: int) -> None:
    data = bytearray(DATA)
    data[bit // 8] ^= 1 << (bit % 8)
    assert refusal(bytes(data)) in {"forged", "malformed"}


@given(st.binary(max_size=200))
def test_nonsense_is_refused(data: bytes) -> None:
    assert refusal(data) in {"malformed", "unsigned", "forged"}


def test_unverified_body_is_for_naming_only() -> None:
    assert unverified_body(DATA) == b"body"
    assert unverified_body(b"nonsense") == b""
