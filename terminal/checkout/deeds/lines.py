"""Lines of the open sale: what is added, changed, reduced, taken back."""

from msgspec.structs import replace
from msgspec.structs import replace as change

from terminal.checkout.drafts import ChangePrice, ChangeQuantity, Draft, ReduceLine, RepeatLine, VoidLine
from terminal.checkout.goods import prices
from terminal.checkout.goods.messages import GoodsSay
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import Selling
from terminal.checkout.outcome import Applied, Outcome, Permit, reject, say
from terminal.checkout.rows import quantity_text
from terminal.checkout.state import Counter
from terminal.domain.catalog import Article, Tracking, Unit
from terminal.domain.errors import InputError
from terminal.domain.ids import SaleId
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import PricedLine, check_line, price_line
from terminal.domain.promotions.conditions import NO_USES, Uses
from terminal.domain.sale import Entry, SaleLine
from terminal.domain.text import SafeText, clean
from terminal.wire import events as ev
from terminal.wire.store_events import LinePriceChanged

CODE_LIMIT = 64


def started(counter: Counter, permit: Permit) -> tuple[ev.Fact, ...]:
    """Return the fact that begins a sale, if none is open. All of it will be priced at this time, with this book."""
    record = counter.record
    if record.sale is not None or record.staff is None or record.book_version is None:
        return ()
    moment = permit.moment
    return (
        ev.SaleStarted(
            sale_id=SaleId(moment.fresh_id),
            staff=record.staff.number,
            book_version=record.book_version,
            local_time=moment.local_iso,
            started_ms=moment.wall_ms,
            rules_version=rules_version(counter),
            uses=uses_now(counter),
        ),
    )


def rules_version(counter: Counter) -> int:
    """Return the version of the rules that price a sale that begins now; 0 = there are none."""
    return 0 if counter.rules is None else counter.rules.version


def uses_now(counter: Counter) -> Uses:
    """Return how often rules that anybody may use so many times were used here."""
    counted = {
        rule_id: times
        for rule_id, times in counter.used.total.items()
        if (rule := counter.pricer.rules.by_id.get(rule_id)) is not None and rule.total_limit is not None
    }
    return Uses(total=counted) if counted else NO_USES


def line_of(counter: Counter, draft: Draft) -> SaleLine:
    """Return the line that a draft with all its values is; `InputError` when they make no sense together."""
    number = counter.record.sale.next_number if counter.record.sale is not None else 1
    article = draft.article
    line = _unknown(counter, draft, number) if article is None else _known(draft, article, number)
    check_line(line)
    return line


def _known(draft: Draft, article: Article, number: int) -> SaleLine:
    query, label = draft.query, draft.label
    weighed = article.unit is Unit.KG
    return SaleLine(
        number=number,
        sku=article.sku,
        name=article.name,
        code=clean(query.code or article.plu or article.sku, limit=CODE_LIMIT),
        price_fen=draft.price_fen if draft.price_fen is not None else article.price_fen,
        entry=query.entry,
        unit=article.unit,
        quantity=1 if weighed else query.quantity,
        weight_g=draft.weight_g,
        member_price_fen=None if draft.price_fen is not None else article.member_price_fen,
        printed_fen=label.amount_fen if label is not None else None,
        vat_bp=article.vat_bp,
        category=article.category,
        discountable=article.discountable,
        earns=article.terms.earns,
        returnable=article.terms.returnable,
        deposit=article.deposit,
        service=article.terms.service,
        batch=_number(draft, Tracking.BATCH),
        serial=_number(draft, Tracking.SERIAL),
        open_price=article.open_price,
        note=draft.note,
    )


def _number(draft: Draft, tracking: Tracking) -> SafeText:
    article = draft.article
    asked = draft.tracked is not None and article is not None and article.terms.tracking is tracking
    return draft.tracked if asked and draft.tracked is not None else SafeText("")


def _unknown(counter: Counter, draft: Draft, number: int) -> SaleLine:
    department = counter.settings.unknown_article
    return SaleLine(
        number=number,
        sku=department.sku,
        name=department.name,
        code=clean(draft.query.code, limit=CODE_LIMIT),
        price_fen=draft.price_fen or 0,
        entry=Entry.UNKNOWN,
        quantity=draft.query.quantity,
        vat_bp=department.vat_bp,
        open_price=True,
        note=draft.note,
    )


def is_member(counter: Counter) -> bool:
    """Whether the open sale has a member."""
    return counter.record.sale is not None and counter.record.sale.is_member


def add_draft(counter: Counter, draft: Draft, permit: Permit) -> Outcome:
    """Put a whole line into the sale."""
    try:
        line = line_of(counter, draft)
    except InputError:
        return reject(No.BAD_QUANTITY, at_sale(counter))
    scan = draft.query.scan
    device = scan.device if scan is not None else ""
    return add_line(counter, line, permit, device=device, scale=draft.scale)


def add_line(counter: Counter, line: SaleLine, permit: Permit, *, device: str = "", scale: str = "") -> Outcome:
    """Put a line into the sale, and begin one with it if there is none."""
    added = ev.LineAdded(line=line, device=device, scale=scale, approved_by=permit.approver)
    amount_fen = price_line(line, member=is_member(counter)).net_fen
    return Applied(
        counter=replace(at_sale(counter), selected=line.number),
        facts=(*started(counter, permit), added),
        said=say(Say.LINE_ADDED, name=line.name, quantity=quantity_text(line), amount=format_fen(amount_fen)),
    )


def repeat_line(counter: Counter, action: RepeatLine, permit: Permit) -> Outcome:
    """Add the same article once more, at the same price, as a line of its own without what was taken off."""
    row, sale = live_line(counter, action.number), counter.record.sale
    if row is None or sale is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    entry = Entry.UNKNOWN if row.line.entry is Entry.UNKNOWN else Entry.REPEAT
    line = change(prices.unchanged(row.line), number=sale.next_number, quantity=action.quantity, entry=entry)
    return add_line(counter, line, permit)


def signed(line: SaleLine, pieces: int) -> int:
    """Return so many pieces as the quantity of a line: of one that gives deposits back it is below zero."""
    return -pieces if line.quantity < 0 else pieces


def at_sale(counter: Counter) -> Counter:
    """Return the counter back in the sale, with nothing typed."""
    return replace(counter, mode=Selling(), text="")


def live_line(counter: Counter, number: int) -> PricedLine | None:
    """Return a line that is not voided, with its amounts, by its number."""
    priced = counter.priced
    if priced is None or not 0 < number <= len(priced.rows):
        return None
    return priced.rows[number - 1]


def last_line(counter: Counter) -> PricedLine | None:
    """Return the last line that is not voided."""
    return counter.priced.lines[-1] if counter.priced is not None and counter.priced.lines else None


def change_quantity(counter: Counter, action: ChangeQuantity, permit: Permit, *, device: str = "") -> Outcome:
    """Give a line another number of pieces."""
    row = live_line(counter, action.number)
    if row is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    changed = ev.QuantityChanged(
        number=action.number, quantity=action.quantity, device=device, approved_by=permit.approver
    )
    return Applied(
        counter=replace(at_sale(counter), selected=action.number),
        facts=(changed,),
        said=say(Say.QUANTITY_CHANGED, name=row.line.name, quantity=str(action.quantity)),
    )


def void_line(counter: Counter, action: VoidLine, permit: Permit, *, device: str = "") -> Outcome:
    """Take a line back as a whole; the selection goes to the last line that stays."""
    row = live_line(counter, action.number)
    if row is None or counter.priced is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    staying = [other.line.number for other in counter.priced.lines if other is not row]
    return Applied(
        counter=replace(at_sale(counter), selected=staying[-1] if staying else 0),
        facts=(ev.LineVoided(number=action.number, device=device, approved_by=permit.approver),),
        said=say(Say.LINE_VOIDED, name=row.line.name, number=str(action.number)),
    )


def reduce_line(counter: Counter, action: ReduceLine, permit: Permit) -> Outcome:
    """Take money off a line, at most what is left of it."""
    row = live_line(counter, action.number)
    staff = counter.record.staff
    if row is None or staff is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    off_fen = action.reduction.off_fen
    if off_fen > row.net_fen:
        return reject(No.ABOVE_LINE, at_sale(counter), limit=format_fen(row.net_fen))
    return Applied(
        counter=replace(at_sale(counter), selected=action.number),
        facts=(
            ev.LineReduced(
                number=action.number, reduction=action.reduction, approved_by=permit.approver or staff.number
            ),
        ),
        said=say(Say.LINE_REDUCED, name=row.line.name, amount=format_fen(off_fen)),
    )


def change_price(counter: Counter, action: ChangePrice, permit: Permit) -> Outcome:
    """Give a line another price of one, or that of its article again."""
    row = live_line(counter, action.number)
    staff = counter.record.staff
    if row is None or staff is None:
        return reject(No.UNKNOWN_LINE, at_sale(counter))
    no = prices.refused(row.line, action.price_fen)
    if no is not None:
        return reject(no, at_sale(counter))
    fact = LinePriceChanged(
        number=action.number,
        price_fen=action.price_fen,
        reason=action.reason,
        approved_by=permit.approver or staff.number,
    )
    message = GoodsSay.PRICE_BACK if action.price_fen is None else GoodsSay.PRICE_CHANGED
    price_fen = prices.price_now(change(row.line, override_fen=action.price_fen))
    return Applied(
        counter=replace(at_sale(counter), selected=action.number),
        facts=(fact,),
        said=say(message, name=row.line.name, price=format_fen(price_fen)),
    )
