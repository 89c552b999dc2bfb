"""A till with done sales, for tests of what happens after them."""

from typing import TypeVar

from msgspec.structs import replace

from terminal.checkout.after.paper import ReturnSlip
from terminal.checkout.effects import PrintSlip
from terminal.wire.return_events import SaleReturned
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_shop import (
    CHIPS,
    COLA,
    SETTINGS,
    WATER,
    Shop,
)

FactT = TypeVar("FactT")
MANAGER, SUPERVISOR, SENIOR, CASHIER = "9002", "2001", "1003", "1001"
OPEN_SHIFT = ("f17", "0", "enter")


def till(staff: str = MANAGER, **more: object) -> Bench:
    """Return a till with somebody signed in."""
    return Bench(**more).sign_in(staff)  # type: ignore[arg-type]


def sold(staff: str = MANAGER, **more: object) -> Bench:
    """Return a till that sold three colas, a water and chips for cash: 3 * 3.50 + 2.00 + 6.90 = 19.40."""
    bench = till(staff, **more)
    bench.write("3*")
    bench.scan(COLA)
    bench.scan(WATER)
    bench.scan(CHIPS)
    bench.press("f12")
    return bench


def on_receipt(bench: Bench) -> Bench:
    """Open the page of the last sale."""
    bench.press("f7", "enter")
    return bench


def give_back(bench: Bench, reason: str = "1") -> SaleReturned:
    """Give back what is chosen, with a yes, and return the fact."""
    bench.press("f12", reason, "enter")
    return only(bench, SaleReturned)


def only(bench: Bench, kind: type[FactT]) -> FactT:
    """Return the last fact of a kind."""
    return [fact for fact in bench.facts if isinstance(fact, kind)][-1]


def papers(bench: Bench) -> list[ReturnSlip]:
    slips = (effect.slip for effect in bench.effects if isinstance(effect, PrintSlip))
    return [slip for slip in slips if isinstance(slip, ReturnSlip)]


def shop(**changes: object) -> dict[int, Shop]:
    """Return a book with other settings."""
    return {1: Shop(settings=replace(SETTINGS, **changes))}
