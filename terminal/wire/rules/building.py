"""Building a rules file. The same content gives the same bytes (with the same SQLite)."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from terminal.domain.errors import BookInvalidError
from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.kinds import AnyRule
from terminal.wire.files.making import insert, making
from terminal.wire.files.values import value_rows
from terminal.wire.rules.rows import coupon_row, rule_row
from terminal.wire.rules.schema import RULES


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
