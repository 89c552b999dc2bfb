"""Figures for people: a table with each peer as a ratio."""

from collections.abc import Sequence

from lab.benchmarks.result import Result

_VERDICT = {True: "ok", False: "MISSED", None: ""}


def table(results: Sequence[Result]) -> str:
    """Return one row a figure: name, value, target, verdict, and how many times a peer needs of it."""
    rows = [_row(result) for result in results]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    return "\n".join(_line(row, widths) for row in rows)


def _row(result: Result) -> tuple[str, str, str, str, str]:
    target = "" if result.target is None else f"target {figure(result.target)}"
    peers = ", ".join(_peer(name, value, result.value) for name, value in result.peers.items())
    return result.name, f"{figure(result.value)} {result.unit}", target, _VERDICT[result.holds], peers


def _line(row: tuple[str, str, str, str, str], widths: list[int]) -> str:
    name, value, target, verdict, peers = row
    cells = (name.ljust(widths[0]), value.rjust(widths[1]), target.ljust(widths[2]), verdict.ljust(widths[3]), peers)
    return "  ".join(cells).rstrip()


def _peer(name: str, value: float, own: float) -> str:
    ratio = f" (x{value / own:.2f})" if own else ""
    return f"{name} {figure(value)}{ratio}"


def figure(value: float) -> str:
    """Return a number without an exponent, grouped when it is large."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
