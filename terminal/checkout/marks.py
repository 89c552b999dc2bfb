"""Marks of lines."""

from enum import StrEnum


class Tag(StrEnum):
    """Marks at the end of a line of the basket."""

    MEMBER = "tag.member"
    REDUCED = "tag.reduced"
    PRICE_CHANGED = "tag.price_changed"
    WEIGHED = "tag.weighed"
    OPEN_PRICE = "tag.open_price"
    VOIDED = "tag.voided"
    SOLD_BY = "tag.sold_by"
    PROMOTED = "tag.promoted"
    COUNT_CARD = "tag.count_card"
