"""Steps in the order in which they run, cut where the way may fork: what lies between is walked once for each state."""

from collections.abc import Sequence

from msgspec import Struct

from terminal.domain.pricing.effects import Effect, Running
from terminal.domain.pricing.steps import ItemStep, Step

LONGEST = 32
"""Steps of one stretch: behind each, a search looks whether it can still win."""


Chosen = tuple[int, ...]
"""The ranks of the grouped rules that were applied so far, in order: with the place they tell the basket."""


class Walked(Struct, frozen=True):
    """A basket after a stretch, and what each step that took something off did on it."""

    after: Running
    done: list[tuple[Step, Effect]]


class Stretch:
    """Steps without a group, one after the other; ``first`` is the place of the first, ``end`` that behind the last.

    It remembers where each way led: many ways have a beginning in common.
    """

    __slots__ = ("_known", "end", "first", "steps")

    def __init__(self, steps: Sequence[Step], first: int) -> None:
        self.steps = steps
        self.first = first
        self.end = first + len(steps)
        self._known: dict[Chosen, Walked] = {}

    def walk(self, chosen: Chosen, running: Running) -> list[tuple[Step, Effect]]:
        """Apply all steps to a basket; return those that took something off, and what each did."""
        known = self._known.get(chosen)
        if known is not None:
            running.become(known.after)
            return known.done
        done = []
        for step in self.steps:
            if (effect := step.effect(running)).off_fen:
                running.apply(effect)
                done.append((step, effect))
        self._known[chosen] = Walked(running.copy(), done)
        return done


class Fork(Struct, frozen=True):
    """A step of an exclusive group at its place: it is taken or left."""

    step: Step
    group: str
    first: int


Course = tuple[Stretch | Fork, ...]


def course_of(steps: Sequence[Step]) -> Course:
    """Return steps cut into stretches and forks; one stretch ends where order rules begin."""
    first_order = sum(isinstance(step, ItemStep) for step in steps)
    course: list[Stretch | Fork] = []
    begin = 0
    for index, step in enumerate(steps):
        if index in (first_order, begin + LONGEST) or step.group is not None:
            if begin < index:
                course.append(Stretch(steps[begin:index], begin))
            begin = index
        if step.group is not None:
            course.append(Fork(step, step.group, index))
            begin = index + 1
    if begin < len(steps):
        course.append(Stretch(steps[begin:], begin))
    return tuple(course)


def walk(course: Course, ranks: frozenset[int], running: Running) -> list[tuple[Step, Effect]]:
    """Run all stretches and the chosen steps of groups; return what took something off, and what each did."""
    done: list[tuple[Step, Effect]] = []
    chosen: Chosen = ()
    for piece in course:
        if isinstance(piece, Stretch):
            done += piece.walk(chosen, running)
        elif piece.step.rank in ranks and (effect := piece.step.effect(running)).off_fen:
            running.apply(effect)
            chosen = (*chosen, piece.step.rank)
            done.append((piece.step, effect))
    return done
