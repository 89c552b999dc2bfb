"""The one tree of errors.

::

    PosError
    ├── InputError          what was entered, scanned or sent makes no sense
    ├── RuleError           the shop's rules refuse it (limits, rights, states)
    │   └── UnderpaidError      the tenders do not cover the total
    ├── BookError           a price book cannot be used
    │   ├── BookForgedError     signature or audience is wrong
    │   ├── BookOldError        older than, or the same as, what was seen before
    │   ├── BookTornError       truncated, bit-flipped, or not whole
    │   └── BookInvalidError    well signed, but its content breaks the schema
    ├── MembersError        the file of members cannot be used
    ├── JournalError        the journal cannot be written or read
    │   ├── ChainError          a hash does not follow from the row before
    │   ├── DiskFullError       no space for the next event
    │   └── SchemaTooNewError   written by a newer version
    ├── DeviceError         a cable, a device, or its driver
    │   ├── DeviceAbsentError   not there, or gone
    │   ├── DeviceBusyError     another process owns it
    │   └── DeviceTimeoutError  no answer, or it did not take the bytes in time
    ├── ConfigError         a configuration file is wrong
    └── UplinkError         the way to HQ

``code`` is stable and is what the tables of texts are keyed by; ``hint`` tells a person what to do next.
"""


class PosError(Exception):
    """Base of all errors that this product raises on purpose."""

    code = "error"
    hint = ""

    def __init__(self, message: str = "", *, code: str | None = None, hint: str | None = None) -> None:
        super().__init__(message or code or self.code)
        if code is not None:
            self.code = code
        if hint is not None:
            self.hint = hint


class InputError(PosError):
    """What was entered, scanned or sent makes no sense."""

    code = "bad_request"


class RuleError(PosError):
    """The shop's rules refuse it: a limit, a right, or the state of the sale."""

    code = "refused"


class UnderpaidError(RuleError):
    """The tenders do not cover the total; ``short_fen`` is missing."""

    code = "underpaid"

    def __init__(self, *, short_fen: int) -> None:
        super().__init__(f"{short_fen} fen short")
        self.short_fen = short_fen


class BookError(PosError):
    """A price book cannot be used."""

    code = "book_invalid"


class BookForgedError(BookError):
    """The signature, the key or the audience is wrong."""

    code = "book_forged"


class BookOldError(BookError):
    """The book is older than one that was seen before, or a replay of it."""

    code = "book_older"


class BookTornError(BookError):
    """The book is truncated or its bytes differ from the manifest."""

    code = "book_torn"


class BookInvalidError(BookError):
    """The book is well signed, but its content breaks the schema."""

    code = "book_invalid"


class MembersError(PosError):
    """The file of members cannot be used: missing, damaged, or written by a newer version."""

    code = "members_damaged"


class JournalError(PosError):
    """The journal cannot be written or read."""

    code = "journal_failed"


class ChainError(JournalError):
    """A hash of the journal does not follow from the row before."""

    code = "journal_broken"


class DiskFullError(JournalError):
    """There is no space for the next event; nothing was written."""

    code = "disk_full"


class SchemaTooNewError(JournalError):
    """A file was written by a newer version of the product."""

    code = "schema_too_new"


class DeviceError(PosError):
    """A cable, a device, or its driver."""

    code = "device_failed"


class DeviceAbsentError(DeviceError):
    """The device is not there, or it is gone."""

    code = "device_absent"


class DeviceBusyError(DeviceError):
    """Another process owns the device."""

    code = "device_busy"


class DeviceTimeoutError(DeviceError):
    """The device gave no answer, or did not take the bytes in time."""

    code = "device_timeout"


class ConfigError(PosError):
    """A configuration file is wrong; the message names file, key and the nearest known key."""

    code = "config_invalid"


class UplinkError(PosError):
    """The way to HQ."""

    code = "uplink_failed"
