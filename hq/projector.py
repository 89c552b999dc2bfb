"""What follows from the rows: sales and daily totals, by the same fold that the till uses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import get_args

import msgspec

from hq.commission import earned_by
from hq.errors import HqError
from hq.examiner import Examiner, Finding
from hq.gifts import wrong_return
from hq.members.booking import book
from hq.members.posting import Posting, Usage, posting_of
from hq.naming import misnamed
from hq.returns import ReturnExaminer, instead_row, row_of
from hq.shifts import examined, misnumbered
from hq.stock import move, movements_of
from hq.store.commissions import Earned
from hq.store.port import Alarm, AlarmKind, SaleRow, Store
from hq.store.returns.port import Credit, InsteadRow, KeptReturn
from hq.store.shifts.port import ShiftRow
from hq.store.stock.port import BookedDocument, Moved
from hq.telling import DETAIL, alarm_of, told_by
from terminal.domain.document import Document, digest
from terminal.domain.errors import PosError
from terminal.domain.sale import TenderKind
from terminal.wire.chain import Row
from terminal.wire.documents import document_of
from terminal.wire.events import Fact, SaleCompleted, decode_fact
from terminal.wire.member_events import CouponIssued, GiftTakenBack
from terminal.wire.payment_events import RefundPaidInCash
from terminal.wire.promotion_events import RuleValueSet
from terminal.wire.record import TillRecord, apply, decode_record, encode_record
from terminal.wire.return_events import SaleReturned
from terminal.wire.shift_events import ShiftClosed, ShiftOpened
from terminal.wire.store_events import StockBooked

UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What a body that makes no sense raises."""
_KNOWN_KINDS = frozenset(kind.__name__ for kind in get_args(Fact))


@dataclass(frozen=True, slots=True, kw_only=True)
class Projected:
    """What some rows came to: record, done sales, closed shifts, what changed of members, what a person must see.

    ``returns`` are goods that came back, ``credits`` what exchanges brought into sales, ``instead`` is cash for what a
    payment host refused to give back. ``earned`` is what salespeople got, ``booked`` are documents of stock, ``moved``
    is what sales, returns and documents moved.
    """

    record: TillRecord
    sales: tuple[SaleRow, ...]
    shifts: tuple[ShiftRow, ...]
    postings: tuple[Posting, ...]
    earned: tuple[Earned, ...]
    booked: tuple[BookedDocument, ...]
    moved: tuple[Moved, ...]
    alarms: tuple[Alarm, ...]
    returns: tuple[KeptReturn, ...] = ()
    instead: tuple[InsteadRow, ...] = ()
    credits: tuple[Credit, ...] = ()


def project(
    record: TillRecord, rows: Iterable[Row], *, terminal: str, epoch: int, examiner: Examiner | None = None
) -> Projected:
    """Fold rows into a record. A fact that cannot be read or applied is passed over, and named by an alarm.

    Of facts of kinds that this HQ does not know only the entries count: the till is newer.
    """
    projection = _Projection(record, terminal=terminal, epoch=epoch, examiner=examiner or Examiner())
    for row in rows:
        projection.take(row)
    return projection.projected()


class _Projection:
    """What rows came to so far."""

    def __init__(self, record: TillRecord, *, terminal: str, epoch: int, examiner: Examiner) -> None:
        self._record = record
        self._terminal = terminal
        self._epoch = epoch
        self._examiner = examiner
        self._sales: list[SaleRow] = []
        self._shifts: list[ShiftRow] = []
        self._postings: list[Posting] = []
        self._earned: list[Earned] = []
        self._booked: list[BookedDocument] = []
        self._moved: list[Moved] = []
        self._alarms: list[Alarm] = []
        self._returns: list[KeptReturn] = []
        self._instead: list[InsteadRow] = []
        self._credits: list[Credit] = []

    def projected(self) -> Projected:
        """Return it."""
        return Projected(
            record=self._record,
            sales=tuple(self._sales),
            shifts=tuple(self._shifts),
            postings=tuple(self._postings),
            earned=tuple(self._earned),
            booked=tuple(self._booked),
            moved=tuple(self._moved),
            alarms=tuple(self._alarms),
            returns=tuple(self._returns),
            instead=tuple(self._instead),
            credits=tuple(self._credits),
        )

    def take(self, row: Row) -> None:
        """Take one row."""
        fact: Fact | None = None
        before = self._record
        try:
            if row.kind in _KNOWN_KINDS:
                fact = decode_fact(row.body)
                self._record = apply(self._record, fact)
        except (*UNREADABLE, PosError) as error:
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.FACT, detail=str(error)))
        self._post(row, fact)
        if fact is not None:
            self._alarms += told_by(fact, row, before, terminal=self._terminal)
            self._move(fact, before, row)
            self._earned += earned_by(row, fact, place=(self._terminal, self._epoch))
        if isinstance(fact, SaleCompleted):
            self._take_sale(fact, before, row)
        elif isinstance(fact, SaleReturned):
            self._take_return(fact, before, row)
        elif isinstance(fact, RefundPaidInCash):
            self._instead.append(instead_row(fact, row, place=(self._terminal, self._epoch)))
        elif isinstance(fact, ShiftOpened | ShiftClosed):
            self._take_shift(fact, before, row)
        elif isinstance(fact, RuleValueSet):
            self._judge(fact, before, row)
        elif isinstance(fact, CouponIssued | GiftTakenBack):
            self._judge_gift(fact, before, row)

    def _take_return(self, fact: SaleReturned, before: TillRecord, row: Row) -> None:
        place = (self._terminal, self._epoch)
        for odd in misnamed(fact, before, place=place):
            detail = f"return {fact.number}: {odd}"
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.TOTALS, detail=detail))
        back = row_of(fact, row, place=place, book_version=self._record.book_version)
        self._returns.append(KeptReturn(row=back, fact=fact))

    def _taken_credit(self, fact: SaleCompleted, row: Row) -> list[Finding]:
        """Take what a sale has from an exchange; return what is odd, where its return says otherwise."""
        returned = self._record.returned
        back = None if returned is None or returned.fact.bought_by != fact.sale_id else returned.fact
        tenders = [one for one in fact.tenders if one.kind is TenderKind.CREDIT]
        if back is not None:
            self._credits += (
                Credit(terminal=self._terminal, sale_id=fact.sale_id, at_ms=row.wall_ms, tender=one, fact=back)
                for one in tenders
            )
        credit_fen, set_aside_fen = sum(one.amount_fen for one in tenders), 0 if back is None else back.credit_fen
        if credit_fen == set_aside_fen:
            return []
        return [(AlarmKind.TOTALS, f"credit {credit_fen} instead of {set_aside_fen} from its exchange")]

    def _move(self, fact: Fact, before: TillRecord, row: Row) -> None:
        self._moved += movements_of(row, fact, before, self._record, place=(self._terminal, self._epoch))
        if isinstance(fact, StockBooked):
            place = (self._terminal, self._epoch, row.seq)
            self._booked.append(BookedDocument(id=fact.document.id, place=place))

    def _post(self, row: Row, fact: Fact | None) -> None:
        """Take what a row changes of members, also when nothing else of it can be used: it is their money."""
        try:
            posting = posting_of(row, fact, self._record, terminal=self._terminal, epoch=self._epoch)
        except UNREADABLE as error:
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.LEDGER, detail=str(error)))
            return
        if posting is not None:
            tiers = self._examiner.tiers(self._record.rules_version or 0, self._terminal) if posting.entries else ()
            self._postings.append(msgspec.structs.replace(posting, tiers=tiers, usage=self._doubted(posting.usage)))

    def _doubted(self, usage: Usage | None) -> Usage | None:
        """Return what a sale used, with those of its member's coupons alone that the rules of the sale do not have."""
        last = self._record.last
        if usage is None or last is None or not usage.owned:
            return usage
        version = last.sale.rules_version
        owned = self._examiner.undeclared(usage.owned, terminal=self._terminal, rules_version=version)
        return msgspec.structs.replace(usage, owned=owned)

    def _take_shift(self, fact: ShiftOpened | ShiftClosed, before: TillRecord, row: Row) -> None:
        if isinstance(fact, ShiftOpened):
            difference = misnumbered(fact, before)
        else:
            shift, difference = examined(fact, before.shift, row, place=(self._terminal, self._epoch))
            self._shifts.append(shift)
            self._doubt(fact, row)
        if difference:
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.SHIFT, detail=difference))

    def _doubt(self, closed: ShiftClosed, row: Row) -> None:
        """Tell of a Z report that is not signed as it should be; it is kept and counted all the same."""
        try:
            doubt = self._examiner.doubts_of(closed, terminal=self._terminal)
        except HqError as error:
            doubt = str(error)
        if doubt:
            detail = doubt[:DETAIL]
            self._alarms.append(Alarm(terminal=self._terminal, kind=AlarmKind.KEY, at_ms=row.wall_ms, detail=detail))

    def _judge(self, fact: RuleValueSet, before: TillRecord, row: Row) -> None:
        """Tell of what a store set of a rule, and HQ does not let it set."""
        wrong = self._examiner.wrong_value(fact, terminal=self._terminal, rules_version=before.rules_version)
        if wrong:
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.RULE, detail=wrong))

    def _judge_gift(self, fact: CouponIssued | GiftTakenBack, before: TillRecord, row: Row) -> None:
        """Tell of a coupon for points that HQ does not offer, and of what came back and was not given so."""
        if isinstance(fact, GiftTakenBack):
            wrong = wrong_return(fact, before)
        else:
            version = before.rules_version
            wrong = self._examiner.wrong_coupon(fact, terminal=self._terminal, rules_version=version)
        if wrong:
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.COUPON, detail=wrong))

    def _take_sale(self, fact: SaleCompleted, before: TillRecord, row: Row) -> None:
        last = self._record.last
        if last is None or last.completed is not fact:
            detail = f"sale {fact.sale_id} over {fact.total_fen} fen has no beginning"
            self._alarms.append(alarm_of(self._terminal, row, kind=AlarmKind.FACT, detail=detail))
            return
        document = document_of(last.sale, fact)
        differences = self._examiner.differences(document, fact, terminal=self._terminal)
        differences += self._taken_credit(fact, row)
        odd = misnamed(fact, before, place=(self._terminal, self._epoch))
        differences += ((AlarmKind.TOTALS, detail) for detail in odd)
        sale = _sale(document, fact, row, terminal=self._terminal, epoch=self._epoch, is_right=not differences)
        self._sales.append(sale)
        for kind, detail in (*differences, *self._examiner.oddities(document)):
            if kind is AlarmKind.BOOK:  # told once, not for each sale with it
                self._alarms.append(Alarm(terminal=self._terminal, kind=kind, at_ms=row.wall_ms, detail=detail))
            else:
                self._alarms.append(alarm_of(self._terminal, row, kind=kind, detail=f"sale {fact.sale_id}: {detail}"))


def store_projected(store: Store, projected: Projected, returns: ReturnExaminer, *, blocks: bool = True) -> None:
    """Keep sales, returns, shifts, entries, movements of goods and alarms; inside the transaction that keeps the rows.

    A sale of a known id that says something else is kept beside the other, counted, and told: each is a document over
    money that a till took, and which of them is right only a person can find out. One that says the same is the same:
    its entries are booked already. Who overdraws is blocked, unless it ``blocks`` nobody.
    """
    added = [sale for sale in projected.sales if store.sales.add(sale)]
    for sale in added:
        _tell_conflict(store, sale)
        _tell_slips(store, sale)
    repeated = {sale.seq for sale in projected.sales} - {sale.seq for sale in added}
    repeated |= {one.row.seq for one in projected.returns if not store.returns.add(one.row)}
    if projected.sales or projected.returns:
        returns.take([one for one in projected.returns if one.row.seq not in repeated], added)
        returns.look_at(projected.credits)
    for paid in projected.instead:
        store.returns.add_instead(paid)
    for shift in projected.shifts:
        if not store.shifts.add(shift):
            _tell_repeated(store, shift)
    store.commissions.add(one for one in projected.earned if one.seq not in repeated)
    move(store, projected.moved, projected.booked, repeated=repeated)
    book(store, (posting for posting in projected.postings if posting.act.seq not in repeated), blocks=blocks)
    for alarm in projected.alarms:
        store.tills.raise_alarm(alarm)


def _tell_conflict(store: Store, sale: SaleRow) -> None:
    others = [str(other) for other in store.sales.of_id(sale.sale_id) if other.digest != sale.digest]
    if not others:
        return
    detail = f"sale {sale.sale_id} has {len(others) + 1} documents: {sale}, {', '.join(others)}"
    alarm = Alarm(terminal=sale.terminal, kind=AlarmKind.CONFLICT, at_ms=sale.completed_ms, detail=detail[:DETAIL])
    store.tills.raise_alarm(alarm)


def _tell_slips(store: Store, sale: SaleRow) -> None:
    """Tell of bank cards' slips that pay a second sale of a day: a till knows those of its last sale only."""
    for slip in sale.tenders:
        if slip.kind is not TenderKind.CARD or not slip.reference:
            continue
        sales = store.sales.of_slip(slip, sale.biz_date)
        others = [str(other) for other in sales if other.sale_id != sale.sale_id and not _follows(other, sale)]
        if not others:
            continue
        detail = f"slip {slip.reference} of {slip.amount_fen} fen pays {sale}, and {', '.join(others)}"
        alarm = Alarm(terminal=sale.terminal, kind=AlarmKind.PAYMENT, at_ms=sale.completed_ms, detail=detail[:DETAIL])
        store.tills.raise_alarm(alarm)


def _follows(other: SaleRow, sale: SaleRow) -> bool:
    """Whether a sale stands behind another one of the same journal: then it tells by itself."""
    return other.place[:2] == sale.place[:2] and other.seq > sale.seq


def _tell_repeated(store: Store, shift: ShiftRow) -> None:
    detail = f"epoch {shift.epoch} row {shift.seq}: Z {shift.closed.number} is there already"
    alarm = Alarm(terminal=shift.terminal, kind=AlarmKind.SHIFT, at_ms=shift.closed.closed_ms, detail=detail)
    store.tills.raise_alarm(alarm)


def load_record(body: bytes) -> TillRecord | None:
    """Return a stored record; None when it is of another shape, and must be folded anew from the rows."""
    if not body:
        return TillRecord()
    try:
        return decode_record(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def dump_record(record: TillRecord) -> bytes:
    """Return a record for the store."""
    return encode_record(record)


def _sale(
    document: Document, completed: SaleCompleted, row: Row, *, terminal: str, epoch: int, is_right: bool
) -> SaleRow:
    """Return the sale as the till wrote it. HQ never corrects a document."""
    return SaleRow(
        sale_id=completed.sale_id,
        digest=digest(document),
        terminal=terminal,
        epoch=epoch,
        seq=row.seq,
        receipt_no=completed.receipt_no,
        biz_date=row.biz_date,
        book_version=completed.book_version,
        lines=len(document.sale.live_lines),
        gross_fen=completed.gross_fen,
        discount_fen=completed.discount_fen,
        rounding_fen=completed.rounding_fen,
        total_fen=completed.total_fen,
        change_fen=completed.change_fen,
        is_right=is_right,
        completed_ms=completed.completed_ms,
        tenders=completed.tenders,
    )
