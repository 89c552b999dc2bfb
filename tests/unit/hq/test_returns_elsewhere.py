"""HQ tells a till what other tills took back of its sales."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.authoriser import MOST_RETURNS
from terminal.domain.after.refund import Return
from terminal.wire import asking
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.returning import sealed
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.returns.bench import OTHER, one_refund, plain, taken_back
from tests.unit.hq.test_receipts import Counter


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    with closing(Counter(tmp_path)) as made:
        yield made


def heard(counter: Counter, terminal: str = TERMINAL, *, since: int = 0) -> asking.Returned:
    with counter.hq.store.transaction():
        told = counter.authoriser.answer(terminal, asking.ReturnsAsk(id="q1", since=since))
    reply = asking.decode_told(asking.encode_told(told)).reply
    assert isinstance(reply, asking.Returned)
    return reply


def elsewhere(number: int = 1, terminal: str = TERMINAL) -> SaleReturned:
    """Return what another till tells of a sale of a terminal."""
    back = taken_back(plain(number), Return(line=1), number=number)
    return sealed(replace(back, terminal=terminal, epoch=1, receipt_no=f"{terminal}-1-{number:06d}"))


def test_what_other_tills_took_back_is_told_to_the_till_that_sold_it_and_to_no_other(counter: Counter) -> None:
    seller, taker = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    seller.append(*sale_facts(1), one_refund(2))
    taker.append(elsewhere(1), elsewhere(2, "S01-T031"))
    counter.hq.take(seller, taker)
    reply = heard(counter)
    assert [fact.receipt_no for fact in reply.returns] == [f"{TERMINAL}-1-000001"]
    assert not reply.more
    assert heard(counter, OTHER) == asking.Returned()
    assert heard(counter, since=reply.until) == asking.Returned(until=reply.until)


def test_what_came_back_by_the_code_alone_is_told_too(counter: Counter) -> None:
    taker = MemoryJournal(terminal=OTHER, seed=1)
    taker.append(replace(elsewhere(1), kind=ReturnKind.BY_CODE, sale_id=None))
    counter.hq.take(taker)
    assert [fact.kind for fact in heard(counter).returns] == [ReturnKind.BY_CODE]


def test_the_rest_of_many_is_told_when_it_is_asked_for(counter: Counter) -> None:
    taker = MemoryJournal(terminal=OTHER, seed=1)
    taker.append(*(elsewhere(number) for number in range(1, MOST_RETURNS + 3)))
    counter.hq.take(taker)
    first = heard(counter)
    rest = heard(counter, since=first.until)
    assert (len(first.returns), first.more, len(rest.returns), rest.more) == (MOST_RETURNS, True, 2, False)
    assert len({fact.act for fact in (*first.returns, *rest.returns)}) == MOST_RETURNS + 2


def test_an_hq_that_was_restored_from_a_copy_tells_all_again(counter: Counter) -> None:
    taker = MemoryJournal(terminal=OTHER, seed=1)
    taker.append(elsewhere(1))
    counter.hq.take(taker)
    assert len(heard(counter, since=1_000).returns) == 1
