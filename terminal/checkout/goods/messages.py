"""Ids of the texts about goods that want more than a scan; see `terminal.checkout.messages`."""

from collections.abc import Mapping
from enum import StrEnum


class GoodsSay(StrEnum):
    """Notices of what happened."""

    BATCH_NEEDED = "notice.batch_needed"
    SERIAL_NEEDED = "notice.serial_needed"
    RECALLED_GOODS = "notice.recalled_goods"


class GoodsNo(StrEnum):
    """Refusals."""

    RECALLED = "error.recalled"
    BATCH_FIRST = "error.batch_first"
    SERIAL_FIRST = "error.serial_first"
    SERIAL_ONE = "error.serial_one"
    SERIAL_TWICE = "error.serial_twice"
    SERVICE = "error.service"

    @property
    def code(self) -> str:
        """The reason as facts and tests name it."""
        return self.value.removeprefix("error.")


class GoodsAsk(StrEnum):
    """Questions of a confirmation."""

    DEPOSIT_BACK = "ask.deposit_back"


class GoodsHint(StrEnum):
    """What stands beside the input."""

    BATCH = "hint.batch"
    SERIAL = "hint.serial"


FILLED: Mapping[str, tuple[str, ...]] = {
    GoodsSay.BATCH_NEEDED: ("name",),
    GoodsSay.SERIAL_NEEDED: ("name",),
    GoodsSay.RECALLED_GOODS: ("name", "why"),
    GoodsNo.RECALLED: ("name", "why"),
    GoodsNo.SERIAL_TWICE: ("number",),
    GoodsNo.SERVICE: ("name",),
    GoodsAsk.DEPOSIT_BACK: ("name", "pieces", "amount"),
}
IDS = (GoodsSay, GoodsNo, GoodsAsk, GoodsHint)
