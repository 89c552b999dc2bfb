"""Inspections as HQ declares them, and what is due on a day."""

import msgspec
import pytest

from terminal.domain.inspections import CheckItem, Inspection, InspectionTask, Rating, due_on, score
from terminal.domain.settings import Settings
from terminal.domain.text import clean

OPENING = Inspection(
    id="opening",
    name=clean("开店检查"),
    items=(CheckItem(text=clean("门口干净"), points=5), CheckItem(text=clean("灯全亮"))),
)
DAILY = InspectionTask(id="every-morning", inspection="opening", daily=True)
ONCE = InspectionTask(id="fire", inspection="opening", due="2026-11-30")


def test_a_daily_task_is_another_one_each_day_and_one_with_a_date_is_the_same() -> None:
    monday, tuesday = (due_on(day, (OPENING,), (DAILY, ONCE)) for day in ("2026-11-23", "2026-11-24"))
    assert [(due.key, due.due) for due in monday] == [
        ("every-morning:2026-11-23", "2026-11-23"),
        ("fire", "2026-11-30"),
    ]
    assert [due.key for due in tuesday] == ["every-morning:2026-11-24", "fire"]
    assert monday[0].inspection == OPENING


def test_points_are_added_up() -> None:
    ratings = (Rating(text=clean("a"), points=3, most=5), Rating(text=clean("b"), points=0, most=10))
    assert (score(ratings), score(())) == ((3, 15), (0, 0))


@pytest.mark.parametrize(
    "changes",
    [
        {"inspection_tasks": [{"id": "t", "inspection": "nothing", "daily": True}]},
        {"inspection_tasks": [{"id": "t", "inspection": "opening"}]},
        {"inspection_tasks": [{"id": "t", "inspection": "opening", "daily": True, "due": "2026-11-30"}]},
        {"inspection_tasks": [{"id": "t", "inspection": "opening", "due": "2026-11-31"}]},
        {"inspection_tasks": [{"id": "t", "inspection": "opening", "due": "20261130"}]},
        {"inspection_tasks": [{"id": "t:x", "inspection": "opening", "daily": True}]},
        {"inspection_tasks": [{"id": "t", "inspection": "opening", "daily": True}] * 2},
        {"inspections": [{"id": "opening", "name": "x", "items": []}]},
        {"inspections": [{"id": "opening", "name": "x", "items": [{"text": "y", "points": 0}]}]},
        {"inspections": [{"id": "opening", "name": "x", "items": [{"text": "y"}], "remarks": ["z"] * 10}]},
        {"inspections": [{"id": "opening", "name": "x", "items": [{"text": "y"}]}] * 2},
    ],
)
def test_what_makes_no_sense_is_refused(changes: dict[str, object]) -> None:
    whole = {"inspections": [{"id": "opening", "name": "x", "items": [{"text": "y"}]}]}
    assert msgspec.convert(whole, Settings).inspections[0].items[0].points == 10
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**whole, **changes}, Settings)


def test_tasks_with_their_inspections_are_settings() -> None:
    settings = Settings(inspections=(OPENING,), inspection_tasks=(DAILY, ONCE))
    assert msgspec.json.decode(msgspec.json.encode(settings), type=Settings) == settings
