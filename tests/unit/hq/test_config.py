"""Configuration and key of HQ."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from hq.config import HqConfig, load_config
from hq.errors import HqError
from hq.keys import load_key, make_key


def configured(folder: Path, text: str) -> HqConfig:
    (folder / "hq.toml").write_text(text, encoding="utf-8")
    return load_config(folder)


def test_broker_is_read_with_its_password(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("word\n")
    config = configured(tmp_path, '[broker]\nport = 1999\nusername = "hq"\npassword_file = "secret"\n')
    assert (config.broker.port, config.broker.username, config.broker.password) == (1999, "hq", "word")
    assert (config.database, config.key_file) == (tmp_path / "hq.db", tmp_path / "signing-key.pem")


def test_bound_of_a_sale_is_a_setting(tmp_path: Path) -> None:
    assert configured(tmp_path, "").bounds.sale_fen == 5_000_000
    assert configured(tmp_path, "[bounds]\nsale_fen = 1_000_000\n").bounds.sale_fen == 1_000_000


def test_whether_who_overdraws_is_blocked_is_a_setting(tmp_path: Path) -> None:
    assert configured(tmp_path, "").members.block_overdrawn
    assert not configured(tmp_path, "[members]\nblock_overdrawn = false\n").members.block_overdrawn


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[bounds]\nsale_fen = 0\n", "$.bounds.sale_fen"),
        ("[broker]\nprot = 1\n", "prot"),
        ("[broker]\nport = 'x'\n", "$.broker.port"),
        ("[broker\n", "line 1"),
        ('[broker]\npassword_file = "none"\n', "password file"),
    ],
)
def test_configuration_that_is_wrong_is_named(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(HqError) as caught:
        configured(tmp_path, text)
    assert told in str(caught.value)


def test_key_is_made_once_and_read_back(tmp_path: Path) -> None:
    made = make_key(tmp_path / "key.pem")
    assert load_key(tmp_path / "key.pem").public_key == made.public_key
    with pytest.raises(HqError, match="is there already"):
        make_key(tmp_path / "key.pem")


def test_key_that_others_can_read_or_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    with pytest.raises(HqError, match="there is no"):
        load_key(path)
    make_key(path)
    path.chmod(0o640)
    with pytest.raises(HqError, match="can be read by others"):
        load_key(path)
    path.write_text("nonsense")
    with pytest.raises(HqError, match="is no key"):
        load_key(path)
    path.chmod(0o600)
    path.write_bytes(
        X25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(HqError, match="no Ed25519 key"):
        load_key(path)
