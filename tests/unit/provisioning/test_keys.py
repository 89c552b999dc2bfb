"""The key of a till: made once, kept for ever, closed to others, and never put in the place of another in silence."""

from pathlib import Path

from provisioning.keys import KeyStep, introduction
from provisioning.steps import State
from terminal.wire.key_file import load_key_file
from tests.unit.provisioning.sites import site

STEP = KeyStep(path="/etc/guitai/till.key")


def place(root: Path) -> Path:
    return root / "etc/guitai/till.key"


def test_a_missing_key_is_made_and_a_key_that_is_there_stays(tmp_path: Path) -> None:
    assert STEP.check(tmp_path).state is State.MISSING
    STEP.apply(tmp_path)
    made = load_key_file(place(tmp_path)).public_key
    assert STEP.check(tmp_path).state is State.FINE
    STEP.apply(tmp_path)
    assert load_key_file(place(tmp_path)).public_key == made


def test_a_key_that_tmpfiles_gave_to_the_till_is_fine(tmp_path: Path) -> None:
    STEP.apply(tmp_path)
    place(tmp_path).chmod(0o400)
    assert STEP.check(tmp_path).state is State.FINE


def test_a_key_that_others_can_read_is_closed_and_stays_the_same(tmp_path: Path) -> None:
    STEP.apply(tmp_path)
    made = load_key_file(place(tmp_path)).public_key
    place(tmp_path).chmod(0o644)
    found = STEP.check(tmp_path)
    assert found.state is State.CHANGED
    assert found.detail.endswith("can be read by others")
    STEP.apply(tmp_path)
    assert load_key_file(place(tmp_path)).public_key == made


def test_a_damaged_key_is_put_aside_and_another_made(tmp_path: Path) -> None:
    place(tmp_path).parent.mkdir(parents=True)
    place(tmp_path).write_bytes(b"nonsense")
    assert STEP.check(tmp_path).state is State.CHANGED
    STEP.apply(tmp_path)
    assert STEP.check(tmp_path).state is State.FINE
    assert place(tmp_path).with_name("till.key.damaged").read_bytes() == b"nonsense"


def test_hq_is_told_the_public_half(tmp_path: Path) -> None:
    assert introduction(site(), tmp_path, STEP.path) == ""
    STEP.apply(tmp_path)
    key = load_key_file(place(tmp_path)).public_key.hex()
    assert introduction(site(), tmp_path, STEP.path) == f"at HQ: guitai-hq till-keys add S01-T03 {key}"
