"""Facts about devices: what became of paper and drawer, and who came or went."""

from msgspec import Struct

from terminal.domain.ids import ActionId, SaleId


class DrawerActed(Struct, frozen=True, kw_only=True, tag=True):
    """What became of a drawer pulse."""

    action: ActionId
    result: str
    detail: str = ""
    sale_id: SaleId | None = None


class ReceiptActed(Struct, frozen=True, kw_only=True, tag=True):
    """What became of a receipt on paper; ``copy`` is 0 for the original, n for the n-th reprint."""

    action: ActionId
    sale_id: SaleId
    copy: int
    result: str
    detail: str = ""


class SlipActed(Struct, frozen=True, kw_only=True, tag=True):
    """What became of a paper that is no receipt of a sale: of a shift, of cash in or out, of goods that came back."""

    action: ActionId
    result: str
    detail: str = ""


class DeviceChanged(Struct, frozen=True, kw_only=True, tag=True):
    """A device came, went, or fell into a fault."""

    name: str
    device: str
    link: str
    state: str
    detail: str = ""


OfDevices = DrawerActed | ReceiptActed | SlipActed | DeviceChanged
