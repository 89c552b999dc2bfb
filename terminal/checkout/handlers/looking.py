"""Looking without selling: search, price check, help, status. And small things that belong to no sale."""

from msgspec.structs import replace

from terminal.checkout.after.modes import Returned
from terminal.checkout.deeds.gate import request
from terminal.checkout.deeds.lines import at_sale
from terminal.checkout.drafts import Need, ReasonOfDrawer, Reprint
from terminal.checkout.effects import FindArticles, LookUp, Purpose, Seeking
from terminal.checkout.handlers.typing import PICKS, clear, drop, split_prefix
from terminal.checkout.members.asking import by_card, card_of
from terminal.checkout.messages import No
from terminal.checkout.modes import Completed, Confirming, Help, Locked, PriceCheck, Prompting, Searching, Status
from terminal.checkout.outcome import Applied, Ignored, KeyTurn, Outcome, ScanTurn, again, reject
from terminal.checkout.state import Counter, at_rest
from terminal.checkout.store.modes import Attending, StockPage
from terminal.domain.catalog import Article
from terminal.domain.sale import Entry

LONGEST_QUERY = 12


def search_letter(turn: KeyTurn) -> Outcome:
    """Narrow the search."""
    mode = turn.counter.mode
    query = mode.query if isinstance(mode, Searching) else ""
    if len(query) >= LONGEST_QUERY:
        return reject(No.TOO_LONG)
    return _search(turn.counter, query + turn.cause.name.lower())


def search_backspace(turn: KeyTurn) -> Outcome:
    """Widen the search; without letters it is left."""
    mode = turn.counter.mode
    query = mode.query[:-1] if isinstance(mode, Searching) else ""
    return _search(turn.counter, query) if query else search_escape(turn)


def _search(counter: Counter, query: str) -> Outcome:
    mode = counter.mode
    if not isinstance(mode, Searching):
        mode = Searching(query=query, purpose=Purpose.PRICE_CHECK)
    return Applied(
        counter=replace(counter, mode=replace(mode, query=query), text=""), effects=(FindArticles(initials=query),)
    )


def search_escape(turn: KeyTurn) -> Outcome:
    """Leave the search."""
    return Applied(counter=_left(turn.counter))


def _left(counter: Counter) -> Counter:
    """Return the counter where the search was begun; the quantity that was typed before it stands typed again."""
    mode = counter.mode
    if isinstance(mode, Searching) and mode.purpose is Purpose.PRICE_CHECK:
        return replace(counter, mode=PriceCheck(), text="")
    prefix = mode.prefix if isinstance(mode, Searching) else ""
    if isinstance(mode, Searching) and mode.purpose is Purpose.STOCK:
        return replace(counter, mode=StockPage(), text=prefix)
    return replace(at_sale(counter), text=prefix)


def search_move(turn: KeyTurn) -> Outcome:
    """Highlight another article."""
    mode = turn.counter.mode
    if not isinstance(mode, Searching) or not mode.found:
        return reject(No.NO_CHOICE)
    step = -1 if turn.cause.name == "up" else 1
    at = min(max(mode.selected + step, 0), len(mode.found) - 1)
    return Applied(counter=replace(turn.counter, mode=replace(mode, selected=at)))


def search_digit(turn: KeyTurn) -> Outcome:
    """Pick an article by its digit."""
    return _take(turn.counter, PICKS.find(turn.cause.name))


def search_enter(turn: KeyTurn) -> Outcome:
    """Pick the highlighted article."""
    mode = turn.counter.mode
    return _take(turn.counter, mode.selected if isinstance(mode, Searching) else -1)


def _take(counter: Counter, index: int) -> Outcome:
    mode = counter.mode
    if not isinstance(mode, Searching) or not 0 <= index < len(mode.found):
        return reject(No.NO_CHOICE)
    return Applied(counter=counter, effects=(_look_up(mode, mode.found[index]),))


def _look_up(mode: Searching, article: Article) -> LookUp:
    times, _ = split_prefix(mode.prefix)
    quantity, weight_g = (times.quantity, times.weight_g) if times is not None else (1, None)
    return LookUp(purpose=mode.purpose, entry=Entry.SEARCH, sku=article.sku, quantity=quantity, weight_g=weight_g)


def search_scan(turn: ScanTurn) -> Outcome:
    """A scan closes the search and happens where it was begun."""
    return again(_left(turn.counter), turn.cause)


def open_price_check(turn: KeyTurn) -> Outcome:
    """Show prices until Esc."""
    return Applied(counter=replace(turn.counter, mode=PriceCheck(), text=""))


def price_scan(turn: ScanTurn) -> Outcome:
    """Show the price of an article, or whose card it is."""
    counter, code = turn.counter, turn.cause.data
    card = card_of(counter, code)
    if card is not None:
        return Applied(counter=counter, effects=(by_card(card, Seeking.SHOW, scan=turn.cause),))
    query = LookUp(purpose=Purpose.PRICE_CHECK, entry=Entry.SCAN, code=code, scan=turn.cause)
    return Applied(counter=drop(counter), effects=(query,))


def price_enter(turn: KeyTurn) -> Outcome:
    """Show the price of a typed code."""
    counter = turn.counter
    if not counter.text:
        return reject(No.CODE_FIRST)
    query = LookUp(purpose=Purpose.PRICE_CHECK, entry=Entry.TYPED, code=counter.text)
    return Applied(counter=replace(counter, text=""), effects=(query,))


def back(turn: KeyTurn) -> Outcome:
    """Clear the input, then go back to where the record says."""
    if turn.counter.text:
        return clear(turn)
    return Applied(counter=replace(turn.counter, mode=at_rest(turn.counter)))


def open_help(turn: KeyTurn) -> Outcome:
    """Show help about the present mode."""
    return _page(turn, Help(turn.counter.mode))


def open_status(turn: KeyTurn) -> Outcome:
    """Show devices, uplink, book and journal."""
    return _page(turn, Status(turn.counter.mode))


def _page(turn: KeyTurn, page: Help | Status) -> Outcome:
    """Show a page, but not over a PIN that is being checked: its answer would find nobody who waits."""
    if isinstance(page.below, Locked | Confirming | Attending) and page.below.checking:
        return Ignored()
    return Applied(counter=replace(turn.counter, mode=page))


def close_page(turn: KeyTurn) -> Outcome:
    """Go back to what is below a page."""
    mode = turn.counter.mode
    if not isinstance(mode, Help | Status):
        return Ignored()
    return Applied(counter=replace(turn.counter, mode=mode.below))


def ask_drawer_reason(turn: KeyTurn) -> Outcome:
    """Ask why the drawer is to be opened without a sale."""
    if turn.counter.is_training:
        return reject(No.NOT_IN_TRAINING)
    done = isinstance(turn.counter.mode, Completed | Returned)
    prompt = Prompting(need=Need.REASON, subject=ReasonOfDrawer(done=done))
    return Applied(counter=replace(turn.counter, mode=prompt, text=""))


def reprint(turn: KeyTurn) -> Outcome:
    """Print a marked copy of the last receipt."""
    if turn.counter.record.last is None:
        return reject(No.NO_LAST_SALE)
    return request(turn.counter, Reprint(), turn.moment)


def refuse_scan(turn: ScanTurn) -> Outcome:
    """Nothing is scanned here: refused, loudly."""
    del turn
    return reject(No.NOT_HERE)


def refuse_without_book(turn: ScanTurn) -> Outcome:
    """There are no prices: refused."""
    del turn
    return reject(No.NO_BOOK)
