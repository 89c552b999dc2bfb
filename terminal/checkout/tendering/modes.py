"""The page on which a member's points and coupons pay."""

from typing import ClassVar

from msgspec import Struct


class Redeeming(Struct, frozen=True, kw_only=True):
    """Points and coupons; ``selected`` is the highlighted row, ``paying``: it was opened while the sale was settled."""

    name: ClassVar[str] = "redeem"
    selected: int = 0
    paying: bool = False
