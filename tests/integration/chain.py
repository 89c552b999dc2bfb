"""A till with its uplink, a broker and HQ: the whole way, in one process but for the broker."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager

from hq.keys import load_key
from hq.publisher import Publisher
from hq.service import HqServer, wall_ms
from hq.store.port import BookRow
from lab.brokers import Mosquitto
from terminal.offline.reader import EpochReader, JournalReader
from tests.integration.shop import content
from tests.integration.tills import Cashier, Lane, until
from tests.integration.uplink.journals import TERMINAL
from tests.integration.uplink.world import World


class Chain:
    """One shop: HQ's folder, a broker, and a lane whose till and uplink share the lane's folders."""

    def __init__(self, lane: Lane, world: World, broker: Mosquitto) -> None:
        self.lane = lane
        self.world = world
        self.broker = broker
        assert f"{lane.config.identity.store}-{lane.config.identity.till}" == TERMINAL

    def publish(self, *, cola_fen: int) -> BookRow:
        """Let HQ publish a book; whether HQ runs or not."""
        with self.world.store() as store:
            signer = load_key(self.world.hq.key_file)
            publisher = Publisher(store, signer, self.world.hq.books_dir, now_ms=wall_ms)
            return publisher.publish(content(cola_fen=cola_fen), audience="all")

    @contextmanager
    def hq(self) -> Iterator[HqServer]:
        """Run HQ."""
        with self.world.server() as server:
            yield server

    @asynccontextmanager
    async def uplink(self) -> AsyncIterator[None]:
        """Run the uplink of the lane."""
        async with self.world.uplink(EpochReader(self.lane.folder / "till")):
            yield

    @asynccontextmanager
    async def open_shop(self, *, cola_fen: int) -> AsyncIterator[Cashier]:
        """Publish a book, run everything, and sign in when the till has activated it and is online."""
        self.publish(cola_fen=cola_fen)
        with ExitStack() as stack:
            stack.enter_context(self.hq())
            async with self.uplink(), self.lane.till() as cashier:
                await cashier.sees(lambda view: view.uplink.state == "online")
                await cashier.sign_in()
                yield cashier

    async def acknowledged(self) -> None:
        """Wait until HQ has the head of the journal, with the same hash, and has come to the same documents."""
        reader = JournalReader(self.lane.folder / "till", epoch=1)

        def same() -> bool:
            head = reader.head()
            with self.world.store() as store:
                chain = store.journals.chain(TERMINAL, 1)
            return head is not None and chain is not None and (chain.acked, chain.hash) == (head.seq, head.hash)

        await until(same, what="HQ's acknowledgement")
        with self.world.store() as store:
            assert all(sale.is_right for sale in store.sales.newest(terminal=TERMINAL, biz_date=None, limit=1000))
