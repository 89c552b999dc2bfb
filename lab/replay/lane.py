"""One store of a replay: its lane with scanner and clock, who stands at it, and HQ's book of each week."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from typing import Self

from hq.keys import load_key
from hq.publisher import Publisher
from hq.service import wall_ms
from hq.store.sqlite import SqliteStore
from lab.operator import Operator
from lab.replay.books import PIN, STAFF, content
from lab.replay.cashier import Cashier, Sold, Till
from lab.replay.data import StoreWeek
from lab.replay.people import known_at
from lab.replay.promotions import rules
from lab.replay.real_screen import RealScreen
from lab.supervise import Supervisor
from lab.world import Lane, Shop, short_folder
from simulators.cables.pipe import FifoCable
from simulators.wedge import Wedge, WedgeSettings
from terminal.config.schema import DeviceConfig
from terminal.offline.lab_clock import ClockFile
from terminal.wire.counter.panels import LoginPanel, SalePanel

ACTIVATED_S = 30.0
TILL = "T01"


def terminal_of(store: int) -> str:
    """Return the terminal of a store's lane."""
    return f"{_name(store)}-{TILL}"


def _name(store: int) -> str:
    return f"R{store}"


class StoreLane:
    """One lane: its services, its scanner's cable, its clock, and who stands at it."""

    def __init__(self, shop: Shop, store: int, *, through_screen: bool) -> None:
        self._supervisor = Supervisor()
        self._screen = RealScreen() if through_screen else None
        self.lane = Lane(shop=shop, root=shop.root / f"store-{store}", store=_name(store), till=TILL)
        self._cable = FifoCable(short_folder(self.lane.root / "sim") / "scanner")
        self.sold: list[Sold] = []

    async def __aenter__(self) -> Self:
        lane = self.lane
        self._cable.path.parent.mkdir(parents=True, exist_ok=True)
        self._cable.plug()
        lane.root.mkdir(parents=True, exist_ok=True)
        self.clock = ClockFile(lane.root / "clock", 0)
        scanner = DeviceConfig(name="scanner", driver="wedge", address=self._cable.address)
        lane.lay_out((scanner,), language="en", lab=True, lab_clock_file=str(lane.root / "clock"), time_zone="UTC")
        for service in ("till", "uplink"):
            await self._supervisor.start(lane.program(service))
        socket = "counter.sock" if self._screen is None else "observer.sock"
        self._operator = await Operator.connect(lane.run_dir, socket=socket)
        await self._operator.until_open("scanner")
        if self._screen is not None:
            await self._screen.start(lane.program("screen"))
        wedge = Wedge(self._cable.write, WedgeSettings(ms_per_char=0))
        self.cashier = Cashier(self._till, wedge.scan)
        return self

    @property
    def _till(self) -> Till:
        """What the cashier stands at."""
        return self._operator if self._screen is None else self._screen

    async def __aexit__(self, *_: object) -> None:
        if self._screen is not None:
            await self._screen.close()
        await self._operator.close()
        await self._supervisor.stop()
        self._cable.unplug()

    async def activate(self, week: StoreWeek, names: dict[int, str]) -> None:
        """Let HQ publish the week's book and rules, and wait until the till has them; sign in when nobody is."""
        self.clock.set(week.baskets[0].at_ms)
        shop = self.lane.shop
        book, rules = await asyncio.to_thread(_publish, shop, self.lane.store, week, names)
        await self._operator.until(
            lambda seen: (seen.uplink.book_version, seen.uplink.rules_version) == (book, rules), timeout_s=ACTIVATED_S
        )
        if isinstance(self._operator.seen.panel, LoginPanel):
            await self._till.until(lambda seen: isinstance(seen.panel, LoginPanel))
            await self.cashier.sign_in(STAFF, PIN)
        elif not isinstance(self._operator.seen.panel, SalePanel):
            self._till.keys("escape")
            await self._till.until(lambda seen: isinstance(seen.panel, SalePanel))

    async def know(self, members: int) -> None:
        """Wait until the till has been told of all members."""
        await known_at(self.lane.books_dir, members)

    async def sell(self, week: StoreWeek, progress: Callable[[int], None]) -> None:
        """Sell the baskets of a week, each at the time at which it was sold."""
        for basket in week.baskets:
            self.clock.set(basket.at_ms)
            self.sold.append(await self.cashier.sell(basket))
            progress(len(basket.lines))


def _publish(shop: Shop, store: str, week: StoreWeek, names: dict[int, str]) -> tuple[int, int]:
    """Publish the book and the rules of a week; return their versions."""
    with closing(SqliteStore(shop.hq_dir / "hq.db")) as database:
        signer = load_key(shop.hq_dir / "signing-key.pem")
        publisher = Publisher(database, signer, shop.hq_dir / "books", now_ms=wall_ms)
        audience = f"s/{store}"
        book = publisher.publish(content(week, names), audience=audience)
        return book.ver, publisher.publish(rules(week), audience=audience).ver
