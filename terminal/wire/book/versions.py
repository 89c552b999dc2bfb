"""The versions of a till's books: the names of their files, and which of them stay."""

from collections.abc import Iterable

KEPT_BEFORE = 2
"""Versions that stay beside the active one, for an instant rollback."""


def book_name(version: int) -> str:
    """Return the name of a book's file in the folder of books."""
    return f"catalog-{version}.db"


def seal_name(version: int) -> str:
    """Return the name of the file beside a book that holds its SHA-256, as ``sha256sum`` writes it.

    Written by the uplink before the book gets its name: then the till need not read the whole book to know its digest.
    """
    return f"catalog-{version}.sha256"


def superseded(versions: Iterable[int], active: int) -> tuple[int, ...]:
    """Return the versions that may be deleted: all but the active one, newer ones, and the two before it."""
    older = sorted(version for version in versions if version < active)
    return tuple(older[:-KEPT_BEFORE])
