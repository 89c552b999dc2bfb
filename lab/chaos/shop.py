"""The shop of a chaos run: broker, HQ, one lane with its simulated devices, each a process that is started again."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from hq.keys import load_key
from hq.publisher import Publisher
from hq.service import wall_ms
from hq.store.sqlite import SqliteStore
from lab.brokers import free_port, wait_for_port
from lab.chaos.glass import ENVIRONMENT, Glass
from lab.chaos.plan import Victim
from lab.replay.books import content
from lab.replay.data import StoreWeek
from lab.supervise import Program, Supervisor, until
from lab.world import Broker, Lane, Shop, short_folder
from simulators.client import SimulatorClient
from simulators.control import CONTROL_SOCKET
from terminal.config.schema import DeviceConfig, ScreenConfig
from terminal.offline.lab_clock import ClockFile
from terminal.wire.toml import dump

TILL = "T01"
SCANNER = "scanner"


@dataclass(frozen=True, slots=True)
class ChaosShop:
    """Places and programs."""

    shop: Shop
    lane: Lane
    clock: ClockFile
    sim_dir: Path

    def devices(self) -> SimulatorClient:
        """Return a client of the simulated devices."""
        return SimulatorClient(self.sim_dir / CONTROL_SOCKET)

    def publish(self, week: StoreWeek, names: dict[int, str]) -> int:
        """Publish the book of a week and return its version."""
        with closing(SqliteStore(self.shop.hq_dir / "hq.db")) as database:
            signer = load_key(self.shop.hq_dir / "signing-key.pem")
            publisher = Publisher(database, signer, self.shop.hq_dir / "books", now_ms=wall_ms)
            return publisher.publish(content(week, names), audience=f"s/{self.lane.store}").ver


def lay_out(root: Path, store: str, now_ms: int) -> ChaosShop:
    """Make all folders and configurations; nothing runs yet."""
    shop = Shop(root, Broker(port=free_port(), password=secrets.token_hex(16)))
    shop.lay_out()
    lane = Lane(shop=shop, root=root / "lane", store=store, till=TILL)
    sim_dir = short_folder(root / "sim")
    sim_dir.mkdir(parents=True, exist_ok=True)
    devices = (
        DeviceConfig(name=SCANNER, driver="wedge", address=f"pipe:{sim_dir}/scanner"),
        DeviceConfig(name="printer", driver="escpos", address=f"serial:{sim_dir}/printer"),
    )
    lane.root.mkdir(parents=True, exist_ok=True)
    clock_file = lane.root / "clock"
    clock = ClockFile(clock_file, now_ms)
    lane.lay_out(devices, lab=True, lab_clock_file=str(clock_file), time_zone="UTC")
    # The cashier of the run has the operator's place.
    screen = ScreenConfig(run_dir=str(lane.run_dir), observer=True)
    lane.config("screen").write_text(dump(screen), encoding="utf-8")
    return ChaosShop(shop, lane, clock, sim_dir)


@asynccontextmanager
async def running(chaos: ChaosShop, supervisor: Supervisor, glass: Glass) -> AsyncIterator[None]:
    """Run everything."""
    try:
        await _start(chaos, supervisor, glass)
        yield
    finally:
        await supervisor.stop()


async def _start(chaos: ChaosShop, supervisor: Supervisor, glass: Glass) -> None:
    shop, lane = chaos.shop, chaos.lane
    await supervisor.start(_simulators(chaos))
    await supervisor.start(shop.mosquitto(lane.terminal).program(Victim.BROKER))
    await until(chaos.sim_dir / CONTROL_SOCKET, log=_simulators(chaos).log)
    await asyncio.to_thread(wait_for_port, shop.broker.port)
    await supervisor.start(shop.hq())
    for service in (Victim.TILL, Victim.UPLINK):
        await supervisor.start(lane.program(service))
    screen = lane.program(Victim.SCREEN)
    await supervisor.start(
        Program(
            name=screen.name,
            arguments=screen.arguments,
            log=screen.log,
            environment=ENVIRONMENT,
            terminal=glass.inner,
        )
    )


def _simulators(chaos: ChaosShop) -> Program:
    return Program(
        name="devices",
        arguments=("-m", "simulators.cli", "host", "--dir", str(chaos.sim_dir)),
        log=chaos.shop.root / "log" / "devices.log",
    )
