"""A pytest plugin of ``./guitai test``: coverage is whole where money and wires are, and CI skips nothing.

pytest-cov combines the data of all processes inside ``pytest_runtestloop``; this plugin wraps it and looks afterwards,
so that pytest's own closing line stays the last one.
"""

import io
import os
from collections.abc import Generator

import coverage
import coverage.exceptions
import pytest

WHOLE = ("terminal/domain/", "terminal/wire/")
CI = "GUITAI_CI"
MAY_SKIP = frozenset({"this machine gives every port to clients"})
"""Reasons for which CI may leave a test out: what a machine is, not what it lacks."""
_faults: pytest.StashKey[list[str]] = pytest.StashKey()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """After the tests: add a failure for each file below its floor and, in CI, for each test that was skipped."""
    result = yield
    config = session.config
    if not hasattr(config, "workerinput"):
        config.stash[_faults] = coverage_faults(coverage.Coverage()) + skip_faults(config)
        session.testsfailed += 1 if config.stash[_faults] else 0
    return result


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say what is below its floor."""
    for fault in config.stash.get(_faults, []):
        terminalreporter.write_line(fault, red=True)


def coverage_faults(measured: coverage.Coverage) -> list[str]:
    """Return the lines of a report on `WHOLE`, none when every line and every branch of it was taken."""
    measured.load()
    report = io.StringIO()
    files = [f"*/{folder}*" for folder in WHOLE]
    try:
        percent = measured.report(include=files, file=report, show_missing=True, skip_covered=True)
    except coverage.exceptions.NoDataError:
        return [f"no coverage was measured in {' and '.join(WHOLE)}"]
    return [] if percent >= 100 else ["coverage below 100 %:", *report.getvalue().splitlines()]


def skip_faults(config: pytest.Config) -> list[str]:
    """Return a line for each test that CI skipped for another reason than those of `MAY_SKIP`."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get(CI) or reporter is None:
        return []
    reasons = ((report.nodeid, _reason(report)) for report in reporter.stats.get("skipped", []))
    return [f"{test} was skipped: {reason}" for test, reason in reasons if reason not in MAY_SKIP]


def _reason(report: pytest.TestReport) -> str:
    """Return why a test was skipped; pytest keeps (file, line, ``Skipped: why``)."""
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr).removeprefix("Skipped: ")
