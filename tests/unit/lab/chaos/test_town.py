"""Two counters, HQ and a payment host at random: in the end all books agree, and what does not is found."""

from pathlib import Path
from random import Random

import pytest

from lab.chaos.town.host import Host
from lab.chaos.town.report import text
from lab.chaos.town.run import ACTS, Town, run
from terminal.domain.members.entries import Account, Entry
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.doorbell import Ask, Failure
from terminal.wire.gateway import PAYMENT, Pay, encode_request

SHORT, LONG = 40, 200
LONG_SEEDS = (101, 102)
MEMBER = MemberId("M000001")


@pytest.mark.parametrize("seed", [1, 2])
def test_all_books_agree_after_random_acts(tmp_path: Path, seed: int) -> None:
    summary = run(tmp_path, acts=SHORT, seed=seed)
    assert summary.faults == ()
    assert sum(summary.acts.values()) == SHORT
    assert min(summary.sales, summary.returns, summary.deaths, summary.lost, summary.doubled) > 0
    assert text(summary).endswith("all books agree")


@pytest.mark.slow
@pytest.mark.parametrize("seed", LONG_SEEDS)
def test_all_books_agree_after_many_random_acts(tmp_path: Path, seed: int) -> None:
    summary = run(tmp_path, acts=LONG, seed=seed)
    assert summary.faults == ()
    assert set(summary.acts) == set(ACTS)


def test_what_differs_is_found(tmp_path: Path) -> None:
    town = Town(tmp_path, Random(1))
    for _ in range(12):
        town.live()
    town.settle()
    (order,) = town.host.book.orders()[:1]
    order.charges.append(7)
    with town.hq.store.transaction():
        entry = Entry(member=MEMBER, account=Account.PRINCIPAL, amount=1)
        town.hq.store.ledger.post(town.hq.store.ledger.next_act("test", at_ms=1), [entry])
    faults = "\n".join(town.faults())
    town.close()
    assert f"order {order.order}: the host has" in faults
    assert f"{MEMBER}: HQ has" in faults


def test_same_seed_is_the_same_town(tmp_path: Path) -> None:
    one, other = (run(tmp_path / name, acts=15, seed=7) for name in ("one", "other"))
    assert one == other


def test_host_that_is_away_does_nothing(tmp_path: Path) -> None:
    host = Host(tmp_path, Random(1), away=True)
    pay = Pay(
        id="7", order="O1", terminal="S01-T01", channel="wechat", code=host.fresh_code(), amount=5, currency="CNY"
    )
    ask = Ask(id="7", kind=PAYMENT, deadline_ms=1000, body=encode_request(pay))
    assert host.answer(ask).failure in {Failure.TIMEOUT, Failure.NOT_SENT}
    assert host.held() == {}
    assert host.answer(ask, is_honest=True).failure is None
    assert [order.order for order in host.book.orders()] == ["O1"]
    host.close()
