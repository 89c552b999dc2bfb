"""A whole till with a scale on a cable: loose goods are weighed as their line is made, and never by an old weight."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from simulators.cables.pty import PtyCable
from simulators.scale import Toledo8217
from terminal.checkout.goods.messages import GoodsNo, GoodsSay
from terminal.config.schema import DeviceConfig, TillConfig
from terminal.wire.counter.panels import PromptPanel
from terminal.wire.events import LineAdded
from tests.integration.shop import COLA
from tests.integration.tills import Cashier, Lane, plugged

APPLES_PLU = "00001"


class DeliLane(Lane):
    """A lane with a scale, which outlives the till."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.scale = Toledo8217()
        self.deli = PtyCable(self.scale, link=folder / "deli")

    @property
    def config(self) -> TillConfig:
        """The till's configuration."""
        known = super().config
        settings: dict[str, str | int | bool] = {"poll_ms": 50, "reply_ms": 300}
        deli = DeviceConfig(name="deli", driver="toledo-8217", address=self.deli.address, settings=settings)
        return replace(known, devices=(*known.devices, deli))

    @property
    def weighed(self) -> list[tuple[int | None, str]]:
        """Weight and scale of each line."""
        return [(fact.line.weight_g, fact.scale) for fact in self.facts(LineAdded)]


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[DeliLane]:
    made = DeliLane(tmp_path)
    with made.deli, plugged(made):
        yield made


async def shows(cashier: Cashier, scale: str, weight: str = "") -> None:
    await cashier.sees(
        lambda view: isinstance(view.panel, PromptPanel) and (view.panel.scale, view.panel.weight) == (scale, weight)
    )


async def test_apples_are_weighed_on_the_scale_and_typed_when_it_is_gone(lane: DeliLane) -> None:
    async with lane.selling() as cashier:
        await cashier.device("deli")
        cashier.type(APPLES_PLU, "enter")
        await shows(cashier, "empty")
        cashier.keys("enter")
        await cashier.told(GoodsNo.SCALE_EMPTY)
        lane.scale.put(856)
        await shows(cashier, "stable", "0.855kg")
        cashier.keys("enter")
        await cashier.sees(lambda view: [line.quantity for line in view.lines] == ["0.855kg"])

        cashier.type(APPLES_PLU, "enter")
        await shows(cashier, "same", "0.855kg")
        lane.scale.shake()
        await shows(cashier, "motion")
        cashier.keys("enter")
        await cashier.told(GoodsSay.SCALE_MOVES)
        lane.scale.put(1234)
        lane.scale.rest()
        await cashier.sees(lambda view: [line.quantity for line in view.lines] == ["0.855kg", "1.235kg"])

        await asyncio.to_thread(lane.deli.unplug)
        await cashier.device("deli", link="absent")
        cashier.type(APPLES_PLU, "enter")
        await shows(cashier, "silent")
        cashier.keys("enter")
        await cashier.told(GoodsNo.SCALE_SILENT)
        cashier.type("0.5", "enter")
        await cashier.sees(lambda view: len(view.lines) == 3)
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 4)
        await asyncio.to_thread(lane.deli.plug)
        await cashier.device("deli")
    assert lane.weighed == [(855, "deli"), (1235, "deli"), (500, ""), (None, "")]


async def test_mute_scale_stops_neither_scans_nor_typed_weights(lane: DeliLane) -> None:
    lane.scale.set_faults(mute=True)
    async with lane.selling() as cashier:
        await cashier.device("deli", detail="device_timeout")
        cashier.type(APPLES_PLU, "enter")
        await shows(cashier, "silent")
        cashier.type("0.25")
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 2)
    assert lane.weighed == [(250, ""), (None, "")]
