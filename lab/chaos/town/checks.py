"""What must be so when all that happened in a town has arrived: each finding in words, none for a right one."""

import re
from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce

from hq.commands.verify import check_chain
from hq.examiner import Examiner
from hq.projector import project
from hq.store.members.port import Oddity
from hq.store.port import Alarm, AlarmKind, Store
from lab.chaos.town.back import is_too_much
from lab.chaos.town.host import Host
from lab.chaos.town.till import EPOCH, TILLS, TownTill
from lab.payments.audit import wanted
from terminal.domain.members.entries import Account, Entry, Place, amounts_of, place_of
from terminal.domain.members.member import CountCardId, Member
from terminal.domain.promotions.coupons import MemberId
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.member_events import MembersMerged
from terminal.wire.record import TillRecord, apply
from terminal.wire.return_events import SaleReturned
from terminal.wire.shift_events import ShiftClosed

Sum = tuple[Account, CountCardId | None]
"""What is summed up of a person: an account, and of uses their count card."""


_STRANDED = re.compile(rf"row (?P<row>\d+) .*: member (?P<member>[^ ]+): {Oddity.STRANDED}")
EXPECTED = frozenset({AlarmKind.PAYMENT, AlarmKind.MISUSE})
"""What a payment host that lies or is silent must lead to, and hands that take much back without receipts."""


def of_hq(store: Store, examiner: Examiner, journals: Sequence[Sequence[Fact]]) -> Iterator[str]:
    """HQ came to the same as the tills, and found nothing that nobody expects."""
    for one in store.tills.alarms():
        if one.kind not in EXPECTED and not is_too_much(one) and not is_stranded(one, journals):
            yield f"alarm {one.kind} {one.terminal}: {one.detail}"
    yield from store.ledger.differences()
    yield from store.rule_uses.differences()
    for report in (check_chain(store, chain, examiner) for chain in store.journals.chains()):
        if report.fault:
            yield f"{report.terminal}: {report.fault}"
        if report.differing:
            yield f"{report.terminal}: HQ computes {report.differing} sales or returns otherwise"
    yield from (f"{one.terminal}: claim {one.id} is still open" for one in store.claims.open())


def is_stranded(alarm: Alarm, journals: Sequence[Sequence[Fact]]) -> bool:
    """Whether people must see that somebody was sold a membership at one till who was merged meanwhile at another."""
    found = _STRANDED.fullmatch(alarm.detail) if alarm.kind is AlarmKind.LEDGER else None
    if found is None:
        return False
    number, member = int(found["row"]), found["member"]
    own = journals[TILLS.index(alarm.terminal.rpartition("-")[2])]
    paid = {one.member for one in _entries(own[number - 1]) if one.account is Account.PAID_UNTIL}
    return member in paid and not _is_merged(member, own[:number]) and any(_is_merged(member, one) for one in journals)


def _is_merged(member: str, facts: Iterable[Fact]) -> bool:
    return any(isinstance(fact, MembersMerged) and fact.gone == member for fact in facts)


def _entries(fact: Fact) -> tuple[Entry, ...]:
    return getattr(fact, "entries", ())


def of_members(store: Store, began: Mapping[MemberId, Member], journals: Sequence[Sequence[Fact]]) -> Iterator[str]:
    """What HQ has of a person is what it began with, and what all tills wrote; members that were merged are one."""
    found, expected = defaultdict[MemberId, Tally[Sum]](Tally), defaultdict[MemberId, Tally[Sum]](Tally)
    for member, before in began.items():
        _add(found[_person(store, member)], amounts_of(store.ledger.balance(member)))
        _add(expected[_person(store, member)], amounts_of(before))
    for entry in (entry for facts in journals for fact in facts for entry in _entries(fact)):
        _add(expected[_person(store, entry.member)], {place_of(entry): entry.amount})
    overdrawn = overdrawn_cards(journals)
    for person, sums in expected.items():
        for key in [key for key, amount in sums.items() if key[0] is Account.USES and amount < 0]:
            if key[1] in overdrawn:
                del sums[key]  # it is gone once
        if +found[person] != +sums or -found[person] != -sums:
            yield f"{person}: HQ has {found[person]}, the tills {sums}"


def overdrawn_cards(journals: Sequence[Sequence[Fact]]) -> set[CountCardId | None]:
    """Return the count cards that came back at one till, while another took them back too, or spent of them."""
    takers, came_back = defaultdict[CountCardId | None, set[int]](set), set[CountCardId | None]()
    for till, facts in enumerate(journals):
        for fact in facts:
            uses = Tally[CountCardId | None]()
            for entry in _entries(fact):
                if entry.account is Account.USES:
                    uses[entry.card] += entry.amount
            for card in -uses:
                takers[card].add(till)
                came_back.update({card} if isinstance(fact, SaleReturned) else ())
    return {card for card in came_back if len(takers[card]) > 1}


def _person(store: Store, member: MemberId) -> MemberId:
    """Return who a member became."""
    seen = {member}
    while (person := store.people.get(member)) is not None and person.into not in {None, *seen}:
        member = MemberId(str(person.into))
        seen.add(member)
    return member


def _add(sums: Tally[Sum], amounts: Mapping[Place, int]) -> None:
    """Add what a member has of each kind: whichever lot points stand in, and less those that are owed."""
    for place, amount in amounts.items():
        match place.account:
            case Account.POINTS:
                sums[Account.POINTS, None] += amount
            case Account.DEBT:
                sums[Account.POINTS, None] -= amount
            case Account.PRINCIPAL | Account.BONUS | Account.SPEND | Account.USES as account:
                sums[account, place.card] += amount
            case _:
                pass


def of_till(till: TownTill) -> Iterator[str]:
    """Its journal alone gives what it knows, and all its sums agree."""
    name, facts = till.who.terminal, till.facts()
    if reduce(apply, facts, TillRecord()) != till.counter.durable:
        yield f"{name}: its journal gives another record"
    projected = project(TillRecord(), till.rows(), terminal=name, epoch=EPOCH)
    odd = (one for one in projected.alarms if one.kind not in EXPECTED)
    yield from (f"{name} by its rows alone: {one.kind} {one.detail}" for one in odd)
    for sale in (fact for fact in facts if isinstance(fact, SaleCompleted)):
        sums = {sum(sale.net_fen), sum(one.amount_fen for one in sale.tenders), sale.total_fen}
        if len(sums) > 1 or min((sale.total_fen, *(one.amount_fen for one in sale.tenders))) < 0:
            yield f"{sale.receipt_no}: lines, total and tenders are {sums}"
    for back in (fact for fact in facts if isinstance(fact, SaleReturned)):
        paid = sum(one.amount_fen for one in back.tenders) + back.credit_fen
        if paid > back.amount_fen or any(one.amount_fen < 0 for one in back.tenders):
            yield f"{back.number}: {back.amount_fen} came back, and {paid} was paid for it"


def of_shifts(store: Store, journals: Sequence[Sequence[Fact]]) -> Iterator[str]:
    """HQ has each Z report, and comes to the same."""
    closed = sum(isinstance(fact, ShiftClosed) for facts in journals for fact in facts)
    known = store.shifts.newest(limit=closed + 1)
    if len(known) != closed:
        yield f"HQ has {len(known)} Z reports of {closed}"
    yield from (f"{one.terminal}: Z {one.closed.number} is not what HQ computes" for one in known if not one.is_right)


def of_host(host: Host, journals: Sequence[Sequence[Fact]]) -> Iterator[str]:
    """The payment host has of each order what the tills sold for it, less what went back."""
    expected = Tally[str]()
    for facts in journals:
        expected.update(wanted(facts))
    held = host.held()
    for order in sorted({*expected, *held}):
        if expected[order] != held.get(order, 0):
            yield f"order {order}: the host has {held.get(order, 0)}, the tills {expected[order]}"
    for one in host.book.orders():
        if one.calls["pay"] > 1:
            yield f"order {one.order} was paid {one.calls['pay']} times"
