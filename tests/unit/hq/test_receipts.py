"""HQ tells a till the sale of a receipt that another till printed, as it stands now."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.authoriser import Authoriser
from hq.bookcase import Bookcase
from hq.members.rows import RowMaker
from hq.store.members.port import Person
from terminal.domain.after.refund import Return
from terminal.domain.document import digest
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.trade import TradeSettings
from terminal.wire import asking
from terminal.wire.documents import document_of
from terminal.wire.events import TillStarted
from terminal.wire.found import afterwards
from terminal.wire.return_events import ReturnKind
from terminal.wire.returning import sealed
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.returns.bench import OTHER, ZHANG, Hq, bought, found_in, of_member, one_refund, plain, taken_back

NUMBER = f"{TERMINAL}-1-000001"


class Counter:
    """HQ, and a till that asks it."""

    def __init__(self, folder: Path) -> None:
        self.hq = Hq(folder)
        self.bookcase = Bookcase(self.hq.store, self.hq.books)
        self.authoriser = Authoriser(
            self.hq.store,
            RowMaker(self.hq.store, self.bookcase, today=lambda: "2026-11-24"),
            trade=lambda _: TradeSettings(),
            now_ms=lambda: 1,
            today=lambda: "2026-11-24",
        )

    def ask(self, receipt_no: str = NUMBER, code_digest: str = "") -> asking.Reply:
        question = asking.ReceiptAsk(id="q1", receipt_no=receipt_no, digest=code_digest)
        with self.hq.store.transaction():
            told = self.authoriser.answer(OTHER, question)
        return asking.decode_told(asking.encode_told(told)).reply

    def receipt(self, receipt_no: str = NUMBER) -> asking.Receipt:
        reply = self.ask(receipt_no)
        assert isinstance(reply, asking.Receipt)
        return reply

    def close(self) -> None:
        self.bookcase.close()
        self.hq.close()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with closing(Counter(tmp_path)) as made:
        yield made


def test_a_receipt_of_another_till_is_told_as_it_stands_now(counter: Counter) -> None:
    journal, asker = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    journal.append(*sale_facts(1), one_refund())
    asker.append(*[TillStarted(version="1")] * 3)
    counter.hq.take(journal, asker)
    reply = counter.receipt()
    assert (reply.terminal, reply.epoch, reply.owner) == (TERMINAL, 1, None)
    assert (reply.as_of_epoch, reply.as_of_seq) == (1, 3)
    assert reply.as_found() == afterwards(plain(), one_refund())
    left = reply.as_found().sold
    assert (left.left_fen, [line.left for line in left.lines]) == (1250, [0, 1])


def test_what_the_code_says_must_be_the_sale(counter: Counter) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1))
    counter.hq.take(journal)
    sale = plain()
    right = digest(document_of(sale.sale, sale.completed)).hex()[:16]
    assert isinstance(counter.ask(code_digest=right), asking.Receipt)
    assert counter.ask(code_digest="0" * 16) == asking.Refused(reason=asking.No.OTHER_RECEIPT)
    assert counter.ask("S01-T03-1-000099") == asking.Refused(reason=asking.No.UNKNOWN_RECEIPT)


def test_of_a_sale_that_hq_does_not_have_yet_it_tells_what_came_back_by_its_code(counter: Counter) -> None:
    journal = MemoryJournal(terminal=OTHER, seed=1)
    journal.append(replace(one_refund(), kind=ReturnKind.BY_CODE, sale_id=None, terminal=TERMINAL, epoch=1))
    counter.hq.take(journal)
    reply = counter.ask()
    assert isinstance(reply, asking.Refused)
    assert (reply.reason, [fact.kind for fact in reply.returns]) == (asking.No.UNKNOWN_RECEIPT, [ReturnKind.BY_CODE])
    assert counter.ask("S01-T03-1-000099") == asking.Refused(reason=asking.No.UNKNOWN_RECEIPT)


def test_the_member_of_the_sale_comes_along_also_one_who_became_another(counter: Counter) -> None:
    journal, people = MemoryJournal(), counter.hq.store.people
    journal.append(*of_member(1))
    counter.hq.take(journal)
    assert counter.receipt().owner is None
    into = MemberId("M2")
    with counter.hq.store.transaction():
        people.save(Person(id=into, name="张三", registered_ms=1))
        people.save(Person(id=ZHANG.id, registered_ms=1))
    owner = counter.receipt().owner
    assert owner is not None
    assert owner.member == bought(found_in(of_member(1)))
    with counter.hq.store.transaction():
        people.save(Person(id=ZHANG.id, registered_ms=1, into=into))
    owner = counter.receipt().owner
    assert owner is not None
    assert (owner.member.id, owner.member.name) == (into, "张三")
    with counter.hq.store.transaction():
        people.erase(into, at_ms=1)
    assert counter.receipt().owner is None


def test_members_that_became_each_other_are_nobody_twice(counter: Counter) -> None:
    journal, people = MemoryJournal(), counter.hq.store.people
    journal.append(*of_member(1))
    counter.hq.take(journal)
    other = MemberId("M2")
    with counter.hq.store.transaction():
        people.save(Person(id=ZHANG.id, registered_ms=1, into=other))
        people.save(Person(id=other, registered_ms=1, into=ZHANG.id))
    assert counter.receipt().owner is not None


def test_a_sale_whose_rows_are_of_no_use_is_no_receipt(counter: Counter) -> None:
    journal = MemoryJournal()
    journal.append(*sale_facts(1))
    counter.hq.take(journal)
    counter.hq.store._database.run("UPDATE event SET body = x'c1' WHERE kind = 'SaleCompleted'")
    assert counter.ask() == asking.Refused(reason=asking.No.OTHER_RECEIPT)
    counter.hq.store._database.run("DELETE FROM event")
    assert counter.ask() == asking.Refused(reason=asking.No.OTHER_RECEIPT)


def test_what_came_back_elsewhere_is_worked_out_from_what_hq_told(counter: Counter) -> None:
    journal, elsewhere = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    journal.append(*sale_facts(1), one_refund())
    counter.hq.take(journal)
    reply = counter.receipt()
    back = taken_back(reply.as_found(), Return(line=2), number=1)
    elsewhere.append(*[TillStarted(version="1")] * 9)
    elsewhere.append(sealed(replace(back, terminal=reply.terminal, epoch=reply.epoch)))
    counter.hq.take(elsewhere)
    assert [row.is_right for row in counter.hq.store.returns.newest(terminal=OTHER)] == [True]
