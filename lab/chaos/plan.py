"""What is killed, where and when: all of it drawn from the seed before anything runs."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle, islice


class Victim(StrEnum):
    """A process of the shop, by its name at the supervisor."""

    TILL = "till"
    SCREEN = "screen"
    UPLINK = "uplink"
    HQ = "hq"
    BROKER = "broker"


class Moment(StrEnum):
    """In the middle of what a process is hit."""

    STEP = "step"
    """A scan, a price, a reduction, a card, a voucher: the n-th of a basket."""
    PAYMENT = "payment"
    RECEIPT = "receipt"
    BOOK = "book"
    """From HQ's publishing of a price book until the till has activated it."""


TURNS = (Victim.TILL, Victim.SCREEN, Victim.UPLINK, Victim.TILL, Victim.HQ, Victim.BROKER)
"""The till has most to lose."""
LONGEST_DELAY_S = {Moment.STEP: 0.008, Moment.PAYMENT: 0.015, Moment.RECEIPT: 0.12, Moment.BOOK: 0.6}
"""How long each moment lasts, about: a strike comes at any time of it."""
WEIGHTS = {Moment.STEP: 4, Moment.PAYMENT: 2, Moment.RECEIPT: 2, Moment.BOOK: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A moment of the run: the n-th step of a basket, the payment or receipt of a basket, or a publication."""

    moment: Moment
    index: int
    nth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strike:
    """One kill -9, ``delay_s`` after its place was reached."""

    victim: Victim
    place: Place
    delay_s: float


def draw(seed: int, *, kills: int, steps: Sequence[int], books: int) -> tuple[Strike, ...]:
    """Return ``kills`` strikes, a third of them at the till, the others in equal parts.

    ``steps`` is the number of steps of each basket, ``books`` how often HQ publishes.
    """
    dice = random.Random(seed)
    victims = list(islice(cycle(TURNS), kills))
    dice.shuffle(victims)
    return tuple(_strike(dice, victim, steps, books) for victim in victims)


def _strike(dice: random.Random, victim: Victim, steps: Sequence[int], books: int) -> Strike:
    (moment,) = dice.choices(list(WEIGHTS), list(WEIGHTS.values()))
    index = dice.randrange(books if moment is Moment.BOOK else len(steps))
    nth = dice.randrange(steps[index]) if moment is Moment.STEP else 0
    delay_s = dice.uniform(0, LONGEST_DELAY_S[moment])
    return Strike(victim=victim, place=Place(moment=moment, index=index, nth=nth), delay_s=delay_s)
