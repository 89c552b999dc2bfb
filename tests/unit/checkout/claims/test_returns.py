"""What of a count card comes back with its price is set aside first: no other till spends it meanwhile."""

import pytest
from msgspec.structs import replace

from terminal.checkout.inputs import LinkReported
from terminal.domain.members.claims import ClaimId, Drawn, parts_of
from terminal.domain.members.entries import Account, Place
from terminal.domain.members.member import CountCardId
from terminal.wire import claim_events as cle
from terminal.wire.asking import No, ReserveAsk
from terminal.wire.doorbell import Failure, LinkChanged
from terminal.wire.return_events import SaleReturned
from terminal.wire.returning import digest_of
from tests.unit.checkout.after.desk import give_back, on_receipt
from tests.unit.checkout.after.test_members import cards_of, member_now, with_card_sold
from tests.unit.checkout.claims.test_spending import kinds, returned
from tests.unit.checkout.counter_bench import Bench
from tests.unit.checkout.memory_members import WANG
from tests.unit.checkout.tendering.tender_bench import online


def sold() -> tuple[Bench, str]:
    bench = online(with_card_sold())
    (card,) = cards_of(bench)
    return bench, card


def asks(bench: Bench) -> list[ReserveAsk]:
    return [one for one in bench.hq.asked if isinstance(one, ReserveAsk)]


@pytest.mark.parametrize("keys", [("f5", "f12", "1", "enter"), ("f19", "1", "enter")], ids=["refund", "void"])
def test_its_uses_are_set_aside_before_they_come_back(keys: tuple[str, ...]) -> None:
    bench, card = sold()
    facts = on_receipt(bench).press(*keys)
    assert [kind for kind in kinds(facts) if kind.startswith(("Claim", "SaleR"))] == [
        "ClaimAsked",
        "ClaimGranted",
        "SaleReturned",
    ]
    parts = parts_of({Place(Account.USES, card=CountCardId(card)): 10})
    (asked,) = asks(bench)
    assert (asked.member, asked.parts) == (WANG.member.id, parts)
    fact = next(fact for fact in facts if isinstance(fact, SaleReturned))
    assert fact.drawn == (Drawn(claim=ClaimId(asked.id), parts=parts),)
    assert fact.digest == digest_of(fact)
    assert (bench.counter.durable.claims.asked, bench.counter.durable.claims.held) == ((), ())
    assert cards_of(bench) == {}


def test_nothing_comes_back_while_another_till_has_them() -> None:
    bench, card = sold()
    bench.hq.refusing = No.SET_ASIDE
    facts = on_receipt(bench).press("f5", "f12", "1", "enter")
    assert (bench.notice, bench.mode.name) == ("error.value_set_aside", "return")
    assert "SaleReturned" not in kinds(facts)
    assert returned(bench)[-1] is cle.GivenBack.REFUSED
    assert cards_of(bench) == {card: 10}
    bench.hq.refusing = ""
    give_back(bench)
    assert cards_of(bench) == {}


def test_without_an_answer_they_come_back_as_this_till_knows_them() -> None:
    bench, _ = sold()
    bench.hq.failing = Failure.TIMEOUT
    on_receipt(bench).press("f5")
    assert give_back(bench).drawn == ()
    assert returned(bench)[-1] is cle.GivenBack.NO_ANSWER
    assert cards_of(bench) == {}


def test_of_a_card_that_hq_does_not_know_yet_it_is_not_asked() -> None:
    bench, _ = sold()
    bench.send(LinkReported(LinkChanged(online=True, acked_seq=0, oldest_unacked_ms=1)))
    on_receipt(bench).press("f5")
    assert give_back(bench).drawn == ()
    assert asks(bench) == []


def test_who_may_not_buy_gets_the_money_of_a_card_all_the_same() -> None:
    bench, _ = sold()
    bench.members.rows = (replace(WANG, member=replace(member_now(bench), status="frozen")),)
    on_receipt(bench).press("f5")
    assert give_back(bench).drawn == ()
    assert asks(bench) == []
