"""A till of a town: the real desk on a real journal, its way to HQ, and what it waits for."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from random import Random

from lab.chaos.members.sides import Sender
from lab.demo.shop import STORE
from lab.pictures.till import PictureTill
from terminal.checkout.effects import Arm
from terminal.checkout.inputs import Answered, BookOffered, Fired, Input, LinkReported, RulesOffered
from terminal.checkout.payments.errand import TIMER
from terminal.checkout.state import Counter
from terminal.checkout.work import Work
from terminal.domain.ids import Identity
from terminal.offline.clock import SystemIds
from terminal.offline.members import SqliteMembers
from terminal.offline.reader import JournalReader
from terminal.offline.state import SqliteRecordStore
from terminal.ports.journal import Head
from terminal.ports.members import Heard, KnownMember
from terminal.wire import asking
from terminal.wire.chain import Row
from terminal.wire.doorbell import Answer, Ask, LinkChanged
from terminal.wire.events import Fact, decode_fact
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.members.schema import NAME as MEMBERS
from terminal.wire.members.stream import MembersChanged
from terminal.wire.members.writing import MembersWriter

TILLS = ("T01", "T02")
MANAGER, PIN = "3001", "975310"
EPOCH = 1
ALL_ROWS = 1_000_000


class TownTill(PictureTill):
    """What asks HQ is answered by ``hq``: at once, or with None not yet. Payments wait in ``waiting``."""

    def __init__(
        self,
        folder: Path,
        till: str,
        *,
        random: Random,
        now_ms: int,
        key_file: Path,
        hq: Callable[[Ask], Answer | None],
    ) -> None:
        self.who = Identity(store=STORE, till=till, epoch=EPOCH)
        self.folder = folder
        self.books = folder / "books"
        self.books.mkdir(parents=True, exist_ok=True)
        self.waiting: list[Ask] = []
        self.asked_hq: list[Ask] = []
        """Questions to HQ that have no answer yet."""
        self.answers: list[Answer] = []
        """Answers of the payment host that came, and may come again."""
        self.payments_due_ms = 0
        self.codes: dict[str, str] = {}
        self.online = False
        self._hq = hq
        super().__init__(
            folder / "till",
            self.books,
            now_ms=now_ms,
            key_file=str(key_file),
            till=till,
            ids=SystemIds(random.getrandbits),
        )

    @property
    def counter(self) -> Counter:
        """The counter as it is now."""
        return self._desk.counter

    @property
    def mode(self) -> str:
        """The name of the page that it is on."""
        return self.counter.mode.name

    @property
    def notice(self) -> str:
        """What it says."""
        return self.counter.notice.message

    @property
    def head(self) -> Head:
        """The last row of its journal."""
        return self._desk.head

    def rows(self) -> tuple[Row, ...]:
        """Return its whole journal."""
        return JournalReader(self.folder / "till", epoch=EPOCH, max_rows=ALL_ROWS).read(0, limit=ALL_ROWS)

    def facts(self) -> list[Fact]:
        """Return all that it journaled."""
        return [decode_fact(row.body) for row in self.rows()]

    def link(self, *, online: bool, acked: int) -> None:
        """Let the uplink tell how far HQ is."""
        self.online = online
        self.happen(LinkReported(LinkChanged(online=online, acked_seq=acked, epoch=EPOCH)))

    def offer(self, stream: Stream, version: int, path: Path) -> None:
        """Let a book of HQ come."""
        here = self.books / book_name(version, stream)
        if not here.exists():
            here.hardlink_to(path)
        self.happen(BookOffered(version) if stream is Stream.PRICE else RulesOffered(version))

    def members_version(self) -> int:
        """Return up to which version it knows members."""
        with closing(MembersWriter(self.books / MEMBERS)) as writer:
            return writer.version

    def learn(self, changed: MembersChanged) -> None:
        """Take in what changed of members, as the uplink does."""
        with closing(MembersWriter(self.books / MEMBERS)) as writer:
            if changed.version > writer.version:
                writer.put(changed.members())
            writer.mark(version=changed.version, as_of_ms=changed.as_of_ms)

    def known(self, card: str, *, acked: int) -> KnownMember | None:
        """Return what it knows of the member of a card, its own acts included."""
        with closing(SqliteRecordStore(self.folder / "till", self.who)) as store:
            members = SqliteMembers(self.books / MEMBERS, store.ledger)
            with closing(members):
                found = members.by_tail(card[-4:], limit=9, heard=Heard(epoch=EPOCH, seq=acked))
                return next((one for one in found if any(held.key.number == card for held in one.row.cards)), None)

    def hear_hq(self, answer: Answer) -> None:
        """Let an answer of HQ come."""
        self.asked_hq = [ask for ask in self.asked_hq if ask.id != answer.id]
        self.happen(Answered(answer))

    def hear_host(self, answer: Answer) -> None:
        """Let an answer of the payment host come."""
        self.waiting = [ask for ask in self.waiting if ask.id != answer.id]
        self.answers.append(answer)
        self.happen(Answered(answer))

    def hear_again(self, answer: Answer) -> None:
        """Let an answer of the payment host come once more."""
        self.happen(Answered(answer))

    def let_payments_wait(self) -> None:
        """Let the time come at which the host is asked again."""
        self.clock.now_ms = max(self.clock.now_ms, self.payments_due_ms)
        self.payments_due_ms = 0
        self.happen(Fired(TIMER))

    def pass_time(self, ms: int) -> None:
        """Let time pass, and the minute that frees what was set aside."""
        self.clock.now_ms += ms
        self.happen(Fired("minute"))

    def _answer(self, work: Work) -> Input | None:
        match work:
            case Ask(kind=asking.HQ):
                answer = self._hq(work)
                if answer is None:
                    self.asked_hq.append(work)
                return None if answer is None else Answered(answer)
            case Ask():
                self.waiting.append(work)
                return None
            case Arm(timer=timer, ms=ms) if timer == TIMER:
                self.payments_due_ms = self.clock.now_ms + ms
                return None
            case _:
                return super()._answer(work)


class Station:
    """A till and its cursor to HQ; the till may die, and come up again on what is on its disk."""

    def __init__(self, folder: Path, till: str, *, random: Random, make: Callable[[Path, str], TownTill]) -> None:
        self.till = make(folder, till)
        self.sender = Sender(
            self.till.who,
            random,
            reader=JournalReader(folder / "till", epoch=EPOCH),
            head=lambda: self.till.head,
        )
        self.deaths = 0
        self._folder = folder
        self._make = make

    @property
    def terminal(self) -> str:
        """Its name."""
        return self.till.who.terminal

    def die(self) -> None:
        """Kill the till, and start it again: what it has not journaled is gone."""
        self.deaths += 1
        before = self.till
        before.close()
        self.sender.forget()
        self.till = self._make(self._folder, before.who.till)
        self.till.clock.now_ms = before.clock.now_ms
        self.till.answers = before.answers
