"""Rules and coupons that count in the whole chain: each sale once, in any order."""

from contextlib import closing
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hq.store.members.port import NOBODY, RuleCount
from hq.store.sqlite import SqliteStore
from terminal.domain.ids import SaleId, Sku
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CouponCode, MemberId
from tests.unit.hq.members.acts import M1, M2

TODAY, BEFORE = "2026-03-18", "2026-03-17"
MILK = Sku("1001")
C1 = CouponCode("C1")


def sale(number: int) -> SaleId:
    return SaleId(f"s{number}")


def sell(store: SqliteStore, number: int, *counts: RuleCount, member: MemberId = M1, day: str = TODAY) -> None:
    store.rule_uses.count(sale(number), counts, member=member, day=day)


def test_uses_count_for_all_for_the_member_and_for_the_day(store: SqliteStore) -> None:
    with store.transaction():
        sell(store, 1, RuleCount(rule="R1"), RuleCount(rule="P1"), RuleCount(rule="P1", sku=MILK, units=3))
        sell(store, 2, RuleCount(rule="R1"), day=BEFORE)
        sell(store, 3, RuleCount(rule="R1"), member=M2)
        sell(store, 4, RuleCount(rule="R1"), member=NOBODY)
        sell(store, 5)
    assert store.rule_uses.of((M1,), day=TODAY) == Uses(
        total={"R1": 4, "P1": 1},
        member_ever={"R1": 2, "P1": 1},
        member_today={"R1": 1, "P1": 1},
        units_today={("P1", MILK): 3},
    )
    assert store.rule_uses.of((), day=TODAY) == Uses(total={"R1": 4, "P1": 1})
    assert store.rule_uses.of((M2, M1), day=BEFORE).member_ever == {"R1": 3, "P1": 1}
    assert store.rule_uses.differences() == []


def test_void_gives_back_once_also_when_it_comes_first(store: SqliteStore) -> None:
    with store.transaction():
        sell(store, 1, RuleCount(rule="R1"), RuleCount(rule="R1", sku=MILK, units=2))
        store.rule_uses.give_back(sale(2))
        sell(store, 2, RuleCount(rule="R1"))
        for _ in range(2):
            store.rule_uses.give_back(sale(1))
            sell(store, 1, RuleCount(rule="R1"))
    assert store.rule_uses.of((M1,), day=TODAY) == Uses()
    assert store.rule_uses.differences() == []


def test_counts_that_were_changed_are_found(store: SqliteStore) -> None:
    with store.transaction():
        sell(store, 1, RuleCount(rule="R1"))
    store._database.run("UPDATE rule_count SET units = 5 WHERE member = '' OR day <> ''")
    assert store.rule_uses.differences() == [
        "rule R1: all used it 5 times, not 1",
        f"rule R1: M1 {TODAY} used it 5 times, not 1",
    ]


def test_member_that_is_forgotten_leaves_the_counts_of_all(store: SqliteStore) -> None:
    with store.transaction():
        sell(store, 1, RuleCount(rule="R1"))
        store.rule_uses.forget(M1)
        store.rule_uses.forget(NOBODY)
    assert store.rule_uses.of((M1,), day=TODAY) == Uses(total={"R1": 1})
    assert store.rule_uses.differences() == []


counts = st.lists(st.sampled_from(["R1", "R2", "R3"]), unique=True, max_size=3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(sales=st.lists(st.tuples(counts, st.sampled_from([M1, M2, NOBODY]), st.booleans()), max_size=6), data=st.data())
def test_any_order_and_repetition_of_sales_and_voids_counts_the_same(
    tmp_path: Path, sales: list[tuple[list[str], MemberId, bool]], data: st.DataObject
) -> None:
    path = tmp_path / "any.db"
    path.unlink(missing_ok=True)
    done = [(number, "sell") for number in range(len(sales))]
    undone = [(number, "void") for number, (_, _, voided) in enumerate(sales) if voided]
    told = data.draw(st.permutations([*done, *done, *undone, *undone]))
    with closing(SqliteStore(path)) as store, store.transaction():
        for number, what in told:
            rules, member, _ = sales[number]
            if what == "void":
                store.rule_uses.give_back(sale(number))
            else:
                sell(store, number, *(RuleCount(rule=rule) for rule in rules), member=member)
        standing = [(rule, member) for rules, member, voided in sales if not voided for rule in rules]
        for member in (M1, M2):
            uses = store.rule_uses.of((member,), day=TODAY)
            for rule in ("R1", "R2", "R3"):
                assert uses.total.get(rule, 0) == sum(one == rule for one, _ in standing)
                assert uses.member_ever.get(rule, 0) == standing.count((rule, member))
        assert store.rule_uses.differences() == []


def test_coupon_is_used_until_its_sale_is_undone(store: SqliteStore) -> None:
    assert store.coupons.status(C1) is None
    with store.transaction():
        assert store.coupons.use(C1, sale(1), at_ms=1) == []
        assert store.coupons.use(C1, sale(1), at_ms=1) == []
    assert store.coupons.status(C1) == "used"
    with store.transaction():
        store.coupons.give_back(C1, sale(1), "issued", at_ms=2)
    assert store.coupons.status(C1) == "issued"
    with store.transaction():
        assert store.coupons.use(C1, sale(2), at_ms=3) == []
    assert store.coupons.status(C1) == "used"
    with store.transaction():
        store.coupons.give_back(C1, sale(2), "expired", at_ms=4)
    assert store.coupons.status(C1) == "expired"


def test_coupon_whose_points_came_back_is_good_no_more_also_when_its_sale_is_undone(store: SqliteStore) -> None:
    with store.transaction():
        store.coupons.use(C1, sale(1), at_ms=1)
        store.coupons.give_back(C1, SaleId("act:2"), "void", at_ms=2)
    assert store.coupons.status(C1) == "used"
    with store.transaction():
        store.coupons.give_back(C1, sale(1), "issued", at_ms=3)
    assert store.coupons.status(C1) == "void"


def test_coupon_that_two_sales_used_names_the_other_one(store: SqliteStore) -> None:
    with store.transaction():
        store.coupons.use(C1, sale(1), at_ms=1)
        assert store.coupons.use(C1, sale(2), at_ms=2) == ["s1"]
        assert store.coupons.use(C1, sale(1), at_ms=1) == ["s2"]


def test_return_that_comes_before_its_sale_leaves_the_coupon_free(store: SqliteStore) -> None:
    with store.transaction():
        store.coupons.give_back(C1, sale(1), "issued", at_ms=2)
        assert store.coupons.use(C1, sale(1), at_ms=1) == []
        assert store.coupons.status(C1) == "issued"
        assert store.coupons.use(C1, sale(2), at_ms=3) == []
        assert store.coupons.use(C1, sale(1), at_ms=1) == []
    assert store.coupons.status(C1) == "used"
