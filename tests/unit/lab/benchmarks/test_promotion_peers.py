"""The peers of the pricing engine: set up once, told when they fail, and never a reason to end a benchmark."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lab.benchmarks.registry import Run
from lab.benchmarks.stage.promotion_peers import PEERS, SCRIPTS, Command, PromotionPeer, medians_ms
from lab.benchmarks.suites.pricing import CASES

CASE = CASES / "bench_100.json"


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def run(tmp_path: Path, said: list[str]) -> Run:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    return Run(cache=tmp_path / "cache", scratch=scratch, say=said.append)


def peer(tmp_path: Path, script: str, *, install: Sequence[Command] = ()) -> PromotionPeer:
    path = tmp_path / "peer.py"
    path.write_text(script, encoding="utf-8")
    return PromotionPeer(
        name="one",
        packages="package.json",
        script=str(path),
        runs=3,
        install=lambda folder: [*install, (sys.executable, "-c", f"open({str(folder / 'made')!r}, 'a').write('.')")],
        command=lambda _, script: (sys.executable, str(script)),
    )


def test_a_peer_is_set_up_once_and_its_median_counts(tmp_path: Path, run: Run) -> None:
    one = peer(tmp_path, "import sys; print('news'); print('{\"ms\": [3, 1, 2], \"rules\": ' + sys.argv[2] + '}')")
    assert medians_ms(CASE, run, [one]) == {"one": 2}
    assert medians_ms(CASE, run, [one]) == {"one": 2}
    assert (run.cache / "peer-one" / "made").read_text() == "."


def test_other_packages_make_the_environment_anew(tmp_path: Path, run: Run) -> None:
    one = peer(tmp_path, 'print(\'{"ms": [1], "rules": 1}\')')
    medians_ms(CASE, run, [one])
    (run.cache / "peer-one" / "ready").write_text("other packages")
    (run.cache / "peer-one" / "made").write_text("old")
    medians_ms(CASE, run, [one])
    assert (run.cache / "peer-one" / "made").read_text() == "."


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("raise SystemExit('no promotion did anything')", "no promotion did anything"),
        ("print('nonsense')", "malformed"),
    ],
)
def test_a_peer_that_fails_is_told_and_left_out(
    tmp_path: Path, run: Run, said: list[str], script: str, reason: str
) -> None:
    assert medians_ms(CASE, run, [peer(tmp_path, script)]) == {}
    assert said[-1].startswith("one is left out: ")
    assert reason in said[-1]


def test_what_cannot_be_set_up_is_told_and_tried_again(tmp_path: Path, run: Run, said: list[str]) -> None:
    broken = peer(tmp_path, 'print(\'{"ms": [1], "rules": 1}\')', install=[(str(tmp_path / "no-such-tool"),)])
    assert medians_ms(CASE, run, [broken]) == {}
    assert "no-such-tool" in said[-1]
    assert medians_ms(CASE, run, [peer(tmp_path, 'print(\'{"ms": [1], "rules": 1}\')')]) == {"one": 1}


@pytest.mark.parametrize("one", PEERS, ids=lambda one: one.name)
def test_every_peer_has_its_script_and_pinned_packages_that_name_no_host(one: PromotionPeer) -> None:
    assert (SCRIPTS / one.script).is_file()
    packages = (SCRIPTS / one.packages).read_text(encoding="utf-8")
    assert "http" not in packages
    if one.packages.endswith(".txt"):
        assert all("==" in line for line in packages.splitlines())
