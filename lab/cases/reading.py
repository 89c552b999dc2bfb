"""Reads case files. What makes no sense in one case is told there; the others are played (CHECKOUT 1)."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lab.cases.schema import Case, CaseFile, Json
from terminal.domain.errors import InputError

SHAPE = "a case file has the schema pos-cases/1"


class Entry(Struct, frozen=True, kw_only=True):
    """One case as it stands in a file; what it expects is not looked at.

    ``case`` is None if it makes no sense, for the reason ``fault``. ``place`` names it where its ``id`` does not.
    ``expect`` is None if it expects nothing.
    """

    place: str
    id: str | None = None
    title: str = ""
    steps: int = 0
    expect: object = None
    case: Case | None = None
    fault: str | None = None


def read_entries(path: Path) -> list[Entry]:
    """Return the cases of a file; an id counts once. `InputError` if it cannot be read, or is no case file."""
    seen: set[str] = set()
    entries = []
    for entry in _entries(path):
        if entry.id is None or entry.id not in seen:
            entries.append(entry)
        else:
            entries.append(Entry(place=entry.place, title=entry.title, fault=f"{entry.id} was there before"))
        seen |= set() if entry.id is None else {entry.id}
    return entries


def read_cases(path: Path) -> tuple[Case, ...]:
    """Return the cases of a file with what they expect; `InputError` if anything in it makes no sense."""
    cases = []
    for entry in read_entries(path):
        if entry.case is None:
            raise InputError(f"{path}, {entry.place}: {entry.fault}", hint=SHAPE)
        cases.append(replace(entry.case, expect=msgspec.convert(entry.expect or (), tuple[Json, ...])))
    return tuple(cases)


def _entries(path: Path) -> Iterator[Entry]:
    try:
        cases = msgspec.json.decode(path.read_bytes(), type=CaseFile).cases
    except OSError as error:
        raise InputError(f"{path}: {error.strerror}", hint="name a case file") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(f"{path}: {error}", hint=SHAPE) from error
    return (_entry(given, f"case {number}") for number, given in enumerate(cases, start=1))


def _entry(given: object, place: str) -> Entry:
    """Return a case of a file, whatever it is."""
    if not isinstance(given, dict) or not isinstance(given.get("id"), str):
        return Entry(place=place, fault="a case is an object with an id")
    expect, steps = given.get("expect") or None, given.get("steps")
    told = Entry(
        place=place,
        id=given["id"],
        title=str(given.get("title", "")),
        steps=len(steps) if isinstance(steps, list) else 0,
        expect=expect,
    )
    try:
        case = msgspec.convert({key: value for key, value in given.items() if key != "expect"}, Case)
    except msgspec.ValidationError as error:
        return replace(told, fault=str(error))
    return replace(told, case=case)
