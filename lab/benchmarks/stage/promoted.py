"""A shop with very many promotions: goods, rules and member of a worked case, among as many other goods as wanted."""

from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path

from lab.benchmarks.stage import goods
from lab.benchmarks.stage.goods import VERSION, article, cashier, code, lay_seal
from lab.benchmarks.stage.kept import kept
from lab.cases.reading import read_cases
from lab.cases.setup import Setup, read_setup
from terminal.domain.catalog import Article, CardFormat, Unit
from terminal.domain.ids import Sku
from terminal.domain.members.cards import CardKey, MemberCard
from terminal.domain.settings import Settings
from terminal.wire.book import building, schema
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.files.streams import Stream, book_name, seal_name
from terminal.wire.members.rows import MemberRow
from terminal.wire.members.schema import NAME as MEMBERS
from terminal.wire.members.writing import MembersWriter
from terminal.wire.rules import building as rules_building
from terminal.wire.rules.building import RulesContent, build_rules

CASE = Path(__file__).parents[3] / "tests" / "golden" / "cases" / "bench_200x1000.json"
CARD = "980000000001"
"""The member's card."""
_CARDS = CardFormat(prefix="98", length=len(CARD))


def promoted_codes() -> tuple[str, ...]:
    """Return the barcodes of the goods that the promotions are about, of those that are sold by one scan."""
    numbered = enumerate(_setup().articles.values())
    return tuple(code(number) for number, one in numbered if one.unit is Unit.EACH and not one.open_price)


def lay_promoted(articles: int, books_dir: Path, *, cache: Path, say: Callable[[str], None]) -> None:
    """Put a book of so many articles, and rules and member of the case, into a till's folder as the uplink does."""

    def make(folder: Path) -> None:
        say(f"making a book of {articles:,} articles with promotions (once) …")
        _build(folder, articles)

    sources = (building, schema, rules_building, goods)
    shelf = kept(cache, f"promoted-{articles}", sources=sources, make=make)
    for stream in (Stream.PRICE, Stream.RULES):
        for name in (seal_name(VERSION, stream), book_name(VERSION, stream)):
            (books_dir / name).hardlink_to(shelf / name)
    with closing(MembersWriter(books_dir / MEMBERS)) as writer:
        writer.put([_row()])


def _row() -> MemberRow:
    """Return the member of the case, with the card."""
    (member,) = _setup().members.values()
    return MemberRow(member=member, cards=(MemberCard(key=CardKey(number=CARD)),))


def _setup() -> Setup:
    (case,) = read_cases(CASE)
    return read_setup(case)


def _build(folder: Path, articles: int) -> None:
    setup = _setup()
    promoted = tuple(setup.articles.values())
    others = range(len(promoted), articles)
    content = BookContent(
        label=f"bench.{articles}",
        articles=chain(promoted, map(article, others)),
        barcodes=_barcodes(promoted, others),
        staff=(cashier(),),
        settings=Settings(member_cards=(_CARDS,)),
    )
    build_book(folder / book_name(VERSION), content)
    rules = RulesContent(label="bench", rules=setup.rules.rules, coupons=setup.coupons.values())
    build_rules(folder / book_name(VERSION, Stream.RULES), rules)
    for stream in (Stream.PRICE, Stream.RULES):
        lay_seal(folder, stream)


def _barcodes(promoted: tuple[Article, ...], others: range) -> Iterator[tuple[str, Sku]]:
    yield from ((code(number), one.sku) for number, one in enumerate(promoted))
    yield from ((code(number), article(number).sku) for number in others)
