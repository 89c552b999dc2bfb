"""From a code to the article of the book."""

import pytest

from terminal.checkout.effects import LookUp, Purpose
from terminal.checkout.inputs import Label
from terminal.checkout.resolve import resolve
from terminal.domain.sale import Entry
from terminal.ports.devices import Scan
from tests.unit.checkout.memory_shop import (
    COLA,
    Shop,
    article,
)


def asked(code: str = "", *, sku: str = "", entry: Entry = Entry.SCAN, scan: Scan | None = None) -> LookUp:
    return LookUp(purpose=Purpose.SELL, entry=entry, code=code, sku=sku, scan=scan)


def gs1(*fields: tuple[str, str], gtin: str | None = f"0{COLA}") -> Scan:
    return Scan(device="gun", data="]C1…", at_ms=0, gtin=gtin, gs1=fields)


def test_an_article_number_needs_no_code() -> None:
    found = resolve(asked(sku="COLA"), Shop())
    assert found.article is not None
    assert found.article.sku == "COLA"


def test_a_gs1_code_is_looked_up_by_its_gtin() -> None:
    found = resolve(asked("]C1…", scan=gs1(("01", f"0{COLA}"))), Shop())
    assert found.article is not None
    assert found.article.sku == "COLA"
    assert found.label is None


@pytest.mark.parametrize(
    ("value", "grams"), [("1.234 kg", 1234), ("0.5 kg", 500), ("12 kg", 12_000), ("1.2345 kg", 1234)]
)
def test_a_gs1_net_weight_is_the_labels_weight(value: str, grams: int) -> None:
    scan = gs1(("01", f"0{COLA}"), ("3103", value))
    assert resolve(asked("x", scan=scan), Shop()).label == Label(weight_g=grams)


def test_a_gs1_weight_that_is_none_is_left_out() -> None:
    scan = gs1(("3103", "heavy"))
    assert resolve(asked("x", scan=scan), Shop()).label is None


def test_a_plu_is_typed_and_never_scanned() -> None:
    assert resolve(asked("11", entry=Entry.TYPED), Shop()).article is not None
    assert resolve(asked("11"), Shop()).reason == "unknown_item"


def test_a_wrong_check_digit_is_named() -> None:
    assert resolve(asked("6901939621250"), Shop()).reason == "bad_barcode"


NUMBERED = Shop(
    articles=(article("100064", "可口可乐", 350), article("12", "别的", 100), article("x", "农夫", 200, plu="12"))
)


def test_the_number_that_a_list_shows_can_be_typed() -> None:
    found = resolve(asked("100064", entry=Entry.TYPED), NUMBERED)
    assert found.article is not None
    assert found.article.name == "可口可乐"


def test_an_article_number_is_never_scanned() -> None:
    assert resolve(asked("100064"), NUMBERED).reason == "unknown_item"


def test_a_plu_goes_before_an_article_number() -> None:
    found = resolve(asked("12", entry=Entry.TYPED), NUMBERED)
    assert found.article is not None
    assert found.article.sku == "x"
