"""Checks PINs against the argon2id hashes of the signed staff table (about 32 ms and 19 MiB each)."""

from terminal.checkout.inputs import PinChecked
from terminal.checkout.work import PinCheck

_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$Z3VpdGFpLW5vYm9keQ$1lmVo1GHYz8nIkb0rZP8wX7P0nAGYbE4jzh4Q0d0B3o"
"""A hash that no PIN has: an unknown number takes as long as a wrong PIN."""


def check_pin(check: PinCheck) -> PinChecked:
    """Return who it is, or nobody. Runs in a thread of its own."""
    if check.query.by_card:
        return PinChecked(query=check.query, staff=check.staff)
    from argon2 import PasswordHasher  # noqa: PLC0415 - heavy, and needed at sign-in only
    from argon2.exceptions import InvalidHashError, VerificationError  # noqa: PLC0415 - as above

    stored = check.staff.pin_hash if check.staff is not None else _NOBODY
    try:
        PasswordHasher().verify(stored, check.query.pin)
    except (VerificationError, InvalidHashError):
        return PinChecked(query=check.query, staff=None)
    return PinChecked(query=check.query, staff=check.staff)
