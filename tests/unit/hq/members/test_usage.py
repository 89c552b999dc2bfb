"""Rules and coupons of sales, as the facts of tills tell them."""

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.bookcase import Bookcase
from hq.cli import main
from hq.collector import Collector
from hq.examiner import Examiner
from hq.members.posting import usage_of
from hq.store.members.port import Person
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import Sku
from terminal.domain.members.entries import Account, Entry
from terminal.domain.pricing.uses import CouponUse, RuleUse, Share
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.promotions.kinds import RuleId
from terminal.wire import events as ev
from terminal.wire.envelope import pack_batch
from terminal.wire.promotion_events import RulesActivated
from terminal.wire.record import TillRecord
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts
from tests.unit.hq.commands import run
from tests.unit.hq.members.acts import M1, entry, send

DAY = "2026-11-23"
PRICE = RuleUse(
    id=RuleId("P1"), off_fen=50, shares=(Share(1, 30, units=2), Share(2, 10, units=1), Share(1, 10, units=1))
)
SPEND = RuleUse(id=RuleId("R1"), off_fen=10, shares=(Share(1, 10),), whole=True)
COUPON = CouponUse(code=CouponCode("C1"), off_fen=5, shares=(Share(1, 5),))


def sale(
    number: int, *applied: RuleUse, coupons: tuple[CouponUse, ...] = (), entries: tuple[Entry, ...] = ()
) -> list[ev.Fact]:
    *begun, completed = sale_facts(number)
    assert isinstance(completed, ev.SaleCompleted)
    return [
        *begun,
        replace(completed, applied=applied, coupons=coupons, member=M1 if entries else None, entries=entries),
    ]


def sell(store: SqliteStore, *facts: ev.Fact, terminal: str = TERMINAL, seed: int = 0) -> MemoryJournal:
    journal = MemoryJournal(terminal=terminal, seed=seed)
    journal.append(*facts)
    send(store, journal)
    return journal


def told(store: SqliteStore, kind: AlarmKind) -> list[str]:
    return [alarm.detail for alarm in store.tills.alarms() if alarm.kind is kind]


def test_sale_of_a_member_counts_its_rules_and_the_units_at_their_prices(store: SqliteStore) -> None:
    sell(store, *sale(1, PRICE, SPEND, entries=(entry(Account.SPEND, 1600),)))
    assert store.rule_uses.of((M1,), day=DAY) == Uses(
        total={"P1": 1, "R1": 1},
        member_ever={"P1": 1, "R1": 1},
        member_today={"P1": 1, "R1": 1},
        units_today={("P1", Sku("100001")): 3, ("P1", Sku("100002")): 1},
    )


def test_sale_that_comes_again_in_another_epoch_counts_once(store: SqliteStore) -> None:
    facts = sale(1, SPEND, coupons=(COUPON,))
    sell(store, *facts)
    again = MemoryJournal(epoch=2)
    again.append(*facts)
    send(store, again)
    assert store.rule_uses.of((), day=DAY).total == {"R1": 1}
    assert told(store, AlarmKind.COUPON) == []


def test_coupon_that_two_tills_took_is_told_and_both_sales_stand(store: SqliteStore) -> None:
    sell(store, *sale(1, coupons=(COUPON,)))
    sell(store, *sale(2, coupons=(COUPON,)), terminal="S02-T01", seed=2)
    assert told(store, AlarmKind.COUPON) == [f"coupon C1 was used by sale {2:032x}, and by {1:032x}"]
    assert store.coupons.status(CouponCode("C1")) == "used"
    assert sum(day.sales for day in store.sales.days(terminal=None)) == 2


def test_sale_without_rules_or_without_its_beginning_uses_nothing() -> None:
    completed = sale(1, SPEND)[-1]
    plain = sale(1)[-1]
    assert isinstance(completed, ev.SaleCompleted)
    assert isinstance(plain, ev.SaleCompleted)
    assert usage_of(completed, TillRecord()) is None
    assert usage_of(plain, TillRecord()) is None


def test_member_who_two_tills_raised_has_the_higher_tier_of_the_rules_that_hq_published(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tiers = '[settings]\ntiers = [{id = "basic", min_spend = 0}, {id = "gold", min_spend = 20000}]\n'
    (tmp_path / "rules.toml").write_text(tiers, encoding="utf-8")
    assert run(state, "publish-rules", str(tmp_path / "rules.toml")) == 0
    store = SqliteStore(state / "hq.db")
    with store.transaction():
        store.people.save(Person(id=M1))
    for number, tier in enumerate(("gold", "basic"), 1):
        journal = MemoryJournal(terminal=f"S01-T0{number}", seed=number)
        journal.append(RulesActivated(version=1))
        journal.append(*sale(number, entries=(entry(Account.TIER, value=tier),)))
        payload = pack_batch(journal.rows, terminal=journal.terminal, epoch=1, head=5, sent_ms=1)
        with closing(Bookcase(store, state / "books")) as bookcase, store.transaction():
            Collector(store, Examiner(bookcase=bookcase)).batch(journal.terminal, payload, now_ms=1)
    assert store.ledger.balance(M1).tier == "gold"
    store.close()
    capsys.readouterr()


def test_owners_of_published_coupons_have_the_next_versions(state: Path, tmp_path: Path) -> None:
    (tmp_path / "members.csv").write_text("member\nM1\nM2\n", encoding="utf-8")
    coupons = '[settings]\ncoupon_codes = [{prefix = "C", length = 2}]\n' + "".join(
        f'[coupons.C{number}]\ntype = "cash"\noff = 100\nowner = "{owner}"\n'
        for number, owner in enumerate(("M1", "M1", "M9"))
    )
    (tmp_path / "rules.toml").write_text(coupons, encoding="utf-8")
    assert main(["--state", str(state), "members", "import", str(tmp_path / "members.csv")]) == 0
    assert run(state, "publish-rules", str(tmp_path / "rules.toml")) == 0
    store = SqliteStore(state / "hq.db")
    changed = store.people.changed("S01", since=2, limit=9)
    store.close()
    assert [person.id for _, person in changed] == [MemberId("M1")]
