"""Returns of which a till knew no sale: without a receipt, or by its code alone."""

import base64
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq.returns import ReturnExaminer
from hq.store.port import AlarmKind
from hq.till_keys import FILE_NAME as KEYS_FILE
from terminal.domain.after.refund import Return
from terminal.domain.ids import ActionId, SaleId, Sku
from terminal.domain.sale import Tender, TenderKind
from terminal.wire import events as ev
from terminal.wire.return_events import GoodsBack, ReturnKind, SaleReturned
from terminal.wire.returning import sealed
from terminal.wire.rules.building import RulesContent
from terminal.wire.seal import Purpose, signature_of
from tests.integration.uplink.journals import TERMINAL, MemoryJournal, sale_facts, sold_goods
from tests.unit.hq.returns.bench import (
    OTHER,
    SELLER,
    SIGNER,
    Hq,
    one_refund,
    plain,
    taken_back,
)
from tests.unit.wire.returns import head


def without_receipt(
    *, units: int = 2, amount_fen: int = 700, cash_fen: int | None = None, sku: str = ""
) -> SaleReturned:
    """Return what a till tells of colas that nobody can show a receipt of."""
    cola = sold_goods()[0]
    line = GoodsBack(line=0, sku=Sku(sku) if sku else cola.sku, name=cola.name, units=units, amount_fen=amount_fen)
    cash = Tender(kind=TenderKind.CASH, amount_fen=amount_fen if cash_fen is None else cash_fen)
    begun = replace(head(kind=ReturnKind.NO_RECEIPT), rules_version=1, lines=(line,), tenders=(cash,))
    return sealed(replace(begun, amount_fen=amount_fen))


BOOK = ev.BookActivated(version=1, sha256="")


def test_goods_without_a_receipt_are_kept_and_worth_what_the_book_says(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(BOOK, without_receipt())
    hq.take(journal)
    (row,) = hq.store.returns.newest()
    assert (row.sale_id, row.receipt_no, row.cash_fen, row.is_right) == ("", "", 700, True)
    assert hq.store.sales.days(terminal=None)[0].cash_fen == -700
    assert (hq.alarms(), hq.faults()) == ([], [""])


@pytest.mark.parametrize(
    ("fact", "told_of"),
    [
        (without_receipt(amount_fen=800), "100001: 800 instead of 700"),
        (without_receipt(units=3, amount_fen=1050), "1050 is beyond 1000"),
        (without_receipt(cash_fen=701), "cash come to 701"),
        (without_receipt(units=0, amount_fen=0), "100001: it may not be: bad_request"),
        (without_receipt(sku="nothing"), "nothing: 700 instead of None"),
        (sealed(replace(without_receipt(), commission={SELLER: -1})), "it is not of any sale"),
    ],
)
def test_goods_without_a_receipt_that_are_not_worth_that_are_found(hq: Hq, fact: SaleReturned, told_of: str) -> None:
    journal = MemoryJournal()
    journal.append(BOOK, fact)
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert f"return {fact.number}: {told_of}" in hq.alarms(AlarmKind.TOTALS)


def test_a_membership_does_not_come_back_without_its_sale(hq: Hq) -> None:
    trade = {"no_receipt_max": 1000, "memberships": [{"sku": sold_goods()[0].sku, "tier": "gold", "days": 365}]}
    hq.publisher.publish(RulesContent(label="", settings=trade), audience="all")
    journal = MemoryJournal()
    journal.append(BOOK, sealed(replace(without_receipt(), rules_version=2)))
    hq.take(journal)
    assert hq.alarms() == ["return S01-T03-1-R00001: 100001: it may not be: not_returnable"]


def by_code(
    *, total_fen: int = 1600, cash_fen: int = 1600, amount_fen: int = 700, receipt_no: str = "S01-T03-1-000001"
) -> SaleReturned:
    """Return what a till tells of colas that came back by the code of a receipt alone."""
    body = f"GT2|{TERMINAL}|S01-T03-1-000001|{total_fen}|0123456789abcdef|2026-11-23|{cash_fen}"
    signature = base64.b32encode(signature_of(body.encode(), purpose=Purpose.SALE, signer=SIGNER)).decode()
    bare = without_receipt(units=amount_fen // 350, amount_fen=amount_fen)
    code = f"{body}|{signature.rstrip('=')}"
    return sealed(replace(bare, kind=ReturnKind.BY_CODE, receipt_no=receipt_no, terminal=TERMINAL, code=code))


def test_goods_that_came_back_by_a_code_alone_are_right_within_the_cap(hq: Hq) -> None:
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, by_code())
    hq.take(journal)
    assert (hq.verdicts(), hq.alarms(), hq.faults()) == ([True], [], [""])


def test_a_code_of_a_till_for_which_nobody_vouches_is_told(hq: Hq) -> None:
    hq.keys.remove(TERMINAL, SIGNER.public_key.hex())
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, by_code())
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert hq.alarms() == ["return S01-T03-1-R00001: the code is of S01-T03, for which nobody vouches"]


def test_a_code_is_told_when_the_keys_of_hq_cannot_be_read(hq: Hq, tmp_path: Path) -> None:
    (tmp_path / KEYS_FILE).write_text("what\n")
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, by_code())
    hq.take(journal)
    (alarm,) = hq.alarms()
    assert "line 1 is no terminal with a key" in alarm


@pytest.mark.parametrize(
    ("fact", "told_of"),
    [
        (by_code(amount_fen=1050), "1050 is beyond what the code is good for"),
        (by_code(total_fen=699), "700 is beyond what the code is good for"),
        (by_code(cash_fen=699), "700 is beyond what the code is good for"),
        (
            sealed(replace(by_code(), local_time="2026-12-28T00:00:00")),
            "the code is of 2026-11-23, and not good any more",
        ),
        (by_code(receipt_no="S01-T03-1-000002"), "the code is of another receipt"),
        (sealed(replace(by_code(), code="GT1|what")), "the code is of another receipt"),
        (sealed(replace(by_code(), code=by_code().code.replace("|1600|", "|1601|"))), "the code is forged"),
    ],
)
def test_a_code_that_is_not_good_for_it_is_found(hq: Hq, fact: SaleReturned, told_of: str) -> None:
    journal = MemoryJournal(terminal=OTHER)
    journal.append(BOOK, fact)
    hq.take(journal)
    assert hq.verdicts() == [False]
    assert f"return {fact.number}: {told_of}" in hq.alarms(AlarmKind.TOTALS)


def test_what_came_back_by_code_and_what_came_back_elsewhere_may_be_all_of_a_sale(hq: Hq) -> None:
    own, other = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    own.append(*sale_facts(1), one_refund())
    other.append(BOOK, sealed(replace(by_code(), act=ActionId("other"))))
    hq.take(own, other)
    assert hq.alarms() == []


@pytest.mark.parametrize("is_code_first", [True, False])
def test_goods_that_came_back_by_code_and_at_their_own_till_are_told(hq: Hq, is_code_first: bool) -> None:
    own, other = MemoryJournal(), MemoryJournal(terminal=OTHER, seed=1)
    own.append(*sale_facts(1), taken_back(plain(), Return(line=2)))
    other.append(BOOK, sealed(replace(by_code(), act=ActionId("other"))))
    hq.take(*((other, own) if is_code_first else (own, other)))
    (alarm,) = hq.alarms(AlarmKind.RETURN)
    assert "S01-T04 epoch 1 row 2" in alarm


def by_code_at(terminal: str) -> MemoryJournal:
    """Return the journal of a till at which two colas, 7.00, came back by the code of one sale over 16.00."""
    journal = MemoryJournal(terminal=terminal, seed=int(terminal[-2:]))
    journal.append(BOOK, sealed(replace(by_code(), act=ActionId(terminal))))
    return journal


@pytest.mark.parametrize("is_fresh", [True, False])
def test_too_much_by_code_is_told_once_when_the_sale_comes_last(hq: Hq, is_fresh: bool) -> None:
    own = MemoryJournal()
    own.append(*sale_facts(1), *([one_refund()] if is_fresh else []))
    hq.take(*(by_code_at(f"S01-T{number:02}") for number in (5, 6, 7)))
    assert hq.alarms(AlarmKind.RETURN) == []
    hq.take(own)
    (alarm,) = hq.alarms(AlarmKind.RETURN)
    assert alarm.startswith("of receipt S01-T03-1-000001 more came back than was sold: ")
    assert all(f"S01-T0{number} epoch 1 row 2" in alarm for number in (5, 6, 7))


def test_what_came_back_by_code_before_its_sale_and_is_not_too_much_is_not_told(hq: Hq) -> None:
    own = MemoryJournal()
    own.append(*sale_facts(1))
    hq.take(by_code_at("S01-T05"), by_code_at("S01-T06"))
    hq.take(own)
    assert (hq.verdicts(), hq.alarms()) == ([True, True], [])


def test_a_return_by_code_is_judged_again_with_the_book_of_then(hq: Hq) -> None:
    hq.take(by_code_at("S01-T05"))
    (kept,) = hq.store.returns.of_receipt(SaleId(""), "S01-T03-1-000001")
    assert kept.row.book_version == 1
    assert ReturnExaminer(hq.store, hq.bookcase, hq.keys).differences(kept) == []


def test_goods_without_a_receipt_under_a_book_that_hq_does_not_have_are_told(hq: Hq) -> None:
    journal = MemoryJournal()
    journal.append(without_receipt())
    hq.take(journal)
    assert hq.alarms() == ["return S01-T03-1-R00001: HQ has no book for it"]
