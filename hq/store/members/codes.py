"""Codes on phones that tills took, in SQLite."""

from hq.store.database import Database
from hq.store.members.port import Act
from terminal.domain.promotions.coupons import MemberId


class SqliteCodeUses:
    """See `hq.store.members.port.CodeUses`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, digest: str, act: Act, *, member: MemberId) -> list[str]:
        """A till took a code; return which others did."""
        place = (act.terminal, act.epoch, act.seq)
        self._database.run(
            "INSERT OR IGNORE INTO code_use VALUES(?, ?, ?, ?, ?, ?)", (digest, *place, member, act.at_ms)
        )
        others = self._database.rows(
            tuple[str],
            "SELECT till FROM code_use WHERE digest = ? AND (till, epoch, seq) <> (?, ?, ?) ORDER BY at_ms, till",
            (digest, *place),
        )
        return [till for (till,) in others]

    def forget(self, member: MemberId) -> None:
        """Let the codes of a member be those of nobody."""
        self._database.run("UPDATE code_use SET member = '' WHERE member = ?", (member,))
