"""What the screen shows after a sale: pages of one kind, the key line, and what stands beside the input."""

from collections.abc import Iterator, Mapping
from typing import assert_never

from terminal.checkout.after.limits import limit_fen
from terminal.checkout.after.messages import KINDS, AfterHint, AfterKey, AfterNo
from terminal.checkout.after.modes import AfterMode, BareReturn, FindingReceipt, Returned, Returning
from terminal.checkout.after.undoing import refusal_of, undone
from terminal.checkout.messages import Key
from terminal.checkout.modes import Mode
from terminal.checkout.rows import weight_text
from terminal.checkout.state import Counter
from terminal.domain.after.refund import PointsBack, Undone
from terminal.domain.after.sold import SoldLine
from terminal.domain.catalog import Unit
from terminal.domain.errors import PosError
from terminal.domain.members.member import CountCardId
from terminal.domain.money import format_fen
from terminal.domain.paying import cash_fen
from terminal.domain.promotions.coupons import ISSUED, CouponCode
from terminal.domain.sale import SaleLine, Tender, TenderKind
from terminal.wire.counter import panels
from terminal.wire.counter.view import KeyHint
from terminal.wire.events import SaleCompleted
from terminal.wire.return_events import ReturnKind, SaleReturned

KeyLine = tuple[KeyHint, ...]
NOT_BACK = "return.not_back"
DAMAGED = "return.damaged"


def _line(*keys: tuple[str, Key | AfterKey]) -> KeyLine:
    return tuple(KeyHint(key=key, message=message.value) for key, message in keys)


_BACK = ("Esc", Key.BACK)
_HELP = ("F1", Key.HELP)
KEY_LINES: dict[type[Mode], KeyLine] = {
    FindingReceipt: _line(("Enter", Key.ACCEPT), ("F2", AfterKey.NO_RECEIPT), _BACK, _HELP),
    BareReturn: _line(
        ("F12", AfterKey.GIVE_BACK),
        ("F2", Key.QUANTITY),
        ("+", Key.REPEAT),
        ("-", AfterKey.ONE_LESS),
        ("F3", AfterKey.DAMAGED),
        _BACK,
        _HELP,
    ),
    Returning: _line(
        ("F12", AfterKey.GIVE_BACK),
        ("F6", AfterKey.EXCHANGE),
        ("F5", AfterKey.ALL),
        ("F2", Key.QUANTITY),
        ("-", AfterKey.ONE_LESS),
        ("F3", AfterKey.DAMAGED),
        ("F19", AfterKey.VOID),
        ("F13", AfterKey.COPY),
        _BACK,
        _HELP,
    ),
    Returned: _line(("Enter", AfterKey.NEXT), ("F13", Key.REPRINT), ("F9", Key.NO_SALE), _HELP),
}


def hint(mode: AfterMode) -> AfterHint:
    """Return what the input is for."""
    match mode:
        case FindingReceipt():
            return AfterHint.RECEIPT
        case Returning():
            return AfterHint.RETURN
        case BareReturn():
            return AfterHint.BARE
        case Returned():
            return AfterHint.RETURNED
        case _:
            assert_never(mode)


def panel(counter: Counter, mode: AfterMode) -> panels.PagePanel:
    """Return the page of a mode."""
    match mode:
        case FindingReceipt():
            return _finding(counter)
        case Returning():
            return _returning(counter, mode)
        case BareReturn():
            return _bare(counter, mode)
        case Returned():
            return _returned(counter)
        case _:
            assert_never(mode)


def _finding(counter: Counter) -> panels.PagePanel:
    last = counter.record.last
    if last is None:
        return panels.PagePanel(page="find_receipt")
    params = {"receipt_no": last.completed.receipt_no, "total": format_fen(last.completed.total_fen)}
    return panels.PagePanel(page="find_receipt", lines=(panels.Line(message="return.last", params=params),))


def _returning(counter: Counter, page: Returning) -> panels.PagePanel:
    completed, sold = page.found.completed, page.found.sold
    head = {
        "receipt_no": completed.receipt_no,
        "time": page.found.sale.local_time[:16].replace("T", " "),
        "total": format_fen(completed.total_fen),
        "left": format_fen(sold.left_fen),
    }
    lines = {line.number: line for line in page.found.sale.live_lines}
    done = _done(counter, page)
    tenders = done.tenders if isinstance(done, Undone) else ()
    return panels.PagePanel(
        page="return",
        lines=(panels.Line(message="return.head", params=head),),
        rows=tuple(_row(page, line, lines[line.number]) for line in sold.lines),
        selected=page.selected,
        details=tuple(_tenders(tenders)),
        more="return.and_more",
        foot=tuple(_foot(page, done)),
    )


def _done(counter: Counter, page: Returning) -> Undone | AfterNo | None:
    """Return what giving back what is chosen would do, or why it may not come back; None if nothing is chosen."""
    try:
        return undone(counter, page, ReturnKind.REFUND, page.today) if page.chosen else None
    except PosError as error:
        return refusal_of(error.code)


def _foot(page: Returning, done: Undone | AfterNo | None) -> Iterator[panels.Line]:
    """Yield what it does to the member, and what all of it is worth; or why it may not come back."""
    if done is None:
        return
    if isinstance(done, AfterNo):
        yield panels.Line(message=done)
        return
    yield from _points(done.points)
    yield from _uses(done.counts, done.counts_lost)
    yield from _coupons(done.coupons)
    yield _worth(page.chosen_fen)


def _worth(amount_fen: int) -> panels.Line:
    return panels.Line(message="return.worth", params={"amount": format_fen(amount_fen)})


def _row(page: Returning, line: SoldLine, of_sale: SaleLine) -> tuple[str, ...]:
    units = page.units_of(line.number)
    is_damaged = any(one.damaged for one in page.chosen if one.line == line.number)
    note = "" if line.returnable and line.units > 0 else NOT_BACK
    return (
        str(line.number),
        of_sale.name,
        _sold_text(line, of_sale),
        str(line.returned) if line.returned else "",
        str(units) if units else "",
        format_fen(page.worth_fen(line)) if units else "",
        DAMAGED if is_damaged else note,
    )


def _sold_text(line: SoldLine, of_sale: SaleLine) -> str:
    if of_sale.unit is Unit.KG and of_sale.weight_g is not None:
        return weight_text(of_sale.weight_g)
    return str(line.units)


def _bare(counter: Counter, page: BareReturn) -> panels.PagePanel:
    limit, code = {"limit": format_fen(limit_fen(counter, page))}, page.code
    lines = [panels.Line(message="return.bare" if code is None else "return.most", params=limit)]
    if code is not None:
        head = {"receipt_no": code.receipt_no, "day": code.day, "total": format_fen(code.total_fen)}
        lines = [panels.Line(message="return.by_code_head", params=head), *lines]
    return panels.PagePanel(
        page="bare_return",
        lines=tuple(lines),
        rows=tuple(
            (
                str(number),
                line.article.name,
                format_fen(line.article.price_fen),
                str(line.units),
                format_fen(line.worth_fen),
                DAMAGED if line.damaged else "",
            )
            for number, line in enumerate(page.lines, start=1)
        ),
        selected=page.selected if page.lines else -1,
        foot=(_worth(page.worth_fen),) if page.lines else (),
    )


def _tenders(tenders: tuple[Tender, ...]) -> Iterator[panels.Line]:
    for tender in tenders:
        params = {"tender": f"tender.{tender.kind}", "amount": format_fen(tender.amount_fen)}
        yield panels.Line(message="return.where", params=params)


def _points(points: PointsBack | None) -> Iterator[panels.Line]:
    if points is None or points == PointsBack():
        return
    params = {"returned": f"{points.returned:,}", "clawed": f"{points.clawed:,}"}
    yield panels.Line(message="return.points", params=params)
    if points.withheld_fen:
        yield panels.Line(message="return.withheld", params={"amount": format_fen(points.withheld_fen)})


def _returned(counter: Counter) -> panels.PagePanel:
    last = counter.record.returned
    if last is None:
        return panels.PagePanel(page="returned")
    fact = last.fact
    head = panels.Line(
        message="returned.head",
        params={"result": KINDS[fact.kind], "number": fact.number, "amount": format_fen(fact.amount_fen)},
    )
    paper = panels.Line(message="returned.paper", params={"result": f"result.{last.printed or 'printing'}"})
    return panels.PagePanel(
        page="returned",
        lines=(head, paper),
        rows=tuple((row.tender, row.amount, row.how) for row in _back(counter, fact)),
        foot=tuple(_of_member(fact)),
    )


def _back(counter: Counter, fact: SaleReturned) -> Iterator[panels.BackRow]:
    for tender in fact.tenders:
        amount = format_fen(tender.amount_fen)
        yield panels.BackRow(tender=f"tender.{tender.kind}", amount=amount, how=_way_of(counter, fact, tender))


def _way_of(counter: Counter, fact: SaleReturned, tender: Tender) -> str:
    """Return the id of how a tender goes back; what the payment host gives back is asked of it already."""
    if not tender.order:
        return f"give.{tender.kind}"
    payments = (one for one in counter.durable.payments if one.order == tender.order)
    payment = next((one for one in payments if one.return_no == fact.number), None)
    if payment is not None and payment.in_cash:
        return "give.in_cash"
    by_terminal = tender.kind is TenderKind.CARD
    if payment is None:
        return "give.returned_card" if by_terminal else "give.returned"
    if payment.refused:
        return "give.refused_card" if by_terminal else "give.refused"
    return "give.returning_card" if by_terminal else "give.returning"


def paid_out_fen(counter: Counter, bought: SaleCompleted) -> int:
    """Return what an exchange pays out in cash beside the change of the sale that it ended with."""
    fact = _exchanged_for(counter, bought)
    return 0 if fact is None else cash_fen(fact.tenders)


def given_back(counter: Counter, bought: SaleCompleted) -> tuple[panels.BackRow, ...]:
    """Return what an exchange gives back beside the sale that it ended with, and how each tender goes back."""
    fact = _exchanged_for(counter, bought)
    return () if fact is None else tuple(_back(counter, fact))


def _exchanged_for(counter: Counter, bought: SaleCompleted) -> SaleReturned | None:
    last = counter.record.returned
    return None if last is None or last.fact.bought_by != bought.sale_id else last.fact


def _of_member(fact: SaleReturned) -> Iterator[panels.Line]:
    yield from _points(fact.points)
    if fact.balance is not None:
        params = {"points": f"{fact.balance.points:,}", "stored": format_fen(fact.balance.stored.total)}
        yield panels.Line(message="returned.balance", params=params)
    yield from _uses(fact.counts, fact.counts_lost)
    yield from _coupons(fact.coupons)


def _uses(counts: Mapping[CountCardId, int], lost: Mapping[CountCardId, int]) -> Iterator[panels.Line]:
    if counts:
        cards = "  ".join(f"{card} x{uses}" for card, uses in counts.items())
        yield panels.Line(message="return.counts", params={"cards": cards})
    if lost:
        yield panels.Line(message="returned.counts_lost")


def _coupons(coupons: Mapping[CouponCode, str]) -> Iterator[panels.Line]:
    for code, status in coupons.items():
        message = "returned.coupon" if status == ISSUED else "returned.coupon_over"
        yield panels.Line(message=message, params={"code": code})
