"""A rules file, open for looking things up: at the till for pricing, at HQ for pricing again."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.kinds import AnyRule
from terminal.domain.promotions.rule_set import RuleSet, with_overrides
from terminal.domain.trade import DeclaredTrade, TradeSettings
from terminal.wire.files.immutable import open_immutable, read_meta, reading
from terminal.wire.files.values import read_values
from terminal.wire.rules.rows import SQL_COUPON, SQL_OWNED, SQL_RULES, coupon_of, rule_of
from terminal.wire.rules.schema import RULES


class OpenRules:
    """One version. Its connection belongs to the thread that opened it.

    ``rules`` are all rules with what the shop sets of them, ``trade`` the settings that the file names.
    """

    def __init__(self, path: Path, *, version: int) -> None:
        """Open a file; `BookError` when it is missing, cut, foreign, of a newer schema, or its rules make no sense."""
        self.version = version
        self._path = path
        self._connection = open_immutable(path, RULES)
        try:
            with reading(path):
                self.label = str(read_meta(self._connection, "label"))
                settings, named = read_values(self._connection, TradeSettings)
                rules = [rule_of(row) for row in self._connection.execute(SQL_RULES)]
            self.trade = DeclaredTrade(settings=settings, named=named)
            self.rules = _rule_set(rules, settings)
        except BaseException:
            self._connection.close()
            raise

    def coupon(self, code: str) -> AnyCoupon | None:
        """Return the coupon of a code; None if there is none. `BookError` when the file is damaged."""
        with reading(self._path):
            row = self._connection.execute(SQL_COUPON, (code,)).fetchone()
        return None if row is None else coupon_of(code, row)

    def owned(self) -> Iterator[AnyCoupon]:
        """Yield the coupons that members own, by code; `BookError` when the file is damaged."""
        with reading(self._path):
            for code, *row in self._connection.execute(SQL_OWNED):
                yield coupon_of(code, (row[0], row[1], row[2]))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _rule_set(rules: Sequence[AnyRule], settings: TradeSettings) -> RuleSet:
    """Return the rules with what the shop sets of them, their indexes made: no scan waits for them."""
    rule_set = RuleSet(with_overrides(rules, settings.rule_overrides)[0])
    rule_set.make_indexes()
    return rule_set
