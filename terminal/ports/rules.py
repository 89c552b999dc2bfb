"""The rules of HQ as the counter reads them."""

from dataclasses import dataclass
from typing import Protocol

from terminal.domain.promotions.coupons import AnyCoupon
from terminal.domain.promotions.rule_set import RuleSet
from terminal.domain.trade import DeclaredTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesInfo:
    """Which rules they are: HQ's version number (rises for ever), the SHA-256 of their file, a name for people."""

    version: int
    sha256: str
    label: str


class OpenedRules(Protocol):
    """One open rules file. Files are immutable, so every method is a function of its arguments alone."""

    @property
    def info(self) -> RulesInfo:
        """Which rules they are."""

    @property
    def rules(self) -> RuleSet:
        """All rules, with what the shop sets of them."""

    @property
    def trade(self) -> DeclaredTrade:
        """The settings of trade that the file names."""

    def coupon(self, code: str) -> AnyCoupon | None:
        """Return the coupon of a code; None if there is none. `BookError` when the file is damaged."""

    def close(self) -> None:
        """Close the file."""


class RulesShelf(Protocol):
    """The folder of rules files that the uplink writes and the till reads."""

    def open(self, version: int) -> OpenedRules:
        """Open a file; `BookError` when it is missing, torn, of a newer schema, or its rules make no sense."""

    def versions(self) -> tuple[int, ...]:
        """Return the versions that are there whole, ascending."""
