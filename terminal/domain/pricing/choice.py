"""The best choice of one rule or none for each exclusive group: exact, by branch and bound (CHECKOUT 4.6).

Rules run in order. Where one of a group would take something off, the way forks: with it, or without. A way is left
when all that the rules after it could take off at most does not reach the best way known.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from math import prod

from terminal.domain.pricing.course import Chosen, Course, Stretch, walk
from terminal.domain.pricing.effects import Effect, Running
from terminal.domain.pricing.redeeming import Coupons
from terminal.domain.pricing.steps import OrderStep, Step

MAX_WAYS = 4096
"""Above so many ways of one part of a basket its rules run by priority instead."""
NO_WAY: tuple[int, int, tuple[int, ...]] = (1 << 62, 0, ())


def ways(steps: Iterable[Step]) -> int:
    """Return how many ways there are to choose one rule or none of each group."""
    members = Counter(step.group for step in steps if step.group is not None)
    return prod(count + 1 for count in members.values())


def by_priority(course: Course, running: Running) -> frozenset[int]:
    """Run all steps, of each group the first that takes something off; return the ranks of these."""
    taken: set[str] = set()
    chosen: Chosen = ()
    for piece in course:
        if isinstance(piece, Stretch):
            piece.walk(chosen, running)
        elif piece.group not in taken and (done := piece.step.effect(running)).off_fen:
            running.apply(done)
            taken.add(piece.group)
            chosen = (*chosen, piece.step.rank)
    return frozenset(chosen)


class Ceiling:
    """What steps can take off at most from an index on: all those without a group, and the best one of each group.

    ``mosts`` has a bound for each step; before ``first`` nothing is asked.
    """

    def __init__(self, steps: Sequence[Step], mosts: Sequence[int], *, coupons_fen: int, first: int = 0) -> None:
        self._alone = [0] * first
        self._members: dict[str, list[tuple[int, int]]] = {}
        alone = [coupons_fen]
        for index in range(len(steps) - 1, first - 1, -1):
            group, most = steps[index].group, mosts[index - first]
            alone.append(alone[-1] if group is not None else alone[-1] + most)
            if group is not None:
                later = self._members.setdefault(group, [])
                later.append((index, max(most, later[-1][1]) if later else most))
        self._alone += reversed(alone)

    def most(self, index: int, groups: Collection[str]) -> int:
        """Return the bound from an index on, if one rule of each of these groups may still be taken."""
        return self._alone[index] + (sum(self._best(group, index) for group in groups) if groups else 0)

    def _best(self, group: str, index: int) -> int:
        best = 0
        for place, most in self._members.get(group, ()):
            if place < index:
                break
            best = most
        return best


class Search:
    """The search of one part of a basket: its steps in order, also cut into a course.

    After `run`, ``best`` holds the ranks of the grouped rules of the best way: the smallest amount due; of equal ones
    the fewest rules; of these the first in order.
    """

    def __init__(self, course: Course, steps: Sequence[Step], coupons: Coupons) -> None:
        self.course = course
        self.steps = steps
        self.coupons = coupons
        self._orders = [step for step in steps if isinstance(step, OrderStep)]
        self.first_order = len(steps) - len(self._orders)
        self.best = NO_WAY

    def run(self, start: Running, likely: frozenset[int]) -> frozenset[int]:
        """Return the ranks of the grouped rules of the best way; ``likely`` are those of the basket before, if any."""
        groups = frozenset(step.group for step in self.steps if step.group is not None)
        self._try(self._promising(likely), start.copy())
        ceiling = Ceiling(self.steps, [step.most for step in self.steps], coupons_fen=self.coupons.most(start))
        self._descend(0, start.copy(), (), groups, ceiling)
        return frozenset(self.best[2])

    def _promising(self, likely: frozenset[int]) -> frozenset[int]:
        """Return the rank of one rule of each group, to begin well: a likely one, or what could take most off."""
        best: dict[str, tuple[bool, int, int]] = {}
        for step in self.steps:
            if step.group is not None:
                worth = (step.rank in likely, step.most, step.rank)
                best[step.group] = max(best.get(step.group, worth), worth)
        return frozenset(rank for _, _, rank in best.values())

    def _try(self, ranks: frozenset[int], running: Running) -> None:
        """Weigh one way."""
        self._weigh(
            running, tuple(step.rank for step, _ in walk(self.course, ranks, running) if step.group is not None)
        )

    def _weigh(self, running: Running, chosen: Chosen) -> None:
        self.coupons.redeem(running)
        way = (running.due_fen, len(chosen), chosen)
        self.best = min(self.best, way)

    def _descend(self, place: int, running: Running, chosen: Chosen, groups: frozenset[str], ceiling: Ceiling) -> None:
        """Go on from a place of the course with a running basket of its own; ``groups`` have no rule chosen yet."""
        for here in range(place, len(self.course)):
            piece = self.course[here]
            if piece.first == self.first_order:
                ceiling = self._tighter(piece.first, running)
                if not self._may_win(running.due_fen, ceiling, piece.first, groups):
                    return
            if isinstance(piece, Stretch):
                piece.walk(chosen, running)
                if self._may_win(running.due_fen, ceiling, piece.end, groups):
                    continue
                return
            if piece.group not in groups or not (done := piece.step.effect(running)).off_fen:
                continue
            self._fork(here, running, done, (*chosen, piece.step.rank), groups - {piece.group}, ceiling)
            if not self._may_win(running.due_fen, ceiling, piece.first + 1, groups):
                return
        self._weigh(running, chosen)

    def _fork(
        self,
        place: int,
        running: Running,
        done: Effect,
        chosen: Chosen,
        groups: frozenset[str],
        ceiling: Ceiling,
    ) -> None:
        """Go on behind a fork with a copy of a running basket to which its rule is applied, if that may win.

        What an order rule takes off also lowers what later rules can take, by about the same share: if that may be
        enough to leave this way, the ceiling is made anew.
        """
        index = self.course[place].first + 1
        due_fen, most = running.due_fen - done.off_fen, ceiling.most(index, groups)
        slack = self.best[0] - due_fen + most
        if slack < 0:
            return
        branch = running.copy()
        branch.apply(done)
        if index > self.first_order and slack * running.due_fen <= done.off_fen * most:
            ceiling = self._tighter(index, branch)
            if not self._may_win(due_fen, ceiling, index, groups):
                return
        self._descend(place + 1, branch, chosen, groups, ceiling)

    def _tighter(self, index: int, running: Running) -> Ceiling:
        """Return a ceiling that knows what the rules before an order rule have left."""
        mosts = [step.most_left(running) for step in self._orders[index - self.first_order :]]
        return Ceiling(self.steps, mosts, coupons_fen=self.coupons.most(running), first=index)

    def _may_win(self, due_fen: int, ceiling: Ceiling, index: int, groups: Collection[str]) -> bool:
        """Whether a basket may still come to less than, or the same as, the best way known."""
        return due_fen - ceiling.most(index, groups) <= self.best[0]
