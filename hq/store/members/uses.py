"""How often rules were applied, and what became of coupons, in SQLite."""

from collections.abc import Sequence

import msgspec

from hq.store.database import Database
from hq.store.members.port import NOBODY, RuleCount
from terminal.domain.ids import SaleId, Sku
from terminal.domain.promotions.conditions import Uses
from terminal.domain.promotions.coupons import AnyCoupon, CouponCode, MemberId

_decoder: msgspec.msgpack.Decoder[AnyCoupon] = msgspec.msgpack.Decoder(AnyCoupon)

_BY_SALE = """
SELECT '' AS member, '' AS day, rule, '' AS sku, units FROM rule_use WHERE sku = '' AND {sales}
UNION ALL SELECT member, '', rule, '', units FROM rule_use WHERE sku = '' AND member <> '' AND {sales}
UNION ALL SELECT member, day, rule, sku, units FROM rule_use WHERE member <> '' AND {sales}
"""
"""Where each use counts: for all, for a member ever, and for a member on its day. Units count for the day alone."""
_STANDING = _BY_SALE.format(sales="sale NOT IN (SELECT sale FROM voided)")
_ADD = (
    "INSERT INTO rule_count SELECT member, day, rule, sku, {sign}units FROM ({uses}) WHERE 1"
    " ON CONFLICT(member, day, rule, sku) DO UPDATE SET units = units + excluded.units"
)
_DIFFERENCES = f"""
SELECT member, day, rule, sku, sum(counted), sum(kept) FROM (
  SELECT member, day, rule, sku, units AS counted, 0 AS kept FROM ({_STANDING})
  UNION ALL SELECT member, day, rule, sku, 0, units FROM rule_count
) GROUP BY member, day, rule, sku HAVING sum(counted) <> sum(kept)
"""  # noqa: S608 - constants of this file


class SqliteRuleUses:
    """See `hq.store.members.port.RuleUses`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, sale: SaleId, counts: Sequence[RuleCount], *, member: MemberId, day: str) -> None:
        """Count what a sale used, once."""
        if not counts or self._is_counted(sale):
            return
        for one in counts:
            self._database.run(
                "INSERT INTO rule_use VALUES(?, ?, ?, ?, ?, ?)",
                (sale, one.rule, one.sku or "", member, day, one.units),
            )
        self._move(sale, sign="")

    def give_back(self, sale: SaleId) -> None:
        """A sale was voided."""
        self._move(sale, sign="-")
        self._database.run("INSERT OR IGNORE INTO voided VALUES(?)", (sale,))

    def of(self, members: Sequence[MemberId], *, day: str) -> Uses:
        """Return what a member used, and what all did."""
        uses = Uses()
        for member in (NOBODY, *members):
            rows = self._database.rows(
                tuple[str, str, str, int],
                "SELECT day, rule, sku, units FROM rule_count WHERE member = ? AND day IN ('', ?) AND units > 0",
                (member, day),
            )
            for when, rule, sku, units in rows:
                _add(uses, member, when, (rule, Sku(sku)), units)
        return uses

    def forget(self, member: MemberId) -> None:
        """Let the sales of a member be those of nobody."""
        self._database.run("UPDATE rule_use SET member = '' WHERE member = ?", (member,))
        self._database.run("DELETE FROM rule_count WHERE member = ? AND member <> ''", (member,))

    def differences(self) -> list[str]:
        """Return which counts are not what the sales come to."""
        rows = self._database.rows(tuple[str, str, str, str, int, int], _DIFFERENCES)
        return [
            f"rule {rule}: {' '.join(filter(None, (member, day, sku))) or 'all'} used it {kept} times, not {counted}"
            for member, day, rule, sku, counted, kept in rows
        ]

    def _is_counted(self, sale: SaleId) -> bool:
        return bool(self._database.rows(tuple[int], "SELECT 1 FROM rule_use WHERE sale = ? LIMIT 1", (sale,)))

    def _move(self, sale: SaleId, *, sign: str) -> None:
        """Add what a sale used to the counts, or take it off; nothing, when it is voided already."""
        uses = _BY_SALE.format(sales="sale = ?1 AND sale NOT IN (SELECT sale FROM voided)")
        self._database.run(_ADD.format(sign=sign, uses=uses), (sale,))


class SqliteCoupons:
    """See `hq.store.members.port.Coupons`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, code: CouponCode, sale: SaleId, *, at_ms: int) -> list[SaleId]:
        """A sale used a coupon; return the other sales that use it too."""
        self._database.run(
            "INSERT INTO coupon_use VALUES(?, ?, 1, NULL, ?) ON CONFLICT(code, sale) DO UPDATE SET used = 1",
            (code, sale, at_ms),
        )
        others = self._database.rows(
            tuple[SaleId],
            "SELECT sale FROM coupon_use WHERE code = ?1 AND sale <> ?2 AND used AND back IS NULL"
            " AND EXISTS(SELECT 1 FROM coupon_use WHERE code = ?1 AND sale = ?2 AND back IS NULL) ORDER BY sale",
            (code, sale),
        )
        return [other for (other,) in others]

    def give_back(self, code: CouponCode, sale: SaleId, status: str, *, at_ms: int) -> None:
        """A sale was undone, and its coupon has a status again."""
        self._database.run(
            "INSERT INTO coupon_use VALUES(?, ?, 0, ?, ?) ON CONFLICT(code, sale) DO UPDATE SET back = excluded.back,"
            " at_ms = max(at_ms, excluded.at_ms)",
            (code, sale, status, at_ms),
        )

    def issue(self, coupon: AnyCoupon, member: MemberId, *, at_ms: int) -> None:
        """A member got a coupon at a till."""
        body = msgspec.msgpack.encode(coupon)
        self._database.run("INSERT OR IGNORE INTO issued_coupon VALUES(?, ?, ?, ?)", (coupon.code, member, at_ms, body))

    def issued(self, code: CouponCode) -> AnyCoupon | None:
        """Return a coupon that some member got at a till; None if none did."""
        row = self._database.row(tuple[bytes], "SELECT body FROM issued_coupon WHERE code = ?", (code,))
        return None if row is None else _decoder.decode(row[0])

    def issued_to(self, member: MemberId) -> list[AnyCoupon]:
        """Return the coupons that a member got at tills, the oldest first."""
        rows = self._database.rows(
            tuple[bytes], "SELECT body FROM issued_coupon WHERE member = ? ORDER BY at_ms, code", (member,)
        )
        return [_decoder.decode(body) for (body,) in rows]

    def forget(self, member: MemberId) -> None:
        """Let the coupons that a member got be gone; that they were used stays."""
        self._database.run("DELETE FROM issued_coupon WHERE member = ?", (member,))

    def status(self, code: CouponCode) -> str | None:
        """Return what a coupon is, if a sale ever used it. One whose points came back is good no more."""
        row = self._database.row(
            tuple[str],
            "SELECT coalesce(back, 'used') FROM coupon_use WHERE code = ?"
            " ORDER BY back IS NOT NULL, back <> 'void', at_ms DESC",
            (code,),
        )
        return row[0] if row else None


def _add(uses: Uses, member: MemberId, day: str, bought: tuple[str, Sku], units: int) -> None:
    """Add a count to where it belongs."""
    rule, sku = bought
    if sku:
        uses.units_today[bought] = uses.units_today.get(bought, 0) + units
        return
    counts = uses.total if member == NOBODY else uses.member_today if day else uses.member_ever
    counts[rule] = counts.get(rule, 0) + units
