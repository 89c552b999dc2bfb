"""Two real counters and the real HQ, with members that go from one to the other, and nothing that works for long."""

from collections import Counter as Tally
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random

from msgspec import Struct

from hq.till_keys import TillKeys
from lab.chaos.town import back, checks, shop
from lab.chaos.town.hands import Hands
from lab.chaos.town.headquarters import Headquarters
from lab.chaos.town.host import Host
from lab.chaos.town.till import TILLS, Station, TownTill
from lab.demo.shop import STORE
from lab.pictures.till import OPENING_MS
from terminal.domain.receipt import QrCode
from terminal.domain.sale_codes import read_sale_code
from terminal.wire.doorbell import Answer, Ask, Failure
from terminal.wire.events import SaleCompleted
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.key_file import make_key_file

ACTS: Mapping[str, int] = {
    "sale": 30,
    "take_back": 30,
    "bare": 1,
    "top_up": 3,
    "cash_out": 2,
    "merge": 2,
    "gift": 5,
    "shift": 2,
    "pay_out": 2,
    "die": 4,
    "link": 5,
    "host": 2,
    "time": 4,
    "rules": 2,
    "prices": 1,
    "members": 4,
}
"""What happens, and how often."""
NEED_SHIFT = {"sale", "take_back", "top_up", "cash_out", "bare"}
"""Before most of these a shift is opened where there is none."""
LOST, LATE = 0.04, 0.05
"""How often HQ's answer never comes (and as often the question), and how often it comes after the next keys."""
MOVES = 24
LONGEST = 20_000
LAST_MS = 8_000_000


class Summary(Struct, frozen=True, kw_only=True):
    """What a town came to."""

    seed: int
    acts: dict[str, int]
    sales: int
    returns: int
    deaths: int
    hq_deaths: int
    lost: int
    doubled: int
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults


def run(folder: Path, *, acts: int, seed: int) -> Summary:
    """Let so much happen in a town, let everything arrive, and look at all books."""
    folder.mkdir(parents=True, exist_ok=True)
    town = Town(folder, Random(seed))
    try:
        for _ in range(acts):
            town.live()
        town.settle()
        return town.summary(seed)
    finally:
        town.close()


class Town:
    """All of it, in one thread: who acts next, and what moves meanwhile, the seed says."""

    def __init__(self, folder: Path, random: Random) -> None:
        self._random = random
        self._now_ms = OPENING_MS
        self._keys = {f"{STORE}-{till}": folder / f"{till}.key" for till in TILLS}
        for terminal, key in self._keys.items():
            TillKeys(folder).add(terminal, make_key_file(key).public_key.hex())
        self.stations: list[Station] = []
        self.host = Host(folder, random)
        self.hq = Headquarters(folder, random, now_ms=lambda: self._now_ms, today=self._today)
        self.done = Tally[str]()
        self._late: dict[str, list[Answer]] = {terminal: [] for terminal in self._keys}
        self.stations = [Station(folder / till, till, random=random, make=self._make) for till in TILLS]
        for station in self.stations:
            self._begin(station)

    def live(self) -> None:
        """Let one thing happen, and some messages move."""
        station = self._random.choice(self.stations)
        self._hand_clock_on(station)
        (act,) = self._random.choices([*ACTS], [*ACTS.values()])
        self._late_answers(station)
        if station.till.record.shift is None and act in NEED_SHIFT and self._random.random() < 0.7:
            self._hands(station).change_shift()
        self._do(act, station)
        self.done[act] += 1
        for one in self.stations:
            if self._random.random() < 0.7:
                self._answer_payments(one, self._random.randrange(12))
        self._hands(station).rest()
        for _ in range(self._random.randrange(MOVES)):
            self._move(may_die=True)

    def settle(self) -> None:
        """Let payments end, shifts close, claims go back and all messages arrive."""
        self.host.away = False
        for station in self.stations:
            station.sender.up.is_honest = station.sender.down.is_honest = True
            self._settle_till(station)
        for _ in range(LONGEST):
            if all(station.sender.is_drained for station in self.stations):
                break
            self._move(may_die=False)
        for station in self.stations:
            self._tell_members(station)

    def summary(self, seed: int) -> Summary:
        """Return what it came to."""
        facts = [fact for station in self.stations for fact in station.till.facts()]
        lines = [line for one in self.stations for line in (one.sender.up, one.sender.down)]
        return Summary(
            seed=seed,
            acts=dict(self.done),
            sales=sum(isinstance(fact, SaleCompleted) for fact in facts),
            returns=sum(type(fact).__name__ == "SaleReturned" for fact in facts),
            deaths=sum(station.deaths for station in self.stations),
            hq_deaths=self.hq.deaths,
            lost=sum(line.lost for line in lines),
            doubled=sum(line.doubled for line in lines),
            faults=tuple(self.faults()),
        )

    def faults(self) -> Iterator[str]:
        """Yield all that is not as it must be."""
        journals = [station.till.facts() for station in self.stations]
        for station in self.stations:
            record, name = station.till.record, station.terminal
            if record.sale is not None:
                yield f"{name}: a sale stays open, {station.till.mode} says {station.till.notice}"
            yield from (f"{name}: {one} does not end" for one in record.payments if not one.refused)
            if not station.sender.is_drained:
                yield f"{name}: HQ does not get all"
            yield from checks.of_till(station.till)
        yield from checks.of_hq(self.hq.store, self.hq.examiner(), journals)
        yield from checks.of_members(self.hq.store, {row.member.id: row.member for row in shop.members()}, journals)
        yield from checks.of_shifts(self.hq.store, journals)
        yield from checks.of_host(self.host, journals)
        yield from back.of_returns(journals, self.hq.store.tills.alarms())

    def close(self) -> None:
        """Close all files."""
        for station in self.stations:
            station.till.close()
        self.hq.close()
        self.host.close()

    # --- acts --------------------------------------------------------------------------------------------------------

    def _do(self, act: str, station: Station) -> None:
        hands = self._hands(station)
        acts: Mapping[str, Callable[[], object]] = {
            "sale": hands.sell,
            "take_back": lambda: hands.take_back(self._receipts(), self._codes()),
            "bare": hands.bare,
            "top_up": hands.top_up,
            "cash_out": lambda: self._with_news(station, hands.cash_out),
            "merge": lambda: self._with_news(station, hands.merge),
            "gift": hands.gift,
            "shift": hands.change_shift,
            "pay_out": hands.pay_out_refused,
            "die": lambda: self._die(station),
            "link": lambda: self._link(station),
            "host": self._host_goes,
            "time": lambda: station.till.pass_time(self._random.choice((60_000, 700_000, 1_900_000))),
            "rules": lambda: self._publish(Stream.RULES),
            "prices": lambda: self._publish(Stream.PRICE),
            "members": lambda: self._tell_members(station),
        }
        acts[act]()

    def _with_news(self, station: Station, act: Callable[[], object]) -> None:
        """Do what needs HQ's and the till's word to be the same."""
        if station.till.online:
            self._deliver(station)
            self._tell_members(station)
            station.till.link(online=True, acked=station.sender.acked)
        act()

    def _die(self, station: Station) -> None:
        station.die()
        for stream in (Stream.PRICE, Stream.RULES):
            self._offer(station, stream)
        self._link(station)

    def _link(self, station: Station) -> None:
        station.till.link(online=self._random.random() < 0.7, acked=station.sender.acked)

    def _host_goes(self) -> None:
        self.host.away = not self.host.away

    def _publish(self, stream: Stream) -> None:
        self.hq.publish_rules() if stream is Stream.RULES else self.hq.publish_prices()
        for station in self.stations:
            self._offer(station, stream)

    def _offer(self, station: Station, stream: Stream) -> None:
        version = self.hq.version(stream)
        station.till.offer(stream, version, self.hq.books / book_name(version, stream))

    def _tell_members(self, station: Station) -> None:
        station.till.learn(self.hq.members_since(station.terminal, station.till.members_version()))

    # --- the way of messages -----------------------------------------------------------------------------------------

    def _deliver(self, station: Station) -> None:
        """Let most of what a till has to say arrive."""
        for _ in range(MOVES):
            station.sender.send()
            self.hq.receive(station.sender, may_die=False)
            station.sender.receive()

    def _move(self, *, may_die: bool) -> None:
        """Let one message move, anywhere."""
        station = self._random.choice(self.stations)
        match self._random.randrange(3):
            case 0 if station.till.online or not may_die:
                station.sender.send()
            case 1:
                self.hq.receive(station.sender, may_die=may_die)
            case 2:
                station.sender.receive()
                if station.till.online:
                    station.till.link(online=True, acked=station.sender.acked)
            case _:
                pass

    def _asked(self, terminal: str, ask: Ask) -> Answer | None:
        """HQ is asked: it may not hear it, or not be heard; its answer may come later."""
        self._hand_clock_on()
        if self._random.random() < LOST:
            return Answer(id=ask.id, failure=Failure.TIMEOUT)
        answer = Answer(id=ask.id, body=self.hq.told(terminal, ask))
        if self._random.random() < LOST:
            return Answer(id=ask.id, failure=Failure.TIMEOUT)
        if self._random.random() < LATE:
            self._late[terminal].append(answer)
            return None
        return answer

    def _late_answers(self, station: Station) -> None:
        waiting, self._late[station.terminal] = self._late[station.terminal], []
        for answer in waiting:
            station.till.hear_hq(answer)

    def _answer_payments(self, station: Station, times: int, *, is_honest: bool = False) -> None:
        """Let the payment host answer, and time pass until it is asked again."""
        till = station.till
        for _ in range(times):
            if till.waiting:
                till.clock.now_ms += 200
                till.hear_host(self.host.answer(till.waiting[0], is_honest=is_honest))
            elif till.counter.durable.payments and till.payments_due_ms:
                till.let_payments_wait()
            else:
                return
            if till.answers and self._random.random() < 0.1:
                till.hear_again(self._random.choice(till.answers))

    # --- beginning and end -------------------------------------------------------------------------------------------

    def _settle_till(self, station: Station) -> None:
        hands = self._hands(station)
        self._hand_clock_on(station)
        for _ in range(4):
            self._late_answers(station)
            self._answer_payments(station, 300, is_honest=True)
            hands.rest()
        station.till.link(online=False, acked=station.sender.acked)
        if station.till.record.shift is not None:
            hands.change_shift()
            hands.rest()
        self._answer_payments(station, 300, is_honest=True)
        station.till.pass_time(LAST_MS)

    def _begin(self, station: Station) -> None:
        for stream in (Stream.PRICE, Stream.RULES):
            self._offer(station, stream)
        self._tell_members(station)
        hands = self._hands(station)
        hands.rest()
        hands.change_shift()
        hands.rest()
        station.till.link(online=True, acked=0)

    def _make(self, folder: Path, till: str) -> TownTill:
        terminal = f"{STORE}-{till}"
        return TownTill(
            folder,
            till,
            random=self._random,
            now_ms=self._now_ms,
            key_file=self._keys[terminal],
            hq=lambda ask: self._asked(terminal, ask),
        )

    def _hands(self, station: Station) -> Hands:
        return Hands(station.till, self._random, code=self.host.fresh_code)

    def _hand_clock_on(self, station: Station | None = None) -> None:
        """One clock for all: that of the till that is furthest."""
        self._now_ms = max(self._now_ms, *(one.till.clock.now_ms for one in self.stations))
        if station is not None:
            station.till.clock.now_ms = self._now_ms

    def _today(self) -> str:
        return self.stations[0].till.clock.local_iso(self._now_ms)[:10] if self.stations else "2025-11-21"

    def _receipts(self) -> list[str]:
        """Return the numbers of all receipts, by the times of their sales."""
        done = [fact for station in self.stations for fact in station.till.facts() if isinstance(fact, SaleCompleted)]
        return [fact.receipt_no for fact in sorted(done, key=lambda fact: fact.completed_ms)]

    def _codes(self) -> list[str]:
        """Return the codes of sales on the papers of all tills."""
        papers = [paper for station in self.stations for paper in station.till.papers[-6:]]
        codes = [row.data for paper in papers for row in paper.rows if isinstance(row, QrCode)]
        return [code for code in codes if read_sale_code(code) is not None]
