"""Facts about what a shop watches."""

from msgspec import Struct

from terminal.domain.ids import SaleId, StaffNumber
from terminal.domain.promotions.coupons import MemberId
from terminal.domain.watching import WatchKind


class MisuseNoticed(Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """A done sale was odd: its member redeemed for the ``count``-th time in ``minutes``, or is who sold it."""

    kind: WatchKind
    sale_id: SaleId
    staff: StaffNumber
    member: MemberId
    count: int = 0
    minutes: int = 0
