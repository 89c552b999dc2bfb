"""``./guitai demo --headless --json`` as a stranger runs it: the last line tells that HQ has what the till has."""

import asyncio
import json
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from lab.demo import scripted
from lab.demo.shop import Demo, client, owned, running
from lab.operator import Operator
from lab.world import Broker
from terminal.offline.reader import JournalReader
from terminal.wire.counter.panels import TenderPanel
from terminal.wire.events import SaleCompleted, SaleHeld, decode_fact

ROOT = Path(__file__).parents[2]
RUN_S = 90.0
KEYS = ["sale_id", "total", "change", "journal_seq", "journal_hash", "hq_acked_seq", "hq_acked_hash", "price_book"]
COMMAND = (sys.executable, "-P", "-m", "lab.cli", "demo", "--headless", "--json")


def environment(state: Path) -> Mapping[str, str]:
    """Nothing but what a bare machine has: LANG=C, no terminal, another folder."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PATH", "COV", "TMP"))}
    return {**kept, "LANG": "C", "HOME": str(state.parent), "GUITAI_STATE": str(state), "PYTHONPATH": str(ROOT)}


def start(state: Path, *, cwd: Path = Path("/")) -> subprocess.Popen[str]:
    return subprocess.Popen(
        COMMAND,
        cwd=cwd,
        env=environment(state),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )


def outcome(process: subprocess.Popen[str]) -> dict[str, object]:
    """Wait for a demo; check the receipt and the line that every demo ends with, and return it."""
    out, errors = process.communicate(timeout=RUN_S)
    assert process.returncode == 0, errors
    assert errors == ""
    *paper, last = out.splitlines()
    assert any("可口可乐" in line for line in paper)
    told: dict[str, object] = json.loads(last)
    assert list(told) == KEYS
    assert (told["journal_seq"], told["journal_hash"]) == (told["hq_acked_seq"], told["hq_acked_hash"])
    return told


@pytest.mark.slow
def test_demo_sells_from_another_folder_without_a_terminal_in_a_path_with_spaces_and_goes_on(tmp_path: Path) -> None:
    state = tmp_path / "my shop 柜台"
    for module in ("terminal.py", "hq.py", "simulators.py", "lab.py", "queue.py"):
        (tmp_path / module).write_text("raise SystemExit('of another project')\n", encoding="utf-8")
    first = outcome(start(state, cwd=tmp_path))
    second = outcome(start(state))
    assert isinstance(first["journal_seq"], int)
    assert isinstance(second["journal_seq"], int)
    assert second["journal_seq"] > first["journal_seq"]
    assert second["sale_id"] != first["sale_id"]
    assert (second["total"], second["change"], second["price_book"]) == (
        first["total"],
        first["change"],
        first["price_book"],
    )


async def leave_open(root: Path) -> None:
    """Begin a sale and pay a part of it with a voucher, as a visitor does who is called away; then end everything."""
    with owned(root):
        async with running(root) as demo:
            till = await Operator.connect(demo.lane.run_dir)
            await till.until_open("scanner")
            await scripted._sign_in(till)
            with closing(client(root)) as devices:
                devices.scan(scripted.CODES[0])
                await till.until(lambda seen: seen.totals.lines == 1)
            till.type("1", "f8")
            await till.until(lambda seen: isinstance(seen.panel, TenderPanel) and bool(seen.panel.rows))
            await till.close()


@pytest.mark.slow
async def test_demo_puts_aside_what_a_visitor_left_open_and_sells_its_own(tmp_path: Path) -> None:
    state = tmp_path / "state"
    await leave_open(state)
    process = start(state)
    told = await asyncio.to_thread(outcome, process)
    rows = JournalReader(Demo(state, Broker(port=1, password="")).lane.state_dir, epoch=1).read(0)
    facts = [decode_fact(row.body) for row in rows]
    (held,) = [fact for fact in facts if isinstance(fact, SaleHeld)]
    (sold,) = [fact for fact in facts if isinstance(fact, SaleCompleted)]
    assert (sold.sale_id, len(sold.net_fen), len(sold.tenders)) == (told["sale_id"], len(scripted.CODES), 1)
    assert held.sale_id != sold.sale_id


@pytest.mark.slow
def test_two_demos_run_at_once_in_two_folders(tmp_path: Path) -> None:
    with start(tmp_path / "a") as first, start(tmp_path / "b") as second:
        outcomes = [outcome(first), outcome(second)]
    assert outcomes[0]["sale_id"] != outcomes[1]["sale_id"]
    assert outcomes[0]["total"] == outcomes[1]["total"]


@pytest.mark.slow
def test_demo_in_a_terminal_opens_the_cashiers_screen_and_ctrl_q_twice_leaves_it(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (25, 80))
    with subprocess.Popen(
        COMMAND[:5],
        cwd="/",
        env={**environment(tmp_path / "state"), "TERM": "xterm-256color", "LANG": "C.UTF-8"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    ) as process:
        os.close(slave)
        read_until(master, "1001")
        for keys, answer in ((b"1001\r", "密码"), (b"1234\r", "拼音首字母"), (b"6901939621257\r", "可口可乐")):
            os.write(master, keys)
            read_until(master, answer)
        os.write(master, b"\x11\x11")
        left = read_until(master, "--fresh begins anew")
        assert process.wait(RUN_S) == 0
    os.close(master)
    assert "A sale is still open: 1 line, 3.50. The next ./guitai demo goes on with it." in left
    assert "Papers printed on this visit: 0." in left


@pytest.mark.slow
def test_hq_changes_prices_while_one_watches_and_the_command_of_the_readme_changes_others(tmp_path: Path) -> None:
    env = {**environment(tmp_path / "state"), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (25, 80))
    with subprocess.Popen(
        (*COMMAND[:5], "--change-prices", "0.1"), cwd="/", env=env, stdin=slave, stdout=slave, stderr=slave
    ) as process:
        os.close(slave)
        read_until(master, "新价格已生效 晚市价")
        command = next(line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if "hq publish" in line)
        arguments = (*COMMAND[:4], *command.split()[1:])
        said = subprocess.run(arguments, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        assert (said.returncode, "S01-T01: uses book 3" in said.stdout.decode()) == (0, True), said
        os.write(master, b"\x11\x11")
        assert "HQ changed a few prices: 晚市价." in read_until(master, "--fresh begins anew")
        assert process.wait(RUN_S) == 0
    os.close(master)


def read_until(terminal: int, text: str) -> str:
    """Read what a terminal shows until a text comes."""
    seen = b""
    while text.encode() not in seen:
        seen += os.read(terminal, 1 << 16)
    return seen.decode(errors="replace")
