"""Staff numbers that failed to sign in."""

from msgspec import Struct
from msgspec.structs import replace


class Lockout(Struct, frozen=True, kw_only=True):
    """Failed sign-ins in a row of one staff number; locked until ``until_ms`` (UTC)."""

    failures: int
    until_ms: int = 0


def shifted(lockouts: dict[str, Lockout], by_ms: int) -> dict[str, Lockout]:
    """Return lock-outs that last as long as before by another clock."""
    return {
        number: replace(one, until_ms=one.until_ms + by_ms) if one.until_ms else one for number, one in lockouts.items()
    }
