"""Keys of codes on phones at HQ: made, put into books for each till alone, changed, and codes made by them."""

import stat
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hq.cli import main
from hq.code_keys import FILE_NAME, SETTLED_MS, CodeKeys
from hq.errors import HqError
from hq.till_keys import TillKeys
from terminal.domain.members.phone_codes import fault_of, read_phone_code
from terminal.wire.book.opening import open_book
from terminal.wire.book.settings import read_settings
from terminal.wire.code_keys import unboxed
from terminal.wire.files.streams import book_name
from terminal.wire.key_file import SigningKey
from tests.unit.hq.commands import GOODS, SHOP, run, run_json

T3, T4 = (SigningKey(Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)) for seed in (3, 4))
MEMBERS = "member,phone\nM000001,13812345678\n"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """An HQ with two tills that have keys, goods to publish, and a member."""
    state = tmp_path / "hq"
    assert run(state, "init") == 0
    for name, text in (("goods.csv", GOODS), ("shop.toml", SHOP), ("members.csv", MEMBERS)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    TillKeys(state).add("S01-T03", T3.public_key.hex())
    TillKeys(state).add("S01-T04", T4.public_key.hex())
    assert run(state, "members", "import", str(tmp_path / "members.csv")) == 0
    return state


def publish(state: Path) -> int:
    return run(state, "publish", str(state.parent / "shop.toml"))


def keys_of(state: Path, version: int, terminal: str, key: SigningKey) -> list[int]:
    """Return the numbers of the keys that a till finds in a book."""
    with closing(open_book(next((state / "books").glob(book_name(version))))) as book:
        boxes = read_settings(book).code_keys.get(terminal, ())
    return [one.number for one in unboxed(boxes, key.open)]


def test_a_book_has_the_keys_in_boxes_that_one_till_each_can_open(state: Path) -> None:
    assert run(state, "code-keys", "new") == 0
    assert publish(state) == 0
    assert keys_of(state, 1, "S01-T03", T3) == [0]
    assert keys_of(state, 1, "S01-T04", T4) == [0]
    assert keys_of(state, 1, "S01-T04", T3) == []
    secret = CodeKeys(state).good()[0].key.secret
    book = next((state / "books").glob(book_name(1))).read_bytes()
    assert secret not in book
    assert secret.hex().encode() not in book


def test_a_shop_without_keys_of_codes_has_a_book_as_ever(state: Path) -> None:
    assert publish(state) == 0
    assert keys_of(state, 1, "S01-T03", T3) == []


def test_two_keys_are_good_and_the_older_makes_codes_until_the_newer_has_settled(state: Path) -> None:
    keys = CodeKeys(state)
    keys.make(now_ms=1)
    with pytest.raises(HqError) as caught:
        keys.for_codes(now_ms=2)
    assert caught.value.code == "no_code_key"
    keys.publish(now_ms=10)
    assert keys.for_codes(now_ms=11).number == 0
    keys.make(now_ms=20)
    assert keys.for_codes(now_ms=21 + SETTLED_MS).number == 0
    keys.publish(now_ms=30)
    assert keys.for_codes(now_ms=29 + SETTLED_MS).number == 0
    assert keys.for_codes(now_ms=30 + SETTLED_MS).number == 1
    keys.make(now_ms=40)
    assert [one.key.number for one in keys.good()] == [1, 2]
    with pytest.raises(HqError) as caught:
        keys.make(now_ms=41)
    assert caught.value.code == "key_not_published"


def test_numbers_of_keys_begin_again(state: Path) -> None:
    (state / FILE_NAME).write_text(f"255 1 2 {'0a' * 32}\n")
    assert CodeKeys(state).make(now_ms=5).key.number == 0


def test_the_file_is_for_hq_alone_and_a_spoiled_line_is_named(state: Path) -> None:
    CodeKeys(state).make(now_ms=1)
    path = state / FILE_NAME
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for line in ("what\n", f"256 1 2 {'0a' * 32}\n"):
        path.write_text(line)
        with pytest.raises(HqError, match="line 1 is no key"):
            CodeKeys(state).good()
    path.unlink()
    path.mkdir()
    with pytest.raises(HqError, match="cannot be read"):
        CodeKeys(state).good()


def test_a_code_is_made_of_a_member_by_number_or_phone(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(state, "code-keys", "new")
    assert run(state, "members", "code", "M000001") == 2
    assert "guitai-hq code-keys new, then guitai-hq publish" in capsys.readouterr().err
    publish(state)
    capsys.readouterr()
    assert run(state, "members", "code", "13812345678") == 0
    code = read_phone_code(capsys.readouterr().out.strip())
    assert code is not None
    assert code.member == "M000001"
    assert fault_of(code, [CodeKeys(state).good()[0].key], now_ms=code.made_ms) is None
    told = run_json(state, capsys, "members", "code", "M000001")
    assert (told["member"], len(str(told["code"]))) == ("M000001", 43)


def test_the_longest_number_of_a_file_fits_into_a_code(state: Path) -> None:
    path = state.parent / "long.csv"
    path.write_text("member\nM" + "0" * 31 + "\n")
    run(state, "members", "import", str(path))
    run(state, "code-keys", "new")
    publish(state)
    assert run(state, "members", "code", "M" + "0" * 31) == 0


def test_keys_are_listed_without_their_secrets(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(state, "code-keys", "new", "--json")
    publish(state)
    secret = CodeKeys(state).good()[0].key.secret.hex()
    capsys.readouterr()
    assert run(state, "code-keys", "list") == 0
    told = capsys.readouterr().out
    assert ("not yet" in told, secret in told, told.splitlines()[1].split()[0]) == (False, False, "0")
    listed = run_json(state, capsys, "code-keys", "list")
    assert isinstance(listed["keys"], list)
    assert [sorted(one) for one in listed["keys"]] == [["key", "made_ms", "published_ms"]]


def test_keys_of_codes_stand_in_no_shop_file(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (state.parent / "shop.toml").write_text(SHOP + f'[settings.code_keys]\n"S01-T03" = ["{"0a" * 60}"]\n')
    assert main(["--state", str(state), "publish", str(state.parent / "shop.toml")]) == 2
    assert "code_keys stand in no shop file" in capsys.readouterr().err
