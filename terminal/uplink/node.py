"""The uplink as a whole: journal → HQ, HQ → books, news → till."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import structlog

from terminal.domain.errors import UplinkError
from terminal.ports.clock import Clock
from terminal.ports.uplink import Outbox
from terminal.uplink.asker import Asker, Route
from terminal.uplink.database import UplinkDatabase
from terminal.uplink.disk import DiskThread
from terminal.uplink.doorbell import Doorbell
from terminal.uplink.gateway import Gateway, GatewayAddress
from terminal.uplink.hq_clock import HqClock
from terminal.uplink.inbox import Inbox, InboxLimits
from terminal.uplink.members import MembersFile, MembersInbox, MembersLimits
from terminal.uplink.pump import Progress, Pump, PumpLimits, Stage, ThreadedOutbox
from terminal.uplink.questions import Questions
from terminal.uplink.session import Session
from terminal.uplink.shelf import Shelf
from terminal.wire import doorbell, envelope, topics, updates
from terminal.wire.asking import HQ, open_told
from terminal.wire.files.streams import Stream, book_name
from terminal.wire.gateway import PAYMENT
from terminal.wire.members.schema import NAME as MEMBERS_NAME
from terminal.wire.members.stream import open_changed
from terminal.wire.mqtt import Backoff, BrokerAddress
from terminal.wire.seal import Purpose, unseal

log = structlog.get_logger("uplink")

TROUBLES = {Stage.FORKED: doorbell.LinkTrouble.FORKED, Stage.BEHIND: doorbell.LinkTrouble.BEHIND}


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """What the uplink of one terminal needs to know. ``keys`` are HQ's pinned public keys (32 bytes each)."""

    terminal: str
    books_dir: Path
    data_dir: Path
    run_dir: Path
    keys: tuple[bytes, ...]
    broker: BrokerAddress
    gateway: GatewayAddress | None = None
    backoff: Backoff = field(default_factory=Backoff)
    pump: PumpLimits = field(default_factory=PumpLimits)
    inbox: InboxLimits = field(default_factory=InboxLimits)
    members: MembersLimits = field(default_factory=MembersLimits)
    news_s: float = 0.3
    """How often the till hears of progress, and the cursor is saved, at most."""


class UplinkNode:
    """Runs until it is cancelled. It may die at any time: what it knows is with HQ or in the journal."""

    def __init__(self, plan: NodePlan, *, outbox: Outbox, clock: Clock) -> None:
        self._plan = plan
        self._clock = HqClock(clock)
        self._outbox = outbox
        self._journal_disk = DiskThread("journal")
        self._books_disk = DiskThread("books")
        self._database = UplinkDatabase(plan.data_dir / "uplink.db")
        self._progress: Progress | None = None
        self._changed = asyncio.Event()
        self._told: doorbell.LinkChanged | None = None
        self._heads = {
            topics.head(stream, audience): (stream, audience)
            for stream in Stream
            for audience in topics.audiences(plan.terminal)
        }
        self._session = Session(
            plan.terminal, plan.broker, backoff=plan.backoff, on_link=self._link_changed, on_message=self._received
        )
        self._doorbell = Doorbell(plan.run_dir / "uplink.sock", heard=self._heard, greeting=self._greeting)
        self._pump = Pump(
            plan.terminal,
            outbox=ThreadedOutbox(outbox, self._journal_disk),
            link=self._session,
            clock=self._clock,
            limits=plan.pump,
            on_progress=self._progressed,
        )
        self._members_file = MembersFile(plan.books_dir / MEMBERS_NAME, self._books_disk)
        self._members = MembersInbox(
            plan.terminal, file=self._members_file, link=self._session, clock=self._clock, limits=plan.members
        )
        self._inboxes = {stream: self._inbox(stream) for stream in Stream}
        self._questions = Questions(plan.terminal, link=self._session)
        routes: dict[str, Route] = {HQ: self._questions.ask}
        if plan.gateway is not None:
            routes[PAYMENT] = Gateway(plan.gateway).ask
        self._asker = Asker(routes, self._doorbell.tell)

    def _inbox(self, stream: Stream) -> Inbox:
        plan = self._plan
        is_of_members = stream is Stream.MEMBERS
        return Inbox(
            plan.terminal,
            stream=stream,
            shelf=Shelf(plan.books_dir, self._database, self._books_disk, keys=plan.keys, stream=stream),
            link=self._session,
            clock=self._clock,
            tell=self._members_news if is_of_members else self._doorbell.tell,
            limits=plan.inbox,
        )

    def _members_news(self, news: doorbell.BookReady | doorbell.BookRejected) -> None:
        """A whole file of members is there: the till need not know, and is never asked to use it."""
        if isinstance(news, doorbell.BookReady):
            path = self._plan.books_dir / book_name(news.version, Stream.MEMBERS)
            merged = partial(self._inboxes[Stream.MEMBERS].book_now, refused="")
            self._members.snapshot_ready(news.version, path, on_merged=merged)

    @property
    def progress(self) -> Progress | None:
        """How far the journal has gone to HQ; None before the journal was seen."""
        return self._progress

    async def probe(self) -> None:
        """Read the journal once, for the watchdog; a journal that is not there yet counts as read."""
        await self._journal_disk.run(self._outbox.head)

    async def run(self) -> None:
        """Work until cancelled."""
        await self._books_disk.run(self._database.open)
        self._session.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._pump.run())
                for inbox in self._inboxes.values():
                    tasks.create_task(inbox.run())
                tasks.create_task(self._members.run())
                tasks.create_task(self._doorbell.run())
                tasks.create_task(self._tell_progress())
        finally:
            self._asker.close()
            await self._session.stop()
            await self._journal_disk.run(self._outbox.close)
            await self._members_file.close()
            await self._books_disk.run(self._database.close)
            self._journal_disk.close()
            self._books_disk.close()

    def _link_changed(self, is_up: bool) -> None:
        if is_up:
            self._pump.link_up()
            for inbox in self._inboxes.values():
                inbox.link_up()
        else:
            self._pump.link_down()
            self._questions.hq_is(online=False)
            self._members.link_down()
            for inbox in self._inboxes.values():
                inbox.link_down()

    def _received(self, topic: str, payload: bytes) -> None:
        """Take a message of the broker; `InputError` for what is not HQ's."""
        terminal = self._plan.terminal
        if topic == topics.HQ_STATE:
            state = envelope.decode_hq_state(payload)
            self._pump.hq_state(state)
            self._questions.hq_is(online=state.online)
            if state.online:
                self._members.hq_online()
                for inbox in self._inboxes.values():
                    inbox.hq_online()
        elif topic == topics.down(terminal, topics.Down.ANSWER):
            body = unseal(payload, purpose=Purpose.ANSWER, keys=self._plan.keys)
            self._pump.answer(envelope.decode_answer(body))
        elif topic == topics.down(terminal, topics.Down.CHUNK):
            chunk = updates.decode_chunk(payload)
            self._inboxes[chunk.stream].chunk_received(chunk)
        elif topic == topics.down(terminal, topics.Down.MEMBERS):
            self._members.received(open_changed(payload, keys=self._plan.keys, terminal=terminal))
        elif topic == topics.down(terminal, topics.Down.REPLY):
            self._questions.told(open_told(payload, keys=self._plan.keys, terminal=terminal))
        elif (head := self._heads.get(topic)) is not None and payload:
            stream, audience = head
            self._inboxes[stream].manifest_received(audience, payload)

    def _heard(self, message: doorbell.FromTillToUplink) -> None:
        match message:
            case doorbell.JournalGrew():
                self._pump.journal_grew()
            case doorbell.Ask():
                self._asker.take(message)
            case doorbell.BookNow(version=version, refused=refused, stream=stream):
                self._inboxes[stream].book_now(version, refused)

    def _greeting(self) -> list[doorbell.FromUplinkToTill]:
        news: list[doorbell.FromUplinkToTill] = [self._link_news()]
        ready = (inbox.announced for stream, inbox in self._inboxes.items() if stream is not Stream.MEMBERS)
        news += [announced for announced in ready if announced is not None]
        return news

    def _progressed(self, progress: Progress) -> None:
        if progress != self._progress:
            self._progress = progress
            self._changed.set()

    def _link_news(self) -> doorbell.LinkChanged:
        progress = self._progress
        return doorbell.LinkChanged(
            online=progress is not None and progress.stage is Stage.SENDING,
            acked_seq=progress.acked_seq if progress is not None else 0,
            archived_seq=progress.archived_seq if progress is not None else 0,
            epoch=progress.epoch if progress is not None else 0,
            trouble=TROUBLES.get(progress.stage) if progress is not None else None,
            drained=progress.drained if progress is not None else (),
            oldest_unacked_ms=progress.oldest_unacked_ms if progress is not None else 0,
            hq_zero_ms=self._clock.zero_ms,
            hq_quality=self._clock.quality_ms,
        )

    async def _tell_progress(self) -> None:
        """Tell the till and keep the cursor, not more often than ``news_s``."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            news = self._link_news()
            if news != self._told:
                self._told = news
                self._doorbell.tell(news)
            if self._progress is not None and self._progress.acked_seq:
                await self._save_cursor(self._progress)
            await asyncio.sleep(self._plan.news_s)

    async def _save_cursor(self, progress: Progress) -> None:
        try:
            await self._books_disk.run(self._database.save_acked, progress.epoch, progress.acked_seq)
        except UplinkError as error:
            log.warning("cursor_not_saved", reason=error.code)
