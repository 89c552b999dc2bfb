"""Checking a whole rules file, as HQ does before it signs and the uplink before the till may use it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from terminal.domain.errors import BookInvalidError
from terminal.domain.trade import TradeSettings
from terminal.wire.files.immutable import check_whole, open_immutable, read_meta, reading
from terminal.wire.files.values import read_values, unsafe_text
from terminal.wire.rules.rows import SQL_RULES, rule_of, terms_of
from terminal.wire.rules.schema import RULES

_MUST_FIND_NOTHING = (
    ("is a coupon without terms", "SELECT code FROM coupon WHERE terms NOT IN (SELECT id FROM terms) LIMIT 1"),
    (
        "is a coupon with a character that no code has",
        "SELECT code FROM coupon WHERE code || status || coalesce(owner, '') GLOB '*[^ -~]*' OR code = '' LIMIT 1",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesSummary:
    """What stands in a rules file, counted."""

    label: str
    rules: int
    coupons: int

    @property
    def rows(self) -> int:
        """What HQ signs the number of."""
        return self.rules + self.coupons


def check_rules(path: Path) -> RulesSummary:
    """Check a whole rules file and count it.

    `BookTornError` when bytes are missing or changed; `BookInvalidError` when the schema is not ours, counts differ, or
    a rule (named by its id), a coupon or a setting does not decode or would command a screen.
    """
    with closing(open_immutable(path, RULES)) as connection, reading(path):
        counts = check_whole(connection, RULES, path)
        _check_rows(connection)
        read_values(connection, TradeSettings)
        return RulesSummary(label=str(read_meta(connection, "label")), rules=counts["rule"], coupons=counts["coupon"])


def _check_rows(connection: sqlite3.Connection) -> None:
    for row in connection.execute(SQL_RULES):
        _check_text(f"rule {row[0]}", rule_of(row))
    for (body,) in connection.execute("SELECT body FROM terms"):
        _check_text("a coupon", terms_of(body))
    for complaint, query in _MUST_FIND_NOTHING:
        row = connection.execute(query).fetchone()
        if row is not None:
            raise BookInvalidError(f"{row[0]!a:.80} {complaint}")


def _check_text(name: str, value: object) -> None:
    unsafe = unsafe_text(value)
    if unsafe is not None:
        raise BookInvalidError(f"{name!a:.80} has text that is not safe: {unsafe!a:.80}")
