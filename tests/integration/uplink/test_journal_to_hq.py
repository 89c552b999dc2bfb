"""From the journal to HQ over a real broker, with everything dying in between."""

from tests.integration.uplink.journals import MemoryJournal, sale_facts
from tests.integration.uplink.world import World, until


def filled(sales: int, *, start: int = 1) -> MemoryJournal:
    journal = MemoryJournal()
    for number in range(start, start + sales):
        journal.append(*sale_facts(number))
    return journal


async def test_every_sale_reaches_hq_once_with_its_total(world: World) -> None:
    journal = filled(100)
    with world.server():
        async with world.uplink(journal):
            await until(lambda: world.acked(journal) == 400)
    assert world.totals() == (100, 160_000)
    with world.store() as store:
        chain = store.journals.chain("S01-T03", 1)
        assert chain is not None
        assert chain.hash == journal.rows[-1].hash
        assert store.tills.alarms() == []
        assert all(sale.is_right for sale in store.sales.newest(terminal=None, biz_date=None, limit=1000))
