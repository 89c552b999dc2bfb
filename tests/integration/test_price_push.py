"""Prices that HQ pushes while the till sells, and what enemies push: from the broker to the cashier's screen."""

import pytest

from hq.publisher import manifest_of
from terminal.checkout.messages import Say
from terminal.wire import topics
from terminal.wire.doorbell import BookReady
from terminal.wire.events import BookActivated, BookRefused, SaleCompleted, SaleRecalled
from terminal.wire.files.streams import Stream
from terminal.wire.topics import EVERYBODY
from tests.integration.chain import Chain
from tests.integration.shop import COLA
from tests.integration.tills import Cashier, Lane, until
from tests.integration.uplink.test_books_to_till import (
    Forgery,
    expired,
    flipped_bit,
    foreign_audience,
    foreign_key,
    older,
    stripped,
    truncated,
)
from tests.integration.uplink.world import Intruder
from tests.unit.services.peers import UplinkClient


async def scan_cola(chain: Chain, cashier: Cashier, count: int) -> None:
    chain.lane.wedge.scan(COLA)
    await cashier.sees(lambda view: len(view.lines) == count)


async def pushed(chain: Chain, version: int) -> None:
    """Wait until the till has been offered a book: the uplink reports it to HQ after that."""

    def is_reported() -> bool:
        with chain.world.store() as store:
            return any(till.book_ready == version for till in store.tills.overview())

    await until(is_reported, what="the report of the book")


async def test_pain_9_push_in_an_open_sale_leaves_its_prices_and_the_next_sale_has_the_new_ones(chain: Chain) -> None:
    lane = chain.lane
    async with chain.open_shop(cola_fen=350) as cashier:
        await scan_cola(chain, cashier, 1)
        chain.publish(cola_fen=420)
        await pushed(chain, 2)
        await scan_cola(chain, cashier, 2)
        assert [amount for _, _, amount in cashier.basket] == ["3.50", "3.50"]
        assert (await cashier.pay()).total == "7.00"
        await cashier.sees(lambda view: view.uplink.book_version == 2)
        await scan_cola(chain, cashier, 1)
        assert (await cashier.pay()).total == "4.20"
        await until(lambda: len(lane.paper) == 2, what="both receipts")
        await chain.acknowledged()
    story = [fact for fact in lane.history() if isinstance(fact, BookActivated | SaleCompleted)]
    assert [(type(fact).__name__, getattr(fact, "version", getattr(fact, "book_version", 0))) for fact in story] == [
        ("BookActivated", 1),
        ("SaleCompleted", 1),
        ("BookActivated", 2),
        ("SaleCompleted", 2),
    ]
    assert [f"v{version}" in paper for version, paper in enumerate(lane.paper, start=1)] == [True, True]
    assert "v1" not in lane.paper[1]


async def test_open_sale_keeps_its_book_over_a_restart_of_the_till(chain: Chain) -> None:
    async with chain.open_shop(cola_fen=350) as cashier:
        await scan_cola(chain, cashier, 1)
        chain.publish(cola_fen=420)
        await pushed(chain, 2)
    async with chain.lane.till() as cashier:
        await scan_cola(chain, cashier, 2)
        assert (await cashier.pay()).total == "7.00"
        await cashier.sees(lambda view: view.uplink.book_version == 2)
    (sale,) = chain.lane.facts(SaleCompleted)
    assert sale.book_version == 1


async def test_held_sale_is_priced_anew_with_the_book_of_the_day(chain: Chain) -> None:
    async with chain.open_shop(cola_fen=350) as cashier:
        await scan_cola(chain, cashier, 1)
        cashier.keys("f5")
        await cashier.told(Say.HELD)
        chain.publish(cola_fen=420)
        await cashier.sees(lambda view: view.uplink.book_version == 2)
        cashier.keys("f6", "enter")
        await cashier.told(Say.RECALLED_REPRICED, before="3.50", after="4.20")
        assert (await cashier.pay()).total == "4.20"
    (recalled,) = chain.lane.facts(SaleRecalled)
    assert (recalled.book_version, [line.price_fen for line in recalled.lines]) == (2, [420])


async def assert_refused_and_sells_on(chain: Chain, cashier: Cashier, *, reason: str) -> None:
    """The cashier is told why, the journal keeps it, HQ hears it, and the price is what it was."""
    await cashier.told(Say.BOOK_REFUSED, reason=f"error.{reason}")
    assert cashier.view.uplink.book_version == 2
    await scan_cola(chain, cashier, 1)
    assert (await cashier.pay()).total == "4.20"
    (refused,) = chain.lane.facts(BookRefused)
    assert refused.reason == reason
    assert [fact.version for fact in chain.lane.facts(BookActivated)][-1] == 2

    def is_reported() -> bool:
        with chain.world.store() as store:
            return any(till.book_error.endswith(reason) for till in store.tills.overview())

    await until(is_reported, what="the report of the refusal")


@pytest.mark.parametrize(
    ("forge", "reason"),
    [
        (foreign_key, "book_forged"),
        (stripped, "book_unsigned"),
        (flipped_bit, "book_forged"),
        (truncated, "book_malformed"),
        (expired, "book_expired"),
        (foreign_audience, "book_audience"),
        (older, "book_older"),
    ],
)
async def test_book_that_an_enemy_pushes_is_refused_by_name_and_the_till_sells_on(
    chain: Chain, forge: Forgery, reason: str
) -> None:
    chain.publish(cola_fen=350)
    async with chain.open_shop(cola_fen=420) as cashier:
        await cashier.sees(lambda view: view.uplink.book_version == 2)
        with Intruder(chain.world) as enemy, chain.world.store() as store:
            head = store.books.heads()[0]
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), forge(chain.world, manifest_of(head), head.manifest))
            await assert_refused_and_sells_on(chain, cashier, reason=reason)


async def test_old_book_that_is_replayed_is_refused_and_the_till_sells_on(chain: Chain) -> None:
    async with chain.open_shop(cola_fen=100) as cashier:
        with chain.world.store() as store:
            old = store.books.heads()[0]
        chain.publish(cola_fen=420)
        await cashier.sees(lambda view: view.uplink.book_version == 2)
        with Intruder(chain.world) as enemy:
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), old.manifest, retain=True)
            await assert_refused_and_sells_on(chain, cashier, reason="book_replayed")


async def test_file_that_was_changed_behind_the_uplink_is_refused_by_the_till_itself(lane: Lane) -> None:
    """Whatever lies in the folder is checked by the one who sells from it."""
    async with lane.selling() as cashier:
        torn = lane.books / "catalog-2.db"
        torn.write_bytes((lane.books / "catalog-1.db").read_bytes()[:5000])
        async with UplinkClient(lane.folder / "run" / "uplink.sock") as uplink:
            uplink.say(BookReady(version=2, sha256=""))
            await uplink.hear()
        await cashier.told(Say.BOOK_REFUSED, version="2", reason="error.book_torn")
        lane.wedge.scan(COLA)
        await cashier.sees(lambda view: len(view.lines) == 1)
    assert lane.facts(BookRefused) == [BookRefused(version=2, reason="book_torn")]
