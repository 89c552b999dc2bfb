"""A Z report under the till's own name: nothing of it can be changed afterwards."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from terminal.domain.sale import TenderKind
from terminal.domain.shifts import Counted
from terminal.wire.shift_events import ShiftClosed
from terminal.wire.statements import is_signed, signed, statement
from tests.unit.wire.examples import (
    WANG,
)
from tests.unit.wire.facts import (
    FACTS,
)
from tests.unit.wire_mqtt.signers import SeedSigner

SIGNER = SeedSigner()
KEYS = (SeedSigner(2).public_key, SIGNER.public_key)
BARE = next(replace(fact, key=b"", signature=b"") for fact in FACTS if isinstance(fact, ShiftClosed))
SIGNED = signed(BARE, "S01-T03", SIGNER)


def with_sums(closed: ShiftClosed, **changed: object) -> ShiftClosed:
    return replace(closed, report=replace(closed.report, sums=replace(closed.report.sums, **changed)))


def test_a_signed_report_is_the_same_but_for_key_and_signature() -> None:
    assert replace(SIGNED, key=b"", signature=b"") == BARE
    assert is_signed(SIGNED, "S01-T03", KEYS)


def test_one_that_nobody_signed_is_not_signed() -> None:
    assert not is_signed(BARE, "S01-T03", KEYS)


def test_neither_another_terminal_nor_another_key_signed_it() -> None:
    assert not is_signed(SIGNED, "S01-T04", KEYS)
    assert not is_signed(SIGNED, "S01-T03", KEYS[:1])
    assert not is_signed(replace(SIGNED, key=KEYS[0]), "S01-T03", KEYS)


CHANGES: dict[str, Callable[[ShiftClosed], ShiftClosed]] = {
    "number": lambda one: replace(one, number=one.number + 1),
    "head": lambda one: replace(one, head_hash=bytes([1]) * 32),
    "sequence": lambda one: replace(one, head_seq=one.head_seq + 1),
    "epoch": lambda one: replace(one, head_epoch=2),
    "day": lambda one: replace(one, report=replace(one.report, day="2026-11-24")),
    "opened": lambda one: replace(one, report=replace(one.report, opened_ms=1)),
    "no sales": lambda one: replace(one, report=replace(one.report, no_sales=99)),
    "sales": lambda one: with_sums(one, sales_fen=1),
    "refunds": lambda one: with_sums(one, refunds_fen=1),
    "voids": lambda one: with_sums(one, void_count=99),
    "top-ups": lambda one: with_sums(one, topups_fen=1),
    "float": lambda one: with_sums(one, float_fen=1),
    "tenders": lambda one: with_sums(one, by_tender={TenderKind.CASH: 1}),
    "pieces": lambda one: replace(one, counted=(Counted(10_000, 1),)),
    "counted": lambda one: replace(one, counted_fen=1),
    "expected": lambda one: replace(one, expected_fen=1),
    "over": lambda one: replace(one, over_short_fen=1),
    "staff": lambda one: replace(one, staff=WANG if one.staff != WANG else one.approved_by or WANG),
    "approval": lambda one: replace(one, approved_by=None),
    "prices": lambda one: replace(one, report=replace(one.report, prices_changed=1)),
    "held": lambda one: replace(one, held=()),
    "time": lambda one: replace(one, closed_ms=1),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_report_that_was_changed_afterwards_is_not_signed(what: str) -> None:
    assert not is_signed(CHANGES[what](SIGNED), "S01-T03", KEYS)


def test_what_is_signed_stays_the_same_for_ever() -> None:
    assert statement(BARE, "S01-T03").hex() == GOLDEN


GOLDEN = (
    "9e01a75330312d543033119301cd1267c4200000000000000000000000000000000000000000000000000000000000000000"
    "aa323032362d31312d323393cdc350d2fffcf2c0cd13889503ce00072db201cd2710019292a463617368ce000706a292a776"
    "6f7563686572cd138894020901039292cd27101f92320593ce0004bbeace0004bcb2d1ff3892cf000001a1ee565e00cf0000"
    "01a1f0b8b8009392a431303234a431303331a431303234a43130333191d92030313933316630653761356237633364386534"
    "66303030303030303030303032"
)
