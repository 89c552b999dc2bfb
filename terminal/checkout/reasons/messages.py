"""Ids of the texts about why a line costs what it does; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class Why(StrEnum):
    """What set an amount, or took something off it; one row of the page each."""

    LIST = "why.list"
    MEMBER = "why.member"
    PRINTED = "why.printed"
    OVERRIDE = "why.override"
    COUNT_CARD = "why.count_card"
    RULE = "why.rule"
    WHOLE = "why.whole"
    COUPON = "why.coupon"
    REFUSED = "why.refused"
    BY_HAND = "why.by_hand"
    NO_DISCOUNT = "why.no_discount"
    VOIDED = "why.voided"
    DUE = "why.due"


class NearText(StrEnum):
    """What a little more would bring."""

    AMOUNT = "near.amount"
    AMOUNT_FOR = "near.amount_for"
    PIECES = "near.pieces"
    PIECES_OFF = "near.pieces_off"
    ARTICLE = "near.article"
    MEMBER = "near.member"
    MEMBER_PRICE = "near.member_price"


class WhyKey(StrEnum):
    """What a live key does, for the key line."""

    WHY = "key.why"


FILLED: Mapping[str, tuple[str, ...]] = {
    Why.LIST: ("detail",),
    Why.MEMBER: ("detail",),
    Why.OVERRIDE: ("detail", "reason"),
    Why.RULE: ("rule", "id"),
    Why.WHOLE: ("rule", "id"),
    Why.COUPON: ("coupon",),
    Why.REFUSED: ("coupon", "reason"),
    Why.BY_HAND: ("reason",),
    NearText.AMOUNT: ("rule", "amount", "off"),
    NearText.AMOUNT_FOR: ("rule", "amount"),
    NearText.PIECES: ("rule", "pieces"),
    NearText.PIECES_OFF: ("rule", "pieces", "off"),
    NearText.ARTICLE: ("rule", "pieces", "article"),
    NearText.MEMBER: ("rule",),
    NearText.MEMBER_PRICE: ("price",),
}
IDS = (Why, NearText, WhyKey)
