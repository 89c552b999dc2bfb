"""What a run says at its end, for people."""

from lab.chaos.members.run import Summary

SHOWN = 20


def text(summary: Summary) -> str:
    """Return the report."""
    acts = ", ".join(f"{count} {kind}" for kind, count in sorted(summary.acts.items()))
    lines = [
        f"seed {summary.seed}: {sum(summary.acts.values())} acts of {summary.members} members ({acts})",
        f"{summary.refused} were refused by the tills",
        f"{summary.lost} messages were lost, {summary.doubled} came twice",
        f"tills died {summary.till_deaths} times, HQ {summary.hq_deaths} times",
        *(f"FAULT {fault}" for fault in summary.faults[:SHOWN]),
        "HQ and the tills agree" if summary.ok else f"{len(summary.faults)} faults",
    ]
    return "\n".join(lines)
