"""What goes on when HQ has set something aside for it."""

from msgspec import Struct

from terminal.checkout.after.drafts import GiveBack, VoidDone
from terminal.checkout.members.acts.drafts import CashOut, GiveGift, MergeMembers, TakeGiftBack
from terminal.checkout.tendering.drafts import ByCode, ByTerminal, SlipOf, TakePoints, TakeStored
from terminal.domain.ids import StaffNumber
from terminal.domain.members.claims import ClaimId


class FinishSale(Struct, frozen=True):
    """End the sale; ``given_fen`` as in `terminal.checkout.deeds.ending.complete`."""

    given_fen: int | None


_OfTenders = TakeStored | TakePoints | SlipOf | ByCode | ByTerminal
Waiting = FinishSale | _OfTenders | CashOut | GiveGift | TakeGiftBack | MergeMembers | GiveBack | VoidDone
"""What waits for HQ, and is tried anew when it has answered, or has not."""


class Securing(Struct, frozen=True, kw_only=True):
    """HQ is asked, under this number, for what something needs; keys and scans wait until then."""

    ask: ClaimId
    waiting: Waiting
    approver: StaffNumber | None = None
