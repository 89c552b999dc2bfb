"""The plugin fails a run that left a line of money or wire untaken, or skipped what CI should have."""

import subprocess
import sys
from pathlib import Path

import pytest
from coverage import Coverage

from lab.testing.floors import MAY_SKIP, coverage_faults

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[4]
SETTINGS = """
[pytest]
filterwarnings = ignore
[coverage:run]
branch = true
source = terminal
"""
MONEY = "def half(fen):\n    if fen % 2:\n        return None\n    return fen // 2\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one module of the domain, whose settings are its own."""
    (tmp_path / "terminal/domain").mkdir(parents=True)
    (tmp_path / "terminal/__init__.py").touch()
    (tmp_path / "terminal/domain/__init__.py").touch()
    (tmp_path / "terminal/domain/money.py").write_text(MONEY, encoding="utf-8")
    (tmp_path / "tox.ini").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


def run(project: Path, test: str, *others: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (project / "test_it.py").write_text(f"import pytest\nfrom terminal.domain.money import half\n{test}", "utf-8")
    flags = ("-q", "-p", "lab.testing.floors", "-p", "no:randomly", "--cov", "--cov-report=")
    plain = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{project}:{ROOT}", "COVERAGE_FILE": str(project / "data")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *flags, "test_it.py", *others],
        cwd=project,
        env=plain | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_that_took_every_branch_is_well(project: Path) -> None:
    done = run(project, "def test_a(): assert (half(2), half(3)) == (1, None)\n")
    assert coverage_faults(Coverage(data_file=str(project / "data"), config_file=False)) == []
    assert (done.returncode, done.stdout.splitlines()[-1].split(" in ")[0]) == (0, "1 passed")


def test_a_branch_that_no_test_took_fails_the_run_and_is_named(project: Path) -> None:
    done = run(project, "def test_a(): assert half(2) == 1\n")
    assert done.returncode == 1
    assert "coverage below 100 %:" in done.stdout
    assert "terminal/domain/money.py       4      1      2      1    67%   3" in done.stdout
    assert coverage_faults(Coverage(data_file=str(project / "data"), config_file=False))[0] == "coverage below 100 %:"
    assert done.stdout.splitlines()[-1].startswith("1 passed in ")


def test_a_run_that_measured_nothing_is_a_fault(tmp_path: Path) -> None:
    nothing = Coverage(data_file=str(tmp_path / "data"), config_file=False)
    assert coverage_faults(nothing) == ["no coverage was measured in terminal/domain/ and terminal/wire/"]


SKIPPING = """
def test_a(): assert (half(2), half(3)) == (1, None)
@pytest.mark.skip(reason="needs tmux")
def test_b(): pass
@pytest.mark.skip(reason="this machine gives every port to clients")
def test_c(): pass
def test_d(): pytest.skip("a small disk is mounted by root only")
@pytest.mark.skip
def test_e(): pass
"""


def test_ci_fails_on_every_skip_but_those_that_lie_in_the_machine(project: Path) -> None:
    done = run(project, SKIPPING, GUITAI_CI="1")
    assert done.returncode == 1
    faults = [line for line in done.stdout.splitlines() if "was skipped" in line]
    assert faults == [
        "test_it.py::test_b was skipped: needs tmux",
        "test_it.py::test_d was skipped: a small disk is mounted by root only",
        "test_it.py::test_e was skipped: unconditional skip",
    ]


def test_module_that_is_skipped_while_it_is_collected_fails_ci_too(project: Path) -> None:
    whole = "def test_a(): assert (half(2), half(3)) == (1, None)\n"
    (project / "test_other.py").write_text("import pytest\npytest.importorskip('no_such_package')\n", "utf-8")
    done = run(project, whole, "test_other.py", GUITAI_CI="1")
    assert done.returncode == 1
    assert "test_other.py was skipped: could not import 'no_such_package'" in done.stdout


@pytest.mark.parametrize("reason", sorted(MAY_SKIP))
def test_each_reason_that_ci_may_have_is_one_of_a_test(reason: str) -> None:
    tests = (ROOT / "tests").rglob("test_*.py")
    assert any(f'pytest.skip("{reason}")' in path.read_text(encoding="utf-8") for path in tests)


def test_elsewhere_such_a_skip_is_allowed(project: Path) -> None:
    assert run(project, SKIPPING).returncode == 0


def test_the_plugin_adds_its_faults_behind_the_tests(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUITAI_CI", "1")
    monkeypatch.setenv("COVERAGE_FILE", str(pytester.path / "none"))
    pytester.makepyfile("import pytest\n@pytest.mark.skip(reason='tmux is not installed')\ndef test_a(): pass\n")
    done = pytester.runpytest_inprocess("-p", "lab.testing.floors", "-p", "no:cacheprovider", "-p", "no:asyncio")
    assert done.ret == pytest.ExitCode.TESTS_FAILED
    done.stdout.fnmatch_lines(
        [
            "no coverage was measured in terminal/domain/ and terminal/wire/",
            "*::test_a was skipped: tmux is not installed",
            "*1 skipped*",
        ]
    )
