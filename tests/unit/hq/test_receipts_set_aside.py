"""HQ sets a receipt aside for the till that asks first, until the journal of that till says that it has done."""

from pathlib import Path

import pytest

from hq.authoriser import Authoriser
from hq.bookcase import Bookcase
from hq.members.rows import RowMaker
from hq.store.sqlite import SqliteStore
from terminal.domain.members.claims import ClaimId
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.trade import TradeSettings
from terminal.wire.asking import No, Receipt, ReceiptAsk, Refused, Reply
from terminal.wire.claim_events import ClaimAsked, ClaimsReturned, GivenBack
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.members.acts import send
from tests.unit.hq.returns.bench import one_refund

OTHER, THIRD = "S01-T04", "S02-T01"
NUMBER = f"{TERMINAL}-1-000001"


class Shop:
    """HQ with one sale of a till."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        rows = RowMaker(store, Bookcase(store, Path("no-books")), today=lambda: "2026-11-23")
        self.hq = Authoriser(store, rows, trade=lambda _: TradeSettings(), now_ms=lambda: 1, today=lambda: "2026-11-23")
        seller = MemoryJournal(terminal=TERMINAL)
        seller.append(*sale_facts(1))
        send(store, seller)

    def ask(self, terminal: str, key: str, *, reserve: bool = True) -> Reply:
        with self.store.transaction():
            return self.hq.answer(terminal, ReceiptAsk(id=key, receipt_no=NUMBER, reserve=reserve)).reply


@pytest.fixture
def shop(store: SqliteStore) -> Shop:
    return Shop(store)


def journal_of(terminal: str, key: str) -> MemoryJournal:
    """Return the journal of a till that took a line of the sale back, under a claim."""
    journal = MemoryJournal(terminal=terminal, seed=1)
    claim = ClaimId(key)
    journal.append(
        ClaimAsked(claim=claim, member=MemberId(""), receipt=NUMBER),
        one_refund(),
        ClaimsReturned(claims=(claim,), reason=GivenBack.NOT_NEEDED),
    )
    return journal


def test_the_second_till_is_refused_until_the_first_ones_journal_is_there(shop: Shop) -> None:
    assert isinstance(shop.ask(OTHER, "a"), Receipt)
    assert shop.ask(THIRD, "b") == Refused(reason=No.SET_ASIDE)
    assert shop.ask(TERMINAL, "c") == Refused(reason=No.SET_ASIDE)
    send(shop.store, journal_of(OTHER, "a"), last=2)
    assert shop.ask(THIRD, "d") == Refused(reason=No.SET_ASIDE)
    send(shop.store, journal_of(OTHER, "a"))
    told = shop.ask(THIRD, "e")
    assert isinstance(told, Receipt)
    assert len(told.returns) == 1
    assert [row.terminal for row in shop.store.claims.open()] == [THIRD]


def test_the_same_question_again_has_the_same_answer(shop: Shop) -> None:
    assert shop.ask(OTHER, "a") == shop.ask(OTHER, "a")
    assert shop.ask(THIRD, "b") == shop.ask(THIRD, "b") == Refused(reason=No.SET_ASIDE)
    send(shop.store, journal_of(OTHER, "a"))
    assert shop.ask(THIRD, "b") == Refused(reason=No.SET_ASIDE)


def test_a_till_asks_anew_for_what_it_has_already(shop: Shop) -> None:
    assert isinstance(shop.ask(OTHER, "a"), Receipt)
    assert isinstance(shop.ask(OTHER, "b"), Receipt)
    send(shop.store, journal_of(OTHER, "a"))
    assert shop.ask(THIRD, "c") == Refused(reason=No.SET_ASIDE)


def test_what_was_given_back_before_the_question_came_is_never_granted(shop: Shop) -> None:
    send(shop.store, journal_of(OTHER, "a"))
    assert shop.ask(OTHER, "a") == Refused(reason=No.CANCELLED)
    assert isinstance(shop.ask(THIRD, "b"), Receipt)


def test_who_only_looks_takes_nothing_and_is_always_told(shop: Shop) -> None:
    assert isinstance(shop.ask(OTHER, "a", reserve=False), Receipt)
    assert isinstance(shop.ask(THIRD, "b"), Receipt)
    assert isinstance(shop.ask(OTHER, "c", reserve=False), Receipt)
    assert len(shop.store.claims.open()) == 1


def test_a_receipt_that_hq_does_not_have_is_set_aside_for_nobody(shop: Shop) -> None:
    with shop.store.transaction():
        told = shop.hq.answer(OTHER, ReceiptAsk(id="a", receipt_no="S01-T09-1-000001", reserve=True))
    assert told.reply == Refused(reason=No.UNKNOWN_RECEIPT)
    assert shop.store.claims.open() == []
