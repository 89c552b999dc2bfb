"""doctor on a demo: its fixes are those of a demo, not of a host with services and cables."""

import json
from pathlib import Path

import pytest

from terminal.config.schema import DeviceConfig
from terminal.services.doctor import main
from tests.unit.services.lanes import Lane


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    """A demo's lane whose printer is away."""
    lane = Lane(folder=tmp_path, devices=(DeviceConfig(name="p", driver="escpos", address=f"usblp:{tmp_path}/lp0"),))
    lane.set_up()
    lane.journal(3)
    lane.book(7)
    (lane.file.parent / "screen.toml").write_text('run_dir = "/run/guitai"\ndemo = true\n', encoding="utf-8")
    return lane


def fixes(lane: Lane, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["--config", str(lane.file), "--json"]) == 1
    return {row["name"]: row["fix"] for row in json.loads(capsys.readouterr().out)["rows"] if row["level"] == "fail"}


def test_demo_that_does_not_run_is_to_be_started(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    start = "start ./guitai demo"
    assert fixes(lane, capsys) == {"socket counter": start, "socket uplink": start, "device p": start}


def test_device_of_a_demo_that_runs_is_plugged_in_at_the_bench(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    with lane.listening():
        assert fixes(lane, capsys) == {"device p": "./guitai demo --bench plugs it in"}


def test_folder_that_is_gone_comes_back_with_a_new_start(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    with lane.listening():
        (lane.folder / "books").rename(lane.folder / "elsewhere")
        assert fixes(lane, capsys)["folder books"] == "leave ./guitai demo, and start it again"


def test_till_without_a_screen_is_no_demo(lane: Lane, capsys: pytest.CaptureFixture[str]) -> None:
    (lane.file.parent / "screen.toml").unlink()
    assert fixes(lane, capsys)["socket counter"] == "systemctl status guitai-till"
