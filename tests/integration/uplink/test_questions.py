"""Questions of a till, over its socket, a real broker and a real HQ, and what enemies do to the answers."""

import asyncio

from hq.keys import make_key
from terminal.domain.ids import SaleId
from terminal.domain.members.cards import CardKey
from terminal.domain.members.claims import Claim, ClaimId, parts_of
from terminal.domain.members.entries import Account, Place
from terminal.domain.promotions.coupons import MemberId
from terminal.wire import claim_events as cle
from terminal.wire import doorbell, topics
from terminal.wire.asking import (
    HQ,
    Granted,
    MemberAsk,
    Members,
    No,
    Question,
    Refused,
    Reply,
    ReserveAsk,
    Told,
    decode_question,
    decode_told,
    encode_question,
    seal_told,
)
from terminal.wire.mqtt import Incoming
from terminal.wire.topics import Down, Up
from tests.integration.uplink.journals import TERMINAL, MemoryJournal
from tests.integration.uplink.world import Intruder, TillDoor, World, until
from tests.unit.hq.members.acts import M1, act, principal
from tests.unit.hq.members.test_booking import CARD, registered

SALE = SaleId("s1")
TEN = parts_of({Place(Account.PRINCIPAL): 1000})


class Liar(Intruder):
    """Answers every question before HQ does, with a claim that HQ never granted."""

    filters = (f"{topics.ROOT}/up/+/req/ask",)

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self._key = make_key(world.folder / "liar.key")

    def received(self, message: Incoming) -> None:
        super().received(message)
        question = decode_question(message.payload)
        claim = Claim(id=ClaimId(question.id), member=M1, until_ms=1 << 50, parts=TEN)
        told = Told(terminal=TERMINAL, id=question.id, hq_ms=1, reply=Granted(claim=claim))
        self.publish(topics.down(TERMINAL, Down.REPLY), seal_told(told, self._key))


async def ask(door: TillDoor, question: Question, *, deadline_ms: int = 5000) -> Reply | doorbell.Failure:
    before = len(door.heard)
    door.say(doorbell.Ask(id=question.id, kind=HQ, deadline_ms=deadline_ms, body=encode_question(question)))

    def answers() -> list[doorbell.Answer]:
        return [one for one in door.heard[before:] if isinstance(one, doorbell.Answer) and one.id == question.id]

    await until(lambda: bool(answers()), what="the answer")
    (answer,) = answers()
    return decode_told(answer.body).reply if answer.failure is None else answer.failure


def reserve(key: str, amount: int = 1000) -> ReserveAsk:
    return ReserveAsk(id=key, member=M1, sale=SALE, parts=parts_of({Place(Account.PRINCIPAL): amount}))


def with_member() -> MemoryJournal:
    journal = MemoryJournal()
    journal.append(registered())
    act(journal, principal(5000))
    return journal


async def test_till_finds_a_member_and_has_value_set_aside_until_its_journal_gives_it_back(world: World) -> None:
    journal = with_member()
    with world.server():
        async with TillDoor(world.run) as door, world.uplink(journal):
            await until(lambda: world.acked(journal) == 2, what="the journal at HQ")
            found = await ask(door, MemberAsk(id="q1", card=CARD))
            assert isinstance(found, Members)
            assert [row.member.stored.principal for row in found.rows] == [5000]
            granted = await ask(door, reserve("r1", 3000))
            assert isinstance(granted, Granted)
            assert await ask(door, reserve("r1", 3000)) == granted
            assert await ask(door, reserve("r2", 3000)) == Refused(reason=No.SET_ASIDE)
            journal.append(cle.ClaimsReturned(claims=(ClaimId("r1"),), reason=cle.GivenBack.NOT_NEEDED))
            door.say(doorbell.JournalGrew(epoch=1, seq=3))
            await until(lambda: world.acked(journal) == 3, what="the claim given back")
            assert isinstance(await ask(door, reserve("r3", 5000)), Granted)


async def test_question_is_not_sent_while_hq_is_away(world: World) -> None:
    journal = with_member()
    async with TillDoor(world.run) as door, world.uplink(journal):
        with world.server():
            await until(lambda: world.acked(journal) == 2, what="the journal at HQ")
        async with asyncio.timeout(5):
            while await ask(door, reserve("r1")) != doorbell.Failure.NOT_SENT:
                await asyncio.sleep(0.05)
        with world.server():
            await until(lambda: bool(door.heard), what="news")
            async with asyncio.timeout(10):
                while isinstance(await ask(door, MemberAsk(id="q1", card=CardKey(number="1"))), doorbell.Failure):
                    await asyncio.sleep(0.05)


async def test_grant_that_hq_did_not_sign_is_nothing(world: World) -> None:
    journal = with_member()
    with world.server():
        async with TillDoor(world.run) as door, world.uplink(journal):
            await until(lambda: world.acked(journal) == 2, what="the journal at HQ")
            with Liar(world) as liar:
                assert await ask(door, reserve("r1", 9000)) == Refused(reason=No.STORED_INSUFFICIENT)
                assert [message.topic for message in liar.heard] == [topics.up(TERMINAL, Up.ASK)]


async def test_question_that_makes_no_sense_is_put_aside_and_others_are_answered(world: World) -> None:
    with world.server(), Intruder(world) as intruder:
        async with TillDoor(world.run) as door, world.uplink(MemoryJournal()):
            await until(lambda: bool(door.heard), what="the uplink")
            intruder.publish(topics.up(TERMINAL, Up.ASK), b"\xc1")
            async with asyncio.timeout(10):
                while await ask(door, MemberAsk(id="q1", member=MemberId("M9"))) != Members():
                    await asyncio.sleep(0.05)
    with world.store() as store:
        assert [(terminal, reason) for terminal, reason, _ in store.tills.quarantined()] == [
            (TERMINAL, "batch_malformed")
        ]
