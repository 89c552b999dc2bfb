"""What a till with a key prints: any other till can see that it is no invention. And what it does without the key."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.projector import project
from lab.demo.shop import PIN, STAFF, STORE, TILL
from lab.pictures.till import PictureTill, make_book
from terminal.domain.document import digest
from terminal.domain.receipt import Note, Pair, QrCode, Receipt
from terminal.domain.sale_codes import SaleCode, read_sale_code
from terminal.offline.reader import JournalReader
from terminal.wire.chain import Row
from terminal.wire.documents import document_of
from terminal.wire.events import Fact, decode_fact
from terminal.wire.key_events import TillKeyFailed
from terminal.wire.key_file import SigningKey, make_key_file
from terminal.wire.record import TillRecord
from terminal.wire.seal import Purpose, signed_by
from terminal.wire.shift_events import ShiftClosed
from terminal.wire.statements import is_signed

MILK = "6907992512570"
LEADER, LEADER_PIN = "2001", "135790"
TERMINAL = f"{STORE}-{TILL}"


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    books = tmp_path / "books"
    books.mkdir()
    make_book(books)
    return make_key_file(tmp_path / "till.key")


@contextmanager
def till(folder: Path) -> Iterator[PictureTill]:
    with closing(PictureTill(folder / "till", folder / "books", key_file=str(folder / "till.key"))) as opened:
        opened.get_book()
        opened.sign_in(STAFF, PIN)
        yield opened


def sell(shop: PictureTill) -> None:
    shop.scan(MILK)
    shop.press("f12", "enter")


def code_on(paper: Receipt) -> SaleCode:
    (_, row) = [row for row in paper.rows if isinstance(row, QrCode)]
    code = read_sale_code(row.data)
    assert code is not None
    return code


def rows(folder: Path) -> tuple[Row, ...]:
    return JournalReader(folder / "till", epoch=1, max_rows=1000).read(0, limit=1000)


def facts(folder: Path) -> list[Fact]:
    return [decode_fact(row.body) for row in rows(folder)]


def test_the_code_of_a_receipt_is_signed_by_the_till_and_so_is_that_of_a_copy(tmp_path: Path, key: SigningKey) -> None:
    with till(tmp_path) as shop:
        sell(shop)
        shop.press("f13")
        shop.sign_in(LEADER, LEADER_PIN)
        papers = shop.papers
        last = shop.record.last
    assert last is not None
    code, copy = map(code_on, papers)
    assert copy == code
    assert signed_by(code.signed, code.signature, purpose=Purpose.SALE, keys=(key.public_key,)) == key.public_key
    document = document_of(last.sale, last.completed)
    assert (code.terminal, code.receipt_no, code.total_fen) == (TERMINAL, document.receipt_no, document.total_fen)
    assert digest(document).hex().startswith(code.digest)
    assert code.day == last.sale.local_time[:10]


def test_a_z_report_is_signed_in_the_journal_and_on_paper(tmp_path: Path, key: SigningKey) -> None:
    with till(tmp_path) as shop:
        shop.press("f17", *"500", "enter")
        sell(shop)
        shop.press("f17", "7", *"5", "enter", "f12", "enter", "escape")
        paper = shop.papers[-1]
    (closed,) = [fact for fact in facts(tmp_path) if isinstance(fact, ShiftClosed)]
    assert is_signed(closed, TERMINAL, (key.public_key,))
    assert not is_signed(replace(closed, counted_fen=closed.counted_fen + 1), TERMINAL, (key.public_key,))
    assert any(isinstance(row, Pair) and row.value == key.public_key.hex()[:16] for row in paper.rows)
    assert any(isinstance(row, Note) and row.text == closed.signature.hex()[:32] for row in paper.rows)
    assert project(TillRecord(), rows(tmp_path), terminal=TERMINAL, epoch=1).alarms == ()


def test_without_its_key_a_till_sells_on_says_so_and_prints_the_plain_code(tmp_path: Path, key: SigningKey) -> None:
    del key
    (tmp_path / "till.key").unlink()
    with till(tmp_path) as shop:
        sell(shop)
        paper = shop.papers[-1]
        shop.press("f18")
        panel = shop.view.panel
    assert code_on(paper).signature == b""
    assert getattr(panel, "key_problem", None) == "key_missing"
    assert [fact for fact in facts(tmp_path) if isinstance(fact, TillKeyFailed)] == [
        TillKeyFailed(reason="key_missing")
    ]
    (alarm,) = project(TillRecord(), rows(tmp_path), terminal=TERMINAL, epoch=1).alarms
    assert (alarm.kind, alarm.detail) == (
        "key",
        "row 2 (TillKeyFailed): its own key: key_missing; receipts and Z reports are not signed",
    )
