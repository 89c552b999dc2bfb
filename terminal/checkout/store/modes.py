"""The modes of the work of a store beside selling."""

from typing import ClassVar

from msgspec import Struct

from terminal.domain.ids import StaffNumber
from terminal.domain.inspections import Due, Rating


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


class TaskList(Struct, frozen=True, kw_only=True):
    """The inspections that are to be made, as of a date."""

    name: ClassVar[str] = "tasks"
    today: str
    selected: int = 0


class Inspecting(Struct, frozen=True, kw_only=True):
    """An inspection is made: ``given`` are the points of the first items; after the last one a remark is picked."""

    name: ClassVar[str] = "inspection"
    today: str
    due: Due
    approver: StaffNumber | None = None
    given: tuple[int, ...] = ()

    @property
    def ratings(self) -> tuple[Rating, ...]:
        """What was found so far."""
        items = self.due.inspection.items[: len(self.given)]
        rows = zip(items, self.given, strict=True)
        return tuple(Rating(text=item.text, points=points, most=item.points) for item, points in rows)


class Chosen(Struct, frozen=True, kw_only=True):
    """A value that waits for its reason; None: HQ's own is to hold again."""

    value: int | None


class CampaignPage(Struct, frozen=True, kw_only=True):
    """What the store may set of HQ's campaigns; ``selected`` is the index of a parameter."""

    name: ClassVar[str] = "campaigns"
    selected: int = 0
    chosen: Chosen | None = None


StoreMode = CampaignPage | StoreMenu | Attending | StockMenu | StockPage | TaskList | Inspecting
