"""Each step sees a difference, repairs it, and does nothing where there is none."""

from pathlib import Path

import pytest

from provisioning.steps import AbsentStep, FileStep, Finding, LinkStep, State, Step

FILE = FileStep(path="/etc/guitai/a.conf", text="one\ntwo\n")
LINK = LinkStep(path="/etc/systemd/system/x.target", target="/dev/null")
ABSENT = AbsentStep(path="/etc/guitai/old.conf")


def put(root: Path, path: str, text: str = "x") -> Path:
    place = root / path.lstrip("/")
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("step", [FILE, LINK, ABSENT])
def test_a_step_is_fine_after_it_was_applied_once_or_twice(step: Step, tmp_path: Path) -> None:
    step.apply(tmp_path)
    step.apply(tmp_path)
    assert step.check(tmp_path) == Finding(path=step.path, state=State.FINE)


def test_a_missing_file_is_written_with_its_mode_and_nothing_beside_it(tmp_path: Path) -> None:
    assert FILE.check(tmp_path).state is State.MISSING
    FILE.apply(tmp_path)
    written = tmp_path / "etc/guitai/a.conf"
    assert written.read_text(encoding="utf-8") == "one\ntwo\n"
    assert written.stat().st_mode & 0o7777 == 0o644
    assert list(written.parent.iterdir()) == [written]


def test_a_changed_file_is_shown_as_a_difference_and_repaired(tmp_path: Path) -> None:
    place = put(tmp_path, FILE.path, "one\n2\n")
    finding = FILE.check(tmp_path)
    assert finding.state is State.CHANGED
    assert finding.detail.splitlines() == ["--- found", "+++ wanted", "@@ -1,2 +1,2 @@", " one", "-2", "+two"]
    FILE.apply(tmp_path)
    assert place.read_text(encoding="utf-8") == FILE.text


def test_a_changed_mode_is_named_and_repaired(tmp_path: Path) -> None:
    place = put(tmp_path, FILE.path, FILE.text)
    place.chmod(0o600)
    assert FILE.check(tmp_path).detail == "mode 0600, not 0644"
    FILE.apply(tmp_path)
    assert FILE.check(tmp_path).state is State.FINE


def test_bytes_of_another_coding_are_a_difference_not_an_error(tmp_path: Path) -> None:
    put(tmp_path, FILE.path).write_bytes(b"\xff\xfe")
    assert FILE.check(tmp_path).state is State.CHANGED


def test_a_link_in_place_of_a_file_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text(FILE.text, encoding="utf-8")
    place = tmp_path / "etc/guitai/a.conf"
    place.parent.mkdir(parents=True)
    place.symlink_to(target)
    assert FILE.check(tmp_path).detail == "not a plain file"
    FILE.apply(tmp_path)
    assert not place.is_symlink()
    assert target.read_text(encoding="utf-8") == FILE.text


def test_a_missing_link_is_made(tmp_path: Path) -> None:
    assert LINK.check(tmp_path) == Finding(path=LINK.path, state=State.MISSING, detail="a link to /dev/null")
    LINK.apply(tmp_path)
    assert str((tmp_path / LINK.path.lstrip("/")).readlink()) == "/dev/null"


def test_a_link_to_elsewhere_is_turned(tmp_path: Path) -> None:
    place = tmp_path / LINK.path.lstrip("/")
    place.parent.mkdir(parents=True)
    place.symlink_to("/usr/lib/x.target")
    assert LINK.check(tmp_path).detail == "points to /usr/lib/x.target, not /dev/null"
    LINK.apply(tmp_path)
    assert LINK.check(tmp_path).state is State.FINE


def test_a_file_in_place_of_a_link_is_replaced(tmp_path: Path) -> None:
    put(tmp_path, LINK.path)
    assert LINK.check(tmp_path).state is State.CHANGED
    LINK.apply(tmp_path)
    assert LINK.check(tmp_path).state is State.FINE


def test_a_link_left_half_made_by_a_power_cut_is_no_obstacle(tmp_path: Path) -> None:
    beside = tmp_path / "etc/systemd/system/.x.target.new"
    beside.parent.mkdir(parents=True)
    beside.symlink_to("/nowhere")
    LINK.apply(tmp_path)
    assert LINK.check(tmp_path).state is State.FINE
    assert not beside.is_symlink()


def test_a_file_that_is_not_needed_any_more_is_removed(tmp_path: Path) -> None:
    place = put(tmp_path, ABSENT.path)
    assert ABSENT.check(tmp_path).state is State.UNWANTED
    ABSENT.apply(tmp_path)
    assert not place.exists()
