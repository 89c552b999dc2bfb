"""A count card that came back ends what was set aside for that."""

from msgspec.structs import replace

from hq.store.members.port import ClaimRow, ClaimState, Person
from hq.store.sqlite import SqliteStore
from terminal.domain.members.claims import Claim, ClaimId, Drawn, Part
from terminal.domain.members.entries import Account
from terminal.domain.members.member import CountCardId
from tests.integration.uplink.journals import MemoryJournal
from tests.unit.hq.members.acts import M1, act, entry, send, uses
from tests.unit.wire.returns import HEAD

CARD = CountCardId("HAIR")
TEN = (Part(account=Account.USES, amount=10, card=CARD),)


def test_uses_that_came_back_are_drawn_of_their_claim(store: SqliteStore) -> None:
    claim = Claim(id=ClaimId("c1"), member=M1, until_ms=9, parts=TEN)
    journal = MemoryJournal()
    act(journal, entry(Account.CARD, 1, card=CARD), uses(10))
    gone = (entry(Account.CARD, -1, card=CARD), uses(-10))
    journal.append(replace(HEAD, entries=gone, drawn=(Drawn(claim=claim.id, parts=TEN),)))
    with store.transaction():
        store.people.save(Person(id=M1, registered_ms=1))
        row = ClaimRow(terminal=journal.terminal, id=claim.id, member=M1, state=ClaimState.OPEN, at_ms=1)
        store.claims.add(replace(row, granted=claim, remains=claim))
    send(store, journal)
    assert store.claims.open() == []
    assert store.ledger.balance(M1).counts == {}
    known = store.claims.get(journal.terminal, claim.id)
    assert known is not None
    assert known.state is ClaimState.SPENT
