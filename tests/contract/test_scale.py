"""The contract of `Scale`, on a serial port and on a TCP one, in each dialect, with every fault of a scale."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab.brokers import free_port
from simulators.cables.pty import PtyCable
from simulators.cables.tcp import TcpCable
from simulators.scale import CAPACITY_G, ContinuousScale, Scale, Toledo8217
from terminal.config.schema import DeviceConfig
from terminal.ports.devices import DeviceKind, DeviceState, LinkState, Weight, WeightState
from tests.contract.bench import Bench

Cable = TcpCable | PtyCable
APPLES = Weight(state=WeightState.STABLE, grams=855)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """A scale on a cable, and a till's driver at the other end."""

    driver: str
    scale: Scale
    cable: Cable

    def bench(self) -> Bench:
        settings: dict[str, str | int | bool] = {"poll_ms": 20, "reply_ms": 200}
        return Bench(DeviceConfig(name="scale", driver=self.driver, address=self.cable.address, settings=settings))


def cable_of(link: str, scale: Scale, folder: Path) -> AbstractContextManager[Cable]:
    return PtyCable(scale, link=folder / "scale") if link == "serial" else TcpCable(scale, port=free_port())


@pytest.fixture(params=["toledo-8217 serial", "toledo-8217 tcp", "continuous-scale serial", "continuous-scale tcp"])
def rig(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rig]:
    driver, link = str(request.param).split()
    with ExitStack() as stack:
        scale = Toledo8217() if driver == "toledo-8217" else stack.enter_context(ContinuousScale())
        cable = stack.enter_context(cable_of(link, scale, tmp_path))
        yield Rig(driver=driver, scale=scale, cable=cable)


async def weigh(bench: Bench) -> Weight:
    scale = bench.devices.scale
    assert scale is not None
    async with asyncio.timeout(5):
        return await scale.weigh()


async def until_weighed(bench: Bench, reached: Callable[[Weight], bool]) -> Weight:
    """Weigh until something holds; `TimeoutError` if it never does."""
    async with asyncio.timeout(5):
        while not reached(weight := await weigh(bench)):
            await asyncio.sleep(0)
    return weight


async def test_goods_that_lie_still_are_weighed_to_the_gram(rig: Rig) -> None:
    async with rig.bench() as bench:
        await bench.until_open("scale")
        assert bench.statuses("scale")[-1].kind is DeviceKind.SCALE
        assert await weigh(bench) == Weight(state=WeightState.STABLE, grams=0)
        rig.scale.put(856)
        assert await until_weighed(bench, lambda weight: weight.grams > 0) == APPLES
        rig.scale.put(CAPACITY_G)
        assert (await until_weighed(bench, lambda weight: weight != APPLES and weight.grams > 0)).grams == CAPACITY_G


async def test_tare_that_the_scale_takes_off_is_said(rig: Rig) -> None:
    rig.scale.put(905)
    rig.scale.tare(50)
    async with rig.bench() as bench:
        await bench.until_open("scale")
        assert await weigh(bench) == Weight(state=WeightState.STABLE, grams=855, net=True)


@pytest.mark.parametrize(
    ("act", "state"),
    [("shake", WeightState.MOTION), ("negative", WeightState.UNDER), ("over", WeightState.OVER)],
)
async def test_what_is_no_weight_is_never_one_and_the_scale_is_well(rig: Rig, act: str, state: WeightState) -> None:
    rig.scale.put(855)
    rig.scale.actions()[act]()
    async with rig.bench() as bench:
        await bench.until_open("scale")
        assert {(await weigh(bench)).state for _ in range(5)} == {state}
        assert bench.statuses("scale")[-1].state is DeviceState.IDLE
        rig.scale.heal()
        rig.scale.put(855)
        assert await until_weighed(bench, lambda weight: weight.grams > 0) == APPLES


@pytest.mark.parametrize(
    ("fault", "detail", "state"),
    [("noise", "bad_bytes", WeightState.GARBLED), ("mute", "no_answer", WeightState.SILENT)],
)
async def test_a_scale_that_garbles_or_says_nothing_gives_no_weight_and_is_back_when_it_is_healed(
    rig: Rig, fault: str, detail: str, state: WeightState
) -> None:
    rig.scale.put(855)
    rig.scale.actions()[fault]()
    async with rig.bench() as bench:
        await bench.until_status("scale", state=DeviceState.ERROR, detail=detail)
        assert (await weigh(bench)).state is state
        rig.scale.heal()
        await bench.until_status("scale", state=DeviceState.IDLE)
        assert await weigh(bench) == APPLES


async def test_weight_of_the_goods_before_is_never_given_for_those_that_lie_there_now(rig: Rig) -> None:
    rig.scale.put(500)
    rig.scale.actions()["stale"]()
    async with rig.bench() as bench:
        await bench.until_open("scale")
        await until_weighed(bench, lambda weight: weight.grams == 500)
        rig.scale.put(855)
        then = await weigh(bench)
        assert then.state is not WeightState.STABLE or then.grams == 855
        assert await until_weighed(bench, lambda weight: weight.state is WeightState.STABLE) == APPLES


async def test_torn_cable_gives_no_weight_and_the_scale_comes_back(rig: Rig) -> None:
    rig.scale.put(855)
    async with rig.bench() as bench:
        assert (await weigh(bench)).state is WeightState.SILENT, "nothing is open yet"
        await bench.until_open("scale")
        await asyncio.to_thread(rig.cable.unplug)
        assert (await weigh(bench)).state is WeightState.SILENT
        await bench.until_status("scale", link=LinkState.ABSENT)
        await asyncio.to_thread(rig.cable.plug)
        await bench.until_open("scale")
        assert await weigh(bench) == APPLES


@pytest.fixture
def late(tmp_path: Path) -> Iterator[Rig]:
    scale = Toledo8217(grams=500)
    with PtyCable(scale, link=tmp_path / "scale") as cable:
        yield Rig(driver="toledo-8217", scale=scale, cable=cable)


async def test_answer_that_comes_too_late_is_no_answer_to_the_next_question(late: Rig) -> None:
    late.scale.set_faults(late_s=0.3)
    async with late.bench() as bench:
        await bench.until_status("scale", state=DeviceState.ERROR, detail="no_answer")
        late.scale.put(855)
        assert {(await weigh(bench)).state for _ in range(3)} == {WeightState.SILENT}
        late.scale.heal()
        assert await until_weighed(bench, lambda weight: weight.state is WeightState.STABLE) == APPLES
