"""Rules files on the till: a folder of immutable SQLite files."""

from pathlib import Path

from terminal.offline.seals import sealed_digest
from terminal.ports.rules import RulesInfo
from terminal.wire.files.streams import Stream, book_name, versions_in
from terminal.wire.rules.opening import OpenRules


class SqliteRules(OpenRules):
    """`terminal.ports.rules.OpenedRules` over one file. Its connection belongs to the thread that opened it."""

    def __init__(self, path: Path, *, version: int) -> None:
        """Open a file; `BookError` when it is missing, cut, foreign, of a newer schema, or its rules make no sense."""
        super().__init__(path, version=version)
        sha256 = sealed_digest(path, version, Stream.RULES)
        self._info = RulesInfo(version=version, sha256=sha256, label=self.label)

    @property
    def info(self) -> RulesInfo:
        """Which rules they are."""
        return self._info


class SqliteRulesShelf:
    """`terminal.ports.rules.RulesShelf` over a folder that the uplink writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open(self, version: int) -> SqliteRules:
        """Open a file; `BookError` when it is missing, torn, of a newer schema, or its rules make no sense."""
        return SqliteRules(self._folder / book_name(version, Stream.RULES), version=version)

    def versions(self) -> tuple[int, ...]:
        """Return the versions that are there whole, ascending."""
        return versions_in(self._folder, Stream.RULES)
