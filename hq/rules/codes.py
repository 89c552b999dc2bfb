"""The codes of a batch of coupons: CSV with a header, in UTF-8.

``code`` is needed, ``owner`` is a member's id; ``name`` is for people and is not looked at.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

from hq.errors import RulesFileError
from terminal.domain.promotions.coupons import CouponCode, MemberId

COLUMNS = ("code", "owner")
FOR_PEOPLE = "name"


def read_codes(path: Path) -> Iterator[tuple[CouponCode, MemberId | None]]:
    """Yield (code, owner or None), line by line; `RulesFileError` names file and line of what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True, restkey="more")
            header = reader.fieldnames or ()
            if "code" not in header or not set(header) <= {*COLUMNS, FOR_PEOPLE}:
                raise RulesFileError(f"{path.name} line 1: columns are code and, if it is somebody's, owner")
            for cells in reader:
                yield _code(path, reader.line_num, cells)
    except FileNotFoundError as error:
        raise RulesFileError(f"there is no {path}") from error
    except OSError as error:
        raise RulesFileError(f"{path}: {error.strerror}", hint="name a CSV of codes") from error
    except UnicodeDecodeError as error:
        raise RulesFileError(f"{path.name} is not UTF-8: {error}", hint="save it as CSV UTF-8") from error
    except csv.Error as error:
        raise RulesFileError(f"{path.name} line {reader.line_num}: {error}") from error


def _code(path: Path, line: int, cells: dict[str, str]) -> tuple[CouponCode, MemberId | None]:
    code, owner = (cells.get(column) or "" for column in COLUMNS)
    if "more" in cells or not (code.isascii() and code.isalnum()) or not (owner.isascii() and owner.isprintable()):
        raise RulesFileError(f"{path.name} line {line}: {code!r} is no code of digits and letters, or has too much")
    return CouponCode(code), MemberId(owner) if owner else None
