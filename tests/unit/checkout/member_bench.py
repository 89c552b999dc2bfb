"""A till with members of HQ, for tests of who is bound and of their page."""

from terminal.domain.members.member import Member
from terminal.wire.counter.panels import MemberDetails, MemberPanel
from terminal.wire.members.rows import MemberRow
from tests.unit.checkout.counter_bench import (
    Bench,
    selling,
)
from tests.unit.checkout.memory_members import PEOPLE, MemoryMembers
from tests.unit.checkout.memory_shop import (
    COLA,
)


def till(*rows: MemberRow, **more: object) -> Bench:
    return selling(members=MemoryMembers(rows=rows or PEOPLE, as_of_ms=1), **more)


def on_page(*keys: str) -> Bench:
    """Return a till with an article in the sale and the page of members open."""
    bench = till()
    bench.scan(COLA)
    bench.press("f4", *keys)
    return bench


def panel(bench: Bench) -> MemberPanel:
    assert bench.view is not None
    assert isinstance(bench.view.panel, MemberPanel)
    return bench.view.panel


def details(bench: Bench) -> MemberDetails:
    shown = panel(bench).details
    assert shown is not None
    return shown


def member_of(bench: Bench) -> Member | None:
    sale = bench.counter.record.sale
    return sale.member if sale is not None else None
