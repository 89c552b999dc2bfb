"""What the journal of a till comes to at HQ is held against the payment host."""

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from lab.payments.at_hq import faults_at_hq
from simulators.payment_host.control import OrderView
from terminal.domain.ids import StaffNumber
from terminal.wire.events import Fact
from terminal.wire.shift_events import ShiftOpened
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.unit.hq.test_refused_refunds import ORDER, in_cash, refused, sold_and_returned

OPENED = ShiftOpened(number=1, float_fen=0, day="2026-11-23", staff=StaffNumber("1001"), opened_ms=1)
PAID = OrderView(
    order=ORDER, channel="wechat", code="13", asked=1600, charges=(1600,), returned=0, calls={"pay": 1, "refund": 1}
)


def found(folder: Path, order: OrderView, *facts: Fact) -> Sequence[str]:
    journal = MemoryJournal(terminal=TERMINAL)
    journal.append(*facts)
    return [*faults_at_hq(folder / "hq", journal.rows, [order], terminal=TERMINAL, epoch=1)]


def test_a_refund_is_where_it_belongs(tmp_path: Path) -> None:
    facts, back = sold_and_returned()
    assert found(tmp_path, replace(PAID, returned=1600), OPENED, *facts, back) == []


def test_cash_in_place_of_a_refund_leaves_the_money_with_the_host(tmp_path: Path) -> None:
    facts, back = sold_and_returned()
    assert found(tmp_path / "1", PAID, OPENED, *facts, back, refused(back)) == []
    assert found(tmp_path / "2", PAID, OPENED, *facts, back, refused(back), in_cash(back)) == []


def test_money_that_is_not_where_it_belongs_is_told(tmp_path: Path) -> None:
    facts, back = sold_and_returned()
    assert found(tmp_path / "1", PAID, OPENED, *facts, back) == ["HQ: wechat comes to 0, the host has 1600"]
    (alarm,) = found(tmp_path / "2", replace(PAID, returned=1600), OPENED, *facts, back, in_cash(back))[:1]
    assert "nobody refused it" in alarm
    assert found(tmp_path / "3", PAID, *facts) == ["HQ: no shift is open"]
