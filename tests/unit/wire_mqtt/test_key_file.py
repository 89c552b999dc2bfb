"""A key in a file of its own: made once, for its owner alone, and refused by name when it is of no use."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from terminal.wire.key_file import KeyFileError, load_key_file, make_key_file
from terminal.wire.seal import Purpose, signature_of, signed_by


def problem(path: Path) -> str:
    with pytest.raises(KeyFileError) as caught:
        load_key_file(path)
    return caught.value.code


def test_a_key_that_was_made_is_the_key_that_is_loaded(tmp_path: Path) -> None:
    made = make_key_file(tmp_path / "till.key")
    loaded = load_key_file(tmp_path / "till.key")
    assert loaded.public_key == made.public_key
    assert loaded.sign(b"x") == made.sign(b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["till.key"]
    assert (tmp_path / "till.key").stat().st_mode & 0o777 == 0o600


def test_a_key_that_is_there_is_never_replaced(tmp_path: Path) -> None:
    made = make_key_file(tmp_path / "till.key")
    with pytest.raises(FileExistsError):
        make_key_file(tmp_path / "till.key")
    assert load_key_file(tmp_path / "till.key").public_key == made.public_key
    assert [path.name for path in tmp_path.iterdir()] == ["till.key"]


def test_what_a_power_cut_left_half_made_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / ".till.key.new").write_bytes(b"half")
    assert make_key_file(tmp_path / "till.key").public_key == load_key_file(tmp_path / "till.key").public_key


def test_each_reason_why_there_is_no_key_has_its_name(tmp_path: Path) -> None:
    path = tmp_path / "till.key"
    assert problem(path) == "key_missing"
    path.mkdir()
    assert problem(path) == "key_unreadable"
    path.rmdir()
    path.write_bytes(b"nonsense")
    assert problem(path) == "key_damaged"
    path.unlink()
    make_key_file(path)
    path.chmod(0o640)
    assert problem(path) == "key_open"
    other = X25519PrivateKey.generate()
    raw = serialization.PrivateFormat.PKCS8
    path.write_bytes(other.private_bytes(serialization.Encoding.PEM, raw, serialization.NoEncryption()))
    path.chmod(0o600)
    assert problem(path) == "key_damaged"


def test_a_signature_of_its_own_is_of_one_key_one_body_and_one_purpose(tmp_path: Path) -> None:
    key, other = make_key_file(tmp_path / "a"), make_key_file(tmp_path / "b")
    keys = (other.public_key, key.public_key)
    signature = signature_of(b"body", purpose=Purpose.SALE, signer=key)
    assert signed_by(b"body", signature, purpose=Purpose.SALE, keys=keys) == key.public_key
    assert signed_by(b"body", signature, purpose=Purpose.SALE, keys=(other.public_key,)) is None
    assert signed_by(b"nobody", signature, purpose=Purpose.SALE, keys=keys) is None
    assert signed_by(b"body", signature, purpose=Purpose.SHIFT, keys=keys) is None
    assert signed_by(b"body", b"", purpose=Purpose.SALE, keys=keys) is None
