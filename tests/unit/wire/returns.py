"""Builders of returns."""

from msgspec.structs import replace

from terminal.domain.ids import ActionId, StaffNumber
from terminal.domain.text import clean
from terminal.wire.return_events import ReturnKind, SaleReturned

HEAD = SaleReturned(
    act=ActionId("return:1"),
    kind=ReturnKind.REFUND,
    number="S01-T03-1-R00001",
    count=1,
    staff=StaffNumber("1024"),
    reason=clean("质量"),
    amount_fen=0,
    lines=(),
    local_time="2026-11-24T10:30:00",
    returned_ms=1_795_050_000_000,
)


def head(number: int = 1, kind: ReturnKind = ReturnKind.REFUND, *, shift: int | None = None) -> SaleReturned:
    """Return what a till says of its n-th return before it is worked out."""
    return replace(
        HEAD, act=ActionId(f"return:{number}"), count=number, number=f"S01-T03-1-R{number:05d}", kind=kind, shift=shift
    )
