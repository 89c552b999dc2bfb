"""HQ comes to what the tills have, whatever the links lose and whoever dies."""

from pathlib import Path
from random import Random

import pytest

from lab.chaos.members.network import Line
from lab.chaos.members.run import run
from lab.chaos.members.town import HAPPENINGS, Town

SHORT, LONG = 200, 1000


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_members_and_coupons_at_hq_equal_the_tills_after_random_acts(tmp_path: Path, seed: int) -> None:
    summary = run(tmp_path, acts=SHORT, seed=seed)
    assert summary.faults == ()
    assert sum(summary.acts.values()) == SHORT
    assert min(summary.till_deaths, summary.hq_deaths, summary.lost, summary.doubled) > 0


@pytest.mark.slow
def test_members_and_coupons_at_hq_equal_the_tills_after_a_thousand_random_acts(tmp_path: Path) -> None:
    summary = run(tmp_path, acts=LONG, seed=4)
    assert summary.faults == ()
    assert set(summary.acts) == set(HAPPENINGS)


def test_what_differs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hq.members.booking._use", lambda *_: None)
    monkeypatch.setattr("hq.store.members.ledger.SqliteLedger.booked", lambda *_: [])
    faults = run(tmp_path, acts=60, seed=1).faults
    assert any(fault.startswith("coupon C") for fault in faults)
    assert any("are not booked as they are" in fault for fault in faults)


def test_same_seed_is_the_same_run(tmp_path: Path) -> None:
    folders = (tmp_path / "one", tmp_path / "other")
    for folder in folders:
        folder.mkdir()
    one, other = (run(folder, acts=40, seed=7) for folder in folders)
    assert one == other


def test_rules_of_a_town_make_sense_together() -> None:
    for seed in range(20):
        town = Town(Random(seed))
        assert len(town.setup().members) == len(town.members)


def test_link_loses_doubles_and_reorders_until_it_is_honest() -> None:
    line = Line(Random(1))
    for number in range(200):
        line.send(bytes([number]))
    came = list(iter(line.take, None))
    assert line.lost > 0
    assert line.doubled > 0
    assert len(came) == 200 - line.lost + line.doubled
    assert came != sorted(came)
    line.is_honest = True
    for number in range(20):
        line.send(bytes([number]))
    assert [message[0] for message in iter(line.take, None)] == [*range(20)]
    line.send(b"x")
    line.cut()
    assert line.take() is None
