"""Done sales are found by id, by receipt, by member, whatever happened to ``state.db`` and to the till."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from lab.benchmarks.stage import sales
from lab.benchmarks.stage.sales import sale, signed_in
from terminal.domain.after.refund import Desk, Return, refund
from terminal.domain.ids import ActionId, HoldId, Identity, SaleId, StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.trade import TradeSettings
from terminal.offline.clock import SystemIds
from terminal.offline.journal import SqliteJournal
from terminal.offline.recovery import open_till
from terminal.offline.state import NAME, SqliteRecordStore
from terminal.wire import events as ev
from terminal.wire.found import FoundSale
from terminal.wire.record import TillRecord, encode_record
from terminal.wire.return_events import ReturnKind, ReturnsElsewhere, SaleReturned
from terminal.wire.returning import told as told_by
from tests.unit.offline.tills import DAY, NOW_MS, PLAIN, SMALL, stamp
from tests.unit.wire.returns import HEAD, head

WHO = sales.WHO
ANNA = MemberId("m1")
NOTHING = TillRecord()
DESK = Desk(today=DAY, settings=TradeSettings())
THEIRS, THEIR_NUMBER = SaleId("of another till"), "S02-T09-3-000007"


def receipt(number: int, epoch: int = 1) -> str:
    return f"{WHO.terminal}-{epoch}-{number:06d}"


def completed(facts: Sequence[ev.Fact]) -> ev.SaleCompleted:
    (fact,) = (fact for fact in facts if isinstance(fact, ev.SaleCompleted))
    return fact


def reprint(number: int, copy: int) -> ev.ReprintRequested:
    sale_id = completed(sale(number)).sale_id
    return ev.ReprintRequested(action=ActionId("p"), sale_id=sale_id, copy=copy, staff=StaffNumber("1001"))


class Till:
    """A journal and its ``state.db``, fed as the desk does; ``told`` says whether the tables hear of it."""

    def __init__(self, journal: SqliteJournal, store: SqliteRecordStore) -> None:
        self.journal = journal
        self.store = store

    def happen(self, *facts: ev.Fact, told: bool = True) -> None:
        first_seq = self.journal.head.seq + 1
        self.journal.append(facts, stamp=stamp(), biz_date=DAY)
        if told:
            self.store.take(first_seq, facts, NOTHING)

    def receipt(self, number: int, epoch: int = 1) -> FoundSale | None:
        return self.store.sales.by_receipt(receipt(number, epoch))

    def count(self, table: str) -> int:
        counted = self.store._connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - of the test
        return int(counted[0])


@contextmanager
def till(folder: Path, who: Identity = WHO) -> Iterator[Till]:
    with closing(open_till(folder, who, ids=SystemIds(), now_ms=NOW_MS, options=PLAIN)) as opened:
        yield Till(opened.journal, opened.store)


def document_of(number: int) -> ev.SaleCompleted:
    return completed(sale(number))


def test_a_sale_is_found_as_soon_as_it_is_done(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(signed_in())
        for number in (1, 2, 3):
            shop.happen(*sale(number))
        found = shop.receipt(2)
        assert found is not None
        assert found.completed == document_of(2)
        assert [line.number for line in found.sale.live_lines] == list(range(1, 14))
        assert found.sold.left_fen == found.completed.total_fen
        assert sum(line.net_fen for line in found.sold.lines) == found.completed.total_fen
        assert shop.store.sales.by_id(found.sale.id) == found
        assert shop.receipt(4) is None
        assert shop.store.sales.by_id(SaleId("f" * 32)) is None


def test_copies_of_its_receipt_are_counted(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        shop.happen(*sale(2))
        shop.happen(reprint(1, 1))
        shop.happen(reprint(1, 2))
        assert [found.copies for number in (1, 2) if (found := shop.receipt(number))] == [2, 0]


def test_sales_of_a_member_come_newest_first(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        for number in (1, 2, 3, 4):
            *before, done = sale(number)
            assert isinstance(done, ev.SaleCompleted)
            shop.happen(*before, msgspec.structs.replace(done, member=None if number == 2 else ANNA))
        newest = shop.store.sales.of_member(ANNA, limit=2)
        assert [found.completed.receipt_no for found in newest] == [receipt(4), receipt(3)]
        assert newest[0].sold.member == ANNA
        assert shop.store.sales.of_member(MemberId("m2"), limit=2) == ()


def held_and_recalled() -> tuple[list[ev.Fact], list[ev.Fact], list[ev.Fact]]:
    """Return a sale until it is held, another one, and the rest of the first."""
    start, *lines, done = sale(1)
    assert isinstance(start, ev.SaleStarted)
    assert isinstance(done, ev.SaleCompleted)
    hold = HoldId("h")
    held = ev.SaleHeld(hold_id=hold, sale_id=start.sale_id, label="G01", owner=start.staff, held_ms=5)
    recalled = ev.SaleRecalled(
        hold_id=hold,
        sale_id=start.sale_id,
        staff=start.staff,
        book_version=start.book_version,
        local_time=start.local_time,
        lines=tuple(fact.line for fact in lines if isinstance(fact, ev.LineAdded)),
    )
    return [start, *lines, held], list(sale(2)), [recalled, done]


def test_a_sale_that_was_held_is_found_with_all_of_its_lines(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        for facts in held_and_recalled():
            shop.happen(*facts)
        found, other = shop.receipt(1), shop.receipt(2)
        assert found is not None
        assert other is not None
        assert (found.completed, len(found.sale.lines)) == (document_of(1), 13)
        assert other.completed == document_of(2)


def test_a_sale_that_was_held_in_an_earlier_file_is_found(tmp_path: Path) -> None:
    with closing(open_till(tmp_path, WHO, ids=SystemIds(), now_ms=NOW_MS, options=SMALL)) as opened:
        shop = Till(opened.journal, opened.store)
        for facts in held_and_recalled():
            shop.happen(*facts)
            opened.journal.rotate_if_large()
        found = shop.receipt(1)
        assert found is not None
        assert len(found.sale.lines) == 13


@pytest.mark.parametrize("lost", ["file", "tables", "end"])
def test_the_tables_are_made_anew_from_the_journal(tmp_path: Path, lost: str) -> None:
    with till(tmp_path) as shop:
        for number in range(1, 6):
            shop.happen(*sale(number), told=lost != "end")
        shop.happen(reprint(3, 1), told=lost != "end")
        if lost == "tables":
            shop.store.save(shop.journal.head.seq, encode_record(NOTHING))
    if lost == "file":
        (tmp_path / NAME).unlink()
    if lost == "tables":
        with closing(sqlite3.connect(tmp_path / NAME)) as connection, connection:
            for statement in ("DROP TABLE sold", "DROP TABLE later", "DELETE FROM told WHERE name = 'sold.3'"):
                connection.execute(statement)
    with till(tmp_path) as shop:
        for number in range(1, 6):
            found = shop.receipt(number)
            assert found is not None
            assert (found.completed, found.copies) == (document_of(number), int(number == 3))


def test_a_till_that_dies_between_journal_and_table_finds_its_sale_again(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        shop.store.save(shop.journal.head.seq, encode_record(NOTHING))
        shop.happen(*sale(2), told=False)
    with till(tmp_path) as shop:
        assert shop.receipt(1) is not None
        assert shop.receipt(2) is not None


def test_what_is_told_twice_counts_once(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        shop.happen(reprint(1, 1))
        shop.store.take(1, sale(1), NOTHING)
        assert [shop.count("sold"), shop.count("later")] == [1, 1]


def test_sales_of_an_earlier_epoch_are_found(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        shop.happen(*sale(2), told=False)
    with till(tmp_path, replace(WHO, epoch=2)) as shop:
        shop.happen(reprint(1, 1))
        *before, done = sale(3)
        assert isinstance(done, ev.SaleCompleted)
        shop.happen(*before, msgspec.structs.replace(done, receipt_no=receipt(1, epoch=2)))
        assert [found.copies for number in (1, 2) if (found := shop.receipt(number))] == [1, 0]
        assert shop.receipt(1, epoch=2) is not None


def test_a_sale_whose_journal_is_gone_is_not_found(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
    with till(tmp_path, replace(WHO, epoch=2)) as shop:
        (tmp_path / "journal-1-1.db").unlink()
        assert shop.receipt(1) is None


def test_a_damaged_file_of_the_journal_hides_its_own_sales_alone(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
    with till(tmp_path, replace(WHO, epoch=2)) as shop:
        shop.happen(*sale(2))
        (tmp_path / "journal-1-1.db").write_bytes(b"garbage" * 1000)
        assert shop.receipt(1) is None
        assert shop.receipt(2) is not None


def test_old_sales_are_forgotten(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        shop.happen(reprint(1, 1))
        shop.happen(*sale(2))
        shop.store.forget(document_of(2).completed_ms)
        assert shop.receipt(1) is None
        assert shop.receipt(2) is not None
        assert shop.count("later") == 0
        shop.store.rest()


def test_what_a_full_disk_did_not_take_is_told_when_there_is_room(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        (pages,) = shop.store._connection.execute("PRAGMA page_count").fetchone()
        shop.store._connection.execute(f"PRAGMA max_page_count={pages}")
        for number in range(2, 80):
            shop.happen(*sale(number))
        shop.store.save(shop.journal.head.seq, encode_record(NOTHING))
        assert shop.receipt(79) is None
        shop.store._connection.execute(f"PRAGMA max_page_count={pages + 1000}")
        shop.store.save(shop.journal.head.seq, encode_record(NOTHING))
        assert [number for number in range(1, 80) if shop.receipt(number) is None] == []
    with till(tmp_path) as shop:
        assert shop.receipt(79) is not None


def test_what_came_back_of_a_sale_is_known(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1))
        found = shop.receipt(1)
        assert found is not None
        first = refund(found.sold, [Return(line=1)], None, DESK)
        fact = told_by(head(), first, found.sale, None)
        shop.happen(fact)
        shop.happen(msgspec.structs.replace(fact, sale_id=None))
        after = shop.receipt(1)
        assert after is not None
        assert (after.sold, after.returns) == (first.sold, (fact,))
        assert shop.count("later") == 1


def back_elsewhere(fen: int, *, sale_id: SaleId | None = THEIRS, receipt_no: str = THEIR_NUMBER) -> SaleReturned:
    """Return what came back here of a sale of another till; without its id by the code of its receipt alone."""
    kind = ReturnKind.BY_CODE if sale_id is None else ReturnKind.REFUND
    of_it = msgspec.structs.replace(HEAD, kind=kind, terminal="S02-T09", receipt_no=receipt_no, sale_id=sale_id)
    return msgspec.structs.replace(of_it, amount_fen=fen)


def test_what_came_back_of_a_sale_of_another_till_is_known_however_it_came(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        looked_up, by_code = back_elsewhere(700), back_elsewhere(90, sale_id=None)
        other = back_elsewhere(1, sale_id=SaleId("another"))
        shop.happen(*sale(1), looked_up, by_code, other, back_elsewhere(2, receipt_no="S02-T09-3-000008"))
        before, here = shop.journal.head.seq - 4, shop.store.sales
        assert (here.back_of(THEIR_NUMBER), here.back_of("S02-T09-3-000009")) == (791, 0)
        for after, facts in ((0, (looked_up, by_code)), (before, (looked_up, by_code)), (before + 1, (by_code,))):
            assert here.returns_of(THEIRS, THEIR_NUMBER, after=(1, after)) == facts
        assert here.returns_of(THEIRS, THEIR_NUMBER, after=(1, before + 2)) == ()


def test_what_came_back_of_a_sale_of_another_till_is_kept_for_its_time(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        fact = back_elsewhere(700)
        shop.happen(*sale(1), fact)
        shop.store.forget(fact.returned_ms)
        assert shop.store.sales.returns_of(THEIRS, THEIR_NUMBER, after=(0, 0)) == (fact,)
        assert shop.store.sales.back_of(THEIR_NUMBER) == 700
        shop.store.forget(fact.returned_ms + 1)
        assert shop.store.sales.returns_of(THEIRS, THEIR_NUMBER, after=(0, 0)) == ()
        assert shop.store.sales.back_of(THEIR_NUMBER) == 0


def test_what_hq_told_of_other_tills_is_off_the_sale_once_also_when_the_tables_are_made_anew(tmp_path: Path) -> None:
    with till(tmp_path) as shop:
        shop.happen(*sale(1), *sale(2))
        before = shop.receipt(1)
        assert before is not None
        back = refund(before.sold, [Return(line=before.sold.lines[0].number)], None, DESK)
        theirs = msgspec.structs.replace(
            told_by(head(), back, before.sale, None), receipt_no=receipt(1), terminal=WHO.terminal
        )
        told = ReturnsElsewhere(returns=(theirs,), until=5)
        shop.happen(told)
        shop.happen(told)
        found, other = shop.receipt(1), shop.receipt(2)
        assert found is not None
        assert other is not None
        assert (found.returns, other.returns) == ((theirs,), ())
        assert found.sold.left_fen == before.sold.left_fen - theirs.amount_fen
    (tmp_path / NAME).unlink()
    with till(tmp_path) as shop:
        assert shop.receipt(1) == found
