"""Facts about what a shop watches."""

from msgspec import Struct

from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.watching import WatchKind


class MisuseNoticed(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """Something was odd: it happened for the ``count``-th time in ``minutes``, or ``member`` is who sold.

    Of a done sale ``sale_id``, or of a return: its ``number``.
    """

    kind: WatchKind
    staff: StaffNumber
    sale_id: SaleId | None = None
    number: str = ""
    member: MemberId | None = None
    count: int = 0
    minutes: int = 0
