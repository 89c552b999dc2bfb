"""A copy of a till's data by command, and the way back."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import terminal.cli
from terminal.offline.clock import SystemIds
from terminal.offline.journal import JournalOptions, SqliteJournal
from terminal.offline.reader import JournalReader
from terminal.ports.clock import Stamp
from terminal.services.backup import main, restore
from terminal.wire.events import TillStarted
from tests.unit.services.lanes import START_MS, WHO, Lane


@pytest.fixture
def lane(tmp_path: Path) -> Lane:
    lane = Lane(folder=tmp_path / "lane")
    lane.folder.mkdir()
    lane.set_up()
    lane.journal(3)
    return lane


def test_a_copy_is_put_back_where_there_is_nothing(
    lane: Lane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "usb"
    assert main(["--config", str(lane.file), str(copy)]) == 0
    assert capsys.readouterr().out == f"S01-T03, epoch 1: 1 files copied to {copy}, up to event 3\n"
    before = JournalReader(lane.folder / "till", epoch=WHO.epoch).head()
    for file in (lane.folder / "till").iterdir():
        file.unlink()
    assert restore(["--config", str(lane.file), str(copy), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["terminal"], report["head_seq"]) == ("S01-T03", 3)
    after = JournalReader(lane.folder / "till", epoch=WHO.epoch).head()
    assert after is not None
    assert after == before


def test_a_copy_never_takes_the_place_of_a_journal(
    lane: Lane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = str(tmp_path / "usb")
    assert terminal.cli.main(["backup", "--config", str(lane.file), copy]) == 0
    assert terminal.cli.main(["restore", "--config", str(lane.file), copy]) == 1
    assert capsys.readouterr().err == (
        f"guitai restore: {lane.folder}/till has a journal "
        "(move the old files away first: they may hold sales that HQ does not have)\n"
    )


def test_after_a_recovery_the_copy_is_told_of_its_new_epoch(
    lane: Lane, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = SqliteJournal(
        lane.folder / "till", replace(WHO, epoch=2), ids=SystemIds(), options=JournalOptions(ballast_bytes=0)
    )
    stamp = Stamp(wall_ms=START_MS, mono_ms=1, boot_id="b")
    journal.append([TillStarted(version="1")], stamp=stamp, biz_date="2025-11-23")
    journal.close()
    assert main(["--config", str(lane.file), str(tmp_path / "usb")]) == 0
    assert capsys.readouterr().out == f"S01-T03, epoch 2: 2 files copied to {tmp_path}/usb, up to event 1\n"
