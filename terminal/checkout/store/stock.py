"""The page of stock: pick a document, scan articles with quantities, correct, book."""

from msgspec.structs import replace

from terminal.checkout.codes import is_secret
from terminal.checkout.deeds.gate import request
from terminal.checkout.drafts import Need
from terminal.checkout.effects import FindArticles, FindStock, LookUp, Purpose
from terminal.checkout.goods.messages import GoodsNo
from terminal.checkout.handlers.moving import moved
from terminal.checkout.handlers.refusals import refusal_of
from terminal.checkout.handlers.typing import count_of, drop, grams_of, put, split_prefix
from terminal.checkout.inputs import LookedUp, StockFound
from terminal.checkout.inquiries import page as inquiries
from terminal.checkout.inquiries.questions import Search, Topic
from terminal.checkout.messages import No
from terminal.checkout.modes import Prompting, Searching
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, Turn, reject, say
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store.deeds import print_again
from terminal.checkout.store.drafts import BeginDocument, BookDocument, DropDocument, ReasonOfStock, ReferenceOf
from terminal.checkout.store.messages import KINDS, StoreNo, StoreSay
from terminal.checkout.store.modes import StockMenu, StockPage
from terminal.domain.catalog import Article, Unit
from terminal.domain.sale import Entry
from terminal.domain.slips.stock import quantity_text
from terminal.domain.stock import DocumentKind, StockDocument, StockLine
from terminal.domain.text import clean
from terminal.wire import store_events as sev

CODE_LIMIT = 64
CODE_SHOWN = 40
HIGHEST_QUANTITY = 99_999_999
PICKED: tuple[DocumentKind, ...] = tuple(DocumentKind)
NOTED = frozenset({DocumentKind.RECEIVE, DocumentKind.SUPPLIER_RETURN})
"""Documents that may name a delivery note."""
PICKS = "123456789"


def open_page(turn: KeyTurn) -> Outcome:
    """Go on with the document that is under way, or show the kinds that there are."""
    counter = turn.counter
    mode = StockMenu() if counter.record.store.document is None else StockPage(selected=_last(counter))
    return Applied(counter=replace(counter, mode=mode, text=""))


def pick(turn: KeyTurn) -> Outcome:
    """Begin a document; of some the delivery note, or the other store, is asked for first. Behind them: low stock."""
    index = PICKS.find(turn.cause.name)
    if index == len(PICKED):
        return inquiries.ask(turn.counter, Search(topic=Topic.LOW_STOCK))
    if not 0 <= index < len(PICKED):
        return reject(No.NO_CHOICE)
    kind = PICKED[index]
    if kind.names_a_store or kind in NOTED:
        need = Need.OTHER_STORE if kind.names_a_store else Need.REFERENCE
        return Applied(counter=replace(turn.counter, mode=Prompting(need=need, subject=ReferenceOf(kind)), text=""))
    return request(turn.counter, BeginDocument(kind), turn.moment)


def reprint(turn: KeyTurn) -> Outcome:
    """Print the last document's paper again."""
    return print_again(turn.counter)


def leave(turn: KeyTurn) -> Outcome:
    """Clear what is typed, then go back to selling; a document that is under way stays."""
    counter, document = turn.counter, turn.counter.record.store.document
    if counter.text:
        return Applied(counter=replace(counter, text=""))
    said = None if document is None else say(StoreSay.STOCK_STAYS, result=KINDS[document.kind])
    return Applied(counter=replace(counter, mode=at_rest(counter), text=""), said=said)


# --- articles --------------------------------------------------------------------------------------------------------


def scan(turn: ScanTurn) -> Outcome:
    """Look the article up, with the quantity that stands typed."""
    counter, code = turn.counter, turn.cause.data
    times, rest = split_prefix(counter.text)
    if times is None or (rest and rest != counter.text):
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    query = LookUp(
        purpose=Purpose.STOCK,
        entry=Entry.SCAN,
        code=code,
        quantity=times.quantity,
        weight_g=times.weight_g,
        scan=turn.cause,
    )
    return Applied(counter=drop(counter) if rest else replace(counter, text=""), effects=(query,))


def enter(turn: KeyTurn) -> Outcome:
    """Look a typed code up; with nothing typed, book."""
    counter = turn.counter
    if not counter.text:
        return book(turn)
    times, code = split_prefix(counter.text)
    if times is None or not code or "*" in code:
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    query = LookUp(
        purpose=Purpose.STOCK, entry=Entry.TYPED, code=code, quantity=times.quantity, weight_g=times.weight_g
    )
    return Applied(counter=replace(counter, text=""), effects=(query,))


def multiply(turn: KeyTurn) -> Outcome:
    """``24*``: that many of the next article."""
    counter = turn.counter
    if split_prefix(f"{counter.text}*")[1] != "":
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    return put(turn)


def search(turn: KeyTurn) -> Outcome:
    """A letter begins a search by pinyin initials; a typed quantity goes with it."""
    counter, letter = turn.counter, turn.cause.name.lower()
    times, rest = split_prefix(counter.text)
    if rest or times is None:
        return put(turn)
    searching = Searching(query=letter, purpose=Purpose.STOCK, prefix=counter.text)
    return Applied(counter=replace(counter, mode=searching, text=""), effects=(FindArticles(initials=letter),))


def answered(turn: Turn[LookedUp]) -> Outcome:
    """Put an article into the document, or refuse what is none."""
    answer = turn.cause
    counter = replace(turn.counter, mode=StockPage(selected=_selected(turn.counter)), text="")
    document, article = counter.record.store.document, answer.article
    if document is None:
        return reject(StoreNo.NO_DOCUMENT, replace(counter, mode=StockMenu()))
    if article is None:
        return _no_article(counter, answer)
    if article.terms.service:
        return reject(GoodsNo.SERVICE, counter, name=article.name)
    quantity = _quantity(answer, article)
    if quantity is None or quantity < 1:
        return reject(StoreNo.WEIGHT_FIRST if article.unit is Unit.KG else No.BAD_QUANTITY, counter)
    known = document.line(article.sku)
    line = _line(answer, article, quantity + (0 if known is None else known.quantity))
    device = answer.query.scan.device if answer.query.scan is not None else ""
    return _set(counter, document, line, device=device)


def _no_article(counter: Counter, answer: LookedUp) -> Outcome:
    if is_secret(answer.query.code):
        return reject(No.NOT_GOODS, counter)
    if answer.reason != No.UNKNOWN_ITEM.code:
        return reject(refusal_of(answer), counter)
    return reject(No.UNKNOWN_ITEM, counter, code=clean(answer.query.code, limit=CODE_SHOWN))


def _quantity(answer: LookedUp, article: Article) -> int | None:
    """Return pieces, or the grams of a label or of what was typed; None = nobody said how much."""
    query, label = answer.query, answer.label
    if article.unit is Unit.EACH:
        return query.quantity
    return label.weight_g if label is not None else query.weight_g


def _line(answer: LookedUp, article: Article, quantity: int) -> StockLine:
    return StockLine(
        sku=article.sku,
        name=article.name,
        code=clean(answer.query.code or article.plu or article.sku, limit=CODE_LIMIT),
        quantity=quantity,
        price_fen=article.price_fen,
        unit=article.unit,
    )


def _set(counter: Counter, document: StockDocument, line: StockLine, *, device: str = "") -> Outcome:
    if line.quantity > HIGHEST_QUANTITY:
        return reject(No.BAD_QUANTITY, counter)
    after = document.with_line(line)
    at = next((index for index, one in enumerate(after.lines) if one.sku == line.sku), 0)
    return Applied(
        counter=replace(counter, mode=StockPage(selected=at), text=""),
        facts=(sev.StockLineSet(line=line, device=device),),
        said=say(StoreSay.STOCK_LINE, name=line.name, quantity=quantity_text(line.quantity, line.unit)),
    )


# --- corrections -----------------------------------------------------------------------------------------------------


def change(turn: KeyTurn) -> Outcome:
    """``24 F2`` makes the selected line so many, or so many kilograms; in a count that may be 0."""
    counter, document = turn.counter, turn.counter.record.store.document
    line = selected_line(counter)
    if document is None or line is None:
        return reject(StoreNo.EMPTY_DOCUMENT, replace(counter, text=""))
    quantity = count_of(counter.text) if line.unit is Unit.EACH else grams_of(counter.text)
    if quantity is None and counter.text == "0" and document.kind is DocumentKind.COUNT:
        quantity = 0
    if quantity is None:
        no = No.BAD_QUANTITY if line.unit is Unit.EACH else No.BAD_WEIGHT
        return reject(no, replace(counter, text=""))
    return _set(replace(counter, text=""), document, replace(line, quantity=quantity))


def more(turn: KeyTurn) -> Outcome:
    """One more of the selected line, ``n+`` n more; kilograms of what is weighed."""
    counter, document = turn.counter, turn.counter.record.store.document
    line = selected_line(counter)
    if document is None or line is None:
        return reject(StoreNo.EMPTY_DOCUMENT, replace(counter, text=""))
    step = (count_of if line.unit is Unit.EACH else grams_of)(counter.text or "1")
    if step is None:
        return reject(No.BAD_QUANTITY, replace(counter, text=""))
    return _set(replace(counter, text=""), document, replace(line, quantity=line.quantity + step))


def remove_last(turn: KeyTurn) -> Outcome:
    """Take the last line out, ``n-`` line n."""
    counter, document = turn.counter, turn.counter.record.store.document
    lines = () if document is None else document.lines
    number = count_of(counter.text) if counter.text else len(lines)
    return _remove(counter, lines, (number or 0) - 1)


def remove_selected(turn: KeyTurn) -> Outcome:
    """Take the selected line out."""
    document = turn.counter.record.store.document
    return _remove(turn.counter, () if document is None else document.lines, _selected(turn.counter))


def _remove(counter: Counter, lines: tuple[StockLine, ...], index: int) -> Outcome:
    if not 0 <= index < len(lines):
        return reject(No.UNKNOWN_LINE if lines else StoreNo.EMPTY_DOCUMENT, replace(counter, text=""))
    line, left = lines[index], len(lines) - 1
    return Applied(
        counter=replace(counter, mode=StockPage(selected=max(0, min(index, left - 1))), text=""),
        facts=(sev.StockLineRemoved(sku=line.sku),),
        said=say(StoreSay.STOCK_REMOVED, name=line.name),
    )


def move(turn: KeyTurn) -> Outcome:
    """Move the selection by a line, a page, or to an end."""
    counter = turn.counter
    at = moved(turn, _selected(counter), last=_last(counter))
    return Applied(counter=replace(counter, mode=StockPage(selected=at)))


# --- the end ---------------------------------------------------------------------------------------------------------


def book(turn: KeyTurn) -> Outcome:
    """Book the document: an adjustment needs a reason, a count is compared with what should be there."""
    counter, document = turn.counter, turn.counter.record.store.document
    if document is None or not document.lines:
        return reject(StoreNo.EMPTY_DOCUMENT, replace(counter, text=""))
    if counter.text:
        return reject(No.FINISH_FIRST)
    match document.kind:
        case DocumentKind.ADJUST:
            return Applied(counter=replace(counter, mode=Prompting(need=Need.REASON, subject=ReasonOfStock())))
        case DocumentKind.COUNT:
            return Applied(counter=counter, effects=(FindStock(tuple(line.sku for line in document.lines)),))
        case _:
            return request(counter, BookDocument(), turn.moment)


def found(turn: Turn[StockFound]) -> Outcome:
    """Compare a count with what should be there, and ask whether it is to be booked."""
    if not isinstance(turn.counter.mode, StockPage):
        return Ignored()
    return request(turn.counter, BookDocument(levels=turn.cause.levels), turn.moment)


def drop_document(turn: KeyTurn) -> Outcome:
    """Drop the document."""
    return request(turn.counter, DropDocument(), turn.moment)


def selected_line(counter: Counter) -> StockLine | None:
    """Return the selected line of the document."""
    document = counter.record.store.document
    if document is None or not document.lines:
        return None
    return document.lines[min(_selected(counter), len(document.lines) - 1)]


def _selected(counter: Counter) -> int:
    return counter.mode.selected if isinstance(counter.mode, StockPage) else _last(counter)


def _last(counter: Counter) -> int:
    document = counter.record.store.document
    return max(0, len(document.lines) - 1) if document is not None else 0
