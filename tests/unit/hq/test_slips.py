"""A bank card's slip pays one sale: HQ tells of the second one of a day, whichever till took it."""

import pytest
from msgspec.structs import replace

from hq.collector import Collector
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.sale import Tender, TenderKind
from terminal.domain.text import SafeText
from terminal.wire.chain import Row
from terminal.wire.envelope import pack_batch
from terminal.wire.events import Fact, SaleCompleted
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts

OTHER = "S01-T04"
SLIP = "123456"


def by_card(
    number: int, reference: str = SLIP, *, kind: TenderKind = TenderKind.CARD, other_fen: int = 0
) -> list[Fact]:
    """Return the facts of a sale over 16.00 that a card pays, all but what another tender does."""
    *begun, completed = sale_facts(number)
    assert isinstance(completed, SaleCompleted)
    card = Tender(kind=kind, amount_fen=1600 - other_fen, reference=SafeText(reference))
    cash = (Tender(kind=TenderKind.CASH, amount_fen=other_fen, given_fen=other_fen),) if other_fen else ()
    return [*begun, replace(completed, tenders=(card, *cash))]


def taken(store: SqliteStore, rows: list[Row], terminal: str = TERMINAL) -> list[str]:
    """Give rows to HQ; return what it tells of payments."""
    payload = pack_batch(rows, terminal=terminal, epoch=1, head=rows[-1].seq, sent_ms=1)
    with store.transaction():
        Collector(store).batch(terminal, payload, now_ms=1)
    return [alarm.detail for alarm in store.tills.alarms() if alarm.kind is AlarmKind.PAYMENT]


def sold(*sales: list[Fact], terminal: str = TERMINAL, seed: int = 0) -> list[Row]:
    journal = MemoryJournal(terminal=terminal, seed=seed)
    for facts in sales:
        journal.append(*facts)
    return journal.rows


def test_slip_that_pays_again_with_a_sale_between_is_told_with_both_receipts(store: SqliteStore) -> None:
    rows = sold(by_card(1), by_card(2, "777777"), by_card(3))
    (told,) = taken(store, rows)
    assert told.startswith(f"slip {SLIP} of 1600 fen pays {TERMINAL}-1-000003 over 1600 fen")
    assert f"and {TERMINAL}-1-000001 over 1600 fen" in told
    assert taken(store, rows) == [told]


def test_slip_that_pays_at_two_tills_is_told(store: SqliteStore) -> None:
    assert taken(store, sold(by_card(1))) == []
    (told,) = taken(store, sold(by_card(2), terminal=OTHER, seed=1), OTHER)
    assert f"and {TERMINAL}-1-000001" in told


@pytest.mark.parametrize(
    "second",
    [by_card(2, "123457"), by_card(2, other_fen=100), by_card(2, kind=TenderKind.WECHAT), by_card(2, "")],
    ids=["another reference", "another amount", "no card", "no reference"],
)
def test_what_is_another_payment_is_not_told(store: SqliteStore, second: list[Fact]) -> None:
    assert taken(store, sold(by_card(1), second)) == []


def test_same_number_on_another_day_is_another_slip(store: SqliteStore) -> None:
    taken(store, sold(by_card(1)))
    slip = Tender(kind=TenderKind.CARD, amount_fen=1600, reference=SafeText(SLIP))
    assert len(store.sales.of_slip(slip, "2026-11-23")) == 1
    assert store.sales.of_slip(slip, "2026-11-24") == []
