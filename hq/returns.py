"""Looks at returns with HQ's own eyes: whether each follows from its sale, what came back before, and the rules."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from functools import reduce

from msgspec.structs import replace

from hq.bookcase import WITHOUT_RULES, Bookcase, KnownRules, OpenBook
from hq.done_sales import read_sale
from hq.errors import HqError
from hq.store.port import Alarm, AlarmKind, SaleRow, Store
from hq.store.returns.port import Credit, InsteadRow, KeptReturn, ReturnRow
from hq.till_keys import TillKeys
from terminal.domain.after.exchange import exchange
from terminal.domain.after.no_receipt import worth_without_receipt
from terminal.domain.after.refund import Desk, Return, Undone, counted, refund
from terminal.domain.after.sold import Sold
from terminal.domain.after.void import void
from terminal.domain.errors import BookError, InputError, RuleError
from terminal.domain.ids import SaleId
from terminal.domain.paying import cash_fen
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.sale import Tender
from terminal.domain.sale_codes import SaleCode, read_sale_code
from terminal.domain.settings import Rounding
from terminal.wire.chain import Row
from terminal.wire.found import FoundSale, afterwards
from terminal.wire.payment_events import RefundPaidInCash
from terminal.wire.return_events import ReturnKind, SaleReturned
from terminal.wire.returning import digest_of, told
from terminal.wire.seal import Purpose, signed_by

DETAIL = 300
"""Characters of an alarm's detail."""
NO_SALE = "HQ does not have its sale"
"""What is told of a return that waits for its sale."""
_OF_NO_SALE = frozenset({ReturnKind.NO_RECEIPT, ReturnKind.BY_CODE})
_WORKED_OUT = (
    *("sold_on", "amount_fen", "lines", "tenders", "taken", "vat", "entries", "balance", "points", "stored"),
    *("counts", "counts_lost", "coupons", "rules", "commission"),
)
"""What HQ comes to by itself; the rest of the fact says who did it, when and why."""


def row_of(fact: SaleReturned, row: Row, *, place: tuple[str, int], book_version: int | None) -> ReturnRow:
    """Return a return as HQ keeps it, not judged yet; ``place`` is the terminal and the epoch of its journal."""
    terminal, epoch = place
    return ReturnRow(
        act=fact.act,
        digest=digest_of(fact),
        terminal=terminal,
        epoch=epoch,
        seq=row.seq,
        kind=fact.kind,
        number=fact.number,
        sale_id=fact.sale_id or "",
        receipt_no=fact.receipt_no,
        biz_date=row.biz_date,
        amount_fen=fact.amount_fen,
        cash_fen=cash_fen(fact.tenders),
        at_ms=row.wall_ms,
        book_version=book_version,
    )


def instead_row(fact: RefundPaidInCash, row: Row, *, place: tuple[str, int]) -> InsteadRow:
    """Return cash that was paid for what a payment host refused, as HQ keeps it; ``place`` as in `row_of`."""
    terminal, epoch = place
    return InsteadRow(
        act=fact.act,
        terminal=terminal,
        epoch=epoch,
        seq=row.seq,
        sale_id=fact.sale_id,
        refund=fact.refund,
        kind=fact.kind,
        biz_date=row.biz_date,
        amount_fen=fact.amount_fen,
    )


class ReturnExaminer:
    """One thread uses it. Without a bookcase it believes what a return says, as far as nothing came back too often."""

    def __init__(self, store: Store, bookcase: Bookcase | None = None, keys: TillKeys | None = None) -> None:
        self._store = store
        self._bookcase = bookcase
        self._keys = keys

    def take(self, returns: Sequence[KeptReturn], sales: Iterable[SaleRow] = ()) -> None:
        """Judge returns that were just kept, and those that waited for one of these sales; tell what is odd."""
        for one in returns:
            self._judge(one)
        judged = {one.row.place for one in returns}
        for sale in sales:
            self._look_again(sale, judged)

    def _look_again(self, sale: SaleRow, judged: Container[tuple[str, int, int]]) -> None:
        """Look at what came back before its sale came: by the code alone it was judged, as far as that went."""
        kept = self._store.returns.of_receipt(SaleId(sale.sale_id), sale.receipt_no)
        waiting = [one for one in kept if one.row.is_right is None]
        for one in waiting:
            self._judge(one)
        if kept and not waiting and not any(one.row.place in judged for one in kept):
            self._tell_too_much(kept[-1])

    def _judge(self, one: KeptReturn) -> None:
        differences = self.differences(one)
        if differences is None:
            self._tell(one, AlarmKind.RETURN, f"return {one.row.number}: {NO_SALE}")
            return
        self._store.returns.judge(one.row, is_right=not differences)
        for difference in differences:
            self._tell(one, AlarmKind.TOTALS, f"return {one.row.number}: {difference}")
        self._tell_too_much(one)

    def differences(self, one: KeptReturn) -> list[str] | None:
        """Return what HQ comes to otherwise, in words; None while its sale has not come."""
        fact = one.fact
        altered = [] if digest_of(fact) == fact.digest else ["the digest differs"]
        sale = self.sale(fact)
        if sale is None and fact.sale_id is not None:
            return None
        if self._bookcase is None:
            return altered
        version = fact.rules_version
        rules = self._bookcase.rules(one.row.terminal, version) if version else WITHOUT_RULES
        if rules is None:
            return [*altered, f"HQ has no rules {version} for it"]
        if sale is None:
            book = self._bookcase.book(one.row.terminal, one.row.book_version or 0)
            altered += self._by_code(fact, rules) if fact.kind is ReturnKind.BY_CODE else ()
            return [
                *altered,
                *(_without_receipt(fact, rules, book) if book is not None else ("HQ has no book for it",)),
            ]
        desk = self._desk(sale, fact, rules, terminal=one.row.terminal)
        found_by = (_compared(known, fact, desk) for known in self._as_known(one, sale))
        return [*altered, *min(found_by, key=len)]

    def look_at(self, taken: Iterable[Credit]) -> None:
        """Tell of sales that say of what an exchange brought that it came from other tenders than it did."""
        for credit in taken:
            if self.is_of_others(credit):
                detail = f"sale {credit.sale_id}: its credit is not from the tenders of what came back"
                alarm = Alarm(terminal=credit.terminal, kind=AlarmKind.TOTALS, at_ms=credit.at_ms, detail=detail)
                self._store.tills.raise_alarm(alarm)

    def is_of_others(self, credit: Credit) -> bool:
        """Whether a credit has other shares than its return has set aside; never, where HQ cannot know."""
        fact, sale = credit.fact, self.sale(credit.fact)
        kept = () if sale is None else self._store.returns.of_sale(sale.sale.id)
        one = next((other for other in kept if other.fact.act == fact.act), None)
        rules = WITHOUT_RULES
        if self._bookcase is not None and fact.rules_version:
            rules = self._bookcase.rules(credit.terminal, fact.rules_version) or WITHOUT_RULES
        if sale is None or one is None or self._bookcase is None:
            return False
        desk = self._desk(sale, fact, rules, terminal=credit.terminal)
        return all(credit.tender != _credit(known, fact, desk) for known in self._as_known(one, sale))

    def _desk(self, sale: FoundSale, fact: SaleReturned, rules: KnownRules, *, terminal: str) -> Desk:
        """Return under what a return was worked out: settings of its version, coupons as they were for the sale.

        Of coupons HQ believes the rules of the sale's version; else what the till recorded of a member's.
        """
        version = sale.sale.rules_version
        then = self._bookcase.rules(terminal, version) if self._bookcase is not None and version else None
        coupons = {
            coupon.code: (None if then is None else then.coupon(coupon.code)) or coupon
            for coupon in (*sale.sale.member_coupons, *sale.sale.coupons)
        }
        return Desk(today=fact.local_time[:10], settings=rules.trade.beside(Rounding()), coupons=coupons)

    def _as_known(self, one: KeptReturn, sale: FoundSale) -> list[FoundSale]:
        """Return a sale as its till may have known it: with all that was back before, or with what was back there."""
        before = self._before(one)
        ways = (before, [other for other in before if other.row.terminal == one.row.terminal])
        return [reduce(afterwards, (other.fact for other in way), sale) for way in ways]

    def _by_code(self, fact: SaleReturned, rules: KnownRules) -> Iterator[str]:
        """Yield what is wrong with the code by which goods came back, or with how much of it."""
        code = read_sale_code(fact.code)
        if code is None or (fact.receipt_no, fact.terminal) != (code.receipt_no, code.terminal):
            yield "the code is of another receipt"
        elif doubt := self._doubt_of(code):
            yield doubt
        elif not code.is_good_on(fact.local_time[:10]):
            yield f"the code is of {code.day}, and not good any more"
        elif fact.amount_fen > min(code.total_fen, code.cash_fen, rules.trade.settings.other_till_max):
            yield f"{fact.amount_fen} is beyond what the code is good for"

    def _doubt_of(self, code: SaleCode) -> str:
        """Return why a code is not to be believed, in words; empty when its till signed it."""
        try:
            keys = () if self._keys is None else self._keys.of(code.terminal)
        except HqError as error:
            return str(error)
        if not keys:
            return f"the code is of {code.terminal}, for which nobody vouches"
        is_signed = signed_by(code.signed, code.signature, purpose=Purpose.SALE, keys=keys) is not None
        return "" if is_signed else "the code is forged"

    def sale(self, fact: SaleReturned) -> FoundSale | None:
        """Return the sale of a return, as it was when it was done; None if HQ does not have it."""
        if fact.sale_id is None:
            return None
        kept = self._store.sales.of_id(fact.sale_id)
        return next((sale for row in kept if (sale := read_sale(self._store, row)) is not None), None)

    def _before(self, one: KeptReturn) -> list[KeptReturn]:
        """Return what came back of the same sale before, each once."""
        sale_id = one.fact.sale_id
        kept = [] if sale_id is None else self._store.returns.of_sale(sale_id)
        return [other for other in kept if _when(other.row) < _when(one.row)]

    def _tell_too_much(self, one: KeptReturn) -> None:
        """Tell of a sale of which more came back than was sold: two tills took the same goods back."""
        fact = one.fact
        numbered = self._store.sales.of_number(fact.receipt_no) if fact.receipt_no else []
        sale = self.sale(fact) or next((read_sale(self._store, row) for row in numbered), None)
        if sale is None:
            return
        kept = self._store.returns.of_receipt(sale.sale.id, sale.completed.receipt_no)
        if len(kept) < 2 or not is_too_much(sale.sold, [other.fact for other in kept]):
            return
        told_of = ", ".join(str(other.row) for other in kept)
        detail = f"of receipt {sale.completed.receipt_no} more came back than was sold: {told_of}"
        self._tell(one, AlarmKind.RETURN, detail)

    def _tell(self, one: KeptReturn, kind: AlarmKind, detail: str) -> None:
        alarm = Alarm(terminal=one.row.terminal, kind=kind, at_ms=one.row.at_ms, detail=detail[:DETAIL])
        self._store.tills.raise_alarm(alarm)


def is_too_much(sold: Sold, returns: Sequence[SaleReturned]) -> bool:
    """Whether more came back of a sale than was sold, whatever each till knew of the others."""
    back = Counter[int]()
    for fact in returns:
        back.update({line.line: line.units for line in fact.lines if line.line and line.units > 0})
    units = {line.number: line.units for line in sold.lines}
    if sum(fact.amount_fen for fact in returns) > sold.total_fen:
        return True
    return any(count > units.get(number, 0) for number, count in back.items())


def _when(row: ReturnRow) -> tuple[int, str, int, int]:
    return row.at_ms, *row.place


def _without_receipt(fact: SaleReturned, rules: KnownRules, book: OpenBook) -> Iterator[str]:
    """Yield what is wrong with goods that came back without a receipt: they are worth little, and not much of them."""
    trade = rules.trade.settings
    for line in fact.lines:
        try:
            article = book.article(line.sku)
            worth_fen = (
                None if article is None else worth_without_receipt(article, article.terms, line.units, fees=trade.fees)
            )
        except (BookError, InputError, RuleError) as error:
            yield f"{line.sku}: it may not be: {error.code}"
            continue
        if worth_fen != line.amount_fen:
            yield f"{line.sku}: {line.amount_fen} instead of {worth_fen}"
    if fact.kind is ReturnKind.NO_RECEIPT and fact.amount_fen > trade.no_receipt_max:
        yield f"{fact.amount_fen} is beyond {trade.no_receipt_max}"
    sums = {"lines": sum(line.amount_fen for line in fact.lines), "cash": cash_fen(fact.tenders)}
    yield from (f"{name} come to {fen}" for name, fen in sums.items() if fen != fact.amount_fen)
    if fact.kind not in _OF_NO_SALE or fact.entries or fact.commission:
        yield "it is not of any sale"


def _compared(sale: FoundSale, fact: SaleReturned, desk: Desk) -> list[str]:
    """Return what of a return is not what it should be, with all that was back before."""
    try:
        done = _undone(sale, fact, desk)
    except (BookError, InputError, RuleError) as error:
        return [f"it may not be: {error.code}"]
    bare = replace(fact, entries=(), balance=None)
    expected = told(bare, done, sale.sale, fact.member)
    return [*_of_member(sale, fact), *_unlike(expected, fact)]


def _undone(sale: FoundSale, fact: SaleReturned, desk: Desk) -> Undone:
    back = [Return(line=line.line, units=line.units, damaged=line.damaged) for line in fact.lines]
    match fact.kind:
        case ReturnKind.VOID:
            return void(sale.sold, fact.member, desk, shift=fact.shift, approved=True)
        case ReturnKind.EXCHANGE:
            return exchange(sale.sold, counted(sale.sold, back), fact.credit_fen, fact.member, desk).returned
        case _:
            return refund(sale.sold, back, fact.member, desk)


def _credit(sale: FoundSale, fact: SaleReturned, desk: Desk) -> Tender | None:
    """Return what an exchange brings into its new sale; None where the return makes no sense, which is told of it."""
    back = [Return(line=line.line, units=line.units, damaged=line.damaged) for line in fact.lines]
    try:
        coming = counted(sale.sold, back)
        return exchange(sale.sold, coming, fact.credit_fen, fact.member, desk).credit
    except (BookError, InputError, RuleError):
        return None


def _of_member(sale: FoundSale, fact: SaleReturned) -> Iterator[str]:
    """Yield that a member is missing, or came from nowhere. Who became whom the ledger knows."""
    sold_to: MemberId | None = sale.sold.member
    if (fact.member is None) is not (sold_to is None):
        yield "member differs"
    if fact.receipt_no != sale.completed.receipt_no:
        yield "receipt_no differs"
    if fact.terminal and not fact.receipt_no.startswith(f"{fact.terminal}-{fact.epoch}-"):
        yield "terminal differs"


def _unlike(expected: SaleReturned, fact: SaleReturned) -> Iterator[str]:
    for name in _WORKED_OUT:
        if getattr(expected, name) != getattr(fact, name):
            yield f"{name} differs"
