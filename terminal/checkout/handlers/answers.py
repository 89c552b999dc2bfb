"""What the book answers: articles for the sale, for taking back, for a price check, for a recall."""

from typing import assert_never

from msgspec.structs import replace

from terminal.checkout.after import page as returns
from terminal.checkout.codes import is_secret
from terminal.checkout.deeds.extras import recall_answered
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale, change_quantity, void_line
from terminal.checkout.drafts import AddLine, ChangeQuantity, Draft, Need, VoidLine
from terminal.checkout.effects import FindMember, Purpose, Seeking
from terminal.checkout.goods import tracking
from terminal.checkout.goods.messages import GoodsNo, GoodsSay
from terminal.checkout.goods.tracking import with_number
from terminal.checkout.handlers.refusals import refusal_of
from terminal.checkout.inputs import ArticlesFound, LookedUp, Moment
from terminal.checkout.members.acts import gift_form
from terminal.checkout.messages import No, Say
from terminal.checkout.modes import HeldList, PriceCheck, Prompting, Searching
from terminal.checkout.outcome import Applied, Ignored, Outcome, Permit, Turn, reject, say
from terminal.checkout.state import Counter, allowed
from terminal.checkout.store import stock
from terminal.domain.catalog import Article, Unit
from terminal.domain.members.cards import is_phone
from terminal.domain.money import format_fen
from terminal.domain.pricing.sums import PricedLine
from terminal.domain.sale import Entry
from terminal.domain.staff import Right
from terminal.domain.text import clean
from terminal.wire.counter.view import Level

SHORTEST_CODE = 6
"""What is typed shorter than this is a PLU mistyped, not goods that are not on file."""
CODE_SHOWN = 40


def looked_up(turn: Turn[LookedUp]) -> Outcome:  # noqa: PLR0911 - one row per purpose
    """Take the answer to a look-up."""
    match turn.cause.query.purpose:
        case Purpose.SELL:
            return _sell(turn)
        case Purpose.TAKE_BACK:
            return _take_back(turn)
        case Purpose.PRICE_CHECK:
            return _show_price(turn)
        case Purpose.RECALL:
            return _recall(turn)
        case Purpose.STOCK:
            return stock.answered(turn)
        case Purpose.RETURN:
            return returns.answered(turn)
        case Purpose.GIFT:
            return gift_form.looked_up(turn)
        case unknown:
            assert_never(unknown)


def articles_found(turn: Turn[ArticlesFound]) -> Outcome:
    """Show what a search found."""
    counter, answer = turn.counter, turn.cause
    mode = counter.mode
    if not isinstance(mode, Searching):
        return Ignored()
    said = None
    if not answer.articles:
        said = say(Say.NOTHING_FOUND, Level.ATTENTION, query=mode.query)
    return Applied(counter=replace(counter, mode=replace(mode, found=answer.articles, selected=0)), said=said)


def _sell(turn: Turn[LookedUp]) -> Outcome:
    counter, answer = turn.counter, turn.cause
    if answer.article is not None:
        return _sell_known(counter, answer, answer.article, turn.moment)
    code = answer.query.code
    if is_secret(code):
        return reject(No.PAY_FIRST, at_sale(counter))
    if answer.reason != No.UNKNOWN_ITEM.code:
        return reject(refusal_of(answer), at_sale(counter))
    if answer.query.entry is Entry.TYPED and is_phone(code):
        return Applied(counter=at_sale(counter), effects=(FindMember(seeking=Seeking.BIND, phone=code),))
    typed_short = answer.query.entry is Entry.TYPED and len(code) < SHORTEST_CODE
    if typed_short or answer.query.sku or answer.query.quantity < 1 or not allowed(counter, Right.SELL_UNKNOWN):
        return reject(No.UNKNOWN_ITEM, at_sale(counter), code=clean(code, limit=CODE_SHOWN))
    return next_step(counter, Draft(query=answer.query, article=None), turn.moment)


def _sell_known(counter: Counter, answer: LookedUp, article: Article, moment: Moment) -> Outcome:
    query, label = answer.query, answer.label
    weight_g = None
    if article.terms.recalled is not None:
        return reject(GoodsNo.RECALLED, at_sale(counter), name=article.name, why=article.terms.recalled)
    if article.unit is Unit.KG:
        if label is not None and query.quantity != 1:
            return reject(No.NOT_COUNTED, at_sale(counter))
        weight_g = label.weight_g if label is not None else query.weight_g
        query = replace(query, quantity=1)
    elif query.quantity < 1:
        return reject(No.BAD_QUANTITY, at_sale(counter))
    draft = with_number(Draft(query=query, article=article, label=label, weight_g=weight_g), query.scan)
    no = tracking.refusal_of(counter, draft)
    if no is not None:
        return reject(no, at_sale(counter), **({"number": draft.tracked or ""} if no is GoodsNo.SERIAL_TWICE else {}))
    return next_step(counter, draft, moment)


def next_step(counter: Counter, draft: Draft, moment: Moment) -> Outcome:
    """Ask for what a draft still lacks, or add it."""
    need = lacking(draft)
    if need is None:
        return request(at_sale(counter), AddLine(draft), moment)
    name = draft.article.name if draft.article is not None else ""
    if draft.article is None:
        said = say(Say.UNKNOWN_ARTICLE, Level.ATTENTION, code=clean(draft.query.code, limit=CODE_SHOWN))
    elif need in tracking.NEEDED:
        said = say(tracking.NEEDED[need], Level.ATTENTION, name=name)
    elif need is Need.PRICE:
        said = say(Say.PRICE_NEEDED, Level.ATTENTION, name=name)
    else:
        said = say(Say.WEIGHT_NEEDED, Level.ATTENTION, name=name)
    return Applied(counter=replace(counter, mode=Prompting(need=need, subject=draft), text=""), said=said)


def lacking(draft: Draft) -> Need | None:
    """Return the value that a draft lacks: the price of unknown and open-price goods, the weight of loose ones.

    Or the number of its batch, or of the piece.
    """
    article, label = draft.article, draft.label
    printed = label is not None and label.amount_fen is not None
    if draft.price_fen is None and not printed and (article is None or article.open_price):
        return Need.PRICE
    if article is not None and article.unit is Unit.KG and draft.weight_g is None and not printed:
        return Need.WEIGHT
    return tracking.need_of(draft)


def _take_back(turn: Turn[LookedUp]) -> Outcome:
    """Take one piece of the latest line with this article back; a line that has no more goes as a whole.

    A deposit that is in no line is given back.
    """
    counter, answer = turn.counter, turn.cause
    row, article = _matching(counter, answer), answer.article
    if row is None and article is not None and article.deposit:
        return _give_back(turn, article)
    if row is None:
        return reject(No.NOT_IN_SALE, at_sale(counter))
    scan = answer.query.scan
    device = scan.device if scan is not None else ""
    line = row.line
    if not allowed(counter, Right.VOID_LINE, amount_fen=row.net_fen // line.quantity):
        return reject(No.NO_RIGHT, at_sale(counter))
    permit = Permit(moment=turn.moment)
    if line.quantity > 1:
        return change_quantity(counter, ChangeQuantity(line.number, line.quantity - 1), permit, device=device)
    return void_line(counter, VoidLine(line.number), permit, device=device)


def _give_back(turn: Turn[LookedUp], article: Article) -> Outcome:
    """Give deposits back, as many as stood typed."""
    query = turn.cause.query
    if query.quantity < 1:
        return reject(No.BAD_QUANTITY, at_sale(turn.counter))
    draft = Draft(query=replace(query, quantity=-query.quantity), article=article)
    return next_step(replace(turn.counter, dropped=""), draft, turn.moment)


def _matching(counter: Counter, answer: LookedUp) -> PricedLine | None:
    """Return the latest line of the very code, else of the article."""
    rows = [] if counter.priced is None else [row for row in counter.priced.lines if row.line.quantity > 0]
    code = clean(answer.query.code)
    same_code = next((row for row in reversed(rows) if row.line.code == code), None)
    if same_code is not None or answer.article is None:
        return same_code
    sku = answer.article.sku
    return next((row for row in reversed(rows) if row.line.sku == sku), None)


def _show_price(turn: Turn[LookedUp]) -> Outcome:
    counter, answer = turn.counter, turn.cause
    code = clean(answer.query.code, limit=CODE_SHOWN)
    article = answer.article
    if article is None:
        if is_secret(code) or answer.reason != No.UNKNOWN_ITEM.code:
            refusal = No.NOT_GOODS if is_secret(code) else refusal_of(answer)
            return reject(refusal, replace(counter, mode=PriceCheck(), text=""))
        return reject(No.UNKNOWN_ITEM, replace(counter, mode=PriceCheck(code=code), text=""), code=code)
    shown = PriceCheck(code=code or article.plu or article.sku, article=article)
    said = say(Say.PRICE_SHOWN, name=article.name, amount=format_fen(article.price_fen))
    if article.terms.recalled is not None:
        said = say(GoodsSay.RECALLED_GOODS, Level.ATTENTION, name=article.name, why=article.terms.recalled)
    return Applied(counter=replace(counter, mode=shown, text=""), said=said, reason="price_shown")


def _recall(turn: Turn[LookedUp]) -> Outcome:
    mode = turn.counter.mode
    if not isinstance(mode, HeldList) or mode.recalling is None:
        return Ignored()
    return recall_answered(turn.counter, mode.recalling, turn.cause, Permit(moment=turn.moment))
