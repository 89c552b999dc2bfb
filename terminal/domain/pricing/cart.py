"""The units of a basket and the price stage: what each costs before any rule about several (CHECKOUT 3)."""

from bisect import insort
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import chain, compress, count
from operator import is_not

from msgspec import Struct

from terminal.domain.catalog import Unit
from terminal.domain.ids import Sku
from terminal.domain.money import half_up
from terminal.domain.promotions.kinds import AnyRule, QtyPrice, SpecialPrice
from terminal.domain.promotions.rule_set import RuleSet, Shopping, is_active
from terminal.domain.sale import SaleLine

GRAMS_PER_KG = 1000


class PriceReason(StrEnum):
    """What set the base of a unit, if it was no rule."""

    LIST = "list"
    MEMBER = "member"
    PRINTED = "printed"
    OVERRIDE = "override"
    COUNT_CARD = "count_card"


def amount_of(line: SaleLine, price_fen: int) -> int:
    """Return what one unit of a line costs at a price per piece or per kg, rounded half up."""
    if line.unit is Unit.KG:
        return half_up(price_fen * (line.weight_g or 0), GRAMS_PER_KG)
    return price_fen


class ActiveRules:
    """Which rules of a set work in one basket. Each is asked once: a basket is priced at one time, for one customer."""

    def __init__(self, rules: RuleSet, shopping: Shopping) -> None:
        self.rules = rules
        self.shopping = shopping
        self._known: dict[str, bool] = {}

    def __call__(self, rule: AnyRule) -> bool:
        """Whether a rule works."""
        known = self._known.get(rule.id)
        if known is None:
            known = self._known[rule.id] = is_active(rule, self.shopping)
        return known


class ArticleUnits(Struct, frozen=True):
    """The unlocked units of one article, ascending; ``pieces`` are those that are counted, not weighed."""

    category: str = ""
    units: tuple[int, ...] = ()
    pieces: tuple[int, ...] = ()


NOT_THERE = ArticleUnits()


class Cart:
    """All units of a basket in unit order: by line, then within it. A voided line keeps its units, worth nothing.

    ``list_fen`` and ``base_fen`` have an amount for each unit, ``set_by`` what set its base: a `PriceReason` or the id
    of a rule. `enter` prices again only the articles of lines that changed, and returns which these are.
    """

    def __init__(self, active: ActiveRules) -> None:
        self.active = active
        self.lines: tuple[SaleLine, ...] = ()
        self.starts: list[int] = [0]
        self.list_fen: list[int] = []
        self.base_fen: list[int] = []
        self.set_by: list[str] = []
        self.articles: dict[Sku, ArticleUnits] = {}
        self.categories: dict[Sku, str] = {}
        self._places: dict[Sku, list[int]] = {}

    def enter(self, lines: tuple[SaleLine, ...]) -> set[Sku] | None:
        """Take the lines of a basket; return the articles whose units changed.

        None: the number of units of an earlier line changed, so all later ones moved; only a new cart can take that.
        """
        before = self.lines
        changed = [*range(len(before), len(lines))]
        if lines[: len(before)] != before:
            if len(before) > len(lines) or any(map(_is_longer, lines, before)):
                return None
            changed = [*compress(count(), map(is_not, lines, before)), *changed]
        self.lines = lines
        skus = {before[index].sku for index in changed if index < len(before)}
        for index in changed:
            self._place(index)
            skus.add(lines[index].sku)
        for sku in skus:
            self._price_article(sku)
        return skus

    def span(self, index: int) -> range:
        """Return the units of a line."""
        return range(self.starts[index], self.starts[index + 1])

    def units(self, skus: Iterable[Sku], *, skip_promoted: bool) -> tuple[int, ...]:
        """Return the unlocked units of some articles in unit order, perhaps without those that are cheaper already."""
        return self._kept([self.articles.get(sku, NOT_THERE).units for sku in skus], skip_promoted=skip_promoted)

    def pieces(self, skus: Iterable[Sku], *, skip_promoted: bool) -> tuple[int, ...]:
        """Return those of `units` that are counted, not weighed."""
        return self._kept([self.articles.get(sku, NOT_THERE).pieces for sku in skus], skip_promoted=skip_promoted)

    def dearest(self, units: Iterable[int]) -> tuple[int, ...]:
        """Return units by falling base, then in unit order."""
        base = self.base_fen
        return tuple(sorted(sorted(units), key=base.__getitem__, reverse=True))

    def _kept(self, articles: Sequence[tuple[int, ...]], *, skip_promoted: bool) -> tuple[int, ...]:
        units = articles[0] if len(articles) == 1 else sorted(chain.from_iterable(articles))
        if skip_promoted:
            units = [unit for unit in units if self.base_fen[unit] == self.list_fen[unit]]
        return tuple(units)

    def _place(self, index: int) -> None:
        """Give a line its units, at list or member price."""
        line = self.lines[index]
        units = line.units
        list_fen, base_fen, set_by = _entered(line, member=self.active.shopping.shopper is not None)
        if index + 1 == len(self.starts):
            self.starts.append(self.starts[index] + units)
            self.list_fen += [list_fen] * units
            self.base_fen += [base_fen] * units
            self.set_by += [set_by] * units
        else:
            start, end = self.starts[index], self.starts[index + 1]
            self.list_fen[start:end] = [list_fen] * units
            self.base_fen[start:end] = [base_fen] * units
            self.set_by[start:end] = [set_by] * units
        self.categories.setdefault(line.sku, line.category)
        places = self._places.setdefault(line.sku, [])
        if index not in places:
            insort(places, index)

    def _price_article(self, sku: Sku) -> None:
        """Find what there is of an article that is unlocked, and what rules make of its price."""
        places = [index for index in self._places[sku] if self._is_open(index, sku)]
        if not places:
            self.articles[sku] = NOT_THERE
            return
        if self.active.rules.prices(sku):
            stage = _PriceStage(self.active, sku, sum(_counted(self.lines[index]) for index in places))
            for index in places:
                self._offer(index, stage)
        units = tuple([unit for index in places for unit in self.span(index)])
        weighed = self.lines[places[0]].unit is Unit.KG
        self.articles[sku] = ArticleUnits(self.categories[sku], units, () if weighed else units)

    def _offer(self, index: int, stage: "_PriceStage") -> None:
        """Give the units of a line their base; a printed price stands as it is."""
        line = self.lines[index]
        if line.printed_fen is None:
            _, base_fen, set_by = _entered(line, member=stage.member)
            priced = stage.price(line, (base_fen, set_by))
            start, end = self.starts[index], self.starts[index + 1]
            self.base_fen[start:end] = [fen for fen, _ in priced]
            self.set_by[start:end] = [by for _, by in priced]

    def _is_open(self, index: int, sku: Sku) -> bool:
        line = self.lines[index]
        return line.sku == sku and not line.voided and not line.is_locked


def _is_longer(new: SaleLine, old: SaleLine) -> bool:
    return new is not old and new.units != old.units


def _entered(line: SaleLine, *, member: bool) -> tuple[int, int, str]:
    """Return list and base of each unit of a line before any rule, and what set the base."""
    if line.voided:
        return 0, 0, PriceReason.LIST
    list_fen = amount_of(line, line.price_fen) if line.printed_fen is None else line.printed_fen
    if line.quantity < 0:
        return -list_fen, *_base_of_returned(line, list_fen)
    return list_fen, *_base(line, list_fen, member=member)


def _base_of_returned(line: SaleLine, list_fen: int) -> tuple[int, str]:
    """Return what is given for a deposit that comes back: what a manager set, else what is asked for one."""
    if line.override_fen is not None:
        return -amount_of(line, line.override_fen), PriceReason.OVERRIDE
    return -list_fen, PriceReason.LIST


def _base(line: SaleLine, list_fen: int, *, member: bool) -> tuple[int, str]:
    if line.override_fen is not None:
        return amount_of(line, line.override_fen), PriceReason.OVERRIDE
    if line.count_card is not None:
        return 0, PriceReason.COUNT_CARD
    if line.printed_fen is not None:
        return list_fen, PriceReason.PRINTED
    if member and line.member_price_fen is not None and line.discountable:
        return _lower((list_fen, PriceReason.LIST), amount_of(line, line.member_price_fen), PriceReason.MEMBER)
    return list_fen, PriceReason.LIST


def _counted(line: SaleLine) -> int:
    """Return how many pieces of a line count for a price by quantity."""
    return 0 if line.unit is Unit.KG or line.printed_fen is not None else line.quantity


class _PriceStage:
    """The prices that one article may have in a basket. Of equal prices the first that is offered counts."""

    def __init__(self, active: ActiveRules, sku: Sku, pieces: int) -> None:
        rules = active.rules
        self.member = active.shopping.shopper is not None
        self.by_quantity = [
            (min_price, rule.id)
            for rule in rules.qty_prices.get(sku, ())
            if active(rule) and (min_price := _break_price(rule, pieces)) is not None
        ]
        self.specials = [
            (rule.prices[sku], rule.id, _allowance(rule, sku, active.shopping))
            for rule in rules.special_prices.get(sku, ())
            if active(rule)
        ]
        self.taken = 0
        """How many units the limits have seen."""

    def price(self, line: SaleLine, best: tuple[int, str]) -> list[tuple[int, str]]:
        """Return base and what set it, for each unit of the next line; ``best`` is what it costs without rules."""
        if line.unit is Unit.EACH:
            for price_fen, rule_id in self.by_quantity:
                best = _lower(best, price_fen, rule_id)
        specials = [(amount_of(line, price), rule_id, allowance) for price, rule_id, allowance in self.specials]
        first, self.taken = self.taken, self.taken + line.units
        if all(allowance is None for _, _, allowance in specials):
            return [_best_special(best, specials, 0)] * line.units
        return [_best_special(best, specials, unit) for unit in range(first, self.taken)]


def _best_special(
    best: tuple[int, str], specials: Iterable[tuple[int, str, int | None]], ordinal: int
) -> tuple[int, str]:
    for price_fen, rule_id, allowance in specials:
        if allowance is None or ordinal < allowance:
            best = _lower(best, price_fen, rule_id)
    return best


def _lower(best: tuple[int, str], price_fen: int, by: str) -> tuple[int, str]:
    return (price_fen, by) if price_fen < best[0] else best


def _break_price(rule: QtyPrice, pieces: int) -> int | None:
    """Return the price of the largest break that is reached; of two, the lower one."""
    reached = [(step.min_qty, -step.price) for step in rule.breaks if step.min_qty <= pieces]
    return -max(reached)[1] if reached else None


def _allowance(rule: SpecialPrice, sku: Sku, shopping: Shopping) -> int | None:
    """Return for how many units a special price is left; None = for all."""
    limits = [] if rule.limit is None else [rule.limit]
    if rule.daily_member_units is not None:
        limits.append(rule.daily_member_units - shopping.uses.units_today.get((rule.id, sku), 0))
    return min(limits, default=None)
