"""Rules that HQ pushes while the till sells: from a file that a person wrote to the receipt."""

from pathlib import Path

from hq.keys import load_key
from hq.publisher import Publisher, manifest_of
from hq.rules.file import read_rules
from hq.service import wall_ms
from hq.store.port import BookRow
from terminal.domain.ids import StaffNumber
from terminal.domain.text import clean
from terminal.wire import topics
from terminal.wire.envelope import pack_batch
from terminal.wire.events import SaleCompleted
from terminal.wire.files.streams import Stream
from terminal.wire.promotion_events import RulesActivated, RulesRefused, RuleValueSet
from terminal.wire.topics import EVERYBODY
from tests.integration.chain import Chain
from tests.integration.shop import COLA
from tests.integration.tills import Cashier, until
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.integration.uplink.world import Intruder

RULES = """\
label = "{label}"
[[rules]]
id = "HALF2"
type = "nth_off"
name = "第二件半价"
n = 2
pay_bp = {pay_bp}
store_may_set = {{ pay_bp = [0, 9000] }}
"""


def publish(chain: Chain, folder: Path, *, pay_bp: int, label: str = "r") -> BookRow:
    path = folder / "rules.toml"
    path.write_text(RULES.format(label=label, pay_bp=pay_bp), encoding="utf-8")
    with chain.world.store() as store:
        publisher = Publisher(store, load_key(chain.world.hq.key_file), chain.world.hq.books_dir, now_ms=wall_ms)
        return publisher.publish(read_rules(path, doubts=[]), audience="all")


async def scan_cola(chain: Chain, cashier: Cashier, count: int) -> None:
    chain.lane.wedge.scan(COLA)
    await cashier.sees(lambda view: len(view.lines) == count)


async def rules_at_hq(chain: Chain, *, active: int = 0, ready: int = 0, error: str = "") -> None:
    """Wait until HQ has heard of the till's rules."""

    def is_so() -> bool:
        with chain.world.store() as store:
            till = next(one for one in store.tills.overview() if one.terminal == TERMINAL)
        return till.rules_active >= active and till.rules_ready >= ready and till.rules_error.endswith(error)

    await until(is_so, what="the report of the rules")


async def test_rules_of_hq_price_the_next_sale_and_hq_comes_to_the_same(chain: Chain, tmp_path: Path) -> None:
    lane = chain.lane
    async with chain.open_shop(cola_fen=400) as cashier:
        await scan_cola(chain, cashier, 1)
        publish(chain, tmp_path, pay_bp=5000)
        await rules_at_hq(chain, ready=1)
        await scan_cola(chain, cashier, 2)
        assert (await cashier.pay()).total == "8.00"
        await rules_at_hq(chain, active=1)
        for count in (1, 2):
            await scan_cola(chain, cashier, count)
        publish(chain, tmp_path, pay_bp=0)
        await rules_at_hq(chain, ready=2)
        assert (await cashier.pay()).total == "6.00"
        await until(lambda: len(lane.paper) == 2, what="both receipts")
        assert "第二件半价" not in lane.paper[0]
        assert "第二件半价" in lane.paper[1]
        await rules_at_hq(chain, active=2)
        await chain.acknowledged()
    done = lane.facts(SaleCompleted)
    assert [[use.off_fen for use in fact.applied] for fact in done] == [[], [200]]
    assert [fact.version for fact in lane.facts(RulesActivated)] == [1, 2]


async def test_what_another_till_of_the_store_sets_comes_by_itself(chain: Chain, tmp_path: Path) -> None:
    async with chain.open_shop(cola_fen=400) as cashier:
        publish(chain, tmp_path, pay_bp=5000)
        await rules_at_hq(chain, active=1)
        other = MemoryJournal(terminal="S01-T09", seed=9)
        other.append(
            RuleValueSet(
                rule="HALF2",
                param="pay_bp",
                value=6000,
                before=5000,
                name=clean("第二件半价"),
                reason=clean("clearance"),
                rules_version=1,
                staff=StaffNumber("1001"),
                local_time="2026-11-23T08:10:00",
                set_ms=1,
            )
        )
        batch = pack_batch(other.rows, terminal=other.terminal, epoch=1, head=1, sent_ms=1)
        with Intruder(chain.world) as till:
            till.publish(topics.up(other.terminal, topics.Up.BATCH), batch)
        await rules_at_hq(chain, active=2)
        for count in (1, 2):
            await scan_cola(chain, cashier, count)
        assert (await cashier.pay()).total == "6.40"
        await chain.acknowledged()


async def test_manifest_of_prices_is_no_manifest_of_rules(chain: Chain, tmp_path: Path) -> None:
    async with chain.open_shop(cola_fen=400) as cashier:
        publish(chain, tmp_path, pay_bp=5000)
        await rules_at_hq(chain, active=1)
        with chain.world.store() as store:
            (head,) = store.books.heads(Stream.PRICE)
            (rules,) = store.books.heads(Stream.RULES)
        assert (manifest_of(head).stream, manifest_of(rules).stream) == (Stream.PRICE, Stream.RULES)
        with Intruder(chain.world) as enemy:
            enemy.publish(topics.head(Stream.RULES, EVERYBODY), head.manifest)
            await rules_at_hq(chain, error="book_audience")
            enemy.publish(topics.head(Stream.PRICE, EVERYBODY), rules.manifest)
            await cashier.sees(lambda view: view.notice.message == "notice.book_refused")
        await scan_cola(chain, cashier, 1)
        await scan_cola(chain, cashier, 2)
        assert (await cashier.pay()).total == "6.00"
    assert [fact.reason for fact in chain.lane.facts(RulesRefused)] == ["book_audience"]


async def test_sale_goes_on_with_its_rules_after_a_restart(chain: Chain, tmp_path: Path) -> None:
    async with chain.open_shop(cola_fen=400) as cashier:
        publish(chain, tmp_path, pay_bp=5000)
        await rules_at_hq(chain, active=1)
        await scan_cola(chain, cashier, 1)
        await scan_cola(chain, cashier, 2)
        await cashier.sees(lambda view: view.totals.due == "6.00")
    publish(chain, tmp_path, pay_bp=0)
    with chain.hq():
        async with chain.uplink(), chain.lane.till() as cashier:
            await rules_at_hq(chain, ready=2)
            await cashier.sees(lambda view: view.totals.due == "6.00")
            cashier.keys("escape")
            assert (await cashier.pay()).total == "6.00"
            await rules_at_hq(chain, active=2)
            await chain.acknowledged()
