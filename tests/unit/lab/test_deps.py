"""System packages: seen, named, and installed only where that is allowed."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from lab import deps
from lab.deps import SystemPackage, ensure, install, install_command, main, missing

SHELL = SystemPackage(name="dash", program="sh", purpose="scripts")
ROOT_FOLDER = SystemPackage(name="base-files", file="/", purpose="folders")
GONE = SystemPackage(name="unobtainium", program="unobtainium-7", purpose="wonders")


def test_what_is_there_is_not_missing() -> None:
    assert missing((SHELL, ROOT_FOLDER, GONE)) == [GONE]


def test_what_misses_is_said_in_one_line_with_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert ensure((SHELL, GONE), may_install=False) == [GONE]
    assert capsys.readouterr().err == (
        "guitai: not installed: unobtainium (wonders); as root: "
        "apt-get install -y --no-install-recommends unobtainium\n"
    )


def test_nothing_is_said_when_nothing_misses(capsys: pytest.CaptureFixture[str]) -> None:
    assert ensure((SHELL,), may_install=True) == []
    assert capsys.readouterr().err == ""


def apt(folder: Path, monkeypatch: pytest.MonkeyPatch, *, code: int, makes: str = "") -> Path:
    """Put a stand-in for apt-get on PATH that writes down what it was asked for."""
    log = folder / "apt.log"
    program = folder / "apt-get"
    makes_it = f'case "$1" in install) : > "{folder}/{makes}"; chmod +x "{folder}/{makes}";; esac' if makes else ""
    program.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> {log}\n{makes_it}\nexit {code}\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    return log


def test_root_installs_what_misses_without_a_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = apt(tmp_path, monkeypatch, code=0, makes="unobtainium-7")
    assert ensure((GONE,), may_install=True) == []
    assert log.read_text(encoding="utf-8").splitlines() == [
        "noninteractive update -q",
        "noninteractive install -y --no-install-recommends unobtainium",
    ]
    assert capsys.readouterr().err == ""


def test_an_installer_that_fails_is_followed_by_the_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apt(tmp_path, monkeypatch, code=100)
    assert not install((GONE,))
    assert ensure((GONE,), may_install=True) == [GONE]
    assert "unobtainium (wonders)" in capsys.readouterr().err


def test_every_suites_package_is_known() -> None:
    assert install_command(deps.PACKAGES)[4:] == [
        *("mosquitto", "tmux", "librsvg2-bin", "systemd", "fonts-noto-cjk", "fonts-wqy-zenhei"),
    ]


def test_the_command_ends_with_1_when_something_still_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def pretend(packages: Sequence[SystemPackage] = (), *, may_install: bool) -> list[SystemPackage]:
        asked.append(may_install)
        return [GONE, *packages]

    monkeypatch.setattr(deps, "ensure", pretend)
    assert main(["--dry-run"]) == 1
    assert asked == [False]


def test_help_shows_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "example: sudo ./guitai deps" in capsys.readouterr().out


def test_the_stand_in_is_not_the_machines_own_installer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    apt(tmp_path, monkeypatch, code=0)
    assert subprocess.run(["apt-get", "update"], check=True, stdin=subprocess.DEVNULL).returncode == 0
    assert (tmp_path / "apt.log").exists()
