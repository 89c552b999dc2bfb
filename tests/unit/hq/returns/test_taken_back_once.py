"""Goods of one receipt come back at three tills that can reach HQ, while messages are lost, late and repeated, and
tills die: together they never take back more than was sold.

The counters, HQ's authoriser, its collector and its store are the real ones. The network is a heap from which anything
is taken in any order, any number of times. A till that HQ does not answer goes by its own journal, as everywhere: here
its cashier leaves the page then.
"""

from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from hq.authoriser import Authoriser
from hq.bookcase import Bookcase
from hq.members.rows import RowMaker
from hq.returns import is_too_much
from hq.store.port import AlarmKind
from hq.store.sqlite import SqliteStore
from terminal.checkout.after.messages import AfterNo
from terminal.checkout.after.modes import FindingReceipt, Returning
from terminal.checkout.inputs import Answered, BookOffered, LinkReported, Moment
from terminal.checkout.modes import Mode
from terminal.checkout.state import initial
from terminal.domain.ids import Identity
from terminal.domain.trade import TradeSettings
from terminal.wire import asking
from terminal.wire.claim_events import ClaimAsked, ClaimsReturned
from terminal.wire.doorbell import Answer, Ask, Failure, LinkChanged
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.found import FoundSale
from terminal.wire.return_events import SaleReturned
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.checkout.asked_hq import AskedHq
from tests.unit.checkout.counter_bench import (
    Bench,
)
from tests.unit.checkout.memory_sales import MemorySales
from tests.unit.checkout.memory_shop import (
    COLA,
)
from tests.unit.hq.members.acts import send

TILLS = ("T01", "T02", "T03")
SOLD = 3
tills = st.sampled_from(range(len(TILLS)))
picks = st.integers(0, 50)


class Kept(AskedHq):
    """Questions go on their way; nobody answers at once."""

    @staticmethod
    def is_asked(ask: Ask) -> bool:
        return ask.kind == asking.HQ


@dataclass
class Till(Bench):
    """A till of a chain: its counter, its journal, and how much of that HQ has."""

    number: int = 0
    journal: MemoryJournal = field(default_factory=MemoryJournal)
    sent: int = 0
    is_up: bool = False

    def __post_init__(self) -> None:
        self.hq, self.offer = Kept(holding_back=True), None
        super().__post_init__()
        identity = Identity(store="S01", till=TILLS[self.number], epoch=1)
        self.counter = initial(identity, self.record, hash_key=self.hash_key)
        self.is_up = True

    def come_online(self) -> None:
        self.send(BookOffered(1))
        self.send(LinkReported(LinkChanged(online=True, acked_seq=0)))

    def moment(self) -> Moment:
        made = super().moment()
        return replace(made, fresh_id=f"{self.number:02x}{made.fresh_id[2:]}")

    def send(self, event: object) -> list[Fact]:
        new = super().send(event)  # type: ignore[arg-type]
        if self.is_up:
            self.journal.append(*self.facts[len(self.journal.rows) :])
        return new

    def come_up(self) -> "Till":
        """Return the till that comes up after this one was killed."""
        again = Till(record=self.counter.durable, now_ms=self.now_ms, number=self.number)
        again.facts, again.start, again.journal, again.sent = self.facts, self.start, self.journal, self.sent
        again._ids = self._ids
        again.come_online()
        return again


def _chosen(mode: Mode) -> bool:
    """Whether something comes back."""
    return isinstance(mode, Returning) and bool(mode.chosen)


class Town(RuleBasedStateMachine):
    """Three tills and HQ, and one receipt of the first."""

    def __init__(self) -> None:
        super().__init__()
        self.store = SqliteStore(Path(":memory:"))
        today = lambda: "2026-11-23"  # noqa: E731 - a clock
        rows = RowMaker(self.store, Bookcase(self.store, Path("no-books")), today=today)
        self.hq = Authoriser(self.store, rows, trade=lambda _: TradeSettings(), now_ms=lambda: 1, today=today)
        self.going: list[tuple[int, asking.Question]] = []
        self.coming: list[tuple[int, asking.Told]] = []
        self.tills: list[Till] = []

    @initialize()
    def sell(self) -> None:
        for number, name in enumerate(TILLS):
            till = Till(number=number, journal=MemoryJournal(terminal=f"S01-{name}", seed=number))
            till.come_online()
            till.sign_in("9002")
            self.tills.append(till)
        seller = self.tills[0]
        seller.write(f"{SOLD}*")
        seller.scan(COLA)
        seller.press("f12", "escape")
        (done,) = [fact for fact in seller.facts if isinstance(fact, SaleCompleted)]
        self.receipt_no = done.receipt_no
        self.deliver(0, 1000)

    @property
    def sale(self) -> FoundSale:
        found = MemorySales(self.tills[0].facts, self.tills[0].start).by_receipt(self.receipt_no)
        assert found is not None
        return found

    @rule(n=tills)
    def look(self, n: int) -> None:
        till = self.tills[n]
        if isinstance(till.mode, FindingReceipt | Returning):
            till.press("escape", "escape")
        till.press("f7")
        till.write(self.receipt_no, "enter")
        self.post(till)

    def post(self, till: Till) -> None:
        """Send on what a till asks."""
        asks, till.hq.kept = till.hq.kept, []
        self.going += [(till.number, asking.decode_question(ask.body)) for ask in asks]

    @precondition(lambda self: self.going)
    @rule(pick=picks, lost=st.booleans())
    def question_arrives(self, pick: int, lost: bool) -> None:
        number, question = self.going[pick % len(self.going)]
        with self.store.transaction():
            told = self.hq.answer(f"S01-{TILLS[number]}", question)
        if not lost:
            self.coming.append((number, told))

    @precondition(lambda self: self.coming)
    @rule(pick=picks, again=st.booleans())
    def answer_arrives(self, pick: int, again: bool) -> None:
        one = self.coming[pick % len(self.coming)]
        number, told = one
        if not again:
            self.coming.remove(one)
        self.tills[number].send(Answered(Answer(id=told.id, body=asking.encode_told(told))))

    @rule(n=tills)
    def look_and_hear(self, n: int) -> None:
        self.look(n)
        if self.going and self.going[-1][0] == n:
            self.question_arrives(len(self.going) - 1, lost=False)
            self.answer_arrives(len(self.coming) - 1, again=True)

    @rule(n=tills)
    def no_answer_in_time(self, n: int) -> None:
        till = self.tills[n]
        if isinstance(till.mode, FindingReceipt) and till.mode.asked is not None:
            till.send(Answered(Answer(id=till.mode.asked.id, failure=Failure.TIMEOUT)))
            till.press("escape", "escape")

    @rule(n=tills, units=st.integers(1, SOLD))
    def take_back(self, n: int, units: int) -> None:
        till = self.tills[n]
        if isinstance(till.mode, Returning):
            assert till.mode.claim is not None
            till.press(*["+"] * units)
            if _chosen(till.mode):
                till.press("f12", "1", "enter")
                till.press("escape")

    @rule(n=tills)
    def begin_and_leave(self, n: int) -> None:
        till = self.tills[n]
        if isinstance(till.mode, Returning):
            till.press("+", "f12", "f1", "escape", "escape", "escape", "escape")

    @rule(n=tills)
    def die(self, n: int) -> None:
        self.tills[n] = self.tills[n].come_up()

    @rule(n=tills, count=st.integers(1, 30))
    def deliver(self, n: int, count: int) -> None:
        till = self.tills[n]
        last = min(len(till.journal.rows), till.sent + count)
        for first in range(till.sent + 1, last + 1, 50):
            send(self.store, till.journal, first=first, last=min(last, first + 49))
        till.sent = max(till.sent, last)

    @rule(n=tills, first=st.integers(1, 40))
    def deliver_again(self, n: int, first: int) -> None:
        till = self.tills[n]
        if first <= till.sent:
            send(self.store, till.journal, first=first, last=min(till.sent, first + 20))

    @invariant()
    def never_too_much(self) -> None:
        returns = [fact for till in self.tills for fact in till.facts if isinstance(fact, SaleReturned)]
        assert not returns or not is_too_much(self.sale.sold, returns)

    def teardown(self) -> None:
        if self.tills:
            self._come_to_rest()
        self.store.close()

    def _come_to_rest(self) -> None:
        """Whatever happened, a receipt is free again when all journals are at HQ; nothing came back twice."""
        for n, till in enumerate(self.tills):
            till.press("escape", "escape", "escape")
            self.deliver(n, 10_000)
            asked = [fact.claim for fact in till.facts if isinstance(fact, ClaimAsked)]
            back = [claim for fact in till.facts if isinstance(fact, ClaimsReturned) for claim in fact.claims]
            assert sorted(asked) == sorted(back)
        assert self.store.claims.open() == []
        assert [alarm for alarm in self.store.tills.alarms() if alarm.kind is AlarmKind.RETURN] == []
        self.look(2)
        self.question_arrives(len(self.going) - 1, lost=False)
        self.answer_arrives(len(self.coming) - 1, again=False)
        taker = self.tills[2]
        assert isinstance(taker.mode, Returning) or taker.notice == AfterNo.VOID_ALREADY, taker.notice


TestTakenBackOnce = Town.TestCase
TestTakenBackOnce.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
