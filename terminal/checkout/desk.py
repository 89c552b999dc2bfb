"""The desk: the one that appends and acts. It owns the counter, the journal and the open books, in one thread.

An event is stepped, its facts are made durable, and only then is there a new view, and work for others. What the
counter asks of the book is answered at once, before the next event.
"""

from collections import deque
from collections.abc import Callable

from msgspec.structs import replace

from terminal.checkout.after.asking import answered as sale_found
from terminal.checkout.composing import Composer
from terminal.checkout.counter import Step, refuse, step
from terminal.checkout.effects import (
    Arm,
    AtOnce,
    CheckPin,
    Effect,
    FindArticles,
    FindCoupon,
    FindMember,
    FindSale,
    FindStaff,
    FindStock,
    Inquire,
    LoadRules,
    LookUp,
    OpenBook,
    PrintReceipt,
    PrintSlip,
    PulseDrawer,
    ReadHead,
    Sound,
    Weigh,
)
from terminal.checkout.inputs import (
    ArticlesFound,
    BookFailed,
    BookOpened,
    ClockJudged,
    DeviceReported,
    DrawerReported,
    HeadRead,
    Input,
    LookedUp,
    MemberFound,
    Moment,
    ReceiptReported,
    SpaceChanged,
    StaffFound,
    StockFound,
)
from terminal.checkout.inquiries.answering import Sources, answer_to
from terminal.checkout.members.asking import answered, heard, with_own_uses
from terminal.checkout.resolve import resolve
from terminal.checkout.rules_at_hand import RulesAtHand
from terminal.checkout.state import Counter
from terminal.checkout.view import project
from terminal.checkout.work import PinCheck, PrintJob, Reaction, Work
from terminal.domain.errors import BookError, JournalError
from terminal.domain.ids import Identity
from terminal.domain.members.phone_codes import CodeKey
from terminal.domain.receipt_labels import Language
from terminal.domain.settings import Settings
from terminal.ports.catalog import BookShelf, Catalog
from terminal.ports.clock import Clock, IdSource, Stamp
from terminal.ports.journal import Head, Journal, RecordStore
from terminal.ports.members import NOBODY, Members
from terminal.ports.rules import RulesShelf
from terminal.wire.counter.view import View
from terminal.wire.doorbell import Ask, LinkChanged
from terminal.wire.events import Fact
from terminal.wire.record import encode_record
from terminal.wire.seal import Signer
from terminal.wire.shift_events import ShiftClosed
from terminal.wire.statements import signed

SAVE_EVERY = 64
"""Events between two saves of the record: what a restart replays at most."""
PRUNE_EVERY_MS = 3_600_000
KEPT_MS = 35 * 24 * 3_600_000
"""How long a done sale can be found: the journal keeps its rows at least as long."""
SEARCH_LIMIT = 9
_COME_ONCE = (DeviceReported, ReceiptReported, DrawerReported)
"""News that nobody repeats: what the journal had no room for happens when there is room again."""


def _no_keys(_: Settings) -> tuple[CodeKey, ...]:
    return ()


class Desk:
    """Runs the counter over a journal, a folder of books and a clock. Not thread-safe: one thread owns it."""

    def __init__(  # noqa: PLR0913 - the ports that it stands on
        self,
        counter: Counter,
        *,
        journal: Journal,
        store: RecordStore,
        shelf: BookShelf,
        rules: RulesShelf,
        clock: Clock,
        ids: IdSource,
        identity: Identity,
        receipt_language: Language = Language.ZH,
        members: Members = NOBODY,
        signer: Signer | None = None,
        unbox: Callable[[Settings], tuple[CodeKey, ...]] = _no_keys,
        preface: tuple[Fact, ...] = (),
        last_ms: int = 0,
    ) -> None:
        """Take over the ports. ``preface`` is made durable together with the first facts, before them.

        Without a ``signer`` receipts have plain codes, and Z reports no signature. ``unbox`` returns the keys of codes
        on phones that a book has for this till.

        ``last_ms`` is the time of the last fact, also of another epoch; 0 = there is none.
        """
        self._counter = counter
        self._identity = identity
        self._composer = Composer(identity, receipt_language, clock, signer)
        self._signer = signer
        self._unbox = unbox
        self._journal = journal
        self._store = store
        self._shelf = shelf
        self._members = members
        self._sources = Sources(tables=store, members=members, local=clock.local_iso)
        self._clock = clock
        self._ids = ids
        self._books: dict[int, Catalog] = {}
        self._rules = RulesAtHand(rules, store.promotions)
        self._view: View | None = None
        self._last_ms = last_ms
        self._biz_date = clock.local_iso(last_ms)[:10] if last_ms else ""
        doubted = counter.record.clock_doubted
        self._sure_ms = last_ms if doubted is None else doubted.last_ms
        self._saved_seq = journal.head.seq
        self._late: list[Input] = []
        self._preface = preface
        self._prune_due_ms = 0

    @property
    def counter(self) -> Counter:
        """The counter as it is now."""
        return self._counter

    def handle(self, *events: Input) -> Reaction:
        """Let events happen one after another, each with all that the book answers to it, before the next.

        What each came to is durable by itself (fsync); the view is made once, of what is true after the last.
        """
        work: list[Work] = []
        facts: list[Fact] = []
        self._look_at_the_clock(facts, work)
        for event in events:
            self._look_for_room(facts, work)
            self._happen(event, facts, work)
        self._look_for_room(facts, work)
        head = self._journal.head
        clock = self._clock.local_iso(self._clock.stamp().wall_ms)[11:16]
        self._view = project(self._counter, self._view, clock=clock, journal_seq=head.seq)
        return Reaction(facts=tuple(facts), view=self._view, epoch=head.epoch, seq=head.seq, work=tuple(work))

    @property
    def head(self) -> Head:
        """The last durable event."""
        return self._journal.head

    @property
    def has_news(self) -> bool:
        """Whether the journal has lost or found room since the counter heard of it: `handle` tells it, also alone."""
        return self._journal.low_space != self._counter.low_space

    def _look_for_room(self, facts: list[Fact], work: list[Work]) -> None:
        if not self.has_news:
            return
        self._happen(SpaceChanged(self._journal.low_space), facts, work)
        late, self._late = self._late, []
        for event in late:
            self._happen(event, facts, work)

    def _look_at_the_clock(self, facts: list[Fact], work: list[Work]) -> None:
        """Let it happen that the clock cannot be right, or that times are right again: once each."""
        stamp = self._clock.stamp()
        was_doubted = self._counter.record.clock_doubted is not None
        went_back = stamp.wall_ms < self._last_ms
        if (stamp.is_doubted == was_doubted and not went_back) or self._journal.low_space:
            return
        judged = ClockJudged(
            doubted=stamp.is_doubted, machine_ms=stamp.machine_ms, last_ms=self._sure_ms, was_ms=self._last_ms
        )
        self._happen(judged, facts, work)

    def _happen(self, event: Input, facts: list[Fact], work: list[Work]) -> None:
        """Let one event happen; what comes of it is added to ``facts`` and ``work``."""
        waiting: deque[Input] = deque([event])
        while waiting:
            stamp = self._clock.stamp()
            moment = self._moment(stamp)
            event = waiting.popleft()
            taken = self._commit(event, step(self._counter, event, moment), stamp, moment)
            self._counter = taken.counter
            facts += taken.facts
            for effect in taken.effects:
                answer = self._answer(effect)
                if answer is not None:
                    waiting.append(answer)
                elif not isinstance(effect, AtOnce):
                    work.append(self._work(effect))

    def record(self, fact: Fact) -> None:
        """Append a fact that is not about the counter (the till came up); raises `JournalError`."""
        self._look_at_the_clock([], [])
        stamp = self._clock.stamp()
        self._append((fact,), stamp, self._moment(stamp))

    def probe(self) -> None:
        """Read the journal's last row, for a watchdog: raises what the database raises."""
        self._journal.read(self._journal.head.seq - 1, limit=1)

    def save(self) -> None:
        """Save the record now: in idle, and before the process ends."""
        seq = self._journal.head.seq
        if seq != self._saved_seq:
            self._store.save(seq, encode_record(self._counter.durable))
            self._saved_seq = seq

    def rest(self) -> str:
        """Do in idle what can wait: save the record, delete old files, and let the journal look after the others.

        Returns what the journal found wrong, or nothing.
        """
        self.save()
        self._store.rest()
        self._members.tidy()
        record = self._counter.durable
        fault = self._journal.rest(encode_record(record) if record.sale is None else None)
        return fault or self._prune()

    def _prune(self) -> str:
        """Once an hour, forget old sales, and delete what HQ keeps for good; by a clock in doubt nothing is old."""
        link, now = self._counter.link, self._clock.stamp()
        if now.is_doubted or now.mono_ms < self._prune_due_ms:
            return ""
        self._prune_due_ms = now.mono_ms + PRUNE_EVERY_MS
        self._store.forget(now.wall_ms - KEPT_MS)
        return "" if link is None else self._prune_journal(link, now)

    def _prune_journal(self, link: LinkChanged, now: Stamp) -> str:
        try:
            for epoch, archived_seq in link.drained:
                self._journal.prune_epoch(epoch, archived_seq=archived_seq, now_ms=now.wall_ms)
            if link.epoch == self._identity.epoch:
                self._journal.prune(acked_seq=link.acked_seq, archived_seq=link.archived_seq, now_ms=now.wall_ms)
        except JournalError as error:
            return str(error)
        return ""

    def close(self) -> None:
        """Close books, members, record and journal; `save` comes before, where there is something to be saved."""
        self._members.close()
        self._store.close()
        self._journal.close()
        for book in self._books.values():
            book.close()
        self._books.clear()
        self._rules.close()

    def _moment(self, stamp: Stamp) -> Moment:
        return Moment(
            wall_ms=stamp.wall_ms,
            mono_ms=stamp.mono_ms,
            local_iso=self._clock.local_iso(stamp.wall_ms),
            fresh_id=self._ids.uuid7(stamp.wall_ms).hex(),
        )

    def _commit(self, event: Input, taken: Step, stamp: Stamp, moment: Moment) -> Step:
        """Make the facts of a step durable; when that fails, the step did not happen and the cashier is told."""
        if not taken.facts:
            return taken
        try:
            self._append(taken.facts, stamp, moment)
        except JournalError as error:
            if isinstance(event, _COME_ONCE):
                self._late.append(event)
            return refuse(self._counter, error.code, moment)
        if self._journal.head.seq - self._saved_seq >= SAVE_EVERY:
            self._store.save(self._journal.head.seq, encode_record(taken.counter.durable))
            self._saved_seq = self._journal.head.seq
        return taken

    def _append(self, facts: tuple[Fact, ...], stamp: Stamp, moment: Moment) -> None:
        today = moment.local_iso[:10]
        self._biz_date = max(self._biz_date, today) if stamp.wall_ms >= self._last_ms else today
        shift = self._counter.durable.shift
        durable = (*self._preface, *facts)
        head = self._journal.append(durable, stamp=stamp, biz_date=self._biz_date if shift is None else shift.day)
        self._preface = ()
        self._store.take(head.seq - len(durable) + 1, durable, self._counter.durable)
        self._last_ms = stamp.wall_ms
        if not stamp.is_doubted:
            self._sure_ms = stamp.wall_ms

    def _answer(self, effect: Effect) -> Input | None:  # noqa: C901, PLR0911 - a row per kind of question
        match effect:
            case LookUp():
                return self._look_up(effect)
            case FindArticles():
                return self._find(effect)
            case FindMember():
                return self._find_member(effect)
            case FindSale():
                return sale_found(effect, self._store.sales, self._members, heard(self._counter))
            case FindStaff(number=number):
                book = self._book()
                staff = book.staff(number) if book is not None else None
                return StaffFound(query=effect, name=None if staff is None else staff.name)
            case FindStock(skus=skus):
                return StockFound(query=effect, levels=self._store.stock.levels(skus))
            case Inquire():
                return answer_to(effect, self._sources, book=self._book(), heard=heard(self._counter))
            case OpenBook(version=version):
                return self._open(version)
            case LoadRules(version=version):
                return self._rules.load(version)
            case FindCoupon():
                return self._rules.find(effect)
            case ReadHead():
                return HeadRead(query=effect, closed=self._sealed(effect.closing))
            case _:
                return None

    def _sealed(self, closing: ShiftClosed) -> ShiftClosed:
        """Return a Z report on top of the journal's last row, signed if the till has a key."""
        head = self._journal.head
        closed = replace(closing, head_epoch=head.epoch, head_seq=head.seq, head_hash=head.hash)
        return closed if self._signer is None else signed(closed, self._identity.terminal, self._signer)

    def _look_up(self, query: LookUp) -> LookedUp:
        book = self._book()
        if book is None:
            return LookedUp(query=query, reason="no_book")
        try:
            return resolve(query, book)
        except BookError as error:
            return LookedUp(query=query, reason=error.code)

    def _find(self, query: FindArticles) -> ArticlesFound:
        book = self._book()
        try:
            articles = book.search(query.initials, limit=SEARCH_LIMIT) if book is not None else ()
        except BookError:
            articles = ()
        return ArticlesFound(query=query, articles=articles)

    def _find_member(self, query: FindMember) -> MemberFound:
        answer = answered(query, self._members, heard(self._counter), book=self._book(), clock=self._clock)
        today = self._clock.local_iso(self._clock.stamp().wall_ms)[:10]
        return with_own_uses(answer, self._store.promotions, today=today)

    def _work(self, effect: CheckPin | PrintReceipt | PrintSlip | PulseDrawer | Weigh | Sound | Arm | Ask) -> Work:
        if isinstance(effect, CheckPin):
            book = self._book()
            return PinCheck(query=effect, staff=book.staff(effect.number) if book is not None else None)
        if isinstance(effect, PrintReceipt):
            book = self._books.get(effect.sale.book_version) or self._book()
            return PrintJob(action=effect.action, receipt=self._composer.receipt(effect, book))
        if isinstance(effect, PrintSlip):
            return PrintJob(action=effect.action, receipt=self._composer.slip(effect, self._book()))
        return effect

    def _book(self) -> Catalog | None:
        """The book that decides: the open sale's own, else the active one."""
        record = self._counter.record
        version = record.sale.book_version if record.sale is not None else record.book_version
        if version is None:
            return None
        if version not in self._books:
            self._open(version)
        return self._books.get(version)

    def _open(self, version: int) -> BookOpened | BookFailed:
        """Open a book and close those that nothing needs any more."""
        try:
            book = self._books.get(version) or self._shelf.open(version)
            opened = BookOpened(info=book.info, settings=book.settings, code_keys=self._unbox(book.settings))
        except BookError as error:
            return BookFailed(version=version, reason=error.code)
        sale = self._counter.record.sale
        for other in [one for one in self._books if one != version and (sale is None or one != sale.book_version)]:
            self._books.pop(other).close()
        self._books[version] = book
        return opened
