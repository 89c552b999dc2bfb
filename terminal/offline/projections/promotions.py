"""Coupons that were used at this till, and how often rules with a limit were: so that none is used twice, or too often.

A coupon works again when all of its sale came back, a rule counts less when the sale was void. A row stays as long as
the file: a coupon without an end must never work again.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import ClassVar

from terminal.domain.ids import Sku
from terminal.domain.pricing.uses import RuleUse
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import CouponCode, MemberId
from terminal.domain.sale import Sale
from terminal.wire.events import Fact, SaleCompleted
from terminal.wire.record import TillRecord
from terminal.wire.return_events import SaleReturned

_SQL_COUPON = "INSERT OR REPLACE INTO used_coupon(code, sale_id) VALUES (?, ?)"
_SQL_COUPON_BACK = "DELETE FROM used_coupon WHERE code = ? AND sale_id = ?"
_SQL_USE = (
    "INSERT OR REPLACE INTO rule_use(rule, epoch, seq, sale_id, member, day, sku, units, times)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)"
)
_SQL_USE_BACK = (
    "INSERT OR REPLACE INTO rule_use(rule, epoch, seq, sale_id, member, day, sku, units, times)"
    " SELECT rule, ?, ?, sale_id, member, day, sku, -units, -1 FROM rule_use WHERE sale_id = ? AND times = 1"
)
_SQL_TOTAL = (
    "SELECT rule, sum(times) FROM (SELECT DISTINCT rule, epoch, seq, times FROM rule_use) GROUP BY rule"
    " HAVING sum(times) <> 0"
)
_SQL_MEMBER = "SELECT rule, epoch, seq, day, sku, units, times FROM rule_use WHERE member = ? AND (epoch, seq) > (?, ?)"
_ALL_GOODS = ""
"""The article of a use that is not about the price of one."""


class Promotions:
    """`terminal.ports.promotions.PromotionUses` over tables of one ``state.db``."""

    name: ClassVar[str] = "promotions.2"
    tables: ClassVar[Sequence[str]] = (
        "CREATE TABLE IF NOT EXISTS used_coupon(code TEXT PRIMARY KEY, sale_id TEXT NOT NULL) STRICT, WITHOUT ROWID",
        """CREATE TABLE IF NOT EXISTS rule_use(
  rule TEXT NOT NULL, epoch INTEGER NOT NULL, seq INTEGER NOT NULL, sale_id TEXT NOT NULL, member TEXT NOT NULL,
  day TEXT NOT NULL, sku TEXT NOT NULL, units INTEGER NOT NULL, times INTEGER NOT NULL,
  PRIMARY KEY(rule, epoch, seq, sku)
) STRICT, WITHOUT ROWID""",
        "CREATE INDEX IF NOT EXISTS rule_use_member ON rule_use(member) WHERE member <> ''",
        "CREATE INDEX IF NOT EXISTS rule_use_sale ON rule_use(sale_id)",
    )
    kinds: ClassVar[frozenset[type[Fact]]] = frozenset({SaleCompleted, SaleReturned})

    def __init__(self, connection: sqlite3.Connection, epoch: int) -> None:
        self._connection = connection
        self._epoch = epoch

    def take(self, seq: int, fact: Fact, before: TillRecord, after: TillRecord) -> None:
        """Note what a done sale used, and what came back to be used again."""
        del after
        if isinstance(fact, SaleReturned):
            self._connection.executemany(_SQL_COUPON_BACK, [(code, fact.sale_id) for code in fact.coupons])
            if fact.rules:
                self._connection.execute(_SQL_USE_BACK, (self._epoch, seq, fact.sale_id))
        if not isinstance(fact, SaleCompleted):
            return
        self._connection.executemany(_SQL_COUPON, [(use.code, fact.sale_id) for use in fact.coupons])
        if before.sale is not None:
            rows = [row for use in fact.applied if use.limited for row in self._rows(seq, use, before.sale)]
            self._connection.executemany(_SQL_USE, rows)

    def _rows(self, seq: int, use: RuleUse, sale: Sale) -> Iterable[tuple[object, ...]]:
        """Return a row for each article that had a rule's price, or one for the rule."""
        member = "" if sale.member is None else sale.member.id
        skus = {line.number: line.sku for line in sale.lines}
        units: Counter[str] = Counter()
        for share in use.shares:
            units[skus.get(share.line, Sku(_ALL_GOODS)) if share.units else _ALL_GOODS] += share.units
        day = sale.local_time[:10]
        return [(use.id, self._epoch, seq, sale.id, member, day, sku, count) for sku, count in units.items()]

    def coupon_used(self, code: CouponCode) -> bool:
        """Whether a done sale of this till used a coupon."""
        return self._connection.execute("SELECT 1 FROM used_coupon WHERE code = ?", (code,)).fetchone() is not None

    def totals(self) -> Uses:
        """Return how often limited rules were used by anybody."""
        return Uses(total=dict(self._connection.execute(_SQL_TOTAL)))

    def by_member(self, member: MemberId, day: str, *, after: tuple[int, int] = (0, 0)) -> Uses:
        """Return how often a member used limited rules, ever and on a day (YYYY-MM-DD), after an (epoch, sequence)."""
        uses = Uses()
        seen: set[tuple[str, int, int]] = set()
        for rule, epoch, seq, used_on, sku, units, times in self._connection.execute(
            _SQL_MEMBER, (member, *after)
        ).fetchall():
            is_today = used_on == day
            if is_today and sku != _ALL_GOODS:
                uses.units_today[rule, Sku(sku)] = uses.units_today.get((rule, Sku(sku)), 0) + units
            if (rule, epoch, seq) not in seen:
                seen.add((rule, epoch, seq))
                uses.member_ever[rule] = uses.member_ever.get(rule, 0) + times
                uses.member_today[rule] = uses.member_today.get(rule, 0) + is_today * times
        return uses
