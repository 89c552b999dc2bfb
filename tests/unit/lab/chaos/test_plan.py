"""The plan of a chaos run follows from its seed."""

from collections import Counter

import pytest

from lab.chaos.plan import LONGEST_DELAY_S, Moment, Victim, draw

STEPS = (3, 1, 12)


def test_the_same_seed_gives_the_same_strikes() -> None:
    assert draw(7, kills=20, steps=STEPS, books=2) == draw(7, kills=20, steps=STEPS, books=2)
    assert draw(7, kills=20, steps=STEPS, books=2) != draw(8, kills=20, steps=STEPS, books=2)


def test_a_third_hits_the_till_and_the_others_get_equal_parts() -> None:
    victims = Counter(strike.victim for strike in draw(1, kills=60, steps=STEPS, books=2))
    assert victims == {
        Victim.TILL: 20,
        Victim.SCREEN: 10,
        Victim.UPLINK: 10,
        Victim.HQ: 10,
        Victim.BROKER: 10,
    }


@pytest.mark.parametrize("seed", range(5))
def test_every_strike_has_a_place_that_the_run_comes_to(seed: int) -> None:
    for strike in draw(seed, kills=200, steps=STEPS, books=2):
        place = strike.place
        assert 0 <= place.index < (2 if place.moment is Moment.BOOK else len(STEPS))
        assert 0 <= place.nth < (STEPS[place.index] if place.moment is Moment.STEP else 1)
        assert 0 <= strike.delay_s <= LONGEST_DELAY_S[place.moment]
