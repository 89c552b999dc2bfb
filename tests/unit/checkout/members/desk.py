"""A till with members, for tests of what is done for them."""

from typing import TypeVar

from msgspec.structs import replace

from terminal.checkout.effects import PrintSlip
from terminal.checkout.inputs import LinkReported
from terminal.domain.slips.member import MemberSlip
from terminal.wire.doorbell import LinkChanged
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_members import PEOPLE, PHONE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    COLA,
)

FactT = TypeVar("FactT")


def till(*rows: MemberRow, online: bool = True, **more: object) -> Bench:
    bench = selling(members=MemoryMembers(rows=rows or PEOPLE, as_of_ms=1), **more)
    if online:
        bench.send(LinkReported(LinkChanged(online=True, acked_seq=0)))
    return bench


def on_page(bench: Bench, phone: str = PHONE) -> Bench:
    """Find a member with an article in the sale."""
    bench.scan(COLA)
    bench.press("f4", *phone, "enter")
    return bench


def only(bench: Bench, kind: type[FactT]) -> FactT:
    """Return the one fact of a kind."""
    (fact,) = (fact for fact in bench.facts if isinstance(fact, kind))
    return fact


def slips(bench: Bench) -> list[MemberSlip]:
    papers = (effect.slip for effect in bench.effects if isinstance(effect, PrintSlip))
    return [paper for paper in papers if isinstance(paper, MemberSlip)]


def member_id(bench: Bench) -> str | None:
    sale = bench.counter.record.sale
    return None if sale is None or sale.member is None else sale.member.id


def with_trade(bench: Bench, **changes: object) -> Bench:
    bench.counter = replace(bench.counter, trade=replace(bench.counter.trade, **changes))
    return bench
