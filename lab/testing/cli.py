"""``./guitai test``: everything that has to hold before a change is taken."""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lab.deps import ensure
from lab.testing.pythons import others
from lab.testing.stages import ROOT, Stage, all_tests, checks, other_python, quick_tests


def main(argv: list[str]) -> int:
    """Run all stages, also after one failed; return 1 when one failed. What follows ``--`` goes to pytest alone."""
    cut = argv.index("--") if "--" in argv else len(argv)
    options = _options(argv[:cut])
    extra = argv[cut + 1 :]
    if options.quick:
        return 0 if run(quick_tests(extra)) else 1
    ensure(may_install=os.geteuid() == 0)
    first = checks() if options.no_other else (*checks(), *(other_python(path) for path in others()))
    with tempfile.TemporaryDirectory(prefix="guitai-test-") as scratch:
        return 0 if run_all((*first, all_tests(extra, scratch=Path(scratch)))) else 1


def _options(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="guitai test",
        description="Format, lint, types, import contracts, unit tests on the other Python, then every test.",
        epilog="example: ./guitai test -- -k drawer -x",
    )
    parser.add_argument("--quick", action="store_true", help="only the fast unit tests, on this Python")
    parser.add_argument("--no-other", action="store_true", help="leave the other Python out")
    return parser.parse_args(argv)


def run_all(stages: Sequence[Stage]) -> bool:
    """Run each stage; before the last one, name those that failed, so that its closing line stays the last."""
    failed = []
    for stage in stages[:-1]:
        start = time.monotonic()
        fine = run(stage)
        _say(f"{stage.name}: {'fine' if fine else 'FAILED'}, {time.monotonic() - start:.1f} s")
        if not fine:
            failed.append(stage.name)
    if failed:
        _say(f"failed so far: {', '.join(failed)}")
    return run(stages[-1]) and not failed


def run(stage: Stage) -> bool:
    """Run one stage in the checkout; return whether it went well."""
    _say(f"{stage.name} …")
    done = subprocess.run(stage.command, cwd=ROOT, env={**os.environ, **stage.environment}, check=False)
    return done.returncode == 0


def _say(text: str) -> None:
    print(f"guitai test: {text}", flush=True)
