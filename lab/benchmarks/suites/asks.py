"""``asks``: a question of the till → the signed answer of HQ, over the uplink, a real broker and HQ's disk."""

import os
import signal
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path

from hq.store.members.port import HEADQUARTERS, Act, Person
from hq.store.sqlite import FILE_NAME, SqliteStore
from lab.benchmarks.measure.child import Child
from lab.benchmarks.measure.disk import sync_ms
from lab.benchmarks.measure.timing import in_ms, one_ns, percentile
from lab.benchmarks.registry import Run
from lab.benchmarks.result import Result, at_most, noted
from lab.benchmarks.stage.asking import AskingTill
from lab.benchmarks.stage.headquarters import any_broker, headquarters
from lab.benchmarks.stage.history import backlog, lay_history
from lab.benchmarks.stage.station import lay_lane
from lab.world import forget
from terminal.domain.errors import PosError
from terminal.domain.ids import SaleId
from terminal.domain.members.claims import parts_of
from terminal.domain.members.entries import Account, Entry, Place
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.asking import DEADLINE_MS, Granted, MemberAsk, Members, Question, Reply, ReserveAsk
from terminal.wire.doorbell import Failure

ASKS = 1000
MEMBERS = 1000
FEW_EVENTS = 100
"""In the journal: without one there is no till."""
MUCH_FEN = 10**9
TARGET_MS = 5.0
WARM_UP = 20


def measure(run: Run) -> list[Result]:
    """Measure at full size."""
    return measure_asks(run, asks=ASKS)


def measure_asks(run: Run, *, asks: int) -> list[Result]:
    """Ask for members, have value set aside, and see how soon the till goes on when HQ says nothing, or is gone."""
    lane = lay_lane(run.scratch / "asks", broker=any_broker())
    _settle(lane.shop.hq_dir / FILE_NAME)
    lay_history(backlog(FEW_EVENTS, cache=run.cache, say=run.say), lane.state_dir)
    floor_ms = sync_ms(run.scratch, times=asks)
    try:
        with headquarters(lane) as hq, AskingTill(lane.run_dir) as till, Child(lane.program("uplink")) as uplink:
            till.wait_for(uplink)
            found = _times(till, _member, asks)
            reserved = _times(till, _reserve, asks)
            silent_ms = _silent(till, hq)
            hq.end()
            gone_ms = _gone(till)
    finally:
        forget(lane.root)
    return [
        noted("asks.member.p50", percentile(found, 50), unit="ms"),
        at_most("asks.member.p99", percentile(found, 99), unit="ms", target=TARGET_MS),
        noted("asks.reserve.p50", percentile(reserved, 50), unit="ms", peers={"disk": percentile(floor_ms, 50)}),
        noted("asks.reserve.p99", percentile(reserved, 99), unit="ms", peers={"disk": percentile(floor_ms, 99)}),
        at_most("asks.silence", silent_ms, unit="ms", target=DEADLINE_MS * 1.05),
        at_most("asks.no-hq", gone_ms, unit="ms", target=DEADLINE_MS * 1.05),
    ]


def _settle(path: Path) -> None:
    """Make members with stored value."""
    with closing(SqliteStore(path)) as store, store.transaction():
        for number in range(MEMBERS):
            member = _name(number)
            store.people.save(Person(id=member, registered_ms=1))
            act = Act(terminal=HEADQUARTERS, epoch=0, seq=number + 1, kind="Bench", at_ms=1)
            store.ledger.post(act, (Entry(member=member, account=Account.PRINCIPAL, amount=MUCH_FEN),))


def _name(number: int) -> MemberId:
    return MemberId(f"M{number % MEMBERS:06d}")


def _member(number: int) -> Question:
    return MemberAsk(id=f"m{number}", member=_name(number))


def _reserve(number: int) -> Question:
    parts = parts_of({Place(Account.PRINCIPAL): 100})
    return ReserveAsk(id=f"r{number}", member=_name(number), sale=SaleId(f"s{number}"), parts=parts)


def _times(till: AskingTill, question: Callable[[int], Question], asks: int) -> list[float]:
    """Return the milliseconds of each question, one after the other."""
    numbers = count()
    replies: list[Reply | Failure] = []

    def ask() -> None:
        replies.append(till.ask(question(next(numbers))))

    for _ in range(WARM_UP):
        ask()
    took = in_ms([one_ns(ask) for _ in range(asks)])
    wrong = next((reply for reply in replies if not isinstance(reply, Members | Granted)), None)
    if wrong is not None:
        raise PosError(f"HQ answered {wrong}", code="not_answered")
    return took


def _silent(till: AskingTill, hq: Child) -> float:
    """Return the milliseconds until the till is told that HQ, which stands still, has not answered."""
    os.kill(hq.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, hq.pid, os.WSTOPPED | os.WNOWAIT)
    try:
        return _failing(till, "silent", Failure.TIMEOUT)
    finally:
        os.kill(hq.pid, signal.SIGCONT)


def _gone(till: AskingTill) -> float:
    """Return the milliseconds until the till is told that there is no HQ; the broker says that it went."""
    return _failing(till, "gone", Failure.NOT_SENT)


def _failing(till: AskingTill, key: str, failure: Failure) -> float:
    replies: list[Reply | Failure] = []
    took = one_ns(lambda: replies.append(till.ask(MemberAsk(id=key, member=_name(0)))))
    if replies != [failure]:
        raise PosError(f"a question that nobody can answer is answered with {replies}", code="not_answered")
    return in_ms([took])[0]
