"""Papers of a shift: X, Z and the day, and what went into the drawer or out of it."""

from collections.abc import Iterator

from msgspec import Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.money import format_fen
from terminal.domain.receipt import Divider, Note, Row
from terminal.domain.receipt_labels import LABELS
from terminal.domain.receipt_rows import Issuer
from terminal.domain.shifts import Counted, MoveKind, OpenShift, ReportKind, Shift
from terminal.domain.slips.labels import SLIP_LABELS, SlipLabels
from terminal.domain.slips.slip import approver, cashier, framed, pair
from terminal.domain.text import clean

HASH_DIGITS = 32
"""As much of a hash, or of a signature, as a person compares."""
KEY_DIGITS = 16
"""As much of a key as tells it from others."""


class Count(Struct, frozen=True, kw_only=True):
    """What was counted at the end of a shift, and how many sales it leaves on hold."""

    counted: tuple[Counted, ...]
    counted_fen: int
    over_short_fen: int
    held: int = 0


class JournalHead(Struct, frozen=True, kw_only=True):
    """The last row of the journal before a Z report. ``signature`` is the till's, over the report on top of that row.

    ``key`` is the public key that it belongs to; both are empty at a till that has none.
    """

    epoch: int
    seq: int
    hash: bytes
    key: bytes = b""
    signature: bytes = b""


class ReportSlip(Struct, frozen=True, kw_only=True):
    """A report of a shift, or of the shifts of a day. Only a Z report has ``count`` and ``head``; copy n is marked.

    ``approved_by`` lent the right to close the shift, or to see the sums.
    """

    kind: ReportKind
    shift: OpenShift
    staff: StaffNumber
    at_ms: int
    count: Count | None = None
    head: JournalHead | None = None
    approved_by: StaffNumber | None = None
    copy: int = 0

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels = SLIP_LABELS[issuer.language]
        number = "" if self.kind is ReportKind.DAY else f" {self.shift.number}"
        title = labels.reports[self.kind].replace("Z ", f"Z{number} ", 1)
        mark = LABELS[issuer.language].copy.format(number=self.copy) if self.copy else ""
        yield from framed(issuer, f"{title} {mark}".strip(), local_time, self._body(issuer, labels), training=training)

    def _body(self, issuer: Issuer, labels: SlipLabels) -> Iterator[Row]:
        shift = self.shift
        if self.kind is not ReportKind.DAY:
            yield pair(labels.shift, str(shift.number))
        yield pair(labels.day, shift.day)
        yield pair(labels.people, ", ".join(shift.people))
        yield from approver(self, issuer, labels.approved)
        yield Divider()
        yield from _sales(shift.sums, labels)
        yield Divider()
        yield from _tenders(shift.sums, issuer)
        yield Divider()
        yield from _cash(shift.sums, labels)
        if self.count is not None:
            yield from _count(self.count, labels)
        yield Divider()
        yield from _looked_at_twice(shift, labels)
        if self.count is not None:
            yield pair(labels.held, str(self.count.held))
        if self.head is not None:
            yield pair(labels.journal, f"{self.head.epoch}-{self.head.seq}")
            yield Note(text=clean(self.head.hash.hex()[:HASH_DIGITS]))
            if self.head.signature:
                yield pair(labels.signed_by, self.head.key.hex()[:KEY_DIGITS])
                yield Note(text=clean(self.head.signature.hex()[:HASH_DIGITS]))
            yield Note(text=clean(labels.signature))


def _sales(sums: Shift, labels: SlipLabels) -> Iterator[Row]:
    yield pair(labels.sales.format(count=sums.sales_count), format_fen(sums.sales_fen))
    yield pair(labels.refunds.format(count=sums.refund_count), format_fen(-sums.refunds_fen))
    yield pair(labels.net_sales, format_fen(sums.net_sales_fen), strong=True)
    yield pair(labels.voids, str(sums.void_count))
    if sums.topups_fen:
        yield pair(labels.topups, format_fen(sums.topups_fen))


def _tenders(sums: Shift, issuer: Issuer) -> Iterator[Row]:
    names = LABELS[issuer.language].tenders
    for kind, fen in sums.by_tender.items():
        yield pair(f"{names[kind]} x{sums.payments.get(kind, 0)}", format_fen(fen))


def _cash(sums: Shift, labels: SlipLabels) -> Iterator[Row]:
    yield pair(labels.float, format_fen(sums.float_fen))
    yield pair(labels.cash_moves, format_fen(sums.moves_fen))
    yield pair(labels.cash_expected, format_fen(sums.cash_expected_fen), strong=True)


def _count(count: Count, labels: SlipLabels) -> Iterator[Row]:
    for one in count.counted:
        if one.pieces:
            words = labels.denomination.format(value=format_fen(one.value_fen), pieces=one.pieces)
            yield pair(words, format_fen(one.value_fen * one.pieces))
    yield pair(labels.counted, format_fen(count.counted_fen), strong=True)
    over_fen = count.over_short_fen
    verdict = labels.over if over_fen > 0 else labels.short if over_fen < 0 else labels.even
    yield pair(verdict, format_fen(over_fen), strong=True)


def _looked_at_twice(shift: OpenShift, labels: SlipLabels) -> Iterator[Row]:
    yield pair(labels.no_sales, str(shift.no_sales))
    yield pair(labels.lines_voided, str(shift.lines_voided))
    yield pair(labels.sales_dropped, str(shift.sales_dropped))
    yield pair(labels.reductions, str(shift.reductions))
    if shift.prices_changed:
        yield pair(labels.prices_changed, str(shift.prices_changed))


class MoveSlip(Struct, frozen=True, kw_only=True):
    """Cash that went into the drawer, or out of it: two papers for two people to sign are two copies of this one."""

    kind: MoveKind
    amount_fen: int
    reason: str
    shift: int
    staff: StaffNumber
    at_ms: int
    approved_by: StaffNumber | None = None

    def rows(self, issuer: Issuer, local_time: str, *, training: bool) -> Iterator[Row]:
        """Yield the paper."""
        labels = SLIP_LABELS[issuer.language]
        yield from framed(issuer, labels.moves[self.kind], local_time, self._body(issuer, labels), training=training)

    def _body(self, issuer: Issuer, labels: SlipLabels) -> Iterator[Row]:
        yield pair(labels.shift, str(self.shift))
        yield from cashier(self, issuer, LABELS[issuer.language].cashier)
        yield from approver(self, issuer, labels.approved)
        yield pair(labels.reason, labels.reasons.get(self.reason, self.reason))
        yield pair(labels.amount, format_fen(self.amount_fen), strong=True)
        yield Note(text=clean(labels.signature))
