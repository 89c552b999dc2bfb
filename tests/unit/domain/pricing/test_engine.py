import gc
import tracemalloc
from collections.abc import Sequence

from msgspec.structs import replace

from terminal.domain.pricing.choice import MAX_WAYS
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.parts import components
from terminal.domain.pricing.steps import MEMORY
from terminal.domain.promotions.conditions import Scope
from terminal.domain.promotions.kinds import AnyRule, RuleId, SpecialPrice, SpendOff, SpendPercent, SpendTier
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import Reduction, SaleLine
from terminal.domain.text import clean
from tests.unit.domain.baskets import make_line

CODE = "*redeeming.py"
TIERS = (SpendTier(min=0, off=10), SpendTier(min=900, off=5))
NOON = Shopping(local_time="2026-03-18T12:00:00")


def off(name: str, off_fen: int, *, group: str | None = None, priority: int = 100) -> SpendOff:
    return SpendOff(id=RuleId(name), min=0, off=off_fen, group=group, priority=priority)


def due(rules: Sequence[AnyRule], *lines: SaleLine) -> int:
    return Pricer(RuleSet(rules)).price(lines, NOON).due_fen


def test_above_so_many_ways_groups_are_chosen_by_priority_and_that_is_told() -> None:
    pairs = [
        off(f"{group}{place}", 1 + place, group=f"G{group}", priority=place) for group in range(13) for place in (0, 1)
    ]
    assert MAX_WAYS < 3**13
    basket = Pricer(RuleSet(pairs)).price((make_line(price_fen=1000),), NOON)
    assert not basket.exact
    assert basket.due_fen == 1000 - 13


def test_many_groups_that_touch_nothing_in_common_are_searched_apart() -> None:
    lines = tuple(make_line(number, price_fen=1000) for number in range(1, 14))
    pairs = [
        replace(off(f"{line.sku}-{place}", 1 + place, group=f"G{line.sku}"), scope=_only(line))
        for line in lines
        for place in (0, 1)
    ]
    basket = Pricer(RuleSet(pairs)).price(lines, NOON)
    assert basket.exact
    assert basket.due_fen == 13 * (1000 - 2)


def test_nothing_stays_of_baskets_whose_parts_have_no_coupon() -> None:
    rules = RuleSet([replace(off(f"R{n}", 100, group=f"G{n}"), scope=_only(make_line(n))) for n in (1, 2)])
    tracemalloc.start()
    for price_fen in range(1000, 1500):
        Pricer(rules).price((make_line(1, price_fen=price_fen), make_line(2)), NOON)
    gc.collect()
    kept = tracemalloc.take_snapshot().filter_traces((tracemalloc.Filter(inclusive=True, filename_pattern=CODE),))
    tracemalloc.stop()
    assert sum(trace.size for trace in kept.traces) < 10_000


def _only(line: SaleLine) -> Scope:
    return Scope(skus=frozenset({line.sku}))


def test_a_rule_that_takes_a_share_may_be_worse_before_than_after() -> None:
    half = SpendPercent(id=RuleId("HALF"), min=900, pay_bp=5000, priority=1)
    assert due([half, off("A", 200, group="G", priority=0)], make_line(price_fen=1000)) == 500


def test_what_is_taken_off_by_hand_comes_last_and_never_below_nothing() -> None:
    by_hand = Reduction(off_fen=700, reason=clean("破损"))
    line = replace(make_line(price_fen=500, quantity=2), reductions=(by_hand,))
    basket = Pricer(RuleSet([off("A", 400)])).price((line,), NOON)
    assert basket.net_fen == (0, 0)
    assert Pricer(RuleSet()).price((line,), NOON).net_fen == (150, 150)


def test_a_step_forgets_its_oldest_answers_and_still_answers_right() -> None:
    """What the first rule takes off the first line differs in each basket; the second rule is about that line only."""
    first = make_line(1, price_fen=5000)
    tiered = SpendOff(id=RuleId("B"), tiers=TIERS, scope=_only(first))
    pricer = Pricer(RuleSet([off("A", 3000, priority=0), tiered]))
    for price_fen in range(1000, 1000 + 20 * MEMORY, 10):
        lines = (first, make_line(2, price_fen=price_fen))
        assert pricer.price(lines, NOON) == Pricer(pricer.rules).price(lines, NOON)


def test_a_printed_price_stands_whatever_rules_say_about_the_price_of_its_article() -> None:
    line = replace(make_line(price_fen=500), printed_fen=450)
    special = SpecialPrice(id=RuleId("S"), prices={line.sku: 100})
    basket = Pricer(RuleSet([special])).price((line, make_line(price_fen=500)), NOON)
    assert basket.base_fen == (450, 100)
    assert basket.set_by == ("printed", "S")


def test_links_that_share_an_end_belong_together() -> None:
    assert components([["a"], ["b", "c"], ["c", "d"], [], ["a"]]) == [0, 1, 1, -4, 0]
    assert components([["a", "b"], ["a"], []]) == [0, 0, -3]
