"""Stored value: principal that the member paid, and bonus that the shop gave (CHECKOUT 7 and 9)."""

from enum import StrEnum
from typing import Annotated, assert_never

from msgspec import Meta, Struct

from terminal.domain.money import spread


class StoredOrder(StrEnum):
    """What is spent first."""

    BONUS_FIRST = "bonus_first"
    PRINCIPAL_FIRST = "principal_first"
    PROPORTIONAL = "proportional"


class StoredRules(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is spent first, and the most in fen that a card may hold; one of a member without a name holds less.

    Who pays ``name_from`` or more at once says who they are.
    """

    order: StoredOrder = StoredOrder.BONUS_FIRST
    max_balance: Annotated[int, Meta(ge=0)] = 500_000
    max_nameless: Annotated[int, Meta(ge=0)] = 100_000
    name_from: Annotated[int, Meta(ge=1)] = 1_000_000


class StoredValue(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Fen of principal and bonus; of a balance, or of a part of one. Both are 0 or more."""

    principal: int = 0
    bonus: int = 0

    @property
    def total(self) -> int:
        """What may be spent."""
        return self.principal + self.bonus

    def __add__(self, other: "StoredValue") -> "StoredValue":
        return StoredValue(principal=self.principal + other.principal, bonus=self.bonus + other.bonus)

    def __sub__(self, other: "StoredValue") -> "StoredValue":
        return StoredValue(principal=self.principal - other.principal, bonus=self.bonus - other.bonus)

    def split(self, amount_fen: int, order: StoredOrder) -> "StoredValue":
        """Return the parts of an amount that is spent from this balance (not more than it holds)."""
        match order:
            case StoredOrder.BONUS_FIRST:
                bonus = min(amount_fen, self.bonus)
            case StoredOrder.PRINCIPAL_FIRST:
                bonus = amount_fen - min(amount_fen, self.principal)
            case StoredOrder.PROPORTIONAL:
                bonus = amount_fen * self.bonus // self.total if self.total else 0
            case _:
                assert_never(order)
        return StoredValue(principal=amount_fen - bonus, bonus=bonus)

    def share(self, amount_fen: int) -> "StoredValue":
        """Return the parts of an amount that is given back of what was spent: in proportion to what is left of it."""
        principal, bonus = spread(amount_fen, (self.principal, self.bonus))
        return StoredValue(principal=principal, bonus=bonus)
