"""What a basket costs: all stages, the best choice of exclusive rules, coupons, and what every unit owes to which rule.

The engine is pure: the same lines, rules and customer give the same amounts. A `Pricer` remembers the last basket, so
that one more line prices only what it changes.
"""

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from msgspec import Struct

from terminal.domain.ids import Sku
from terminal.domain.pricing.cart import ActiveRules, Cart
from terminal.domain.pricing.choice import MAX_WAYS, Search, by_priority, ways
from terminal.domain.pricing.course import Course, course_of, walk
from terminal.domain.pricing.effects import Effect, Running, effect, spread_over
from terminal.domain.pricing.parts import components
from terminal.domain.pricing.reach import reach_of
from terminal.domain.pricing.redeeming import NO_COUPONS_HERE, Coupons, Presenting, Redeemed, present
from terminal.domain.pricing.steps import ItemStep, OrderStep, Step
from terminal.domain.promotions.kinds import ItemRule, StagedRule
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import SaleLine


class Selection(StrEnum):
    """How one rule of an exclusive group is chosen."""

    BEST = "best"
    PRIORITY = "priority"


NO_COUPONS = Presenting()


class AppliedRule(Struct, frozen=True):
    """A rule that took something off, and what off which unit."""

    rule: StagedRule
    effect: Effect


class PricedBasket(Struct, frozen=True, kw_only=True):
    """Amounts in fen of all units in unit order; ``starts`` is the first unit of each line, and the end of the last.

    ``set_by`` says what set the base of a unit, a `PriceReason` or the id of a rule. ``applied`` stands in the order
    in which the rules ran. ``exact`` is False if there were too many ways, so that groups were chosen by priority.
    """

    lines: tuple[SaleLine, ...]
    starts: tuple[int, ...]
    list_fen: tuple[int, ...]
    base_fen: tuple[int, ...]
    net_fen: tuple[int, ...]
    set_by: tuple[str, ...]
    applied: tuple[AppliedRule, ...] = ()
    coupons: tuple[Redeemed, ...] = ()
    exact: bool = True

    @property
    def gross_fen(self) -> int:
        """What all would cost at list."""
        return sum(self.list_fen)

    @property
    def due_fen(self) -> int:
        """What is to pay, before rounding."""
        return sum(self.net_fen)

    def by_line(self, amounts: Sequence[int]) -> list[int]:
        """Sum amounts of units by line."""
        return [sum(amounts[start:end]) for start, end in zip(self.starts, self.starts[1:], strict=False)]


class Pricer:
    """Prices baskets with one rule set. Which basket comes next does not matter; a similar one is quicker."""

    def __init__(self, rules: RuleSet, *, selection: Selection = Selection.BEST) -> None:
        self.rules = rules
        self.selection = selection
        self._active: ActiveRules | None = None
        self._cart: Cart | None = None
        self._concerned: dict[int, list[Sku]] = {}
        self._steps: dict[int, Step] = {}
        self._chosen: frozenset[int] = frozenset()

    def price(self, lines: tuple[SaleLine, ...], shopping: Shopping, coupons: Presenting = NO_COUPONS) -> PricedBasket:
        """Return what some lines cost this customer at this time; voided ones cost nothing.

        Lines must make sense (`check_line`).
        """
        cart = self._entered(lines, shopping)
        steps = [self._steps[rank] for rank in sorted(self._steps)]
        presented = present(coupons, shopping.local_time, cart)
        start = _start(cart)
        course = course_of(steps)
        chosen, exact = self._choose(cart, steps, course, presented, start)
        self._chosen = chosen
        return _finished(cart, walk(course, chosen, start), start, presented, exact=exact)

    def _entered(self, lines: tuple[SaleLine, ...], shopping: Shopping) -> Cart:
        """Bring cart and steps up to date."""
        cart = self._cart
        changed = None
        if cart is not None and cart.active.shopping == shopping:
            changed = cart.enter(lines)
        if cart is None or changed is None:
            cart = self._cart = Cart(ActiveRules(self.rules, shopping))
            self._concerned, self._steps = {}, {}
            changed = cart.enter(lines) or set()
        self._make_ready(cart, changed)
        return cart

    def _make_ready(self, cart: Cart, changed: Iterable[Sku]) -> None:
        """Make the rules ready that articles have a part in whose units changed."""
        touched: dict[int, list[Sku]] = {}
        for sku in changed:
            for rank in self.rules.ranks_of(sku, cart.categories[sku]):
                touched.setdefault(rank, []).append(sku)
        start = _start(cart)
        for rank, skus in touched.items():
            if not cart.active(self.rules.staged[rank]):
                continue
            concerned = self._concerned.setdefault(rank, skus)
            if concerned is not skus:
                concerned += [sku for sku in skus if sku not in concerned]
            step = self._step(rank, cart, start)
            if step is None or step.most == 0:
                self._steps.pop(rank, None)
            else:
                self._steps[rank] = step

    def _step(self, rank: int, cart: Cart, start: Running) -> Step | None:
        rule = self.rules.staged[rank]
        reach = reach_of(rule, cart, self._concerned[rank])
        if not reach.units:
            return None
        if isinstance(rule, ItemRule):
            return ItemStep(rank, rule, reach, start)
        return OrderStep(rank, rule, reach, start, cart.active.shopping.shopper)

    def _choose(
        self, cart: Cart, steps: Sequence[Step], course: Course, coupons: Coupons, start: Running
    ) -> tuple[frozenset[int], bool]:
        """Return the ranks of the grouped rules to be applied, and whether all ways were weighed."""
        if not any(step.group for step in steps):
            return frozenset(), True
        if self.selection is Selection.PRIORITY:
            return by_priority(course, start.copy()), True
        chosen: set[int] = set()
        exact = True
        for part, of_part in self._parts(steps, cart.articles, coupons):
            of_steps = course if len(part) == len(steps) else course_of(part)
            if ways(part) <= MAX_WAYS:
                search = Search(of_steps, part, of_part)
                chosen |= search.run(start, self._chosen)
            else:
                chosen |= by_priority(of_steps, start.copy())
                exact = False
        return frozenset(chosen), exact

    def _parts(
        self, steps: Sequence[Step], articles: Collection[Sku], coupons: Coupons
    ) -> list[tuple[Sequence[Step], Coupons]]:
        """Return what can be searched apart: steps with a group, and all that hang together with them.

        Steps do that if they touch the same articles, or are of the same group; coupons do with what they touch.
        """
        links: list[Sequence[Sku]] = [self._concerned[step.rank] for step in steps]
        if any(len(link) == len(articles) for link in links):
            return [(steps, coupons)]
        groups: dict[str, dict[Sku, None]] = {}
        for step, link in zip(steps, links, strict=True):
            if step.group is not None:
                groups.setdefault(step.group, {})[link[0]] = None
        *owners, of_coupons = components([*links, *(list(ends) for ends in groups.values()), coupons.skus])
        parts: dict[int, list[Step]] = {}
        for step, owner in zip(steps, owners, strict=False):
            parts.setdefault(owner, []).append(step)
        return [
            (part, coupons if owner == of_coupons else NO_COUPONS_HERE)
            for owner, part in parts.items()
            if any(step.group for step in part)
        ]


def _start(cart: Cart) -> Running:
    """Return a basket before any rule."""
    return Running(cart.base_fen.copy(), cart.base_fen.copy(), sum(cart.base_fen))


def _finished(
    cart: Cart, done: Iterable[tuple[Step, Effect]], running: Running, coupons: Coupons, *, exact: bool
) -> PricedBasket:
    """Run the coupons after all that was done, and take off what was taken off by hand."""
    redeemed = coupons.redeem(running)
    for index, line in enumerate(cart.lines):
        if line.reductions and not line.voided:
            _reduce(line, cart.span(index), running)
    return PricedBasket(
        lines=cart.lines,
        starts=tuple(cart.starts),
        list_fen=tuple(cart.list_fen),
        base_fen=tuple(cart.base_fen),
        net_fen=tuple(running.net),
        set_by=tuple(cart.set_by),
        applied=tuple(AppliedRule(step.rule, off) for step, off in done),
        coupons=tuple(redeemed),
        exact=exact,
    )


def _reduce(line: SaleLine, units: Sequence[int], running: Running) -> None:
    """Take off a line what was taken off by hand, never more than is to pay."""
    weights = [max(running.net[unit], 0) for unit in units]
    off_fen = min(sum(reduction.off_fen for reduction in line.reductions), sum(weights))
    running.apply(effect(spread_over(off_fen, units, weights)))
