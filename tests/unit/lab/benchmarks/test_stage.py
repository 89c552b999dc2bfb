"""The stage: goods, sales, journals, and a till that is played."""

import socket
import threading
from contextlib import closing
from pathlib import Path

import pytest

from lab.benchmarks.registry import Run
from lab.benchmarks.stage.fake_till import FakeTill, line_view, view_of
from lab.benchmarks.stage.goods import CASHIER, PIN, VERSION, article, code, lay_books, shelf_with
from lab.benchmarks.stage.history import Size, backlog, history, lay_history
from lab.benchmarks.stage.observer import look, look_until
from lab.benchmarks.stage.sales import LINES_PER_SALE, WHO, endless, opening, sale
from lab.benchmarks.stage.scanner import typed
from terminal.domain.barcode import has_valid_check_digit
from terminal.domain.document import digest
from terminal.domain.errors import PosError
from terminal.drivers.scanner.reading import RawCode
from terminal.drivers.scanner.wedge_decoder import WedgeDecoder
from terminal.offline.catalog import SqliteShelf
from terminal.offline.chain import Verification
from terminal.offline.clock import SystemIds
from terminal.offline.files import journal_files
from terminal.offline.journal import SqliteJournal
from terminal.offline.state import SqliteRecordStore, rebuild
from terminal.wire.counter.messages import Delta, Keys, Painted, Pong, SnapshotPage, decode_from_till, encode
from terminal.wire.counter.messages import Hello as SaysHello
from terminal.wire.documents import document_of
from terminal.wire.framing import FrameReader, frame
from terminal.wire.record import TillRecord, apply

SMALL = Size(closed_files=1, file_bytes=400_000, open_bytes=100_000)


def test_codes_are_good_and_no_two_are_alike() -> None:
    codes = [code(number) for number in range(2000)]
    assert len(set(codes)) == 2000
    assert all(map(has_valid_check_digit, codes))
    assert {len(one) for one in codes} == {13}


def test_a_book_is_built_once_and_found_by_the_till(run: Run, tmp_path: Path) -> None:
    said: list[str] = []
    books = tmp_path / "books"
    books.mkdir()
    lay_books(30, books, cache=run.cache, say=said.append)
    assert shelf_with(30, cache=run.cache, say=said.append).is_dir()
    assert said == ["making a book of 30 articles (once) …"]
    with closing(SqliteShelf(books).open(VERSION)) as book:
        assert book.article_by_code(code(29)) == article(29)
        assert book.info.label == "bench.30"
        cashier = book.staff(CASHIER)
    assert cashier is not None
    assert cashier.pin_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert len(PIN) < 6  # six digits in one write would be taken for a scan


def test_a_typed_code_is_read_by_the_driver() -> None:
    (found,) = WedgeDecoder().feed(typed(code(7)))
    assert isinstance(found, RawCode)
    assert found.text == code(7)


def test_a_sale_is_one_that_hq_agrees_with() -> None:
    record = TillRecord()
    for fact in (opening()[0], *sale(1)):
        record = apply(record, fact)
    assert record.last is not None
    assert len(record.last.sale.lines) == LINES_PER_SALE
    assert digest(document_of(record.last.sale, record.last.completed)) == record.last.completed.digest


def test_sales_follow_each_other_for_ever() -> None:
    record = TillRecord()
    facts = endless()
    for _ in range(1 + 3 * (LINES_PER_SALE + 2)):
        record = apply(record, next(facts))
    assert (record.receipts_done, record.sale) == (3, None)


def test_a_history_has_closed_files_and_an_open_one_that_a_till_takes_over(run: Run, tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir()
    source = history(SMALL, cache=run.cache, say=run.say)
    lay_history(source, state)
    assert len(journal_files(state, WHO.epoch)) == 2
    with (
        closing(SqliteJournal(state, WHO, ids=SystemIds())) as journal,
        closing(SqliteRecordStore(state, WHO)) as store,
    ):
        record = rebuild(journal, store)
        assert record.receipts_done > 10
        assert store.load() is not None
    assert Verification(state, WHO).run().faults == ()


def test_a_backlog_has_just_so_many_events(run: Run) -> None:
    folder = backlog(520, cache=run.cache, say=run.say)
    with closing(SqliteJournal(folder, WHO, ids=SystemIds())) as journal:
        assert journal.head.seq == 520


class Glass:
    """A screen that says what a test makes it say."""

    def __init__(self, run_dir: Path) -> None:
        self.line = socket.socket(socket.AF_UNIX)
        self.line.settimeout(10)
        self.line.connect(str(run_dir / "counter.sock"))
        self._reader = FrameReader()
        self._heard: list[bytes] = []

    def say(self, message: SaysHello | Keys | Painted | Pong) -> None:
        self.line.sendall(frame(encode(message)))

    def hear(self) -> object:
        while not self._heard:
            self._heard += self._reader.feed(self.line.recv(1 << 16))
        return decode_from_till(self._heard.pop(0))


def test_the_played_till_shows_a_basket_and_one_more_line(tmp_path: Path) -> None:
    with FakeTill(tmp_path, view_of(3)) as till:
        glass = Glass(tmp_path)
        glass.say(SaysHello())
        till.greet(meanwhile=lambda: None)
        page = glass.hear()
        assert isinstance(page, SnapshotPage)
        assert (page.lines, page.selected) == (tuple(map(line_view, (1, 2, 3))), 2)
        till.send(till.prepared(till.with_line()))
        delta = glass.hear()
        assert isinstance(delta, Delta)
        assert (delta.base, delta.rev, delta.lines, delta.count) == (0, 1, ((3, line_view(4)),), 4)
        glass.say(Painted(rev=0))
        glass.say(Painted(rev=1))
        till.painted()
        glass.line.close()


def test_the_played_till_echoes_keys_and_asks_for_life(tmp_path: Path) -> None:
    with FakeTill(tmp_path, view_of(1)) as till:
        glass = Glass(tmp_path)
        glass.say(SaysHello())
        till.greet(meanwhile=lambda: None)
        glass.hear()
        glass.say(Keys(names=("1", "2"), at_ms=1, chunk=1))
        till.echo()
        delta = glass.hear()
        assert isinstance(delta, Delta)
        assert delta.sections.input is not None
        assert delta.sections.input.text == "12"
        glass.say(Pong(serial=1))
        till.ping()
        glass.line.close()
        with pytest.raises(PosError, match="the screen hung up"):
            till.painted()


def test_a_till_without_a_screen_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.benchmarks.stage.fake_till.ANSWER_S", 0.0)
    turns: list[int] = []
    with FakeTill(tmp_path, view_of(0)) as till:
        with pytest.raises(PosError, match="no screen came"):
            till.greet(meanwhile=lambda: turns.append(1))
        with pytest.raises(PosError, match="no screen is there"):
            till.send(b"")
    assert turns


def observed(run_dir: Path, *answers: bytes) -> threading.Thread:
    """Answer one observer after the other."""
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(run_dir / "observer.sock"))
    server.listen()

    def serve() -> None:
        with server:
            for answer in answers:
                line, _ = server.accept()
                with line:
                    line.recv(1 << 16)
                    line.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def snapshot(lines: int) -> bytes:
    from terminal.checkout.delta import snapshot_pages  # noqa: PLC0415 - only here

    return frame(encode(snapshot_pages(view_of(lines), rev=1)[0]))


def test_an_observer_looks_until_it_sees(tmp_path: Path) -> None:
    serving = observed(tmp_path, snapshot(1), snapshot(2))
    turns: list[int] = []
    seen = look_until(
        tmp_path, lambda seen: seen.totals is not None and seen.totals.lines == 2, meanwhile=lambda: turns.append(1)
    )
    serving.join()
    assert seen.totals is not None
    assert seen.totals.pieces == "2"
    assert turns == [1]


def test_an_observer_says_what_it_sees_instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.benchmarks.stage.observer.ANSWER_S", 0.0)
    monkeypatch.setattr("lab.benchmarks.stage.observer.look", lambda _: view_of(1))
    with pytest.raises(PosError, match="the till shows SalePanel"):
        look_until(tmp_path, lambda _: False, meanwhile=lambda: None)


def test_an_observer_that_gets_no_view_says_so(tmp_path: Path) -> None:
    serving = observed(tmp_path, frame(encode(Delta(base=0, rev=1))), b"")
    with pytest.raises(PosError, match="said Delta"):
        look(tmp_path)
    with pytest.raises(PosError, match="the till hung up"):
        look(tmp_path)
    serving.join()
