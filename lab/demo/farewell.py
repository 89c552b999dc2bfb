"""What a demo says when it is left: also that a sale stays open in its folder."""

from pathlib import Path

from lab.operator import Operator, Seen
from terminal.domain.errors import PosError

LOOK_S = 2.0


async def still_open(run_dir: Path) -> str:
    """Return a sentence about the sale that is open, or nothing: there is none, or the till says nothing."""
    try:
        observer = await Operator.connect(run_dir, timeout_s=LOOK_S, socket="observer.sock")
    except PosError:
        return ""
    await observer.close()
    return told(observer.seen)


def told(seen: Seen) -> str:
    """Return the sentence for what the till shows."""
    if not seen.totals.lines:
        return ""
    lines = "1 line" if seen.totals.lines == 1 else f"{seen.totals.lines} lines"
    return f"A sale is still open: {lines}, {seen.totals.due}. The next ./guitai demo goes on with it."
