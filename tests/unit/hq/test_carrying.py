"""HQ signs the newest rules of a store anew when its tills set something of them."""

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from hq.collector import Collector
from hq.config import load_config
from hq.errors import StoreConflictError
from hq.keys import load_key
from hq.publisher import Publisher, manifest_of
from hq.rules.carrying import RulesCarrier, carry
from hq.rules.store_values import carrying, told_to
from hq.store.port import BookRow, Store
from hq.store.sqlite import SqliteStore
from terminal.domain.errors import BookError
from terminal.domain.promotions.coupons import CashCoupon, CouponCode
from terminal.domain.promotions.store_values import StoreValue, StoreValues
from terminal.wire.envelope import pack_batch
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.promotion_events import RuleValueSet
from terminal.wire.rules.building import RulesContent, build_rules
from terminal.wire.rules.opening import OpenRules
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.test_store_values import OFF, value_set

COUPONS = tuple(CashCoupon(code=CouponCode(f"C{number}"), off=100 + number % 2) for number in range(5))
CONTENT = RulesContent(label="spring", rules=(OFF,), coupons=COUPONS, settings={"tier_max_drop": 2})

SET = replace(CONTENT, settings={"store_values": {"S01": {"OFF": {"off": {"set_ms": 1}}}}})


class Hq:
    """A folder of HQ in which rules are published, and what tills tell of them."""

    def __init__(self, state: Path) -> None:
        self.config = replace(load_config(state), settle_s=0.01)
        self.store = SqliteStore(self.config.database)
        self.publisher = self.publishing(self.store)
        self._seeds = iter(range(1, 99))

    def publishing(self, store: Store) -> Publisher:
        return Publisher(store, load_key(self.config.key_file), self.config.books_dir, now_ms=lambda: 1_000_000)

    def told(self, *facts: RuleValueSet, terminal: str = "S01-T03", recv_ms: int = 10_000) -> Collector:
        journal = MemoryJournal(terminal=terminal, seed=next(self._seeds))
        journal.append(*facts)
        payload = pack_batch(journal.rows, terminal=terminal, epoch=1, head=len(facts), sent_ms=1)
        collector = Collector(self.store)
        with self.store.transaction():
            collector.batch(terminal, payload, now_ms=recv_ms)
        return collector

    def carry(self) -> list[BookRow]:
        return carry(self.store, self.publisher, self.config.books_dir)

    def values(self, version: int) -> dict[str, StoreValues]:
        path = self.config.books_dir / book_name(version, Stream.RULES)
        with closing(OpenRules(path, version=version)) as opened:
            return opened.trade.settings.store_values


@pytest.fixture
def hq(state: Path) -> Iterator[Hq]:
    made = Hq(state)
    yield made
    made.store.close()


def off(value: int | None, set_ms: int = 1_000) -> StoreValues:
    return {"OFF": {"off": StoreValue(value=value, set_ms=set_ms)}}


def test_what_a_store_sets_is_signed_into_the_newest_rules_for_its_tills(hq: Hq) -> None:
    hq.publisher.publish(CONTENT, audience="all")
    assert hq.carry() == []
    hq.told(value_set(80))
    (rules,) = hq.carry()
    manifest = manifest_of(rules)
    assert (manifest.stream, manifest.ver, manifest.audience, manifest.rows) == (Stream.RULES, 2, "s/S01", 6)
    assert (rules.label, hq.values(2)) == ("spring", {"S01": off(80)})
    assert hq.carry() == []
    hq.told(value_set(None, set_ms=2_000), terminal="S01-T04")
    hq.carry()
    assert hq.values(3) == {"S01": off(None, 2_000)}


def test_rules_that_carry_it_are_those_that_publishing_them_again_would_make(hq: Hq, tmp_path: Path) -> None:
    hq.publisher.publish(CONTENT, audience="all")
    hq.told(value_set(80))
    hq.carry()
    content = carrying(CONTENT, told_to(hq.store), only="S01", doubts=[])
    build_rules(tmp_path / "again.db", content)
    assert (hq.config.books_dir / book_name(2, Stream.RULES)).read_bytes() == (tmp_path / "again.db").read_bytes()


def test_rules_of_which_the_store_set_nothing_are_left_alone(hq: Hq) -> None:
    hq.told(value_set(80), value_set(70, rule="OLD"))
    assert hq.carry() == []
    hq.publisher.publish(RulesContent(label="empty"), audience="all")
    assert hq.carry() == []


def test_rules_say_what_each_store_set_and_nothing_of_rules_that_are_gone(hq: Hq) -> None:
    hq.told(value_set(80))
    hq.publisher.publish(SET, audience="all")
    hq.told(value_set(99, rule="OFF", set_ms=5_000), terminal="S02-T01")
    assert [rules.audience for rules in hq.carry()] == ["s/S01", "s/S02"]
    assert (hq.values(2), hq.values(3)) == ({"S01": off(80)}, {"S02": off(99, 5_000)})
    hq.publisher.publish(replace(SET, rules=()), audience="all")
    assert [rules.audience for rules in hq.carry()] == ["s/S01"]
    assert hq.values(5) == {}


def test_rules_that_come_meanwhile_are_never_covered_by_older_ones(hq: Hq) -> None:
    first = hq.publisher.publish(CONTENT, audience="all")
    hq.publisher.publish(CONTENT, audience="all")
    with pytest.raises(StoreConflictError, match="version 2 was published meanwhile"):
        hq.publisher.publish(CONTENT, audience="s/S01", on_top_of=first.ver)
    assert hq.publisher.publish(CONTENT, audience="s/S01", on_top_of=2).ver == 3


def test_rules_that_cannot_be_read_stop_no_other_store(hq: Hq) -> None:
    rules = hq.publisher.publish(CONTENT, audience="s/S01")
    hq.publisher.publish(CONTENT, audience="s/S02")
    hq.told(value_set(80))
    hq.told(value_set(80), terminal="S02-T01")
    (hq.config.books_dir / book_name(rules.ver, Stream.RULES)).write_bytes(b"")
    assert [carried.audience for carried in hq.carry()] == ["s/S02"]


def test_collector_counts_what_tills_tell(hq: Hq) -> None:
    assert hq.told(value_set(80), value_set(70, set_ms=2_000)).rule_values == 2


def until(hq: Hq, version: int) -> None:
    """Wait until rules of a version are published."""
    until_s = time.monotonic() + 20
    while not any(head.ver == version for head in hq.store.books.heads(Stream.RULES)):
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_it_goes_on_by_itself_from_the_start_and_when_it_is_told_to_look(hq: Hq) -> None:
    hq.publisher.publish(CONTENT, audience="all")
    hq.told(value_set(80))
    carrier = RulesCarrier(hq.config, hq.publishing)
    carrier.start()
    try:
        until(hq, 2)
        hq.told(value_set(90, set_ms=2_000), terminal="S01-T04")
        carrier.look()
        until(hq, 3)
    finally:
        carrier.stop()


@pytest.mark.parametrize("error", [StoreConflictError("again"), BookError("damaged")])
def test_what_fails_once_is_done_when_it_looks_again(hq: Hq, error: Exception) -> None:
    failures = [error]

    def publishing(store: Store) -> Publisher:
        if failures:
            raise failures.pop()
        return hq.publishing(store)

    hq.publisher.publish(CONTENT, audience="all")
    hq.told(value_set(80))
    carrier = RulesCarrier(hq.config, publishing)
    carrier.start()
    try:
        carrier.look()
        while failures:
            time.sleep(0.01)
        carrier.look()
        until(hq, 2)
    finally:
        carrier.stop()
