"""HQ computes every sale again with the settings and the book of its version, and tells what differs."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq import bookcase as bookcase_module
from hq.bookcase import Bookcase
from hq.examiner import Examiner, Finding
from hq.keys import make_key
from hq.publisher import Publisher
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.domain.catalog import Article, Terms, Unit
from terminal.domain.document import Document, finish
from terminal.domain.ids import SaleId, Sku, StaffNumber
from terminal.domain.paying import Paid, Taking, Wallet
from terminal.domain.pricing.sums import price_sale
from terminal.domain.sale import Entry, Reduction, Sale, SaleLine, Tender, TenderKind
from terminal.domain.settings import Rounding, RoundingMode, RoundingOn, Settings, UnknownArticle
from terminal.domain.text import SafeText
from terminal.domain.vat import vat_by_rate
from terminal.wire.book.building import BookContent
from terminal.wire.documents import completion
from tests.integration.uplink.journals import TERMINAL

ROUNDING = Rounding(mode=RoundingMode.DOWN, unit=10, on=RoundingOn.CASH)
SETTINGS = Settings(rounding=ROUNDING, unknown_article=UnknownArticle(sku=Sku("DEPT9"), vat_bp=900))
COLA = Article(sku=Sku("1"), name=SafeText("可乐"), price_fen=355, member_price_fen=320)
APPLE = Article(sku=Sku("2"), name=SafeText("苹果"), price_fen=1196, unit=Unit.KG, vat_bp=900)
FLOWERS = Article(sku=Sku("3"), name=SafeText("花"), price_fen=0, open_price=True, vat_bp=900)
TOBACCO = Article(sku=Sku("4"), name=SafeText("烟"), price_fen=2500, discountable=False)
CAKE = Article(sku=Sku("5"), name=SafeText("蛋糕"), price_fen=1000, terms=Terms(earns=False, returnable=False))
GOODS = (COLA, APPLE, FLOWERS, TOBACCO, CAKE)


class Hq:
    """A store with books, and who looks at sales."""

    def __init__(self, store: SqliteStore, folder: Path) -> None:
        self._publisher = Publisher(store, make_key(folder / "key.pem"), folder / "books", now_ms=lambda: 1)
        self.books = folder / "books"
        self.bookcase = Bookcase(store, self.books)
        self._examiner = Examiner(bookcase=self.bookcase)

    def publish(self, *goods: Article, settings: Settings = SETTINGS, audience: str = "all") -> int:
        content = BookContent(label="", articles=goods, settings=settings)
        return self._publisher.publish(content, audience=audience).ver

    def finds(self, document: Document, **claimed: object) -> list[Finding]:
        completed = replace(completion(document, receipt_count=1, completed_ms=1), **claimed)
        return self._examiner.differences(document, completed, terminal=TERMINAL)


@pytest.fixture
def hq(store: SqliteStore, tmp_path: Path) -> Iterator[Hq]:
    made = Hq(store, tmp_path)
    made.publish(*GOODS)
    yield made
    made.bookcase.close()


def line(article: Article, **other: object) -> SaleLine:
    """A line as the till makes it."""
    values: dict[str, object] = {
        "number": 1,
        "sku": article.sku,
        "name": article.name,
        "code": SafeText("690"),
        "price_fen": article.price_fen,
        "entry": Entry.SCAN,
        "unit": article.unit,
        "member_price_fen": article.member_price_fen,
        "vat_bp": article.vat_bp,
        "discountable": article.discountable,
        "open_price": article.open_price,
        "earns": article.terms.earns,
        "returnable": article.terms.returnable,
    }
    return SaleLine(**{**values, **other})  # type: ignore[arg-type]


UNKNOWN = line(
    COLA, sku="DEPT9", entry=Entry.UNKNOWN, price_fen=777, member_price_fen=None, vat_bp=900, open_price=True
)


def sold(*lines: SaleLine, version: int = 1, member: bool = False, vouchers: Sequence[int] = ()) -> Document:
    """A sale as the till makes it, the rest paid in cash."""
    sale = Sale(
        id=SaleId("1" * 32),
        staff=StaffNumber("1001"),
        book_version=version,
        local_time="2026-11-23T10:00:00",
        started_ms=1,
        lines=tuple(replace(one, number=number) for number, one in enumerate(lines, 1)),
        member_card=SafeText("99") if member else None,
        tenders=tuple(Tender(kind=TenderKind.VOUCHER, amount_fen=fen) for fen in vouchers),
    )
    priced = price_sale(sale)
    taking = Taking.begin(priced.due_fen, Wallet(today="2026-11-23", rounding=ROUNDING), sale.tenders)
    paid = taking.finish(1_000_000 if taking.cash_rest_fen else 0)
    return finish(sale, priced, paid, receipt_no="S01-T03-1-000001")


@pytest.mark.parametrize(
    "document",
    [
        sold(line(COLA, quantity=3), line(APPLE, weight_g=437), line(TOBACCO)),
        sold(line(COLA), line(TOBACCO), member=True),
        sold(line(APPLE, printed_fen=1234)),
        sold(line(FLOWERS, price_fen=4567)),
        sold(UNKNOWN),
        sold(line(COLA, quantity=2, reductions=(Reduction(off_fen=33, reason=SafeText("x")),))),
        sold(line(COLA, quantity=2, override_fen=310, override_reason=SafeText("x")), member=True),
        sold(line(APPLE, weight_g=437, override_fen=9_999)),
        sold(line(COLA), vouchers=(200,)),
        sold(line(COLA), vouchers=(355,)),
        sold(line(COLA), vouchers=(351,)),
        sold(line(COLA), line(TOBACCO, voided=True, price_fen=1)),
        sold(line(CAKE)),
    ],
)
def test_sale_as_the_till_makes_it_is_right(hq: Hq, document: Document) -> None:
    assert hq.finds(document) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (line(COLA, price_fen=300), "price 300 instead of 355"),
        (line(COLA, member_price_fen=1), "member price 1 instead of 320"),
        (line(COLA, vat_bp=0), "VAT 0 instead of 1300"),
        (line(COLA, unit=Unit.KG, weight_g=10), "unit kg instead of each"),
        (line(TOBACCO, discountable=True), "discountable True instead of False"),
        (line(CAKE, earns=True), "earns True instead of False"),
        (line(CAKE, returnable=True), "returnable True instead of False"),
        (line(COLA, open_price=True, price_fen=1), "no open price"),
        (line(FLOWERS, price_fen=4567, vat_bp=0), "VAT 0 instead of 900"),
        (line(APPLE, printed_fen=1234, vat_bp=0), "VAT 0 instead of 900"),
        (line(COLA, sku="77"), "no such article"),
        (replace(UNKNOWN, vat_bp=0), "not the department of articles without a row"),
        (line(COLA, entry=Entry.UNKNOWN), "not the department of articles without a row"),
        (line(COLA, price_fen=1, vat_bp=2), "price 1 instead of 355, VAT 2 instead of 1300"),
    ],
)
def test_line_that_is_not_as_its_book_has_it_is_told(hq: Hq, changed: SaleLine, told: str) -> None:
    document = sold(line(TOBACCO), changed)
    assert hq.finds(document) == [(AlarmKind.PRICE, f"line 2 ({changed.sku}): {told} (book 1)")]


def with_total(document: Document, total_fen: int) -> Document:
    """The same lines for another total, in itself without a contradiction."""
    nets = (total_fen,)
    return replace(
        document,
        rounding_fen=document.rounding_fen + document.total_fen - total_fen,
        total_fen=total_fen,
        net_fen=nets,
        tenders=(Tender(kind=TenderKind.CASH, amount_fen=total_fen, given_fen=total_fen),),
        change_fen=0,
        vat=vat_by_rate([(1300, total_fen)]),
    )


@pytest.mark.parametrize("total_fen", [1, 340, 351, 355, 360])
def test_total_that_no_rounding_of_the_book_comes_to_is_told(hq: Hq, total_fen: int) -> None:
    document = with_total(sold(line(COLA)), total_fen)
    assert (AlarmKind.TOTALS, "rounding differs") in hq.finds(document)
    assert hq.finds(with_total(document, 350)) == []


def test_rounding_without_cash_is_told(hq: Hq) -> None:
    document = with_total(sold(line(COLA)), 350)
    paid = Tender(kind=TenderKind.VOUCHER, amount_fen=350)
    assert hq.finds(replace(document, tenders=(paid,))) == []
    whole = replace(paid, amount_fen=355)
    sale = replace(document.sale, tenders=(whole,))
    right = finish(sale, price_sale(sale), Paid(total_fen=355, tenders=(whole,)), receipt_no="1")
    assert hq.finds(right) == []


def test_rounding_that_is_spread_otherwise_is_told(hq: Hq) -> None:
    document = sold(line(COLA), line(TOBACCO))
    first, second = document.net_fen
    nets = (first - 1, second + 1)
    tampered = replace(document, net_fen=nets, vat=vat_by_rate([(1300, sum(nets))]))
    assert hq.finds(tampered) == [(AlarmKind.TOTALS, "net differs")]


def test_digest_and_version_that_differ_are_told(hq: Hq) -> None:
    assert hq.finds(sold(line(COLA)), digest=b"other", book_version=2) == [
        (AlarmKind.DIGEST, "the digest differs"),
        (AlarmKind.TOTALS, "began with book 1, ended with book 2"),
    ]


def test_line_that_makes_no_sense_is_told_and_breaks_nothing(hq: Hq) -> None:
    document = sold(line(COLA))
    sale = replace(document.sale, lines=(line(COLA, quantity=0),))
    assert hq.finds(replace(document, sale=sale)) == [(AlarmKind.TOTALS, "a line makes no sense: quantity 0")]
    sale = replace(document.sale, lines=(line(COLA, quantity=-1),))
    ((kind, why),) = hq.finds(replace(document, sale=sale))
    assert (kind, why.endswith("is no deposit")) == (AlarmKind.TOTALS, True)


def test_sale_of_an_old_version_is_computed_with_that_version(hq: Hq) -> None:
    for price in (400, 410, 420, 430):
        hq.publish(replace(COLA, price_fen=price), settings=Settings())
    assert len(list(hq.books.glob("catalog-*.db"))) == 5
    assert hq.finds(sold(line(COLA))) == []
    assert hq.finds(sold(line(COLA), version=2)) == [
        (AlarmKind.TOTALS, "rounding differs"),
        (AlarmKind.TOTALS, "net differs"),
        (AlarmKind.PRICE, "line 1 (1): price 355 instead of 400 (book 2)"),
    ]


def test_held_line_whose_article_is_gone_when_it_is_recalled_keeps_its_old_price(hq: Hq) -> None:
    department = UnknownArticle(sku=Sku("DEPT1"), vat_bp=600)
    version = hq.publish(
        replace(COLA, price_fen=400),
        replace(FLOWERS, vat_bp=600),
        settings=replace(SETTINGS, unknown_article=department),
    )
    kept = (line(TOBACCO), line(FLOWERS, price_fen=99), UNKNOWN)
    assert hq.finds(sold(*kept, version=version)) == []
    assert hq.finds(sold(line(COLA), version=version)) == [
        (AlarmKind.PRICE, "line 1 (1): price 355 instead of 400 (book 2)")
    ]
    assert hq.finds(sold(line(TOBACCO, price_fen=1), version=version)) == [
        (AlarmKind.PRICE, "line 1 (4): no such article (book 2)")
    ]


def test_book_of_another_store_or_none_at_all_is_told(hq: Hq) -> None:
    foreign = hq.publish(*GOODS, audience="s/S02")
    for version in (foreign, 99, 0, -1):
        assert hq.finds(sold(line(COLA), version=version)) == [
            (AlarmKind.BOOK, f"HQ has no book {version} for it: the prices of its sales are not checked")
        ]


def test_book_whose_file_is_gone_or_damaged_is_told_and_stops_nothing(hq: Hq) -> None:
    gone, torn = hq.publish(*GOODS), hq.publish(*GOODS)
    (hq.books / f"catalog-{gone}.db").unlink()
    (hq.books / f"catalog-{torn}.db").write_bytes(b"no book")
    for version in (gone, torn):
        assert [kind for kind, _ in hq.finds(sold(line(COLA), version=version))] == [AlarmKind.BOOK]
    (hq.books / "catalog-1.db").write_bytes(damaged((hq.books / "catalog-1.db").read_bytes()))
    ((kind, detail),) = hq.finds(sold(line(COLA)))
    assert kind is AlarmKind.PRICE
    assert "catalog-1.db is damaged" in detail


def damaged(book: bytes) -> bytes:
    """A book whose articles cannot be read, but its settings can."""
    pages = [book[start : start + 4096] for start in range(0, len(book), 4096)]
    return b"".join(b"\xff" * 4096 if COLA.name.encode() in page else page for page in pages)


def test_few_books_are_open_at_once(hq: Hq, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bookcase_module, "OPEN_BOOKS", 1)
    second = hq.publish(*GOODS)
    for _ in range(2):
        for version in (1, second):
            assert hq.finds(sold(line(COLA), version=version)) == []
