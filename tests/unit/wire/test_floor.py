"""What was spent of stored value without a lease and without HQ follows from the facts."""

from functools import reduce

from msgspec.structs import replace

from terminal.domain.members.claims import ClaimId, Drawn, Part
from terminal.domain.members.entries import Account
from terminal.domain.members.stored import StoredValue
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import clean
from terminal.wire import events as ev
from terminal.wire.claim_events import OutageEnded
from terminal.wire.record import TillRecord, apply, decode_record, encode_record
from tests.unit.domain.baskets import make_line, make_sale
from tests.unit.wire.examples import (
    ZHANG,
    facts_of,
    paid_document,
    started,
)

DONE = next(fact for fact in facts_of(paid_document()) if isinstance(fact, ev.SaleCompleted))
SALE = make_sale(make_line(1))
STORED = Tender(kind=TenderKind.STORED, amount_fen=500, stored=StoredValue(principal=300, bonus=200))
BOUND = ev.MemberBound(card=clean("8800001"), member=ZHANG, as_of="2026-11-23T09:00:00")


def after(*facts: ev.Fact) -> TillRecord:
    return reduce(apply, facts, TillRecord())


def sold(*drawn: Drawn, bound: ev.MemberBound = BOUND) -> TillRecord:
    done = replace(DONE, sale_id=SALE.id, tenders=(STORED,), drawn=drawn)
    return after(started(SALE), bound, ev.LineAdded(line=make_line(1)), done)


def claimed(account: Account, amount: int) -> Drawn:
    return Drawn(claim=ClaimId("r1"), parts=(Part(account=account, amount=amount),))


def test_what_nothing_was_set_aside_for_counts() -> None:
    floor = sold().claims.floor
    assert (floor.of_day, floor.day, floor.outage_fen) == ({ZHANG.id: 500}, SALE.local_time[:10], 500)
    assert sold(claimed(Account.PRINCIPAL, 300)).claims.floor.outage_fen == 200
    assert sold(claimed(Account.POINTS, 300)).claims.floor.outage_fen == 500
    assert sold(claimed(Account.PRINCIPAL, 300), claimed(Account.BONUS, 200)).claims.floor.of_day == {}


def test_a_sale_of_nobody_counts_nothing() -> None:
    assert sold(bound=replace(BOUND, member=None)).claims.floor.outage_fen == 0


def test_hq_that_is_back_ends_the_outage() -> None:
    record = apply(sold(), OutageEnded(spent_fen=500))
    assert (record.claims.floor.outage_fen, record.claims.floor.of_day) == (0, {ZHANG.id: 500})
    assert decode_record(encode_record(record)) == record


def test_the_newest_word_of_how_old_balances_are_stays() -> None:
    assert after(started(SALE), BOUND, replace(BOUND, as_of="")).claims.floor.as_of == BOUND.as_of
