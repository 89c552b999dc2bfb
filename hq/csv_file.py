"""CSV files that people make: a header, in UTF-8, as a spreadsheet writes it. What is wrong has a line and a column."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from hq.errors import HqError
from terminal.domain.errors import InputError
from terminal.domain.money import parse_fen

_YES = {"yes": True, "no": False, "": None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """Which columns a file has (``needed`` are among the ``known``), and how its errors are raised.

    ``nothing_done`` is what became of a file that is wrong, ``what`` the file is.
    """

    needed: tuple[str, ...]
    known: tuple[str, ...]
    error: type[HqError]
    nothing_done: str
    what: str

    @property
    def columns(self) -> str:
        """A hint that names the columns."""
        return "columns are " + ", ".join(self.known)


class Line:
    """One line of a file; every complaint names file, line and column."""

    def __init__(self, path: Path, number: int, cells: Mapping[str, str], form: Format) -> None:
        self._path = path
        self._number = number
        self._cells = cells
        self._format = form

    @property
    def number_in_file(self) -> int:
        """Where it stands, from 1."""
        return self._number

    def text(self, column: str) -> str:
        """Return what stands in a column; nothing, when the file does not have it."""
        return self._cells.get(column, "")

    def wrong(self, column: str, why: str) -> HqError:
        """Return what to raise about a column."""
        return self._format.error(
            f"{self._path.name} line {self._number}, column {column}: {self.text(column)!r} {why}",
            hint=self._format.nothing_done,
        )

    def needed(self, column: str) -> str:
        """Return what stands in a column that must not be empty."""
        if not self.text(column):
            raise self.wrong(column, "must not be empty")
        return self.text(column)

    def money(self, column: str) -> int:
        """Return an amount in yuan, which must be there, as fen."""
        try:
            amount_fen = parse_fen(self.needed(column))
        except InputError as error:
            raise self.wrong(column, "is no amount in yuan like 3.50") from error
        if amount_fen < 0:
            raise self.wrong(column, "is below zero")
        return amount_fen

    def number(self, column: str, *, default: int, highest: int) -> int:
        """Return a whole number."""
        text = self.text(column)
        if not text:
            return default
        if not (text.isascii() and text.isdecimal()) or int(text) > highest:
            raise self.wrong(column, f"is no whole number up to {highest}")
        return int(text)

    def flag(self, column: str, *, default: bool) -> bool:
        """Return yes or no."""
        value = _YES.get(self.text(column).lower(), column)
        if isinstance(value, str):
            raise self.wrong(column, "is neither yes nor no")
        return default if value is None else value


def read_lines(path: Path, form: Format) -> Iterator[Line]:
    """Yield the lines of a file that are not empty."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = _header(path, next(reader, []), form)
            for cells in reader:
                if any(cells):
                    yield _line(path, reader.line_num, header, cells, form)
    except FileNotFoundError as error:
        raise form.error(f"there is no {path}") from error
    except OSError as error:
        raise form.error(f"{path}: {error.strerror}", hint=f"name a CSV of {form.what}") from error
    except UnicodeDecodeError as error:
        raise form.error(f"{path.name} is not UTF-8: {error}", hint="save it as CSV UTF-8") from error
    except csv.Error as error:
        raise form.error(f"{path.name} line {reader.line_num}: {error}") from error


def what_comes_twice(path: Path, columns: tuple[str, ...], form: Format) -> HqError | None:
    """Return what to say of the first code in one of these columns that stands in a file twice; None if none does."""
    for column in columns:
        first: dict[str, int] = {}
        for line in read_lines(path, form):
            for code in line.text(column).split():
                if code in first:
                    return line.wrong(column, f"has {code!r}, which stands in line {first[code]} as well")
                first[code] = line.number_in_file
    return None


def _header(path: Path, cells: list[str], form: Format) -> list[str]:
    names = [cell.strip() for cell in cells]
    for name in names:
        if name not in form.known or names.count(name) > 1:
            raise form.error(f"{path.name} line 1: column {name!r} is unknown or comes twice", hint=form.columns)
    for name in form.needed:
        if name not in names:
            raise form.error(f"{path.name} line 1: column {name!r} is missing", hint=form.columns)
    return names


def _line(path: Path, number: int, header: list[str], cells: list[str], form: Format) -> Line:
    if len(cells) != len(header):
        raise form.error(f"{path.name} line {number}: {len(cells)} columns, the header has {len(header)}")
    return Line(path, number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}, form)
