"""Inspections of a store: what is looked at and how many points it is worth, when, and what came of it."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from terminal.domain.text import SafeText

Name = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,32}$")]


class CheckItem(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One item of a checklist: all is well = ``points``."""

    text: SafeText
    points: Annotated[int, Meta(ge=1, le=1000)] = 10


class Inspection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A template: its checklist, and the remarks that may be picked (no till can type Chinese)."""

    id: Name
    name: SafeText
    items: Annotated[tuple[CheckItem, ...], Meta(min_length=1, max_length=50)]
    remarks: Annotated[tuple[SafeText, ...], Meta(max_length=9)] = ()


class InspectionTask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An inspection that is to be made: until a date (YYYY-MM-DD), or ``daily``.

    `ValueError` (`msgspec.ValidationError` when decoded) for a task with neither or both, or a day that does not exist.
    """

    id: Name
    inspection: Name
    due: str = ""
    daily: bool = False

    def __post_init__(self) -> None:
        if self.daily is bool(self.due):
            raise ValueError(f"task {self.id} is daily or has a date, one of them")
        if self.due and date.fromisoformat(self.due).isoformat() != self.due:
            raise ValueError(f"task {self.id}: a date like 2026-11-30")


class Due(Struct, frozen=True, kw_only=True):
    """A task on a day: ``key`` names it once for ever, ``due`` is its last day."""

    key: str
    due: str
    inspection: Inspection


class Rating(Struct, frozen=True, kw_only=True):
    """What was found of one item: so many points of so many."""

    text: SafeText
    points: int
    most: int


def check_tasks(inspections: Iterable[Inspection], tasks: Iterable[InspectionTask]) -> None:
    """Raise `ValueError` for two of the same id, or a task without its inspection."""
    inspections, tasks = tuple(inspections), tuple(tasks)
    names = {one.id for one in inspections}
    if len(names) != len(inspections) or len({task.id for task in tasks}) != len(tasks):
        raise ValueError("two inspections, or two tasks, have the same id")
    for task in tasks:
        if task.inspection not in names:
            raise ValueError(f"task {task.id}: there is no inspection {task.inspection}")


def due_on(today: str, inspections: Iterable[Inspection], tasks: Iterable[InspectionTask]) -> tuple[Due, ...]:
    """Return the tasks as they stand on a day, in their order; each daily one is another task every day."""
    by_id = {one.id: one for one in inspections}
    return tuple(
        Due(
            key=f"{task.id}:{today}" if task.daily else task.id,
            due=today if task.daily else task.due,
            inspection=by_id[task.inspection],
        )
        for task in tasks
    )


def score(ratings: Iterable[Rating]) -> tuple[int, int]:
    """Return the points, and how many there could be."""
    ratings = tuple(ratings)
    return sum(one.points for one in ratings), sum(one.most for one in ratings)
