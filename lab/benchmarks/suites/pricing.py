"""``pricing``: what a basket costs, with many rules loaded; from nothing, and after one more scan."""

from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from lab.benchmarks.measure.timing import each_ns, in_ms, percentile
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.promotion_peers import medians_ms
from lab.cases.lines import read_lines
from lab.cases.player import decoded
from lab.cases.reading import read_cases
from lab.cases.schema import Quote
from lab.cases.setup import read_setup
from terminal.domain.errors import InputError
from terminal.domain.pricing.engine import Pricer
from terminal.domain.pricing.redeeming import Presenting
from terminal.domain.promotions.coupons import CouponCode
from terminal.domain.promotions.rule_set import RuleSet, Shopping
from terminal.domain.sale import SaleLine

CASES = Path(__file__).parents[3] / "tests" / "golden" / "cases"
RUNS = 40
"""How many baskets of each kind are priced; each further scan is of another article."""
FRESH_MS = {"bench_100": 3, "bench_1000": 15}
AGAIN_MS = {"bench_200x1000": 10}


class Till(Struct, frozen=True, kw_only=True):
    """The basket of a case, the rules that are loaded, the customer, and an article for each further scan."""

    rules: RuleSet
    lines: tuple[SaleLine, ...]
    shopping: Shopping
    coupons: Presenting
    further: tuple[SaleLine, ...]


def measure(run: Run) -> list[Result]:
    """Measure the three baskets; the peers know too few kinds of rule for the third."""
    beside = {name: medians_ms(CASES / f"{name}.json", run) for name in FRESH_MS}
    return [
        figure
        for name in ("bench_100", "bench_1000", "bench_200x1000")
        for figure in measure_case(name, runs=RUNS, peers=beside.get(name, {}))
    ]


def measure_case(name: str, *, runs: int, peers: Mapping[str, float]) -> list[Result]:
    """Price the basket of a case so often, from nothing and after one more scan; return the medians.

    The peers price a basket from nothing at each change of it.
    """
    till = stage(name)
    lines, rules = len(till.lines), len(till.rules.rules)
    what = f"pricing.{lines}-lines.{rules}-rules"
    fresh_ms = percentile(in_ms(each_ns(lambda: price_fresh(till), times=runs)), 50)
    again_ms = percentile(in_ms([again_ns(till, one) for one in till.further[:runs]]), 50)
    return [
        _figure(f"{what}.from-nothing.p50", fresh_ms, FRESH_MS.get(name), peers),
        _figure(f"{what}.one-more-scan.p50", again_ms, AGAIN_MS.get(name), peers),
    ]


def _figure(name: str, value: float, target: float | None, peers: Mapping[str, float]) -> Result:
    if target is None:
        return noted(name, value, unit="ms", peers=peers)
    return at_most(name, value, unit="ms", target=target, peers=peers)


def stage(name: str) -> Till:
    """Return the till of a benchmark's case file."""
    (case,) = read_cases(CASES / f"{name}.json")
    setup = read_setup(case)
    quote = decoded(case.steps[0])
    if not isinstance(quote, Quote):
        raise InputError(f"{name} asks for no price")
    lines = read_lines(quote.lines, setup, approved=False)
    member = next((one for one in setup.members.values() if one.id == quote.member), None)
    known = {line.sku: line for line in lines}
    return Till(
        rules=setup.rules,
        lines=lines,
        shopping=Shopping(local_time=case.now, shopper=None if member is None else member.shopper),
        coupons=Presenting(
            codes=tuple(CouponCode(code) for code in quote.coupons),
            known=setup.coupons,
            member=None if member is None else member.id,
        ),
        further=tuple(replace(line, number=len(lines) + 1) for line in known.values()),
    )


def price_fresh(till: Till) -> None:
    """Price the basket as if it had just been recalled."""
    Pricer(till.rules).price(till.lines, till.shopping, till.coupons)


def again_ns(till: Till, one: SaleLine) -> int:
    """Return the nanoseconds of the price after one more scan."""
    pricer = Pricer(till.rules)
    pricer.price(till.lines, till.shopping, till.coupons)
    return each_ns(_priced(pricer, till, (*till.lines, one)), times=1)[0]


def _priced(pricer: Pricer, till: Till, lines: tuple[SaleLine, ...]) -> Callable[[], object]:
    return lambda: pricer.price(lines, till.shopping, till.coupons)
