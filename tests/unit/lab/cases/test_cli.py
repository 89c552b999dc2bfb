import json
from pathlib import Path
from typing import Any

import pytest

from lab.cases.cli import main
from lab.cases.compare import differences
from terminal.domain.errors import InputError

CASE = {
    "id": "C1",
    "title": "a can",
    "now": "2026-03-18T10:00:00",
    "catalog": {"COLA": {"price": 300}},
    "steps": [{"op": "quote", "lines": [{"sku": "COLA"}]}],
    "expect": [{"status": "priced", "total": 300}],
}


def write(folder: Path, *cases: Any) -> Path:
    path = folder / "cases.json"
    path.write_text(json.dumps({"schema": "pos-cases/1", "cases": cases}), encoding="utf-8")
    return path


def test_cases_that_come_out_as_expected_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "results.json"
    assert main([str(write(tmp_path, CASE)), "--out", str(out)]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"
    assert json.loads(out.read_bytes())["results"]["C1"][0]["total"] == 300


def test_a_difference_is_told_and_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {**CASE, "expect": [{"total": 301, "change": 0}, {}]}
    assert main([str(write(tmp_path, wrong))]) == 1
    assert capsys.readouterr().out.splitlines()[-1] == "0 passed, 1 failed"
    wrong["expect"] = [{"total": 301, "change": 0}]
    assert main([str(write(tmp_path, wrong))]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "FAIL C1 a can",
        "    C1[0].total: expected 301, got 300",
        "    C1[0].change: missing, expected 0",
        "0 passed, 1 failed",
    ]


def test_true_is_not_one_and_arrays_have_the_same_length() -> None:
    assert differences({"a": True}, {"a": 1}, "X") == ["X.a: expected True, got 1"]
    assert differences([1], [1, 2], "X") == ["X: expected [1], got [1, 2]"]
    assert differences([{"a": 1}], [{"a": 1, "b": 2}], "X") == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"{", "truncated"),
        (b'{"schema": "pos-cases/2", "cases": []}', "schema"),
        (b'{"schema": "pos-cases/1", "cases": [' + b"[" * 9999 + b"]" * 9999 + b"]}", "recursion"),
    ],
)
def test_a_file_that_is_no_case_file_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "cases.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=says):
        main([str(path)])


@pytest.mark.parametrize(
    ("part", "value", "says"),
    [
        ("catalog", {"COLA": {"price": -1}}, ["FAIL C2 a can", "    Expected `int` >= 0 - at `$[...].price`"]),
        ("catalog", {"COLA": {"unit": "box"}}, ["FAIL C2 a can", "    Invalid enum value 'box'"]),
        ("members", [], ["FAIL C2 a can", "    Expected `object | null`, got `array`"]),
        ("steps", [None], ["FAIL C2 a can", "    Expected `object`, got `null`"]),
        ("now", 5, ["FAIL C2 a can", "    Expected `str`, got `int`"]),
        ("id", 5, ["FAIL case 2 ", "    a case is an object with an id"]),
        ("id", "C1", ["FAIL case 2 a can", "    C1 was there before"]),
    ],
)
def test_a_case_that_makes_no_sense_fails_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], part: str, value: object, says: list[str]
) -> None:
    out = tmp_path / "results.json"
    assert main([str(write(tmp_path, CASE, {**CASE, "id": "C2", part: value})), "--out", str(out)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert [line[: len(said)] for line, said in zip(told, says, strict=False)] == says
    assert told[-1] == "1 passed, 1 failed"
    assert json.loads(out.read_bytes())["results"]["C1"][0]["total"] == 300


def test_a_case_that_expects_nothing_is_played_and_one_that_makes_no_sense_fails_even_then(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent = {**CASE, "expect": []}
    assert (
        main([str(write(tmp_path, silent, {**silent, "id": "C2", "rules": 5}, {**silent, "id": "C3", "rules": [{}]}))])
        == 1
    )
    assert capsys.readouterr().out.splitlines()[-1] == "1 passed, 2 failed"


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        main([str(tmp_path / "gone.json")])
    with pytest.raises(InputError, match="No such file"):
        main([str(write(tmp_path, CASE)), "--out", str(tmp_path / "gone" / "results.json")])
    with pytest.raises(InputError, match="no case file"):
        main([])


def test_cases_that_nobody_wrote_are_played(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--invent", "20", "--seed", "7"]) == 0
    assert capsys.readouterr().out.startswith("20 invented cases played: ")
    with pytest.raises(InputError, match="at least one"):
        main(["--invent", "0"])


def test_rules_that_make_no_sense_are_refused_with_their_id(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = [{"id": "LP", "type": "line_percent", "pay_bp": 9000, "limit": 1}]
    expected = {**CASE, "rules": rules, "expect": [{"status": "error", "error": "bad_rules"}]}
    assert main([str(write(tmp_path, expected))]) == 0
    assert capsys.readouterr().out == "1 passed, 0 failed\n"
