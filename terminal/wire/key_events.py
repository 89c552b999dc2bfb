"""Facts about the key with which a till signs."""

from msgspec import Struct


class TillKeyFailed(Struct, frozen=True, kw_only=True, tag=True):
    """The till came up, and its key cannot be used: receipts have plain codes, and Z reports no signature.

    ``reason`` is the code of the error.
    """

    reason: str
