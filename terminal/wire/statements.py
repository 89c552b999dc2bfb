"""What a till says under its own name: its Z reports, each on top of the journal's last row.

Columns are named one by one, as in the digest of a sale, so that a new field of the fact changes no old statement.
"""

from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from terminal.domain.shifts import OpenShift
from terminal.wire.seal import Purpose, Signer, signature_of, signed_by
from terminal.wire.shift_events import ShiftClosed

FORMAT = 1
"""First element of what is signed: another list of columns gets another number."""


def signed(closed: ShiftClosed, terminal: str, signer: Signer) -> ShiftClosed:
    """Return the Z report of a terminal with its signature."""
    bare = replace(closed, key=signer.public_key, signature=b"")
    return replace(bare, signature=signature_of(statement(bare, terminal), purpose=Purpose.SHIFT, signer=signer))


def is_signed(closed: ShiftClosed, terminal: str, keys: Sequence[bytes]) -> bool:
    """Whether one of the keys signed the Z report as it stands, and is the one that it names."""
    body = statement(closed, terminal)
    return closed.key in keys and (
        signed_by(body, closed.signature, purpose=Purpose.SHIFT, keys=(closed.key,)) is not None
    )


def statement(closed: ShiftClosed, terminal: str) -> bytes:
    """Return what is signed of a Z report: a MessagePack array."""
    report, sums = closed.report, closed.report.sums
    return _encoder.encode(
        (
            FORMAT,
            terminal,
            closed.number,
            (closed.head_epoch, closed.head_seq, closed.head_hash),
            report.day,
            (sums.float_fen, sums.moves_fen, sums.topups_fen),
            (sums.sales_count, sums.sales_fen, sums.refund_count, sums.refunds_fen, sums.void_count),
            sorted(sums.by_tender.items()),
            _looked_at_twice(report),
            tuple((one.value_fen, one.pieces) for one in closed.counted),
            (closed.counted_fen, closed.expected_fen, closed.over_short_fen),
            (report.opened_ms, closed.closed_ms),
            (report.people, closed.staff, closed.approved_by),
            closed.held,
        )
    )


def _looked_at_twice(report: OpenShift) -> tuple[int, ...]:
    """Return the numbers of a report; changed prices only where there are some, so that others stay as they were."""
    numbers = (report.no_sales, report.lines_voided, report.sales_dropped, report.reductions)
    return (*numbers, report.prices_changed) if report.prices_changed else numbers


_encoder = msgspec.msgpack.Encoder()
