"""Real processes are killed while baskets are sold: nothing is lost, nothing doubled."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lab.brokers import Mosquitto
from lab.chaos import cli
from lab.chaos.audit import audit
from lab.chaos.plan import Victim
from lab.chaos.run import Plan, run
from lab.replay.data import StoreWeek
from terminal.domain.errors import InputError
from tests.integration.chaos.data import five_baskets, week

BASKETS, KILLS, LINES = 15, 6, 51


def weeks(*, stores: frozenset[int] | None, weeks: frozenset[int] | None) -> list[StoreWeek]:
    assert stores == frozenset({cli.STORE})
    assert weeks == frozenset({2})
    return [week(number, *five_baskets(number * 10)) for number in (1, 2, 3)]


@pytest.mark.slow
def test_what_was_shown_survives_six_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if not Mosquitto.is_installed():
        pytest.skip("mosquitto is not installed: ./guitai deps")
    monkeypatch.setenv("GUITAI_STATE", str(tmp_path))
    monkeypatch.setattr(cli, "load", weeks)
    monkeypatch.setattr(cli, "article_names", lambda articles: {number: f"GOODS {number}" for number in articles})

    code = cli.main(["--baskets", str(BASKETS), "--kills", str(KILLS), "--seed", "4", "--json"])

    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    found = said["findings"]
    total = sum(one.due_fen + one.voucher_fen for number in (1, 2, 3) for one in five_baskets(number * 10))
    assert found["faults"] == []
    assert (code, said["ok"]) == (0, True)
    assert said["kills"] == {"till": 2, "screen": 1, "uplink": 1, "hq": 1, "broker": 1}
    assert (found["baskets"], found["lines"], found["receipts"]["without"]) == (BASKETS, LINES, 0)
    assert found["till_total"] == found["hq_total"] == found["data_total"] == total
    assert found["most_pulses_of_one_sale"] == 1
    assert (found["books"], found["chain_rows"]) == (3, found["events"])
    assert said["recovery"]["till"]["times"] >= 1
    assert said["recovery"]["screen"]["times"] == 1


@pytest.mark.slow
def test_an_audit_of_what_was_never_sold_finds_everything(tmp_path: Path) -> None:
    if not Mosquitto.is_installed():
        pytest.skip("mosquitto is not installed: ./guitai deps")
    names = {1: "GOODS 1"}
    sold = [week(1, *five_baskets(10)[:2])]
    plan = Plan(root=tmp_path, weeks=sold, names=names, baskets=2, kills=0, seed=1, progress=lambda _done, _kills: None)
    outcome = asyncio.run(run(plan))
    true = outcome.evidence
    false = replace(
        true,
        baskets=[*true.baskets[1:], *true.baskets],
        windows=[true.windows[0], *true.windows],
        books=[*true.books, 99],
        receipts=(*true.receipts, *true.receipts),
        kicks=[2, 2],
        restarts={Victim.TILL: 1},
    )

    assert audit(outcome.chaos, true).faults == ()
    found = audit(outcome.chaos, false)

    assert (found.lost_sales, found.doubled_sales) == (1, 0)
    assert found.scans.lost == len(true.windows[0].codes)
    assert "3 baskets, 2 sales" in found.faults
    assert "books [1, 99] were published, [1] activated" in found.faults
    assert "2 unmarked receipts of one sale" in found.faults
    assert "2 drawer pulses at one sale" in found.faults
    assert "till was killed 0 times and started again 1 times" in found.faults


def test_no_baskets_is_an_error_with_a_hint() -> None:
    with pytest.raises(InputError, match="at least one basket"):
        cli.main(["--baskets", "0"])
