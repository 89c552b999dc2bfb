"""What a town says at its end, for people."""

from lab.chaos.town.run import Summary

SHOWN = 20


def text(summary: Summary) -> str:
    """Return the report."""
    did = (
        f"seed {summary.seed}: {sum(summary.acts.values())} acts, {summary.sales} sales, {summary.returns} returns; "
        f"tills died {summary.deaths} times, HQ {summary.hq_deaths} times; "
        f"{summary.lost} messages were lost, {summary.doubled} came twice"
    )
    lines = [did, *(f"FAULT {fault}" for fault in summary.faults[:SHOWN])]
    return "\n".join([*lines, "all books agree" if summary.ok else f"{len(summary.faults)} faults"])
