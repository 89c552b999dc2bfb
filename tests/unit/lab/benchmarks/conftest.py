"""What the tests of benchmarks share: folders, and a line that is said to nobody."""

from pathlib import Path

import pytest

from lab.benchmarks.registry import Run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A workplace whose cache is empty."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Run(cache=tmp_path / "cache", scratch=scratch, say=lambda _: None)
