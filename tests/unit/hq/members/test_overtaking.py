"""A question to HQ overtakes the journal of its till: what was spent and not told yet stays set aside."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hq.store.sqlite import SqliteStore
from terminal.domain.members.claims import ClaimId, Drawn, LeaseTerms
from terminal.wire import asking
from terminal.wire import claim_events as cle
from tests.unit.hq.members.acts import M1
from tests.unit.hq.members.test_authoriser import (
    BONUS,
    COUPON,
    MONEY,
    PRINCIPAL,
    THERE,
    Desk,
    left,
    returned,
    spent,
)
from tests.unit.hq.members.test_never_overdrawn import Town


@pytest.fixture
def desk(store: SqliteStore, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(store, tmp_path / "books")
    yield made
    made.bookcase.close()


def leasing(desk: Desk) -> Desk:
    """Lease all of the money of a member to a till, which spends 49.99 and does not tell it yet."""
    desk.leases = {"any": LeaseTerms(stored_fen=5500, share_bp=10_000)}
    granted = desk.ask(asking.LeaseAsk(id="l1", member=M1))
    assert isinstance(granted, asking.Granted)
    desk.journal.append(cle.ClaimAsked(claim=ClaimId("l1"), member=M1), cle.ClaimGranted(claim=granted.claim))
    desk.journal.append(spent({PRINCIPAL: 4999}, "l1"), returned("l1"))
    return desk


def test_lease_of_which_some_was_spent_is_renewed_by_what_is_left_of_it(desk: Desk) -> None:
    leasing(desk)
    renewed = desk.ask(asking.LeaseAsk(id="l2", member=M1, unspent=(left({PRINCIPAL: 1, BONUS: 500}, "l1"),)))
    assert isinstance(renewed, asking.Granted)
    assert renewed.claim.parts == left({PRINCIPAL: 1, BONUS: 500}, "l2").parts
    assert desk.taken() == {PRINCIPAL: 5000, BONUS: 500}
    desk.deliver()
    assert desk.taken() == {PRINCIPAL: 1, BONUS: 500}
    assert desk.store.ledger.balance(M1).stored.principal == 1
    assert desk.store.tills.alarms() == []


def test_what_is_given_back_after_the_journal_told_it_changes_nothing(desk: Desk) -> None:
    leasing(desk).deliver()
    assert desk.reserve("r1", {PRINCIPAL: 1}, terminal=THERE) == ""
    desk.ask(asking.LeaseAsk(id="l2", member=M1, unspent=(left({PRINCIPAL: 1, BONUS: 500}, "l1"),)))
    assert desk.taken() == {PRINCIPAL: 1, BONUS: 500}


def test_question_that_comes_again_gives_back_once(desk: Desk) -> None:
    leasing(desk)
    question = asking.LeaseAsk(id="l2", member=M1, unspent=(left({BONUS: 200}, "l1"),))
    assert desk.ask(question) == desk.ask(question)
    assert desk.taken() == {PRINCIPAL: 5000, BONUS: 500}


def test_cash_out_that_is_refused_frees_nothing_that_was_spent(desk: Desk) -> None:
    leasing(desk)
    known = {PRINCIPAL: 1, BONUS: 500}
    assert desk.reserve("all", known, all_of=MONEY, unspent=(left(known, "l1"),)) == asking.No.SET_ASIDE
    assert desk.reserve("r1", {PRINCIPAL: 2}, terminal=THERE) == asking.No.SET_ASIDE
    assert desk.reserve("r2", known, terminal=THERE) == ""


def test_coupon_that_is_given_back_with_a_question_is_free(desk: Desk) -> None:
    assert desk.reserve("r1", {PRINCIPAL: 1}, coupons=(COUPON,)) == ""
    back = Drawn(claim=ClaimId("r1"), coupons=(COUPON,))
    assert desk.reserve("r2", {PRINCIPAL: 1}, coupons=(COUPON,), unspent=(back,)) == ""
    assert desk.taken() == {PRINCIPAL: 2}


def test_lease_of_which_some_was_spent_offline_is_renewed_before_the_journal_tells() -> None:
    town = Town()
    town.people()
    town.ask_for_a_lease(0, M1, renewing=False, way="there and back")
    town.spend(0, M1, 50, offline=True, coupon=False)
    town.ask_for_a_lease(0, M1, renewing=True, way="there and back")
    town.ask_for_a_lease(1, M1, renewing=False, way="there and back")
    assert [len(till.record.claims.held) for till in town.tills] == [1, 1, 0]
    assert town.on_its_way()
    town.what_is_spent_and_what_may_be_spent_is_there()
    town.deliver_journal(0, 100)
    town.what_is_spent_and_what_may_be_spent_is_there()
    town.what_is_set_aside_is_there()
    town.hq_finds_nothing_wrong()
    town.teardown()
