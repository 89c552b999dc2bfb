"""A lane on the disk of a test: configuration, journal, book, listening sockets."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from terminal.config.schema import DeviceConfig, IdentityConfig, TillConfig
from terminal.domain.catalog import Article
from terminal.domain.ids import Identity, Sku
from terminal.domain.settings import Settings
from terminal.domain.text import SafeText
from terminal.offline.clock import SystemIds
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.ports.clock import Stamp
from terminal.wire.book.building import BookContent, build_book
from terminal.wire.events import TillStarted
from terminal.wire.files.streams import book_name
from terminal.wire.toml import dump

WHO = Identity(store="S01", till="T03", epoch=1)
START_MS = 1_763_900_000_000
NOODLES = Article(sku=Sku("1001"), name=SafeText("方便面"), price_fen=450)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The folders of a till and its configuration file."""

    folder: Path
    devices: tuple[DeviceConfig, ...] = ()

    @property
    def file(self) -> Path:
        """The till's configuration."""
        return self.folder / "etc/till.toml"

    @property
    def config(self) -> TillConfig:
        """What the file says."""
        return TillConfig(
            identity=IdentityConfig(store=WHO.store, till=WHO.till, epoch=WHO.epoch),
            state_dir=str(self.folder / "till"),
            books_dir=str(self.folder / "books"),
            run_dir=str(self.folder / "run"),
            devices=self.devices,
        )

    def set_up(self) -> None:
        """Write the configuration and make the folders."""
        for name in ("etc", "till", "books", "run"):
            (self.folder / name).mkdir(mode=0o770)
        self.file.write_text(dump(self.config), encoding="utf-8")

    def journal(self, events: int, *, wall_ms: int = START_MS) -> None:
        """Write some events and close the journal."""
        journal = SqliteJournal(self.folder / "till", WHO, ids=SystemIds(), options=JournalOptions(ballast_bytes=0))
        stamp = Stamp(wall_ms=wall_ms, mono_ms=1, boot_id="b")
        journal.append([TillStarted(version=str(n)) for n in range(events)], stamp=stamp, biz_date="2025-11-23")
        journal.close()

    def book(self, version: int, **settings: object) -> Path:
        """Put a book of one article there."""
        path = self.folder / "books" / book_name(version)
        build_book(
            path, BookContent(label=f"2025.{version}", articles=[NOODLES], settings=msgspec.convert(settings, Settings))
        )
        return path

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen like a till."""
        with ExitStack() as stack:
            for name in ("counter.sock", "uplink.sock"):
                server = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
                server.bind(str(self.folder / "run" / name))
                server.listen()
            yield
