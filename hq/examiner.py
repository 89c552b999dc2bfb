"""Looks at a done sale with HQ's own eyes: whether it follows from its lines and its rules, and they from the books.

Whatever it finds is told, and never changes what the till wrote.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from hq.bookcase import WITHOUT_RULES, Bookcase, KnownRules, OpenBook
from hq.config import Bounds
from hq.gifts import wrong_issue
from hq.rules.store_values import wrong_in
from hq.store.port import AlarmKind
from hq.till_keys import TillKeys
from terminal.domain.document import Document, digest, disagreements
from terminal.domain.errors import BookError, InputError, RuleError
from terminal.domain.members.tiers import Tier
from terminal.domain.money import format_fen
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.sale import Entry, Sale, SaleLine
from terminal.wire.events import SaleCompleted
from terminal.wire.member_events import CouponIssued
from terminal.wire.promotion_events import RuleValueSet
from terminal.wire.shift_events import ShiftClosed
from terminal.wire.statements import is_signed
from terminal.wire.topics import store_of

Finding = tuple[AlarmKind, str]
"""What to look at, and in words what is odd."""


class Examiner:
    """One thread uses it. Without a bookcase it believes the prices of lines, and any rounding.

    Without ``keys`` nothing has to be signed.
    """

    def __init__(
        self, bounds: Bounds | None = None, bookcase: Bookcase | None = None, keys: TillKeys | None = None
    ) -> None:
        self._bounds = bounds or Bounds()
        self.bookcase = bookcase
        """All published books, if there are any to look things up in."""
        self.keys = keys
        """Those of tills for which HQ vouches."""

    def doubts_of(self, closed: ShiftClosed, *, terminal: str) -> str:
        """Return why a Z report is not signed as it should be, in words; nothing if it is, or no key is known of."""
        if self.keys is None:
            return ""
        keys = self.keys.of(terminal)
        if not keys:
            unknown = f"it signs with {closed.key.hex()}, and nobody vouches for that: guitai-hq till-keys add"
            return unknown if closed.signature else ""
        if not closed.signature:
            return f"Z {closed.number} has no signature"
        return "" if is_signed(closed, terminal, keys) else f"Z {closed.number} is not signed by a key of this till"

    def differences(self, document: Document, completed: SaleCompleted, *, terminal: str) -> list[Finding]:
        """Return where HQ comes to something else than the till: none for a right sale."""
        found = [] if digest(document) == completed.digest else [(AlarmKind.DIGEST, "the digest differs")]
        version = document.sale.book_version
        if completed.book_version != version:
            found.append((AlarmKind.TOTALS, f"began with book {version}, ended with book {completed.book_version}"))
        book = self.bookcase.book(terminal, version) if self.bookcase is not None else None
        if book is None and self.bookcase is not None:
            found.append((AlarmKind.BOOK, f"HQ has no book {version} for it: the prices of its sales are not checked"))
        rules = self._rules(document.sale.rules_version, terminal)
        if rules is None and self.bookcase is not None:
            missing = f"HQ has no rules {document.sale.rules_version} for it: what they took off is not checked"
            found.append((AlarmKind.BOOK, missing))
        found += _in_sums(document, book, rules, store=store_of(terminal))
        if book is not None:
            found += self._in_lines(document, book, terminal=terminal)
        return found

    def oddities(self, document: Document) -> list[Finding]:
        """Return what is right as a sum, and yet no sale of a supermarket."""
        bound_fen = self._bounds.sale_fen
        amounts = {"gross": document.gross_fen, "total": document.total_fen, "change": document.change_fen}
        return [
            (AlarmKind.AMOUNT, f"{name} {format_fen(fen)} is beyond {format_fen(bound_fen)}")
            for name, fen in amounts.items()
            if abs(fen) > bound_fen
        ]

    def wrong_value(self, fact: RuleValueSet, *, terminal: str, rules_version: int) -> str:
        """Return in words what is wrong with what a store set; nothing if it is right, or HQ has no such rules."""
        if fact.rules_version != rules_version:
            return f"it is about rules {fact.rules_version}, and {rules_version} decide"
        rules = self._rules(fact.rules_version, terminal)
        return "" if rules is None else "; ".join(wrong_in(fact, rules.pricer.rules))

    def wrong_coupon(self, fact: CouponIssued, *, terminal: str, rules_version: int) -> str:
        """Return in words what is wrong with a coupon for points; nothing if it is right, or HQ has no such rules."""
        rules = self._rules(rules_version, terminal)
        return "" if rules is None else wrong_issue(fact, rules.trade.settings.points_coupons)

    def undeclared(self, coupons: Iterable[AnyCoupon], *, terminal: str, rules_version: int) -> tuple[AnyCoupon, ...]:
        """Return the coupons that rules do not have; none, when HQ does not have the rules, or cannot read them."""
        rules = self._rules(rules_version, terminal)
        try:
            return () if rules is None else tuple(one for one in coupons if rules.coupon(one.code) is None)
        except BookError:
            return ()

    def tiers(self, version: int, terminal: str) -> tuple[Tier, ...]:
        """Return the tiers of a version of the rules; none, when HQ does not have it."""
        rules = self._rules(version, terminal)
        return () if rules is None else rules.trade.settings.tiers

    def _rules(self, version: int, terminal: str) -> KnownRules | None:
        """Return the rules of a version; None when HQ has none. Version 0 are no rules."""
        if self.bookcase is None:
            return None
        return self.bookcase.rules(terminal, version) if version else WITHOUT_RULES

    def _in_lines(self, document: Document, book: OpenBook, *, terminal: str) -> Iterator[Finding]:
        """Yield the lines that are not as the book has their articles."""
        for line in document.sale.live_lines:
            try:
                differing = ", ".join(_differing(line, book))
                if not differing or (_may_be_older(line, book) and self._is_of_earlier(line, book, terminal)):
                    continue
            except BookError as error:
                differing = str(error)
            yield AlarmKind.PRICE, f"line {line.number} ({line.sku}): {differing} (book {book.version})"

    def _is_of_earlier(self, line: SaleLine, book: OpenBook, terminal: str) -> bool:
        bookcase = self.bookcase
        earlier = bookcase.earlier(terminal, book.version) if bookcase is not None else ()
        return any(not any(_differing(line, older)) for older in earlier)


def _in_sums(document: Document, book: OpenBook | None, rules: KnownRules | None, *, store: str) -> list[Finding]:
    rounding = pricer = trade = None
    if rules is not None:
        document = replace(document, sale=replace(document.sale, coupons=_as_hq_has_them(document.sale, rules)))
        pricer = rules.pricer_of(store, document.sale.store_values)
        trade = None if book is None else rules.trade.beside(book.settings.rounding)
        rounding = None if trade is None else trade.rounding
    try:
        found = disagreements(document, rounding, pricer=pricer, trade=trade)
        return [(AlarmKind.TOTALS, f"{kind} differs") for kind in found]
    except (BookError, InputError, RuleError) as error:
        return [(AlarmKind.TOTALS, f"a line makes no sense: {error}")]


def _as_hq_has_them(sale: Sale, rules: KnownRules) -> tuple[AnyCoupon, ...]:
    """Return the coupons that a sale was presented, with the terms of the rules; what HQ never made is none.

    Of what a member owns the till recorded what HQ had told it: also that it is another member's who became this one.
    """
    owned = {coupon.code: coupon for coupon in sale.member_coupons}
    found = (_with_owner(rules.coupon(coupon.code), owned.get(coupon.code)) for coupon in sale.coupons)
    return tuple(coupon for coupon in found if coupon is not None)


def _with_owner(declared: AnyCoupon | None, owned: AnyCoupon | None) -> AnyCoupon | None:
    return owned if declared is None else declared if owned is None else replace(declared, owner=owned.owner)


def _differing(line: SaleLine, book: OpenBook) -> Iterator[str]:
    """Yield what of a line is not as the book has it. A typed price is checked by nobody, nor is one on a label."""
    if line.entry is Entry.UNKNOWN:
        department = book.settings.unknown_article
        if (line.sku, line.vat_bp) != (department.sku, department.vat_bp):
            yield "not the department of articles without a row"
        return
    article = book.article(line.sku)
    if article is None:
        yield "no such article"
        return
    if line.open_price and not article.open_price:
        yield "no open price"
    if not line.open_price:
        yield from _unlike("price", line.price_fen, article.price_fen)
        yield from _unlike("member price", line.member_price_fen, article.member_price_fen)
    yield from _unlike("VAT", line.vat_bp, article.vat_bp)
    yield from _unlike("unit", line.unit, article.unit)
    yield from _unlike("discountable", line.discountable, article.discountable)
    yield from _unlike("deposit", line.deposit, article.deposit)
    yield from _unlike("service", line.service, article.terms.service)
    yield from _unlike("earns", line.earns, article.terms.earns)
    yield from _unlike("returnable", line.returnable, article.terms.returnable)


def _unlike(name: str, at_till: object, in_book: object) -> Iterator[str]:
    if at_till != in_book:
        yield f"{name} {at_till} instead of {in_book}"


def _may_be_older(line: SaleLine, book: OpenBook) -> bool:
    """Whether a recall leaves such a line as it was held, under an earlier book: the present one cannot price it."""
    if line.open_price or line.entry is Entry.UNKNOWN:
        return True
    article = book.article(line.sku)
    return article is None or article.unit is not line.unit
