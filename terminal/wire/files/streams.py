"""The streams of signed files from HQ to the tills: what their files are called, and which versions stay.

Each stream has versions of its own, which rise for ever. A file of any of them is called a book.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

KEPT_BEFORE = 2
"""Versions that stay beside the active one, for an instant rollback."""


class Stream(StrEnum):
    """What a file is about.

    Goods with prices, staff and settings; rules with coupons and settings of trade; or all members whom a store may
    know, to begin with: a till merges them and is told of changes from then on.
    """

    PRICE = "price"
    RULES = "rules"
    MEMBERS = "members"


_STEMS = {Stream.PRICE: "catalog", Stream.RULES: "rules", Stream.MEMBERS: "members"}


def book_name(version: int, stream: Stream = Stream.PRICE) -> str:
    """Return the name of a book's file in the folder of books."""
    return f"{_STEMS[stream]}-{version}.db"


def seal_name(version: int, stream: Stream = Stream.PRICE) -> str:
    """Return the name of the file beside a book that holds its SHA-256, as ``sha256sum`` writes it.

    Written by the uplink before the book gets its name: then the till need not read the whole book to know its digest.
    """
    return f"{_STEMS[stream]}-{version}.sha256"


def versions_in(folder: Path, stream: Stream = Stream.PRICE) -> tuple[int, ...]:
    """Return the versions that are there whole (a book gets its name last), ascending."""
    if not folder.is_dir():
        return ()
    shape = re.compile(rf"{_STEMS[stream]}-(\d{{1,18}})\.db", re.ASCII)
    matches = (shape.fullmatch(path.name) for path in folder.iterdir())
    return tuple(sorted(int(match[1]) for match in matches if match))


def superseded(versions: Iterable[int], active: int, stream: Stream = Stream.PRICE) -> tuple[int, ...]:
    """Return the versions that may be deleted: all but the active one, newer ones, and the two before it.

    Of members nothing older stays: it holds what people may have wanted deleted.
    """
    older = sorted(version for version in versions if version < active)
    return tuple(older if stream is Stream.MEMBERS else older[:-KEPT_BEFORE])
