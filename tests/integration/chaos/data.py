"""A small synthetic year: weeks of baskets of every kind, like those of the real data set."""

from lab.replay.data import Basket, BasketLine, EntryMode, Label, Price, StoreWeek

STORE = 7
FIRST_MS = 1_700_000_000_000
MINUTE_MS = 60_000
PRICES = {1: Price(199, 150), 2: Price(350, 350), 3: Price(1250, 999), 4: Price(89, 80)}
"""article → list and card price."""
OPEN = 9


def book_line(article: int, *, quantity: int = 1, coupon_fen: int = 0, maker_fen: int = 0) -> BasketLine:
    """A line whose price the book decides."""
    list_fen, card_fen = PRICES[article]
    return BasketLine(
        label=Label(article),
        quantity=quantity,
        pieces=quantity,
        list_fen=list_fen * quantity,
        card_fen=card_fen * quantity,
        chain_coupon_fen=coupon_fen,
        maker_coupon_fen=maker_fen,
        mode=EntryMode.BOOK,
    )


def open_line(amount_fen: int, *, coupon_fen: int = 0, quantity: int = 1) -> BasketLine:
    """A line at an open price; above 100 the quantity stands in its text."""
    return BasketLine(
        label=Label(OPEN),
        quantity=quantity,
        pieces=1,
        list_fen=amount_fen,
        card_fen=amount_fen,
        chain_coupon_fen=coupon_fen,
        maker_coupon_fen=0,
        mode=EntryMode.OPEN_PRICE,
    )


def basket(number: int, *lines: BasketLine) -> Basket:
    """A basket of a household of its own."""
    return Basket(id=number, household=number, at_ms=FIRST_MS + number * MINUTE_MS, lines=lines)


def week(number: int, *baskets: Basket) -> StoreWeek:
    """A week, its book with all prices."""
    return StoreWeek(
        store=STORE,
        week=number,
        prices={Label(article): price for article, price in PRICES.items()},
        open_articles=frozenset({OPEN}),
        baskets=baskets,
    )


def five_baskets(first: int) -> tuple[Basket, ...]:
    """Plain scans, a quantity, a coupon, open prices, one with a coupon, a voucher."""
    return (
        basket(first, book_line(1), book_line(2), book_line(3), book_line(4), book_line(1), book_line(2)),
        basket(first + 1, book_line(2, quantity=3), book_line(3)),
        basket(first + 2, book_line(3, coupon_fen=100), book_line(1), book_line(4, quantity=2)),
        basket(first + 3, open_line(500, coupon_fen=20), book_line(1), open_line(300, quantity=250)),
        basket(first + 4, book_line(4), book_line(3, maker_fen=250), book_line(2, quantity=12)),
    )
