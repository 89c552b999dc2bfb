"""Ids of the texts about goods that want more than a scan, or another price; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class GoodsSay(StrEnum):
    """Notices of what happened."""

    BATCH_NEEDED = "notice.batch_needed"
    SERIAL_NEEDED = "notice.serial_needed"
    RECALLED_GOODS = "notice.recalled_goods"
    PRICE_CHANGED = "notice.price_changed"
    PRICE_BACK = "notice.price_back"
    SCALE_MOVES = "notice.scale_moves"
    SAME_WEIGHT = "notice.same_weight"


class GoodsNo(StrEnum):
    """Refusals."""

    RECALLED = "error.recalled"
    BATCH_FIRST = "error.batch_first"
    SERIAL_FIRST = "error.serial_first"
    SERIAL_ONE = "error.serial_one"
    SERIAL_TWICE = "error.serial_twice"
    SERVICE = "error.service"
    NEW_PRICE_FIRST = "error.new_price_first"
    PRICE_IS_TYPED = "error.price_is_typed"
    PRICE_OF_CARD = "error.price_of_card"
    PRICE_NO_WEIGHT = "error.price_no_weight"
    SCALE_EMPTY = "error.scale_empty"
    SCALE_RESTLESS = "error.scale_restless"
    SCALE_OVER = "error.scale_over"
    SCALE_UNDER = "error.scale_under"
    SCALE_UNIT = "error.scale_unit"
    SCALE_GARBLED = "error.scale_garbled"
    SCALE_SILENT = "error.scale_silent"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class GoodsAsk(StrEnum):
    """Questions of a confirmation."""

    DEPOSIT_BACK = "ask.deposit_back"
    NEW_PRICE = "ask.new_price"


class GoodsHint(StrEnum):
    """What stands beside the input."""

    BATCH = "hint.batch"
    SERIAL = "hint.serial"
    NEW_PRICE = "hint.new_price"
    SCALE = "hint.scale"


FILLED: Mapping[str, tuple[str, ...]] = {
    GoodsSay.BATCH_NEEDED: ("name",),
    GoodsSay.SERIAL_NEEDED: ("name",),
    GoodsSay.RECALLED_GOODS: ("name", "why"),
    GoodsSay.PRICE_CHANGED: ("name", "price"),
    GoodsSay.PRICE_BACK: ("name", "price"),
    GoodsSay.SAME_WEIGHT: ("name", "weight"),
    GoodsNo.RECALLED: ("name", "why"),
    GoodsNo.SERIAL_TWICE: ("number",),
    GoodsNo.SERVICE: ("name",),
    GoodsAsk.DEPOSIT_BACK: ("name", "pieces", "amount"),
    GoodsAsk.NEW_PRICE: ("name", "before", "price", "reason"),
}
IDS = (GoodsSay, GoodsNo, GoodsAsk, GoodsHint)
