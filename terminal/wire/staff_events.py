"""Facts about the staff list of the price book."""

from msgspec import Struct


class StaffListConfirmed(Struct, frozen=True, kw_only=True, tag=True):
    """HQ was there at ``at_ms`` (UTC, the till's time): the staff list that the till has is HQ's."""

    at_ms: int
