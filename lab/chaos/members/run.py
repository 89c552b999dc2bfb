"""Random acts at several tills over links that lie, with deaths on both sides: HQ must come to what the tills have."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from hq.commands.verify import check_chain
from hq.members.importing import IMPORTED
from hq.publisher import Publisher
from hq.returns import NO_SALE
from hq.store.members.port import Person
from hq.store.port import AlarmKind, Store
from lab.chaos.members.acts import Chain, Place
from lab.chaos.members.sides import HqSide, TillSide
from lab.chaos.members.town import Town
from terminal.domain.ids import Identity
from terminal.domain.members.entries import entries_between
from terminal.domain.members.member import MERGED, Member
from terminal.domain.promotions.conditions import Uses
from terminal.domain.text import SafeText
from terminal.wire.book.building import BookContent
from terminal.wire.rules.building import RulesContent

TILLS = 3
STEPS_AN_ACT = 5
"""Messages that move, about, while one thing happens."""
TILL_DIES = 0.01
LONGEST_DRAIN = 100_000
START_MS = 1_773_800_000_000
MINUTE_MS = 60_000
EXPECTED = frozenset({AlarmKind.LEDGER, AlarmKind.COUPON, AlarmKind.TOTALS})
"""Here tills know at once what others did, and HQ hears of it later: stored value is below zero for a while, and a
return follows from one that has not come. When all is there, every sale and every return must be right."""


class Summary(Struct, frozen=True, kw_only=True):
    """What a run came to: how much was done and suffered, and where HQ and the tills disagree."""

    seed: int
    acts: dict[str, int]
    refused: int
    members: int
    till_deaths: int
    hq_deaths: int
    lost: int
    doubled: int
    faults: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether they agree."""
        return not self.faults


def run(folder: Path, *, acts: int, seed: int) -> Summary:
    """Do so many acts (those that are refused do not count), let everything arrive, and compare."""
    world = World(folder, Random(seed))
    try:
        refused = world.live(acts)
        world.settle()
        return Summary(
            seed=seed,
            acts=world.chain.done,
            refused=refused,
            members=len(world.chain.began),
            till_deaths=world.till_deaths,
            hq_deaths=world.hq.deaths,
            lost=sum(till.up.lost + till.down.lost for till, _ in world.tills),
            doubled=sum(till.up.doubled + till.down.doubled for till, _ in world.tills),
            faults=tuple(world.faults()),
        )
    finally:
        world.close()


class _Unsigned:
    """Implements `terminal.wire.seal.Signer`: nobody here looks at a signature."""

    public_key = bytes(32)

    def sign(self, message: bytes) -> bytes:
        """Return no signature."""
        return message[:0]


class World:
    """A chain, its tills and HQ."""

    def __init__(self, folder: Path, random: Random) -> None:
        self._random = random
        self._town = Town(random)
        self.chain = Chain(self._town.setup())
        self.hq = HqSide(folder, random, begin=self._begin)
        self.till_deaths = 0
        self._now_ms = START_MS
        whos = [Identity(store=f"S0{number % 2 + 1}", till=f"T0{number}", epoch=1) for number in range(1, TILLS + 1)]
        self.tills = [(TillSide(folder / who.terminal, who, random), Place(who)) for who in whos]

    def live(self, acts: int) -> int:
        """Let things happen while messages move; return how many the tills refused."""
        refused = 0
        while sum(self.chain.done.values()) < acts:
            till, place = self._random.choice(self.tills)
            facts = self.chain.act(self._town.happening(), place)
            self._now_ms += MINUTE_MS
            if facts:
                till.append(facts, wall_ms=self._now_ms)
            else:
                refused += 1
            for _ in range(self._random.randrange(2 * STEPS_AN_ACT)):
                self._move(may_die=True)
        return refused

    def settle(self) -> None:
        """Let all that waits arrive, over links that are honest by now."""
        for till, _ in self.tills:
            till.up.is_honest = till.down.is_honest = True
        for _ in range(LONGEST_DRAIN):
            if all(till.is_drained for till, _ in self.tills):
                return
            self._move(may_die=False)

    def faults(self) -> Iterator[str]:
        """Yield where HQ differs from the tills, or from itself."""
        store = self.hq.store
        for member in self.chain.began:
            expected, found = _bare(self.chain.shop.members[member]), store.ledger.balance(member)
            if found != expected:
                yield f"{member}: HQ has {found}, the tills {expected}"
        for code, coupon in self.chain.shop.coupons.items():
            status = store.coupons.status(code) or self._began_as(code)
            if status != coupon.status:
                yield f"coupon {code} is {status} at HQ, {coupon.status} at the tills"
        yield from self._rule_uses()
        yield from store.ledger.differences()
        yield from store.rule_uses.differences()
        reports = (check_chain(store, chain, self.hq.examiner()) for chain in store.journals.chains())
        for report in reports:
            if report.fault or report.differing:
                yield report.fault or f"{report.terminal}: HQ computes {report.differing} sales or returns otherwise"
        odd = (alarm for alarm in store.tills.alarms() if alarm.kind not in EXPECTED and NO_SALE not in alarm.detail)
        yield from map(str, odd)
        yield from (f"{till.who.terminal} is not drained" for till, _ in self.tills if not till.is_drained)

    def _rule_uses(self) -> Iterator[str]:
        """Yield the members whose uses of rules HQ counts otherwise, on a day or ever; and the rules of everybody."""
        shop, store = self.chain.shop, self.hq.store
        days = sorted({sold.day for sold in shop.sales.values()})
        for member in (one for one in shop.members.values() if one.status != MERGED):
            members = (member.id, *store.people.merged_into(member.id))
            for day in days:
                expected, known = shop.shopping(member, f"{day}T00:00:00").uses, store.rule_uses.of(members, day=day)
                if _counts(known) != _counts(expected):
                    yield f"{member.id} on {day}: HQ counts {known}, the tills {expected}"

    def close(self) -> None:
        """Close all files."""
        self.hq.close()
        for till, _ in self.tills:
            till.close()

    def _begin(self, store: Store, books: Path) -> None:
        """Let HQ know goods, rules and members, as they begin."""
        setup = self.chain.shop.setup
        publisher = Publisher(store, _Unsigned(), books, now_ms=lambda: START_MS)
        publisher.publish(BookContent(label="", articles=list(setup.articles.values())), audience="all")
        trade = {name: getattr(setup.settings, name) for name in setup.settings.__struct_fields__}
        coupons, rules = setup.coupons.values(), setup.rules.rules
        publisher.publish(RulesContent(label="", rules=rules, coupons=coupons, settings=trade), audience="all")
        with store.transaction():
            for member in self.chain.began.values():
                store.people.save(Person(id=member.id, registered_ms=1))
                entries = entries_between(Member(id=member.id), member)
                store.ledger.post(store.ledger.next_act(IMPORTED, at_ms=0), entries)

    def _began_as(self, code: str) -> str:
        coupons = self.chain.shop.setup.coupons
        return next(coupon.status for key, coupon in coupons.items() if key == code)

    def _move(self, *, may_die: bool) -> None:
        """Let one thing move, anywhere."""
        till, _ = self._random.choice(self.tills)
        if may_die and self._random.random() < TILL_DIES:
            self.till_deaths += 1
            till.start_again()
            return
        match self._random.randrange(3):
            case 0:
                till.send()
            case 1:
                self.hq.receive(till, may_die=may_die)
            case _:
                till.receive()


def _counts(uses: Uses) -> tuple[dict[object, int], ...]:
    """Return the counts that are not nothing."""
    tables = (uses.total, uses.member_ever, uses.member_today, uses.units_today)
    return tuple({key: count for key, count in table.items() if count} for table in tables)


def _bare(member: Member) -> Member:
    """Return a member without what stands in no ledger."""
    return replace(member, name=SafeText(""), phone=SafeText(""), birthday=None)
