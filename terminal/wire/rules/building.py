"""Building a rules file. The same content gives the same bytes (with the same SQLite)."""

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from terminal.domain.errors import BookInvalidError
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.kinds import AnyRule
from terminal.wire.files.immutable import open_immutable, reading
from terminal.wire.files.making import insert, making
from terminal.wire.files.values import value_rows
from terminal.wire.rules.rows import coupon_row, rule_row
from terminal.wire.rules.schema import RULES

_COPIED = {"rule": ("id", "body"), "terms": ("id", "body"), "coupon": ("code", "terms", "status", "owner")}


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesContent:
    """What a rules file is built from. Coupons are read once, in order, and never held in memory.

    ``settings`` are those of `TradeSettings` that the file names; the others have their defaults, or are said
    elsewhere. ``label`` is a name for people.
    """

    label: str
    rules: Iterable[AnyRule] = ()
    coupons: Iterable[AnyCoupon] = ()
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesAgain:
    """The rules and coupons of a file once more, with some ``settings`` in the place of its own; None = left out."""

    label: str
    source: Path
    settings: Mapping[str, object]


def build_again(path: Path, content: RulesAgain) -> None:
    """Write a rules file after another one, as `build_rules` would; `BookError` when that cannot be read."""
    named = {name: value for name, value in content.settings.items() if value is not None}
    with (
        closing(open_immutable(content.source, RULES)) as source,
        reading(content.source),
        making(path, RULES, label=content.label) as connection,
    ):
        for table, columns in _COPIED.items():
            rows = source.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY {columns[0]}")  # noqa: S608 - constants of this file
            insert(connection, f"{table}({', '.join(columns)})", len(columns), rows)
        kept = [row for row in source.execute("SELECT name, value FROM setting") if row[0] not in content.settings]
        insert(connection, "setting(name, value)", 2, sorted((*kept, *value_rows(named))))


def build_rules(path: Path, content: RulesContent) -> None:
    """Write a rules file, whole or not at all, flushed to the disk.

    `BookInvalidError` names a rule or a coupon that comes twice.
    """
    with making(path, RULES, label=content.label) as connection:
        connection.execute("CREATE TEMP TABLE incoming(code TEXT, body BLOB, status TEXT, owner TEXT) STRICT")
        insert(connection, "rule(id, body)", 2, sorted(map(rule_row, content.rules)))
        insert(connection, "incoming(code, body, status, owner)", 4, map(coupon_row, content.coupons))
        _move_coupons(connection)
        insert(connection, "setting(name, value)", 2, value_rows(content.settings))


def _move_coupons(connection: sqlite3.Connection) -> None:
    """Give what coupons have in common one row each; the order of arrival leaves no trace."""
    connection.execute("INSERT INTO terms(body) SELECT DISTINCT body FROM incoming ORDER BY body")
    connection.execute("CREATE TEMP TABLE known(body BLOB PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID")
    connection.execute("INSERT INTO known SELECT body, id FROM terms")
    try:
        connection.execute(
            "INSERT INTO coupon(code, terms, status, owner)"
            " SELECT code, id, status, owner FROM incoming JOIN known USING (body) ORDER BY code"
        )
    except sqlite3.IntegrityError as error:
        twice = "SELECT code FROM incoming GROUP BY code HAVING count(*) > 1 ORDER BY code LIMIT 1"
        raise BookInvalidError(f"coupon {connection.execute(twice).fetchone()[0]} comes twice") from error
