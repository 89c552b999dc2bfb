"""Keys of tills at HQ: whom it vouches for, what they signed, and what a person hears when they did not."""

import base64
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.cli import main
from hq.collector import Collector
from hq.errors import HqError
from hq.examiner import Examiner
from hq.store.port import AlarmKind
from hq.store.sqlite import FILE_NAME, SqliteStore
from hq.till_keys import TillKeys
from terminal.domain.document import CODE_DIGEST_DIGITS
from terminal.domain.sale_codes import read_sale_code
from terminal.domain.text import SafeText
from terminal.wire.book.opening import open_book
from terminal.wire.book.settings import read_settings
from terminal.wire.envelope import pack_batch
from terminal.wire.files.streams import book_name
from terminal.wire.seal import Purpose, signature_of
from terminal.wire.shift_events import ShiftClosed
from terminal.wire.statements import signed
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.unit.hq.commands import opened, run, run_json, sold
from tests.unit.hq.test_shifts import Change, a_shift
from tests.unit.wire_mqtt.signers import SeedSigner

SIGNER, OTHER = SeedSigner(), SeedSigner(2)
KEY = SIGNER.public_key.hex()


def test_a_key_is_vouched_for_until_it_is_removed(tmp_path: Path) -> None:
    keys = TillKeys(tmp_path)
    assert keys.all() == {}
    assert keys.add("S01-T03", KEY.upper())
    assert not keys.add("S01-T03", KEY)
    assert keys.add("S01-T03", OTHER.public_key.hex())
    assert keys.of("S01-T03") == (SIGNER.public_key, OTHER.public_key)
    assert keys.of("S01-T04") == ()
    assert keys.remove("S01-T03", KEY)
    assert not keys.remove("S01-T03", KEY)
    assert keys.all() == {"S01-T03": (OTHER.public_key.hex(),)}
    assert [path.name for path in tmp_path.iterdir()] == ["till-keys"]


@pytest.mark.parametrize(("terminal", "key"), [("S01", KEY), ("S01-T03\nS02-T01", KEY), ("S01-T03", KEY[1:])])
def test_what_is_no_terminal_or_no_key_is_refused(tmp_path: Path, terminal: str, key: str) -> None:
    with pytest.raises(HqError, match="is no terminal with a key"):
        TillKeys(tmp_path).add(terminal, key)
    assert not (tmp_path / "till-keys").exists()


def test_a_file_that_somebody_spoiled_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "till-keys").write_text(f"S01-T03 {KEY}\nS01-T04 what\n")
    with pytest.raises(HqError, match="line 2 is no terminal with a key"):
        TillKeys(tmp_path).all()
    (tmp_path / "till-keys").write_bytes(b"\xff")
    with pytest.raises(HqError, match="cannot be read"):
        TillKeys(tmp_path).of("S01-T03")


def test_a_published_book_vouches_for_the_keys(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(state, "till-keys", "add", "S01-T03", KEY) == 0
    assert "guitai-hq publish" in capsys.readouterr().out
    assert run(state, "till-keys", "list") == 0
    assert f"S01-T03  {KEY}" in capsys.readouterr().out
    assert run(state, "publish", str(tmp_path / "shop.toml"), "--store", "S01", "--new-store") == 0
    with closing(open_book(state / "books" / book_name(1))) as book:
        assert read_settings(book).till_keys == {"S01-T03": (KEY,)}
    assert run_json(state, capsys, "till-keys", "remove", "S01-T03", KEY)["changed"] is True
    assert run_json(state, capsys, "till-keys", "list")["keys"] == {}


def test_no_shop_file_vouches_for_a_key(state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (tmp_path / "shop.toml").open("a") as file:
        file.write(f'[settings.till_keys]\n"S01-T03" = ["{KEY}"]\n')
    assert main(["--state", str(state), "publish", str(tmp_path / "shop.toml")]) == 2
    assert "till_keys stand in no shop file" in capsys.readouterr().err


def collected(folder: Path, change: Change, keys: TillKeys | None) -> list[tuple[AlarmKind, str]]:
    journal = MemoryJournal()
    a_shift(journal, change=change)
    with closing(SqliteStore(folder / FILE_NAME)) as store:
        payload = pack_batch(journal.rows, terminal=TERMINAL, epoch=1, head=journal.rows[-1].seq, sent_ms=1)
        with store.transaction():
            Collector(store, Examiner(keys=keys)).batch(TERMINAL, payload, now_ms=1)
        assert [row.is_right for row in store.shifts.newest()] == [True]
        return [(alarm.kind, alarm.detail) for alarm in store.tills.alarms()]


def by(signer: SeedSigner, terminal: str = TERMINAL) -> Change:
    return lambda closed: signed(closed, terminal, signer)


def altered(closed: ShiftClosed) -> ShiftClosed:
    return replace(by(SIGNER)(closed), closed_ms=closed.closed_ms + 1)


def test_a_z_report_that_a_known_key_signed_is_taken_in_silence(tmp_path: Path) -> None:
    keys = TillKeys(tmp_path)
    keys.add(TERMINAL, KEY)
    assert collected(tmp_path, by(SIGNER), keys) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda closed: closed, "Z 1 has no signature"),
        (altered, "Z 1 is not signed by a key of this till"),
        (by(OTHER), "Z 1 is not signed by a key of this till"),
        (by(SIGNER, "S09-T09"), "Z 1 is not signed by a key of this till"),
    ],
)
def test_a_z_report_that_its_till_did_not_sign_is_told(tmp_path: Path, change: Change, told: str) -> None:
    keys = TillKeys(tmp_path)
    keys.add(TERMINAL, KEY)
    assert collected(tmp_path, change, keys) == [(AlarmKind.KEY, told)]


def test_a_key_that_nobody_vouches_for_is_told_and_a_till_without_one_is_not(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert collected(tmp_path / "a", lambda closed: closed, TillKeys(tmp_path)) == []
    ((kind, detail),) = collected(tmp_path / "b", by(SIGNER), TillKeys(tmp_path))
    assert (kind, KEY in detail, "till-keys add" in detail) == (AlarmKind.KEY, True, True)


def test_a_spoiled_file_of_keys_stops_no_journal(tmp_path: Path) -> None:
    (tmp_path / "till-keys").write_text("what\n")
    ((kind, detail),) = collected(tmp_path, by(SIGNER), TillKeys(tmp_path))
    assert (kind, "line 1 is no terminal" in detail) == (AlarmKind.KEY, True)


def code_of_first(
    state: Path, *, total_fen: int | None = None, cash_fen: int | None = None, signer: SeedSigner = SIGNER
) -> str:
    with closing(opened(state)) as store:
        sale = store.sales.newest(terminal=None, biz_date=None, limit=10)[-1]
    total = sale.total_fen if total_fen is None else total_fen
    cash = sale.cash_fen if cash_fen is None else cash_fen
    digest = sale.digest.hex()[:CODE_DIGEST_DIGITS]
    body = f"GT2|{TERMINAL}|{sale.receipt_no}|{total}|{digest}|{sale.biz_date}|{cash}"
    signature = signature_of(body.encode(), purpose=Purpose.SALE, signer=signer)
    return SafeText(f"{body}|{_base32(signature)}")


def _base32(signature: bytes) -> str:

    return base64.b32encode(signature).decode().rstrip("=")


def test_the_code_of_a_receipt_is_judged(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sold(state)
    code = code_of_first(state)
    assert read_sale_code(code) is not None
    assert run_json(state, capsys, "code", code)["verdict"] == "forged"
    run(state, "till-keys", "add", TERMINAL, KEY)
    capsys.readouterr()
    assert run(state, "code", code) == 0
    shown = capsys.readouterr().out
    assert ": right\n" in shown
    assert "HQ has S01-T03-1-000001 over" in shown
    assert run(state, "code", code_of_first(state, signer=OTHER)) == 1
    assert ": forged\n" in capsys.readouterr().out
    assert run(state, "code", code_of_first(state, total_fen=1)) == 1
    assert ": other_sale\n" in capsys.readouterr().out
    assert run(state, "code", code_of_first(state, cash_fen=1)) == 1
    assert ": other_sale\n" in capsys.readouterr().out
    plain = "|".join(("GT1", *code.split("|")[1:5]))
    assert run(state, "code", plain) == 1
    assert ": unsigned\n" in capsys.readouterr().out
    assert run(state, "code", "6907992512570") == 2
    assert "no code of a receipt" in capsys.readouterr().err


def test_a_signed_code_of_a_sale_that_hq_does_not_have_yet_is_right(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sold(state)
    run(state, "till-keys", "add", TERMINAL, KEY)
    body = f"GT2|{TERMINAL}|S01-T03-1-000099|1600|{'0' * 16}|2026-11-23|1600"
    code = f"{body}|{_base32(signature_of(body.encode(), purpose=Purpose.SALE, signer=SIGNER))}"
    capsys.readouterr()
    assert run(state, "code", code) == 0
    assert "HQ has no such sale yet" in capsys.readouterr().out
