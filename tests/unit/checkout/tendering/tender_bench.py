"""A member before the till, with points, stored value and coupons, and a shop that takes all of them."""

from msgspec.structs import replace

from terminal.checkout.inputs import LinkReported
from terminal.domain.members.points import PointsProgram
from terminal.wire.doorbell import LinkChanged
from terminal.wire.events import SaleCompleted
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_members import MEMBER, PEOPLE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    CHIPS,
    Rules,
)

PROGRAM = PointsProgram(redeem_step=100, redeem_max_bp=5_000)


def shop(program: PointsProgram | None = PROGRAM, **settings: object) -> Bench:
    """Return a till with a cashier and HQ; 1,240 points of its member are worth 12.40, 86.20 are stored."""
    declared = settings if program is None else {"points": program, **settings}
    bench = Bench(rules={1: Rules(settings=declared)}, offer_rules=1, members=MemoryMembers(rows=PEOPLE))
    bench.sign_in()
    return online(bench)


def online(bench: Bench, *, now: bool = True) -> Bench:
    """Let HQ be there, or away."""
    bench.send(LinkReported(LinkChanged(online=now, acked_seq=0)))
    return bench


def settling(bench: Bench | None = None, *, chips: int = 1, member: str = MEMBER) -> Bench:
    """Return a member's sale over so many times 6.90 on the tender page."""
    bench = bench or shop(replace(PROGRAM, redeem_step=1, redeem_max_bp=10_000))
    bench.write(f"{chips}*")
    bench.scan(CHIPS)
    if member:
        bench.scan(member)
    bench.press("enter")
    return bench


def done(bench: Bench) -> SaleCompleted:
    """Return the sale that is done."""
    fact = bench.facts[-1]
    assert isinstance(fact, SaleCompleted)
    return fact
