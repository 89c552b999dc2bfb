"""Boxes that one till can open, and the keys of codes in them."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from terminal.domain.errors import InputError
from terminal.domain.members.phone_codes import CodeKey
from terminal.wire.box import open_box, put_in_box
from terminal.wire.code_keys import boxed, unboxed
from terminal.wire.key_file import SigningKey

OURS, OTHER = (SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)) for seed in (1, 2))
KEYS = (CodeKey(6, b"o" * 32), CodeKey(7, b"n" * 32))


def test_only_whose_key_it_is_opens_a_box() -> None:
    box = put_in_box(b"secret", OURS.public_key)
    assert OURS.open(box) == b"secret"
    assert b"secret" not in box
    assert put_in_box(b"secret", OURS.public_key) != box
    with pytest.raises(InputError) as caught:
        OTHER.open(box)
    assert caught.value.code == "box_closed"


def test_a_box_of_a_known_agreement_opens() -> None:
    """The seed and public key of RFC 8032, 7.1, test 1; its X25519 form as libsodium makes it."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert open_box(put_in_box(b"x", public), seed) == b"x"


@pytest.mark.parametrize("place", [0, 31, 32, 40, -1])
def test_a_box_that_was_touched_stays_closed(place: int) -> None:
    box = bytearray(put_in_box(b"secret", OURS.public_key))
    box[place] ^= 1
    with pytest.raises(InputError):
        OURS.open(bytes(box))


@pytest.mark.parametrize("box", [b"", bytes(31), bytes(32), bytes(80)])
def test_what_is_no_box_stays_closed(box: bytes) -> None:
    with pytest.raises(InputError, match="does not open"):
        OURS.open(box)


@pytest.mark.parametrize(
    "public_key", [(1).to_bytes(32, "little"), (0).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little")]
)
def test_no_box_is_made_for_what_is_no_key(public_key: bytes) -> None:
    with pytest.raises(InputError) as caught:
        put_in_box(b"secret", public_key)
    assert caught.value.code == "bad_key"


def test_keys_come_out_of_the_first_box_that_opens() -> None:
    boxes = ("ff", "no digits", boxed(KEYS, OTHER.public_key), boxed(KEYS, OURS.public_key))
    assert unboxed(boxes, OURS.open) == KEYS
    assert unboxed(boxes[:3], OURS.open) == ()
    assert unboxed((put_in_box(b"no keys", OURS.public_key).hex(),), OURS.open) == ()
