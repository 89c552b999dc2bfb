"""The modes of the work of a store beside selling."""

from typing import ClassVar

from msgspec import Struct

from terminal.domain.ids import StaffNumber


class StoreMenu(Struct, frozen=True, kw_only=True):
    """What there is to be done beside selling; a digit picks."""

    name: ClassVar[str] = "store"


class Attending(Struct, frozen=True, kw_only=True):
    """Somebody comes or goes: which of both, then number and PIN. ``today`` is a date."""

    name: ClassVar[str] = "attendance"
    today: str
    coming: bool | None = None
    number: StaffNumber | None = None
    checking: bool = False


class StockMenu(Struct, frozen=True, kw_only=True):
    """The kinds of documents of stock; a digit begins one."""

    name: ClassVar[str] = "stock_menu"


class StockPage(Struct, frozen=True, kw_only=True):
    """The document that is under way: articles are scanned into it. ``selected`` is the index of a line."""

    name: ClassVar[str] = "stock"
    selected: int = 0


StoreMode = StoreMenu | Attending | StockMenu | StockPage
