"""The command: names, list, JSON, folders."""

import json
from importlib import import_module
from pathlib import Path

import pytest

from lab.benchmarks.cli import machine, main, workplace
from lab.benchmarks.registry import BENCHMARKS, Benchmark, Run, chosen
from lab.benchmarks.result import Result, at_most, noted
from terminal.domain.errors import InputError

FOUND = [at_most("a.p50", 1.0, unit="ms", target=2, peers={"floor": 0.5}), noted("a.size", 3, unit="B")]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The names of the benchmarks that were asked for; nothing is really measured."""
    names: list[str] = []

    def measure(self: Benchmark, run: Run) -> list[Result]:
        names.append(self.name)
        (run.scratch / "left behind").touch()
        return FOUND

    monkeypatch.setattr(Benchmark, "measure", measure)
    monkeypatch.setenv("GUITAI_STATE", str(tmp_path))
    return names


def test_every_benchmark_has_a_module_that_measures() -> None:
    for benchmark in BENCHMARKS:
        assert callable(import_module(f"lab.benchmarks.suites.{benchmark.name}").measure)


def test_all_are_run_without_a_name() -> None:
    assert chosen([]) == BENCHMARKS


def test_the_order_is_the_registry_s() -> None:
    assert [benchmark.name for benchmark in chosen(["uplink", "help"])] == ["help", "uplink"]


@pytest.mark.parametrize(("wrong", "hint"), [("scna", "did you mean scan?"), ("xyz", "there are: help, wedge")])
def test_a_wrong_name_is_refused_with_a_hint(wrong: str, hint: str) -> None:
    with pytest.raises(InputError, match=f"there is no benchmark {wrong}") as refused:
        chosen([wrong])
    assert refused.value.hint.startswith(hint)


def test_the_list_names_every_benchmark(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [benchmark.name for benchmark in BENCHMARKS]


def test_json_is_one_last_line(measured: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scan", "--json"]) == 0
    assert measured == ["scan"]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    assert json.loads(lines[0]) == [
        {"name": "a.p50", "unit": "ms", "value": 1.0, "target": 2.0, "holds": True, "peers": {"floor": 0.5}},
        {"name": "a.size", "unit": "B", "value": 3.0, "target": None, "holds": None, "peers": {}},
    ]


def test_people_get_a_table_and_the_machine(measured: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["wedge", "scan"]) == 0
    assert measured == ["wedge", "scan"]
    said = capsys.readouterr()
    assert said.out.count("a.p50   1 ms  target 2  ok  floor 0.5 (x0.50)") == 2
    assert " cores, Linux " in said.err
    assert "scan: the whole path: device bytes → frame bytes (load " in said.err


def test_what_a_benchmark_leaves_is_deleted_and_its_cache_stays(tmp_path: Path) -> None:
    with workplace(tmp_path / "bench") as run:
        run.cache.mkdir()
        (run.scratch / "file").touch()
        run.say("something")
    assert [path.name for path in (tmp_path / "bench").iterdir()] == ["cache"]


def test_the_machine_is_named_with_cores_and_python() -> None:
    assert "cores" in machine()
    assert "Python 3." in machine()


def test_a_benchmark_is_found_by_its_name(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lab.benchmarks.suites.wedge.CODES", 2)
    found = Benchmark(name="wedge", help="").measure(run)
    assert [result.name for result in found] == ["wedge.code", "wedge.code, event by event"]
