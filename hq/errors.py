"""Errors of HQ, all under `PosError`."""

from terminal.domain.errors import PosError


class HqError(PosError):
    """HQ cannot do what it was asked."""

    code = "hq_failed"


class StoreError(HqError):
    """The database cannot be opened, read or written."""

    code = "store_failed"


class StoreConstraintError(StoreError):
    """The database is well, but its tables do not take what is to be written: trying again changes nothing."""

    code = "store_constraint"


class StoreConflictError(StoreError):
    """The id of a row is known under another sequence."""

    code = "id_reused"


class PriceFileError(HqError):
    """A price file is wrong; the message names file, line and column."""

    code = "price_file"


class RulesFileError(HqError):
    """A file of rules is wrong; the message names file, rule or coupon, and key."""

    code = "rules_file"


class MemberFileError(HqError):
    """A file of members is wrong; the message names file, line and column."""

    code = "member_file"


class MemberError(HqError):
    """Nobody, or more than one member, is meant; or what is asked of one cannot be done."""

    code = "unknown_member"
