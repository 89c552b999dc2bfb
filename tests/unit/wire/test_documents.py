from hypothesis import given
from msgspec.structs import replace

from terminal.domain.document import digest, finish
from terminal.domain.paying import Taking, Wallet
from terminal.domain.pricing.sums import price_sale
from terminal.domain.sale import Sale
from terminal.domain.settings import Rounding
from terminal.wire.documents import completion, document_of
from tests.unit.domain.baskets import make_line, roundings, sales
from tests.unit.wire.examples import (
    paid_document,
)


def test_the_completing_fact_says_the_document_and_its_digest() -> None:
    document = paid_document()
    fact = completion(document, receipt_count=42, completed_ms=1_795_000_200_000)
    assert (fact.sale_id, fact.receipt_no, fact.book_version) == (document.sale.id, "S01-T03-1-000042", 12)
    assert (fact.receipt_count, fact.completed_ms, fact.digest) == (42, 1_795_000_200_000, digest(document))


@given(sales(), roundings)
def test_a_document_is_had_back_from_its_facts(sale: Sale, rounding: Rounding) -> None:
    priced = price_sale(sale)
    taking = Taking.begin(priced.due_fen, Wallet(today="", rounding=rounding))
    document = finish(sale, priced, taking.finish(taking.cash_rest_fen), receipt_no="S01-T03-1-000001")
    fact = completion(document, receipt_count=1, completed_ms=0)
    assert document_of(sale, fact) == document


def test_lines_that_were_changed_afterwards_are_found() -> None:
    document = paid_document()
    fact = completion(document, receipt_count=42, completed_ms=0)
    assert digest(document_of(document.sale, fact)) == fact.digest
    assert digest(document_of(document.sale.with_changed(make_line(1, quantity=2)), fact)) != fact.digest
    assert digest(document_of(document.sale, replace(fact, total_fen=fact.total_fen - 1))) != fact.digest
