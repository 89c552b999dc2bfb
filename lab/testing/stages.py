"""What ``./guitai test`` runs, one command a stage; pytest is the last, so that its closing line is the last line."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.supervise import PYTHON

ROOT = Path(__file__).parents[2]
COVERAGE_PERCENT = 95
CAN_RUN_HERE = "not hardware and not hil"
_SELECTING = (
    "-k",
    "-m",
    "--lf",
    "--last-failed",
    "--sw",
    "--stepwise",
    "--deselect",
    "--ignore",
    "--collect-only",
    "--co",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A command of the checkout, with what it needs in its environment."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


def checks() -> tuple[Stage, ...]:
    """Return the stages that read the sources only."""
    return (
        Stage(name="format", command=(*PYTHON, "-m", "ruff", "format", "--check", ".")),
        Stage(name="lint", command=(*PYTHON, "-m", "ruff", "check", ".")),
        Stage(name="types", command=(*PYTHON, "-m", "mypy")),
        Stage(name="import contracts", command=(str(Path(PYTHON[0]).with_name("lint-imports")),)),
    )


def all_tests(extra: Sequence[str], *, scratch: Path) -> Stage:
    """Return pytest over everything, with coverage and its floors unless ``extra`` selects a part of the tests."""
    command = [*PYTHON, "-m", "pytest", "-n", "auto", "--durations=10", "--durations-min=2"]
    if "-m" not in extra:
        command += ["-m", CAN_RUN_HERE]
    if not selects(extra):
        command += ["--cov", "--cov-report=term", f"--cov-fail-under={COVERAGE_PERCENT}"]
        command += ["-p", "lab.testing.floors"]
    return Stage(
        name="tests", command=(*command, *extra), environment={"COVERAGE_FILE": str(scratch / "coverage.data")}
    )


def quick_tests(extra: Sequence[str]) -> Stage:
    """Return pytest over the unit tests that take less than two seconds each."""
    command = (*PYTHON, "-m", "pytest", "-n", "auto", "-q", "-m", f"{CAN_RUN_HERE} and not slow", "tests/unit")
    return Stage(name="unit tests", command=(*command, *extra))


def other_python(path: Path) -> Stage:
    """Return the unit tests on another Python, in an environment of its own that the same front door makes."""
    name = path.name.removeprefix("python")
    return Stage(
        name=f"unit tests on Python {name}",
        command=(str(ROOT / "guitai"), "test", "--quick"),
        environment={"GUITAI_PYTHON": str(path), "GUITAI_VENV": f"{sys.prefix}-{name}"},
    )


def selects(extra: Sequence[str]) -> bool:
    """Whether arguments for pytest leave tests out, so that coverage would say nothing."""
    return any(
        argument.split("=")[0] in _SELECTING or (ROOT / argument.split("::")[0]).exists()
        for argument in extra
        if argument
    )
