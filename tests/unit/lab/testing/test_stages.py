"""What ``./guitai test`` runs, in which order, and what it makes of a failure."""

import sys
from pathlib import Path

import pytest

from lab.testing import cli, pythons
from lab.testing.stages import ROOT, Stage, all_tests, checks, other_python, quick_tests, selects


def says(text: str, *, code: int = 0) -> Stage:
    command = (sys.executable, "-c", f"import sys; print({text!r}); sys.exit({code})")
    return Stage(name=text, command=command)


def test_the_sources_are_checked_by_four_tools() -> None:
    assert [stage.name for stage in checks()] == ["format", "lint", "types", "import contracts"]
    assert checks()[0].command[1:] == ("-P", "-m", "ruff", "format", "--check", ".")


def test_all_tests_run_in_parallel_with_coverage_and_its_floors(tmp_path: Path) -> None:
    stage = all_tests([], scratch=tmp_path)
    command = " ".join(stage.command[1:])
    assert command == (
        "-P -m pytest -n auto --durations=10 --durations-min=2 -m not hardware and not hil "
        "--cov --cov-report=term --cov-fail-under=95 -p lab.testing.floors"
    )
    assert stage.environment == {"COVERAGE_FILE": f"{tmp_path}/coverage.data"}


def test_a_part_of_the_tests_has_no_coverage(tmp_path: Path) -> None:
    command = all_tests(["tests/unit/config", "-x"], scratch=tmp_path).command
    assert "--cov" not in command
    assert command[-2:] == ("tests/unit/config", "-x")


def test_a_mark_of_ones_own_takes_the_place_of_ours(tmp_path: Path) -> None:
    assert all_tests(["-m", "hardware"], scratch=tmp_path).command.count("-m") == 2


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        ([], False),
        (["-q", "--maxfail=1", "-p", "no:cacheprovider"], False),
        (["--junitxml=report.xml"], False),
        ([""], False),
        (["-k", "drawer"], True),
        (["--last-failed"], True),
        (["--ignore=tests/hil"], True),
        (["tests/unit/config/test_loader.py::test_x"], True),
    ],
)
def test_arguments_that_leave_tests_out_are_known(extra: list[str], *, expected: bool) -> None:
    assert selects(extra) is expected


def test_quick_tests_are_the_fast_unit_tests() -> None:
    assert quick_tests(["-x"]).command[1:] == (
        *("-P", "-m", "pytest", "-n", "auto", "-q"),
        *("-m", "not hardware and not hil and not slow", "tests/unit", "-x"),
    )


def test_the_other_python_gets_an_environment_of_its_own_by_the_same_front_door() -> None:
    stage = other_python(Path("/opt/bin/python3.13"))
    assert stage.command == (f"{ROOT}/guitai", "test", "--quick")
    assert stage.environment == {"GUITAI_PYTHON": "/opt/bin/python3.13", "GUITAI_VENV": f"{sys.prefix}-3.13"}


def test_the_last_stage_has_the_last_word(capfd: pytest.CaptureFixture[str]) -> None:
    assert not cli.run_all((says("one"), says("two", code=3), says("3 passed")))
    out = capfd.readouterr().out
    assert "guitai test: one: fine, " in out
    assert "guitai test: two: FAILED, " in out
    assert "guitai test: failed so far: two\n" in out
    assert out.endswith("\n3 passed\n")


def test_all_is_well_only_when_every_stage_is(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.run_all((says("one"), says("two")))
    assert not cli.run_all((says("one"), says("two", code=1)))
    assert "failed so far" not in capfd.readouterr().out


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let ``guitai test`` do all but the work itself; return what it would have run."""
    names: list[str] = []
    monkeypatch.setattr(cli, "ensure", lambda *, may_install: names.append(f"packages {may_install}"))
    monkeypatch.setattr(cli, "others", lambda: [Path("/opt/bin/python3.13")])

    def run(stage: Stage) -> bool:
        names.append(stage.name)
        return stage.name != "lint"

    monkeypatch.setattr(cli, "run", run)
    return names


def test_the_whole_run_ends_with_the_tests_and_fails_with_any_stage(
    ran: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["--", "-x"]) == 1
    assert ran[1:] == ["format", "lint", "types", "import contracts", "unit tests on Python 3.13", "tests"]
    assert "failed so far: lint" in capsys.readouterr().out


def test_the_other_python_may_be_left_out(ran: list[str]) -> None:
    cli.main(["--no-other"])
    assert "unit tests on Python 3.13" not in ran


def test_the_quick_run_is_the_unit_tests_alone(ran: list[str]) -> None:
    assert cli.main(["--quick"]) == 0
    assert ran == ["unit tests"]


def test_bad_usage_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(["--fast"])
    assert caught.value.code == 2
    assert "unrecognized arguments: --fast" in capsys.readouterr().err


def python(folder: Path, version: str, *, answer: str) -> Path:
    path = folder / f"python{version}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{answer}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_a_python_on_path_that_runs_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "none"))
    path = python(tmp_path, "3.13", answer="echo 3.13")
    assert pythons.find("3.13") == path
    assert pythons.find("3.12") is None


def test_a_shim_that_does_not_run_gives_way_to_what_pyenv_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    python(tmp_path, "3.13", answer="exit 127")
    kept = python(tmp_path / "pyenv/versions/3.13.0/bin", "3.13", answer="echo 3.13")
    assert pythons.find("3.13") == kept


def test_the_others_are_the_supported_versions_but_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "find", lambda version: Path(f"/python{version}"))
    ours = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert pythons.others() == [Path(f"/python{version}") for version in ("3.11", "3.13") if version != ours]


def test_a_version_that_is_not_on_this_machine_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pythons, "find", lambda _version: None)
    assert pythons.others() == []
