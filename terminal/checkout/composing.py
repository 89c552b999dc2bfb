"""Papers, with the words, the shop and the time that they need: what a book, the clock and the site know."""

from functools import partial

from msgspec.structs import replace

from terminal.checkout.effects import PrintReceipt, PrintSlip
from terminal.domain.ids import Identity, StaffNumber
from terminal.domain.receipt import Receipt
from terminal.domain.receipt_labels import Language
from terminal.domain.receipt_rows import Issuer, build_receipt
from terminal.domain.settings import ShopTexts
from terminal.domain.text import SafeText, clean
from terminal.ports.catalog import Catalog
from terminal.ports.clock import Clock
from terminal.wire.documents import document_of
from terminal.wire.seal import Purpose, Signer, signature_of


class Composer:
    """Composes the papers of one till."""

    def __init__(self, identity: Identity, language: Language, clock: Clock, signer: Signer | None = None) -> None:
        self._identity = identity
        self._language = language
        self._clock = clock
        self._sign = None if signer is None else partial(signature_of, purpose=Purpose.SALE, signer=signer)

    def receipt(self, effect: PrintReceipt, book: Catalog | None) -> Receipt:
        """Return the receipt of a sale; ``book`` is that with which it was priced, or the one that decides now."""
        sale, completed = effect.sale, effect.completed
        is_its_own = book is not None and book.info.version == sale.book_version
        issuer = self._issuer(book, sale.staff, book_label=book.info.label if book is not None and is_its_own else "")
        salespeople = {line.salesperson for line in sale.lines if line.salesperson is not None}
        issuer = replace(issuer, salespeople={who: _name(book, who) for who in salespeople})
        local_time = self._clock.local_iso(completed.completed_ms)
        return build_receipt(
            document_of(sale, completed),
            issuer,
            local_time=local_time,
            copy=effect.copy,
            training=effect.training,
            sign=self._sign,
        )

    def slip(self, effect: PrintSlip, book: Catalog | None) -> Receipt:
        """Return a paper that is no receipt of a sale."""
        slip = effect.slip
        issuer = self._issuer(book, slip.staff, approver=slip.approved_by)
        return Receipt(rows=tuple(slip.rows(issuer, self._clock.local_iso(slip.at_ms), training=effect.training)))

    def _issuer(
        self,
        book: Catalog | None,
        number: StaffNumber,
        *,
        approver: StaffNumber | None = None,
        book_label: str = "",
    ) -> Issuer:
        return Issuer(
            identity=self._identity,
            shop=book.settings.shop if book is not None else ShopTexts(),
            staff_name=_name(book, number),
            approver_name=_name(book, approver),
            logo=book.settings.logo if book is not None else None,
            book_label=book_label,
            language=self._language,
        )


def _name(book: Catalog | None, number: StaffNumber | None) -> SafeText:
    staff = None if book is None or number is None else book.staff(number)
    return clean("") if staff is None else staff.name
