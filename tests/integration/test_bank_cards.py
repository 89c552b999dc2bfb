"""A whole till with the bank's terminal on a cable: F10 charges a card once, also when the till dies in between."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from simulators.cables.pty import PtyCable
from simulators.card_terminal.terminal import PAN, CardTerminal
from terminal.checkout.payments.messages import PaySay
from terminal.config.schema import DeviceConfig, TillConfig
from terminal.domain.sale import TenderKind
from terminal.wire.counter.panels import CompletedPanel, PayingPanel
from terminal.wire.events import SaleCompleted
from terminal.wire.payment_events import PaymentStarted
from tests.integration.shop import COLA
from tests.integration.tills import Cashier, Lane, plugged, until


class BankLane(Lane):
    """A lane with a bank's terminal, which outlives the till."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.terminal = CardTerminal()
        self.bank = PtyCable(self.terminal, link=folder / "bank")

    @property
    def config(self) -> TillConfig:
        """The till's configuration."""
        known = super().config
        bank = DeviceConfig(name="bank", driver="nexo", address=self.bank.address, settings={"sale_id": "S01-T03"})
        return replace(known, devices=(*known.devices, bank))


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[BankLane]:
    made = BankLane(tmp_path)
    with made.bank, plugged(made):
        yield made


async def charging(lane: BankLane, cashier: Cashier) -> None:
    await cashier.device("bank")
    lane.wedge.scan(COLA)
    await cashier.sees(lambda view: len(view.lines) == 1)
    cashier.keys("f10")


async def test_a_card_is_charged_by_the_terminal_and_the_receipt_says_so(lane: BankLane) -> None:
    async with lane.selling() as cashier:
        await charging(lane, cashier)
        await cashier.sees(lambda view: isinstance(view.panel, CompletedPanel))
        await until(lambda: len(lane.paper) == 1, what="the receipt")
    (sale,) = lane.facts(SaleCompleted)
    (charge,) = lane.terminal.charges()
    (tender,) = sale.tenders
    assert (tender.kind, tender.amount_fen, tender.order, tender.reference) == (
        TenderKind.CARD,
        350,
        charge.order,
        charge.number,
    )
    assert charge.charges == [350]
    assert not any(PAN.encode() in row.body for row in lane.rows())


async def test_a_till_that_stops_in_the_middle_asks_about_its_own_charge_and_never_says_it_again(
    lane: BankLane,
) -> None:
    lane.terminal.script("wait")
    async with lane.selling() as cashier:
        await charging(lane, cashier)
        await cashier.sees(lambda view: isinstance(view.panel, PayingPanel))
        await until(lambda: len(lane.terminal.charges()) == 1, what="the request")
    lane.terminal.present()
    async with lane.till() as cashier:
        await cashier.sees(lambda view: isinstance(view.panel, CompletedPanel))
    assert len(lane.facts(PaymentStarted)) == len(lane.facts(SaleCompleted)) == 1
    assert [one.charges for one in lane.terminal.charges()] == [[350]]


async def test_a_declined_card_leaves_the_sale_to_be_paid_otherwise(lane: BankLane) -> None:
    lane.terminal.script("decline")
    async with lane.selling() as cashier:
        await charging(lane, cashier)
        await cashier.told(PaySay.DECLINED)
        assert (await cashier.pay()).total == "3.50"
    assert [one.held for one in lane.terminal.charges()] == [0]
