"""A scanner that types on the terminal's keyboard: from the pty through the real screen to the real till's journal."""

import asyncio
from bisect import bisect

import pytest

from terminal.checkout.keys import BURST
from terminal.wire.events import LineAdded, ScanHandled
from tests.integration.shop import code_of
from tests.integration.test_deaths import at_till, till_process
from tests.integration.tills import Cashier, Lane
from tests.tui.terminal import Terminal, screen_in_front_of

CODES = 1000
CHARACTERS_PER_S = 1000
TICK_S = 0.01
HEAD = BURST - 1
TOTALS_ROW = 17


async def type_at_pace(terminal: Terminal, codes: list[str]) -> None:
    """Type like a scanner, in writes that end between two codes or after up to `HEAD` characters of one.

    What a loaded machine delays comes at once. A longer head would be told as half a code where the machine stalls this
    process for 300 ms: no till can know that it was not the scanner that paused.
    """
    data = "".join(f"{code}\r" for code in codes).encode()
    cuts = [place for place in range(len(data) + 1) if place % (len(codes[0]) + 1) <= HEAD]
    loop = asyncio.get_running_loop()
    start, sent = loop.time(), 0
    while sent < len(data):
        await asyncio.sleep(TICK_S)
        due = cuts[bisect(cuts, (loop.time() - start) * CHARACTERS_PER_S) - 1]
        terminal.type(data[sent:due])
        sent = due


@pytest.mark.slow
async def test_pain_22_thousand_codes_that_a_terminal_types_are_a_thousand_lines(lane: Lane) -> None:
    """A thousand characters a second, without a pause: none lost, none merged, each with exactly one outcome."""
    codes = [code_of(number) for number in range(CODES)]
    async with till_process(lane):
        cashier = await at_till(lane)
        await cashier.sign_in()
        await cashier.close()
        watching = await Cashier.connect(lane.folder / "run", socket="observer.sock")
        assert isinstance(watching, Cashier)
        async with screen_in_front_of(lane.folder / "run") as terminal:
            await terminal.until(lambda: terminal.rows[TOTALS_ROW].startswith(" 件数 0"))
            await type_at_pace(terminal, codes)
            await watching.sees(lambda view: len(view.lines) == CODES)
            await terminal.until(lambda: terminal.rows[TOTALS_ROW].startswith(f" 件数 {CODES}"))
        await watching.close()
    assert [fact.line.code for fact in lane.facts(LineAdded)] == codes
    assert {fact.device for fact in lane.facts(LineAdded)} == {"keyboard"}
    assert lane.facts(ScanHandled) == []
