"""The cashier's screen in the terminal of the demo: started again when it dies, but not for ever."""

import asyncio
import os

from lab.supervise import STEADY_S, Program, dies_with, tail
from terminal.domain.errors import PosError

LEFT = (0, -2, -15, 130, 143)
"""Exit codes of a screen that was told to leave, by its keys or by a signal."""
MAX_FAILURES = 6
FIRST_PAUSE_S = 0.2


async def show(screen: Program) -> None:
    """Run the screen in this terminal until it leaves, or this process ends.

    `PosError` with what it said last when it keeps dying.
    """
    loop = asyncio.get_running_loop()
    failures = 0
    while True:
        started = loop.time()
        with screen.log.open("ab") as errors:
            process = await asyncio.create_subprocess_exec(
                *screen.command, stderr=errors, preexec_fn=dies_with(os.getpid())
            )
        code = await process.wait()
        if code in LEFT:
            return
        failures = 1 if loop.time() - started > STEADY_S else failures + 1
        if failures == MAX_FAILURES:
            raise PosError(
                f"the screen died {failures} times in a row, the last time with code {code}{tail(screen.log)}",
                code="screen_failed",
                hint=f"all that it said is in {screen.log}",
            )
        await asyncio.sleep(pause_s(failures))


def pause_s(failures: int) -> float:
    """Return how long to wait after so many failures in a row: each time twice as long."""
    return FIRST_PAUSE_S * 2.0 ** (failures - 1)
